"""Pairs: what became of each opening event. Every case below is one situation."""

from __future__ import annotations

import pytest

from tests.log.small import pairs_of, prepared
from workbench.log.prepared import PreparedLog

CASES = """
invoice_number | invoice_amount | due_date
orphan   | 100 | 2026-06-30
crossed  | 100 | 2026-06-30
one-side | 100 | 2026-06-30
ended    | 100 | 2026-06-30
same     | 100 | 2026-06-30
credited | 100 | 2026-06-30
stopped  | 100 | 2026-06-30
shared   | 100 | 2026-06-30
kept     | 100 | 2026-06-30
balance  | 100 | 2026-06-30
short    | 100 | 2026-06-30
memo     | 100 | 2026-06-30
settled  | 100 | 2026-06-30
rest     | 100 | 2026-06-30
"""
EVENTS = """
orphan | invoice_generated | 2026-01-01 09:00
orphan | dispute_resolved | 2026-01-02 09:00
orphan | dispute_registered | 2026-01-03 09:00
orphan | dispute_registered | 2026-01-04 09:00
orphan | dispute_resolved | 2026-01-05 09:00
crossed | invoice_generated | 2026-01-01 09:00
crossed | dispute_registered | 2026-01-02 09:00 | - | - | dispute_id=a
crossed | dispute_registered | 2026-01-03 09:00 | - | - | dispute_id=b
crossed | dispute_resolved | 2026-01-04 09:00 | - | - | dispute_id=b
crossed | dispute_resolved | 2026-01-05 09:00 | - | - | dispute_id=a
one-side | invoice_generated | 2026-01-01 09:00
one-side | dispute_registered | 2026-01-02 09:00 | - | - | dispute_id=a
one-side | dispute_registered | 2026-01-03 09:00 | - | - | dispute_id=b
one-side | dispute_resolved | 2026-01-04 09:00
ended | invoice_generated | 2026-01-01 09:00
ended | dispute_registered | 2026-01-02 09:00
ended | payment_received | 2026-01-03 09:00 | - | - | payment_amount=100
same | invoice_generated | 2026-01-01 09:00
same | dispute_registered | 2026-01-02 09:00
same | dispute_resolved | 2026-01-02 09:00
credited | invoice_generated | 2026-01-01 09:00
credited | payment_received | 2026-01-02 09:00 | - | - | payment_amount=10
credited | payment_posted | 2026-01-03 09:00
credited | payment_posted | 2026-01-04 09:00
credited | payment_application_corrected | 2026-01-05 09:00
stopped | invoice_generated | 2026-01-01 09:00
stopped | overdue_reminder_sent | 2026-01-02 09:00
stopped | overdue_reminder_sent | 2026-01-03 09:00
stopped | payment_received | 2026-01-04 09:00 | - | - | payment_amount=10
shared | invoice_generated | 2026-01-01 09:00
shared | overdue_reminder_sent | 2026-01-02 09:00
shared | promise_recorded | 2026-01-03 09:00 | - | - | promise_date=2026-01-09, promise_amount=10
shared | payment_received | 2026-01-04 09:00 | - | - | payment_amount=10
kept | invoice_generated | 2026-01-01 09:00
kept | promise_recorded | 2026-01-02 09:00 | - | - | promise_date=2026-01-10, promise_amount=50
kept | payment_received | 2026-01-03 09:00 | - | - | payment_amount=40
kept | payment_received | 2026-01-04 09:00 | - | - | payment_amount=7.50
balance | invoice_generated | 2026-01-01 09:00
balance | payment_received | 2026-01-02 09:00 | - | - | payment_amount=60
balance | promise_recorded | 2026-01-03 09:00 | - | - | promise_date=2026-01-10
balance | payment_received | 2026-01-04 09:00 | - | - | payment_amount=37.99
balance | payment_received | 2026-01-05 09:00 | - | - | payment_amount=0.01
short | invoice_generated | 2026-01-01 09:00
short | promise_recorded | 2026-01-02 09:00 | - | - | promise_date=2026-01-10, promise_amount=50
short | payment_received | 2026-01-04 09:00 | - | - | payment_amount=47.49
memo | invoice_generated | 2026-01-01 09:00
memo | overdue_reminder_sent | 2026-01-02 09:00
memo | credit_memo_issued | 2026-01-03 09:00 | - | - | credit_amount=100
settled | invoice_generated | 2026-01-01 09:00
settled | overdue_reminder_sent | 2026-01-02 09:00
settled | invoice_settled | 2026-01-04 09:00
rest | invoice_generated | 2026-01-01 09:00
rest | payment_received | 2026-01-02 09:00 | - | - | payment_amount=60
rest | overdue_reminder_sent | 2026-01-03 09:00
rest | invoice_settled | 2026-01-04 09:00
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-02-01")


@pytest.mark.parametrize(
    ("pair", "case", "expected"),
    [
        # A resolution with no dispute open is an orphan; the k-th resolution after it closes the k-th dispute.
        ("dispute", "orphan", [("01-03", "01-05", "closed"), ("01-04", None, "open")]),
        ("dispute", "crossed", [("01-02", "01-05", "closed"), ("01-03", "01-04", "closed")]),
        # An identifier that only one side of the case carries pairs nothing: order does.
        ("dispute", "one-side", [("01-02", "01-04", "closed"), ("01-03", None, "open")]),
        ("dispute", "ended", [("01-02", None, "ended")]),
        ("dispute", "same", [("01-02", "01-02", "closed")]),
        # A correction corrects a payment, however often that was posted.
        ("correction", "credited", [("01-02", "01-05", "closed")]),
        ("reminder", "stopped", [("01-02", None, "stopped"), ("01-03", "01-04", "closed")]),
        # A promise is the reminder's effect, no action that ends it.
        ("reminder", "shared", [("01-02", "01-04", "closed")]),
        # Credits are no payment, and a settlement is one only where the invoice has none.
        ("reminder", "memo", [("01-02", None, "ended")]),
        ("reminder", "settled", [("01-02", "01-04", "closed")]),
        ("reminder", "rest", [("01-03", None, "ended")]),
        # 95 % of 50 is 47.50: reached by the second payment, to the cent.
        ("promise", "kept", [("01-02", "01-04", "closed")]),
        # Without an amount the balance of its moment counts: 95 % of 40 is 38.00.
        ("promise", "balance", [("01-03", "01-05", "closed")]),
        ("promise", "short", [("01-02", None, "open")]),
    ],
)
def test_pair(log: PreparedLog, pair: str, case: str, expected: list[tuple[str, str | None, str]]) -> None:
    year = "2026-"
    assert pairs_of(log, pair, case) == [
        (year + opened, None if closed is None else year + closed, became)
        for opened, closed, became in expected
    ]


def test_a_payment_goes_on_waiting_for_its_posting_when_the_invoice_is_paid(log: PreparedLog) -> None:
    assert pairs_of(log, "posting", "ended") == [("2026-01-03", None, "open")]
