"""SQLite files, opened so that nothing can be written, attached or loaded, whatever the file holds."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.sql import ident

__all__ = ["SQLITE", "SQLiteFile", "connect_read_only", "sqlite_file"]

SQLITE = b"SQLite format 3\0"
_STEPS = 100_000
_ALLOWED = {
    sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_TRANSACTION,
}  # fmt: skip
_TOUCHING_FILES = ("load_extension", "readfile", "writefile", "edit", "fts3_tokenizer")
_ASKING = ("table_info", "table_xinfo", "table_list")  # what may be asked of the schema


def connect_read_only(path: Path, *, timeout: float) -> sqlite3.Connection:
    """A connection that reads this one file for at most `timeout` seconds and can do nothing else."""
    # A file at rest is read as it lies. One with a journal beside it holds rows that only that journal has.
    journal = path.with_name(f"{path.name}-wal")
    at_rest = not journal.exists() or journal.stat().st_size == 0
    uri = f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if at_rest else ''}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.text_factory = lambda text: text.decode("utf-8", errors="replace")
    connection.set_authorizer(_authorize)
    until = time.monotonic() + timeout
    connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
    return connection


def _authorize(action: int, first: str | None, second: str | None, *_: Any) -> int:
    if action == sqlite3.SQLITE_PRAGMA:
        allowed = first in _ASKING or (first == "read_uncommitted" and second is None)
    else:
        touching = action == sqlite3.SQLITE_FUNCTION and str(second).lower() in _TOUCHING_FILES
        allowed = action in _ALLOWED and not touching
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


class SQLiteFile:
    """An open file that answers questions."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a SELECT, as they come."""
        yield from self._connection.execute(query)

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        return [
            str(name)
            for name, *_ in self._connection.execute(f"SELECT * FROM {ident(table)} LIMIT 0").description
        ]

    def tables(self) -> list[str]:
        """The tables and views."""
        named = "name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        wanted = f"SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND {named} ORDER BY name"
        return [str(name) for (name,) in self.rows(wanted)]


@contextmanager
def sqlite_file(path: Path, *, timeout: float = 600) -> Iterator[SQLiteFile]:
    """A file that answers questions. WorkbenchError where it is damaged, or takes too long."""
    try:
        connection = connect_read_only(path, timeout=timeout)
    except sqlite3.Error as error:
        raise told(path, error) from error
    try:
        yield SQLiteFile(connection)
    except sqlite3.Error as error:
        raise told(path, error) from error
    finally:
        connection.close()


def told(path: Path, error: sqlite3.Error) -> WorkbenchError:
    """What SQLite says, as one line of ours."""
    if "interrupted" in str(error):
        return WorkbenchError(
            Message("Reading the database takes too long"),
            where=str(path),
            remedy=Message("Raise `timeout` of the source, or name a table instead of a view"),
        )
    return WorkbenchError(
        Message("The file cannot be read as SQLite: {fault}", fault=str(error).rstrip(".")),
        where=str(path),
        remedy=Message("See that it is whole and not encrypted"),
    )
