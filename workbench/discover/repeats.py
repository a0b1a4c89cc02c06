"""What happens more than once in a case, whatever the process thinks of it."""

from __future__ import annotations

import ibis
import pandas as pd

from workbench.discover.shown import shown_events, unlinked_events
from workbench.log.frames import activity_names
from workbench.log.prepared import PreparedLog

__all__ = ["repeat_frame", "return_frame"]


def repeat_frame(log: PreparedLog, *, derived: bool = False) -> pd.DataFrame:
    """One row per activity, the one that most cases repeat first: activity, events, cases, repeating, extra.

    `repeating` counts the cases that show the activity at least twice, `extra` its occurrences beyond the first of
    each case. Every case counts and every activity: what of it is rework is what `workbench.measure` judges, which
    leaves out cancelled cases and knows the activities that are meant to be repeated.
    """
    events = unlinked_events(log, derived=derived)
    if log.trims:  # an activity's occurrences are counted anew among those that are shown
        counts = events.group_by(["activity", "case_key"]).aggregate(n=events.count())
        asked = counts.group_by("activity").aggregate(
            events=counts["n"].sum(),
            cases=counts.count(),
            repeating=(counts["n"] > 1).sum(),
            extra=(counts["n"] - 1).sum(),
        )
    else:
        asked = events.group_by("activity").aggregate(
            events=events.count(),
            cases=(events["occurrence"] == 1).sum(),
            repeating=(events["occurrence"] == 2).sum(),
            extra=(events["occurrence"] > 1).sum(),
        )
    frame = log.frame(asked)
    numbers = frame[["events", "cases", "repeating", "extra"]].astype("int64")
    numbers.insert(0, "activity", activity_names(log, frame["activity"]))
    return numbers.sort_values(
        ["repeating", "extra", "activity"], ascending=[False, False, True], ignore_index=True
    )


def return_frame(log: PreparedLog, *, derived: bool = False) -> pd.DataFrame:
    """One row per activity that happens again and what happened directly before it: activity, after, cases, times.

    An activity that follows itself stands there as after itself. `cases` counts each case once for a pair. Most cases
    first. What of it is rework is what `workbench.measure` judges.
    """
    events = shown_events(log, derived=derived)
    if log.trims:  # an activity's occurrences are counted anew among those that are shown
        turn = ibis.row_number().over(
            ibis.window(group_by=[events["case_key"], events["activity"]], order_by=events["pos"])
        )
        events = events.mutate(again=turn > 0)
    else:
        events = events.mutate(again=events["occurrence"] > 1)
    found = events.filter(events["again"] & events["previous_activity"].notnull())
    asked = found.group_by(["activity", "previous_activity"]).aggregate(
        cases=found["case_key"].nunique(), times=found.count()
    )
    frame = log.frame(asked)
    result = pd.DataFrame(
        {
            "activity": activity_names(log, frame["activity"]),
            "after": activity_names(log, frame["previous_activity"]),
            "cases": frame["cases"].astype("int64"),
            "times": frame["times"].astype("int64"),
        }
    )
    return result.sort_values(
        ["cases", "activity", "after"], ascending=[False, True, True], ignore_index=True
    )
