"""Automation potential: how much hand work is regular enough to be taken over, and how far that leads to the goal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ibis
import pandas as pd

from workbench.discover.shown import shown_events
from workbench.improve.manual import manual_frame
from workbench.log.frames import activity_names, as_day, objects, one_value
from workbench.log.prepared import PreparedLog
from workbench.measure import baseline_period, bounds, figures, target_of
from workbench.template.kpis import KPI, ShareKPI
from workbench.template.words import AttributeTest

__all__ = ["AutomationGoal", "automation_frame", "automation_goal"]

_COLUMNS = [
    "activity",
    "label",
    "events",
    "manual",
    "automatic",
    "unknown",
    "manual_share",
    "known_share",
    "regularity",
    "median_minutes",
    "levers",
    "potential",
    "share_of_manual",
]


def automation_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per recorded activity, the one from which most could be taken over first.

    Columns activity, label, events, manual, automatic, unknown, manual_share (of the known ones), known_share,
    `regularity` (0-1, see `_regularity`), median_minutes (of hand work, where the log carries minutes), levers
    (ids of the template's levers that name the activity), `potential` = manual events × regularity: those that a
    rule could be expected to take over, and `share_of_manual`, their share of all manual events.
    """
    frame = manual_frame(log)
    known = (frame["manual"] + frame["automatic"]).astype("float64")
    frame["known_share"] = (known / frame["events"]).where(frame["events"] > 0)
    for name, found in (("regularity", _regularity(log)), ("median_minutes", _minutes(log))):
        frame[name] = [found.get(activity, float("nan")) for activity in frame["activity"]]
    levers = {name: list(_levers_of(log, name)) for name in frame["activity"]}
    frame["levers"] = objects(levers[name] for name in frame["activity"])
    frame["potential"] = frame["manual"] * frame["regularity"]
    whole = int(frame["manual"].sum())
    frame["share_of_manual"] = frame["potential"] / whole if whole else float("nan")
    frame = frame.sort_values(
        ["potential", "manual", "activity"], ascending=[False, False, True], ignore_index=True
    )
    return frame[_COLUMNS]


def _regularity(log: PreparedLog) -> dict[str, float]:
    """How regular each activity is: the mean of *order* and *timing*, both 0-1.

    Order is the share of an activity's events that come directly after its most frequent predecessor on the map
    (beginning a case is one, too). Timing says how much alike the waits after that predecessor are: one less the
    quartile coefficient of dispersion (Q3 - Q1) / (Q3 + Q1), which no outlier sways; 1 where all are at once. An
    activity that usually begins cases has no waits, and its regularity is its order alone.
    """
    events = shown_events(log, derived=True)
    # Each link told by the event that follows; an event that begins its case follows none.
    links = events.filter(events["next_activity"].notnull())
    links = links.select(activity="next_activity", previous="activity", wait="to_next")
    first = events.filter(events["previous_activity"].isnull())
    first = first.select("activity", previous=ibis.literal(-1, type="int32"), wait=ibis.null("int64"))
    rows = ibis.union(links, first)
    made = log.frame(events.filter(events["is_derived"]).select("activity").distinct())["activity"]
    rows = rows.filter(rows["activity"].notin([int(code) for code in made]))
    wait = rows["wait"].cast("float64")
    frame = log.frame(
        rows.group_by(["activity", "previous"]).aggregate(
            n=rows.count(), q1=wait.quantile(0.25), q3=wait.quantile(0.75)
        )
    )
    frame = frame.sort_values(["activity", "n", "previous"], ascending=[True, False, True])
    whole = frame.groupby("activity")["n"].transform("sum")
    frame["order"] = frame["n"] / whole
    first = frame.drop_duplicates("activity")
    spread = first["q3"] + first["q1"]
    timing = 1 - ((first["q3"] - first["q1"]) / spread.where(spread > 0)).fillna(0.0)
    timing = timing.where(first["previous"] >= 0, first["order"])
    return dict(zip(activity_names(log, first["activity"]), (first["order"] + timing) / 2, strict=True))


