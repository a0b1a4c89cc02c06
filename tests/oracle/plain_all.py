"""All restatements of a process at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tests.oracle import (
    plain_balance,
    plain_credit_kpis,
    plain_deals,
    plain_dunning,
    plain_orders,
    plain_sales,
)
from tests.oracle.notation import CaseTable, Event
from tests.oracle.plain_credit import Book, Policy
from tests.oracle.plain_figures import Figures

__all__ = ["credit", "sales"]


def credit(
    events: Iterable[Event],
    cases: CaseTable,
    *,
    as_of: str,
    policy: Policy | None = None,
    rates: Sequence[tuple[str, str, str]] = (),
) -> Figures:
    """Every figure of credit & collections that needs the log alone."""
    book = Book.at(events, cases, as_of=as_of, policy=policy, rates=rates)
    return (
        plain_credit_kpis.figures(book)
        | plain_dunning.figures(book)
        | plain_orders.figures(book)
        | plain_balance.figures(book)
    )


def sales(
    events: Iterable[Event],
    cases: CaseTable,
    *,
    as_of: str,
    policy: plain_deals.Policy | None = None,
    rates: Sequence[tuple[str, str, str]] = (),
) -> Figures:
    """Every figure of lead-to-cash that needs the log alone."""
    deals = plain_deals.deals_at(events, cases, as_of=as_of, rates=rates)
    return plain_deals.figures(deals) | plain_sales.figures(deals, policy)
