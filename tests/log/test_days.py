"""Calendar days: first instants in any zone, and working days."""

from __future__ import annotations

from datetime import date

import pytest

from tests.log.small import events_of, prepared, verdicts_of
from workbench.log.days import day_table, first_instant, month_bounds, month_end
from workbench.log.settings import Settings


@pytest.mark.parametrize(
    ("day", "zone", "utc"),
    [
        ("2026-03-29", "Europe/Paris", "2026-03-28 23:00"),  # summer time begins at 02:00 of this day
        ("2026-03-30", "Europe/Paris", "2026-03-29 22:00"),
        ("2026-10-25", "Europe/Paris", "2026-10-24 22:00"),  # a day of 25 hours
        ("2026-10-26", "Europe/Paris", "2026-10-25 23:00"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04 03:00"),  # began at 01:00: there was no midnight
        ("2026-05-05", "America/Bogota", "2026-05-05 05:00"),
        ("2026-05-05", "Asia/Kolkata", "2026-05-04 18:30"),
    ],
)
def test_first_instant(day: str, zone: str, utc: str) -> None:
    assert f"{first_instant(date.fromisoformat(day), zone):%Y-%m-%d %H:%M}" == utc
    table = day_table(date.fromisoformat(day), date.fromisoformat(day), Settings(zone=zone)).execute()
    assert f"{table['midnight'].iloc[0]:%Y-%m-%d %H:%M}" == utc


def test_working_days_leave_out_weekends_and_holidays() -> None:
    """From Thursday 2 April 2026 on: Thursday, Friday (Good Friday), weekend, Easter Monday, Tuesday."""
    holidays = (date(2026, 4, 3), date(2026, 4, 6))
    table = day_table(date(2026, 4, 2), date(2026, 4, 7), Settings(holidays=holidays)).execute()
    assert table["working"].tolist() == [1, 1, 1, 1, 1, 2]
    friday = day_table(date(2026, 4, 2), date(2026, 4, 5), Settings(weekend=(5,))).execute()
    assert friday["working"].tolist() == [1, 1, 2, 3]


@pytest.mark.parametrize(
    ("day", "bounds"),
    [("2026-03-31", ("2026-02-01", "2026-02-28")), ("2024-03-01", ("2024-02-01", "2024-02-29"))],
)
def test_the_month_before(day: str, bounds: tuple[str, str]) -> None:
    found = month_bounds(date.fromisoformat(day), back=1)
    assert found == tuple(date.fromisoformat(bound) for bound in bounds)
    assert month_end(found[0]) == found[1]


@pytest.mark.parametrize(
    ("holidays", "monday", "tuesday"),
    [((), "ok", "broken"), ((date(2026, 4, 6),), "ok", "ok")],
    ids=["plain Monday", "Easter Monday"],
)
def test_a_limit_of_one_working_day(holidays: tuple[date, ...], monday: str, tuesday: str) -> None:
    """Received on Friday 3 April 2026: posted in time until the end of the next working day."""
    cases = """
    invoice_number | invoice_amount
    monday  | 100
    tuesday | 100
    """
    events = """
    monday | invoice_generated | 2026-03-20 09:00
    monday | payment_received | 2026-04-03 18:00 | - | - | payment_amount=100
    monday | payment_posted | 2026-04-06 23:30
    tuesday | invoice_generated | 2026-03-20 09:00
    tuesday | payment_received | 2026-04-03 18:00 | - | - | payment_amount=100
    tuesday | payment_posted | 2026-04-07 08:00
    """
    log = prepared(events, cases, as_of="2026-04-30", zone="Europe/Paris", holidays=holidays)
    assert verdicts_of(log, "R06", "monday") == [monday]
    assert verdicts_of(log, "R06", "tuesday") == [tuesday]


def test_a_due_date_passes_at_local_midnight_on_the_days_of_the_clock_change() -> None:
    cases = """
    invoice_number | invoice_amount | due_date
    spring | 100 | 2026-03-29
    autumn | 100 | 2026-10-25
    """
    events = """
    spring | invoice_generated | 2026-03-01 09:00
    autumn | invoice_generated | 2026-10-01 09:00
    """
    log = prepared(events, cases, as_of="2026-12-31", zone="Europe/Paris")
    assert events_of(log, "spring")[1] == ("due_date_passed", "2026-03-29 22:00")
    assert events_of(log, "autumn")[1] == ("due_date_passed", "2026-10-25 23:00")
