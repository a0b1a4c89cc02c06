"""The process map: which activity directly follows which, how often, and after how long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from workbench.discover.shown import linked_events, shown_events
from workbench.discover.wayflow import END, PASSED, START, flow_frame, knows_flow
from workbench.errors import unknown_name
from workbench.log.answered import answered
from workbench.log.frames import activity_names
from workbench.log.prepared import PreparedLog

__all__ = ["STATISTICS", "activity_frame", "map_frame"]

_SECOND = 1_000_000

# What can be said of the times between two activities, in microseconds, and how.
_ASKED: dict[str, Callable[[ir.IntegerColumn], ir.Scalar]] = {
    "mean": lambda waits: waits.sum(),
    "min": lambda waits: waits.min(),
    "max": lambda waits: waits.max(),
    "sum": lambda waits: waits.sum(),
}
_QUANTILES = {"median": 0.5, "p90": 0.9}
STATISTICS = ("mean", "median", "min", "max", "sum")


@answered
def map_frame(
    log: PreparedLog, *, derived: bool = True, statistics: Iterable[str] = STATISTICS
) -> pd.DataFrame:
    """The edges of the map: how often one activity directly followed another, and the time between them.

    Columns source, target, count, then mean_seconds and so on for each of `statistics` (mean, median, p90, min,
    max, sum; all exact, and only those asked for are worked out: of very large logs the mean comes in a fraction
    of the median's time). Most frequent first. There is no artificial start or end: see `activity_frame` for those.
    """
    wanted = dict.fromkeys(statistics)
    for name in wanted:
        if name not in _ASKED and name not in _QUANTILES:
            raise unknown_name("statistic", name, [*_ASKED, *_QUANTILES], where="map")
    if not wanted and knows_flow(log, derived=derived):
        flow = flow_frame(log)
        counted = flow[(flow["source"] >= 0) & (flow["target"] >= 0)]
        return _in_order(_edges(log, counted["source"], counted["target"], counted["n"]))
    events = linked_events(log, derived=derived)
    links = events.filter(events["next_activity"].notnull())
    asked = {name: _ASKED[name](links["to_next"]) for name in wanted if name in _ASKED}
    points = [name for name in wanted if name in _QUANTILES]
    if points:  # all from one ordering of the times
        asked["quantiles"] = links["to_next"].quantile([_QUANTILES[name] for name in points])
    frame = log.frame(links.group_by(["activity", "next_activity"]).aggregate(count=links.count(), **asked))
    for place, name in enumerate(points):
        frame[name] = [found[place] for found in frame["quantiles"]]
    edges = _edges(log, frame["activity"], frame["next_activity"], frame["count"])
    for name in wanted:
        found = frame[name].astype("float64")
        edges[f"{name}_seconds"] = (found / frame["count"] if name == "mean" else found) / _SECOND
    return _in_order(edges)


def _edges(
    log: PreparedLog, sources: pd.Series[Any], targets: pd.Series[Any], counts: pd.Series[Any]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source": activity_names(log, sources),
            "target": activity_names(log, targets),
            "count": counts.astype("int64").to_numpy(),
        }
    )


def _in_order(edges: pd.DataFrame) -> pd.DataFrame:
    return edges.sort_values(["count", "source", "target"], ascending=[False, True, True], ignore_index=True)


@answered
def activity_frame(log: PreparedLog, *, derived: bool = True) -> pd.DataFrame:
    """The nodes of the map: events and cases of each activity, and how many cases start and end with it.

    Columns activity, label, events, cases, starts, ends, is_derived; most frequent first.
    """
    frame = _flowing(log) if knows_flow(log, derived=derived) else _counted(log, derived=derived)
    names = activity_names(log, frame["activity"])
    nodes = pd.DataFrame(
        {
            "activity": names,
            "label": [log.template.label(name) for name in names],
            **{name: frame[name].astype("int64") for name in ("events", "cases", "starts", "ends")},
            "is_derived": [name in log.template.derived for name in names],
        }
    )
    return nodes.sort_values(["events", "activity"], ascending=[False, True], ignore_index=True)


def _counted(log: PreparedLog, *, derived: bool) -> pd.DataFrame:
    events = shown_events(log, derived=derived)
    return log.frame(
        events.group_by("activity").aggregate(
            events=events.count(),
            # Whatever else is left out of the map, an activity's own occurrences in a case stay what they are.
            cases=events["case_key"].nunique() if log.trims else (events["occurrence"] == 1).sum(),
            starts=events["previous_activity"].isnull().sum(),
            ends=events["next_activity"].isnull().sum(),
        )
    )


def _flowing(log: PreparedLog) -> pd.DataFrame:
    """The same of the flow by ways."""
    flow = flow_frame(log)
    of, to = flow[flow["source"] >= 0], flow[flow["source"] == START]
    found = {
        "events": of[of["target"] != PASSED].groupby("source")["n"].sum(),
        "cases": of[of["target"] == PASSED].set_index("source")["n"],
        "starts": to.set_index("target")["n"],
        "ends": of[of["target"] == END].set_index("source")["n"],
    }
    frame = pd.DataFrame(found).fillna(0).astype("int64")
    return frame.rename_axis("activity").reset_index()
