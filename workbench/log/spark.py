"""Spark as the engine, for a log that outgrows the machine."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from workbench.log.encodings import has_split_bytes
from workbench.log.engine import Narrowing
from workbench.log.forgotten import Forgotten
from workbench.log.said import Said

__all__ = ["SparkEngine"]

_numbers = itertools.count()


class SparkEngine:
    """A Spark session, local or a cluster's. The session's zone must be UTC: day arithmetic rests on it."""

    # Each of its tasks answers when it is done.
    keeps_order = False
    # It puts the tasks of one question on all processors, and its session is asked by one thread.
    askers = 1

    def __init__(self, session: Any) -> None:
        session.conf.set("spark.sql.session.timeZone", "UTC")
        # Spark 4.0 carries what it inferred of a checkpointed table into unions of it and then cannot find the
        # columns ("key not found"). What it infers saves little here and takes long to infer.
        session.conf.set("spark.sql.constraintPropagation.enabled", "false")
        self.session = session
        self.backend = ibis.pyspark.connect(session)
        self._forgotten = Forgotten()
        # Spark divides the work itself.
        self.range_events: int | None = None

    def keep(self, expr: ir.Table, name: str) -> ir.Table:
        for forgotten in self._forgotten.names():
            self.session.catalog.dropTempView(forgotten)
        view = f"{name}_{next(_numbers)}"
        # Spark has no temporary tables: a view, computed once and cut off from what it was made from.
        self.backend.create_view(f"{view}_plan", expr)
        self._as_said(self.session.table(f"{view}_plan"), expr).localCheckpoint().createOrReplaceTempView(
            view
        )
        self.session.catalog.dropTempView(f"{view}_plan")
        return self._forgotten.watch(self.backend.table(view))

    @staticmethod
    def _as_said(frame: Any, expr: ir.Table) -> Any:
        """The rows with columns of the types that the expression says: Spark numbers rows in 32 bits, ibis says 64."""
        from ibis.backends.pyspark.datatypes import PySparkSchema

        wanted = {field.name: field.dataType for field in PySparkSchema.from_ibis(expr.schema()).fields}
        found = {field.name: field.dataType for field in frame.schema.fields}
        return frame.withColumns(
            {name: frame[f"`{name}`"].cast(kind) for name, kind in wanted.items() if kind != found[name]}
        )

    def set_aside(self, expr: ir.Table, name: str) -> ir.Table:
        return self.keep(expr, name)

    def drop(self, table: ir.Table) -> None:
        self.session.catalog.dropTempView(table.op().name)

    def narrowing(self, case_keys: ir.Table, cases: ir.Table) -> Narrowing:
        kept = self.keep(case_keys, "chosen")
        return lambda table: table.semi_join(kept, "case_key")

    def picking(self, ordered: ir.Table, spans: ir.Table) -> Narrowing:
        kept = self.keep(spans, "picked")

        def narrowed(table: ir.Table) -> ir.Table:
            found = table.join(kept, "case_key")
            found = found.filter(found["pos"] >= found["since"], found["pos"] <= found["until"])
            return found.select(*table.columns)

        return narrowed

    def said(self, expr: ir.Table) -> None:
        return None

    def frame(self, asked: ir.Table | Said) -> pd.DataFrame:
        return pd.DataFrame(self.backend.to_pandas(_expression(asked)))

    def arrow(self, asked: ir.Table | Said) -> pa.Table:
        return self.backend.to_pyarrow(_expression(asked))

    def read_parquet(self, *paths: Path) -> ir.Table:
        if any(has_split_bytes(path) for path in paths):
            self.session.conf.set("spark.sql.parquet.enableVectorizedReader", "false")
        name = f"parquet_{next(_numbers)}"
        self.session.read.parquet(*map(str, paths)).createOrReplaceTempView(name)
        table: ir.Table = self.backend.table(name)
        return table

    def write_parquet(self, expr: ir.Table, path: Path) -> None:
        self.backend.to_parquet(expr, str(path))

    def files_of(self, table: ir.Table) -> tuple[Path, ...]:
        return ()


def _expression(asked: ir.Table | Said) -> ir.Table:
    assert not isinstance(asked, Said), "Spark says nothing to be asked again"
    return asked
