"""Preparing and all KPIs: ours, and what DuckDB alone needs to read, sort and write or to read it all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.series import WORK as SERIES
from benchmarks.work import Data, Measured, Side, Target, Work, timed

if TYPE_CHECKING:
    from workbench.api import Log

__all__ = ["WORKS", "growth_work"]

_GB = 10**9
_PEER_MEMORY = "3GB"
"""What ours may hold in memory while it prepares, unless it is told otherwise."""


def _remove_store(project: Path) -> None:
    shutil.rmtree(project / "store", ignore_errors=True)


def _rows_read(log: Log) -> int:
    return int(
        sum(source["rows_in"] for source in log.accounting().to_dict("records") if source["kind"] == "events")
    )


def _store_bytes(project: Path) -> int:
    return sum(path.stat().st_size for path in (project / "store").rglob("*.parquet"))


# ---------------------------------------------------------------------- ours
def _prepare(data: Data) -> Measured:
    import workbench as wb

    project = data.receivables()
    log, seconds, cpu = timed(lambda: wb.open(project))
    return Measured(seconds, cpu, {"events": _rows_read(log)}, {"bytes of the store": _store_bytes(project)})


def _kpis(project: Path) -> Measured:
    import workbench as wb

    log = wb.open(project)
    os.environ["WORKBENCH_CACHE"] = "0"
    log.size()
    (kpis, rules), seconds, cpu = timed(lambda: (log.kpi_records(), log.rules()))
    facts: dict[str, float] = {"KPIs": len(kpis), "rules": len(rules)}
    told = [[found["id"], found["value"]] for found in kpis]
    return Measured(seconds, cpu, told, facts)


def growth_work(events: int) -> Work:
    """A log of so many events prepared and mapped: what a size costs."""

    def ask(data: Data) -> Measured:
        import workbench as wb

        project = data.receivables(events)
        log, prepared, busy = timed(lambda: wb.open(project))
        os.environ["WORKBENCH_CACHE"] = "0"
        edges, mapped, more = timed(lambda: log.map(statistics=["mean"]))
        facts = {
            "events": _rows_read(log),
            "seconds of preparing": prepared,
            "seconds of the map": mapped,
            "bytes of the store": _store_bytes(project),
        }
        return Measured(prepared + mapped, busy + more, edges["count"].tolist(), facts)

    return Work(
        f"growth-{events}",
        f"{events:,} events prepared and mapped",
        (f"receivables-{events}",),
        Side(
            '`wb.open(…)` without a store, then `log.map(statistics=["mean"])`',
            ask,
            before=lambda data: _remove_store(data.receivables(events)),
        ),
        targets=(Target("memory", 8 * _GB),),
    )


# ---------------------------------------------------------------------- DuckDB alone
def _duckdb_prepare(data: Data) -> Measured:
    """The events alone; every type by DuckDB's own detection, the row's number as the order of the source."""
    import duckdb

    project = data.receivables()
    written = data.folder / "peer-prepared.parquet"
    engine = duckdb.connect()
    engine.execute(f"SET memory_limit = '{_PEER_MEMORY}'")
    engine.execute(f"SET temp_directory = '{data.folder / 'peer-spill'}'")
    engine.execute("SET enable_progress_bar = false")
    _, seconds, cpu = timed(
        lambda: engine.execute(f"""
            COPY (
                SELECT *, row_number() OVER () AS ord FROM read_csv('{project / "data" / "events.csv"}')
                ORDER BY invoice_number, event_time, ord
            ) TO '{written}' (FORMAT parquet, COMPRESSION zstd)
        """)
    )
    counted = engine.execute(f"SELECT count(*) FROM read_parquet('{written}')").fetchall()
    engine.close()
    written.unlink()
    return Measured(seconds, cpu, {"events": counted[0][0]})


def _duckdb_maxima(project: Path) -> Measured:
    import duckdb

    engine = duckdb.connect()
    questions = [_maxima_of(engine, paths) for paths in _tables(project / "store")]

    def ask() -> list[Any]:
        return [engine.execute(question).fetchall() for question in questions]

    _, seconds, cpu = timed(ask)
    return Measured(seconds, cpu, facts={"tables": len(questions)})


def _tables(store: Path) -> list[list[Path]]:
    """The files of each table of the generation that counts."""
    manifest = json.loads((store / "manifest.json").read_text(encoding="utf-8"))
    folder = store / manifest["generation"]
    return [[folder / name for name in names] for names in manifest["files"].values()]


def _maxima_of(engine: Any, paths: list[Path]) -> str:
    """The largest value of each column of a table. Its columns are asked beforehand, which warms the engine up."""
    table = f"read_parquet({[str(path) for path in paths]})"
    names = [row[0] for row in engine.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()]
    maxima = ", ".join(f'max("{name}")' for name in names)
    return f"SELECT {maxima} FROM {table}"


# ---------------------------------------------------------------------- the works
def _all_kpis(name: str, title: str, need: str, project: Callable[[Data], Path]) -> Work:
    return Work(
        name,
        title,
        (need,),
        Side("`log.kpi_records()` + `log.rules()`", lambda data: _kpis(project(data))),
        Side(
            "DuckDB: `max()` of every column of the store's Parquet files",
            lambda data: _duckdb_maxima(project(data)),
        ),
        (Target("times_slower", 15),),
    )


WORKS = (
    Work(
        "prepare",
        "Prepare from CSV, with all checks, pairs, balances, verdicts",
        ("receivables",),
        Side("`wb.open(…)` without a store", _prepare, before=lambda data: _remove_store(data.receivables())),
        Side(
            "DuckDB: `read_csv` of the events, sort by case, time and source order, write Parquet",
            _duckdb_prepare,
        ),
        (Target("times_slower", 3.5), Target("memory", 4 * _GB)),
    ),
    _all_kpis("kpis", "All declared KPIs and rules at once", "prepared", Data.receivables),
    _all_kpis("deal-kpis", "The same of as many events of leads and deals", "deals", lambda data: data.deals),
    SERIES,
)
