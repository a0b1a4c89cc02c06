"""What every condition is: a record, a sentence, and the cases that meet it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from typing import Any, ClassVar, TypeAlias

import ibis.expr.types as ir

from workbench.discover.conditions.reading import RefusedError, key, refusal, yes_no
from workbench.log.prepared import PreparedLog
from workbench.log.trims import Trim
from workbench.messages import Message

__all__ = ["Condition", "Met", "in_order", "key_of"]

Met: TypeAlias = ir.BooleanValue | ir.Table
"""Who meets a condition: a yes or no over the log's cases, or a table with their `case_key`."""


@dataclass(frozen=True, kw_only=True)
class Condition(ABC):
    """Something that cases meet or do not meet; with `exclude` those are meant that do not meet it.

    It is checked when it is made: WorkbenchError names the kind, the key and what would be right.
    """

    kind: ClassVar[str]

    exclude: bool = key(yes_no, default=False)

    def __post_init__(self) -> None:
        for one in fields(self):
            try:
                found = one.metadata["reader"](getattr(self, one.name))
            except RefusedError as error:
                raise refusal(error, f"{self.kind}.{key_of(one)}") from None
            object.__setattr__(self, one.name, found)
        try:
            self.check()
        except RefusedError as error:
            raise refusal(error, self.kind) from None

    def check(self) -> None:  # noqa: B027 - most kinds have nothing more to check
        """Refuse what each key alone does not show to be wrong."""

    def record(self) -> dict[str, Any]:
        """The condition as JSON has it; `condition_of` makes it again."""
        found: dict[str, Any] = {"kind": self.kind}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.default is MISSING or value != one.default:
                found[key_of(one)] = _as_json(value)
        return found

    def said(self, log: PreparedLog) -> Message:
        """The condition as a reader of the log is told it. Raises WorkbenchError for a name that the log lacks."""
        return self.told_without(log) if self.exclude else self.told(log)

    @abstractmethod
    def told(self, log: PreparedLog) -> Message:
        """What the cases meet."""

    def told_without(self, log: PreparedLog) -> Message:
        """What the cases do not meet."""
        return Message("not: {condition}", condition=self.told(log))

    @abstractmethod
    def met(self, log: PreparedLog) -> Met:
        """The cases that meet the condition, `exclude` aside; unknown counts as not met.

        Raises WorkbenchError for an activity, an attribute or a rule that the log does not have.
        """

    def trimming(self, log: PreparedLog) -> Trim | None:
        """What else becomes of the events of the cases that stay."""
        return None


def key_of(one: Field[Any]) -> str:
    """The key of a condition's field in its record."""
    return str(one.metadata["key"] or one.name)


def in_order(low: Any, high: Any, *, needed: bool = True) -> None:
    """Refuse a range that ends before it begins, or that has no end at all."""
    if needed and low is None and high is None:
        raise RefusedError(Message("It has neither from nor to"), Message("Give one of them"))
    if low is None or high is None:
        return
    if isinstance(low, date) != isinstance(high, date):
        raise RefusedError(
            Message("{low} and {high} are not of one kind", low=low, high=high),
            Message("Write two numbers or two dates"),
        )
    if low > high:
        raise RefusedError(Message("It ends before it begins"), Message("Exchange from and to"))


def _as_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_as_json(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
