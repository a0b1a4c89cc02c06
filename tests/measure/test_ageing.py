"""Open balances by days past due, now and at earlier month ends; as of now they are the KPI that shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from tests.oracle import credit_log
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.measure.ageing import ageing_frame

CASES = """
invoice_number | invoice_amount | currency | due_date
a | 100.00 | EUR | 2026-01-20
b | 200.00 | EUR | 2026-02-20
c | 300.00 | USD | 2026-04-30
d | 400.00 | EUR |
"""
# a is paid in part in February; d has no due date.
EVENTS = """
a | invoice_generated | 2026-01-05 09:00
a | payment_received | 2026-02-10 09:00 | - | - | payment_amount=60.00
b | invoice_generated | 2026-01-30 09:00
c | invoice_generated | 2026-03-01 09:00
d | invoice_generated | 2026-03-02 09:00
"""
Bands = dict[tuple[str, str], tuple[int, float]]


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-03-15")


def filled(frame: pd.DataFrame, day: date) -> Bands:
    """(currency, band) -> (cases, balance) of a day, bands with something in them only."""
    own = frame[(frame["day"] == day) & (frame["cases"] > 0)]
    rows = own.to_dict("records")
    return {(row["currency"], row["band"]): (row["cases"], row["balance"]) for row in rows}


def test_now_and_at_month_ends(log: PreparedLog) -> None:
    frame = ageing_frame(log)
    days = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 15)]
    assert list(dict.fromkeys(frame["day"])) == days
    assert filled(frame, days[0]) == {("EUR", "1-30"): (1, 100.0), ("EUR", "not_due"): (1, 200.0)}
    assert filled(frame, days[1]) == {("EUR", "31-60"): (1, 40.0), ("EUR", "1-30"): (1, 200.0)}
    assert filled(frame, days[2]) == {
        ("EUR", "31-60"): (1, 40.0),
        ("EUR", "1-30"): (1, 200.0),
        ("EUR", "unknown"): (1, 400.0),
        ("USD", "not_due"): (1, 300.0),
    }


def test_empty_bands_stand_there_with_their_bounds(log: PreparedLog) -> None:
    frame = ageing_frame(log, months=0)
    own = frame[frame["currency"] == "EUR"]
    assert own["band"].tolist() == ["not_due", "1-30", "31-60", "61-90", "91-120", ">120", "unknown"]
    assert own["over_days"].fillna(-1).tolist() == [-1, 0, 30, 60, 90, 120, -1]
    assert own["up_to_days"].fillna(-1).tolist() == [0, 30, 60, 90, 120, -1, -1]


def test_as_of_it_is_the_kpi() -> None:
    worked = prepared(
        credit_log.EVENTS,
        credit_log.CASES,
        as_of=credit_log.AS_OF,
        zone=credit_log.ZONE,
        policy=credit_log.POLICY,
    )
    frame = ageing_frame(worked)
    for figure in figures(worked, ["CC17"]):
        own = frame[(frame["day"] == worked.as_of) & (frame["currency"] == figure.currency)]
        found = list(zip(own["band"], own["cases"], own["balance"], strict=True))
        assert found == [(part.key, part.n, part.value) for part in figure.parts]
        assert figure.n > 0


def test_without_amounts_cases_are_counted() -> None:
    cases = "\n".join(
        "|".join(part for index, part in enumerate(line.split("|")) if index in (0, 3))
        for line in CASES.strip().splitlines()
    )
    frame = ageing_frame(prepared(EVENTS, cases, as_of="2026-03-15"), months=0)
    counts = dict(zip(frame["band"], frame["cases"], strict=True))
    assert {band: n for band, n in counts.items() if n} == {"not_due": 1, "1-30": 1, "unknown": 1}
    assert frame["balance"].isna().all()
    assert frame["currency"].isna().all()


def test_nothing_ages_without_a_ledger(
    log: PreparedLog, within_nothing: Callable[[PreparedLog], PreparedLog]
) -> None:
    frame = pd.DataFrame({"case": ["x"], "activity": ["ask"], "time": pd.to_datetime(["2026-01-01"])})
    nothing = ageing_frame(wb.load(frame).prepared)
    assert nothing.empty
    assert list(nothing.columns) == list(ageing_frame(log).columns)
    assert ageing_frame(within_nothing(log))["cases"].sum() == 0
