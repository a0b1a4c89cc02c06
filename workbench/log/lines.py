"""Connections to one DuckDB beside its first: what several threads ask is answered at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from workbench.log.bits import set_variable
from workbench.sql import ident, literal

__all__ = ["Lines"]


class Lines:
    """Up to so many connections, made when they are needed; who finds none free waits for one.

    `kept` are the names of variables with their tables: a connection learns those that its statement looks at.
    """

    def __init__(self, make: Callable[[], duckdb.DuckDBPyConnection], kept: Set[str], most: int) -> None:
        self._make = make
        self._kept = kept
        self._free: list[_Line] = []
        self._turns = threading.BoundedSemaphore(most)

    def rows(self, select: str) -> pa.Table:
        """The rows of a statement."""
        with self._free_one(select) as connection:
            return connection.sql(select).to_arrow_table()

    def do(self, statement: str) -> None:
        """A statement that answers nothing."""
        with self._free_one(statement) as connection:
            connection.execute(statement)

    @contextmanager
    def _free_one(self, statement: str) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._turns:
            try:
                line = self._free.pop()
            except IndexError:
                line = _Line(self._make(), set())
            try:
                self._tell(line, statement)
                yield line.connection
            finally:
                self._free.append(line)

    def _tell(self, line: _Line, select: str) -> None:
        kept = frozenset(self._kept)
        for name in line.known - kept:
            line.connection.execute(f"RESET VARIABLE {ident(name)}")
        line.known &= kept
        # Those of other statements may be dropped at any moment.
        for name in kept - line.known:
            if literal(name) in select:
                line.connection.execute(set_variable(name))
                line.known.add(name)


@dataclass
class _Line:
    connection: duckdb.DuckDBPyConnection
    known: set[str]
