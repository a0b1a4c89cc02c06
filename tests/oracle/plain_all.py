"""All restatements of a process at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from tests.oracle import (
    plain_alike,
    plain_balance,
    plain_credit_kpis,
    plain_deals,
    plain_dunning,
    plain_leads,
    plain_orders,
    plain_people,
    plain_requests,
    plain_sales,
    plain_worth,
)
from tests.oracle.notation import CaseTable, Event
from tests.oracle.plain_credit import Book, Policy
from tests.oracle.plain_figures import Figure, Figures

__all__ = ["beside", "credit", "sales"]


def credit(
    events: Iterable[Event],
    cases: CaseTable,
    *,
    as_of: str,
    policy: Policy | None = None,
    rates: Sequence[tuple[str, str, str]] = (),
    target: Fraction | None = None,
) -> Figures:
    """Every figure of credit & collections that needs the log alone, and CC50 where DSO has a target."""
    book = Book.at(events, cases, as_of=as_of, policy=policy, rates=rates)
    return (
        plain_credit_kpis.figures(book)
        | plain_dunning.figures(book)
        | plain_orders.figures(book)
        | plain_balance.figures(book, target=target)
        | plain_people.figures(book)
    )


def beside(
    events: Iterable[Event],
    cases: CaseTable,
    *,
    as_of: str,
    zone: str,
    requests: CaseTable,
    costs: CaseTable,
    rates: Sequence[tuple[str, str, str]] = (),
) -> Figures:
    """What credit requests, and the minutes and rates of activities, say beside the log."""
    book = Book.at(events, cases, as_of=as_of, rates=rates)
    known = plain_requests.requests_at(requests, as_of=as_of, zone=zone)
    return plain_requests.figures(book, known) | {
        ("CC42", book.home): Figure(plain_requests.effort(book, costs)),
        ("CC43.cost", book.home): Figure(plain_requests.rework_cost(book, costs)),
    }


def sales(
    events: Iterable[Event],
    cases: CaseTable,
    *,
    as_of: str,
    policy: plain_deals.Policy | None = None,
    rates: Sequence[tuple[str, str, str]] = (),
    beside: plain_leads.Beside | None = None,
) -> Figures:
    """Every figure of lead-to-cash; of the tables beside the log what there is."""
    deals = plain_deals.deals_at(events, cases, as_of=as_of, rates=rates)
    return (
        plain_deals.figures(deals)
        | plain_sales.figures(deals, policy)
        | plain_worth.figures(deals, policy)
        | plain_alike.figures(deals, policy)
        | plain_leads.figures(deals, beside or plain_leads.Beside(), as_of=as_of)
    )
