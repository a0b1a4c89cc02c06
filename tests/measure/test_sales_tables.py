"""Leads, discounts, losses, channels, leakage, the pipeline and the cost of rework, worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.log.beside import with_tables
from workbench.discover import filtered
from workbench.log.prepared import PreparedLog
from workbench.log.settings import ExchangeRate
from workbench.measure import figures
from workbench.measure.figure import Figure

# W1 is invoiced short of its order and owes what fell due; W2 is invoiced beyond it, in dollars, and paid too much.
EVENTS = """\
W1 | opportunity_created | 2026-01-05 09:00 | ana | human | stage=A
W1 | quote_issued        | 2026-01-10 09:00 | ana | human | discount_pct=0.2
W1 | quote_issued        | 2026-01-12 09:00 | ana | human | discount_pct=0.25
W1 | opportunity_won     | 2026-02-01 09:00 | ana | human
W1 | sales_order_created | 2026-02-02 09:00 | bob | human | order_amount=900
W1 | invoice_created     | 2026-02-03 09:00 | bob | human | invoice_amount=500, due_date=2026-03-05
W1 | invoice_created     | 2026-05-25 09:00 | bot | robot | invoice_amount=100, due_date=2026-06-30
W1 | payment_received    | 2026-03-01 09:00 | bot | robot | paid_amount=200
W2 | opportunity_created | 2026-01-05 09:00 | ana | human | stage=A
W2 | quote_issued        | 2026-01-10 09:00 | ana | human | discount_pct=0.05
W2 | opportunity_won     | 2026-03-01 09:00 | ana | human
W2 | sales_order_created | 2026-03-02 09:00 | bob | human | order_amount=300
W2 | invoice_created     | 2026-03-03 09:00 | bob | human | invoice_amount=400, due_date=2026-04-05
W2 | payment_received    | 2026-03-05 09:00 | bot | robot | paid_amount=450
L1 | opportunity_created | 2026-01-05 09:00 | ana | human | stage=A
L1 | stage_changed       | 2026-01-15 09:00 | ana | human | stage=B
L1 | opportunity_lost    | 2026-02-10 09:00 | ana | human | stage=Lost
L2 | opportunity_created | 2026-01-05 09:00 | ana | human | stage=A
L2 | opportunity_lost    | 2026-02-10 09:00 | ana | human | stage=Lost
O1 | opportunity_created | 2026-05-31 09:00 | ana | human | stage=A
O2 | opportunity_created | 2026-03-31 09:00 | ana | human | stage=A
"""
CASES = """\
opportunity_id | opportunity_value | currency | list_price | discount_pct | lead_source | loss_reason
W1 | 800 | EUR | 1000 | 0.25 | web  |
W2 | 300 | USD |  400 | 0.05 | fair |
L1 | 600 | EUR |      |      | web  | price
L2 | 100 | USD |      |      | fair |
O1 | 700 | EUR |      |      | web  |
O2 |  50 | USD |      |      | fair |
"""
TABLES = {
    "leads": """
        lead_id | lead_created_at  | lead_converted_at | lead_status | lead_source | opportunity_id
        A       | 2026-01-01 10:00 | 2026-04-01 10:00  | Converted   | web         | W1
        B       | 2026-01-01 10:00 | 2026-04-02 10:00  | Converted   | web         | W2
        C       | 2026-02-01 10:00 |                   | Open        | fair        |
        D       | 2026-06-01 10:00 | 2026-06-02 10:00  | Converted   | fair        | O1
    """,
    "spend": """
        period_start | lead_source | spend_amount | currency
        2026-01-01   | web         | 100          | EUR
        2026-02-01   | web         | 100          | EUR
        2026-01-01   | fair        | 50           | USD
        2026-07-01   | web         | 999          | EUR
    """,
    "targets": """
        period_start | sales_rep | target_amount | currency
        2026-01-01   | ana       | 9999          | EUR
        2026-04-01   | ana       | 600           | EUR
        2026-04-01   | bob       | 100           | USD
        2026-07-01   | ana       | 9999          | EUR
    """,
    "activity_costs": """
        activity_name   | activity_minutes | cost_rate_per_hour
        Quote Issued    | 10               | 50
        invoice_created | 30               | 40
    """,
}
RATES = (ExchangeRate(date(2026, 1, 1), "USD", Decimal(2)),)
# KPI -> value, n, and its parts; USD counts twice.
EXPECTED = {
    # A after exactly 90 days, B after 91, C never; D is 29 days old on the last of June.
    "LC04": (1 / 3, 3, {}),
    # (1000 x 0.25 + 2 x 400 x 0.05) / (1000 + 800).
    "LC14": (290 / 1800, 2, {}),
    # By the stage until the loss: L1 in B, L2 in A for 100 dollars.
    "LC30": (800, 2, {"B": 600, "A": 200}),
    "LC30.reason": (800, 2, {"price": 600, "unknown": 200}),
    # (800 + 600) / (200 + 100); web 800 / 200, fair 600 / 100. What is spent in July is not known yet.
    "LC31": (1400 / 300, 2, {"web": 4.0, "fair": 6.0}),
    "LC31.win": (0.5, 4, {"web": 0.5, "fair": 0.5}),
    # W1 900 - 600; W2 has been invoiced more than was ordered, which pays for no other deal.
    "LC33.unbilled": (300, 1, {}),
    # W1 500 fell due, 200 came; 100 falls due on the last of June itself. W2 paid more than it owes.
    "LC33.unpaid": (300, 1, {}),
    # W1 1000 x (0.25 - 0.15); W2 is within the limit.
    "LC33.discount": (100, 1, {}),
    "LC33": (700, 3, {}),
    # 700 + 100 over the target of the quarter that runs: 600 + 200.
    "LC34": (1.0, 2, {}),
    # O1 30 days old, O2 91.
    "LC34.ageing": (800, 2, {"0-30": 700, "31-60": 0, "61-90": 0, "91-180": 100, ">180": 0}),
    # The second quote of W1 took 10 minutes at 50 an hour; its second invoice was made by nobody.
    "LC27.cost": (8.33, 1, {}),
}


@pytest.fixture(scope="module")
def sales() -> PreparedLog:
    return with_tables(EVENTS, CASES, TABLES, as_of="2026-06-30", process="lead-to-cash", rates=RATES)


def one(log: PreparedLog, name: str) -> Figure:
    (found,) = figures(log, [name])
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_a_figure_is_what_it_is_by_hand(sales: PreparedLog, name: str) -> None:
    value, n, parts = EXPECTED[name]
    found = one(sales, name)
    assert found.value == pytest.approx(value, abs=0.005 if name == "LC27.cost" else 1e-9)
    assert (found.n, found.unknown) == (n, 0)
    if parts:
        assert {part.key: part.value for part in found.parts} == pytest.approx(parts)


def test_a_young_lead_is_pending_even_if_it_has_converted(sales: PreparedLog) -> None:
    found = one(sales, "LC04")
    assert (found.pending, found.stats["pending_hits"]) == (1, 1)


def test_a_target_has_no_lead_source_and_is_not_told_by_one(sales: PreparedLog) -> None:
    (found,) = figures(sales, ["LC34"], by="lead_source")
    assert (found.value, str(found.reason)) == (None, "these rows have no attribute 'lead_source'")


def test_spend_follows_a_filter_by_source_and_targets_are_said_not_to(sales: PreparedLog) -> None:
    fair = filtered(sales, attributes={"lead_source": "fair"})
    assert one(fair, "LC31").value == 6.0
    assert fair.unfiltered == {"targets"}


def test_a_table_that_a_filter_leaves_whole_is_no_measure_of_a_part(sales: PreparedLog) -> None:
    """The targets are all the company's: half of the deals cover no part of them that anybody knows."""
    assert str(one(filtered(sales, attributes={"lead_source": "fair"}), "LC34").reason) == (
        "the filter cannot narrow targets"
    )
    won = filtered(sales, has=("opportunity_won",), attributes={})
    assert one(won, "LC04").value == one(sales, "LC04").value
    assert "all of leads" in [str(said) for said in one(won, "LC04").filter]
