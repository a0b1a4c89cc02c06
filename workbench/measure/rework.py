"""Rework: what is done again, and what goes back, activity by activity."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.discover.shown import shown_events
from workbench.log.conditions import answer, steps_back
from workbench.log.frames import activity_names, objects
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet, sheet_of
from workbench.template.words import BackwardTest, RepeatsTest

__all__ = ["rework_frame", "rework_totals"]

_REPEATS = RepeatsTest(repeats=True)
_BACKWARD = BackwardTest(backward="ideal")
_COLUMNS = [
    "activity",
    "events",
    "cases",
    "repeating",
    "extra",
    "self_loops",
    "loops",
    "backward",
    "iterative",
    "rework_cases",
]


def rework_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per recorded activity, the one that makes rework in most cases first.

    Columns activity, events, cases; `repeating` (cases that show it at least twice), `extra` (its occurrences
    beyond the first of each case), of these `self_loops` (directly after itself) and `loops` (after something
    else came between); `backward` (cases in which it is a step back against the ideal path); `iterative` (the
    process expects it to repeat) and `rework_cases`: cases that repeat it though it is not iterative, or go back
    to it. Cancelled cases and derived events are left out, as in the KPIs that count rework.
    """
    sheet = _cases(log)
    own = sheet.table.select("case_key")
    events = shown_events(log, derived=False).semi_join(own, "case_key")
    counts = events.group_by(["case_key", "activity"]).aggregate(
        n=events.count(), after_itself=(events["next_activity"] == events["activity"]).sum()
    )
    back = _gone_back(log, sheet)
    rows = counts.left_join(back, ["case_key", "activity"])
    rows = rows.select("case_key", "activity", "n", "after_itself", back=rows["back"].fill_null(False))
    iterative = rows["activity"].isin(_iterative(log))
    frame = log.frame(
        rows.group_by("activity").aggregate(
            events=rows["n"].sum(),
            cases=rows.count(),
            repeating=(rows["n"] > 1).sum(),
            extra=(rows["n"] - 1).sum(),
            self_loops=rows["after_itself"].fill_null(0).sum(),
            backward=rows["back"].sum(),
            rework_cases=(((rows["n"] > 1) & ~iterative) | rows["back"]).sum(),
        )
    )
    names = activity_names(log, frame["activity"])
    numbers = ["events", "cases", "repeating", "extra", "self_loops", "backward", "rework_cases"]
    result = frame[numbers].astype("int64").assign(activity=names)
    result["loops"] = result["extra"] - result["self_loops"]
    expected = {found.id for found in log.template.activities.values() if found.iterative}
    result["iterative"] = objects(name in expected for name in names).astype(bool)
    return result.sort_values(
        ["rework_cases", "extra", "activity"], ascending=[False, False, True], ignore_index=True
    )[_COLUMNS]


def rework_totals(log: PreparedLog) -> pd.DataFrame:
    """One row over all cases: cases, repeating, backward, rework (either of both) and `share` of cases with rework.

    `repeating` counts cases that repeat an activity which is not iterative, `backward` those that go back
    against the ideal path; a case that does both counts once in `rework`. `share` is empty without cases.
    """
    sheet = _cases(log)
    repeats, backward = answer(_REPEATS, sheet).value, answer(_BACKWARD, sheet).value
    rows = sheet.table.mutate(repeats=repeats, back=backward)
    frame = log.frame(
        rows.aggregate(
            cases=rows.count(),
            repeating=rows["repeats"].sum(),
            backward=rows["back"].sum(),
            rework=(rows["repeats"] | rows["back"]).sum(),
        )
    )
    frame = frame.fillna(0).astype("int64")
    return frame.assign(share=(frame["rework"] / frame["cases"]).where(frame["cases"] > 0))


def _cases(log: PreparedLog) -> Sheet:
    sheet = sheet_of(log, ("cases",), (_REPEATS, _BACKWARD))
    assert sheet is not None  # there are always cases, though perhaps none
    return sheet


def _iterative(log: PreparedLog) -> list[int]:
    return list(log.meta.codes(found.id for found in log.template.activities.values() if found.iterative))


def _gone_back(log: PreparedLog, sheet: Sheet) -> ir.Table:
    """Columns case_key, activity, back: the activities to which each case goes back."""
    parts = []
    for name, value in steps_back(sheet, _BACKWARD).items():
        going = sheet.table.filter(value)
        code = ibis.literal(log.meta.code(name), type="int32")
        parts.append(going.select("case_key", activity=code, back=ibis.literal(True)))
    if parts:
        return ibis.union(*parts)
    none = sheet.table.filter(ibis.literal(False))
    return none.select("case_key", activity=ibis.literal(0, type="int32"), back=ibis.literal(True))
