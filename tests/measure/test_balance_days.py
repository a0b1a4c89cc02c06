"""Balance-days by hand: the time outstanding, its phases, and that the parts are the whole, to the last cent-day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure import figure_rows, figures
from workbench.measure.balancedays import held
from workbench.measure.context import Context
from workbench.measure.figure import Figure, Period
from workbench.measure.rows import Unavailable

# A is disputed before it is due and once more after; a part of it is paid and waits two days for its posting.
EVENTS = """\
A | invoice_generated     | 2026-01-01 00:00
A | dispute_registered    | 2026-01-11 00:00 | ana | human
A | dispute_resolved      | 2026-01-16 00:00 | ana | human
A | overdue_reminder_sent | 2026-01-27 00:00 | ana | human | dunning_level=1
A | payment_received      | 2026-02-01 00:00 | bot | robot | payment_amount=400
A | payment_posted        | 2026-02-03 00:00 | bot | robot
A | dispute_registered    | 2026-02-03 00:00 | ana | human
A | dispute_resolved      | 2026-02-08 00:00 | ana | human
A | payment_received      | 2026-02-18 00:00 | bot | robot | payment_amount=600
A | payment_posted        | 2026-02-19 00:00 | bot | robot
B | invoice_generated     | 2026-03-22 00:00
C | invoice_generated     | 2026-03-25 00:00
C | payment_received      | 2026-03-26 00:00 | bot | robot | payment_amount=110
"""
CASES = """\
invoice_number | invoice_amount | currency | invoice_date | due_date   | customer_segment
A              | 1000           | EUR      | 2026-01-01   | 2026-01-21 | Small
B              | 500            | EUR      | 2026-03-22   | 2026-04-21 | Large
C              | 100            | EUR      | 2026-03-25   |            | Large
"""
# Money × days by phase. A: 10 + 6 days of 1,000 within terms and 5 disputed; due on the 21st, so late from the 22nd:
# 5 days until the reminder, 5 of dunning; then 600: 2 days unposted, 5 disputed, 10 of dunning. B: 10 days of 500.
# C has no due date: a day of 100. What C paid too much is no receivable.
PARTS = {
    "within_terms": 16 * 1000 + 10 * 500,
    "disputed_in_terms": 5 * 1000,
    "before_action": 5 * 1000,
    "dunning": 5 * 1000 + 10 * 600,
    "unposted": 2 * 600,
    "disputed": 5 * 600,
    "unknown": 100,
}
WINDOW = Period(date(2026, 1, 1), date(2026, 3, 31))
MONTHS = [
    Period(date(2026, 1, 1), date(2026, 1, 31)),
    Period(date(2026, 2, 1), date(2026, 2, 28)),
    Period(date(2026, 3, 1), date(2026, 3, 31)),
]


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-03-31", policy={"cost_of_capital": 0.073})


def one(log: PreparedLog, name: str) -> Figure:
    (found,) = figures(log, [name])
    return found


def test_the_whole_and_its_parts(log: PreparedLog) -> None:
    whole = one(log, "CC09")
    assert (whole.value, whole.n) == (pytest.approx(sum(PARTS.values()) / 1600), 3)
    explained = one(log, "CC51")
    assert (explained.value, explained.n) == (whole.value, 3)
    assert {part.key: part.value for part in explained.parts} == {
        name: pytest.approx(days / 1600) for name, days in PARTS.items()
    }


def test_the_parts_in_money(log: PreparedLog) -> None:
    """Over 90 days; 7.3 % a year are 2 in ten thousand a day."""
    parts = {part.key: part.stats for part in one(log, "CC51").parts}
    assert parts["dunning"] == {"balance": pytest.approx(11000 / 90), "capital_cost": pytest.approx(2.2)}
    silent = one(prepared(EVENTS, CASES, as_of="2026-03-31"), "CC51")
    assert all("capital_cost" not in part.stats for part in silent.parts)


@pytest.mark.parametrize("by", [None, "customer_segment"])
@pytest.mark.parametrize("periods", [[WINDOW], MONTHS, [WINDOW, *MONTHS]])
def test_parts_add_up_exactly(log: PreparedLog, by: str | None, periods: list[Period]) -> None:
    whole = held(Context(log, by), "receivable", periods)
    parts = held(Context(log, by), "receivable", periods, phases=True)
    assert not isinstance(whole, Unavailable)
    assert not isinstance(parts, Unavailable)
    for period in periods:
        for (group, currency, _), (days, _) in whole[period].items():
            own = [found for (g, c, _), (found, _) in parts[period].items() if (g, c) == (group, currency)]
            assert sum(own, Fraction(0)) == days
    if WINDOW in periods:
        assert sum((days for days, _ in whole[WINDOW].values()), Fraction(0)) == sum(PARTS.values())


def test_months_are_the_parts_of_the_window(log: PreparedLog) -> None:
    months = held(Context(log), "receivable", MONTHS)
    assert not isinstance(months, Unavailable)
    by_month = [sum((days for days, _ in months[month].values()), Fraction(0)) for month in MONTHS]
    assert by_month == [31 * 1000, 17 * 600, 10 * 500 + 100]


def test_each_segment_has_its_own_sales(log: PreparedLog) -> None:
    whole = {found.group: found.value for found in figures(log, ["CC09"], by="customer_segment")}
    assert whole == {"Small": pytest.approx(41.2), "Large": pytest.approx(5100 / 600)}
    for figure in figures(log, ["CC51"], by="customer_segment"):
        assert sum(part.value or 0.0 for part in figure.parts) == pytest.approx(whole[figure.group])


def test_the_rows_behind(log: PreparedLog) -> None:
    rows = figure_rows(log, "CC51")
    assert rows.groupby("phase")["balance_days"].sum().to_dict() == pytest.approx(PARTS)
    assert rows["sales"].sum() == 1600
    assert figure_rows(log, "CC09").groupby("case_id")["balance_days"].sum().to_dict() == pytest.approx(
        {"A": 41200, "B": 5000, "C": 100}
    )


def steady(terms: dict[int, int], *, first: date, days: int) -> tuple[str, str]:
    """A sale a day of each amount, paid so many days later to the minute."""
    events, cases = [], ["invoice_number | invoice_amount | currency | invoice_date | due_date"]
    for place in range(days):
        day = first + timedelta(days=place)
        for amount, wait in terms.items():
            case, paid = f"{day}-{amount}", day + timedelta(days=wait)
            cases.append(f"{case} | {amount} | EUR | {day} | {day + timedelta(days=30)}")
            events.append(f"{case} | invoice_generated | {day} 00:00")
            if paid <= first + timedelta(days=days - 1):
                events.append(
                    f"{case} | payment_received | {paid} 00:00 | bot | robot | payment_amount={amount}"
                )
    return "\n".join(events), "\n".join(cases)


def test_on_a_steady_log_it_is_the_time_outstanding_weighted_by_value() -> None:
    """100 a day paid after 20 days and 300 a day after 60: (100 × 20 + 300 × 60) / 400 = 50 days."""
    log = prepared(*steady({100: 20, 300: 60}, first=date(2026, 1, 1), days=212), as_of="2026-07-31")
    (outstanding,) = figures(log, ["CC14.paid"], period=Period(date(2026, 5, 1), date(2026, 7, 31)))
    assert one(log, "CC09").value == outstanding.value == 50


@pytest.mark.parametrize(("wait", "published"), [(30, 14.5), (15, 3.5)])
def test_the_published_formula_is_no_dso(wait: int, published: float) -> None:
    """If all pay after 30 days, 100 of each age from 0 to 29 days are open: 435 × 100 / 3,000; the DSO is 30."""
    log = prepared(*steady({100: wait}, first=date(2026, 1, 1), days=181), as_of="2026-06-30")
    assert one(log, "CC09").value == wait
    assert one(log, "CC09.published").value == pytest.approx(published)


def test_an_open_invoice_of_a_month_whose_sales_were_all_cancelled_is_unknown() -> None:
    events = (
        "A | invoice_generated | 2026-01-10 00:00\nA | invoice_cancelled | 2026-04-02 00:00\n"
        "B | invoice_generated | 2026-03-21 00:00\n"
    )
    cases = (
        CASES.splitlines()[0]
        + "\nA | 70 | EUR | 2026-01-10 | 2026-02-10 | Small\nB | 50 | EUR | 2026-03-21 | 2026-04-20 | Small\n"
    )
    found = one(prepared(events, cases, as_of="2026-04-15"), "CC09.published")
    assert (found.value, found.n, found.unknown) == (10, 1, 1)


def test_nothing_sold_is_undefined() -> None:
    log = prepared(EVENTS.splitlines()[0], "\n".join(CASES.splitlines()[:2]), as_of="2026-06-30")
    for name in ("CC09", "CC51"):
        found = one(log, name)
        assert (found.value, str(found.reason)) == (None, "nothing to divide by in the period")
