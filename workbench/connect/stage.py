"""Where reading keeps what it has read: in memory when small, in Parquet files beside when large.

Proving a date's format takes several looks at a column, and a large CSV is too slow to parse for each. What
is needed of it is therefore kept once, compressed and by columns, where the engine streams it.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import weakref
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.sql import literal

__all__ = ["LARGE", "Stage", "told_plainly"]

LARGE = 64 * 2**20
"""Sources above this many bytes are kept in files; below, memory is faster and leaves nothing behind."""


@contextmanager
def told_plainly(where: str) -> Iterator[None]:
    """Whatever the engine could not do (no disk left, no memory) as one line that says so."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise  # who prepares knows the limit, and says it
    except duckdb.Error as error:
        raise WorkbenchError(
            Message("The engine gave up: {fault}", fault=str(error).splitlines()[0].rstrip(".")),
            where=where,
            remedy=Message(
                "See whether memory or disk are full; otherwise please report this with the file's first lines"
            ),
        ) from error


def _is_pattern(path: Path) -> bool:
    return any(letter in str(path) for letter in "*?[")


class Stage:
    """The working space of one reading: tables and files that live as long as the backend they belong to.

    What it keeps is seen by every connection to the backend, what is registered by the first alone.
    `scratch` is a folder that the caller empties; without one, a temporary folder goes with the backend.
    """

    def __init__(self, backend: Any, *, scratch: Path | None = None) -> None:
        self.backend = backend
        self.con = backend.con
        # Where Python looks interactive DuckDB draws slow queries on stdout, over our answer.
        self.con.execute("SET enable_progress_bar = false")
        self._token = secrets.token_hex(4)
        # A folder whose name the engine would take for a pattern cannot hold what it is to read.
        self._scratch = scratch if scratch is None or not _is_pattern(scratch) else None
        self._count = 0
        self._tables: dict[str, str] = {}
        self._frames: list[str] = []
        self._files: dict[str, Path] = {}

    def _next(self, name: str) -> str:
        self._count += 1
        return f"connect_{self._token}_{self._count}_{name}"

    def file(self, name: str, suffix: str) -> Path:
        """A path for a new file in the scratch folder."""
        if self._scratch is None:
            folder = tempfile.TemporaryDirectory(prefix="workbench-", ignore_cleanup_errors=True)
            weakref.finalize(self.backend, folder.cleanup)
            self._scratch = Path(folder.name)
        self._scratch.mkdir(parents=True, exist_ok=True)
        return self._scratch / (self._next(name) + suffix)

    def readable(self, path: Path) -> Path:
        """A path that the engine takes for this one file: in its own language `[1]` and `*` stand for others."""
        if not _is_pattern(path):
            return path
        alias = self.file("alias", path.suffix)
        try:
            alias.symlink_to(path.resolve())
        except OSError:
            shutil.copyfile(path, alias)
        return alias

    def keep(self, name: str, select: str, *, large: bool) -> str:
        """The rows of a SELECT, computed once; returns the name under which they can be read."""
        if large:
            path = self.write(name, select)
            return self.view(name, f"SELECT * FROM read_parquet({literal(str(path))})", over=path)
        table = self._next(name)
        self.con.execute(f"CREATE TABLE {table} AS {select}")
        self._tables[table] = "TABLE"
        return table

    def write(self, name: str, select: str) -> Path:
        """The rows of a SELECT in a new Parquet file, in their order."""
        path = self.file(name, ".parquet")
        self.con.execute(f"COPY ({select}) TO {literal(str(path))} (FORMAT parquet)")
        return path

    def numbered(self, name: str, lines: str, columns: str) -> str:
        """Lines of text kept in a file that knows their numbers: `row`, from 0, and the columns.

        Numbering them while they are read would take one core only.
        """
        path = self.write(name, f"SELECT {columns} FROM ({lines})")
        numbered = f"read_parquet({literal(str(path))}, file_row_number = true)"
        return self.view(name, f"SELECT file_row_number AS row, {columns} FROM {numbered}", over=path)

    def view(self, name: str, select: str, *, over: Path | None = None) -> str:
        """A SELECT under a name, computed whenever it is read; the file that it lies `over` goes with it."""
        table = self._next(name)
        self.con.execute(f"CREATE VIEW {table} AS {select}")
        self._tables[table] = "VIEW"
        if over is not None:
            self._files[table] = over
        return table

    def register(self, name: str, frame: Any) -> str:
        """A data frame or Arrow table that can be read by name."""
        table = self._next(name)
        self.con.register(table, frame)
        self._frames.append(table)
        return table

    def drop(self, table: str) -> None:
        """Forget a kept table that nothing reads any more."""
        self.con.execute(f"DROP {self._tables.pop(table)} {table}")
        path = self._files.pop(table, None)
        if path is not None:
            path.unlink()

    def drop_all_but(self, wanted: Collection[str]) -> None:
        """Forget everything kept on the way to these tables."""
        for table in [name for name in self._tables if name not in wanted]:
            self.drop(table)
        while self._frames:
            self.con.unregister(self._frames.pop())

    def row(self, select: str) -> tuple[Any, ...]:
        """The single row of an aggregate."""
        found = self.con.execute(select).fetchone()
        assert found is not None
        return tuple(found)

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """All rows of a small result."""
        return [tuple(row) for row in self.con.execute(select).fetchall()]
