"""Conditions that rest on what the process knows: its rules, and the filters that come with its template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import ibis.expr.types as ir

from workbench.discover.conditions.base import Condition, Met
from workbench.discover.conditions.reading import chosen, key, text
from workbench.discover.conditions.ready import ready_filter, ready_keys
from workbench.errors import WorkbenchError, unknown_name
from workbench.log.prepared import PreparedLog, lacking
from workbench.messages import Message
from workbench.rules import checkable

__all__ = ["Ready", "Rule"]


@dataclass(frozen=True, kw_only=True)
class Rule(Condition):
    """Cases by what a policy rule says of them; a group of rules stands for all of its entries.

    `breach`: some event breaks it. `kept`: it was triggered, and every event of it is decided and kept or excused.
    `pending`: none breaks it, and a limit still runs. `unknown`: none breaks it, and the data do not say of some.

    >>> Rule(rule="R03", verdict="breach").record()
    {'kind': 'rule', 'rule': 'R03', 'verdict': 'breach'}
    """

    kind: ClassVar[str] = "rule"

    rule: str = key(text)
    verdict: Literal["breach", "kept", "pending", "unknown"] = key(
        chosen("breach", "kept", "pending", "unknown")
    )

    def told(self, log: PreparedLog) -> Message:
        rules = [log.template.rules[one].name for one in self._members(log)]
        name = rules[0] if len(rules) == 1 else Message("{rules}", rules=rules)
        if self.verdict == "breach":
            return Message("breaks the rule: {rule}", rule=name)
        if self.verdict == "kept":
            return Message("keeps the rule: {rule}", rule=name)
        if self.verdict == "pending":
            return Message("limit still runs: {rule}", rule=name)
        return Message("not known whether it keeps the rule: {rule}", rule=name)

    def _members(self, log: PreparedLog) -> tuple[str, ...]:
        members = log.template.rule_members(self.rule)
        if not members:
            groups = {rule.group for rule in log.template.rules.values() if rule.group}
            raise unknown_name("rule", self.rule, groups | set(log.template.rules), where="rule")
        return members

    def met(self, log: PreparedLog) -> Met:
        members = self._members(log)
        missing = [checkable(log, log.template.rules[one]) for one in members]
        if all(one is not None for one in missing):
            raise WorkbenchError(
                Message(
                    "The rule {rule} cannot be checked: {reason}",
                    rule=self.rule,
                    reason=lacking(str(missing[0])),
                ),
                where="rule",
                remedy=Message("Leave out this filter, or map what is missing"),
            )
        verdicts = log.verdicts.filter(log.verdicts["rule"].isin(members))
        seen = verdicts.group_by("case_key").aggregate(
            **{name: (verdicts["verdict"] == name).any() for name in ("broken", "pending", "unknown")}
        )
        broken, pending, unknown = seen["broken"], seen["pending"], seen["unknown"]
        wanted: ir.BooleanValue = {
            "breach": broken,
            "kept": ~broken & ~pending & ~unknown,
            "pending": ~broken & pending,
            "unknown": ~broken & unknown,
        }[self.verdict]
        return seen.filter(wanted).select("case_key")


@dataclass(frozen=True, kw_only=True)
class Ready(Condition):
    """Cases that a ready-made filter of the process means, or one of its named parts of the log.

    >>> Ready(name="won_without_quote").record()
    {'kind': 'ready', 'name': 'won_without_quote'}
    """

    kind: ClassVar[str] = "ready"

    name: str = key(text)

    def told(self, log: PreparedLog) -> Message:
        return Message("{filter} (ready-made)", filter=ready_filter(log.template, self.name).name)

    def met(self, log: PreparedLog) -> Met:
        return ready_keys(log, self.name)
