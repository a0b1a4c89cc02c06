"""Counted by ways, as it is while somebody explores, the map says what it says counted event by event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import workbench as wb
from workbench.api import Log
from workbench.discover import (
    activity_frame,
    map_frame,
    meeting_frame,
    passing_frame,
    worth_cases,
    worth_frame,
)
from workbench.discover.wayflow import knows_flow
from workbench.generate import generate_project
from workbench.log.prepared import PreparedLog

# Three ways of many cases each; "ask" follows itself, "answer" comes twice, "refuse" alone.
WAYS = ["ask ask answer", "ask answer close answer", "refuse"] * 9 + ["answer ask"]

ASKED: dict[str, Callable[[PreparedLog], pd.DataFrame]] = {
    "nodes": activity_frame,
    "edges": lambda log: map_frame(log, statistics=()),
    "meetings": meeting_frame,
    "passing": passing_frame,
    "worth": worth_frame,
}
CHOSEN: dict[str, Callable[[Log], Log]] = {
    "all": lambda log: log,
    "some": lambda log: log.where({"kind": "activity", "any": ["close", "refuse"]}),
    "none": lambda log: log.where({"kind": "activity", "all": ["close", "refuse"]}),
    "hidden": lambda log: log.hide("ask"),
    "some, hidden": lambda log: log.where({"kind": "activity", "any": ["ask"]}).hide("answer", "close"),
}


@pytest.fixture(scope="module")
def log() -> Log:
    rows = [(f"{case}", activity) for case, way in enumerate(WAYS) for activity in way.split()]
    frame = pd.DataFrame(rows, columns=["case", "activity"])
    return wb.load(frame.assign(time=pd.date_range("2026-01-01", periods=len(rows))))


@pytest.fixture(scope="module")
def receivables(tmp_path_factory: pytest.TempPathFactory) -> Log:
    folder = tmp_path_factory.mktemp("ways") / "project"
    generate_project(folder, process="credit-collections", cases=120, seed=4)
    return wb.open(folder)


@pytest.fixture(scope="module")
def seen(log: Log) -> Log:
    return log.remembering()


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("chosen", CHOSEN)
def test_as_counted_by_events(log: Log, seen: Log, asked: str, chosen: str) -> None:
    by_events, by_ways = CHOSEN[chosen](log).prepared, CHOSEN[chosen](seen).prepared
    assert (knows_flow(by_events, derived=True), knows_flow(by_ways, derived=True)) == (False, True)
    assert_frame_equal(ASKED[asked](by_ways), ASKED[asked](by_events))


def test_counted_by_hand(seen: Log) -> None:
    nodes = activity_frame(seen.prepared).set_index("activity")
    assert nodes.loc["ask", ["events", "cases", "starts", "ends"]].tolist() == [28, 19, 18, 1]
    assert nodes.loc["answer", ["events", "cases", "starts", "ends"]].tolist() == [28, 19, 1, 18]
    edges = map_frame(seen.prepared, statistics=()).set_index(["source", "target"])["count"]
    assert edges["ask", "ask"] == 9
    assert edges["ask", "answer"] == 18
    assert edges["answer", "ask"] == 1


def test_times_are_told_by_events(seen: Log, log: Log) -> None:
    assert_frame_equal(
        map_frame(seen.prepared, statistics=["mean"]), map_frame(log.prepared, statistics=["mean"])
    )


def test_trimmed_events_are_told_by_events(seen: Log, log: Log) -> None:
    trim = {"kind": "ends", "first": ["ask"], "last": ["answer"], "trim": True}
    by_ways, by_events = seen.where(trim).prepared, log.where(trim).prepared
    assert not knows_flow(by_ways, derived=True)
    assert_frame_equal(activity_frame(by_ways), activity_frame(by_events))


def test_a_log_of_as_many_ways_as_cases_is_not_taken_apart() -> None:
    rows = [(case, activity) for case, way in enumerate(["a b", "b a", "a"]) for activity in way.split()]
    frame = pd.DataFrame(rows, columns=["case", "activity"])
    seen = wb.load(frame.assign(time=pd.date_range("2026-01-01", periods=len(rows)))).remembering()
    assert not knows_flow(seen.prepared, derived=True)
    assert activity_frame(seen.prepared)["events"].sum() == len(rows)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("chosen", ["all", "reminded", "hidden", "reminded, hidden"])
def test_of_a_process_with_amounts(receivables: Log, asked: str, chosen: str) -> None:
    seen = receivables.remembering()
    assert seen.prepared.memory is not None
    seen.prepared.memory.kept["flow"] = True  # however few cases there are to a way
    found = []
    for log in (receivables, seen):
        if "reminded" in chosen:
            log = log.where({"kind": "activity", "any": ["overdue_reminder_sent"]})
        found.append(log.hide("invoice_sent", "due_date_passed") if "hidden" in chosen else log)
    by_events, by_ways = (replace(log.prepared, answers=None) for log in found)
    assert len(ASKED[asked](by_events)) > 5
    assert_frame_equal(ASKED[asked](by_ways), ASKED[asked](by_events))
    assert worth_cases(by_ways).equals(worth_cases(by_events))
    assert worth_cases(by_ways)["currency"].iloc[0] == "EUR"
