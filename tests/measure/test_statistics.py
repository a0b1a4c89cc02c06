"""What a figure says beside its value, worked by hand: means, medians, quantiles, weights, bounds, counts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.log.settings import ExchangeRate
from workbench.measure import figure_rows, figures
from workbench.measure.averages import average_figures, average_rows
from workbench.measure.context import Context
from workbench.measure.figure import Figure, Period
from workbench.measure.rows import Unavailable
from workbench.template.kpis import AverageKPI

# Issued on the first of January but D; E is written off, D is open, F was settled before it was issued.
SETTLED = """\
A | invoice_generated   | 2026-01-01 00:00
A | invoice_settled     | 2026-01-11 00:00
B | invoice_generated   | 2026-01-01 00:00
B | invoice_settled     | 2026-01-21 00:00
C | invoice_generated   | 2026-01-01 00:00
C | invoice_settled     | 2026-01-31 00:00
D | invoice_generated   | 2026-03-07 00:00
E | invoice_generated   | 2026-01-01 00:00
E | invoice_written_off | 2026-01-16 00:00
F | invoice_settled     | 2025-12-31 00:00
F | invoice_generated   | 2026-01-01 00:00
"""
SETTLED_CASES = """\
invoice_number | invoice_amount | currency | invoice_date | due_date
A | 100 | EUR | 2026-01-01 | 2026-01-15
B | 200 | EUR | 2026-01-01 | 2026-01-15
C | 300 | EUR | 2026-01-01 | 2026-01-15
D | 400 | EUR | 2026-03-07 | 2026-04-15
E | 500 | EUR | 2026-01-01 | 2026-01-15
F | 600 | EUR | 2026-01-01 | 2026-01-15
"""
# P1 and P2 were to be paid in January, the others in March; W = 30 days run on until April for these.
CHASED = """\
P1 | invoice_generated     | 2026-01-10 09:00
P1 | overdue_reminder_sent | 2026-02-05 09:00 | ana | human | dunning_level=1
P1 | payment_received      | 2026-02-10 09:00 | bot | robot | payment_amount=100
P1 | collection_call_made  | 2026-03-01 09:00 | ana | human
P2 | invoice_generated     | 2026-01-10 09:00
P2 | overdue_reminder_sent | 2026-02-10 09:00 | ana | human | dunning_level=1
P2 | overdue_reminder_sent | 2026-03-10 09:00 | ana | human | dunning_level=2
P2 | payment_received      | 2026-03-20 09:00 | bot | robot | payment_amount=300
P3 | invoice_generated     | 2026-02-10 09:00
P3 | payment_received      | 2026-03-15 09:00 | bot | robot | payment_amount=50
P4 | invoice_generated     | 2026-02-12 09:00
P4 | payment_received      | 2026-03-16 09:00 | bot | robot | payment_amount=70
P5 | invoice_generated     | 2026-02-15 09:00
"""
CHASED_CASES = """\
invoice_number | invoice_amount | currency | invoice_date | due_date
P1 | 100 | EUR | 2026-01-10 | 2026-01-31
P2 | 300 | EUR | 2026-01-10 | 2026-01-31
P3 |  50 | EUR | 2026-02-10 | 2026-03-10
P4 |  70 | EUR | 2026-02-12 | 2026-03-12
P5 |  90 | EUR | 2026-02-15 | 2026-03-15
"""
# Days in created and in qualified of the won: 2 and 10, 4 and 20, 6 and 3.
DEALS = """\
W1 | opportunity_created   | 2026-01-01 00:00
W1 | opportunity_qualified | 2026-01-03 00:00
W1 | opportunity_won       | 2026-01-13 00:00
W2 | opportunity_created   | 2026-01-01 00:00
W2 | opportunity_qualified | 2026-01-05 00:00
W2 | opportunity_won       | 2026-01-25 00:00
W3 | opportunity_created   | 2026-01-01 00:00
W3 | opportunity_qualified | 2026-01-07 00:00
W3 | opportunity_won       | 2026-01-10 00:00
L1 | opportunity_created   | 2026-01-01 00:00
L1 | opportunity_lost      | 2026-02-01 00:00
L2 | opportunity_created   | 2026-01-01 00:00
L2 | opportunity_lost      | 2026-02-01 00:00
O1 | opportunity_created   | 2026-06-29 00:00
O2 | opportunity_created   | 2026-06-20 00:00
O3 | opportunity_created   | 2026-06-01 00:00
O3 | opportunity_qualified | 2026-06-15 00:00
O4 | opportunity_created   | 2026-06-01 00:00
O4 | opportunity_qualified | 2026-06-10 00:00
"""
DEALS_CASES = """\
opportunity_id | opportunity_value | currency | discount_pct
W1 | 100 | EUR | 0.1
W2 | 300 | EUR | 0.2
W3 | 200 | USD | 0.3
L1 | 50  | EUR |
L2 | 100 | EUR |
O1 | 10  | EUR |
O2 | 40  | EUR |
O3 | 20  | EUR |
O4 | 70  | EUR |
"""
DOLLAR = ExchangeRate(date(2026, 1, 1), "USD", Decimal("0.5"))


@pytest.fixture(scope="module")
def settled() -> PreparedLog:
    return prepared(SETTLED, SETTLED_CASES, as_of="2026-03-31")


@pytest.fixture(scope="module")
def chased() -> PreparedLog:
    return prepared(CHASED, CHASED_CASES, as_of="2026-03-31")


def deals(cases: str = DEALS_CASES, **settings: Any) -> PreparedLog:
    return prepared(DEALS, cases, as_of="2026-06-30", process="lead-to-cash", **settings)


@pytest.fixture(scope="module")
def sold() -> PreparedLog:
    return deals(rates=(DOLLAR,))


@pytest.fixture(scope="module")
def unconverted() -> PreparedLog:
    """Without a rate; one of two lost deals is worth nothing, and what is won in dollars is worth 30 cents."""
    cases = DEALS_CASES.replace("L1 | 50 ", "L1 | 0 ").replace("W3 | 200 | USD", "W3 | 0.30 | USD")
    return deals(cases.replace("L2 | 100 | EUR", "L2 | 0.20 | USD"))


def one(log: PreparedLog, name: str) -> Figure:
    (found,) = figures(log, [name])
    return found


def test_a_duration(settled: PreparedLog) -> None:
    """10, 20 and 30 days. P90: 0.9 × 2 = 1.8 steps, 20 + 0.8 × 10. By amount: (100×10 + 200×20 + 300×30) / 600.

    How many will ever be settled: at 10 days 1/5; at 15 E is lost for good, which leaves 0.8 × 3/4 = 0.6; at 20
    days 0.6 × 1/3 = 0.2 more; D is last seen after 25 days (until the end of March); at 30 the last one, 0.4
    more: half of all are settled after 30 days. Thursday the 1st to Sunday the 11th has 6 working days, to Wednesday
    the 21st 14, to Saturday the 31st 21.
    """
    found = one(settled, "CC06")
    assert (found.value, found.n) == (20, 3)
    assert found.stats == pytest.approx(
        {
            "mean": 20, "median": 20, "p90": 28, "weighted_mean": 14000 / 600, "km_median": 30,
            "mean_business_days": 41 / 3, "median_business_days": 14, "p90_business_days": 19.6,
            "weighted_mean_business_days": 9700 / 600, "open": 1, "never": 1, "out_of_order": 1,
        }
    )  # fmt: skip
    assert found.reason is None


def test_a_duration_that_may_be_negative_has_no_censored_median(settled: PreparedLog) -> None:
    """CC39: the write-off one day after the due date; days of terms have no end that could be missing."""
    found = one(settled, "CC39")
    assert (found.value, found.n) == (1, 1)
    assert "km_median" not in found.stats


def test_a_duration_without_amounts_has_no_weights() -> None:
    """Only a figure that is weighted itself needs what it is weighted by."""
    cases = "invoice_number | currency | due_date\n" + "".join(
        f"{case} | EUR | 2026-01-15\n" for case in "ABCDEF"
    )
    log = prepared(SETTLED, cases, as_of="2026-03-31")
    found = one(log, "CC06")
    assert (found.value, "weighted_mean" in found.stats) == (20, False)
    assert str(one(log, "CC13").reason) == "the log has no invoice_amount"


def test_rows_stand_on_the_day_that_decides(chased: PreparedLog) -> None:
    """CC19 is of the day on which the invoice fell overdue, not of the first reminder."""
    days = figure_rows(chased, "CC19").set_index("case_id")["day"]
    assert {case: str(days[case])[:10] for case in ("P1", "P3")} == {"P1": "2026-02-01", "P3": "2026-03-11"}


def test_what_can_be_seen_of_a_duration(settled: PreparedLog) -> None:
    """The rows say how long each was watched: to its end, to what ended it otherwise, or to as-of."""
    rows = figure_rows(settled, "CC06").set_index("case_id")
    assert rows["state"].to_dict() == {
        "A": "in", "B": "in", "C": "in", "D": "open", "E": "never", "F": "out of order"
    }  # fmt: skip
    assert [wait.days for wait in rows["value"][["A", "B", "C"]]] == [10, 20, 30]


def test_a_share(chased: PreparedLog) -> None:
    """Due + 30 has passed for P1 (10 days late) and P2 (48 days); P3 to P5 are undecided, two of them paid."""
    found = one(chased, "CC24")
    assert (found.value, found.n, found.pending, found.reason, found.parts) == (0.5, 2, 3, None, ())
    assert found.stats == {"share": 0.5, "hits": 1, "pending_hits": 2, "weighted": 100 / 400}


def test_a_share_of_nothing(settled: PreparedLog) -> None:
    """Nobody promised anything, and of one share no row is decided."""
    found = one(settled, "CC40")
    assert found.value is None
    assert found.reason is not None


def test_a_share_by_parts(chased: PreparedLog) -> None:
    """Level 1: P1 is paid 5 days later, P2 38 days. Level 2: P2 is paid 10 days later."""
    found = one(chased, "CC22")
    assert (found.value, found.n) == (2 / 3, 3)
    assert {part.key: (part.value, part.n) for part in found.parts} == {"1": (0.5, 2), "2": (1.0, 1)}


def test_an_average(chased: PreparedLog) -> None:
    """Touches before the invoice was paid: 1 (the call came after it), 2, 0, 0. P90: 2.7 steps, 1 + 0.7 × 1."""
    found = one(chased, "CC25")
    assert (found.value, found.n, found.unknown) == (0.75, 4, 0)
    assert found.stats == pytest.approx({"mean": 0.75, "median": 0.5, "p90": 1.7, "total": 3})
    rows = figure_rows(chased, "CC25").set_index("case_id")
    assert {case: str(day)[:10] for case, day in rows["day"].items()} == {
        "P1": "2026-02-10", "P2": "2026-03-20", "P3": "2026-03-15", "P4": "2026-03-16"
    }  # fmt: skip


def test_an_average_of_money_in_two_currencies(sold: PreparedLog) -> None:
    """100 + 300 EUR + 200 USD at 0.5: 500 over 3 deals. A median of two currencies cannot be put together."""
    found = one(sold, "LC09")
    assert (found.currency, found.n) == ("EUR", 3)
    assert found.value == pytest.approx(500 / 3)
    assert found.stats == pytest.approx({"mean": 500 / 3, "total": 500})


def test_an_average_of_money_in_each_currency(unconverted: PreparedLog) -> None:
    """100 and 300 EUR: P90 at 0.9 of the way. 0.30 USD alone."""
    euro, dollar = figures(unconverted, ["LC09"])
    assert (euro.currency, euro.value, euro.n) == ("EUR", 200, 2)
    assert euro.stats == pytest.approx({"mean": 200, "median": 200, "p90": 280, "total": 400})
    assert (dollar.currency, dollar.n) == ("USD", 1)
    assert dollar.stats == pytest.approx({"mean": 0.3, "median": 0.3, "p90": 0.3, "total": 0.3})


def test_a_share_by_value_in_two_currencies(sold: PreparedLog) -> None:
    """Won 100 + 300 + 200 × 0.5 = 500 of 650 that were decided."""
    found = one(sold, "LC07.value")
    assert found.value == pytest.approx(500 / 650)
    assert found.stats["weighted"] == found.value


def test_a_share_by_value_is_withheld_where_the_lost_are_worth_nothing(unconverted: PreparedLog) -> None:
    """L1 has the amount 0: one of two lost deals, 50 %, is without a positive one; more than 20 %."""
    found = one(unconverted, "LC07.value")
    assert (found.value, str(found.reason)) == (
        None,
        "50% of the rows that fail have no positive opportunity_value",
    )


def test_a_share_by_value_stands_beside_the_count_in_one_currency_only(unconverted: PreparedLog) -> None:
    """Three of five are won, whatever they are worth. Ten cents each: 0.30 of 0.50, less than one unit in all."""
    found = one(unconverted, "LC07")
    assert found.value == 3 / 5
    assert "weighted" not in found.stats
    cents = deals(
        "opportunity_id | opportunity_value | currency\n"
        + "".join(f"{case} | 0.10 | EUR\n" for case in ("W1", "W2", "W3", "L1", "L2", "O1", "O2", "O3", "O4"))
    )
    assert one(cents, "LC07").stats["weighted"] == pytest.approx(0.6)


def test_an_average_of_what_is_no_money(sold: PreparedLog) -> None:
    """Discounts of 10, 20 and 30 per cent: 0.2 on average, in no currency and in no cents."""
    kpi = sold.template.kpi("LC09").model_copy(update={"value": "discount_pct", "unit": "ratio"})
    context, period = Context(sold), Period(None, sold.as_of)
    assert isinstance(kpi, AverageKPI)
    rows = average_rows(context, kpi, period)
    assert not isinstance(rows, Unavailable)
    (found,) = average_figures(context, kpi, period, rows)
    assert (found.value, found.n, found.currency) == (pytest.approx(0.2), 3, None)


def test_a_funnel_says_what_open_deals_may_still_become(sold: PreparedLog) -> None:
    """Created: 5 of 7 went on, 2 still stand there. Qualified: 3 of 3 went on, 2 stand there. Together 8 of 10,
    with four undecided: between 8/14 and 12/14."""
    found = one(sold, "LC06")
    assert (found.value, found.n, found.pending) == (0.8, 10, 4)
    assert (found.stats["low"], found.stats["high"]) == (8 / 14, 12 / 14)
    first, second, *_ = found.parts
    assert (first.value, first.stats["low"], first.stats["high"]) == (5 / 7, 5 / 9, 7 / 9)
    assert (second.value, second.stats["low"], second.stats["high"]) == (1, 3 / 5, 1)


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        ("LC03.stalled", 2, {"opportunity_created": (1, 2), "opportunity_qualified": (1, 2)}),
        ("LC03.stalled_value", 110, {"opportunity_created": (40, 2), "opportunity_qualified": (70, 2)}),
    ],
)
def test_stalled_deals(sold: PreparedLog, name: str, value: float, parts: dict[str, Any]) -> None:
    """P90 of the won: in created 4 + 0.8 × 2 = 5.6 days, in qualified 10 + 0.8 × 10 = 18.

    Until the end of June O1 has waited 2 days and O2 11 in created, O3 16 and O4 21 in qualified.
    """
    found = one(sold, name)
    assert (found.value, found.n) == (value, 4)
    assert {part.key: (part.value, part.n) for part in found.parts} == parts
    limits = {part.key: part.stats["limit_days"] for part in found.parts}
    assert limits == pytest.approx({"opportunity_created": 5.6, "opportunity_qualified": 18})
    rows = figure_rows(sold, name).set_index("case_id")
    assert rows["late"].to_dict() == {"O1": False, "O2": True, "O3": False, "O4": True}
    amounts = {"O1": 10, "O2": 40, "O3": 20, "O4": 70} if "value" in name else dict.fromkeys(rows.index, 1)
    assert rows["amount"].to_dict() == amounts


def test_a_figure_as_it_is_printed(sold: PreparedLog) -> None:
    """The group stands there only with a breakdown, parts as rows of their own."""
    found = one(sold, "LC03.stalled_value")
    alone, grouped = found.as_dict(grouped=False), found.as_dict(grouped=True)
    assert "group" not in alone
    assert grouped["group"] is None
    assert alone["parts"][0] == {"key": "opportunity_created", "value": 40.0, "n": 2, "limit_days": 5.6}
