"""Something must have happened before."""

from __future__ import annotations

from typing import Any

import ibis

from workbench.log.conditions import answer_all, keep_where
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet, sheet_of
from workbench.template.rules import PrecedenceRule

__all__ = ["judge_precedence", "triggers"]

# Derived events that stand before the recorded ones of their time.
_FIRST = ("date_passed", "deadline_missed")


def triggers(log: PreparedLog, rule: Any) -> tuple[Sheet | None, Any | None]:
    """The events that trigger a rule; the second part is null where that is unknown."""
    sheet = sheet_of(log, rule.each, rule)
    if sheet is None:
        return None, None
    return sheet, keep_where(sheet, rule.each_where)


def judge_precedence(log: PreparedLog, rule: PrecedenceRule) -> Sheet | None:
    """ok when a qualifying event is earlier, tie when the order rests on equal times, broken when there is none.

    A date that goes by does so at the first instant of the day after, before anything that was recorded then.
    """
    sheet, doubtful = triggers(log, rule)
    if sheet is None:
        return None
    first = _derived_first(sheet, rule.before)
    known, maybe = _first_before(log, sheet, rule)
    time = sheet.table["time"]
    passed = ibis.literal(False) if first is None else (sheet.table[first] == time).fill_null(False)
    unknown = (maybe <= time).fill_null(False) | _undatable(log, sheet, rule.before)
    if doubtful is not None:
        unknown = unknown | doubtful.isnull()
    sheet.table = sheet.table.mutate(
        verdict=ibis.cases(
            ((known < time).fill_null(False), "ok"),
            (passed, "ok"),
            ((known == time).fill_null(False), "tie"),
            (unknown, "unknown"),
            else_="broken",
        )
    )
    return sheet


def _first_before(log: PreparedLog, sheet: Sheet, rule: PrecedenceRule) -> tuple[Any, Any]:
    """The first qualifying earlier event, and the first of which it is unknown whether it qualifies."""
    nothing = ibis.null("timestamp(6)")
    if not rule.before_where:
        return sheet.earliest(rule.before), nothing
    others = sheet_of(log, rule.before, rule)
    if others is None:
        return nothing, nothing
    qualifies = answer_all(others, rule.before_where).value
    rows = others.table
    known, maybe = sheet.name("first"), sheet.name("maybe")
    summary = rows.group_by("case_key").aggregate(
        **{
            known: rows["time"].min(where=qualifies.fill_null(False)),
            maybe: rows["time"].min(where=qualifies.isnull()),
        }
    )
    sheet.attach(summary, ["case_key"])
    return sheet.table[known], sheet.table[maybe]


def _derived_first(sheet: Sheet, names: tuple[str, ...]) -> str | None:
    """The column with the first moment of what was derived and by definition comes before what was recorded then."""
    log = sheet.log
    first = [
        name
        for name in log.template.expand(names)
        if name in log.template.derived and log.template.derived[name].derive in _FIRST
    ]
    if not first:
        return None
    events = log.events.filter(log.events["activity"].isin(list(log.codes(tuple(first)))))
    events = events.filter(events["is_derived"])
    column = sheet.name("derived_first")
    sheet.attach(events.group_by("case_key").aggregate(**{column: events["time"].min()}), ["case_key"])
    return column


def _undatable(log: PreparedLog, sheet: Sheet, names: tuple[str, ...]) -> Any:
    """Whether the missing event could not have been derived, since the case's date for it is missing."""
    result: Any = ibis.literal(False)
    for name in log.template.expand(names):
        declared = log.template.derived.get(name)
        if declared is not None and declared.derive == "date_passed":
            column = sheet.column(str(declared.date))
            result = result | (ibis.literal(True) if column is None else column.isnull())
    return result
