"""Which activities meet in one case: in how many cases does an activity occur, and in how many two of them."""

from __future__ import annotations

from collections import Counter
from itertools import combinations_with_replacement

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.discover.map import activity_frame
from workbench.discover.shown import shown_events
from workbench.discover.wayflow import knows_flow, passed_by_ways
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
    nodes = activity_frame(log).sort_values(["cases", "activity"], ascending=[False, True])
    names = nodes["activity"].head(most).tolist()
    if not names:
        return pd.DataFrame(columns=columns)
    codes = [log.meta.activities.index(name) for name in names]
    counted = log.frame(log.alike(("meetings", *codes), lambda: _sets(log, codes)))
    together: Counter[tuple[int, int]] = Counter()
    for bits, cases in zip(counted["bits"], counted["cases"], strict=True):
        places = [place for place in range(len(names)) if int(bits) >> place & 1]
        for pair in combinations_with_replacement(places, 2):
            together[pair] += int(cases)
    pairs = combinations_with_replacement(range(len(names)), 2)
    rows = [(names[first], names[second], together[first, second]) for first, second in pairs]
    return pd.DataFrame(rows, columns=columns)


def _sets(log: PreparedLog, codes: list[int]) -> ir.Table:
    """Which activities the cases have: bits and cases.

    The activities of a case are the bits of one number: there are far fewer such numbers than pairs of events.
    """
    if knows_flow(log, derived=True):
        passed = passed_by_ways(log)
        sets = passed.group_by("variant").aggregate(cases=passed["cases"].max(), bits=_bits(passed, codes))
        return sets.group_by("bits").aggregate(cases=sets["cases"].sum())
    passed = shown_events(log, derived=True).select("case_key", "activity").distinct()
    sets = passed.group_by("case_key").aggregate(bits=_bits(passed, codes))
    return sets.group_by("bits").aggregate(cases=sets.count())


def _bits(passed: ir.Table, codes: list[int]) -> ir.Scalar:
    bit = ibis.cases(*[(passed["activity"] == code, 1 << place) for place, code in enumerate(codes)], else_=0)
    return bit.cast("int64").sum()
