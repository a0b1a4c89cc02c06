"""Moments, tests and terms: the small closed vocabulary in which KPIs and rules are said.

A *moment* is a point in time of a row, a *test* a yes/no about a row, a *term* a signed sum. Each test is a
table with one identifying word; the words and what they mean are the classes below, and nothing else is read.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from workbench.template.base import Declared, Words, as_list
from workbench.template.plainwords import (
    AfterTest,
    AttributeTest,
    BackwardTest,
    BeforeTest,
    BreaksTest,
    ClosedByTest,
    ClosingTest,
    Comparison,
    CoveredTest,
    FirstAfter,
    FirstOfTest,
    HasTest,
    InsideTest,
    InTimeTest,
    KeepsTest,
    LacksTest,
    LatestTest,
    Moment,
    MomentTest,
    OutcomeTest,
    RepeatsTest,
    SinceStartTest,
    StatusTest,
    SumTest,
    VariesTest,
    WithinTest,
)

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
    "CaseTerm",
    "ClosedByTest",
    "ClosingTest",
    "Comparison",
    "CountTerm",
    "CountTest",
    "CoveredTest",
    "DuringTest",
    "EarlierTest",
    "ExistsTest",
    "FirstAfter",
    "FirstOfTest",
    "HasTest",
    "InTimeTest",
    "InsideTest",
    "KeepsTest",
    "LacksTest",
    "LapseTerm",
    "LatestTest",
    "Moment",
    "MomentTest",
    "MovedTerm",
    "NotTest",
    "OutcomeTest",
    "RepeatsTest",
    "SignedTerm",
    "SinceStartTest",
    "StatusTest",
    "SumTerm",
    "SumTest",
    "Term",
    "Test",
    "Tests",
    "VariesTest",
    "WithinTest",
]


class CountTest(Comparison):
    """Cases: how many of these events (that pass `where`) occurred, compared."""

    count: Words
    where: Tests = ()


class ExistsTest(Declared):
    """Cases: an event of these activities (or `events`) passes `where`; unknown where only unknown ones are left."""

    exists: Words
    where: Tests = ()


class DuringTest(Declared):
    """Events: while such a pair (that passes `where`) is open."""

    during: str
    where: Tests = ()


class EarlierTest(Declared):
    """Something of the same partner came before the row's own moment: a row of a table, or an event of any case.

    `dated` is the table's moment; a date counts up to and with the day itself. Only what passes counts: rows by
    `where`, events by being one of `by` (default: all). With `take` "last" it is the last one before that must pass:
    an invoice has the decision that stood when it was made.
    """

    earlier: Words
    dated: str | None = None
    where: Tests = ()
    by: Words = ()
    take: Literal["any", "last"] = "any"


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
    "varies": VariesTest,
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
    "first_of": FirstOfTest,
    "since_start": SinceStartTest,
    "covered_by": CoveredTest,
    "earlier": EarlierTest,
    "latest": LatestTest,
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
    | Annotated[VariesTest, Tag("varies")]
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
    | Annotated[FirstOfTest, Tag("first_of")]
    | Annotated[SinceStartTest, Tag("since_start")]
    | Annotated[CoveredTest, Tag("covered_by")]
    | Annotated[EarlierTest, Tag("earlier")]
    | Annotated[LatestTest, Tag("latest")]
    | Annotated[KeepsTest, Tag("keeps")]
    | Annotated[BreaksTest, Tag("breaks")]
    | Annotated[AnyTest, Tag("any")]
    | Annotated[AllTest, Tag("all")]
    | Annotated[NotTest, Tag("not")],
    Discriminator(_test_word),
]
Tests = Annotated[tuple[Test, ...], BeforeValidator(as_list)]


class _Flow(Declared):
    """Rows summed or counted; each falls into the period of its own time or of `dated`.

    As parts by `band`, rows are told apart by their age in days since a moment, up to each of `bands`.
    """

    of: Words = ("cases",)
    where: Tests = ()
    dated: Moment | None = None
    since: Moment | None = None
    bands: tuple[int, ...] = ()


class SumTerm(_Flow):
    """Money or a number summed over rows, times another attribute of the row or a number of the policy.

    `worth` says that what comes out, over `divided_by`, is money in the project's currency: minutes at so much an hour.
    `of_case` takes the case's own value, whatever the row says: a deal's last value for each of its stages.
    """

    sum: str
    times: str | None = None
    divided_by: float = 1
    worth: bool = False
    of_case: bool = False


class CountTerm(_Flow):
    """Rows counted."""

    count: Literal[True]


class BalanceTerm(Declared):
    """A ledger's balance: before the period's first day, at the end of its last, or at a moment of the case.

    At a moment of the case it is that of the cases whose moment falls into the period.
    """

    balance: str
    at: str = "end"
    part: Literal["all", "not_due", "past_due"] = "all"
    side: Literal["debit", "credit", "net"] = "debit"
    where: Tests = ()

    @property
    def at_moment(self) -> bool:
        """Whether it is taken at a moment of each case, and not on a day."""
        return self.at not in ("start", "end")


class MovedTerm(Declared):
    """What events of some activities took away from a ledger, also where they name no amount of their own.

    `else_by` stands for them in a log that records none of them. With `since` a moment of the case: from it on, for
    the cases whose moment falls into the period.
    """

    moved: str
    by: Words
    else_by: Words = ()
    since: str | None = None


class LapseTerm(Declared):
    """Time inside closed pairs, in seconds: from opening to closing, or the longest wait between two events in it."""

    lapse: Literal["duration", "longest_gap"]
    of: Words


class CaseTerm(Declared):
    """Terms added up case by case; with a floor each case counts no less: what one has too much pays no other."""

    each_case: tuple[SignedTerm, ...]
    floor: float | None = None


_TERMS: dict[str, type[Declared]] = {
    "sum": SumTerm,
    "count": CountTerm,
    "balance": BalanceTerm,
    "moved": MovedTerm,
    "lapse": LapseTerm,
    "each_case": CaseTerm,
}


def _term_word(data: Any) -> str | None:
    if isinstance(data, Declared):
        return next((word for word, model in _TERMS.items() if type(data) is model), None)
    return next((word for word in _TERMS if word in data), None) if isinstance(data, dict) else None


Term = Annotated[
    Annotated[SumTerm, Tag("sum")]
    | Annotated[CountTerm, Tag("count")]
    | Annotated[BalanceTerm, Tag("balance")]
    | Annotated[MovedTerm, Tag("moved")]
    | Annotated[LapseTerm, Tag("lapse")]
    | Annotated[CaseTerm, Tag("each_case")],
    Discriminator(_term_word),
]


class SignedTerm(Declared):
    """A term with its sign: exactly one of `plus` and `minus`."""

    plus: Term | None = None
    minus: Term | None = None

    @property
    def term(self) -> SumTerm | CountTerm | BalanceTerm | MovedTerm | LapseTerm | CaseTerm:
        term = self.plus if self.plus is not None else self.minus
        assert term is not None  # the loader refuses a term without a sign
        return term

    @property
    def sign(self) -> int:
        return 1 if self.plus is not None else -1


for _model in (
    CountTest,
    ExistsTest,
    DuringTest,
    EarlierTest,
    AnyTest,
    AllTest,
    NotTest,
    CaseTerm,
    SignedTerm,
):
    _model.model_rebuild()
