"""Levels one after the other, and stages in their order."""

from __future__ import annotations

import ibis

from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet, sheet_of
from workbench.template.rules import LevelsRule, OrderRule

__all__ = ["judge_levels", "judge_order"]


def judge_levels(log: PreparedLog, rule: LevelsRule) -> Sheet | None:
    """Reasons: *skipped* (a lower level was never sent), *early* (it was sent only later), *backwards*, *repeated*.

    At equal times events are taken by level, not by row: a batch that sends two levels in one night is no step
    back. A triggering event without a level, or with one below the first of the policy, is unknown.
    """
    sheet = sheet_of(log, rule.each, rule)
    if sheet is None:
        return None
    level = sheet.column(rule.attribute)
    if level is None:
        sheet.table = sheet.table.mutate(verdict=ibis.literal("unknown"))
        return sheet
    rows = sheet.table.mutate(level=level.cast("int64"))
    before = ibis.window(
        group_by=rows["case_key"], order_by=[rows["time"], rows["level"], rows["pos"]], preceding=(None, 1)
    )
    highest = rows["level"].max().over(before)
    rows = rows.mutate(highest=highest)
    sent = rows.group_by(["case_key", "level"]).aggregate(sent=rows.count())
    sent = sent.filter(sent["level"].notnull() & (sent["level"] >= rule.first))
    # As many distinct levels at or below this one as its own number, or one was never sent.
    below = sent.mutate(
        distinct_levels=ibis.row_number().over(ibis.window(group_by=sent["case_key"], order_by=sent["level"]))
        + 1
    ).drop("sent")
    rows = rows.left_join(below, ["case_key", "level"]).drop("case_key_right", "level_right")
    now = rows["level"]
    top = rows["highest"].fill_null(rule.first - 1)
    # Not null where there is a level of the policy.
    skipped = rows["distinct_levels"] < now - rule.first + 1
    foreign = (now < rule.first).fill_null(True)
    verdict = ibis.cases(
        (foreign, "unknown"),
        (skipped, "broken"),
        (now > top + 1, "broken"),
        (now < top, "broken"),
        ((now == top) & (not rule.repeat), "broken"),
        else_="ok",
    )
    reason = ibis.cases(
        (foreign, ibis.null("string")),
        (skipped & (now >= top), "skipped"),
        (now > top + 1, "early"),
        (now < top, "backwards"),
        ((now == top) & (not rule.repeat), "repeated"),
        else_=ibis.null("string"),
    )
    sheet.table = rows.mutate(
        verdict=verdict, reason=ibis.ifelse(verdict == "broken", reason, ibis.null("string"))
    )
    return sheet


def judge_order(log: PreparedLog, rule: OrderRule) -> Sheet | None:
    """broken when a later stage was reached strictly earlier; repeats of an iterative activity never are."""
    stages = [log.template.expand((stage,)) for stage in rule.stages]
    sheet = sheet_of(log, rule.stages, rule)
    if sheet is None:
        return None
    rows = sheet.table
    broken = ibis.literal(False)
    tied = ibis.literal(False)
    for index, members in enumerate(stages):
        for name in members:
            code = log.meta.code(name)
            if code is None or index + 1 >= len(stages):
                continue
            declared = log.template.activities.get(name)
            mine = rows["activity"] == code
            if declared is not None and declared.iterative:
                mine = mine & (rows["time"] == sheet.earliest((name,)))
            reached = sheet.earliest(tuple(member for stage in stages[index + 1 :] for member in stage))
            broken = broken | (mine & (reached < rows["time"]).fill_null(False))
            tied = tied | (mine & (reached == rows["time"]).fill_null(False))
    sheet.table = rows.mutate(verdict=ibis.cases((broken, "broken"), (tied, "tie"), else_="ok"))
    return sheet
