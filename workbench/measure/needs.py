"""What a KPI needs of a log: what it says, and what its moments and sums plainly rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.template import Template
from workbench.template.kpis import (
    KPI,
    AverageKPI,
    DurationKPI,
    RatioKPI,
    ShareKPI,
    TotalKPI,
)
from workbench.template.words import (
    AllTest,
    AnyTest,
    BalanceTerm,
    BreaksTest,
    CaseTerm,
    CountTerm,
    FirstAfter,
    KeepsTest,
    LapseTerm,
    Moment,
    MovedTerm,
    NotTest,
    SignedTerm,
    SumTerm,
)

__all__ = ["needs_of", "rules_of", "tables_of"]


def needs_of(template: Template, kpi: KPI) -> tuple[tuple[str, ...], ...]:
    """Names that the log must know, each a tuple of alternatives."""
    return tuple(dict.fromkeys([*kpi.needs, *_implied(template, kpi)]))


def tables_of(template: Template, kpi: KPI) -> tuple[frozenset[str], bool]:
    """The tables beside the log whose rows a KPI counts, and whether it counts rows of the log as well."""
    if not isinstance(kpi, TotalKPI | RatioKPI):
        found = frozenset(kpi.of) & template.tables.keys()
        return found, not found
    signed = [*kpi.top, *(kpi.bottom if isinstance(kpi, RatioKPI) else ())]
    of = [
        frozenset(one.term.of) & template.tables.keys()
        if isinstance(one.term, SumTerm | CountTerm)
        else frozenset()
        for one in signed
    ]
    return frozenset().union(*of), not all(of)


def _implied(template: Template, kpi: KPI) -> Iterator[tuple[str, ...]]:
    yield from _nouns(template, kpi)
    if kpi.of[0] in template.tables:
        yield from _columns(template, kpi)
    elif isinstance(kpi, DurationKPI):
        yield from _moment(template, kpi.from_)
        yield from _moment(template, kpi.to)
        if kpi.headline == "weighted_mean" and kpi.weight:
            yield (kpi.weight,)
    elif isinstance(kpi, ShareKPI):
        yield from _moment(template, kpi.when)
        if kpi.headline == "weighted" and kpi.weight:
            yield (kpi.weight,)
    elif isinstance(kpi, AverageKPI) and kpi.value:
        yield (kpi.value,)
    elif isinstance(kpi, TotalKPI | RatioKPI):
        yield from _terms(template, [*kpi.top, *(kpi.bottom if isinstance(kpi, RatioKPI) else ())])


def _nouns(template: Template, kpi: KPI) -> Iterator[tuple[str, ...]]:
    for noun in kpi.of:
        if noun in template.pairs:
            yield from _pairs(template, (noun,))
        elif noun not in ("cases", "events"):
            yield (noun,)


def _pairs(template: Template, of: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield from (template.expand(template.pairs[noun].opens) for noun in of if noun in template.pairs)


def _columns(template: Template, kpi: KPI) -> Iterator[tuple[str, ...]]:
    """What a KPI over a table beside the log asks of its rows."""
    asked: list[Moment | None] = [kpi.when]
    if isinstance(kpi, DurationKPI):
        asked += [kpi.from_, kpi.to]
    elif isinstance(kpi, AverageKPI):
        asked.append(kpi.value)
    for moment in asked:
        names = moment if isinstance(moment, tuple) else (moment,)
        plain = tuple(_column(template, kpi.of, name) for name in names if isinstance(name, str))
        if plain and not set(names) & _BUILT_IN:
            yield plain


def _column(template: Template, of: tuple[str, ...], name: str) -> str:
    """A name as it is asked for of a noun's rows: a table's own column is `requests.decided_at`."""
    return f"{of[0]}.{name}" if len(of) == 1 and of[0] in template.tables else name


def _terms(template: Template, terms: Iterable[SignedTerm]) -> Iterator[tuple[str, ...]]:
    for signed in terms:
        term = signed.term
        if isinstance(term, BalanceTerm | MovedTerm):
            yield (term.balance if isinstance(term, BalanceTerm) else term.moved,)
        elif isinstance(term, SumTerm):
            yield (_column(template, term.of, term.sum),)
            if term.times is not None:
                yield (_column(template, term.of, term.times),)
        elif isinstance(term, LapseTerm):
            yield from _pairs(template, term.of)
        elif isinstance(term, CaseTerm):
            yield from _terms(template, term.each_case)
        if isinstance(term, BalanceTerm) and term.at_moment:
            yield from _moment(template, term.at)
        if isinstance(term, MovedTerm):
            yield from _moment(template, term.since)
        if isinstance(term, SumTerm | CountTerm) and term.of[0] in template.tables:
            yield term.of


def rules_of(template: Template, kpi: KPI) -> tuple[str, ...]:
    """The rules whose verdicts a KPI counts."""
    if not isinstance(kpi, ShareKPI):
        return ()
    asked = [test.keeps if isinstance(test, KeepsTest) else test.breaks for test in _verdict_tests(kpi.that)]
    names = dict.fromkeys(name.split(".")[0] for found in asked for name in found)
    return tuple(dict.fromkeys(member for name in names for member in template.rule_members(name)))


def _verdict_tests(tests: Iterable[object]) -> Iterator[KeepsTest | BreaksTest]:
    for test in tests:
        if isinstance(test, KeepsTest | BreaksTest):
            yield test
        elif isinstance(test, AnyTest):
            yield from _verdict_tests(test.any)
        elif isinstance(test, AllTest):
            yield from _verdict_tests(test.all)
        elif isinstance(test, NotTest):
            yield from _verdict_tests([test.not_])


_BUILT_IN = {"opened", "closed", "deadline", "time", "started", "ended", "last_event", "asof"}


def _moment(template: Template, moment: Moment | None) -> Iterator[tuple[str, ...]]:
    if moment is None:
        return
    if isinstance(moment, FirstAfter):
        yield template.expand(moment.first)
        yield from _moment(template, moment.after)
        yield from _moment(template, moment.before)
        return
    names = moment if isinstance(moment, tuple) else (moment,)
    plain = tuple(name.removeprefix("last ") for name in names)
    if not set(plain) & _BUILT_IN:
        yield plain
