"""The calendar of volume: how much began, ended and happened, month by month and by day of the week."""

from __future__ import annotations

from datetime import date

import pandas as pd

from workbench.log.days import month_end, month_start
from workbench.log.frames import as_day
from workbench.log.prepared import PreparedLog

__all__ = ["day_frame", "knows_ends", "month_frame", "weekday_frame"]


def day_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per local day from the first recorded event to as-of: day, events, started, ended.

    Days on which nothing happened are rows of nought. `ended` counts by the event that ended a case; it is empty
    where the process knows no end.
    """
    events = log.events.filter(~log.events["is_derived"])
    happened = log.frame(events.group_by("day").aggregate(events=events.count()))
    started = _by_day(log, "start_day", "started")
    ended = _by_day(log, "ended_day", "ended")
    first = as_day(happened["day"].min()) if len(happened) else None
    columns = ["day", "events", "started", "ended"]
    if first is None:
        return pd.DataFrame(columns=columns)
    days = pd.DataFrame({"day": pd.date_range(first, log.as_of, freq="D").date})
    for counts in (happened, started, ended):
        counts["day"] = [as_day(value) for value in counts["day"]]
        days = days.merge(counts, on="day", how="left")
    for name in columns[1:]:
        days[name] = days[name].fillna(0).astype("Int64")
    if not knows_ends(log):
        days["ended"] = pd.Series(pd.NA, index=days.index, dtype="Int64")
    return days[columns]


def _by_day(log: PreparedLog, column: str, name: str) -> pd.DataFrame:
    cases = log.cases.filter(log.cases[column].notnull())
    return log.frame(cases.group_by(day=cases[column]).aggregate(**{name: cases.count()}))


def knows_ends(log: PreparedLog) -> bool:
    """Whether the process has an event that ends a case; without one no case is known to be open either."""
    found = log.frame(log.cases.aggregate(known=log.cases["status"].notnull().any()))
    return bool(found["known"].fillna(False).iloc[0])


def month_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per local month, none left out: month (its first day), started, ended, open, events, whole.

    `open` counts the cases that had begun and not ended at the month's end (the last month: at as-of); it and
    `ended` are empty where the process knows no end. `whole` is False for a month that as-of cuts off.
    """
    days = day_frame(log)
    columns = ["month", "started", "ended", "open", "events", "whole"]
    if days.empty:
        return pd.DataFrame(columns=columns)
    days["month"] = [month_start(day) for day in days["day"]]
    knows = bool(days["ended"].notna().all())
    months = days.groupby("month", as_index=False)[["started", "ended", "events"]].sum()
    months["open"] = (months["started"] - months["ended"]).cumsum()
    if not knows:
        months[["ended", "open"]] = pd.NA
    months[["ended", "open"]] = months[["ended", "open"]].astype("Int64")
    months["whole"] = [month_end(month) <= log.as_of for month in months["month"]]
    return months[columns]


def weekday_frame(log: PreparedLog) -> pd.DataFrame:
    """Seven rows, Monday first: weekday (ISO, 1-7), events, share, days, events_per_day.

    `days` is how many such days the log covers, from its first event to as-of. A quiet weekend shows that people
    work; a busy one that machines do.
    """
    days = day_frame(log)
    columns = ["weekday", "events", "share", "days", "events_per_day"]
    if days.empty:
        return pd.DataFrame(columns=columns)
    days["weekday"] = [_iso_weekday(day) for day in days["day"]]
    found = days.groupby("weekday").agg(events=("events", "sum"), days=("day", "count"))
    found = found.reindex(range(1, 8), fill_value=0).reset_index()
    found["share"] = found["events"].astype("float64") / int(found["events"].sum())
    per_day = found["events"].astype("float64") / found["days"].astype("float64")
    found["events_per_day"] = per_day.where(found["days"] > 0)
    return found[columns]


def _iso_weekday(day: date) -> int:
    return day.isoweekday()
