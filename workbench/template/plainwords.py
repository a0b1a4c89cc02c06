"""Moments, and the tests that look at one row: what it is, what its case shows, where it stands in the log."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from workbench.template.base import Declared, Value, Words, as_list

__all__ = [
    "AfterTest",
    "AttributeTest",
    "BackwardTest",
    "BeforeTest",
    "BreaksTest",
    "ClosedByTest",
    "ClosingTest",
    "Comparison",
    "CoveredTest",
    "FirstAfter",
    "FirstOfTest",
    "HasTest",
    "InTimeTest",
    "InsideTest",
    "KeepsTest",
    "LacksTest",
    "LatestTest",
    "Moment",
    "MomentTest",
    "OutcomeTest",
    "RepeatsTest",
    "SinceStartTest",
    "StatusTest",
    "SumTest",
    "VariesTest",
    "WithinTest",
]


class FirstAfter(Declared):
    """The first of some activities at or after another moment of the case, and before a third one if it is named."""

    first: Words
    after: str
    before: str | None = None


# An activity (its first time), "last X", a date attribute, opened/closed/deadline (pairs), time (events),
# started/ended/last_event (cases), asof; a list means the earliest of them.
Moment = str | tuple[str, ...] | FirstAfter


class Comparison(Declared):
    """`is`, `at_least`, `at_most`, `over`, `under`: several mean all of them."""

    is_: Value | None = Field(default=None, alias="is")
    at_least: Value | None = None
    at_most: Value | None = None
    over: Value | None = None
    under: Value | None = None


class AttributeTest(Comparison):
    """An attribute of the row compared; `one_of` lists accepted values; `or_missing` is the answer without one."""

    attribute: str
    one_of: tuple[Value, ...] | None = None
    or_missing: bool | None = None


class HasTest(Declared):
    """Cases: at least one of these activities occurred."""

    has: Words


class LacksTest(Declared):
    """Cases: none of these activities occurred."""

    lacks: Words


class Summed(Declared):
    """The sum of an event attribute over some activities of a case."""

    sum: str
    of: Words


class SumTest(Comparison):
    """Cases: the sum of an event attribute over these activities, compared (a case without any has sum 0).

    `less` takes another such sum away: what is invoiced less what is ordered.
    """

    sum: str
    of: Words
    less: Summed | None = None


class VariesTest(Declared):
    """Cases: events of these activities (default: all) show more than one value of an attribute.

    With `within` only values that stand beside the same other one are held against each other: of two orders of a deal
    each has its own price, and only an order recorded again with another one has changed.
    """

    varies: str
    of: Words = ("events",)
    within: str | None = None


class RepeatsTest(Declared):
    """Cases: an activity that is not marked iterative occurs twice. Events: it is such a repeat itself."""

    repeats: Literal[True]


class BackwardTest(Declared):
    """Cases: a stage of the ordered list (`ideal` = the ideal path) occurs after a later stage.

    Repeats of an iterative activity do not count: a second instalment after the first posting is no step back.
    """

    backward: Literal["ideal"] | tuple[str, ...]


class StatusTest(Declared):
    """Cases: open or ended (at as-of)."""

    status: Annotated[tuple[Literal["open", "ended"], ...], BeforeValidator(as_list)]


class OutcomeTest(Declared):
    """Pairs: what became of the opening event."""

    outcome: Annotated[tuple[Literal["closed", "stopped", "ended", "open"], ...], BeforeValidator(as_list)]


class MomentTest(Declared):
    """Cases: the moment happened not later than that *day* (plus days); decided once the day has gone by."""

    moment: Moment
    by: str
    plus_days: Value = 0


class WithinTest(Declared):
    """Pairs: closed within n days of opening (elapsed, or working days); decided once they have gone by."""

    within_days: Value
    calendar: Literal["elapsed", "days", "business"] = "elapsed"


class InTimeTest(Declared):
    """Pairs: closed by the pair's deadline day; decided once it has gone by."""

    in_time: Literal[True]


class AfterTest(Declared):
    """Events: such an event occurred earlier in the case, at a strictly earlier time."""

    after: Words


class BeforeTest(Declared):
    """Events: such an event occurs later in the case, at a strictly later time."""

    before: Words


class InsideTest(Declared):
    """Pairs: such an event lies between opening and closing."""

    inside: Words


class ClosedByTest(Declared):
    """Pairs: which activity closed it; unknown until something has."""

    closed_by: Words


class ClosingTest(Comparison):
    """Pairs: an attribute of the closing event compared."""

    closing: str


class KeepsTest(Declared):
    """Cases: none of these rules (or groups of rules) is broken; pending while a limit still runs."""

    keeps: Words


class BreaksTest(Declared):
    """Cases: one of these rules is broken; `R02.skipped` asks for one reason only."""

    breaks: Words


class FirstOfTest(Declared):
    """Events: the first of its kind in the whole log with this value of an attribute (a customer's first invoice)."""

    first_of: str


class SinceStartTest(Declared):
    """The row's own moment lies at least so many days after the first recorded event of the whole log."""

    since_start: Value


class CoveredTest(Declared):
    """The row came no earlier than the first of these events, or rows of tables, of the whole log: who began to keep
    such records in May has none of March."""

    covered_by: Words


class LatestTest(Declared):
    """Tables: the row has the latest of all days of a column that are not after as-of (the target that runs now)."""

    latest: str
