"""How much of each activity people do by hand: where automation has something to take over."""

from __future__ import annotations

import pandas as pd

from workbench.log.prepared import PreparedLog

__all__ = ["manual_frame"]


def manual_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per recorded activity: events, by hand, automatic, unknown, and the manual share of the known ones.

    Columns activity, label, events, manual, automatic, unknown, manual_share (None where nothing is known);
    most hand work first. Derived events are nobody's work and are left out.
    """
    role = log.template.case.automated
    events = log.events.filter(~log.events["is_derived"])
    columns = {"events": events.count()}
    if role is not None and role in events.columns:
        flag = events[role]
        columns |= {
            "manual": (~flag).fill_null(False).sum(),
            "automatic": flag.fill_null(False).sum(),
            "unknown": flag.isnull().sum(),
        }
    frame = log.frame(events.group_by("activity").aggregate(**columns))
    if "manual" not in frame.columns:
        frame = frame.assign(manual=0, automatic=0, unknown=frame["events"])
    names = [log.meta.activities[int(code)] for code in frame["activity"]]
    known = (frame["manual"] + frame["automatic"]).astype("float64")
    result = pd.DataFrame(
        {
            "activity": names,
            "label": [log.template.label(name) for name in names],
            **{name: frame[name].astype("int64") for name in ("events", "manual", "automatic", "unknown")},
            "manual_share": (frame["manual"] / known).where(known > 0),
        }
    )
    return result.sort_values(["manual", "activity"], ascending=[False, True], ignore_index=True)
