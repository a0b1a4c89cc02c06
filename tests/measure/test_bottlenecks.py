"""Waiting × cases × money on three invoices, and without money."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure.bottlenecks import bottleneck_frame

DAY = 86_400
CASES = """
invoice_number | invoice_amount | currency
a | 100.00 | EUR
b | 300.00 | EUR
c | -50.00 | EUR
"""
# From invoice to dispatch: 2 days of 100 and 4 days of 300. From dispatch to settlement: 1 day of 100.
# b waits since the 5th, at the end of the 14th for ten days less nine hours; c is a credit note.
EVENTS = """
a | invoice_generated | 2026-01-01 09:00
a | invoice_sent | 2026-01-03 09:00
a | invoice_settled | 2026-01-04 09:00
b | invoice_generated | 2026-01-01 09:00
b | invoice_sent | 2026-01-05 09:00
c | invoice_generated | 2026-01-01 09:00
c | invoice_sent | 2026-01-07 09:00
c | invoice_settled | 2026-01-07 09:00
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-01-14", policy={"cost_of_capital": 0.0365})


def test_the_costliest_wait_stands_first(log: PreparedLog) -> None:
    frame = bottleneck_frame(log)
    edges = list(zip(frame["source"], frame["target"], strict=True))
    assert edges == [
        ("invoice_sent", None),
        ("invoice_generated", "invoice_sent"),
        ("invoice_sent", "invoice_settled"),
    ]
    assert frame["money_days"].tolist() == pytest.approx([300 * (10 - 9 / 24), 2 * 100 + 4 * 300, 100])
    assert frame["cases"].tolist() == [1, 3, 2]
    assert frame["total_seconds"].tolist()[1:] == [12 * DAY, DAY]
    assert frame["median_seconds"].tolist()[1:] == [4 * DAY, DAY / 2]
    assert frame["share"].sum() == pytest.approx(1)
    assert frame["money_share"].sum() == pytest.approx(1)


def test_what_waiting_money_costs(log: PreparedLog) -> None:
    frame = bottleneck_frame(log)
    # 3.65 % a year are a ten-thousandth a day.
    assert frame["capital_cost"].tolist() == pytest.approx((frame["money_days"] / 10_000).tolist())
    silent = bottleneck_frame(prepared(EVENTS, CASES, as_of="2026-01-14"))
    assert silent["capital_cost"].isna().all()


def test_currencies_are_never_added() -> None:
    cases = CASES.replace("b | 300.00 | EUR", "b | 300.00 | USD")
    frame = bottleneck_frame(prepared(EVENTS, cases, as_of="2026-01-14"))
    own = frame[(frame["source"] == "invoice_generated")].set_index("currency")["money_days"]
    assert own.to_dict() == pytest.approx({"EUR": 200.0, "USD": 1200.0})


def test_without_amounts_the_longest_total_stands_first() -> None:
    frame = pd.DataFrame(
        {
            "case": ["x", "x", "x"],
            "activity": ["ask", "wait", "answer"],
            "time": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-05"]),
        }
    )
    found = bottleneck_frame(wb.load(frame).prepared)
    assert found["source"].tolist() == ["wait", "ask"]
    assert found["currency"].tolist() == [None, None]
    assert found["money_days"].isna().all()


def test_a_log_without_cases(log: PreparedLog, within_nothing: Callable[[PreparedLog], PreparedLog]) -> None:
    nothing = bottleneck_frame(within_nothing(log))
    assert nothing.empty
    assert list(nothing.columns) == list(bottleneck_frame(log).columns)


def test_the_mean_wait_is_of_all_waits_of_the_path() -> None:
    """Waits of 1, 2 and 9 days: 12 in all, 4 at the mean and 2 at the median; the P90 is 2 + 0.8 × 7 = 7.6."""
    events = "".join(
        f"{case} | invoice_generated | 2026-01-01 09:00\n"
        f"{case} | invoice_sent | {sent} 09:00\n"
        f"{case} | invoice_settled | {sent} 09:00\n"
        for case, sent in (("a", "2026-01-02"), ("b", "2026-01-03"), ("c", "2026-01-10"))
    )
    frame = bottleneck_frame(prepared(events, CASES, as_of="2026-01-14"))
    (row,) = frame[frame["source"] == "invoice_generated"].to_dict("records")
    assert (row["target"], row["cases"], row["waits"], row["total_seconds"]) == (
        "invoice_sent",
        3,
        3,
        12 * DAY,
    )
    assert (row["mean_seconds"], row["median_seconds"]) == (4 * DAY, 2 * DAY)
    assert row["p90_seconds"] == pytest.approx(7.6 * DAY)
