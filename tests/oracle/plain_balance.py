"""Balances over time, from `domain.md` 7.2 and 7.3: balance-days, their phases, roll and cure, capital, workload.

An invoice counts from 00:00 of its invoice date; every other move counts from its moment. Debit balances only.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.oracle.notation import Event
from tests.oracle.plain_credit import COLLECTION, TOUCHES, Book, Invoice
from tests.oracle.plain_credit_kpis import BANDS, LAST_BAND
from tests.oracle.plain_figures import DAY, Figure, Figures, mean, ratio
from tests.oracle.plain_words import day_after, month_of, months

__all__ = ["PHASES", "figures"]

UTC = ZoneInfo("UTC")
PHASES = ["within terms", "disputed", "disputed late", "not posted", "dunning", "before first action"]


def midnight(day: date, inv: Invoice) -> datetime:
    return datetime.combine(day, time(), inv.events[0].time.tzinfo)


def days(start: datetime, end: datetime) -> Fraction:
    delta = end.astimezone(UTC) - start.astimezone(UTC)
    return Fraction(delta // timedelta(microseconds=1), 1_000_000) / DAY


def steps(inv: Invoice) -> list[tuple[datetime, Fraction]]:
    """When the balance changes and by how much."""
    return [
        (midnight(inv.issued, inv) if event.activity == "invoice_generated" else event.time, amount)
        for event, amount in inv.moves
    ]


def balance_at(inv: Invoice, moment: datetime) -> Fraction:
    return max(Fraction(0), sum((amount for when, amount in steps(inv) if when <= moment), Fraction(0)))


def waiting(pair: tuple[Event, Event | None], moment: datetime) -> bool:
    start, end = pair
    return start.time <= moment and (end is None or moment < end.time)


def state(inv: Invoice, moment: datetime) -> str:
    """Where the invoice stands at a moment: the first that holds."""
    disputed = any(waiting(pair, moment) for pair in inv.disputes())
    if moment < midnight(day_after(inv.due, 1), inv):
        return "disputed" if disputed else "within terms"
    if any(waiting(pair, moment) for pair in inv.postings()):
        return "not posted"
    if disputed:
        return "disputed late"
    touch = inv.first(*TOUCHES)
    return "dunning" if touch and touch.time <= moment else "before first action"


def balance_days(inv: Invoice, first: date, last: date) -> dict[str, Fraction]:
    """∫ open balance dt over a period, phase by phase."""
    start, end = midnight(first, inv), midnight(day_after(last, 1), inv)
    marks = {start, end, midnight(day_after(inv.due, 1), inv), *(when for when, _ in steps(inv))}
    marks |= {event.time for event in inv.events}
    inside = sorted(mark for mark in marks if start <= mark <= end)
    parts: dict[str, Fraction] = {}
    for here, there in pairwise(inside):
        name = state(inv, here)
        parts[name] = parts.get(name, Fraction(0)) + balance_at(inv, here) * days(here, there)
    return parts


def by_phase(book: Book, currency: str, first: date, last: date) -> dict[str, Fraction]:
    total: dict[str, Fraction] = {}
    for inv in book.invoices:
        if book.currency(inv) == currency:
            for name, value in balance_days(inv, first, last).items():
                total[name] = total.get(name, Fraction(0)) + value * book.factor(inv)
    return total


def published(book: Book, currency: str, end: date) -> Figure:
    """Σ age × open amount / sales of the invoice's month, over the invoices open at the end of the period."""
    total = Fraction(0)
    sold: dict[tuple[date, date], Fraction] = {}
    for inv in book.invoices:
        if book.currency(inv) == currency and inv.debit_on(end) > 0:
            month = month_of(inv.issued)
            if month not in sold:
                sold[month] = book.sales(currency, *month)
            if not sold[month]:
                return Figure(None)
            total += (end - inv.issued).days * inv.debit_on(end) * book.factor(inv) / sold[month]
    return Figure(total)


def bucket(inv: Invoice, day: date) -> int:
    late = (day - inv.due).days
    return next((i for i, (_, _, upper) in enumerate(BANDS) if late <= upper), len(BANDS))


