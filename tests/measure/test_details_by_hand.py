"""What figures tell beside their value, and when they have none: parts of a group, unknown rows, rules, quotients."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.log.beside import with_tables
from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.measure.figure import Figure, Period
from workbench.template.kpis import BaseKPI, CombineKPI, DurationKPI

NAMES = dict.fromkeys(("en", "fr", "es", "zh"), "Of my own")

EVENTS = """\
a | invoice_generated     | 2026-01-05 09:00
a | dispute_registered    | 2026-03-01 09:00 | ana | human | dispute_reason=price
b | invoice_generated     | 2026-01-05 09:00
b | dispute_registered    | 2026-03-21 09:00 | ana | human | dispute_reason=quality
c | invoice_generated     | 2026-01-05 09:00
c | payment_received      | 2026-02-10 09:00 | -   | -     | payment_amount=100
d | invoice_generated     | 2026-01-05 09:00
d | payment_received      | 2026-02-10 09:00 | -   | -     | payment_amount=100
e | invoice_generated     | 2026-01-05 09:00
e | overdue_reminder_sent | 2026-02-12 09:00 | ana | human | dunning_level=1
e | payment_received      | 2026-02-13 09:00 | -   | -     | payment_amount=100
"""
CASES = """\
invoice_number | invoice_amount | due_date   | customer_segment
a              | 100            | 2026-02-10 | north
b              | 100            | 2026-02-10 | south
c              | 100            |            |
d              | 100            |            |
e              | 100            | 2026-02-10 | south
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-03-31")


def _own(log: PreparedLog, made: type[BaseKPI], **said: object) -> Figure:
    """The figure of a KPI of the analyst's own."""
    kpi = made.model_validate({"id": "X1", "name": NAMES, "note": NAMES, "good": "low", **said})
    template = log.template.model_copy(update={"kpis": {**log.template.kpis, "X1": kpi}})
    (found,) = figures(replace(log, template=template), ["X1"])
    return found


def test_the_parts_of_a_group_are_its_own(log: PreparedLog) -> None:
    """The price is disputed in the north, the quality in the south, each by one invoice."""
    found = {figure.group: figure for figure in figures(log, ["CC30"], by="customer_segment")}
    assert {group: [(part.key, part.n) for part in own.parts] for group, own in found.items()} == {
        "north": [("price", 1)], "south": [("quality", 1)]
    }  # fmt: skip


def test_rows_that_do_not_say_enough_are_counted(log: PreparedLog) -> None:
    """In the south e is paid after 39 days and b still open; c and d are paid, and may be of the south as well."""
    said = {"where": [{"attribute": "customer_segment", "one_of": ["south"]}], "to": "paid_in_full"}
    found = _own(log, DurationKPI, kind="duration", of="cases", unit="days", **said)
    assert (found.value, found.n, found.stats["open"], found.unknown) == (39.0, 1, 1, 2)


def test_one_rule_that_can_be_checked_is_enough(log: PreparedLog) -> None:
    """Nobody writes off or promises anything here. Reminded in time is e; a and b were not, though disputed later."""
    (found,) = figures(log, ["CC20"])
    assert (found.value, found.n, found.reason) == (pytest.approx(1 / 3), 3, None)
    assert {"R08a", "R11"} <= set(found.left_out)
    assert {"R02", "R03"} <= set(found.rules)


def test_without_any_rule_that_can_be_checked_there_is_no_adherence() -> None:
    events = "a | invoice_generated | 2026-01-05 09:00\n"
    log = prepared(
        events, "invoice_number | invoice_amount | due_date\na | 100 | 2026-02-10\n", as_of="2026-03-31"
    )
    (found,) = figures(log, ["CC20"])
    assert found.value is None
    assert str(found.reason).startswith("the log has no ")


def test_the_first_rule_need_not_be_the_one_that_can_be_checked() -> None:
    """Without due dates nobody knows what came too early or too late; that a level was skipped is known."""
    events = "".join(
        f"{case} | invoice_generated | 2026-01-05 09:00\n"
        f"{case} | overdue_reminder_sent | 2026-02-20 09:00 | ana | human | dunning_level={level}\n"
        for case, level in (("a", 1), ("b", 2))
    )
    log = prepared(events, "invoice_number | invoice_amount\na | 100\nb | 100\n", as_of="2026-03-31")
    (found,) = figures(log, ["CC44"])
    assert (found.value, found.n, found.reason) == (0.5, 2, None)
    assert "R01" in found.left_out
    assert "R02" in found.rules


def test_where_no_rule_can_be_checked_the_first_says_what_it_lacks() -> None:
    log = prepared("a | invoice_generated | 2026-01-05 09:00\n", "invoice_number\na\n", as_of="2026-03-31")
    (found,) = figures(log, ["CC44"])
    assert (found.value, str(found.reason)) == (
        None,
        "no rule can be checked: the log has no due_date",
    )


def test_a_moment_that_the_table_lacks_is_named() -> None:
    """Requests of which nobody says when they were decided have no time to decision."""
    requests = """
request_id | customer_id | requested_at     | decision
r1         | C1          | 2026-01-01 09:00 | approved
"""
    log = with_tables(EVENTS, CASES, {"requests": requests}, as_of="2026-03-31")
    (found,) = figures(log, ["CC01"])
    assert (found.value, str(found.reason)) == (None, "the log has no requests.decided_at")
    decided = requests.replace("decision\n", "decision | decided_at\n").replace(
        "approved\n", "approved | 2026-01-03 21:00\n"
    )
    (found,) = figures(with_tables(EVENTS, CASES, {"requests": decided}, as_of="2026-03-31"), ["CC01"])
    assert (found.value, found.n) == (2.5, 1)


