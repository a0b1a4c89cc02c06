"""Balances, sales and cash at their edges, worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.log.settings import ControlTotal
from workbench.measure import figure_rows, figures
from workbench.measure.context import Context
from workbench.measure.figure import Figure, Period
from workbench.measure.reconcile import control_findings, reconcile
from workbench.measure.terms import term_frame
from workbench.template.words import BalanceTerm

# One sale on the last day of January, never paid; a document without a date; one overpaid by 20.
SALES = """\
S | invoice_generated | 2026-01-31 09:00
N | invoice_generated | 2026-03-10 09:00
N | payment_received  | 2026-03-11 09:00 | bot | robot | payment_amount=100
O | invoice_generated | 2026-03-12 09:00
O | payment_received  | 2026-03-13 09:00 | bot | robot | payment_amount=320
"""
SALES_CASES = """\
invoice_number | invoice_amount | currency | invoice_date | due_date
S | 1000 | EUR | 2026-01-31 | 2026-02-28
N |  100 | EUR |            | 2026-04-10
O |  300 | EUR | 2026-03-12 | 2026-04-12
"""
# Fourteen days before the end of March begin with the eighteenth.
REMINDED = """\
A | invoice_generated     | 2026-01-10 09:00
A | overdue_reminder_sent | 2026-03-17 00:00 | ana | human | dunning_level=1
A | payment_received      | 2026-03-20 09:00 | bot | robot | payment_amount=30
B | invoice_generated     | 2026-01-10 09:00
B | overdue_reminder_sent | 2026-03-18 00:00 | ana | human | dunning_level=1
C | invoice_generated     | 2026-03-10 09:00
"""
REMINDED_CASES = """\
invoice_number | invoice_amount | currency | invoice_date | due_date | open_balance
A | 100 | EUR | 2026-01-10 | 2026-01-31 | 60
B | 100 | EUR | 2026-01-10 | 2026-01-31 | 110
C |  50 | EUR | 2026-03-10 | 2026-03-31 | 50
"""
PAID = "A | invoice_generated | 2026-01-10 09:00\nA | invoice_settled | 2026-01-20 09:00\n"
PAID_CASES = SALES_CASES.splitlines()[0] + "\nA | 100 | EUR | 2026-01-10 | 2026-01-31\n"


@pytest.fixture(scope="module")
def sales() -> PreparedLog:
    return prepared(SALES, SALES_CASES, as_of="2026-03-31")


def one(log: PreparedLog, name: str) -> Figure:
    (found,) = figures(log, [name])
    return found


def test_exhaustion_reaches_the_month_that_ends_on_the_log_s_first_day(sales: PreparedLog) -> None:
    """1,000 are open (the 20 owed to a customer are no receivable). March sold 400 and leaves 600, February sold
    nothing, January 1,000: 31 + 28 + 600 / 1,000 × 31 days."""
    assert one(sales, "CC08").value == pytest.approx(31 + 28 + 0.6 * 31)


def test_a_sale_without_a_document_date_is_of_the_day_it_was_made(sales: PreparedLog) -> None:
    """January to March sold 1,000 + 100 + 300; CC07 = 1,000 / 1,400 × 90 days."""
    found = one(sales, "CC07")
    assert found.stats["bottom"] == 1400
    assert found.value == pytest.approx(1000 / 1400 * 90)


def test_rows_of_a_ratio_name_their_terms(sales: PreparedLog) -> None:
    rows = figure_rows(sales, "CC07")
    assert rows.groupby("term")["amount"].sum().to_dict() == {"bottom 1": 1400, "top 1": 1000}


@pytest.mark.parametrize(("side", "cases"), [("debit", {"S": 1000}), ("credit", {"O": -20})])
def test_sides_of_a_balance_leave_out_what_is_nought(
    sales: PreparedLog, side: str, cases: dict[str, float]
) -> None:
    frame = term_frame(
        Context(sales), BalanceTerm(balance="receivable", side=side), Period(None, date(2026, 3, 31))
    )
    assert dict(zip(frame["case_id"], frame["amount"], strict=True)) == cases


@pytest.fixture(scope="module")
def reminded() -> PreparedLog:
    return prepared(REMINDED, REMINDED_CASES, as_of="2026-03-31")


def test_what_is_due_today_is_not_past_due(reminded: PreparedLog) -> None:
    """A owes 70 and B 100 since January; the 50 of C are due on the as-of day."""
    assert one(reminded, "CC16").value == pytest.approx(170 / 220)


def test_a_balance_against_what_the_export_says(reminded: PreparedLog) -> None:
    """A 70 against 60, B 100 against 110, C 50 against 50: 20 off of 220. Two errors do not make one right."""
    check = reconcile(reminded, "receivable")
    assert check is not None
    assert check.residual == pytest.approx(20 / 220)
    assert not check.holds


def test_cash_after_a_reminder_of_the_first_instant_that_still_waits(reminded: PreparedLog) -> None:
    """A: its 14 days end with the 30th, 30 of 100 came. B: they end with as-of itself, and are not over."""
    found = one(reminded, "CC22.value")
    assert (found.value, found.n, found.pending) == (0.3, 1, 1)
    rows = figure_rows(reminded, "CC22.value").set_index("case_id")
    assert rows[["state", "balance", "cash", "currency"]].to_dict("index") == {
        "A": {"state": "in", "balance": 100, "cash": 30, "currency": "EUR"},
        "B": {"state": "pending", "balance": 100, "cash": 0, "currency": "EUR"},
    }


@pytest.mark.parametrize(
    ("events", "cases", "open_at_end", "residual"),
    [(PAID, PAID_CASES, 0, 0.0), (SALES, SALES_CASES, 1000, 1.0)],
)
def test_a_control_total_of_nothing(events: str, cases: str, open_at_end: float, residual: float) -> None:
    """Nothing open agrees with a total of nought; anything else is off by all of it, and is not shown."""
    log = prepared(
        events, cases, as_of="2026-03-31", control=(ControlTotal(date(2026, 3, 31), Decimal(0), "EUR"),)
    )
    check = reconcile(log, "receivable")
    assert check is not None
    assert (check.residual, check.holds) == (residual, residual == 0)
    ageing = one(log, "CC17")
    assert (ageing.value, ageing.n) == (open_at_end, 1 if open_at_end else 0)
    assert str(one(log, "CC12").reason).startswith("not shown: the rebuilt balance is") == (residual > 0)


@pytest.mark.parametrize(("stated", "severity", "wrong"), [("100.00", "note", 0), ("90.00", "warn", 1)])
def test_control_totals_are_told_by_the_data_check(stated: str, severity: str, wrong: int) -> None:
    log = prepared(
        "a | invoice_generated | 2026-01-05 09:00",
        "invoice_number | invoice_amount | currency\na | 100.00 | EUR",
        as_of="2026-03-31",
        control=(ControlTotal(date(2026, 3, 31), Decimal(stated), "EUR"),),
    )
    (found,) = control_findings(log)
    assert (found.severity, found.count) == (severity, wrong)
    assert found.data["totals"][0]["rebuilt"] == "100.00"


@pytest.mark.parametrize("stated", ["300.00", "400.00"])
def test_some_of_the_cases_stand_with_all_of_them(stated: str) -> None:
    """A control total is of the whole ledger: a customer's invoices are not held against it, nor free of it."""
    log = prepared(
        """
        a | invoice_generated | 2026-01-05 09:00
        b | invoice_generated | 2026-01-05 09:00
        """,
        "invoice_number | invoice_amount | currency | due_date\n"
        "a | 100.00 | EUR | 2026-02-01\nb | 200.00 | EUR | 2026-02-01",
        as_of="2026-03-31",
        control=(ControlTotal(date(2026, 3, 31), Decimal(stated), "EUR"),),
    )
    own = log.cases.filter(log.cases["case_id"] == "a").select("case_key")
    for part in (log.within(own), log.remembering().within(own), log.within(own).within(own)):
        whole, check = reconcile(log, "receivable"), reconcile(part, "receivable")
        assert whole is not None
        assert check == whole
        withheld = str(one(part, "CC12").reason).startswith("not shown: the rebuilt balance is")
        assert withheld == (stated == "400.00")
