"""Cases worth looking at, and one case's history."""

from __future__ import annotations

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.discover import example_frame, history_frame
from workbench.errors import WorkbenchError
from workbench.log.prepared import PreparedLog
from workbench.messages import Message

CASES = """
invoice_number | invoice_amount | currency | due_date
a | 100.00 | EUR | 2026-12-31
b | 200.00 | EUR | 2026-12-31
c | 300.00 | EUR | 2026-12-31
d | 900.00 | EUR | 2026-12-31
e | 500.00 | USD | 2026-12-31
f | 800.00 | EUR | 2026-12-31
"""
# a, b and c go one way and take 1, 4 and 20 days; d and f are open, the larger one is d; e is open in dollars.
EVENTS = """
a | invoice_generated | 2026-01-01 09:00
a | invoice_settled | 2026-01-02 09:00
b | invoice_generated | 2026-01-01 09:00
b | invoice_settled | 2026-01-05 09:00
c | invoice_generated | 2026-01-01 09:00
c | invoice_settled | 2026-01-21 09:00
d | invoice_generated | 2026-01-03 09:00
e | invoice_generated | 2026-01-03 09:00
e | invoice_sent | 2026-01-04 09:00 | ana
e | payment_received | 2026-01-06 21:00 | - | - | payment_amount=20.00
f | invoice_generated | 2026-01-03 09:00
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-02-28")


def test_each_case_says_why_it_was_chosen(log: PreparedLog) -> None:
    frame = example_frame(log, variants=1)
    assert list(zip(frame["case_id"], frame["why"], strict=True)) == [
        ("b", "typical of variant 1"),
        ("c", "the longest case"),
        ("d", "the largest open case in EUR"),
        ("e", "the largest open case in USD"),
    ]
    assert all(isinstance(why, Message) for why in frame["why"])
    assert frame["amount"].tolist() == [200.0, 300.0, 900.0, 500.0]
    assert frame["duration_seconds"].tolist()[:2] == [4 * 86_400, 20 * 86_400]


def test_a_case_is_shown_once(log: PreparedLog) -> None:
    frame = example_frame(log, variants=10)
    assert frame["case_id"].is_unique


def test_the_history_of_a_case(log: PreparedLog) -> None:
    frame = history_frame(log, "e")
    assert frame["activity"].tolist() == ["invoice_generated", "invoice_sent", "payment_received"]
    assert frame["seconds_since_previous"].tolist()[1:] == [86_400, 60 * 3600]
    assert frame["payment_amount"].tolist()[2] == 20.0
    assert "dispute_id" not in frame.columns


def test_a_case_that_is_not_there(log: PreparedLog) -> None:
    with pytest.raises(WorkbenchError, match="There is no case 'z'"):
        history_frame(log, "z")


def test_any_process_and_none() -> None:
    frame = pd.DataFrame(
        {
            "case": ["x", "x", "y"],
            "activity": ["ask", "answer", "ask"],
            "time": pd.to_datetime(["2026-01-01"] * 3),
        }
    )
    log = wb.load(frame).prepared
    assert example_frame(log)["case_id"].tolist() == ["y", "x"]
    nothing = log.within(log.cases.filter(log.cases["case_id"] == "nobody").select("case_key"))
    assert example_frame(nothing).empty
    assert list(example_frame(nothing).columns) == list(example_frame(log).columns)
