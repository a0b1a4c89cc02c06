"""Month-end and batch effects: work that waits for a day of the calendar or for a run, and not for its turn."""

from __future__ import annotations

from datetime import timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.log.frames import activity_names, as_day
from workbench.log.prepared import PreparedLog
from workbench.measure.intervals import wilson
from workbench.measure.periods import last_full_month

__all__ = ["rhythm_frame"]

_COLUMNS = [
    "activity",
    "events",
    "month_end",
    "month_end_share",
    "low",
    "high",
    "month_end_expected",
    "batched",
    "batched_share",
    "batches",
    "largest_batch",
]


def rhythm_frame(log: PreparedLog, *, last_days: int = 3, batch: int = 5) -> pd.DataFrame:
    """How each activity clusters in time: one row per activity, those furthest above the even share first.

    `month_end` are the recorded events of full months on the last `last_days` working days of one, or on the days off
    behind them; `month_end_share` is their share with its 95 % interval (`low`, `high`), `month_end_expected` what it
    would be were work spread evenly over working days. `batched` events were recorded by one user in one minute
    together with at least `batch` - 1 others of their activity; `batches` are such minutes and `largest_batch` the
    most events in one. Both say nothing of whether anybody had to wait for it. Batches are empty where most events of
    an activity have no time of day. A log without a full month has no row.
    """
    found = _calendar(log, last_days)
    if found is None:
        return pd.DataFrame(columns=_COLUMNS)
    calendar, expected = found
    days = ibis.memtable(calendar, schema={"on": "date", "late": "boolean"})
    events = log.events.filter(~log.events["is_derived"])
    if log.hidden:
        events = events.filter(events["activity"].notin(log.hidden))
    rows = events.join(days, events["day"] == days["on"])
    instants = log.days.select("midnight", of="day")
    rows = rows.join(instants, rows["day"] == instants["of"])
    rows = rows.select(
        "activity", "late", "time", who=_who(rows), dated=(rows["time"] == rows["midnight"]).fill_null(False)
    )
    counts = log.frame(
        rows.group_by("activity").aggregate(
            events=rows.count(), month_end=rows["late"].sum(), dated=rows["dated"].sum()
        )
    )
    frame = counts.merge(_batches(log, rows, batch), on="activity", how="left")
    n, late = frame["events"].astype("int64"), frame["month_end"].astype("int64")
    limits = [wilson(hits, whole) for hits, whole in zip(late, n, strict=True)]
    timed = frame["dated"].astype("int64") * 2 <= n
    batched = frame["batched"].fillna(0).astype("Int64").where(timed)
    result = pd.DataFrame(
        {
            "activity": activity_names(log, frame["activity"]),
            "events": n,
            "month_end": late,
            "month_end_share": late / n,
            "low": [found.low for found in limits],
            "high": [found.high for found in limits],
            "month_end_expected": expected,
            "batched": batched,
            "batched_share": batched.astype("float64") / n,
            "batches": frame["batches"].fillna(0).astype("Int64").where(timed),
            "largest_batch": frame["largest"].fillna(0).astype("Int64").where(timed),
        }
    )
    order = result.sort_values(["month_end_share", "events", "activity"], ascending=[False, False, True])
    return order[_COLUMNS].reset_index(drop=True)


def _who(rows: ir.Table) -> ir.Value:
    return rows["resource"].fill_null("") if "resource" in rows.columns else ibis.literal("")


def _batches(log: PreparedLog, rows: ir.Table, batch: int) -> pd.DataFrame:
    """Per activity the events in minutes of at least `batch`, how many such minutes, and the fullest."""
    minutes = rows.group_by(
        activity=rows["activity"], who=rows["who"], minute=rows["time"].truncate("m")
    ).aggregate(n=rows.count())
    full = minutes.filter(minutes["n"] >= batch)
    return log.frame(
        full.group_by("activity").aggregate(
            batched=full["n"].sum(), batches=full.count(), largest=full["n"].max()
        )
    )


def _calendar(log: PreparedLog, last_days: int) -> tuple[pd.DataFrame, float] | None:
    """Each day of the full months that the log saw, whether it is at a month's end, and the even share of those."""
    first = as_day(log.frame(log.cases.aggregate(first=log.cases["start_day"].min()))["first"].iloc[0])
    last = last_full_month(log.as_of)
    if first is None or first > last.end:
        return None
    days = log.frame(log.days.select("day", "working"))
    days["day"] = pd.to_datetime(days["day"])
    before = pd.Timestamp(first.replace(day=1) - timedelta(days=1))
    known = days[(days["day"] > before) & (days["day"] <= pd.Timestamp(last.end))].copy()
    month = known["day"].dt.to_period("M")
    known["late"] = known["working"] > known.groupby(month)["working"].transform("max") - last_days
    works = known["working"].diff().fillna(1) > 0
    if not works.any():
        return None
    calendar = pd.DataFrame({"on": known["day"].dt.date, "late": known["late"].astype(bool)})
    return calendar, float(known.loc[works, "late"].mean())
