"""The database of the run history: SQLite in the project's folder, or PostgreSQL that a team shares."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    Connection,
    Date,
    DateTime,
    Double,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.project.address import filled_address

__all__ = [
    "FIGURES",
    "RUNS",
    "VERSION",
    "file_engine",
    "holds_history",
    "prepare",
    "server_engine",
    "told",
]

VERSION = 1
_SCHEMA = "workbench"
# The same number in every workbench: whoever makes the tables first, the others wait for.
_MAKING = 7_290_115
_UNREACHABLE_AFTER = 10
_TABLES = MetaData()

SCHEMA_VERSION = Table("schema_version", _TABLES, Column("version", Integer, primary_key=True))
RUNS = Table(
    "runs",
    _TABLES,
    Column("id", String, primary_key=True),
    Column("project", String, nullable=False, index=True),
    Column("started", DateTime, nullable=False, comment="UTC"),
    Column("seconds", Double, nullable=False),
    Column("status", String, nullable=False),
    Column("as_of", Date),
    Column("language", String, nullable=False),
    Column("version", String, nullable=False, comment="of the workbench"),
    Column("fingerprint", String, nullable=False, comment="of the prepared log; empty when there was none"),
)
FIGURES = Table(
    "figures",
    _TABLES,
    Column("run", String, ForeignKey(RUNS.c.id, ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False, comment="as in kpis.json"),
    Column("kpi", String, nullable=False, index=True),
    Column("group", String),
    Column("currency", String),
    Column("value", Double),
    Column("unit", String, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("pending", BigInteger, nullable=False),
    Column("reason", String),
)


def file_engine(path: Path, *, wait: float) -> Engine:
    """The engine of a history in a file: writers take turns, each waits `wait` seconds; readers wait for nobody."""
    engine = create_engine(
        _file_url(path), poolclass=NullPool, connect_args={"timeout": wait, "isolation_level": None}
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _: Any) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # A transaction that reads first and writes later could not wait for another writer.
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _file_url(path: Path) -> URL:
    """Where nothing may be written, a file at rest is read as it lies: beside it no lock could be kept."""
    query = {"uri": "true"}
    if path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        query["mode"] = "ro"
        if not path.with_name(f"{path.name}-wal").exists():
            query["immutable"] = "1"
    return URL.create("sqlite", database=path.resolve().as_uri(), query=query)


def server_engine(address: str) -> Engine:
    """The engine of a history in PostgreSQL; ${NAME} in any part of the address comes from the environment."""
    where = "project.toml, [history] url"
    url = filled_address(address, where=where)
    try:
        engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": _UNREACHABLE_AFTER})
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise WorkbenchError(
            Message("A run history in PostgreSQL needs the package psycopg"),
            where=where,
            remedy=Message('Install it: pip install "process-mining-workbench[postgres]"'),
        ) from error
    return engine.execution_options(schema_translate_map={None: _SCHEMA})


# ------------------------------------------------------------------ tables
def prepare(engine: Engine, *, where: str, wait: float) -> None:
    """Make the tables where they are missing, whoever else is doing it; refuse those of a newer workbench."""
    if engine.dialect.name == "sqlite":
        _log_ahead(engine, wait)
    with engine.execution_options(writing=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(text(f"pg_advisory_xact_lock({_MAKING})")))
            if not inspect(connection).has_schema(_SCHEMA):
                connection.execute(text(f"CREATE SCHEMA {_SCHEMA}"))
        if not _has_tables(connection):
            _TABLES.create_all(connection)
            connection.execute(SCHEMA_VERSION.insert().values(version=VERSION))
        _refuse_newer(connection, where)


def holds_history(connection: Connection, *, where: str) -> bool:
    """Whether anything was ever recorded here; refuses the tables of a newer workbench."""
    found = _has_tables(connection)
    if found:
        _refuse_newer(connection, where)
    return found


def _log_ahead(engine: Engine, wait: float) -> None:
    """Have SQLite write ahead into a log. The file remembers it; two that ask at once may refuse each other."""
    deadline = time.monotonic() + wait
    while True:
        connection = engine.raw_connection()
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        finally:
            connection.close()


def _has_tables(connection: Connection) -> bool:
    schema = _SCHEMA if connection.dialect.name == "postgresql" else None
    return inspect(connection).has_table(SCHEMA_VERSION.name, schema=schema)


def _refuse_newer(connection: Connection, where: str) -> None:
    version = connection.scalar(select(SCHEMA_VERSION.c.version))
    if version is None or version > VERSION:
        raise WorkbenchError(
            Message("A newer workbench made this run history"),
            where=where,
            remedy=Message("Use that version or a later one"),
        )


# ------------------------------------------------------------------ errors
@contextmanager
def told(where: str) -> Iterator[None]:
    """Errors of a database as errors that name it and a remedy; nothing of what it holds is touched."""
    try:
        yield
    except DBAPIError as error:
        raise _told(error.orig, where) from error
    except sqlite3.Error as error:
        raise _told(error, where) from error
    except SQLAlchemyError as error:
        raise WorkbenchError(
            Message("The run history does not answer: {reason}", reason=_first_line(error)), where=where
        ) from error


def _told(error: BaseException | None, where: str) -> WorkbenchError:
    # The lowest byte says what happened; the others only where in SQLite.
    code = getattr(error, "sqlite_errorcode", None)
    what = None if code is None else code & 0xFF
    if what in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return WorkbenchError(
            Message("The run history is damaged"),
            where=where,
            remedy=Message("Move the file away: the next run makes a new one from what stands in runs/"),
        )
    if what in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return WorkbenchError(
            Message("Another process holds the run history"),
            where=where,
            remedy=Message("Wait until it has ended: the next run records what is missing"),
        )
    if what in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return WorkbenchError(
            Message("The run history cannot be written: {reason}", reason=_first_line(error)),
            where=where,
            remedy=Message("See whether the folder is yours to write and has space"),
        )
    return WorkbenchError(
        Message("The run history does not answer: {reason}", reason=_first_line(error)),
        where=where,
        remedy=Message("See whether the database is there and yours to use"),
    )


def _first_line(error: BaseException | None) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
