"""Currencies stand in the order of their codes, whatever the order of the log."""

from __future__ import annotations

from tests.log.small import prepared
from workbench.measure import figures


def test_currencies_stand_in_the_order_of_their_codes() -> None:
    deals = """
    opportunity_id | currency
    first | USD
    second | EUR
    third | CHF
    """
    won = """
    first | opportunity_created | 2026-01-05 09:00 | - | - | opportunity_value=30
    first | opportunity_won | 2026-01-15 09:00
    second | opportunity_created | 2026-01-05 09:00 | - | - | opportunity_value=20
    second | opportunity_won | 2026-01-15 09:00
    third | opportunity_created | 2026-01-05 09:00 | - | - | opportunity_value=10
    third | opportunity_won | 2026-01-15 09:00
    """
    log = prepared(won, deals, as_of="2026-01-31", process="lead-to-cash")
    found = figures(log, ["LC09"])
    assert [(figure.currency, figure.value) for figure in found] == [
        ("CHF", 10.0),
        ("EUR", 20.0),
        ("USD", 30.0),
    ]
