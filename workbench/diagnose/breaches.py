"""How well the policy is kept, and the cases that break it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.errors import unknown_name
from workbench.log.frames import objects
from workbench.log.prepared import PreparedLog, lacking
from workbench.messages import Message
from workbench.rules import VERDICTS, checkable

__all__ = ["breach_frame", "rule_frame", "verdict_frame"]


def rule_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per rule: how many triggering events got each verdict, how many cases break it, and adherence.

    `adherence` is the share of decided cases that do not break the rule (ties and excused events count as
    kept); a case is decided when none of its verdicts is pending or unknown, or one is broken for good.
    A rule that this log cannot answer has a `reason` instead.
    """
    verdicts = log.verdicts
    counts = verdicts.group_by("rule").aggregate(
        events=verdicts.count(), **{name: (verdicts["verdict"] == name).sum() for name in VERDICTS}
    )
    flags = {name: (verdicts["verdict"] == name).any() for name in ("broken", "pending", "unknown")}
    by_case = verdicts.group_by(["rule", "case_key"]).aggregate(**flags)
    decided = ~by_case["pending"] & (by_case["broken"] | ~by_case["unknown"])
    cases = by_case.group_by("rule").aggregate(
        cases=by_case.count(),
        cases_broken=by_case["broken"].sum(),
        cases_pending=by_case["pending"].sum(),
        cases_decided=decided.sum(),
        broken_decided=(decided & by_case["broken"]).sum(),
    )
    found = log.frame(counts.join(cases, "rule")).set_index("rule").to_dict("index")
    lines = [_line(log, rule, found.get(rule, {})) for rule in log.template.rules]
    return pd.DataFrame(lines).assign(reason=objects(line["reason"] for line in lines))


def _line(log: PreparedLog, rule_id: str, found: dict[Any, Any]) -> dict[str, Any]:
    rule = log.template.rules[rule_id]
    missing = checkable(log, rule)
    decided = int(found.get("cases_decided", 0))
    reason = None
    if missing is not None:
        reason = lacking(missing)
    elif not found:
        reason = Message("no event triggers it")
    return {
        "rule": rule_id,
        "group": rule.group,
        "name": rule.name.en,
        "kind": rule.kind,
        "cases": int(found.get("cases", 0)),
        "cases_broken": int(found.get("cases_broken", 0)),
        "cases_pending": int(found.get("cases_pending", 0)),
        "adherence": 1 - int(found["broken_decided"]) / decided if decided else None,
        "events": int(found.get("events", 0)),
        **{name: int(found.get(name, 0)) for name in VERDICTS},
        "reason": reason,
    }


def breach_frame(log: PreparedLog, rule: str | None = None) -> pd.DataFrame:
    """The evidence: one row per event that breaks a rule (or one rule, or one group of rules), by time.

    Columns rule, case_id, time, activity, resource, reason, limit_day.
    """
    frame = verdict_frame(log, rule)
    broken = frame[frame["verdict"] == "broken"].drop(columns="verdict")
    return broken.reset_index(drop=True)


def verdict_frame(log: PreparedLog, rule: str | None = None) -> pd.DataFrame:
    """Every verdict of a rule, of a group of rules, or of all: what `breach_frame` takes the broken ones of."""
    verdicts = log.verdicts
    if rule is not None:
        members = log.template.rule_members(rule)
        if not members:
            raise unknown_name("rule", rule, log.template.rules)
        verdicts = verdicts.filter(verdicts["rule"].isin(list(members)))
    rows = verdicts.join(log.cases.select("case_key", "case_id"), "case_key")
    frame = log.frame(
        rows.select(
            "rule", "case_id", "time", "activity", "resource", "verdict", "reason", "limit_day"
        ).order_by("rule", "time", "case_id")
    )
    frame["activity"] = [
        None if pd.isna(code) else log.meta.activities[int(code)] for code in frame["activity"]
    ]
    return frame
