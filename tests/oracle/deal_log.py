"""Fourteen sales opportunities made by hand. As of Tuesday 30 June 2026, Paris (summer from 29 March).

The stages are the milestones of the sale: created, qualified, quote issued, contract signed, won or lost. The
log says them twice, as activities and in the attribute `stage`, so that both readings give the same visits.

D01  the whole path to the last of two payments; discount over the limit, approved the day before
D02  begins before summer time; discount of exactly the limit; paid in part only
D03  lost; its amount is set to 0 when lost, and there was no proposal
D04  lost without any amount
D05  open with a quote; reduced before the proposal; three pushes and a pull of the close date; two new owners
D06  open in its first stage; its loss comes after as-of
D07  won without a quote; fulfilled and never invoiced
D08  quoted without qualification; lost
D09  discount over the limit without approval; ordered without contract; invoiced on the fifth day; paid
D10  approval at the very minute of the quote; invoiced without an order; paid
D11  back from quote to qualified; four pushes; three owner changes; reduced after the proposal; lost
D12  invoiced nine days after fulfilment; not paid
D13  lost with an amount
D14  won, just fulfilled: the limit still runs; its invoice comes after as-of
"""

from __future__ import annotations

__all__ = ["AS_OF", "CASES", "CURRENCY", "EVENTS", "POLICY", "ZONE"]

AS_OF = "2026-06-30"
ZONE = "Europe/Paris"
CURRENCY = "EUR"
POLICY: dict[str, object] = {}

CASES = """
opportunity_id | account | region | lead_source
D01 | A1 | north | fair
D02 | A1 | north | web
D03 | A2 | south | web
D04 | A2 | south | fair
D05 | A3 | north | web
D06 | A3 | north | web
D07 | A4 | south | fair
D08 | A4 | south | web
D09 | A5 | north | fair
D10 | A5 | north | web
D11 | A6 | south | fair
D12 | A6 | south | web
D13 | A7 | north | fair
D14 | A7 | north | web
"""

