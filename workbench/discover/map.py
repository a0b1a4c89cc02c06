"""The process map: which activity directly follows which, how often, and after how long."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.log.keys import in_case
from workbench.log.prepared import PreparedLog

__all__ = ["activity_frame", "map_frame", "shown_events"]

_SECOND = 1_000_000


def shown_events(log: PreparedLog, *, derived: bool) -> ir.Table:
    """Events of the map with next_activity and to_next; without derived events the stored order is linked anew."""
    events = log.events.filter(log.events["is_shown"])
    if derived:
        return events
    events = events.filter(~events["is_derived"])
    order = in_case(events, "pos")
    return events.mutate(
        next_activity=events["activity"].lead(1).over(order),
        to_next=events["time"].lead(1).over(order).delta(events["time"], unit="microsecond"),
    )


def map_frame(log: PreparedLog, *, derived: bool = True) -> pd.DataFrame:
    """The edges of the map: how often one activity directly followed another, and the time between them.

    Columns source, target, count, mean_seconds, median_seconds, min_seconds, max_seconds, sum_seconds; most
    frequent first. There is no artificial start or end: see `activity_frame` for those.
    """
    events = shown_events(log, derived=derived)
    links = events.filter(events["next_activity"].notnull())
    waits = links["to_next"]
    frame = log.frame(
        links.group_by(["activity", "next_activity"]).aggregate(
            count=links.count(),
            sum_us=waits.sum(),
            median_us=waits.cast("float64").median(),
            min_us=waits.min(),
            max_us=waits.max(),
        )
    )
    edges = pd.DataFrame(
        {
            "source": _names(log, frame["activity"]),
            "target": _names(log, frame["next_activity"]),
            "count": frame["count"].astype("int64"),
            "mean_seconds": frame["sum_us"].astype("float64") / frame["count"] / _SECOND,
            **{
                f"{name}_seconds": frame[f"{name}_us"].astype("float64") / _SECOND
                for name in ("median", "min", "max", "sum")
            },
        }
    )
    return edges.sort_values(["count", "source", "target"], ascending=[False, True, True], ignore_index=True)


def activity_frame(log: PreparedLog, *, derived: bool = True) -> pd.DataFrame:
    """The nodes of the map: events and cases of each activity, and how many cases start and end with it.

    Columns activity, label, events, cases, starts, ends, is_derived; most frequent first.
    """
    events = shown_events(log, derived=derived)
    first = events["pos"] == events["pos"].min().over(ibis.window(group_by=events["case_key"]))
    events = events.mutate(is_first=first)
    frame = log.frame(
        events.group_by("activity").aggregate(
            events=events.count(),
            cases=events["case_key"].nunique(),
            starts=events["is_first"].sum(),
            ends=events["next_activity"].isnull().sum(),
        )
    )
    names = _names(log, frame["activity"])
    nodes = pd.DataFrame(
        {
            "activity": names,
            "label": [log.template.label(name) for name in names],
            **{name: frame[name].astype("int64") for name in ("events", "cases", "starts", "ends")},
            "is_derived": [name in log.template.derived for name in names],
        }
    )
    return nodes.sort_values(["events", "activity"], ascending=[False, True], ignore_index=True)


def _names(log: PreparedLog, codes: pd.Series[int]) -> list[str]:
    return [log.meta.activities[int(code)] for code in codes]
