"""Eleven invoices in the hands of two collectors, of two segments, taken over young and old. As of 31 March 2026, UTC.

X was Ben's, who got a part of it, and became Ana's when it was 32 days late. Ben's B3 to B5 were as late when he first
called. All are of 100 and were due on 1 February.
"""

from __future__ import annotations

__all__ = ["AS_OF", "CASES", "EVENTS", "ZONE"]

AS_OF = "2026-03-31"
ZONE = "UTC"

CASES = """
invoice_number | customer_segment | invoice_amount | currency | invoice_date | due_date
A1 | small | 100 | EUR | 2026-01-02 | 2026-02-01
A2 | small | 100 | EUR | 2026-01-02 | 2026-02-01
A3 | small | 100 | EUR | 2026-01-02 | 2026-02-01
A4 | large | 100 | EUR | 2026-01-02 | 2026-02-01
A5 | large | 100 | EUR | 2026-01-02 | 2026-02-01
B1 | small | 100 | EUR | 2026-01-02 | 2026-02-01
B2 | small | 100 | EUR | 2026-01-02 | 2026-02-01
B3 | small | 100 | EUR | 2026-01-02 | 2026-02-01
B4 | small | 100 | EUR | 2026-01-02 | 2026-02-01
B5 | small | 100 | EUR | 2026-01-02 | 2026-02-01
X  | large | 100 | EUR | 2026-01-02 | 2026-02-01
"""

EVENTS = """
A1 | invoice_generated | 2026-01-02 09:00 | bot | robot
A1 | overdue_reminder_sent | 2026-02-10 09:00 | ana | human | dunning_level=1
A1 | payment_received | 2026-02-12 09:00 | bot | robot | payment_amount=100
A2 | invoice_generated | 2026-01-02 09:00 | bot | robot
A2 | overdue_reminder_sent | 2026-02-10 10:00 | ana | human | dunning_level=1
A2 | overdue_reminder_sent | 2026-02-17 09:00 | bot | robot | dunning_level=2
A2 | payment_received | 2026-02-20 09:00 | bot | robot | payment_amount=60
A3 | invoice_generated | 2026-01-02 09:00 | bot | robot
A3 | overdue_reminder_sent | 2026-02-10 11:00 | ana | human | dunning_level=1
A4 | invoice_generated | 2026-01-02 09:00 | bot | robot
A4 | overdue_reminder_sent | 2026-02-11 09:00 | ana | human | dunning_level=1
A4 | payment_received | 2026-02-12 09:00 | bot | robot | payment_amount=100
A5 | invoice_generated | 2026-01-02 09:00 | bot | robot
A5 | overdue_reminder_sent | 2026-02-11 10:00 | ana | human | dunning_level=1
A5 | payment_received | 2026-03-20 09:00 | bot | robot | payment_amount=50
B1 | invoice_generated | 2026-01-02 09:00 | bot | robot
B1 | payment_received | 2026-02-05 09:00 | bot | robot | payment_amount=30
B1 | collection_call_made | 2026-02-10 09:00 | ben | human
B1 | payment_received | 2026-02-12 09:00 | bot | robot | payment_amount=40
B2 | invoice_generated | 2026-01-02 09:00 | bot | robot
B2 | collection_call_made | 2026-02-10 10:00 | ben | human
B3 | invoice_generated | 2026-01-02 09:00 | bot | robot
B3 | collection_call_made | 2026-03-05 09:00 | ben | human
B3 | payment_received | 2026-03-10 09:00 | bot | robot | payment_amount=30
B4 | invoice_generated | 2026-01-02 09:00 | bot | robot
B4 | collection_call_made | 2026-03-05 10:00 | ben | human
B5 | invoice_generated | 2026-01-02 09:00 | bot | robot
B5 | collection_call_made | 2026-03-05 11:00 | ben | human
X | invoice_generated | 2026-01-02 09:00 | bot | robot
X | overdue_reminder_sent | 2026-02-11 09:00 | ben | human | dunning_level=1
X | payment_received | 2026-02-12 09:00 | bot | robot | payment_amount=20
X | collection_call_made | 2026-03-05 09:00 | ana | human
X | promise_recorded | 2026-03-05 09:10 | ana | human | promise_date=2026-03-12, promise_amount=80
X | payment_received | 2026-03-10 09:00 | bot | robot | payment_amount=80
"""
