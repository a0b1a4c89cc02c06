"""Cash received, applied and corrected, and the credit limit at invoicing, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure import Period, figure_rows, figures
from workbench.measure.figure import Figure

# A pays 60 and 40, both posted, one only with 30 of its 40; B is posted without an amount; C waits; D is posted with
# 5 more than came in; E's payment is posted in April.
CASES = """
invoice_number | invoice_amount | credit_exposure | credit_limit
A | 100 | 900 | 1000
B | 200 | 1200 | 1000
C | 300 | 1300 | 1000
D | 50  | 500 | 1000
E | 70  | |
X | 80  | 2000 | 1000
"""
EVENTS = """
A | invoice_generated | 2026-01-05 09:00
A | payment_received | 2026-02-02 09:00 | - | - | payment_amount=60, payment_id=P1
A | payment_posted   | 2026-02-03 09:00 | - | - | payment_amount=60, payment_id=P1
A | payment_received | 2026-02-04 09:00 | - | - | payment_amount=40, payment_id=P2
A | payment_application_corrected | 2026-02-05 09:00 | - | - | payment_id=P1
A | payment_application_corrected | 2026-02-06 09:00 | - | - | payment_id=P1
A | payment_posted   | 2026-02-07 09:00 | - | - | payment_amount=30, payment_id=P2
B | invoice_generated | 2026-01-05 09:00
B | payment_received | 2026-02-02 09:00 | - | - | payment_amount=200, payment_id=P3
B | payment_posted   | 2026-02-03 09:00 | - | - | payment_id=P3
C | invoice_generated | 2026-01-05 09:00
C | payment_received | 2026-02-02 09:00 | - | - | payment_amount=120, payment_id=P4
D | invoice_generated | 2026-01-05 09:00
D | payment_received | 2026-02-02 09:00 | - | - | payment_amount=50, payment_id=P5
D | payment_posted   | 2026-02-03 09:00 | - | - | payment_amount=55, payment_id=P5
E | invoice_generated | 2026-01-05 09:00
E | payment_received | 2026-03-30 09:00 | - | - | payment_amount=70, payment_id=P6
E | payment_posted   | 2026-04-02 09:00 | - | - | payment_amount=70, payment_id=P6
X | invoice_generated | 2026-01-05 09:00
X | invoice_cancelled | 2026-01-06 09:00
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-04-30")


def one(log: PreparedLog, name: str, period: Period | None = None) -> Figure:
    (found,) = figures(log, [name], period=period)
    return found


def test_unapplied_cash_is_what_came_in_less_what_was_applied(log: PreparedLog) -> None:
    """A 100 − 90, C 120 − 0; B's posting names no amount and applies all 200; D's 5 too many are never netted."""
    found = one(log, "CC35")
    assert (found.value, found.n, found.stats["over_applied"]) == (130.0, 2, 5.0)
    rows = figure_rows(log, "CC35").set_index("case_id")
    assert rows["amount"].to_dict() == {"A": 10.0, "C": 120.0, "D": -5.0}
    assert rows.loc["A", ["received", "applied"]].to_dict() == {"received": 100.0, "applied": 90.0}


def test_unapplied_cash_of_an_earlier_day_knows_no_later_posting(log: PreparedLog) -> None:
    """On 31 March E's 70 had come in and were not posted yet."""
    assert one(log, "CC35", Period(None, date(2026, 3, 31))).value == 200.0
    assert one(log, "CC35", Period(None, date(2026, 2, 2))).value == 60 + 200 + 120 + 50


def test_first_time_right_is_of_payments_not_of_postings(log: PreparedLog) -> None:
    """P1 was corrected, twice; the other five were not, C's unposted one among them."""
    found = one(log, "CC36")
    assert (found.value, found.n) == (pytest.approx(5 / 6), 6)
    assert one(log, "CC37").value == pytest.approx(1 / 6)
    assert one(log, "CC37.count").value == 2


def test_a_cancelled_invoice_breaches_no_limit(log: PreparedLog) -> None:
    """B and C of A, B, C, D; E is unknown, X cancelled."""
    found = one(log, "CC03")
    assert (found.value, found.n, found.unknown) == (0.5, 4, 1)


def test_a_period_without_a_beginning_has_an_end(log: PreparedLog) -> None:
    """Corrections are of 5 and 6 February; until the 3rd P1, P3, P4 and P5 had come in."""
    assert one(log, "CC37.count", Period(None, date(2026, 2, 5))).n == 1
    assert one(log, "CC37.count", Period(None, date(2026, 2, 4))).value == 0
    assert one(log, "CC36", Period(None, date(2026, 2, 3))).n == 4


def test_unapplied_cash_by_segment_counts_the_invoices_of_each() -> None:
    """Small has A's 10 and C's 120, large E's 70 on 31 March; medium has only D, on which 5 too many were applied."""
    segments = {"A": "small", "B": "small", "C": "small", "D": "medium", "E": "large", "X": "large"}
    header, *rows = CASES.strip().splitlines()
    cases = "\n".join([f"{header} | customer_segment", *(f"{row} | {segments[row[0]]}" for row in rows)])
    log = prepared(EVENTS, cases, as_of="2026-03-31")
    found = {figure.group: figure for figure in figures(log, ["CC35"], by="customer_segment")}
    assert {group: (own.value, own.n, own.stats["over_applied"]) for group, own in found.items()} == {
        "large": (70.0, 1, 0.0),
        "medium": (0.0, 0, 5.0),
        "small": (130.0, 2, 0.0),
    }
