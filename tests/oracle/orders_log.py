"""Six invoices made by hand for what the fourteen do not show: orders and credit limits, requests of their own,
corrections, an agency, guarantees, minutes and rates. As of Tuesday 30 June 2026, UTC.

S01  ordered, held, released, delivered; paid in time; its posting corrected once
S02  held for a day and a half; over its limit; disputed through four pairs of hands, credited in the dispute;
     paid in part and applied in part; the rest is insured (factoring)
S03  exposure of exactly the limit; dunned, called, handed to an agency that recovers a third for a fee
S04  exposure not known; paid in two parts, the second's posting corrected twice; a new customer that was refused
S05  a new customer that was checked a day after its first invoice; 79 days after the first event, so not yet new
S06  cancelled, over its limit: in no figure

Log starts 12 January with S01's order on 5 January. K3, K5 and K2 have their first invoice 90 days later or more.
"""

from __future__ import annotations

__all__ = ["AS_OF", "CASES", "COSTS", "EVENTS", "REQUESTS", "ZONE"]

AS_OF = "2026-06-30"
ZONE = "UTC"

CASES = """
invoice_number | customer_id | customer_segment | invoice_amount | currency | invoice_date | due_date | credit_limit | \
credit_exposure | guarantee_type
S01 | K1 | large | 1000.00 | EUR | 2026-01-12 | 2026-02-11 | 5000.00 | 1000.00 | insurance
S02 | K3 | small | 2000.00 | EUR | 2026-04-20 | 2026-05-20 | 1500.00 | 2000.00 | factoring
S03 | K5 | small | 3000.00 | EUR | 2026-05-04 | 2026-05-25 | 3000.00 | 3000.00 |
S04 | K2 | large | 4000.00 | EUR | 2026-05-11 | 2026-06-10 | 9000.00 |         | guarantee
S05 | K6 | small |  500.00 | EUR | 2026-04-01 | 2026-07-10 | 1000.00 |  500.00 |
S06 | K1 | large |  900.00 | EUR | 2026-03-02 | 2026-04-01 |  500.00 |  900.00 |
"""

EVENTS = """
S01 | order_received | 2026-01-05 09:00 | bot | robot
S01 | order_on_hold | 2026-01-06 09:00 | bot | robot
S01 | order_released | 2026-01-08 09:00 | ana | human
S01 | goods_delivered | 2026-01-10 09:00 | bot | robot
S01 | invoice_generated | 2026-01-12 09:00 | bot | robot
S01 | invoice_sent | 2026-01-13 09:00 | ana | human
S01 | payment_received | 2026-02-10 09:00 | bot | robot | payment_id=P1, payment_amount=1000.00
S01 | payment_posted | 2026-02-10 21:00 | dora | human | payment_id=P1, payment_amount=1000.00
S01 | payment_application_corrected | 2026-02-12 09:00 | dora | human | payment_id=P1
S01 | invoice_settled | 2026-02-12 09:00 | bot | robot

S02 | order_received | 2026-04-15 09:00 | bot | robot
S02 | order_on_hold | 2026-04-16 09:00 | bot | robot
S02 | order_released | 2026-04-17 21:00 | ana | human
S02 | goods_delivered | 2026-04-18 09:00 | bot | robot
S02 | invoice_generated | 2026-04-20 09:00 | bot | robot
S02 | invoice_sent | 2026-04-20 21:00 | bot | robot
S02 | overdue_reminder_sent | 2026-05-25 09:00 | carl | human | dunning_level=1
S02 | dispute_registered | 2026-06-01 09:00 | carl | human | disputed_amount=500.00, dispute_reason=price
S02 | credit_memo_issued | 2026-06-03 09:00 | ana | human | credit_amount=500.00
S02 | escalated | 2026-06-04 09:00 | mia | human
S02 | dispute_resolved | 2026-06-05 09:00 | carl | human
S02 | payment_received | 2026-06-08 09:00 | bot | robot | payment_id=P2, payment_amount=1000.00
S02 | payment_posted | 2026-06-09 09:00 | bot | robot | payment_id=P2, payment_amount=600.00

S03 | invoice_generated | 2026-05-04 09:00 | bot | robot
S03 | invoice_sent | 2026-05-05 09:00 | ana | human
S03 | overdue_reminder_sent | 2026-05-26 09:00 | bot | robot | dunning_level=1
S03 | overdue_reminder_sent | 2026-06-02 09:00 | carl | human | dunning_level=2
S03 | overdue_reminder_sent | 2026-06-09 09:00 | carl | human | dunning_level=3
S03 | collection_call_made | 2026-06-10 09:00 | carl | human
S03 | dispute_registered | 2026-06-11 00:00 | carl | human | disputed_amount=300.00, dispute_reason=quality
S03 | handed_to_agency | 2026-06-12 09:00 | mia | human | agency_id=A1
S03 | payment_received | 2026-06-20 12:00 | bot | robot | payment_amount=1000.00, agency_id=A1, agency_fee=200.00

S04 | order_received | 2026-05-01 09:00 | bot | robot
S04 | invoice_generated | 2026-05-11 09:00 | bot | robot
S04 | invoice_sent | 2026-05-11 12:00 | bot | robot
S04 | payment_received | 2026-06-05 09:00 | bot | robot | payment_id=P3, payment_amount=2000.00
S04 | payment_posted | 2026-06-05 12:00 | dora | human | payment_id=P3, payment_amount=2000.00
S04 | payment_received | 2026-06-06 09:00 | bot | robot | payment_id=P4, payment_amount=2000.00
S04 | payment_posted | 2026-06-06 12:00 | dora | human | payment_id=P4, payment_amount=2000.00
S04 | payment_application_corrected | 2026-06-08 09:00 | dora | human | payment_id=P4
S04 | payment_application_corrected | 2026-06-09 09:00 | dora | human | payment_id=P4

S05 | invoice_generated | 2026-04-01 09:00 | bot | robot
S05 | invoice_sent | 2026-04-01 09:00 | bot | robot
S05 | credit_assessed | 2026-04-02 09:00 | ana | human

S06 | invoice_generated | 2026-03-02 09:00 | bot | robot
S06 | invoice_cancelled | 2026-03-03 09:00 | ana | human
"""

REQUESTS = """
request_id | customer_id | requested_at | decided_at | decision | is_automated
Q1 | K1 | 2026-01-02 09:00:00 | 2026-01-05 09:00:00 | approved | false
Q2 | K2 | 2026-01-10 09:00:00 | 2026-01-11 21:00:00 | rejected | true
Q3 | K3 | 2026-02-02 09:00:00 | 2026-02-02 15:00:00 | approved | true
Q4 | K4 | 2026-06-20 09:00:00 |                     |          |
Q5 | K1 | 2026-06-25 09:00:00 | 2026-07-02 09:00:00 | approved | false
"""

COSTS = """
activity_name | activity_minutes | cost_rate_per_hour
order_released | 30 | 60
invoice_sent | 6 | 50
overdue_reminder_sent | 10 | 60
collection_call_made | 20 | 60
credit_memo_issued | 15 | 60
payment_application_corrected | 12 | 50
"""
