"""What dunning, disputes, promises and write-offs come to: their KPIs from `domain.md` 7.2, an invoice at a time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.oracle.notation import Event
from tests.oracle.plain_credit import COLLECTION, TOUCHES, Book, Invoice
from tests.oracle.plain_credit_rules import asked, rule_9, rule_rows
from tests.oracle.plain_figures import DAY, Figure, Figures, duration, mean, ratio, share
from tests.oracle.plain_words import before, day_after, days_between

__all__ = ["collection_start", "figures", "since"]


def end_of(day: date, like: datetime) -> datetime:
    """As-of D is the end of day D: the first moment that is not known any more."""
    return datetime.combine(day_after(day, 1), time(), like.tzinfo)


def since(event: Event, day: date) -> Fraction:
    """Days elapsed from an event to the end of a day."""
    utc = ZoneInfo("UTC")
    delta = end_of(day, event.time).astimezone(utc) - event.time.astimezone(utc)
    return Fraction(delta // timedelta(microseconds=1), 1_000_000) / DAY


def count(values: list[int]) -> Figure:
    """A number per row and its mean."""
    return Figure(mean([Fraction(value) for value in values]), n=len(values))


def touches_before(inv: Invoice, end: Event) -> int:
    return sum(before(event, end) for event in inv.all(*TOUCHES))


def wasted(inv: Invoice, touch: Event) -> bool:
    """After the last cent, or while the whole amount is disputed (a dispute without amount is of the whole)."""
    if inv.paid is not None and touch.time > inv.paid.time:
        return True
    return any(
        opened.time < touch.time and (closed is None or touch.time < closed.time)
        for opened, closed in inv.disputes()
        if Fraction(opened.facts.get("disputed_amount", inv.amount)) >= inv.amount
    )


def kept(inv: Invoice, promise: Event) -> bool | None:
    """95 % of the promised money from the promise on until three days after its date."""
    limit = day_after(date.fromisoformat(promise.facts["promise_date"]), 3)
    if limit > inv.as_of:
        return None
    promised = Fraction(promise.facts.get("promise_amount", inv.balance_before(promise.time)))
    paid = sum(
        Fraction(event.facts["payment_amount"])
        for event in inv.all("payment_received")
        if before(promise, event) and event.day <= limit
    )
    return paid >= promised * Fraction(95, 100)


def promised(inv: Invoice, call: Event) -> bool:
    """A promise before the next call."""
    later = [event for event in inv.all("promise_recorded", "collection_call_made") if before(call, event)]
    return bool(later) and later[0].activity == "promise_recorded"


def valid(inv: Invoice, opened: Event, closed: Event) -> bool:
    return any(before(opened, memo) and before(memo, closed) for memo in inv.all("credit_memo_issued"))


def collection_start(inv: Invoice) -> Event | None:
    """The first collection event on a day after the due date."""
    return next((event for event in inv.all(*COLLECTION) if event.day > inv.due), None)


def late_start(inv: Invoice, off: Event, days: int) -> bool | None:
    """Dunned too late, or never before it was given up. Not decided while it could still be dunned in time."""
    if day_after(inv.due, days) > inv.as_of:
        return None
    start = collection_start(inv)
    return start is None or not before(start, off) or (start.day - inv.due).days > days


def breaches(book: Book) -> list[bool | None]:
    """CC52: more than N days late, and until then nobody had done anything. None: not so late yet, may become so."""
    rows: list[bool | None] = []
    for inv in book.overdue:
        limit = day_after(inv.due, book.policy.late_days)
        if inv.paid is None or inv.paid.day > limit:
            start = collection_start(inv)
            rows.append((start is None or start.day > limit) if limit <= book.as_of else None)
    return rows


def unauthorised(book: Book, inv: Invoice) -> bool | None:
    """Breaks rule 9; None where nobody knows who changed the terms."""
    rows = rule_9(inv, book.policy)
    return True if "broken" in rows else None if "unknown" in rows else False


def conformant(book: Book) -> Figure:
    """CC44 over all invoices; a log that can be asked about no rule tells nothing."""
    return share([conformance(book, inv) for inv in book.standing]) if asked(book) else Figure(None)


def conformance(book: Book, inv: Invoice) -> bool | None:
    rows = [verdict for verdicts in rule_rows(book, inv).values() for verdict in verdicts]
    return None if "pending" in rows else "broken" not in rows


def standing_disputes(book: Book) -> list[tuple[Invoice, Event]]:
    """Unresolved in a case that is not over: what a case took with it waits for nobody."""
    return [
        (inv, opened)
        for inv in book.standing
        if not inv.closed
        for opened, closed in inv.disputes()
        if closed is None
    ]


def handling(book: Book) -> Figures:
    """CC31: changes of hands inside each resolved dispute; the longest pauses among the whole time."""
    changes, pauses, spans = [], Fraction(0), Fraction(0)
    for inv in book.invoices:
        for opened, closed in inv.disputes():
            if closed is None:
                continue
            inside = [
                event for event in inv.events if not before(event, opened) and not before(closed, event)
            ]
            hands = [event.user for event in inside if event.user is not None]
            changes.append(sum(one != other for one, other in pairwise(hands)))
            gaps = [days_between(one, other) for one, other in pairwise(inside)]
            pauses, spans = pauses + max(gaps), spans + days_between(opened, closed)
    return {("CC31", None): count(changes), ("CC31.idle", None): Figure(ratio(pauses, spans))}


def figures(book: Book) -> Figures:
    """CC25–27, CC30–32, CC39, CC40, CC44, CC45 and CC52."""
    touches = [(inv, event) for inv in book.invoices for event in inv.all(*TOUCHES)]
    promises = [kept(inv, event) for inv in book.invoices for event in inv.all("promise_recorded")]
    calls = [promised(inv, event) for inv in book.invoices for event in inv.all("collection_call_made")]
    resolved = [(inv, a, b) for inv in book.invoices for a, b in inv.disputes() if b]
    given_up = [(inv, event) for inv in book.standing if (event := inv.first("invoice_written_off"))]
    days = book.policy.first_dunning_days
    unsettled = standing_disputes(book)
    value: Figures = {}
    for currency in book.currencies():
        mine = [(inv, event) for inv, event in unsettled if book.currency(inv) == currency]
        if not mine:
            continue
        amounts = [Fraction(e.facts["disputed_amount"]) * book.factor(inv) for inv, e in mine]
        value["CC30.value", currency] = Figure(sum(amounts, Fraction(0)))
    return {
        ("CC25", None): count([touches_before(inv, inv.paid) for inv in book.standing if inv.paid]),
        ("CC26", None): share([wasted(inv, event) for inv, event in touches]),
        ("CC27", None): share(promises),
        ("CC27.rate", None): share(calls),
        ("CC30", None): duration([since(event, book.as_of) for _, event in unsettled]),
        **value,
        **handling(book),
        ("CC32", None): share([valid(inv, a, b) for inv, a, b in resolved]),
        ("CC39", None): duration([Fraction((event.day - inv.due).days) for inv, event in given_up]),
        ("CC39.touches", None): count([touches_before(inv, event) for inv, event in given_up]),
        ("CC40", None): share([late_start(inv, event, days) for inv, event in given_up]),
        ("CC44", None): conformant(book),
        ("CC45", None): share([yes for inv in book.standing if (yes := unauthorised(book, inv)) is not None]),
        ("CC52", None): share(breaches(book)),
    }
