"""Who may do it: two people, or somebody entitled."""

from __future__ import annotations

import ibis

from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet, sheet_of
from workbench.template.rules import AuthorityRule, FourEyesRule

__all__ = ["judge_authority", "judge_four_eyes"]


def judge_four_eyes(log: PreparedLog, rule: FourEyesRule) -> Sheet | None:
    """broken when the same resource did any earlier `differs_from` event; unknown if one of them has no name."""
    sheet = sheet_of(log, rule.each, rule)
    if sheet is None:
        return None
    events = log.events.filter(log.events["activity"].isin(list(log.codes(rule.differs_from))))
    others = events.select("case_key", other_pos=events["pos"], other=events["resource"])
    rows = sheet.table.select("case_key", "pos", "resource")
    earlier = rows.join(others, "case_key")
    earlier = earlier.filter(earlier["other_pos"] < earlier["pos"])
    stem = sheet.name("eyes")
    summary = earlier.group_by(["case_key", "pos"]).aggregate(
        **{
            f"{stem}_same": (earlier["other"] == earlier["resource"]).fill_null(False).any(),
            f"{stem}_nameless": (earlier["other"].isnull() | earlier["resource"].isnull()).any(),
        }
    )
    sheet.attach(summary, ["case_key", "pos"])
    same = sheet.table[f"{stem}_same"].fill_null(False)
    nameless = sheet.table[f"{stem}_nameless"].fill_null(False)
    sheet.table = sheet.table.mutate(verdict=ibis.cases((same, "broken"), (nameless, "unknown"), else_="ok"))
    return sheet


def judge_authority(log: PreparedLog, rule: AuthorityRule) -> Sheet | None:
    """broken when the resource is not in the policy's list; unknown when the project named nobody."""
    sheet = sheet_of(log, rule.each, rule)
    if sheet is None:
        return None
    if rule.after:
        sheet.filter((sheet.earliest(rule.after) < sheet.table["time"]).fill_null(False))
    allowed = log.policy(rule.allowed) or ()
    resource = sheet.table["resource"]
    if not allowed:
        verdict = ibis.literal("unknown")
    else:
        verdict = ibis.cases(
            (resource.isnull(), "unknown"),
            (resource.isin([str(name) for name in allowed]), "ok"),
            else_="broken",
        )
    sheet.table = sheet.table.mutate(verdict=verdict)
    return sheet
