"""Moments, tests and terms: the small closed vocabulary in which KPIs and rules are said.

A *moment* is a point in time of a row, a *test* a yes/no about a row, a *term* a signed sum. Each test is a
table with one identifying word; the words and what they mean are the classes below, and nothing else is read.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from workbench.template.base import Declared, Value, Words, as_list

__all__ = [
    "TEST_WORDS",
    "AfterTest",
    "AllTest",
    "AnyTest",
    "AttributeTest",
    "BackwardTest",
    "BalanceTerm",
    "BeforeTest",
    "BreaksTest",
    "ClosedByTest",
    "ClosingTest",
    "Comparison",
    "CountTerm",
    "CountTest",
    "DuringTest",
    "ExistsTest",
    "FirstAfter",
    "HasTest",
    "InTimeTest",
    "InsideTest",
    "KeepsTest",
    "LacksTest",
    "Moment",
    "MomentTest",
    "MovedTerm",
    "NotTest",
    "OutcomeTest",
    "RepeatsTest",
    "SignedTerm",
    "StatusTest",
    "SumTerm",
    "SumTest",
    "Term",
    "Test",
    "Tests",
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


class CountTest(Comparison):
    """Cases: how many of these events (that pass `where`) occurred, compared."""

    count: Words
    where: Tests = ()


class SumTest(Comparison):
    """Cases: the sum of an event attribute over these activities, compared (a case without any has sum 0)."""

    sum: str
    of: Words


class ExistsTest(Declared):
    """Cases: an event of these activities (or `events`) passes `where`; unknown where only unknown ones are left."""

    exists: Words
    where: Tests = ()


class RepeatsTest(Declared):
    """Cases: an activity that is not marked iterative occurs twice."""

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


class DuringTest(Declared):
    """Events: while such a pair (that passes `where`) is open."""

    during: str
    where: Tests = ()


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


class AnyTest(Declared):
    """At least one of the tests passes."""

    any: Tests


class AllTest(Declared):
    """All of the tests pass."""

    all: Tests


class NotTest(Declared):
    """The test does not pass."""

    not_: Test = Field(alias="not")


TEST_WORDS: dict[str, type[Declared]] = {
    "attribute": AttributeTest,
    "has": HasTest,
    "lacks": LacksTest,
    "count": CountTest,
    "sum": SumTest,
    "exists": ExistsTest,
    "repeats": RepeatsTest,
    "backward": BackwardTest,
    "status": StatusTest,
    "outcome": OutcomeTest,
    "moment": MomentTest,
    "within_days": WithinTest,
    "in_time": InTimeTest,
    "after": AfterTest,
    "before": BeforeTest,
    "during": DuringTest,
    "inside": InsideTest,
    "closed_by": ClosedByTest,
    "closing": ClosingTest,
    "keeps": KeepsTest,
    "breaks": BreaksTest,
    "any": AnyTest,
    "all": AllTest,
    "not": NotTest,
}


def _test_word(data: Any) -> str | None:
    """The identifying word of a test: the tag by which the right class is chosen."""
    if isinstance(data, Declared):
        return next((word for word, model in TEST_WORDS.items() if type(data) is model), None)
    if isinstance(data, dict):
        return next((word for word in TEST_WORDS if word in data), None)
    return None


Test = Annotated[
    Annotated[AttributeTest, Tag("attribute")]
    | Annotated[HasTest, Tag("has")]
    | Annotated[LacksTest, Tag("lacks")]
    | Annotated[CountTest, Tag("count")]
    | Annotated[SumTest, Tag("sum")]
    | Annotated[ExistsTest, Tag("exists")]
    | Annotated[RepeatsTest, Tag("repeats")]
    | Annotated[BackwardTest, Tag("backward")]
    | Annotated[StatusTest, Tag("status")]
    | Annotated[OutcomeTest, Tag("outcome")]
    | Annotated[MomentTest, Tag("moment")]
    | Annotated[WithinTest, Tag("within_days")]
    | Annotated[InTimeTest, Tag("in_time")]
    | Annotated[AfterTest, Tag("after")]
    | Annotated[BeforeTest, Tag("before")]
    | Annotated[DuringTest, Tag("during")]
    | Annotated[InsideTest, Tag("inside")]
    | Annotated[ClosedByTest, Tag("closed_by")]
    | Annotated[ClosingTest, Tag("closing")]
    | Annotated[KeepsTest, Tag("keeps")]
    | Annotated[BreaksTest, Tag("breaks")]
    | Annotated[AnyTest, Tag("any")]
    | Annotated[AllTest, Tag("all")]
    | Annotated[NotTest, Tag("not")],
    Discriminator(_test_word),
]
Tests = Annotated[tuple[Test, ...], BeforeValidator(as_list)]


class SumTerm(Declared):
    """Money or a number summed over rows; each row falls into the period of its own time or of `dated`."""

    sum: str
    of: Words = ("cases",)
    where: Tests = ()
    dated: Moment | None = None


class CountTerm(Declared):
    """Rows counted."""

    count: Literal[True]
    of: Words = ("cases",)
    where: Tests = ()
    dated: Moment | None = None


class BalanceTerm(Declared):
    """A ledger's balance at a moment of the period: before its first day, or at the end of its last."""

    balance: str
    at: Literal["start", "end"] = "end"
    part: Literal["all", "not_due", "past_due"] = "all"
    side: Literal["debit", "credit", "net"] = "debit"


class MovedTerm(Declared):
    """What events of some activities took away from a ledger, also where they name no amount of their own."""

    moved: str
    by: Words


def _term_word(data: Any) -> str | None:
    if isinstance(data, Declared):
        return {SumTerm: "sum", CountTerm: "count", BalanceTerm: "balance", MovedTerm: "moved"}.get(
            type(data)
        )
    if isinstance(data, dict):
        return next((word for word in ("sum", "count", "balance", "moved") if word in data), None)
    return None


Term = Annotated[
    Annotated[SumTerm, Tag("sum")]
    | Annotated[CountTerm, Tag("count")]
    | Annotated[BalanceTerm, Tag("balance")]
    | Annotated[MovedTerm, Tag("moved")],
    Discriminator(_term_word),
]


class SignedTerm(Declared):
    """A term with its sign: exactly one of `plus` and `minus`."""

    plus: Term | None = None
    minus: Term | None = None

    @property
    def term(self) -> SumTerm | CountTerm | BalanceTerm | MovedTerm:
        term = self.plus if self.plus is not None else self.minus
        assert term is not None  # the loader refuses a term without a sign
        return term

    @property
    def sign(self) -> int:
        return 1 if self.plus is not None else -1


for _model in (CountTest, ExistsTest, DuringTest, AnyTest, AllTest, NotTest):
    _model.model_rebuild()
