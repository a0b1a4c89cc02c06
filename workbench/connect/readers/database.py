"""Databases through SQLAlchemy: one SELECT in a read-only transaction, its rows fetched as they come.

Whatever a query says, it is checked to be no more than reading, its values are bound, and what it may give and how
long it may take are limited. The address is never shown with its password, which comes from the environment.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.connect.readers.sqlitefile import connect_read_only
from workbench.connect.readers.statement import is_ordered, refuse_all_but_reading
from workbench.connect.readers.typedrows import TypedRows
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import Finding, WorkbenchError
from workbench.messages import Message
from workbench.places import in_source
from workbench.project import AnySource
from workbench.project.address import filled_address

__all__ = ["open_database"]

_BATCH = 2_000
_UNREACHABLE_AFTER = 10
_READ_ONLY = {
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
}


def open_database(stage: Stage, source: AnySource, *, folder: Path) -> SourceTable:
    """The rows of a query or table as a source; `folder` is where the path of a SQLite file starts.

    Raises WorkbenchError where the database cannot be reached, the query does more than read or cannot be run, gives
    more rows than `rows`, or takes longer than `timeout` seconds.
    """
    where = in_source(source.name, "url")
    url = filled_address(source.url, where=where)
    backend = url.get_backend_name()
    shown = url.create(url.drivername, host=url.host, port=url.port, database=url.database).render_as_string()
    until = time.monotonic() + source.timeout
    if source.query is not None:
        refuse_all_but_reading(source.query, backend, where=in_source(source.name, "query"))
    with (
        _told(shown, secret=str(url.password or "")),
        _connected(url, backend, source, folder, where) as connection,
    ):
        statement, ordered, table = _statement(connection, backend, source, where)
        result = connection.execute(
            statement,
            dict(source.parameters),
            execution_options={"stream_results": True, "yield_per": _BATCH},
        )
        rows = TypedRows(stage, list(result.keys()), where=source.name, path=folder)
        for batch in result.partitions(_BATCH):
            rows.add(batch)
            _within(rows.count, until, source)
        connection.rollback()
    return _table(rows, ordered, backend, table)


def _table(rows: TypedRows, ordered: bool, backend: str, table: str | None) -> SourceTable:
    from dataclasses import replace

    found = rows.table(in_order=ordered, findings=_unguarded(backend), **({"table": table} if table else {}))
    return replace(found, digest=rows.digest)


def _within(count: int, until: float, source: AnySource) -> None:
    if count > source.rows:
        raise WorkbenchError(
            Message("The database gives more than {rows} rows", rows=source.rows),
            where=in_source(source.name),
            remedy=Message("Narrow the query, or raise `rows` of the source"),
        )
    if time.monotonic() > until:
        raise WorkbenchError(
            Message("The query takes longer than {seconds} seconds", seconds=source.timeout),
            where=in_source(source.name),
            remedy=Message("Narrow the query, or raise `timeout` of the source"),
        )


def _unguarded(backend: str) -> tuple[Finding, ...]:
    if backend in ("postgresql", "sqlite", *_READ_ONLY):
        return ()
    return (
        Finding(
            rule="database_not_read_only",
            severity="note",
            message=Message(
                "{name} was not told to allow reading only: the statement was checked, and nothing was committed",
                name=backend,
            ),
            remedy=Message("Connect as a user who may only read"),
        ),
    )


@contextmanager
def _connected(url: Any, backend: str, source: AnySource, folder: Path, where: str) -> Iterator[Any]:
    """A connection within a transaction that cannot write."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import NoSuchModuleError
    from sqlalchemy.pool import NullPool

    options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    if backend == "sqlite":
        path = folder / Path(url.database or "").expanduser()
        if not path.is_file():
            raise WorkbenchError(
                Message("There is no such file"),
                where=str(path),
                remedy=Message("Mend the source's url in project.toml"),
            )
        url = "sqlite://"
        options["creator"] = lambda: connect_read_only(path, timeout=source.timeout)
    elif url.drivername in ("postgresql", "postgresql+psycopg"):
        url = url.set(drivername="postgresql+psycopg")
        options["connect_args"] = {"connect_timeout": _UNREACHABLE_AFTER}
    try:
        engine = create_engine(url, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise WorkbenchError(
            Message("No driver for {name} is installed", name=backend),
            where=where,
            remedy=Message(
                "Install the package that SQLAlchemy names for it; for PostgreSQL that is psycopg"
            ),
        ) from error
    try:
        with engine.connect() as connection:
            if backend == "postgresql":
                connection.execution_options(postgresql_readonly=True)
                connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(source.timeout * 1000)}")
            elif backend in _READ_ONLY:
                connection.exec_driver_sql(_READ_ONLY[backend])
            yield connection
    finally:
        engine.dispose()


def _statement(connection: Any, backend: str, source: AnySource, where: str) -> tuple[Any, bool, str | None]:
    """What is run, whether its rows come in an order, and the table that was found where none was named."""
    from sqlalchemy import inspect, literal_column, select, table, text

    if source.query is not None:
        statement = text(source.query)
        missing = sorted(set(statement.compile().params) - set(source.parameters))
        if missing:
            raise WorkbenchError(
                Message("The query has no value for {name!r}", name=missing[0]),
                where=where,
                remedy=Message("Write it under `parameters` of the source, or \\: for a colon that is meant"),
            )
        return statement, is_ordered(source.query, backend, where=where), None
    name = source.table
    found = None
    if name is None:
        asked = inspect(connection)
        names = sorted({*asked.get_table_names(), *asked.get_view_names()})
        found = name = single(names, where=where)
    schema, _, own = name.rpartition(".")
    return select(literal_column("*")).select_from(table(own, schema=schema or None)), False, found


def single(names: list[str], *, where: str) -> str:
    """The only table of a database. WorkbenchError where there is none, or which one is meant is not said."""
    if len(names) == 1:
        return names[0]
    if not names:
        raise WorkbenchError(
            Message("The database has no table"),
            where=where,
            remedy=Message("See whether it is the right one"),
        )
    raise WorkbenchError(
        Message("The database has {count} tables: {names}", count=len(names), names=names[:12]),
        where=where,
        remedy=Message("Say which: {line}", line=f'table = "{names[0]}"'),
    )


@contextmanager
def _told(shown: str, *, secret: str) -> Iterator[None]:
    """What the database says as one line, without the password."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        original = getattr(error, "orig", None) or error
        fault = next(
            (line.strip() for line in str(original).splitlines() if line.strip()), type(original).__name__
        )
        if secret:
            fault = fault.replace(secret, "…")
        raise WorkbenchError(
            Message("The database says: {fault}", fault=fault.rstrip(".")),
            where=shown,
            remedy=Message("Mend the address or the query in project.toml"),
        ) from error
