"""Why a rule is broken, and what a verdict is called, in words that can be said in every language."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.messages import Message
from workbench.template import rules as kinds
from workbench.template.rules import BaseRule

__all__ = ["REASONS", "VERDICT_NAMES", "why_broken"]

# The codes that verdicts carry in the log's table, as a reader sees them.
REASONS: Mapping[str, Message] = {
    "late": Message("it was done after the limit"),
    "never": Message("it was never done"),
    "skipped": Message("a lower level was skipped"),
    "early": Message("it came before the level below it"),
    "backwards": Message("a higher level came before it"),
    "repeated": Message("the level was repeated"),
}

VERDICT_NAMES: Mapping[str, Message] = {
    "ok": Message("kept"),
    "tie": Message("kept, at equal times"),
    "broken": Message("broken"),
    "pending": Message("limit still runs"),
    "excused": Message("excused"),
    "unknown": Message("not known"),
}

# Rules that can be broken in one way only carry no code: their kind says it.
_BY_KIND: Mapping[type[BaseRule], Message] = {
    kinds.PrecedenceRule: Message("what must come before it did not"),
    kinds.OrderRule: Message("a later stage came before it"),
    kinds.FourEyesRule: Message("the same person did both"),
    kinds.AuthorityRule: Message("it was done by somebody who may not"),
}


def why_broken(rule: BaseRule, reason: str | None) -> Message:
    """In what way a rule was broken, by the code of its verdict or, without one, by the rule's own kind.

    >>> why_broken(kinds.OrderRule.model_construct(id="x", kind="order"), None)
    'a later stage came before it'
    """
    if reason is not None and reason in REASONS:
        return REASONS[reason]
    if isinstance(rule, kinds.AbsenceRule):
        return _absence(rule)
    return _BY_KIND.get(type(rule), Message("the rule is broken"))


def _absence(rule: kinds.AbsenceRule) -> Message:
    if rule.during is not None:
        return Message("it came while it must not")
    if rule.after:
        return Message("it came after what rules it out")
    if rule.at_most is not None:
        return Message("it happened too often")
    return Message("it must not happen at all")
