"""Credit & collections a second time: every figure straight from its sentence in `domain.md` 7.2 and 7.3.

Plain loops over a list of events, exact fractions, nothing shared with the product. It is slow and it is
meant to be read beside the definitions; the hand-written table in `credit_table.py` is checked against it,
and it carries the table to other as-of days, other policies and generated logs.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from fractions import Fraction
from functools import cached_property

from tests.oracle.notation import CaseTable, Event
from tests.oracle.plain_words import day_after, known_at, pairs

__all__ = ["COLLECTION", "TOUCHES", "Book", "Invoice", "Policy"]

PAYING = {"payment_received": "payment_amount", "credit_memo_issued": "credit_amount"}
TOUCHES = {"overdue_reminder_sent", "collection_call_made"}
COLLECTION = TOUCHES | {"dunning_started", "escalated", "handed_to_agency"}
ENDS = {"invoice_settled", "invoice_written_off", "invoice_cancelled"}


@dataclass(frozen=True)
class Policy:
    """The defaults of 7.3."""

    first_dunning_days: int = 7
    posting_days: int = 1
    promise_days: int = 7
    write_off_level: int = 3
    terms_approvers: Sequence[str] | None = None
    collection_days: int = 30
    effect_days: int = 14
    late_days: int = 30
    holidays: Container[date] = ()


@dataclass(frozen=True)
class Invoice:
    """One case: its row of the case table and its events up to as-of, in time and file order."""

    row: Mapping[str, str]
    events: Sequence[Event]
    as_of: date

    @cached_property
    def amount(self) -> Fraction:
        return Fraction(self.row["invoice_amount"])

    @cached_property
    def due(self) -> date:
        return date.fromisoformat(self.row["due_date"])

    @cached_property
    def issued(self) -> date:
        return date.fromisoformat(self.row["invoice_date"])

    def all(self, *names: str) -> list[Event]:
        return [event for event in self.events if event.activity in names]

    def first(self, *names: str) -> Event | None:
        return next(iter(self.all(*names)), None)

    @cached_property
    def moves(self) -> list[tuple[Event, Fraction]]:
        """What changes the balance, event by event. A cancellation or settlement takes what is still open."""
        moves: list[tuple[Event, Fraction]] = []
        for event in self.events:
            if event.activity == "invoice_generated":
                moves.append((event, self.amount))
            elif event.activity in PAYING:
                moves.append((event, -Fraction(event.facts[PAYING[event.activity]])))
            elif event.activity == "invoice_written_off":
                moves.append((event, -Fraction(event.facts["write_off_amount"])))
            elif event.activity in ("invoice_cancelled", "invoice_settled"):
                moves.append((event, -max(Fraction(0), sum((amount for _, amount in moves), Fraction(0)))))
        return moves

    def balance_before(self, moment: datetime) -> Fraction:
        return sum((amount for event, amount in self.moves if event.time < moment), Fraction(0))

    def balance_on(self, day: date) -> Fraction:
        """At the end of that local day."""
        return Fraction(sum(amount for event, amount in self.moves if event.day <= day))

    def debit_on(self, day: date) -> Fraction:
        return max(Fraction(0), self.balance_on(day))

    @cached_property
    def paid(self) -> Event | None:
        """Paid in full: the payment or credit memo with which the two reach the amount.

        A settlement pays where the invoice has no payment at all.
        """
        reached = Fraction(0)
        for event in self.all(*PAYING):
            reached += Fraction(event.facts[PAYING[event.activity]])
            if reached >= self.amount:
                return event
        return None if self.first("payment_received") else self.first("invoice_settled")

    @property
    def fully_credited(self) -> bool:
        memos = [Fraction(event.facts["credit_amount"]) for event in self.all("credit_memo_issued")]
        return sum(memos, Fraction(0)) >= self.amount

    @cached_property
    def cancelled(self) -> bool:
        return self.first("invoice_cancelled") is not None

    @property
    def closed(self) -> bool:
        return self.paid is not None or self.first(*ENDS) is not None

    @cached_property
    def overdue_at(self) -> datetime | None:
        """00:00 of the day after the due date, if it has come and money is still open then."""
        after = day_after(self.due, 1)
        moment = datetime.combine(after, time(), self.events[0].time.tzinfo)
        return moment if after <= self.as_of and self.balance_before(moment) > 0 else None

    def disputes(self) -> list[tuple[Event, Event | None]]:
        """Each registered dispute with its resolution: by dispute_id, else in order without the orphans."""
        return pairs(self.all("dispute_registered"), self.all("dispute_resolved"), "dispute_id")

    def postings(self) -> list[tuple[Event, Event | None]]:
        return pairs(self.all("payment_received"), self.all("payment_posted"), "payment_id")


@dataclass(frozen=True)
class Book:
    """All invoices as known at the end of a day."""

    invoices: Sequence[Invoice]
    as_of: date
    policy: Policy = field(default_factory=Policy)
    rate: Mapping[str, Fraction] | None = None
    home: str = "EUR"

    @staticmethod
    def at(
        events: Iterable[Event],
        cases: CaseTable,
        *,
        as_of: str,
        policy: Policy | None = None,
        rates: Sequence[tuple[str, str, str]] = (),
        currency: str = "EUR",
    ) -> Book:
        day = date.fromisoformat(as_of)
        invoices = [Invoice(cases[case], rows, day) for case, rows in sorted(known_at(events, day).items())]
        latest = {
            code: Fraction(rate) for when, code, rate in sorted(rates) if date.fromisoformat(when) <= day
        }
        rate = {currency: Fraction(1), **latest} if rates else None
        return Book(invoices, day, policy or Policy(), rate, currency)

    def currency(self, invoice: Invoice) -> str:
        """The currency a figure is in: the invoice's own, or the project's where there are rates."""
        return self.home if self.rate else invoice.row["currency"]

    def factor(self, invoice: Invoice) -> Fraction:
        return self.rate[invoice.row["currency"]] if self.rate else Fraction(1)

    @cached_property
    def shown(self) -> set[str]:
        """The activities that the log shows at all, and what any of its events tells."""
        events = [event for invoice in self.invoices for event in invoice.events]
        told = {name for event in events for name in event.facts}
        return (
            {event.activity for event in events} | told | ({"user"} if any(e.user for e in events) else set())
        )

    @property
    def standing(self) -> list[Invoice]:
        """All but the cancelled ones."""
        return [invoice for invoice in self.invoices if not invoice.cancelled]

    @property
    def overdue(self) -> list[Invoice]:
        return [invoice for invoice in self.standing if invoice.overdue_at]

    def currencies(self) -> list[str]:
        return sorted({self.currency(invoice) for invoice in self.invoices})

    def total(self, currency: str, of: Callable[[Invoice], Fraction]) -> Fraction:
        return sum(
            (of(inv) * self.factor(inv) for inv in self.invoices if self.currency(inv) == currency),
            Fraction(0),
        )

    def sales(self, currency: str, first: date, last: date) -> Fraction:
        """Credit sales: by invoice date, cancelled invoices left out, before credit memos."""
        return self.total(
            currency, lambda inv: inv.amount * (first <= inv.issued <= last and not inv.cancelled)
        )

    def receivable(self, currency: str, day: date) -> Fraction:
        return self.total(currency, lambda inv: inv.debit_on(day))

    def not_due(self, currency: str, day: date) -> Fraction:
        return self.total(currency, lambda inv: inv.debit_on(day) * (inv.due >= day))
