"""Fourteen invoices made by hand, each for a trap that `domain.md` 7.3 names. As of Tuesday 5 May 2026,
Bogotá.

The zone is five hours behind UTC and has no summer time: what happens after 19:00 is the next day in UTC, and
hours add up without a correction. Months end on 28 February, 31 March, 30 April; the last full month at as-of
is April.

I01  the ideal path whole; paid at 20:30 on the due day (the next day in UTC): on time
I02  partial payments; reminders 1, 2; a promise kept in two parts; postings that cross over a weekend; terms
     changed by somebody who may
I03  not due yet; credit approved and invoice generated at the same minute; its cancellation comes after as-of
I04  still open and overdue; reminders 1, 3, 2; two overlapping disputes closed crosswise (one of them after
     as-of)
I05  dispute over the whole amount with a reminder inside, re-opened; credit memo and payment together pay it,
     exactly 30 days after due; a reminder after full payment; a second payment after settlement, never
     posted
I06  a dispute resolved that was never registered, then a real one; paid early, not due yet at as-of; never
     "settled"
I07  fully credited before it fell due
I08  cancelled in its own month; nobody knows who did it
I09  written off after reminders 1, 2, 3, a call and by another person; a late recovery, not posted yet
I10  written off with reminder 2 only, no call, by the collector, in dispute; no credit decision at all
I11  just overdue: every limit still runs; its payment comes after as-of
I12  reminder before the due date has passed; the same level again at the very minute of the payment, on the
     evening of the last day of the month
I13  US dollars; credit approved after invoicing; a promise broken; paid in part
I14  US dollars; terms changed without authority; a reminder without level; credit memo; paid on the evening
     of the due day, which is as-of
"""

from __future__ import annotations

__all__ = ["AS_OF", "CASES", "CURRENCY", "EVENTS", "POLICY", "RATES", "ZONE"]

AS_OF = "2026-05-05"
ZONE = "America/Bogota"
CURRENCY = "EUR"
POLICY = {"terms_approvers": ["mia"]}
# One dollar in euros. At as-of the second line holds; the third is not known yet.
RATES = [("2026-01-01", "USD", "0.80"), ("2026-04-01", "USD", "0.90"), ("2026-05-06", "USD", "0.50")]

CASES = """
invoice_number | customer_id | customer_segment | invoice_amount | currency | invoice_date | due_date
I01 | K1 | large | 1000.00 | EUR | 2026-01-12 | 2026-02-11
I02 | K1 | large | 2000.00 | EUR | 2026-01-15 | 2026-02-14
I03 | K2 | small | 3000.00 | EUR | 2026-04-20 | 2026-05-20
I04 | K2 | small | 4000.00 | EUR | 2026-02-02 | 2026-03-04
I05 | K3 | large | 5000.00 | EUR | 2026-02-05 | 2026-03-07
I06 | K3 | large |  600.00 | EUR | 2026-04-06 | 2026-05-06
I07 | K1 | large |  700.00 | EUR | 2026-02-16 | 2026-03-18
I08 | K2 | small |  800.00 | EUR | 2026-02-18 | 2026-03-20
I09 | K4 | small |  900.00 | EUR | 2026-01-08 | 2026-02-07
I10 | K5 | small | 1500.00 | EUR | 2026-01-22 | 2026-02-21
I11 | K3 | large | 1100.00 | EUR | 2026-03-30 | 2026-04-29
I12 | K4 | small | 1200.00 | EUR | 2026-03-16 | 2026-04-15
I13 | K6 | large | 2000.00 | USD | 2026-03-02 | 2026-04-01
I14 | K6 | large |  500.00 | USD | 2026-04-06 | 2026-05-05
"""