def _minutes(log: PreparedLog) -> dict[str, float]:
    """The median working time of each activity's events by hand, by the template's role."""
    role, flag = log.template.case.minutes, log.template.case.automated
    events = log.events.filter(~log.events["is_derived"])
    if role is None or role not in events.columns:
        return {}
    if flag is not None and flag in events.columns:
        events = events.filter(~events[flag].fill_null(False))
    events = events.filter(events[role].notnull())
    frame = log.frame(
        events.group_by("activity").aggregate(median_minutes=events[role].cast("float64").median())
    )
    return dict(zip(activity_names(log, frame["activity"]), frame["median_minutes"], strict=True))


def _levers_of(log: PreparedLog, activity: str) -> Iterator[str]:
    template = log.template
    return (name for name, lever in template.levers.items() if activity in template.expand(lever.activities))


@dataclass(frozen=True, slots=True)
class AutomationGoal:
    """Hand work now, as it is wished for, and as the goal's levers could make it; shares are of known events.

    `goal` and `kpi` are the template's ids. `manual` and `known` count events; `manual_share` is their ratio,
    `baseline_share` that of the baseline period, `goal_share` what the target asks. `reachable` manual events are
    what automating the activities of `levers` could take over, `reachable_share` the share that then remains, and
    `part_of_goal` how much of the way to the goal that is (at most 1; None where the goal is reached already).
    """

    goal: str
    kpi: str
    levers: tuple[str, ...]
    manual: int
    known: int
    manual_share: float
    baseline_share: float
    goal_share: float
    reachable: float
    reachable_share: float
    part_of_goal: float | None


def automation_goal(log: PreparedLog) -> AutomationGoal | None:
    """How far the levers lead to the goal of less hand work; None where no goal is set or nothing is known.

    The goal is the template's first one measured by a KPI that is the share of manual events and has a target of
    the project or the template. A relative target counts from the baseline, or from now where there is none.
    """
    found = _goal_of(log)
    frame = automation_frame(log)
    manual, known = int(frame["manual"].sum()), int(frame["manual"].sum() + frame["automatic"].sum())
    if found is None or not known:
        return None
    goal_id, kpi = found
    now = manual / known
    baseline = _baseline_share(log, kpi, now)
    target = target_of(log, kpi)
    assert target is not None
    low, high = bounds(target, baseline, kpi.good, share=kpi.kind == "share")
    wished = high if high is not None else low
    if wished is None:
        return None
    levers = log.template.goals[goal_id].levers
    named = frame[[bool(set(own) & set(levers)) for own in frame["levers"]]]
    reachable = float(named["potential"].sum())
    needed = manual - wished * known
    return AutomationGoal(
        goal=goal_id,
        kpi=kpi.id,
        levers=levers,
        manual=manual,
        known=known,
        manual_share=now,
        baseline_share=baseline,
        goal_share=wished,
        reachable=reachable,
        reachable_share=(manual - reachable) / known,
        part_of_goal=min(reachable / needed, 1.0) if needed > 0 else None,
    )


def _goal_of(log: PreparedLog) -> tuple[str, KPI] | None:
    for name, goal in log.template.goals.items():
        for kpi_id in goal.kpis:
            kpi = log.template.kpis[kpi_id]
            if _is_manual_share(log, kpi) and target_of(log, kpi) is not None:
                return name, kpi
    return None


def _is_manual_share(log: PreparedLog, kpi: KPI) -> bool:
    """Whether a KPI is the share of recorded events that are not automated, by the template's role."""
    if not isinstance(kpi, ShareKPI) or kpi.of != ("events",) or kpi.where or len(kpi.that) != 1:
        return False
    test: Any = kpi.that[0]
    return (
        isinstance(test, AttributeTest)
        and test.attribute == log.template.case.automated
        and test.is_ is False
    )


def _baseline_share(log: PreparedLog, kpi: KPI, now: float) -> float:
    first = as_day(one_value(log.frame(log.cases.aggregate(first=log.cases["start_day"].min()))))
    if first is None:
        return now
    period = baseline_period(log.meta.settings.baseline, first)
    values = [figure.value for figure in figures(log, [kpi.id], period=period) if figure.value is not None]
    return values[0] if values else now
