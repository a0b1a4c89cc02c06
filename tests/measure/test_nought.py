"""A total over no row at all is nought: nothing disputed, nothing done again. By hand."""

from __future__ import annotations

from tests.log.beside import with_tables
from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.measure.figure import Figure

DISPUTES = """\
a | invoice_generated  | 2026-01-05 09:00
a | dispute_registered | 2026-01-10 09:00 | ana | human | disputed_amount=40.00
a | dispute_resolved   | 2026-01-20 09:00
b | invoice_generated  | 2026-01-05 09:00
"""
INVOICES = """\
invoice_number | invoice_amount | currency
a | 100.00 | EUR
b | 100.00 | USD
"""
ONCE = """\
a | quote_issued     | 2026-01-10 09:00 | ana | human
a | payment_received | 2026-01-20 09:00 | bot | robot
a | payment_received | 2026-01-21 09:00 | bot | robot
b | quote_issued     | 2026-01-10 09:00 | ana | human
"""
DEALS = """\
opportunity_id | opportunity_value | currency
a | 800 | USD
b | 300 | GBP
"""
COSTS = """
activity_name | activity_minutes | cost_rate_per_hour
quote_issued  | 30               | 50
"""


def told(log: PreparedLog, name: str) -> dict[str | None, Figure]:
    return {figure.currency: figure for figure in figures(log, [name])}


def test_no_open_dispute_is_nought_in_each_currency() -> None:
    found = told(prepared(DISPUTES, INVOICES, as_of="2026-01-31"), "CC30.value")
    assert {currency: (one.value, one.n, one.parts) for currency, one in found.items()} == {
        "EUR": (0.0, 0, ()),
        "USD": (0.0, 0, ()),
    }
    assert all(one.reason is None for one in found.values())
    # Until the 20th the dispute was open: the 40 are the euros', and the dollars have none.
    open_still = told(prepared(DISPUTES, INVOICES, as_of="2026-01-15"), "CC30.value")
    assert {currency: one.value for currency, one in open_still.items()} == {"EUR": 40.0}


def test_no_rework_costs_nought_in_the_projects_own_currency() -> None:
    """Neither deal is in euros, and there are no rates; what an hour costs is told in the project's currency."""
    tables = {"activity_costs": COSTS}
    log = with_tables(ONCE, DEALS, tables, as_of="2026-01-31", process="lead-to-cash")
    (found,) = figures(log, ["LC27.cost"])
    assert (found.value, found.n, found.currency, found.reason) == (0.0, 0, "EUR", None)
    again = ONCE + "b | quote_issued | 2026-01-12 09:00 | ana | human\n"
    log = with_tables(again, DEALS, tables, as_of="2026-01-31", process="lead-to-cash")
    (found,) = figures(log, ["LC27.cost"])
    assert (found.value, found.n, found.currency) == (25.0, 1, "EUR")


def test_no_open_deal_stands_still_in_no_currency_and_is_worth_nought_in_each() -> None:
    """Both deals are won: their number has no currency, their value is nought in each of the log's."""
    events = """\
a | opportunity_created | 2026-01-05 09:00
a | opportunity_won     | 2026-01-10 09:00
b | opportunity_created | 2026-01-05 09:00
b | opportunity_won     | 2026-01-12 09:00
"""
    log = prepared(events, DEALS, as_of="2026-01-31", process="lead-to-cash")
    for name, currencies in (("LC03.stalled", [None]), ("LC03.stalled_value", ["GBP", "USD"])):
        found = figures(log, [name])
        assert [figure.currency for figure in found] == currencies
        assert {(figure.value, figure.n, figure.reason) for figure in found} == {(0.0, 0, None)}