EVENTS = """
I01 | credit_limit_requested | 2026-01-05 09:00 | bot | robot
I01 | credit_assessed | 2026-01-05 15:00 | bot | robot
I01 | credit_limit_approved | 2026-01-06 09:00 | bot | robot
I01 | invoice_generated | 2026-01-12 09:00 | bot | robot
I01 | invoice_sent | 2026-01-12 10:00 | bot | robot
I01 | payment_received | 2026-02-11 20:30 | bot | robot | payment_amount=1000.00
I01 | payment_posted | 2026-02-11 21:00 | bot | robot
I01 | invoice_settled | 2026-02-11 21:00 | bot | robot

I02 | credit_limit_approved | 2026-01-07 09:00 | ana | human
I02 | invoice_generated | 2026-01-15 09:00 | bot | robot
I02 | invoice_sent | 2026-01-15 10:00 | bot | -
I02 | payment_terms_changed | 2026-01-16 09:00 | mia | human
I02 | dunning_started | 2026-02-18 09:00 | bot | robot
I02 | overdue_reminder_sent | 2026-02-19 09:00 | bot | robot | dunning_level=1
I02 | payment_received | 2026-03-05 09:00 | bot | robot | payment_id=P1, payment_amount=500.00
I02 | payment_posted | 2026-03-05 16:00 | dora | human | payment_id=P1, payment_amount=500.00
I02 | overdue_reminder_sent | 2026-03-13 10:00 | carl | human | dunning_level=2
I02 | promise_recorded | 2026-03-16 11:00 | carl | human | promise_date=2026-03-20, promise_amount=1500.00
I02 | payment_received | 2026-03-19 10:00 | bot | robot | payment_id=P2, payment_amount=900.00
I02 | payment_received | 2026-03-20 15:00 | bot | robot | payment_id=P3, payment_amount=600.00
I02 | payment_posted | 2026-03-23 09:00 | dora | human | payment_id=P3
I02 | payment_posted | 2026-03-24 09:00 | dora | human | payment_id=P2
I02 | invoice_settled | 2026-03-24 09:00 | bot | robot

I03 | credit_limit_approved | 2026-04-20 09:00 | ana | human
I03 | invoice_generated | 2026-04-20 09:00 | bot | robot
I03 | invoice_sent | 2026-04-20 10:00 | bot | robot
I03 | invoice_cancelled | 2026-05-11 09:00 | ana | human

I04 | credit_limit_approved | 2026-01-26 09:00 | ana | human
I04 | invoice_generated | 2026-02-02 09:00 | bot | robot
I04 | invoice_sent | 2026-02-02 10:00 | bot | robot
I04 | overdue_reminder_sent | 2026-03-09 09:00 | bot | robot | dunning_level=1
I04 | dispute_registered | 2026-03-10 09:00 | carl | human | dispute_id=D1, disputed_amount=1000.00
I04 | dispute_registered | 2026-03-12 09:00 | carl | human | dispute_id=D2, disputed_amount=500.00
I04 | dispute_resolved | 2026-03-14 09:00 | carl | human | dispute_id=D2
I04 | overdue_reminder_sent | 2026-03-16 09:00 | carl | human | dunning_level=3
I04 | overdue_reminder_sent | 2026-03-23 09:00 | carl | human | dunning_level=2
I04 | payment_received | 2026-04-13 09:00 | bot | robot | payment_amount=1000.00
I04 | payment_posted | 2026-04-13 17:00 | dora | human | payment_amount=1000.00
I04 | dispute_resolved | 2026-05-07 09:00 | carl | human | dispute_id=D1

I05 | credit_limit_approved | 2026-01-29 09:00 | ana | human
I05 | invoice_generated | 2026-02-05 09:00 | bot | robot
I05 | invoice_sent | 2026-02-05 10:00 | bot | robot
I05 | dispute_registered | 2026-03-09 09:00 | carl | human | disputed_amount=5000.00
I05 | overdue_reminder_sent | 2026-03-18 10:00 | bot | robot | dunning_level=1
I05 | dispute_resolved | 2026-03-19 09:00 | carl | human
I05 | overdue_reminder_sent | 2026-03-25 10:00 | bot | robot | dunning_level=2
I05 | dispute_registered | 2026-03-27 12:00 | carl | human | disputed_amount=5000.00
I05 | dispute_resolved | 2026-03-30 12:00 | carl | human
I05 | collection_call_made | 2026-04-01 10:00 | carl | human
I05 | credit_memo_issued | 2026-04-02 11:00 | ana | human | credit_amount=1000.00
I05 | payment_received | 2026-04-06 09:00 | bot | robot | payment_amount=4000.00
I05 | payment_posted | 2026-04-07 09:00 | dora | human
I05 | invoice_settled | 2026-04-07 09:00 | bot | robot
I05 | overdue_reminder_sent | 2026-04-09 10:00 | carl | human | dunning_level=3
I05 | payment_received | 2026-05-01 09:00 | bot | robot | payment_amount=300.00

I06 | credit_limit_approved | 2026-04-06 08:00 | ana | human
I06 | invoice_generated | 2026-04-06 09:00 | bot | robot
I06 | invoice_sent | 2026-04-06 10:00 | bot | robot
I06 | invoice_sent | 2026-04-07 10:00 | ana | human
I06 | dispute_resolved | 2026-04-08 09:00 | carl | human
I06 | dispute_registered | 2026-04-10 09:00 | carl | human | disputed_amount=100.00
I06 | dispute_resolved | 2026-04-14 21:00 | carl | human
I06 | payment_received | 2026-05-04 10:00 | bot | robot | payment_amount=600.00
I06 | payment_posted | 2026-05-05 10:00 | dora | human

I07 | credit_limit_approved | 2026-02-09 09:00 | ana | human
I07 | invoice_generated | 2026-02-16 09:00 | bot | robot
I07 | invoice_sent | 2026-02-16 10:00 | bot | robot
I07 | credit_memo_issued | 2026-02-25 09:00 | ana | human | credit_amount=700.00
I07 | invoice_settled | 2026-02-26 09:00 | bot | robot

I08 | credit_limit_approved | 2026-02-11 09:00 | - | -
I08 | invoice_generated | 2026-02-18 09:00 | - | -
I08 | invoice_cancelled | 2026-02-20 09:00 | - | -

I09 | credit_limit_approved | 2026-01-07 10:00 | ana | human
I09 | invoice_generated | 2026-01-08 09:00 | bot | robot
I09 | invoice_sent | 2026-01-08 10:00 | bot | robot
I09 | overdue_reminder_sent | 2026-02-10 09:00 | carl | human | dunning_level=1
I09 | overdue_reminder_sent | 2026-02-24 09:00 | carl | human | dunning_level=2
I09 | overdue_reminder_sent | 2026-03-10 09:00 | carl | human | dunning_level=3
I09 | collection_call_made | 2026-03-17 09:00 | carl | human
I09 | invoice_written_off | 2026-04-15 09:00 | boss | human | write_off_amount=900.00
I09 | payment_received | 2026-05-05 11:00 | bot | robot | payment_amount=100.00

I10 | invoice_generated | 2026-01-22 09:00 | bot | robot
I10 | invoice_sent | 2026-01-22 10:00 | bot | robot
I10 | overdue_reminder_sent | 2026-03-12 09:00 | carl | human | dunning_level=2
I10 | dispute_registered | 2026-03-20 09:00 | carl | human | disputed_amount=200.00
I10 | invoice_written_off | 2026-04-20 09:00 | carl | human | write_off_amount=1500.00

I11 | credit_limit_approved | 2026-03-23 09:00 | ana | human
I11 | invoice_generated | 2026-03-30 09:00 | bot | robot
I11 | invoice_sent | 2026-03-30 10:00 | bot | robot
I11 | collection_call_made | 2026-05-01 10:00 | carl | human
I11 | promise_recorded | 2026-05-02 10:00 | carl | human | promise_date=2026-05-08, promise_amount=1100.00
I11 | overdue_reminder_sent | 2026-05-04 10:00 | bot | robot | dunning_level=2
I11 | payment_received | 2026-05-08 10:00 | bot | robot | payment_amount=1100.00

I12 | credit_limit_approved | 2026-03-09 09:00 | bot | robot
I12 | invoice_generated | 2026-03-16 09:00 | bot | robot
I12 | invoice_sent | 2026-03-16 10:00 | bot | robot
I12 | overdue_reminder_sent | 2026-04-14 10:00 | bot | robot | dunning_level=1
I12 | collection_call_made | 2026-04-21 10:00 | bot | robot
I12 | payment_received | 2026-04-30 20:00 | bot | robot | payment_amount=1200.00
I12 | overdue_reminder_sent | 2026-04-30 20:00 | bot | robot | dunning_level=1
I12 | payment_posted | 2026-04-30 20:30 | bot | robot
I12 | invoice_settled | 2026-04-30 21:00 | bot | robot

I13 | invoice_generated | 2026-03-02 09:00 | bot | robot
I13 | invoice_sent | 2026-03-02 10:00 | bot | robot
I13 | credit_limit_approved | 2026-03-03 09:00 | ana | human
I13 | overdue_reminder_sent | 2026-04-08 10:00 | carl | human | dunning_level=1
I13 | promise_recorded | 2026-04-09 10:00 | carl | human | promise_date=2026-04-16, promise_amount=2000.00
I13 | payment_received | 2026-04-24 10:00 | bot | robot | payment_amount=800.00
I13 | payment_posted | 2026-04-27 09:00 | dora | human

I14 | credit_limit_approved | 2026-04-06 08:00 | ana | human
I14 | invoice_generated | 2026-04-06 09:00 | bot | robot
I14 | invoice_sent | 2026-04-06 10:00 | bot | robot
I14 | payment_terms_changed | 2026-04-08 09:00 | carl | human
I14 | credit_memo_issued | 2026-04-20 09:00 | ana | human | credit_amount=100.00
I14 | overdue_reminder_sent | 2026-05-04 10:00 | bot | robot
I14 | payment_received | 2026-05-05 20:00 | bot | robot | payment_amount=400.00
I14 | payment_posted | 2026-05-05 21:00 | bot | -
"""