EVENTS = """
D01 | opportunity_created | 2026-04-01 09:00 | ana | human | stage=Prospecting, opportunity_value=10000
D01 | opportunity_qualified | 2026-04-08 09:00 | ana | human | stage=Qualified, opportunity_value=12000
D01 | quote_created | 2026-04-10 09:00 | ana | human
D01 | quote_approval_requested | 2026-04-11 09:00 | ana | human
D01 | quote_approved | 2026-04-12 09:00 | mia | human
D01 | quote_issued | 2026-04-13 09:00 | ana | human | stage=Proposal, discount_pct=20
D01 | contract_sent | 2026-04-16 09:00 | bot | robot
D01 | contract_signed | 2026-04-20 21:00 | ana | human | stage=Contract
D01 | opportunity_won | 2026-04-22 09:00 | ana | human | opportunity_value=12500
D01 | sales_order_created | 2026-04-23 09:00 | bot | robot | order_amount=12500
D01 | order_fulfilled | 2026-05-04 09:00 | bot | robot
D01 | invoice_created | 2026-05-06 09:00 | bot | robot | invoice_amount=12500
D01 | payment_received | 2026-06-01 09:00 | bot | robot | paid_amount=5000
D01 | payment_received | 2026-06-12 09:00 | bot | robot | paid_amount=7500

D02 | opportunity_created | 2026-03-20 10:00 | ana | human | stage=Prospecting, opportunity_value=8000
D02 | opportunity_qualified | 2026-03-27 10:00 | ana | human | stage=Qualified
D02 | quote_issued | 2026-04-03 10:00 | ana | human | stage=Proposal, discount_pct=15
D02 | contract_signed | 2026-04-15 10:00 | ana | human | stage=Contract
D02 | opportunity_won | 2026-04-19 10:00 | ana | human
D02 | sales_order_created | 2026-04-20 10:00 | bot | robot | order_amount=8000
D02 | order_fulfilled | 2026-04-27 10:00 | bot | robot
D02 | invoice_created | 2026-05-01 10:00 | bot | robot | invoice_amount=8000
D02 | payment_received | 2026-05-20 10:00 | bot | robot | paid_amount=3000

D03 | opportunity_created | 2026-04-02 09:00 | ben | human | stage=Prospecting, opportunity_value=6000
D03 | opportunity_qualified | 2026-04-09 09:00 | ben | human | stage=Qualified
D03 | opportunity_lost | 2026-04-30 09:00 | ben | human | opportunity_value=0

D04 | opportunity_created | 2026-04-07 09:00 | ben | human | stage=Prospecting
D04 | opportunity_lost | 2026-04-21 09:00 | ben | human

D05 | opportunity_created | 2026-05-11 09:00 | ana | human | stage=Prospecting, opportunity_value=7500, \
sales_rep=ana, expected_close_date=2026-06-30
D05 | opportunity_qualified | 2026-05-18 09:00 | ben | human | stage=Qualified, opportunity_value=7000, \
sales_rep=ben, expected_close_date=2026-06-25
D05 | quote_issued | 2026-05-28 09:00 | ben | human | stage=Proposal, expected_close_date=2026-07-10
D05 | quote_revised | 2026-06-03 09:00 | ana | human | sales_rep=ana, expected_close_date=2026-07-20
D05 | discount_changed | 2026-06-04 09:00 | ana | human | expected_close_date=2026-07-31

D06 | opportunity_created | 2026-06-15 09:00 | ana | human | stage=Prospecting, opportunity_value=3000
D06 | opportunity_lost | 2026-07-03 09:00 | ana | human

D07 | opportunity_created | 2026-04-13 09:00 | ana | human | stage=Prospecting, opportunity_value=4000
D07 | opportunity_qualified | 2026-04-20 09:00 | ana | human | stage=Qualified
D07 | contract_signed | 2026-04-27 09:00 | ana | human | stage=Contract
D07 | opportunity_won | 2026-04-29 09:00 | ana | human
D07 | sales_order_created | 2026-04-30 09:00 | bot | robot | order_amount=4000
D07 | order_fulfilled | 2026-05-11 09:00 | bot | robot

D08 | opportunity_created | 2026-04-14 09:00 | ben | human | stage=Prospecting
D08 | quote_issued | 2026-04-24 09:00 | ben | human | stage=Proposal, opportunity_value=5000
D08 | opportunity_lost | 2026-05-14 09:00 | ben | human

D09 | opportunity_created | 2026-04-15 09:00 | ben | human | stage=Prospecting, opportunity_value=9000
D09 | opportunity_qualified | 2026-04-17 09:00 | ben | human | stage=Qualified
D09 | quote_issued | 2026-04-24 09:00 | ben | human | stage=Proposal, discount_pct=20
D09 | opportunity_won | 2026-05-05 09:00 | ben | human
D09 | sales_order_created | 2026-05-06 09:00 | bot | robot | order_amount=9000
D09 | order_fulfilled | 2026-05-18 09:00 | bot | robot
D09 | invoice_created | 2026-05-23 09:00 | bot | robot | invoice_amount=9000
D09 | payment_received | 2026-06-22 09:00 | bot | robot | paid_amount=9000

D10 | opportunity_created | 2026-04-16 09:00 | ana | human | stage=Prospecting, opportunity_value=15000
D10 | opportunity_qualified | 2026-04-20 09:00 | ana | human | stage=Qualified
D10 | quote_created | 2026-04-21 09:00 | ana | human
D10 | quote_approval_requested | 2026-04-22 09:00 | ana | human
D10 | quote_approved | 2026-04-24 09:00 | mia | human
D10 | quote_issued | 2026-04-24 09:00 | ana | human | stage=Proposal, discount_pct=25
D10 | contract_signed | 2026-05-04 09:00 | ana | human | stage=Contract
D10 | opportunity_won | 2026-05-06 09:00 | ana | human
D10 | invoice_created | 2026-05-11 09:00 | bot | robot | invoice_amount=15000
D10 | payment_received | 2026-06-10 09:00 | bot | robot | paid_amount=15000

D11 | opportunity_created | 2026-04-20 09:00 | ana | human | stage=Prospecting, opportunity_value=20000, \
sales_rep=ana, expected_close_date=2026-05-15
D11 | opportunity_qualified | 2026-04-24 09:00 | ben | human | stage=Qualified, sales_rep=ben, \
expected_close_date=2026-05-22
D11 | quote_issued | 2026-05-04 09:00 | ben | human | stage=Proposal, sales_rep=ben, \
expected_close_date=2026-05-29
D11 | opportunity_qualified | 2026-05-11 09:00 | cleo | human | stage=Qualified, sales_rep=cleo, \
expected_close_date=2026-06-05
D11 | quote_issued | 2026-05-18 09:00 | ana | human | stage=Proposal, opportunity_value=18000, \
sales_rep=ana, expected_close_date=2026-06-12
D11 | opportunity_lost | 2026-06-08 09:00 | ana | human

D12 | opportunity_created | 2026-04-21 09:00 | ben | human | stage=Prospecting, opportunity_value=2000
D12 | opportunity_qualified | 2026-04-28 09:00 | ben | human | stage=Qualified
D12 | quote_issued | 2026-05-05 09:00 | ben | human | stage=Proposal
D12 | contract_signed | 2026-05-20 09:00 | ben | human | stage=Contract
D12 | opportunity_won | 2026-05-21 09:00 | ben | human
D12 | sales_order_created | 2026-05-22 09:00 | bot | robot | order_amount=2000
D12 | order_fulfilled | 2026-06-01 09:00 | bot | robot
D12 | invoice_created | 2026-06-10 09:00 | bot | robot | invoice_amount=2000

D13 | opportunity_created | 2026-05-01 09:00 | ben | human | stage=Prospecting, opportunity_value=1000
D13 | opportunity_qualified | 2026-05-04 09:00 | ben | human | stage=Qualified
D13 | quote_issued | 2026-05-08 09:00 | ben | human | stage=Proposal
D13 | opportunity_lost | 2026-05-22 09:00 | ben | human

D14 | opportunity_created | 2026-05-20 09:00 | ana | human | stage=Prospecting, opportunity_value=6000
D14 | opportunity_qualified | 2026-05-25 09:00 | ana | human | stage=Qualified
D14 | quote_issued | 2026-05-27 09:00 | ana | human | stage=Proposal
D14 | contract_signed | 2026-06-05 21:00 | ana | human | stage=Contract
D14 | opportunity_won | 2026-06-08 09:00 | ana | human
D14 | sales_order_created | 2026-06-09 09:00 | bot | robot | order_amount=6000
D14 | order_fulfilled | 2026-06-26 09:00 | bot | robot
D14 | invoice_created | 2026-07-02 09:00 | bot | robot | invoice_amount=6000
"""
