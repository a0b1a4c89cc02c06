"""Durations in working days by the project's calendar, and where its holidays come from, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.log.small import prepared
from workbench.errors import WorkbenchError
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.project import parse_project

# Monday 2026-04-06 is Easter Monday.
CASES = """
invoice_number | invoice_amount | due_date
a | 100 | 2026-04-30
b | 300 | 2026-04-30
c | 100 | 2026-04-30
d | 100 | 2026-04-30
"""
EVENTS = """
a | invoice_generated | 2026-04-03 09:00
a | invoice_settled   | 2026-04-07 18:00
b | invoice_generated | 2026-04-07 09:00
b | invoice_settled   | 2026-04-10 18:00
c | invoice_generated | 2026-04-04 09:00
c | invoice_settled   | 2026-04-05 09:00
d | invoice_generated | 2026-04-01 09:00
"""


def stats(log: PreparedLog) -> dict[str, float]:
    (found,) = figures(log, ["CC06"])
    names = ("mean", "median", "p90", "weighted_mean")
    assert found.n == 3
    return {name: found.stats[f"{name}_business_days"] for name in names}


def test_weekends_and_holidays_are_no_days_of_work() -> None:
    """a Friday to Tuesday over Easter 1, b Tuesday to Friday 3, c Saturday to Sunday 0; d is open."""
    found = stats(prepared(EVENTS, CASES, as_of="2026-04-30", holidays=(date(2026, 4, 6),)))
    assert found["mean"] == pytest.approx(4 / 3)
    assert (found["median"], found["p90"]) == (1.0, pytest.approx(1 + 0.8 * 2))
    assert found["weighted_mean"] == pytest.approx((1 * 100 + 3 * 300 + 0 * 100) / 500)


def test_without_the_holiday_one_day_more() -> None:
    assert stats(prepared(EVENTS, CASES, as_of="2026-04-30"))["mean"] == pytest.approx(5 / 3)


def test_early_is_below_nought_in_working_days_too() -> None:
    """Days beyond terms keep what was early: due on Monday and paid the Friday before is −1 working day, −3 days."""
    cases = "invoice_number | invoice_amount | due_date\na | 100 | 2026-04-13"
    events = """
    a | invoice_generated | 2026-04-01 09:00
    a | payment_received | 2026-04-10 09:00 | - | - | payment_amount=100
    """
    (found,) = figures(prepared(events, cases, as_of="2026-04-30"), ["CC13"])
    assert (found.value, found.stats["weighted_mean_business_days"]) == (-3.0, -1.0)


@pytest.mark.parametrize(
    ("calendar", "holiday", "working"),
    [
        ({"country": "FR"}, date(2026, 7, 14), date(2026, 1, 6)),
        ({"country": "DE", "subdivision": "BY"}, date(2026, 1, 6), date(2026, 7, 14)),
        ({"country": "FR", "holidays": ["2026-01-06"]}, date(2026, 1, 6), date(2026, 1, 7)),
        ({"holidays": ["2026-01-06"]}, date(2026, 1, 6), date(2026, 7, 14)),
    ],
    ids=str,
)
def test_public_holidays_come_with_the_country(
    calendar: dict[str, object], holiday: date, working: date
) -> None:
    """Epiphany is one in Bavaria, Bastille Day in France; dates of one's own are added."""
    found = parse_project({"process": "credit-collections", "calendar": calendar}).calendar.days_off
    assert holiday in found
    assert working not in found
    assert list(found) == sorted(set(found))


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        ({"country": "FX"}, "The public holidays of 'FX' are not known"),
        ({"country": "DE", "subdivision": "BZ"}, "DE has no part 'BZ'"),
        ({"subdivision": "BY"}, "without the country"),
    ],
    ids=str,
)
def test_a_country_that_nobody_knows(calendar: dict[str, object], said: str) -> None:
    with pytest.raises(WorkbenchError, match=said):
        parse_project({"process": "credit-collections", "calendar": calendar})
