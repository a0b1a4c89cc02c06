"""The engines that answer: DuckDB inside the process, or Spark when a log outgrows the machine.

Everything after reading is an ibis expression, so both engines get the same definition. An engine adds the
three things that ibis leaves to its backend: keeping an intermediate result, reading and writing Parquet.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir
import pandas as pd

__all__ = ["DuckDBEngine", "Engine", "Progress", "SparkEngine", "silent"]

Progress = Callable[[str, float], None]
_numbers = itertools.count()


def silent(what: str, fraction: float) -> None:
    """Progress that nobody watches."""


class Engine(Protocol):
    """What the prepared log needs of a backend."""

    def keep(self, expr: ir.Table, name: str) -> ir.Table:
        """The expression's rows, computed once and held until the engine goes."""

    def drop(self, table: ir.Table) -> None:
        """Let go of a kept table that nothing asks any more."""

    def frame(self, expr: ir.Table) -> pd.DataFrame:
        """The expression's rows as a pandas frame."""

    def read_parquet(self, path: Path) -> ir.Table:
        """A table over a Parquet file; nothing is read yet."""

    def write_parquet(self, expr: ir.Table, path: Path) -> None:
        """The expression's rows, in their order, as one Parquet file."""


@contextmanager
def _unfused() -> Iterator[None]:
    """Leave merging nested selects to DuckDB, which does it in no time: ibis spends half of a small question on it."""
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before


class DuckDBEngine:
    """DuckDB in this process, in memory or spilling to `spill`.

    `memory_limit` is DuckDB's own form ("4GB"); `threads` defaults to all cores.
    """

    def __init__(
        self,
        backend: Any | None = None,
        *,
        memory_limit: str | None = None,
        spill: Path | None = None,
    ) -> None:
        self.backend = backend if backend is not None else ibis.duckdb.connect()
        if memory_limit:
            self.backend.raw_sql(f"SET memory_limit = '{memory_limit}'")
        if spill is not None:
            escaped = str(spill).replace("'", "''")
            self.backend.raw_sql(f"SET temp_directory = '{escaped}'")
        # A file of another user must never be fetched or an extension downloaded behind the user's back.
        self.backend.raw_sql("SET autoinstall_known_extensions = false")
        # Where Python looks interactive (a kernel, `python -c`) DuckDB draws slow queries on stdout, over our answer.
        self.backend.raw_sql("SET enable_progress_bar = false")

    def keep(self, expr: ir.Table, name: str) -> ir.Table:
        with _unfused():
            table: ir.Table = self.backend.create_table(f"{name}_{next(_numbers)}", expr, temp=True)
        return table

    def drop(self, table: ir.Table) -> None:
        self.backend.raw_sql(f'DROP TABLE IF EXISTS "{table.get_name()}"')

    def frame(self, expr: ir.Table) -> pd.DataFrame:
        with _unfused():
            return pd.DataFrame(self.backend.to_pandas(expr))

    def read_parquet(self, path: Path) -> ir.Table:
        table: ir.Table = self.backend.read_parquet(str(path), table_name=f"parquet_{next(_numbers)}")
        return table

    def write_parquet(self, expr: ir.Table, path: Path) -> None:
        with _unfused():
            self.backend.to_parquet(expr, str(path), compression="zstd")


class SparkEngine:
    """A Spark session, local or a cluster's. The session's zone must be UTC: day arithmetic rests on it."""

    def __init__(self, session: Any) -> None:
        session.conf.set("spark.sql.session.timeZone", "UTC")
        # Spark 4.0 carries what it inferred of a checkpointed table into unions of it and then cannot find the
        # columns ("key not found"). What it infers saves little here and takes long to infer.
        session.conf.set("spark.sql.constraintPropagation.enabled", "false")
        self.session = session
        self.backend = ibis.pyspark.connect(session)

    def keep(self, expr: ir.Table, name: str) -> ir.Table:
        view = f"{name}_{next(_numbers)}"
        # Spark has no temporary tables: a view, computed once and cut off from what it was made from.
        self.backend.create_view(f"{view}_plan", expr)
        self.session.table(f"{view}_plan").localCheckpoint().createOrReplaceTempView(view)
        table: ir.Table = self.backend.table(view)
        return table

    def drop(self, table: ir.Table) -> None:
        self.session.catalog.dropTempView(table.get_name())

    def frame(self, expr: ir.Table) -> pd.DataFrame:
        return pd.DataFrame(self.backend.to_pandas(expr))

    def read_parquet(self, path: Path) -> ir.Table:
        table: ir.Table = self.backend.read_parquet(str(path), table_name=f"parquet_{next(_numbers)}")
        return table

    def write_parquet(self, expr: ir.Table, path: Path) -> None:
        self.backend.to_parquet(expr, str(path))
