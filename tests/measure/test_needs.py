"""A rate of payment in time needs to know when an invoice was paid: payments alone are not enough."""

from __future__ import annotations

import pytest

from tests.log.small import prepared
from workbench.measure import figures

CASES = "invoice_number | invoice_amount | due_date\na | 100 | 2026-02-01\nb | 100 | 2026-02-01\n"
PAID = "a | payment_received | 2026-01-20 09:00 | - | - | payment_amount=100\n"
INVOICED = "a | invoice_generated | 2026-01-01 09:00\nb | invoice_generated | 2026-01-01 09:00\n"
RATES = ["CC15", "CC15.value", "CC15.late"]


@pytest.mark.parametrize("rate", RATES)
def test_without_an_invoice_nobody_knows_what_is_paid_in_full(rate: str) -> None:
    (found,) = figures(prepared(PAID + PAID.replace("a |", "b |", 1), CASES, as_of="2026-03-31"), [rate])
    assert found.value is None
    assert "paid_in_full" in str(found.reason)


@pytest.mark.parametrize("rate", RATES)
def test_with_one_half_of_them_is_in_time(rate: str) -> None:
    """a is paid in time, b never."""
    found = figures(prepared(INVOICED + PAID, CASES, as_of="2026-03-31"), [rate])
    assert [one.value for one in found] == [0.5]


@pytest.mark.parametrize("rate", RATES)
def test_where_a_part_alone_was_paid_all_are_late(rate: str) -> None:
    part = PAID.replace("=100", "=40")
    found = figures(prepared(INVOICED + part, CASES, as_of="2026-03-31"), [rate])
    assert [one.value for one in found] == [1.0 if rate.endswith("late") else 0.0]
