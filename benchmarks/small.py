"""Small logs, where what every call costs anyway counts: the first figure, and a hundred logs one after another."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from benchmarks.maps import ACTIVITY, CASE, MAPPING, TIME, edges_of, pm4py_edges
from benchmarks.work import Data, Measured, Side, Target, Work, timed

__all__ = ["WORKS"]

_FIRST = Target("seconds", 2.5)


def _logs(data: Data) -> tuple[Path, list[Path]]:
    """One to warm up with, so that nobody pays for imports, and the others."""
    first, *others = sorted(data.logs.iterdir())
    return first, others


def _first_map(data: Data) -> Measured:
    import workbench as wb

    path = _logs(data)[0]
    frame, seconds, cpu = timed(lambda: wb.load(path, mapping=MAPPING, time_zone="UTC").map())
    return Measured(seconds, cpu, edges_of(frame, "mean", "median"))


def _command(name: str) -> Any:
    def command(data: Data) -> list[str]:
        return [sys.executable, "-m", "workbench", name, str(data.first), "--format", "json"]

    return command


def _forget_store(data: Data) -> None:
    shutil.rmtree(data.first / "store", ignore_errors=True)


def _forget_answers(data: Data) -> None:
    for path in (data.first / "store").glob("answers.db*"):
        path.unlink()


def _hundred(data: Data) -> Measured:
    import workbench as wb

    os.environ["WORKBENCH_CACHE"] = "0"
    first, others = _logs(data)

    def ask(path: Path) -> Any:
        return wb.load(path, mapping=MAPPING, time_zone="UTC").map()

    ask(first)
    found, seconds, cpu = timed(lambda: [ask(path) for path in others])
    return Measured(seconds, cpu, [edges_of(frame, "mean", "median") for frame in found])


def _pm4py_hundred(data: Data) -> Measured:
    import pandas as pd
    import pm4py

    first, others = _logs(data)

    def ask(path: Path) -> tuple[Any, Any]:
        log = pm4py.format_dataframe(
            pd.read_csv(path), case_id=CASE, activity_key=ACTIVITY, timestamp_key=TIME
        )
        counts, _, _ = pm4py.discover_dfg(log)
        times, _, _ = pm4py.discover_performance_dfg(log)
        return counts, times

    ask(first)
    found, seconds, cpu = timed(lambda: [ask(path) for path in others])
    return Measured(seconds, cpu, [pm4py_edges(counts, times) for counts, times in found])


WORKS = (
    Work(
        "first-map",
        "First figure of a small log from process start: a CSV file loaded and mapped",
        ("logs",),
        Side("`wb.load(…).map()`", _first_map, whole=True),
        targets=(_FIRST,),
    ),
    Work(
        "first-command",
        "First figure on the command line, project prepared, no answer kept",
        ("first",),
        Side("`workbench map`", command=_command("map"), before=_forget_answers),
        targets=(_FIRST,),
    ),
    Work(
        "first-kpis",
        "All KPIs on the command line, the project prepared from CSV first",
        ("first",),
        Side("`workbench kpis`", command=_command("kpis"), before=_forget_store),
    ),
    Work(
        "hundred",
        "Small logs one after another, each read from CSV and mapped",
        ("logs",),
        Side("`wb.load(…).map()` of each", _hundred),
        Side(
            "`read_csv`, `format_dataframe`, `discover_dfg`, `discover_performance_dfg` of each",
            _pm4py_hundred,
        ),
        (Target("times_faster", 1),),
    ),
)
