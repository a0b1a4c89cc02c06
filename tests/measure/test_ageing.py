"""Open balances by days past due, now and at earlier month ends; as of now they are the KPI that shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from tests.oracle import credit_log
from workbench.errors import WorkbenchError
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


# a and b as above; o was paid 30 too much, in dollars only credits stand.
OWED_CASES = """
invoice_number | invoice_amount | currency | invoice_date | due_date
a | 100.00 | EUR | 2026-01-05 | 2026-01-20
b | 300.00 | EUR | 2026-01-30 | 2026-04-20
o | 50.00 | EUR | 2026-01-06 | 2026-01-20
u | 10.00 | USD | 2026-01-06 | 2026-01-20
n | 100.00 | EUR | | 2026-03-30
"""
OWED = """
a | invoice_generated | 2026-01-05 09:00
b | invoice_generated | 2026-01-30 09:00
o | invoice_generated | 2026-01-06 09:00
o | payment_received | 2026-02-10 09:00 | - | - | payment_amount=80.00
u | invoice_generated | 2026-01-06 09:00
u | payment_received | 2026-02-10 09:00 | - | - | payment_amount=15.00
n | invoice_generated | 2026-03-15 09:00
"""


@pytest.fixture(scope="module")
def owed() -> PreparedLog:
    return prepared(OWED, OWED_CASES, as_of="2026-03-15")


def test_each_band_has_its_share_and_credits_stand_beside(owed: PreparedLog) -> None:
    """EUR: 100 in the second band, 400 not due, of 500; 30 are owed to a customer, in USD 5 and nothing is open."""
    euro, dollar = figures(owed, ["CC17"])
    assert (euro.value, euro.stats) == (500.0, {"credit": -30.0, "credit_cases": 1})
    shares = {part.key: (part.value, part.stats["share"]) for part in euro.parts if part.n}
    assert shares == {"not_due": (400.0, 0.8), "31-60": (100.0, 0.2)}
    assert (dollar.currency, dollar.value, dollar.stats["credit"]) == ("USD", 0.0, -5.0)
    record = euro.as_dict(grouped=False)
    assert record["credit"] == -30.0
    assert record["parts"][0] == {"key": "not_due", "value": 400.0, "n": 2, "share": 0.8}


def test_ageing_from_the_invoice_date(owed: PreparedLog) -> None:
    """On 15 March a is 69 days old, b 44, n was written today and has no document date."""
    log = prepared(OWED, OWED_CASES, as_of="2026-03-15", policy={"ageing_from": "invoice_date"})
    (euro, _) = figures(log, ["CC17"])
    assert [part.key for part in euro.parts] == ["0-30", "31-60", "61-90", "91-120", ">120"]
    assert {part.key: part.value for part in euro.parts if part.n} == {
        "0-30": 100,
        "31-60": 300,
        "61-90": 100,
    }
    frame = ageing_frame(owed, months=0, aged="invoice_date")
    assert filled(frame, date(2026, 3, 15)) == {
        ("EUR", "0-30"): (1, 100.0),
        ("EUR", "31-60"): (1, 300.0),
        ("EUR", "61-90"): (1, 100.0),
    }
    # What is past due is so by its due date, whatever the ageing counts from.
    (before,), (after,) = figures(owed, ["CC16"], by=None)[:1], figures(log, ["CC16"])[:1]
    assert before.value == after.value == 0.2


def test_credit_balances_by_age(owed: PreparedLog) -> None:
    frame = ageing_frame(owed, months=0, side="credit")
    assert filled(frame, date(2026, 3, 15)) == {("EUR", "31-60"): (1, -30.0), ("USD", "31-60"): (1, -5.0)}


def test_an_ageing_from_no_date_is_refused() -> None:
    log = prepared(OWED, OWED_CASES, as_of="2026-03-15", policy={"ageing_from": "invoice_dat"})
    with pytest.raises(WorkbenchError, match=r"invoice_dat.*invoice_date"):
        figures(log, ["CC17"])


def test_a_log_that_begins_on_the_last_day_of_a_month_shows_its_end() -> None:
    """a is billed on 31 January, before it is due; the end of December lies before the log."""
    events = "a | invoice_generated | 2026-01-31 09:00\n"
    cases = "invoice_number | invoice_amount | currency | due_date\na | 100.00 | EUR | 2026-02-10\n"
    frame = ageing_frame(prepared(events, cases, as_of="2026-02-15"))
    assert list(dict.fromkeys(frame["day"])) == [date(2026, 1, 31), date(2026, 2, 15)]
    assert filled(frame, date(2026, 1, 31)) == {("EUR", "not_due"): (1, 100.0)}
    assert filled(frame, date(2026, 2, 15)) == {("EUR", "1-30"): (1, 100.0)}


TWO_INVOICES = """
a | opportunity_created | 2026-01-02 09:00
a | invoice_created     | 2026-01-10 09:00 | - | - | invoice_amount=100, due_date=2026-02-09
a | payment_received    | 2026-02-20 09:00 | - | - | paid_amount=100
a | invoice_created     | 2026-03-01 09:00 | - | - | invoice_amount=50, due_date=2026-03-21
b | opportunity_created | 2026-01-02 09:00
b | invoice_created     | 2026-01-10 09:00 | - | - | invoice_amount=70
"""


def test_a_deals_balance_is_due_when_its_last_invoice_says() -> None:
    """At the end of February a owes nothing, a month later 50 for ten days; of b nobody says when it is due."""
    log = prepared(
        TWO_INVOICES,
        "opportunity_id | opportunity_value\na | 150\nb | 70\n",
        as_of="2026-03-31",
        process="lead-to-cash",
    )
    frame = ageing_frame(log, months=2)
    owed = frame[frame["balance"] > 0].set_index(["day", "band"])["balance"].to_dict()
    assert {(day.isoformat(), band): amount for (day, band), amount in owed.items()} == {
        ("2026-01-31", "not_due"): 100.0,
        ("2026-01-31", "unknown"): 70.0,
        ("2026-02-28", "unknown"): 70.0,
        ("2026-03-31", "1-30"): 50.0,
        ("2026-03-31", "unknown"): 70.0,
    }
