"""Something must not happen: after an event, while a pair is open, more than k times, or at all."""

from __future__ import annotations

from typing import Any

import ibis

from workbench.log.conditions import answer_all
from workbench.log.keys import in_case
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet, sheet_of
from workbench.rules.precedence import triggers
from workbench.template.rules import AbsenceRule

__all__ = ["judge_absence"]


def judge_absence(log: PreparedLog, rule: AbsenceRule) -> Sheet | None:
    """One verdict per event that the rule forbids under its condition; on open cases "so far"."""
    sheet, doubtful = triggers(log, rule)
    if sheet is None:
        return None
    if rule.during is not None:
        verdict = _during(log, sheet, rule)
    elif rule.after:
        first = sheet.earliest(rule.after)
        time = sheet.table["time"]
        verdict = ibis.cases(
            ((first < time).fill_null(False), "broken"), ((first == time).fill_null(False), "tie"), else_="ok"
        )
    elif rule.at_most is not None:
        turn = ibis.row_number().over(in_case(sheet.table, "pos")) + 1
        verdict = ibis.ifelse(turn > int(log.policy(rule.at_most)), "broken", "ok")
    else:
        verdict = ibis.literal("broken")
    if doubtful is not None:
        verdict = ibis.ifelse(doubtful.isnull(), "unknown", verdict)
    sheet.table = sheet.table.mutate(verdict=verdict)
    return sheet


def _during(log: PreparedLog, sheet: Sheet, rule: AbsenceRule) -> Any:
    """broken strictly inside an open pair that qualifies; a tie at its very beginning or end."""
    pairs = sheet_of(log, (str(rule.during),), rule)
    if pairs is None:
        return ibis.literal("ok")
    found = answer_all(pairs, rule.during_where)
    spans = pairs.table.select(
        "case_key", span_from=pairs.table["opened"], span_to=pairs.table["closed"], qualifies=found.value
    )
    rows = sheet.table.select("case_key", "pos", "time")
    near = rows.join(spans, "case_key")
    near = near.filter(
        (near["span_from"] <= near["time"]) & (near["span_to"].isnull() | (near["span_to"] >= near["time"]))
    )
    edge = (near["span_from"] == near["time"]) | (near["span_to"] == near["time"]).fill_null(False)
    yes = near["qualifies"].fill_null(False)
    stem = sheet.name("span")
    summary = near.group_by(["case_key", "pos"]).aggregate(
        **{
            f"{stem}_inside": (yes & ~edge).any(),
            f"{stem}_edge": (yes & edge).any(),
            f"{stem}_unknown": (near["qualifies"].isnull() & ~edge).any(),
        }
    )
    sheet.attach(summary, ["case_key", "pos"])
    flag = {kind: sheet.table[f"{stem}_{kind}"].fill_null(False) for kind in ("inside", "edge", "unknown")}
    return ibis.cases(
        (flag["inside"], "broken"), (flag["unknown"], "unknown"), (flag["edge"], "tie"), else_="ok"
    )
