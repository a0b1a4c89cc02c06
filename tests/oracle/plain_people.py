"""What comes of a collector's day: CC46 from `domain.md` 7.2. The readings that were signed:

- an invoice is in the hands of whoever last reminded or called about it, until the next reminder or call; what comes
  in before anybody did is nobody's work
- a machine is no collector: its touches take over nothing and hand over nothing. Whose touch is not known is nobody's
  either
- a collector's day is a day on which that collector reminded or called, about whichever invoice
- the figure: all that came in, over all days of all collectors; n: how often an invoice came into somebody's hands
- what was done about an invoice that was cancelled later was done all the same, and so is what came of it
- a day is not divided: in several currencies each has the whole days of the collectors who had invoices in it
- expected: each invoice brings what those like it brought on average, whoever had them; like: of one segment, and as
  late (in the ageing's bands) when the collector took it over
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tests.oracle.notation import Event
from tests.oracle.plain_balance import bucket
from tests.oracle.plain_credit import TOUCHES, Book, Invoice
from tests.oracle.plain_figures import Figure, Figures, mean, ratio

__all__ = ["Collector", "all_collectors", "figures"]

Counted = Callable[[Invoice, Event], Fraction]


@dataclass(frozen=True)
class Hand:
    """An invoice while it was in a collector's hands: since when, and what happened meanwhile."""

    name: str
    invoice: Invoice
    since: date
    events: Sequence[Event]

    @property
    def like(self) -> tuple[str | None, int]:
        """What is compared: the segment, and how late it was when it was taken over."""
        return self.invoice.row.get("customer_segment"), bucket(self.invoice, self.since)


@dataclass(frozen=True)
class Collector:
    """What a collector's day brought, over how many invoices, and what these let expect."""

    value: Fraction | None
    n: int
    expected: Fraction | None


def by_person(event: Event) -> bool:
    return event.activity in TOUCHES and not event.automated and event.user is not None


def hands(inv: Invoice) -> list[Hand]:
    """From each touch of another person to the next one's."""
    found: list[Hand] = []
    for event in inv.events:
        if by_person(event) and (not found or found[-1].name != event.user):
            found.append(Hand(str(event.user), inv, event.day, []))
        if found:
            found[-1] = replace(found[-1], events=[*found[-1].events, event])
    return found


def days(book: Book, names: Container[str]) -> int:
    """The days on which these collectors acted, each collector's own added up."""
    touches = [event for inv in book.invoices for event in inv.all(*TOUCHES) if by_person(event)]
    return len({(event.user, event.day) for event in touches if event.user in names})


def brought(row: Hand, counted: Counted) -> Fraction:
    return sum((counted(row.invoice, event) for event in row.events), Fraction(0))


def per_day(book: Book, rows: Sequence[Hand], counted: Counted) -> Figure:
    total = sum((brought(row, counted) for row in rows), Fraction(0))
    return Figure(ratio(total, days(book, {row.name for row in rows})), n=len(rows))


def by_collector(book: Book, rows: Sequence[Hand], counted: Counted) -> dict[str, Collector]:
    """Each collector beside what the same invoices let expect."""
    like = {
        key: mean([brought(row, counted) for row in rows if row.like == key]) or Fraction(0)
        for key in {row.like for row in rows}
    }
    found = {}
    for name in sorted({row.name for row in rows}):
        mine = [row for row in rows if row.name == name]
        expected = ratio(sum((like[row.like] for row in mine), Fraction(0)), days(book, {name}))
        found[name] = Collector(per_day(book, mine, counted).value, len(mine), expected)
    return found


def cash(inv: Invoice, event: Event, book: Book) -> Fraction:
    if event.activity != "payment_received":
        return Fraction(0)
    return Fraction(event.facts.get("payment_amount", 0)) * book.factor(inv)


def closed(inv: Invoice, event: Event) -> Fraction:
    return Fraction(event is inv.paid)


def promised(_inv: Invoice, event: Event) -> Fraction:
    return Fraction(event.activity == "promise_recorded")


def touched(_inv: Invoice, event: Event) -> Fraction:
    return Fraction(by_person(event))


COUNTS: Mapping[str, Counted] = {
    "CC46.closed": closed,
    "CC46.promises": promised,
    "CC46.touches": touched,
}


def held(book: Book, currency: str | None = None) -> list[Hand]:
    return [row for inv in book.invoices if currency in (None, book.currency(inv)) for row in hands(inv)]


def all_collectors(book: Book, currency: str) -> dict[str, dict[str, Collector]]:
    """KPI → collector, for a log in one currency."""
    money: Mapping[str, Counted] = {"CC46": lambda inv, event: cash(inv, event, book)}
    return {name: by_collector(book, held(book, currency), one) for name, one in {**money, **COUNTS}.items()}


def figures(book: Book) -> Figures:
    """CC46 and its three counts."""
    money = {
        ("CC46", currency): per_day(book, held(book, currency), lambda inv, event: cash(inv, event, book))
        for currency in book.currencies()
    }
    return money | {(name, None): per_day(book, held(book), counted) for name, counted in COUNTS.items()}