def roll(book: Book, currency: str, month: tuple[date, date]) -> Figures:
    """What of the balance of a month's beginning is one month later in a later bucket or written off; and paid."""
    begin, end = day_after(month[0], -1), month[1]
    names = [name for name, *_ in BANDS] + [LAST_BAND]
    start, rolled, cured = ({name: Fraction(0) for name in names} for _ in range(3))
    for inv in book.invoices:
        balance = inv.debit_on(begin)
        if book.currency(inv) != currency or not balance:
            continue
        name, factor = names[bucket(inv, begin)], book.factor(inv)
        start[name] += balance * factor
        later = inv.debit_on(end) if bucket(inv, end) > bucket(inv, begin) else Fraction(0)
        rolled[name] += (
            min(balance, later + moved(inv, "invoice_written_off", "write_off_amount", begin, end))
        ) * factor
        cash = moved(inv, "payment_received", "payment_amount", begin, end)
        if inv.paid and inv.paid.activity == "invoice_settled" and begin < inv.paid.day <= end:
            cash -= sum(amount for event, amount in inv.moves if event is inv.paid)
        cured[name] += max(Fraction(0), min(balance, cash)) * factor
    bottom = sum(start.values(), Fraction(0))

    def of(part: dict[str, Fraction]) -> Figure:
        parts = {name: part[name] / start[name] for name in names if start[name]}
        return Figure(ratio(sum(part.values(), Fraction(0)), bottom), parts=parts)

    return {("CC18", currency): of(rolled), ("CC18.cure", currency): of(cured)}


def moved(inv: Invoice, activity: str, attribute: str, begin: date, end: date) -> Fraction:
    """What such events of the month took."""
    return sum(
        (Fraction(event.facts[attribute]) for event in inv.all(activity) if begin < event.day <= end),
        Fraction(0),
    )


def collector(inv: Invoice) -> str | None:
    """Whoever is known to have taken the last collection step has it."""
    return next((event.user for event in reversed(inv.all(*COLLECTION)) if event.user), None)


def workload(book: Book) -> Figures:
    """Open overdue invoices and their value for each collector who has any, at as-of."""
    mine: dict[str, list[Invoice]] = {}
    for inv in book.standing:
        name = collector(inv)
        if name and inv.due < book.as_of and inv.debit_on(book.as_of) > 0:
            mine.setdefault(name, []).append(inv)
    result: Figures = {("CC47", None): Figure(mean([Fraction(len(rows)) for rows in mine.values()]))}
    for currency in book.currencies():
        values = [
            sum(
                (
                    inv.debit_on(book.as_of) * book.factor(inv)
                    for inv in rows
                    if book.currency(inv) == currency
                ),
                Fraction(0),
            )
            for rows in mine.values()
        ]
        result["CC47.value", currency] = Figure(mean([value for value in values if value]))
    return result


def recovery(book: Book, currency: str) -> Figure:
    """CC48: cash after the due date of what was then open; what was cancelled later was open then as well."""
    late, collected = Fraction(0), Fraction(0)
    for inv in book.invoices:
        if inv.overdue_at and book.currency(inv) == currency:
            balance = inv.balance_before(inv.overdue_at)
            cash = sum(
                (
                    Fraction(e.facts["payment_amount"])
                    for e in inv.all("payment_received")
                    if e.time >= inv.overdue_at
                ),
                Fraction(0),
            )
            late += balance * book.factor(inv)
            collected += min(balance, cash) * book.factor(inv)
    return Figure(ratio(collected, late))


def figures(book: Book, *, target: Fraction | None = None) -> Figures:
    """CC09, CC18, CC47, CC48, CC50 (where a target is set) and CC51."""
    window = months(book.as_of, 3)
    first, end = window[0][0], window[-1][1]
    length = (end - first).days + 1
    result = workload(book)
    for currency in book.currencies():
        sales = book.sales(currency, first, end)
        phases = by_phase(book, currency, first, end)
        parts = {name: value / sales for name, value in phases.items() if sales and value}
        total = Figure(ratio(sum(phases.values(), Fraction(0)), sales))
        result |= {
            ("CC09", currency): total,
            ("CC09.published", currency): published(book, currency, end),
            ("CC48", currency): recovery(book, currency),
            ("CC51", currency): Figure(total.value, parts=parts),
            **roll(book, currency, window[-1]),
        }
        if target is not None and sales:
            result["CC50", currency] = Figure(book.receivable(currency, end) - target * sales / length)
    return result
