"""The map and the variants against pm4py's own, count for count and second for second.

pm4py gets the source as plain pandas reads it, so that a mistake in our reading or order shows as well; of the
generated project it gets what `to_pm4py` hands over.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import workbench as wb
from workbench.generate import generate_project

with contextlib.redirect_stdout(io.StringIO()):  # pm4py greets whoever imports it
    import pm4py

CASE, ACTIVITY, TIME = "case:concept:name", "concept:name", "time:timestamp"
Edge = tuple[str, str]


@dataclass(frozen=True)
class Pair:
    """One log as both see it."""

    ours: wb.Log
    theirs: pd.DataFrame


def fines(folder: Path) -> Pair:
    """10,000 cases that know only days: 949 events share their time with another of the case."""
    path = folder / "road_fines" / "traffic_fines_10k.csv"
    frame = pd.read_csv(path, dtype={"case_id": str})
    ours = wb.load(
        path,
        mapping={"case": "case_id", "activity": "activity", "time": "timestamp", "order": ".order"},
    )
    frame["timestamp"] = pd.to_datetime(frame["timestamp"], utc=True)
    frame = frame.sort_values(["case_id", "timestamp", ".order"], kind="stable")
    names = {"case_id": CASE, "activity": ACTIVITY, "timestamp": TIME}
    return Pair(ours, frame[list(names)].rename(columns=names))


def running_example(folder: Path) -> Pair:
    path = folder / "small" / "running-example.csv"
    frame = pd.read_csv(path, dtype={CASE: str})
    frame[TIME] = pd.to_datetime(frame[TIME], utc=True)
    ours = wb.load(path, mapping={"case": CASE, "activity": ACTIVITY, "time": TIME})
    return Pair(ours, frame.sort_values([CASE, TIME], kind="stable")[[CASE, ACTIVITY, TIME]])


def generated(folder: Path) -> Pair:
    generate_project(folder, process="credit-collections", cases=300, seed=5)
    ours = wb.open(folder)
    return Pair(ours, ours.to_pm4py())


MAKERS: dict[str, Callable[[Path], Pair]] = {
    "road fines": fines,
    "running example": running_example,
    "generated": generated,
}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("road fines", marks=pytest.mark.realdata),
        pytest.param("running example", marks=pytest.mark.realdata),
        "generated",
    ],
)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    if request.param == "generated":
        folder = tmp_path_factory.mktemp("generated") / "project"
    else:
        folder = request.getfixturevalue("realdata")
    return MAKERS[request.param](folder)


def edges(log: wb.Log, column: str) -> dict[Edge, Any]:
    frame = log.map(derived=False)
    return dict(zip(zip(frame["source"], frame["target"], strict=True), frame[column], strict=True))


def test_counts(log: Pair) -> None:
    graph, _, _ = pm4py.discover_dfg(log.theirs)
    assert edges(log.ours, "count") == dict(graph)
    assert sum(graph.values()) > 30


def test_starts_and_ends(log: Pair) -> None:
    nodes = log.ours.activities(derived=False).set_index("activity")
    starts, ends = nodes["starts"], nodes["ends"]
    assert starts[starts > 0].to_dict() == pm4py.get_start_activities(log.theirs)
    assert ends[ends > 0].to_dict() == pm4py.get_end_activities(log.theirs)


def test_events_of_each_activity(log: Pair) -> None:
    nodes = log.ours.activities(derived=False).set_index("activity")
    assert nodes["events"].to_dict() == pm4py.get_event_attribute_values(log.theirs, ACTIVITY)


@pytest.mark.parametrize("statistic", ["mean", "median", "min", "max", "sum"])
def test_times(log: Pair, statistic: str) -> None:
    theirs, _, _ = pm4py.discover_performance_dfg(log.theirs)
    ours = edges(log.ours, f"{statistic}_seconds")
    assert ours == pytest.approx({edge: found[statistic] for edge, found in theirs.items()}, rel=1e-12)


def test_variants(log: Pair) -> None:
    frame = log.ours.variants(derived=False)
    ours = dict(zip(map(tuple, frame["activities"]), frame["cases"], strict=True))
    theirs = {variant: int(count) for variant, count in pm4py.get_variants(log.theirs).items()}
    assert ours == theirs
    assert len(frame) == len(theirs) > 5


def test_what_is_handed_to_pm4py_is_the_same_log(log: Pair) -> None:
    handed, _, _ = pm4py.discover_dfg(log.ours.to_pm4py())
    assert dict(handed) == edges(log.ours, "count")
