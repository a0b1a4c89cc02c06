"""What happens more than once in a case, whatever the process thinks of it."""

from __future__ import annotations

import pandas as pd

from workbench.discover.shown import unlinked_events
from workbench.log.frames import activity_names
from workbench.log.prepared import PreparedLog

__all__ = ["repeat_frame"]


def repeat_frame(log: PreparedLog, *, derived: bool = False) -> pd.DataFrame:
    """One row per activity, the one that most cases repeat first: activity, events, cases, repeating, extra.

    `repeating` counts the cases that show the activity at least twice, `extra` its occurrences beyond the first of
    each case. Every case counts and every activity: what of it is rework is what `workbench.measure` judges, which
    leaves out cancelled cases and knows the activities that are meant to be repeated.
    """
    events = unlinked_events(log, derived=derived)
    frame = log.frame(
        events.group_by("activity").aggregate(
            events=events.count(),
            cases=(events["occurrence"] == 1).sum(),
            repeating=(events["occurrence"] == 2).sum(),
            extra=(events["occurrence"] > 1).sum(),
        )
    )
    numbers = frame[["events", "cases", "repeating", "extra"]].astype("int64")
    numbers.insert(0, "activity", activity_names(log, frame["activity"]))
    return numbers.sort_values(
        ["repeating", "extra", "activity"], ascending=[False, False, True], ignore_index=True
    )
