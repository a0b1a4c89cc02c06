"""The logs that were worked by hand, those of a process as one: with ties, zones, currencies and tables beside them.

What the figures must be stands with each of them; here they only lie side by side, so that one log shows everything.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.log.beside import with_tables
from tests.measure import test_credit_tables, test_sales_tables
from tests.oracle import credit_log, deal_log, orders_log
from workbench.log.prepared import PreparedLog
from workbench.log.settings import ExchangeRate

__all__ = ["credit", "sales", "united"]

# A customer who is new when the log has run for 90 days, and asked before its first invoice.
NEW_CUSTOMER = "N1 | invoice_generated | 2026-06-01 09:00 | ana | human\n"
NEW_CUSTOMER_CASE = """
invoice_number | customer_id | customer_segment | invoice_amount | currency | due_date
N1 | K9 | small | 250.00 | EUR | 2026-07-01
"""
NEW_CUSTOMER_REQUEST = """
request_id | customer_id | requested_at | decided_at | decision
N9 | K9 | 2026-05-18 09:00:00 | 2026-05-20 09:00:00 | approved
"""
# Deals of two representatives with what was forecast of them; one bill is corrected.
FORECAST = """
P1 | opportunity_created | 2026-05-04 09:00 | rita | human | stage=First, probability=0.2
P1 | quote_issued | 2026-05-06 09:00 | rita | human | stage=Second, probability=0.6, discount_pct=5
P1 | opportunity_won | 2026-05-12 09:00 | rita | human | probability=1
P1 | invoice_created | 2026-05-13 09:00 | bot | robot | invoice_amount=400
P1 | invoice_corrected | 2026-05-20 09:00 | rolf | human
P2 | opportunity_created | 2026-05-04 09:00 | rolf | human | stage=First, probability=0.5
P2 | quote_issued | 2026-05-11 09:00 | rolf | human | stage=Second, discount_pct=12
P2 | opportunity_lost | 2026-05-12 09:00 | rolf | human | probability=0
P3 | opportunity_created | 2026-05-05 09:00 | rolf | human | stage=First, probability=0.4
P3 | quote_issued | 2026-05-05 09:00 | rolf | human | stage=Second, discount_pct=7
P3 | opportunity_won | 2026-05-25 09:00 | rolf | human
"""
FORECAST_CASES = """
opportunity_id | opportunity_value | currency | list_price | sales_rep | region
P1 | 400 | EUR | 420 | rita | north
P2 | 700 | USD | 800 | rolf | north
P3 | 900 | EUR | 960 | rolf | south
"""


def united(*tables: str) -> str:
    """Tables written as text as one: every column of any of them, empty where a table does not have it."""
    rows: list[dict[str, str]] = []
    for text in tables:
        header, *lines = [
            [part.strip() for part in line.split("|")] for line in text.strip().splitlines() if line.strip()
        ]
        rows += [dict(zip(header, line, strict=True)) for line in lines]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [" | ".join(row.get(name, "") for name in columns) for row in rows]
    return "\n".join([" | ".join(columns), *lines])


def credit(process: str = "credit-collections") -> PreparedLog:
    """Invoices in Bogotá, some in dollars at rates that change; requests, limits, an agency, guarantees, minutes."""
    return with_tables(
        credit_log.EVENTS + orders_log.EVENTS + test_credit_tables.EVENTS + NEW_CUSTOMER,
        united(credit_log.CASES, orders_log.CASES, test_credit_tables.CASES, NEW_CUSTOMER_CASE),
        {
            "requests": united(orders_log.REQUESTS, test_credit_tables.REQUESTS, NEW_CUSTOMER_REQUEST),
            "activity_costs": united(orders_log.COSTS, test_credit_tables.COSTS),
        },
        as_of=orders_log.AS_OF,
        process=process,
        zone=credit_log.ZONE,
        policy=credit_log.POLICY,
        targets={"CC07": {"at_most": 30.0}},
        rates=tuple(
            ExchangeRate(date.fromisoformat(day), currency, Decimal(rate))
            for day, currency, rate in credit_log.RATES
        ),
    )


def sales() -> PreparedLog:
    """Deals in Paris over the change to summer time, in two currencies without a rate; leads, spend, targets."""
    return with_tables(
        deal_log.EVENTS + test_sales_tables.EVENTS + FORECAST,
        united(deal_log.CASES, test_sales_tables.CASES, FORECAST_CASES),
        test_sales_tables.TABLES,
        as_of=deal_log.AS_OF,
        process="lead-to-cash",
        zone=deal_log.ZONE,
    )
