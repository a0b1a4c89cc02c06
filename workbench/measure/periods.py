"""Which days a figure covers: the whole log, as-of, the last full month, the DSO window, now and baseline."""

from __future__ import annotations

from datetime import date, timedelta

from workbench.log.days import month_end, month_start
from workbench.measure.figure import Period

__all__ = ["baseline_period", "last_full_month", "months_back", "months_in", "named_period", "now_period"]

WINDOW_MONTHS = 3


def last_full_month(as_of: date) -> Period:
    """The last calendar month whose last day is not after as-of.

    >>> last_full_month(date(2013, 12, 30)).as_dict()
    {'from': '2013-11-01', 'to': '2013-11-30'}
    """
    end = month_end(as_of)
    if end > as_of:
        end = month_start(as_of) - timedelta(days=1)
    return Period(month_start(end), end)


def months_back(last: Period, count: int) -> Period:
    """`count` whole months that end with the last one."""
    assert last.start is not None
    start = last.start
    for _ in range(count - 1):
        start = month_start(start - timedelta(days=1))
    return Period(start, last.end)


def months_in(period: Period) -> list[Period]:
    """The months that a period consists of; one that begins or ends inside a month has that part of it.

    >>> [month.as_dict()["from"] for month in months_in(Period(date(2026, 1, 20), date(2026, 3, 31)))]
    ['2026-01-20', '2026-02-01', '2026-03-01']
    """
    found, day = [], period.start
    while day is not None and day <= period.end:
        end = min(month_end(day), period.end)
        found.append(Period(day, end))
        day = end + timedelta(days=1)
    return found


def named_period(name: str, as_of: date) -> Period:
    """The period that a KPI's `period` word means at an as-of date."""
    if name == "month":
        return last_full_month(as_of)
    if name == "window":
        return months_back(last_full_month(as_of), WINDOW_MONTHS)
    return Period(None, as_of)


def now_period(as_of: date) -> Period:
    """The last three full months, for comparison with the baseline."""
    return named_period("window", as_of)


def baseline_period(given: tuple[date, date] | None, first_day: date) -> Period:
    """The project's baseline, else the first three full months of the log."""
    if given is not None:
        return Period(*given)
    start = first_day if first_day.day == 1 else month_end(first_day) + timedelta(days=1)
    end = start
    for _ in range(WINDOW_MONTHS):
        end = month_end(end) + timedelta(days=1)
    return Period(start, end - timedelta(days=1))
