"""One KPI for each of twenty values of an attribute over 36 months: ours, and the same statement written for DuckDB."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.work import Data, Measured, Side, Work, timed

__all__ = ["KPI", "WORK", "write_series"]

KPI = "AP01"
_VALUES, _MONTHS, _AS_OF = 20, 36, date(2025, 12, 31)
_MAPPING = {"case": "case_id", "activity": "activity", "time": "happened"}


def write_series(engine: Any, path: Path, events: int) -> None:
    """Cases of two events that begin within three years, each of one of twenty kinds; the same ones every time."""
    engine.execute(f"""
        COPY (
            WITH cases AS (
                SELECT number, TIMESTAMP '2023-01-01' + to_seconds(hash(number) % {1095 * 86400}) AS began,
                    'kind ' || lpad((hash(number, 1) % {_VALUES})::VARCHAR, 2, '0') AS kind,
                    to_seconds(60 + hash(number, 2) % {5 * 86400}) AS took
                FROM range({max(1, events // 2)}) AS made(number)
            )
            SELECT number::VARCHAR AS case_id, 'asked' AS activity, began AS happened, kind FROM cases
            UNION ALL SELECT number::VARCHAR, 'answered', began + took, kind FROM cases
            ORDER BY case_id, happened
        ) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
    """)


def _ours(data: Data) -> Measured:
    import workbench as wb

    log = wb.load(data.series, mapping=_MAPPING, time_zone="UTC", as_of=_AS_OF)
    os.environ["WORKBENCH_CACHE"] = "0"
    log.kpis([KPI])  # imports and the first question are what every call costs, not this one
    frame, seconds, cpu = timed(lambda: log.trend([KPI], by="kind", months=_MONTHS))
    told = frame[frame["n"] > 0].sort_values(["group", "start"])
    answer = [
        [str(row["group"]), str(row["start"]), int(row["n"]), float(row["value"])]
        for row in told.to_dict("records")
    ]
    return Measured(seconds, cpu, answer, {"points": len(frame)})


def _duckdb(data: Data) -> Measured:
    """Over cases with their first and last event, as the prepared log has them, too."""
    import duckdb

    engine = duckdb.connect()
    engine.execute(f"""
        CREATE TABLE cases AS SELECT case_id, min(happened) AS began, max(happened) AS ended, any_value(kind) AS kind
        FROM read_parquet('{data.series}') WHERE happened <= TIMESTAMP '{_AS_OF} 23:59:59.999999' GROUP BY case_id
    """)
    question = """
        SELECT kind, strftime(date_trunc('month', ended), '%Y-%m-%d') AS month, count(*) AS n,
            sum(epoch_us(ended) - epoch_us(began)) / 86400e6 / count(*) AS mean,
            quantile_cont((epoch_us(ended) - epoch_us(began))::DOUBLE, [0.5, 0.9]) AS beside
        FROM cases GROUP BY ALL ORDER BY kind, month
    """
    found, seconds, cpu = timed(lambda: engine.execute(question).fetchall())
    return Measured(seconds, cpu, [[kind, month, n, mean] for kind, month, n, mean, _ in found])


WORK = Work(
    "series",
    "One KPI by an attribute of 20 values over 36 months",
    ("series",),
    Side(f'`log.trend(["{KPI}"], by="kind", months=36)`', _ours),
    Side(
        "DuckDB: the same mean, median and P90 of its own table of cases, grouped by value and month", _duckdb
    ),
)
