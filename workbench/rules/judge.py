"""Judging a log: every rule of the template, one verdict per triggering event.

*ok*; *tie* (the order rests on two equal times: counted as kept, shown beside); *broken*, with a reason;
*pending* (the limit still runs at as-of, whatever has already happened); *excused*; *unknown* (the data or the
policy value is missing: never "no breach").
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet
from workbench.rules.absence import judge_absence
from workbench.rules.levels import judge_levels, judge_order
from workbench.rules.people import judge_authority, judge_four_eyes
from workbench.rules.precedence import judge_precedence
from workbench.rules.response import judge_response
from workbench.template import Template
from workbench.template import rules as kinds
from workbench.template.rules import BaseRule

__all__ = ["VERDICTS", "checkable", "judge", "needs_of_rule"]

VERDICTS = ("ok", "tie", "broken", "pending", "excused", "unknown")

_JUDGES: dict[type[BaseRule], Callable[[PreparedLog, Any], Sheet | None]] = {
    kinds.AbsenceRule: judge_absence,
    kinds.AuthorityRule: judge_authority,
    kinds.FourEyesRule: judge_four_eyes,
    kinds.LevelsRule: judge_levels,
    kinds.OrderRule: judge_order,
    kinds.PrecedenceRule: judge_precedence,
    kinds.ResponseRule: judge_response,
}


def checkable(log: PreparedLog, rule: BaseRule) -> str | None:
    """None when the rule can be checked on this log, else the first thing it needs that the log lacks."""
    return log.missing(needs_of_rule(log.template, rule))


def needs_of_rule(template: Template, rule: BaseRule) -> tuple[tuple[str, ...], ...]:
    """Names that the log must know for a rule to be checked, each a tuple of alternatives.

    The last are the events that trigger it, of which the log must be able to show one.
    """
    pair = getattr(rule, "pair", None)
    if pair is not None:
        return (*rule.needs, template.expand(template.pairs[pair].opens))
    names = getattr(rule, "each", ()) or getattr(rule, "stages", ())
    return (*rule.needs, template.expand(tuple(names)))


def judge(log: PreparedLog) -> ir.Table:
    """One row per rule and triggering event: rule, case_key, pos, time, day, activity, resource, verdict,
    reason, limit_day. A rule whose needs the log lacks is not checked at all and has no row."""
    parts = []
    for rule in log.template.rules.values():
        if checkable(log, rule) is not None:
            continue
        sheet = _JUDGES[type(rule)](log, rule)
        if sheet is not None:
            parts.append(_uniform(sheet, rule))
    return ibis.union(*parts) if parts else log.verdicts


def _uniform(sheet: Sheet, rule: BaseRule) -> ir.Table:
    rows = sheet.table

    def column(name: str, kind: str) -> ir.Value:
        return rows[name].cast(kind) if name in rows.columns else ibis.null(kind)

    return rows.select(
        rule=ibis.literal(rule.id),
        case_key=rows["case_key"],
        pos=column("pos", "int64"),
        time=column("time", "timestamp(6)"),
        day=column("day", "date"),
        activity=column("activity", "int32"),
        resource=column("resource", "string"),
        verdict=column("verdict", "string"),
        reason=column("reason", "string"),
        limit_day=column("limit_day", "date"),
    )
