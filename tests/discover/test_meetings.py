"""Which activities meet in one case: each pair once, in however many events, the most frequent activities only."""

from __future__ import annotations

import pandas as pd
import pytest

import workbench as wb
from workbench.discover import meeting_frame
from workbench.log.prepared import PreparedLog

WAYS = {"1": "ask ask answer", "2": "answer ask", "3": "ask refuse", "4": "ask", "5": "refuse"}


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    rows = [(case, activity) for case, way in WAYS.items() for activity in way.split()]
    frame = pd.DataFrame(rows, columns=["case", "activity"])
    return wb.load(frame.assign(time=pd.date_range("2026-01-01", periods=len(rows)))).prepared


def test_pairs_and_each_with_itself(log: PreparedLog) -> None:
    assert list(meeting_frame(log).itertuples(index=False, name=None)) == [
        ("ask", "ask", 4),
        ("ask", "answer", 2),
        ("ask", "refuse", 1),
        ("answer", "answer", 2),
        ("answer", "refuse", 0),
        ("refuse", "refuse", 2),
    ]


def test_only_the_most_frequent(log: PreparedLog) -> None:
    assert set(meeting_frame(log, most=2)["other"]) == {"ask", "answer"}


def test_no_case(log: PreparedLog) -> None:
    nothing = log.within(log.cases.filter(log.cases["case_id"] == "nobody").select("case_key"))
    frame = meeting_frame(nothing)
    assert (len(frame), list(frame.columns)) == (0, ["activity", "other", "cases"])
