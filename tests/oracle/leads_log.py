"""Fourteen deals made by hand, with leads, spend, targets and costs. As of Tuesday 30 June 2026, UTC.

ana has E01 E02 E05 E06 E09 E10 E13 and keeps the rules; ben has the others and never qualifies before he quotes. Four
deals each are worth 1,000, 2,000 and 4,000 when they are decided (E01 to E04, E05 to E08, E09 to E12), so that thirds
of size are the same however they are cut. Discounts and probabilities are percentages, the limit is 15.

E01  won; due on 15 June, paid in part
E03  won at list price; less invoiced than ordered; due on 30 June itself
E05  lost with a contract
E06  lost after it went back to qualified
E07  won, ordered, never invoiced
E08  won at list price less 5; invoiced twice, more than ordered; its first invoice was corrected; paid in part
E10  won; one of two invoices is past due
E11  won; quoted with 10, then with 20
E12  lost, no discount told; its amount is set to 0 when lost
E13  open since 31 May, 30 days
E14  open since 30 May, 31 days; its win comes after as-of
"""

from __future__ import annotations

__all__ = ["AS_OF", "CASES", "COSTS", "EVENTS", "LEADS", "SPEND", "TARGETS", "ZONE"]

AS_OF = "2026-06-30"
ZONE = "UTC"

CASES = """
opportunity_id | account | region | lead_source | list_price | loss_reason
E01 | A1 | north | fair    | 1250 |
E02 | A2 | north | fair    | 1250 | price
E03 | A3 | north | web     | 1000 |
E04 | A4 | north | web     |      | price
E05 | A5 | north | fair    | 2200 | competitor
E06 | A6 | north | fair    | 2500 | price
E07 | A7 | north | web     | 2500 |
E08 | A8 | north | partner | 2000 |
E09 | A9 | north | web     | 4000 | competitor
E10 | A1 | north | fair    | 5000 |
E11 | A2 | north | web     | 5000 |
E12 | A3 | north | web     | 4000 |
E13 | A4 | north | fair    | 1250 |
E14 | A5 | north | web     | 4000 |
"""

