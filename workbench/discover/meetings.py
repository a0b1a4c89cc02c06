"""Which activities meet in one case: in how many cases does an activity occur, and in how many two of them."""

from __future__ import annotations

from collections import Counter
from itertools import combinations_with_replacement

import ibis
import pandas as pd

from workbench.discover.shown import shown_events
from workbench.log.answered import answered
from workbench.log.prepared import PreparedLog

__all__ = ["meeting_frame"]


@answered
def meeting_frame(log: PreparedLog, *, most: int = 12) -> pd.DataFrame:
    """One row per pair of activities: activity, other, cases in which both occur, in whatever order and how often.

    Of the `most` activities that occur in the most cases, each pair once, the more frequent one first, and each
    activity with itself: there `cases` is in how many it occurs. Derived events count as they do in the map.
    """
    columns = ["activity", "other", "cases"]
    events = shown_events(log, derived=True).select("case_key", "activity").distinct()
    frame = log.frame(events.group_by("activity").aggregate(cases=events.count()))
    frame["name"] = [log.meta.activities[int(code)] for code in frame["activity"]]
    frame = frame.sort_values(["cases", "name"], ascending=[False, True]).head(most)
    if frame.empty:
        return pd.DataFrame(columns=columns)
    codes, names = [int(code) for code in frame["activity"]], frame["name"].tolist()
    # Each case's activities as the bits of one number: there are far fewer such numbers than pairs of events.
    bit = ibis.cases(*[(events["activity"] == code, 1 << place) for place, code in enumerate(codes)], else_=0)
    sets = events.group_by("case_key").aggregate(bits=bit.cast("int64").sum())
    counted = log.frame(sets.group_by("bits").aggregate(cases=sets.count()))
    together: Counter[tuple[int, int]] = Counter()
    for bits, cases in zip(counted["bits"], counted["cases"], strict=True):
        places = [place for place in range(len(codes)) if int(bits) >> place & 1]
        for pair in combinations_with_replacement(places, 2):
            together[pair] += int(cases)
    pairs = combinations_with_replacement(range(len(codes)), 2)
    rows = [(names[first], names[second], together[first, second]) for first, second in pairs]
    return pd.DataFrame(rows, columns=columns)
