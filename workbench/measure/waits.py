"""Where time goes before and while work is done: waiting against handling, by activity, team, person or reason.

A step waits from what was recorded before it in its case until somebody begins with it, and is handled from then on.
Where no beginning is recorded, all of the time is waiting as far as anybody can tell.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.log.frames import activity_names, objects
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet, sheet_of
from workbench.measure.context import MISSING, Context

__all__ = ["wait_frame"]

# The beginning of a step whose completion is the event (`steps = "pair"` in the source).
_STARTED = "started_at"
_SECOND = 1_000_000
_COLUMNS = [
    "activity",
    "group",
    "cases",
    "steps",
    "wait_seconds",
    "mean_wait_seconds",
    "median_wait_seconds",
    "share",
    "handled",
    "handling_seconds",
    "mean_handling_seconds",
]


def wait_frame(log: PreparedLog, *, by: str | None = None) -> pd.DataFrame:
    """What each activity waits for and how long it is worked on: one row per activity (and value of `by`).

    `steps` are recorded events behind another one of their case, `wait_seconds` the time since that one until they
    began, in all, at the mean and the median, and `share` its share of all waiting. `handled` counts the steps whose
    beginning is recorded, `handling_seconds` the time from there to their completion; it is empty where none is.
    `by` is an attribute of events (team, user, reason) or of cases; values of too few cases are one, "other".
    What waits longest in all comes first. Raises WorkbenchError for an unknown attribute.
    """
    context = Context(log, by)
    context.check_breakdown()
    rows = _steps(context)
    keys = ["activity", "g"]
    handling = rows["handling"]
    frame = log.frame(
        rows.group_by(keys).aggregate(
            cases=rows["case_key"].nunique(),
            steps=rows.count(),
            wait=rows["wait"].sum(),
            median=rows["wait"].cast("float64").quantile(0.5),
            handled=handling.count(),
            handling=handling.sum(),
        )
    )
    wait, worked = frame["wait"].astype("float64"), frame["handling"].astype("float64")
    handled = frame["handled"].astype("int64")
    result = pd.DataFrame(
        {
            "activity": activity_names(log, frame["activity"]),
            "group": objects(context.group_of(name) for name in frame["g"]),
            "cases": frame["cases"].astype("int64"),
            "steps": frame["steps"].astype("int64"),
            "wait_seconds": wait / _SECOND,
            "mean_wait_seconds": wait / frame["steps"].astype("int64") / _SECOND,
            "median_wait_seconds": frame["median"].astype("float64") / _SECOND,
            "share": wait / wait.sum() if wait.sum() else 0.0,
            "handled": handled,
            "handling_seconds": (worked / _SECOND).where(handled > 0),
            "mean_handling_seconds": worked / handled.where(handled > 0) / _SECOND,
        }
    )
    order = result.assign(last=[str(name) for name in result["group"]])
    order = order.sort_values(["wait_seconds", "activity", "last"], ascending=[False, True, True])
    columns = _COLUMNS if by is not None else [name for name in _COLUMNS if name != "group"]
    return order[columns].reset_index(drop=True)


def _steps(context: Context) -> ir.Table:
    """Every recorded step behind another: case_key, activity, g, wait and handling (µs; null without a beginning)."""
    log = context.log
    sheet = sheet_of(log, ("events",), (context.breakdown, _STARTED))
    assert sheet is not None
    events = sheet.table
    if log.hidden:
        events = events.filter(events["activity"].notin(log.hidden))
    before: Any = events["time"].lag(1).over(ibis.window(group_by=events["case_key"], order_by=events["pos"]))
    sheet = Sheet(log, "events", events.mutate(before=before), sheet.label)
    group = context.group_column(sheet)
    assert group is not None
    rows = sheet.table.mutate(g=group.fill_null(MISSING))
    rows = rows.filter(rows["before"].notnull())
    began: ir.Value = ibis.null("timestamp(6)")
    if _STARTED in rows.columns:
        began = ibis.least(rows[_STARTED].cast("timestamp(6)"), rows["time"])
    rows = rows.mutate(began=began)
    wait = ibis.coalesce(rows["began"], rows["time"]).delta(rows["before"], unit="microsecond")
    return rows.select(
        "case_key",
        "activity",
        "g",
        # Work that began before the step ahead of it was done did not wait.
        wait=ibis.greatest(wait, ibis.literal(0, type="int64")),
        handling=rows["time"].delta(rows["began"], unit="microsecond"),
    )
