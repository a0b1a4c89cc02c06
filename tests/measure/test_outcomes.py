"""How cases end: the event that ends them, open ones last, amounts, durations, and quarters in local days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.discover import case_durations
from workbench.log.prepared import PreparedLog
from workbench.measure import outcome_frame, outcome_quarter_frame

DAY = 86_400
CASES = """
invoice_number | invoice_amount | currency | due_date
a | 100.00 | EUR | 2026-04-20
b | 200.00 | EUR | 2026-04-20
c | 300.00 | USD | 2026-04-30
d | 400.00 | EUR | 2026-04-30
e | 500.00 | EUR | 2026-12-30
f | 600.00 | EUR | 2026-12-30
"""
# b is settled late in the evening of 31 March in Bogotá: the next day, and the next quarter, in UTC.
EVENTS = """
a | invoice_generated | 2026-01-01 09:00
a | invoice_settled | 2026-01-11 09:00
b | invoice_generated | 2026-03-11 22:00
b | invoice_settled | 2026-03-31 22:00
c | invoice_generated | 2026-09-01 09:00
c | invoice_settled | 2026-10-01 09:00
d | invoice_generated | 2026-02-01 09:00
d | invoice_written_off | 2026-08-01 09:00
e | invoice_generated | 2026-10-01 09:00
e | invoice_sent | 2026-10-06 09:00
f | invoice_generated | 2026-10-02 09:00
"""
SETTLED, WRITTEN_OFF = "invoice_settled", "invoice_written_off"


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-10-15", zone="America/Bogota")


def test_ways_to_end(log: PreparedLog) -> None:
    frame = outcome_frame(log)
    assert list(zip(frame["how"], frame["activity"], frame["cases"], strict=True)) == [
        ("ended", SETTLED, 3),
        ("ended", WRITTEN_OFF, 1),
        ("open", None, 2),
    ]
    assert frame["share"].tolist() == pytest.approx([3 / 6, 1 / 6, 2 / 6])
    assert frame["mean_seconds"].tolist() == pytest.approx([20 * DAY, 181 * DAY, 2.5 * DAY])
    assert frame["median_seconds"].tolist() == pytest.approx([20 * DAY, 181 * DAY, 2.5 * DAY])
    assert frame["amount_EUR"].tolist() == [300.0, 400.0, 1100.0]
    assert frame["amount_USD"].fillna(0).tolist() == [300.0, 0, 0]


def test_quarters_are_local_and_none_is_left_out(log: PreparedLog) -> None:
    frame = outcome_quarter_frame(log)
    rows = frame[["quarter", "activity", "cases", "amount_EUR", "amount_USD"]].itertuples(
        index=False, name=None
    )
    assert list(rows) == [
        (date(2026, 1, 1), SETTLED, 2, 300.0, 0.0),
        (date(2026, 1, 1), WRITTEN_OFF, 0, 0.0, 0.0),
        (date(2026, 4, 1), SETTLED, 0, 0.0, 0.0),
        (date(2026, 4, 1), WRITTEN_OFF, 0, 0.0, 0.0),
        (date(2026, 7, 1), SETTLED, 0, 0.0, 0.0),
        (date(2026, 7, 1), WRITTEN_OFF, 1, 400.0, 0.0),
        (date(2026, 10, 1), SETTLED, 1, 0.0, 300.0),
        (date(2026, 10, 1), WRITTEN_OFF, 0, 0.0, 0.0),
    ]


def test_durations_are_those_of_ended_cases(log: PreparedLog) -> None:
    found = case_durations(log)
    assert found.cases == 4
    assert found.mean == pytest.approx((10 + 20 + 30 + 181) / 4 * DAY)
    assert found.median == pytest.approx(25 * DAY)
    # Nine tenths of the way along 10, 20, 30, 181: 30 and seven tenths of what follows.
    assert found.p90 == pytest.approx((30 + 0.7 * 151) * DAY)


def test_a_process_without_ends_shows_what_came_last() -> None:
    days = ["2026-01-01", "2026-01-03", "2026-01-01", "2026-01-05", "2026-01-02"]
    frame = pd.DataFrame(
        {
            "case": ["x", "x", "y", "y", "z"],
            "activity": ["ask", "answer", "ask", "answer", "ask"],
            "time": pd.to_datetime(days),
        }
    )
    log = wb.load(frame).prepared
    found = outcome_frame(log)
    assert list(zip(found["how"], found["activity"], found["cases"], strict=True)) == [
        ("last", "answer", 2),
        ("last", "ask", 1),
    ]
    assert found["mean_seconds"].tolist() == [3 * DAY, 0]
    assert outcome_quarter_frame(log).empty
    assert (case_durations(log).cases, case_durations(log).median) == (3, 2 * DAY)


def test_no_case(log: PreparedLog, within_nothing: Callable[[PreparedLog], PreparedLog]) -> None:
    nothing = within_nothing(log)
    assert outcome_frame(nothing).empty
    assert outcome_quarter_frame(nothing).empty
    assert case_durations(nothing).mean is None