def test_a_quotient_of_two_figures(log: PreparedLog) -> None:
    """Two of five invoices are disputed, and one of three that are overdue was handled by the rules."""
    rates = {name: figures(log, [name])[0].value for name in ("CC28", "CC20", "CC40")}
    assert rates["CC28"] == pytest.approx(2 / 5)
    found = _own(log, CombineKPI, kind="combine", op="quotient", figures=["CC28", "CC20"], unit="ratio")
    assert found.value == pytest.approx((2 / 5) / (1 / 3))
    # Over nought there is none.
    assert (
        _own(
            log, CombineKPI, kind="combine", op="quotient", figures=["CC28", "CC37.count"], unit="ratio"
        ).value
        is None
    )


JANUARY, FEBRUARY = Period(date(2026, 1, 1), date(2026, 1, 31)), Period(date(2026, 2, 1), date(2026, 2, 28))

OVERDUE = """\
a | invoice_generated     | 2025-12-01 09:00
b | invoice_generated     | 2025-12-01 09:00
b | overdue_reminder_sent | 2026-02-10 09:00 | ana | human | dunning_level=1
c | invoice_generated     | 2025-12-01 09:00
c | payment_received      | 2026-02-12 09:00 | -   | -     | payment_amount=100
d | invoice_generated     | 2025-12-01 09:00
d | payment_received      | 2026-03-25 09:00 | -   | -     | payment_amount=100
"""
DUE = """\
invoice_number | invoice_amount | due_date
a              | 100            | 2026-01-15
b              | 100            | 2026-02-01
c              | 100            | 2026-02-10
d              | 100            | 2026-02-20
"""


@pytest.mark.parametrize(
    ("kpi", "period", "value", "n"),
    [
        # In January a fell overdue and nobody acted; of February's c paid two days late and b was reminded, d waited.
        ("CC52", JANUARY, 1.0, 1),
        ("CC52", FEBRUARY, 0.5, 2),
        # Within 30 days of their due date a and b brought nothing, c all of it, d 33 days after.
        ("CC24", JANUARY, 0.0, 1),
        ("CC24", FEBRUARY, 1 / 3, 3),
    ],
)
def test_what_fell_overdue_in_a_month_is_that_months(kpi: str, period: Period, value: float, n: int) -> None:
    log = prepared(OVERDUE, DUE, as_of="2026-04-30")
    (found,) = figures(log, [kpi], period=period)
    assert (found.value, found.n) == (pytest.approx(value), n)


DEALS = """\
a | opportunity_created      | 2026-01-05 09:00 | bot | robot
a | quote_approval_requested | 2026-01-06 09:00 | bot | robot
a | quote_approved           | 2026-01-08 09:00 | bot | robot
a | opportunity_won          | 2026-01-20 09:00 | bot | robot
a | sales_order_created      | 2026-01-20 09:00 | bot | robot
a | order_fulfilled          | 2026-01-24 09:00 | bot | robot
b | opportunity_created      | 2026-01-05 09:00 | ana | human
b | quote_approval_requested | 2026-01-06 09:00 | ana | human
b | quote_rejected           | 2026-01-16 09:00 | ana | human
b | opportunity_lost         | 2026-01-25 09:00 | ana | human
c | opportunity_created      | 2026-01-05 09:00 | ana | human
c | opportunity_won          | 2026-02-10 09:00 | ana | human
c | sales_order_created      | 2026-02-10 09:00 | ana | human
c | order_fulfilled          | 2026-02-18 09:00 | ana | human
"""
VALUES = "opportunity_id | opportunity_value\na | 300\nb | 100\nc | 100\n"


@pytest.fixture(scope="module")
def deals() -> PreparedLog:
    return prepared(DEALS, VALUES, as_of="2026-04-30", process="lead-to-cash")


def test_deals_belong_to_the_month_in_which_they_were_won_or_lost(deals: PreparedLog) -> None:
    """In January a was won without a hand and b lost by hand; c was won by hand in February."""
    found = {
        period.end.month: figures(deals, ["LC28.touchless"], period=period)[0]
        for period in (JANUARY, FEBRUARY)
    }
    assert {month: (one.value, one.n) for month, one in found.items()} == {1: (0.5, 2), 2: (0.0, 1)}


def test_a_rejected_quote_was_not_approved_in_ten_days(deals: PreparedLog) -> None:
    (found,) = figures(deals, ["LC12"])
    assert (found.value, found.n) == (2.0, 1)


def test_the_time_of_large_orders_weighs_more(deals: PreparedLog) -> None:
    """Four days for 300 and eight for 100 are six on average, and five by value."""
    (found,) = figures(deals, ["LC18"])
    assert (found.stats["mean"], found.stats["weighted_mean"]) == (6.0, 5.0)


def test_a_total_of_which_no_row_has_an_amount_says_in_which_currency(deals: PreparedLog) -> None:
    """b is lost; where nobody knows what the lost were worth, it is not known in euros."""
    values = "opportunity_id | opportunity_value | loss_reason\na | 300 |\nb | | price\nc | 100 |\n"
    (found,) = figures(prepared(DEALS, values, as_of="2026-04-30", process="lead-to-cash"), ["LC30.reason"])
    assert (found.value, found.currency, str(found.reason)) == (None, "EUR", "no row has opportunity_value")