EVENTS = """
E01 | opportunity_created | 2026-04-01 09:00 | ana | human | stage=Prospecting, probability=10, sales_rep=ana, \
opportunity_value=1000
E01 | opportunity_qualified | 2026-04-06 09:00 | ana | human | stage=Qualified, probability=30
E01 | quote_approved | 2026-04-09 09:00 | mia | human
E01 | quote_issued | 2026-04-10 09:00 | ana | human | stage=Proposal, probability=60, discount_pct=20
E01 | contract_signed | 2026-04-20 09:00 | ana | human | stage=Contract, probability=90
E01 | opportunity_won | 2026-04-21 09:00 | ana | human
E01 | sales_order_created | 2026-04-22 09:00 | bot | robot | order_amount=1000
E01 | invoice_created | 2026-05-16 09:00 | bot | robot | invoice_amount=1000, due_date=2026-06-15
E01 | payment_received | 2026-06-20 09:00 | bot | robot | paid_amount=400

E02 | opportunity_created | 2026-04-02 09:00 | ana | human | stage=Prospecting, probability=10, sales_rep=ana, \
opportunity_value=1000
E02 | opportunity_qualified | 2026-04-07 09:00 | ana | human | stage=Qualified, probability=30
E02 | quote_approved | 2026-04-09 09:00 | mia | human
E02 | quote_issued | 2026-04-10 09:00 | ana | human | stage=Proposal, probability=60, discount_pct=20
E02 | opportunity_lost | 2026-05-08 09:00 | ana | human

E03 | opportunity_created | 2026-04-03 09:00 | ben | human | stage=Prospecting, probability=20, sales_rep=ben, \
opportunity_value=1000
E03 | quote_issued | 2026-04-08 09:00 | ben | human | stage=Proposal, probability=50, discount_pct=0
E03 | opportunity_won | 2026-04-13 09:00 | ben | human
E03 | sales_order_created | 2026-04-14 09:00 | bot | robot | order_amount=1000
E03 | invoice_created | 2026-05-31 09:00 | bot | robot | invoice_amount=800, due_date=2026-06-30

E04 | opportunity_created | 2026-04-04 09:00 | ben | human | stage=Prospecting, sales_rep=ben, opportunity_value=1000
E04 | quote_issued | 2026-04-09 09:00 | ben | human | stage=Proposal, probability=50, discount_pct=5
E04 | opportunity_lost | 2026-04-30 09:00 | ben | human

E05 | opportunity_created | 2026-04-05 09:00 | ana | human | stage=Prospecting, sales_rep=ana, opportunity_value=2000
E05 | opportunity_qualified | 2026-04-10 09:00 | ana | human | stage=Qualified
E05 | quote_issued | 2026-04-15 09:00 | ana | human | stage=Proposal, discount_pct=10
E05 | contract_signed | 2026-04-25 09:00 | ana | human | stage=Contract, probability=90
E05 | opportunity_lost | 2026-05-05 09:00 | ana | human

E06 | opportunity_created | 2026-04-06 09:00 | ana | human | stage=Prospecting, sales_rep=ana, opportunity_value=2000
E06 | opportunity_qualified | 2026-04-11 09:00 | ana | human | stage=Qualified
E06 | quote_approved | 2026-04-15 09:00 | mia | human
E06 | quote_issued | 2026-04-16 09:00 | ana | human | stage=Proposal, discount_pct=20
E06 | opportunity_qualified | 2026-04-20 09:00 | ana | human | stage=Qualified
E06 | opportunity_lost | 2026-05-06 09:00 | ana | human

E07 | opportunity_created | 2026-04-07 09:00 | ben | human | stage=Prospecting, sales_rep=ben, opportunity_value=2000
E07 | quote_issued | 2026-04-17 09:00 | ben | human | stage=Proposal, discount_pct=20
E07 | opportunity_won | 2026-05-07 09:00 | ben | human
E07 | sales_order_created | 2026-05-08 09:00 | bot | robot | order_amount=2000

E08 | opportunity_created | 2026-04-08 09:00 | ben | human | stage=Prospecting, sales_rep=ben, opportunity_value=2000
E08 | quote_issued | 2026-04-18 09:00 | ben | human | stage=Proposal, discount_pct=5
E08 | opportunity_won | 2026-05-04 09:00 | ben | human
E08 | sales_order_created | 2026-05-05 09:00 | bot | robot | order_amount=2000
E08 | invoice_created | 2026-05-06 09:00 | bot | robot | invoice_amount=1500, due_date=2026-05-30
E08 | invoice_corrected | 2026-05-10 09:00 | cleo | human
E08 | invoice_created | 2026-05-11 09:00 | bot | robot | invoice_amount=700, due_date=2026-05-30
E08 | payment_received | 2026-05-28 09:00 | bot | robot | paid_amount=1500
E08 | payment_received | 2026-06-28 09:00 | bot | robot | paid_amount=1000

E09 | opportunity_created | 2026-04-09 09:00 | ana | human | stage=Prospecting, sales_rep=ana, opportunity_value=4000
E09 | opportunity_qualified | 2026-04-14 09:00 | ana | human | stage=Qualified
E09 | quote_issued | 2026-04-19 09:00 | ana | human | stage=Proposal, discount_pct=5
E09 | opportunity_lost | 2026-05-09 09:00 | ana | human

E10 | opportunity_created | 2026-04-10 09:00 | ana | human | stage=Prospecting, sales_rep=ana, opportunity_value=4000
E10 | opportunity_qualified | 2026-04-15 09:00 | ana | human | stage=Qualified
E10 | quote_approved | 2026-04-19 09:00 | mia | human
E10 | quote_issued | 2026-04-20 09:00 | ana | human | stage=Proposal, discount_pct=20
E10 | contract_signed | 2026-04-28 09:00 | ana | human | stage=Contract
E10 | opportunity_won | 2026-04-30 09:00 | ana | human
E10 | sales_order_created | 2026-05-01 09:00 | bot | robot | order_amount=4000
E10 | invoice_created | 2026-05-02 09:00 | bot | robot | invoice_amount=2000, due_date=2026-06-01
E10 | invoice_created | 2026-06-10 09:00 | bot | robot | invoice_amount=2000, due_date=2026-07-10
E10 | payment_received | 2026-06-11 09:00 | bot | robot | paid_amount=500

E11 | opportunity_created | 2026-04-11 09:00 | ben | human | stage=Prospecting, sales_rep=ben, opportunity_value=4000
E11 | quote_issued | 2026-04-21 09:00 | ben | human | stage=Proposal, discount_pct=10
E11 | quote_issued | 2026-04-28 09:00 | ben | human | stage=Proposal, discount_pct=20
E11 | opportunity_won | 2026-05-11 09:00 | ben | human

E12 | opportunity_created | 2026-04-12 09:00 | ben | human | stage=Prospecting, sales_rep=ben, opportunity_value=4000
E12 | quote_issued | 2026-04-22 09:00 | ben | human | stage=Proposal
E12 | opportunity_lost | 2026-05-12 09:00 | ben | human | opportunity_value=0

E13 | opportunity_created | 2026-05-31 09:00 | ana | human | stage=Prospecting, probability=10, sales_rep=ana, \
opportunity_value=1000
E13 | quote_issued | 2026-06-15 09:00 | ana | human | stage=Proposal, discount_pct=20

E14 | opportunity_created | 2026-05-30 09:00 | ben | human | stage=Prospecting, sales_rep=ben, opportunity_value=4000
E14 | opportunity_won | 2026-07-01 09:00 | ben | human
"""

# 90 days: those of 1 April are decided on 30 June, those of 2 April are not.
LEADS = """
lead_id | lead_source | lead_created_at | lead_converted_at | opportunity_id
N1 | fair | 2026-01-01 09:00:00 | 2026-01-31 09:00:00 | E01
N2 | web  | 2026-01-01 09:00:00 | 2026-04-01 09:00:00 | E03
N3 | web  | 2026-01-01 09:00:00 | 2026-04-01 23:59:00 | E04
N4 | fair | 2026-03-01 23:00:00 | 2026-05-31 00:00:00 | E06
N5 | fair | 2026-04-01 23:00:00 | 2026-04-10 09:00:00 | E10
N6 | fair | 2026-04-02 00:00:00 | 2026-04-03 09:00:00 | E05
N7 | web  | 2026-06-30 23:59:00 |                     |
N8 | web  | 2026-07-01 00:00:00 |                     |
"""

SPEND = """
row | period_start | lead_source | spend_amount
1 | 2026-01-01 | fair | 1000
2 | 2026-04-01 | fair | 1500
3 | 2026-04-01 | web  | 2000
4 | 2026-05-01 | mail | 500
5 | 2026-07-01 | fair | 900
"""

TARGETS = """
row | period_start | sales_rep | target_amount
1 | 2026-01-01 | ana | 5000
2 | 2026-04-01 | ana | 6000
3 | 2026-04-01 | ben | 4000
4 | 2026-07-01 | ana | 9000
"""

COSTS = """
activity_name | activity_minutes | cost_rate_per_hour
opportunity_qualified | 20 | 60
quote_issued | 30 | 50
invoice_created | 6 | 40
payment_received | 6 | 40
"""
