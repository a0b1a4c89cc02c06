"""The calendar as a table: for every local day its first instant in UTC and its number of working days.

Days are looked up, never computed by an engine: zones, daylight saving and holidays are then the same
everywhere, and "working days from a to b" is a difference of two columns.
"""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbench.log.settings import Settings

__all__ = ["FIRST_DAY", "LAST_DAY", "day_table", "first_instant", "month_bounds", "month_end", "month_start"]

# Dates beyond this range are data errors (a year 9999 meaning "never"); the data check reports them.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def first_instant(day: date, zone: str) -> pd.Timestamp:
    """The first instant of a local day, as naive UTC; where a zone skips midnight, the first that exists."""
    local = pd.Timestamp(day).tz_localize(zone, nonexistent="shift_forward", ambiguous=True)
    return local.tz_convert("UTC").tz_localize(None).as_unit("us")


def month_start(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def month_bounds(day: date, *, back: int) -> tuple[date, date]:
    """First and last day of the month that lies `back` months before the month of a day."""
    first = month_start(day)
    for _ in range(back):
        first = month_start(first - timedelta(days=1))
    return first, month_end(first)


def day_table(first: date, last: date, settings: Settings) -> ir.Table:
    """Columns day (date), midnight (naive UTC instant of 00:00), working (working days up to and with it)."""
    first, last = max(first, FIRST_DAY), min(last, LAST_DAY)
    days = pd.date_range(first, last, freq="D", unit="us")
    local = days.tz_localize(
        settings.zone, nonexistent="shift_forward", ambiguous=np.ones(len(days), dtype=bool)
    )
    midnight = local.tz_convert("UTC").tz_localize(None).as_unit("us")
    off = days.day_of_week.isin([weekday - 1 for weekday in settings.weekend])
    if settings.holidays:
        off = off | days.isin(pd.DatetimeIndex([pd.Timestamp(day) for day in settings.holidays]))
    frame = pd.DataFrame({"day": days.date, "midnight": midnight, "working": np.cumsum(~off).astype("int64")})
    return ibis.memtable(frame, schema={"day": "date", "midnight": "timestamp(6)", "working": "int64"})
