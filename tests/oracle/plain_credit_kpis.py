"""The KPIs of credit & collections, each from its sentence in `domain.md` 7.2, an invoice at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from tests.oracle.notation import Event
from tests.oracle.plain_credit import COLLECTION, TOUCHES, Book, Invoice
from tests.oracle.plain_credit_rules import asked, level_of, rule_6, rule_rows
from tests.oracle.plain_figures import Figure, Figures, duration, ratio, share
from tests.oracle.plain_words import before, day_after, days_between, month_of, months

__all__ = ["figures"]

ENDS_EFFECT = COLLECTION | {"dispute_registered"}
ITERATIVE = TOUCHES | {"payment_reminder_sent", "payment_received", "payment_posted"}
IDEAL = [
    "credit_limit_requested",
    "credit_assessed",
    "credit_limit_approved",
    "invoice_generated",
    "invoice_sent",
    "payment_received",
    "payment_posted",
    "invoice_settled",
]
BANDS = [("not due", None, 0), ("1-30", 1, 30), ("31-60", 31, 60), ("61-90", 61, 90), ("91-120", 91, 120)]
LAST_BAND = ">120"


def balance_figures(book: Book, currency: str) -> Figures:
    window = months(book.as_of, 3)
    first, end = window[0][0], window[-1][1]
    days = (end - first).days + 1
    sales = book.sales(currency, first, end)
    receivable, current = book.receivable(currency, end), book.not_due(currency, end)
    now, now_current = book.receivable(currency, book.as_of), book.not_due(currency, book.as_of)
    return {
        ("CC07", currency): Figure(ratio(receivable * days, sales)),
        ("CC08", currency): Figure(countback(book, currency, end)),
        ("CC10", currency): Figure(ratio(current * days, sales)),
        ("CC11", currency): Figure(ratio((receivable - current) * days, sales)),
        **collection_index(book, currency, window[-1]),
        ("CC16", currency): Figure(ratio(now - now_current, now)),
        ("CC17", currency): Figure(now, parts=ageing(book, currency)),
    }


def countback(book: Book, currency: str, end: date) -> Fraction | None:
    rest, days = book.receivable(currency, end), Fraction(0)
    oldest = min(inv.issued for inv in book.invoices)
    first, last = month_of(end)
    while rest > 0:
        if last < oldest:
            return None
        sales, length = book.sales(currency, first, last), (last - first).days + 1
        if rest < sales:
            return days + rest / sales * length
        rest, days = rest - sales, days + length
        first, last = month_of(day_after(first, -1))
    return days


def collection_index(book: Book, currency: str, month: tuple[date, date]) -> Figures:
    first, last = month
    begin = book.receivable(currency, day_after(first, -1))
    invoiced = book.total(currency, lambda inv: inv.amount * (first <= inv.issued <= last))
    end, current = book.receivable(currency, last), book.not_due(currency, last)

    def given_up(inv: Invoice) -> Fraction:
        amounts = {"invoice_written_off": "write_off_amount", "credit_memo_issued": "credit_amount"}
        return sum(
            (Fraction(e.facts[amounts[e.activity]]) for e in inv.all(*amounts) if first <= e.day <= last),
            Fraction(0),
        )

    def voided(inv: Invoice) -> Fraction:
        """What a cancellation of the month found open was no sale, and nobody collected it; what was paid, was."""
        return -sum(
            (
                amount
                for event, amount in inv.moves
                if event.activity == "invoice_cancelled" and first <= event.day <= last
            ),
            Fraction(0),
        )

    sales = invoiced - book.total(currency, voided)
    bottom = begin + sales - current
    return {
        ("CC12", currency): Figure(ratio(begin + sales - end - book.total(currency, given_up), bottom)),
        ("CC12.raw", currency): Figure(ratio(begin + sales - end, bottom)),
    }


def ageing(book: Book, currency: str) -> dict[str, Fraction]:
    parts = {name: Fraction(0) for name, *_ in BANDS} | {LAST_BAND: Fraction(0)}
    for inv in book.invoices:
        late = (book.as_of - inv.due).days
        name = next((name for name, _, upper in BANDS if late <= upper), LAST_BAND)
        if book.currency(inv) == currency:
            parts[name] += inv.debit_on(book.as_of) * book.factor(inv)
    return parts


Row = tuple[Invoice, bool | None]


def by_value(book: Book, name: str, rows: Sequence[Row]) -> Figures:
    """The same share weighted by the invoice amount, a figure for each currency."""
    result: Figures = {}
    for currency in book.currencies():
        mine = [(inv, yes) for inv, yes in rows if book.currency(inv) == currency]
        decided = [(inv.amount * book.factor(inv), yes) for inv, yes in mine if yes is not None]
        top = sum((amount for amount, yes in decided if yes), Fraction(0))
        bottom = sum((amount for amount, _ in decided), Fraction(0))
        result[name, currency] = Figure(ratio(top, bottom), n=len(decided), pending=len(mine) - len(decided))
    return result


def paid_within(inv: Invoice, days: int) -> bool:
    return inv.paid is not None and inv.paid.day <= day_after(inv.due, days)


def payment_figures(book: Book) -> Figures:
    settled = [(inv, inv.first("invoice_generated"), inv.first("invoice_settled")) for inv in book.standing]
    cycles = [(inv, days_between(a, b)) for inv, a, b in settled if a and b]
    late = [
        (inv, Fraction(max(0, (inv.paid.day - inv.due).days)))
        for inv in book.standing
        if inv.paid is not None
    ]
    on_time: list[Row] = [
        (inv, paid_within(inv, 0) if inv.due <= book.as_of else None)
        for inv in book.standing
        if not inv.fully_credited
    ]
    window = book.policy.collection_days
    collected = [
        paid_within(inv, window) if day_after(inv.due, window) <= book.as_of else None for inv in book.overdue
    ]

    def weighted(rows: Sequence[tuple[Invoice, Fraction]]) -> Figure:
        return duration([d for _, d in rows], [inv.amount * book.factor(inv) for inv, _ in rows])

    return {
        ("CC06", None): weighted(cycles),
        ("CC11.invoice", None): weighted(late),
        ("CC11.late", None): weighted([(inv, days) for inv, days in late if days > 0]),
        ("CC15", None): share([yes for _, yes in on_time]),
        **by_value(book, "CC15.value", on_time),
        ("CC24", None): share(collected),
    }


DUNNING = ["1", "2", "3", "4", "5", "8a", "8b", "8c", "11"]


def adherent(book: Book) -> Figure:
    """CC20 over the overdue cases; a log that can be asked about none of its rules tells nothing."""
    if not set(DUNNING).intersection(asked(book)):
        return Figure(None)
    return share([adherence(book, inv) for inv in book.overdue])


def adherence(book: Book, inv: Invoice) -> bool | None:
    """Keeps rules 1–5, 8 and 11; not decided while one of their limits runs."""
    rows = rule_rows(book, inv)
    mine = [v for rule in DUNNING for v in rows[rule]]
    return None if "pending" in mine else "broken" not in mine


def skipped(inv: Invoice) -> bool:
    sent = {level for e in inv.all("overdue_reminder_sent") if (level := level_of(e))}
    return any(lower not in sent for level in sent for lower in range(1, level))


def sequence(inv: Invoice) -> list[int]:
    """The levels in the order they were sent."""
    known = [(e.time, level) for e in inv.all("overdue_reminder_sent") if (level := level_of(e))]
    return [level for _, level in sorted(known)]


def dunning_figures(book: Book) -> Figures:
    starts = []
    for inv in book.overdue:
        first = next((e for e in inv.all(*COLLECTION) if e.day > inv.due), None)
        if first:
            starts.append(Fraction((first.day - inv.due).days))
    sequences = [(inv, sequence(inv)) for inv in book.standing if sequence(inv)]
    return {
        ("CC19", None): duration(starts),
        ("CC20", None): adherent(book),
        ("CC21", None): share([skipped(inv) for inv, _ in sequences]),
        ("CC21.order", None): share([levels != sorted(levels) for _, levels in sequences if len(levels) > 1]),
        **effect_figures(book),
    }


def effect(inv: Invoice, reminder: Event, days: int) -> list[Event]:
    """The payments within W days after a reminder and before the next action; else the settlement."""
    later = [e for e in inv.events if before(reminder, e)]
    stop = next((e for e in later if e.activity in ENDS_EFFECT), None)
    return [
        e
        for e in later
        if e.activity == ("payment_received" if inv.first("payment_received") else "invoice_settled")
        and days_between(reminder, e) <= days
        and (stop is None or before(e, stop))
    ]


def effect_figures(book: Book) -> Figures:
    result: Figures = {}
    reminders = [(inv, e) for inv in book.invoices for e in inv.all("overdue_reminder_sent")]
    for name, days in [("CC22.7", 7), ("CC22", book.policy.effect_days), ("CC22.30", 30)]:
        result[name, None] = share(
            [
                bool(effect(inv, e, days)) if day_after(e.day, days) <= book.as_of else None
                for inv, e in reminders
            ]
        )
    days = book.policy.effect_days
    for currency in book.currencies():
        mine = [(inv, e) for inv, e in reminders if book.currency(inv) == currency]
        decided = [(inv, e) for inv, e in mine if day_after(e.day, days) <= book.as_of]
        cash = sum(
            Fraction(paid.facts.get("payment_amount", 0)) * book.factor(inv)
            for inv, e in decided
            for paid in effect(inv, e, days)
        )
        balance = sum(inv.balance_before(e.time) * book.factor(inv) for inv, e in decided)
        figure = Figure(ratio(cash, balance), n=len(decided), pending=len(mine) - len(decided))
        result["CC22.value", currency] = figure
    return result


def touchless(inv: Invoice) -> bool | None:
    """No human event; None where none is known to be human and not all are known."""
    flags = [event.automated for event in inv.events]
    return False if False in flags else None if None in flags else True


def rework(inv: Invoice) -> bool:
    """A repeated activity that is not iterative, or a step back on the ideal path that is no such repeat."""
    names = [event.activity for event in inv.events]
    repeated = any(names.count(name) > 1 for name in names if name not in ITERATIVE)
    places = [(IDEAL.index(name), name) for name in names if name in IDEAL]
    back = any(
        place < max((p for p, _ in places[:i]), default=0)
        and not (name in ITERATIVE and (place, name) in places[:i])
        for i, (place, name) in enumerate(places)
    )
    return repeated or back


def other_figures(book: Book) -> Figures:
    disputed: list[Row] = [(inv, inv.first("dispute_registered") is not None) for inv in book.standing]
    cycles = [days_between(a, b) for inv in book.invoices for a, b in inv.disputes() if b]
    posted = [days_between(a, b) for inv in book.invoices for a, b in inv.postings() if b]
    in_time = [v for inv in book.invoices for v in rule_6(inv, book.policy)]
    closed: list[Row] = [
        (inv, inv.first("invoice_written_off") is not None) for inv in book.standing if inv.closed
    ]
    flags = [event.automated for inv in book.invoices for event in inv.events if event.automated is not None]
    lost = {
        currency: book.total(
            currency,
            lambda inv: sum(
                (Fraction(e.facts["write_off_amount"]) for e in inv.all("invoice_written_off")), Fraction(0)
            ),
        )
        for currency in book.currencies()
    }
    return {
        ("CC28", None): share([yes for _, yes in disputed]),
        **by_value(book, "CC28.value", disputed),
        ("CC29", None): duration(cycles),
        ("CC33", None): duration(posted),
        ("CC34", None): share([None if v == "pending" else v == "ok" for v in in_time]),
        ("CC38", None): share([yes for _, yes in closed]),
        **by_value(book, "CC38.value", closed),
        **{
            ("CC38.sales", currency): Figure(ratio(money, book.sales(currency, date.min, book.as_of)))
            for currency, money in lost.items()
        },
        ("CC41", None): share([not flag for flag in flags]),
        ("CC41.touchless", None): share([yes for inv, _ in closed if (yes := touchless(inv)) is not None]),
        ("CC43", None): share([rework(inv) for inv in book.standing]),
    }


def figures(book: Book) -> Figures:
    """All KPIs of the table at the book's as-of day."""
    result: Figures = {}
    for currency in book.currencies():
        result |= balance_figures(book, currency)
    return result | payment_figures(book) | dunning_figures(book) | other_figures(book)
