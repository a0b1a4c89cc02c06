"""From the order to the posted cash, credit limits, agencies: from `domain.md` 7.2, an invoice at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from tests.oracle.notation import Event
from tests.oracle.plain_credit import Book, Invoice
from tests.oracle.plain_credit_kpis import paid_within
from tests.oracle.plain_dunning import since
from tests.oracle.plain_figures import Figure, Figures, duration, ratio, share
from tests.oracle.plain_words import before, days_between, pairs

__all__ = ["figures"]

COVER = ("insurance", "factoring", "guarantee")


def between(book: Book, start: str, end: str) -> Figure:
    """t(end) − t(start), first times, where the invoice has both and they are in this order."""
    ends = [(inv.first(start), inv.first(end)) for inv in book.standing]
    return duration([days_between(a, b) for a, b in ends if a and b and days_between(a, b) >= 0])


def paid(book: Book) -> Figure:
    """t(paid in full) − t(invoice generated), for logs that record no settlement."""
    ends = [(inv, inv.first("invoice_generated"), inv.paid) for inv in book.standing]
    rows = [(inv, days_between(a, b)) for inv, a, b in ends if a and b and not before(b, a)]
    return duration([days for _, days in rows], [inv.amount * book.factor(inv) for inv, _ in rows])


def holds(book: Book) -> list[Fraction]:
    """Each block with its release, cancelled invoices' too: it was worked on."""
    found = [pairs(inv.all("order_on_hold"), inv.all("order_released"), "order_id") for inv in book.invoices]
    return [days_between(a, b) for rows in found for a, b in rows if b]


def weighted(book: Book, currency: str, days: Callable[[Invoice], Fraction | None]) -> Figure:
    """Σ amount × days / Σ amount over the invoices that have such days."""
    rows = [(inv, days(inv)) for inv in book.standing if book.currency(inv) == currency]
    known = [(inv.amount * book.factor(inv), value) for inv, value in rows if value is not None]
    top = sum((amount * value for amount, value in known), Fraction(0))
    return Figure(ratio(top, sum((amount for amount, _ in known), Fraction(0))), n=len(known))


def terms(book: Book, currency: str) -> Figures:
    def beyond(inv: Invoice) -> Fraction | None:
        return Fraction((inv.paid.day - inv.due).days) if inv.paid else None

    def to_pay(inv: Invoice) -> Fraction | None:
        return Fraction((inv.paid.day - inv.issued).days) if inv.paid else None

    return {
        ("CC13", currency): weighted(book, currency, beyond),
        ("CC14", currency): weighted(book, currency, lambda inv: Fraction((inv.due - inv.issued).days)),
        ("CC14.paid", currency): weighted(book, currency, to_pay),
    }


def breach(inv: Invoice) -> bool | None:
    """Exposure above the limit at invoice time; None where either is not known."""
    exposure, limit = inv.row.get("credit_exposure"), inv.row.get("credit_limit")
    return Fraction(exposure) > Fraction(limit) if exposure and limit else None


def corrected(inv: Invoice) -> list[tuple[Event, bool]]:
    """Each payment, and whether its application was corrected later: by payment_id, else the k-th by the k-th."""
    found = pairs(inv.all("payment_received"), inv.all("payment_application_corrected"), "payment_id")
    return [(payment, correction is not None) for payment, correction in found]


def unapplied(inv: Invoice) -> list[tuple[Event, Fraction]]:
    """What of each payment is not applied yet; a posting without an amount applies all of it."""
    rows = []
    for received, posted in pairs(inv.all("payment_received"), inv.all("payment_posted"), "payment_id"):
        amount = Fraction(received.facts["payment_amount"])
        applied = Fraction(posted.facts.get("payment_amount", amount)) if posted else Fraction(0)
        rows.append((received, amount - applied))
    return rows


def posting(book: Book) -> Figures:
    result: Figures = {}
    for currency in book.currencies():
        result["CC35", currency] = Figure(
            book.total(currency, lambda inv: max(Fraction(0), sum(rest for _, rest in unapplied(inv))))
        )
    waiting = [
        since(received, book.as_of)
        for inv in book.invoices
        for received, posted in inv.postings()
        if posted is None
    ]
    result["CC35.age", None] = duration(waiting)
    payments = [wrong for inv in book.invoices for _, wrong in corrected(inv)]
    if any(inv.first("payment_application_corrected") for inv in book.invoices):
        result["CC36", None] = share([not wrong for wrong in payments])
        result["CC37", None] = share(payments)
        corrections = sum(len(inv.all("payment_application_corrected")) for inv in book.invoices)
        result["CC37.count", None] = Figure(Fraction(corrections))
    return result


def secured(book: Book, currency: str) -> Figure:
    """Past-due balance that an insurance, a factor or a guarantor covers."""

    def late(inv: Invoice) -> Fraction:
        return inv.debit_on(book.as_of) * (inv.due < book.as_of)

    def covered(inv: Invoice) -> Fraction:
        kind = inv.row.get("guarantee_type", "").lower()
        return late(inv) * any(word in kind for word in COVER)

    return Figure(ratio(book.total(currency, covered), book.total(currency, late)))


def agency(book: Book, currency: str) -> Figure:
    """(recovered − fee) / placed: what came in after the hand-over, less the fees, of what stood open then."""
    net, placed = Fraction(0), Fraction(0)
    for inv in book.standing:
        handed = inv.first("handed_to_agency")
        if handed and book.currency(inv) == currency:
            after = [e for e in inv.events if before(handed, e)]
            cash = sum(Fraction(e.facts["payment_amount"]) for e in after if e.activity == "payment_received")
            fees = sum(Fraction(e.facts.get("agency_fee", "0")) for e in inv.events)
            net += (cash - fees) * book.factor(inv)
            placed += inv.balance_before(handed.time) * book.factor(inv)
    return Figure(ratio(net, placed))


def known(rows: Sequence[bool | None]) -> Figure:
    """A share in which None is unknown, not pending."""
    return Figure(share(rows).value, n=share(rows).n)


def figures(book: Book) -> Figures:
    """CC03, CC05, CC06.paid, CC13–CC14, CC15.late, CC35–CC37, CC53, CC55 and CC56."""
    late = [
        not paid_within(inv, 0) if inv.due <= book.as_of else None
        for inv in book.standing
        if not inv.fully_credited
    ]
    result: Figures = {
        ("CC05", None): between(book, "invoice_generated", "invoice_sent"),
        ("CC05.order", None): between(book, "order_received", "invoice_generated"),
        ("CC05.delivery", None): between(book, "goods_delivered", "invoice_generated"),
        ("CC06.paid", None): paid(book),
        ("CC15.late", None): share(late),
        ("CC55", None): duration(holds(book)),
        **posting(book),
    }
    if any("credit_limit" in inv.row for inv in book.invoices):
        result["CC03", None] = known([breach(inv) for inv in book.standing if inv.first("invoice_generated")])
    for currency in book.currencies():
        result |= terms(book, currency)
        if any(inv.first("handed_to_agency") for inv in book.invoices):
            result["CC53", currency] = agency(book, currency)
        if any("guarantee_type" in inv.row for inv in book.invoices):
            result["CC56", currency] = secured(book, currency)
    return result
