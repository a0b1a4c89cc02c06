"""The kinds of policy rule: one verdict per event that triggers it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from workbench.messages import Message
from workbench.template.base import Declared, Text, Value, Words
from workbench.template.kpis import Need
from workbench.template.words import Tests

__all__ = [
    "AbsenceRule",
    "AuthorityRule",
    "BaseRule",
    "FourEyesRule",
    "LevelsRule",
    "OrderRule",
    "PrecedenceRule",
    "ResponseRule",
    "Rule",
    "Within",
]


class BaseRule(Declared):
    """What every rule carries; `group` joins several entries into one rule of the policy."""

    id: str
    name: Text
    group: str | None = None
    needs: tuple[Need, ...] = ()
    note: Text | None = None


class Within(Declared):
    """The limit of a response: n days after the triggering event, or after a date attribute of it."""

    days: Value
    calendar: Literal["elapsed", "days", "business"] = "elapsed"
    after: str | None = None


class PrecedenceRule(BaseRule):
    """Broken when no qualifying `before` event lies earlier in the case."""

    kind: Literal["precedence"]
    each: Words
    each_where: Tests = ()
    before: Words
    before_where: Tests = ()


class ResponseRule(BaseRule):
    """Broken when nothing of `then` follows within the limit; what `unless` names and comes first excuses.

    `unless_during` names a pair (a dispute) that suspends the rule while it is open at the triggering event.
    """

    kind: Literal["response"]
    each: Words = ()
    each_where: Tests = ()
    then: Words = ()
    pair: str | None = None
    within: Within | None = None
    unless: Words = ()
    unless_during: str | None = None

    @model_validator(mode="after")
    def _events_or_pair(self) -> ResponseRule:
        if (self.pair is None) == (not self.each) or bool(self.each) != bool(self.then):
            raise ValueError(Message("a response has either `pair`, or `each` and `then`"))
        return self


class AbsenceRule(BaseRule):
    """Broken when it occurs after / during / more than k times / at all."""

    kind: Literal["absence"]
    each: Words
    each_where: Tests = ()
    after: Words = ()
    during: str | None = None
    during_where: Tests = ()
    at_most: Value | None = None


class LevelsRule(BaseRule):
    """Broken when levels are skipped, go backwards, come too early or are repeated."""

    kind: Literal["levels"]
    each: Words
    attribute: str
    first: int = 1
    repeat: bool = False


class OrderRule(BaseRule):
    """Broken when a stage occurs after a later stage."""

    kind: Literal["order"]
    stages: tuple[str, ...] = Field(min_length=2)


class FourEyesRule(BaseRule):
    """Broken when the same resource did an earlier `differs_from` event."""

    kind: Literal["four_eyes"]
    each: Words
    differs_from: Words


class AuthorityRule(BaseRule):
    """Broken when the resource is not in the policy's list; unknown when the project named nobody."""

    kind: Literal["authority"]
    each: Words
    after: Words = ()
    allowed: str


Rule = Annotated[
    PrecedenceRule | ResponseRule | AbsenceRule | LevelsRule | OrderRule | FourEyesRule | AuthorityRule,
    Field(discriminator="kind"),
]
