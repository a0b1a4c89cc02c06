"""Credit checks, hand-offs, effort, recovery and security, worked by hand: what a customer was before an invoice."""

from __future__ import annotations

import pytest

from tests.log.beside import with_tables
from workbench.discover import filtered
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.measure.figure import Figure, Period

# K1 is old; K2 new and asked before; K3 new and asked too late; K4 new and never; K5 was refused after it was granted.
EVENTS = """\
A1 | invoice_generated   | 2026-01-01 09:00 | ana | human
A2 | invoice_generated   | 2026-05-01 09:00 | ana | human
A2 | payment_received    | 2026-05-20 09:00 | bot | robot | payment_amount=30
A2 | payment_received    | 2026-06-02 09:00 | bot | robot | payment_amount=80
B1 | invoice_generated   | 2026-04-01 09:00 | ana | human
B1 | dispute_registered  | 2026-04-02 09:00 | ana | human
B1 | escalated           | 2026-04-03 09:00 | bob | human
B1 | credit_memo_issued  | 2026-04-07 09:00 | -   | robot | credit_amount=10
B1 | dispute_resolved    | 2026-04-08 09:00 | ana | human
C1 | invoice_generated   | 2026-04-10 09:00 | ana | human
D1 | invoice_generated   | 2026-04-11 09:00 | bot | robot
E1 | invoice_generated   | 2026-04-12 09:00 | ana |
"""
CASES = """\
invoice_number | customer_id | customer_segment | invoice_amount | currency | due_date   | guarantee_type
A1 | K1 | large | 100 | EUR | 2026-01-31 | Factoring
A2 | K1 | small | 100 | EUR | 2026-05-31 |
B1 | K2 | large | 300 | EUR | 2026-12-31 |
C1 | K3 | large | 100 | EUR | 2026-12-31 |
D1 | K4 | large | 100 | EUR | 2026-12-31 |
E1 | K5 | small | 300 | EUR | 2026-04-30 | none
"""
REQUESTS = """
    request_id | customer_id | requested_at     | decided_at       | decision
    R1         | K1          | 2026-02-01 09:00 | 2026-02-02 09:00 | Approved
    R2         | K2          | 2026-03-20 09:00 | 2026-04-01 08:59 | Approved
    R3         | K3          | 2026-04-01 09:00 | 2026-04-10 09:00 | Approved
    R5         | K5          | 2026-03-01 09:00 | 2026-03-02 09:00 | Approved
    R6         | K5          | 2026-03-03 09:00 | 2026-03-04 09:00 | Rejected
"""
COSTS = """
    activity_name     | activity_minutes | cost_rate_per_hour
    Invoice Generated | 6                | 50
    escalated         | 30               | 80
"""
EXPECTED = {
    # Of the five since the first request: C1's approval is not before it, D1 has none, E1's last was no approval.
    "CC04": (3 / 5, 5),
    # New: K2, K3, K4, K5, ninety days after the first of January and later; K3 was decided at that very moment.
    "CC54": (2 / 4, 4),
    # ana to bob, bob to ana; the memo names nobody. The longest wait of six days is four.
    "CC31": (2, 1),
    "CC31.idle": (4 / 6, 1),
    # Four invoices by hand at 5.00 and one escalation at 40.00; nobody says who made E1.
    "CC42": (60, 5),
    # 100 of A1, 70 of A2 and 300 of E1 fell overdue; 80 came for A2, of which 70 stood open.
    "CC48": (70 / 470, 1),
    # 100 of A1 among 100 and 300; A2 is paid and 'none' is no security.
    "CC56": (100 / 400, 1),
}


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return with_tables(EVENTS, CASES, {"requests": REQUESTS, "activity_costs": COSTS}, as_of="2026-06-30")


def one(log: PreparedLog, name: str, period: Period | None = None) -> Figure:
    (found,) = figures(log, [name], period=period)
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_a_figure_is_what_it_is_by_hand(log: PreparedLog, name: str) -> None:
    found = one(log, name)
    assert (found.value, found.n) == (pytest.approx(EXPECTED[name][0]), EXPECTED[name][1])


def test_a_filter_makes_no_old_customer_new_and_hides_no_decision(log: PreparedLog) -> None:
    """Among small ones A2 is K1's second invoice, and its approval is known; E1 alone is new, and was decided on."""
    small = filtered(log, attributes={"customer_segment": "small"})
    assert (one(small, "CC54").value, one(small, "CC54").n) == (1, 1)
    assert (one(small, "CC04").value, one(small, "CC04").n) == (pytest.approx(1 / 2), 2)


def test_a_request_has_its_customers_segment_where_all_invoices_say_one(log: PreparedLog) -> None:
    """K2 and K3 are large, K5 is small; K1 is told to be both."""
    found = {figure.group: figure.n for figure in figures(log, ["CC01"], by="customer_segment", least=1)}
    assert found == {"large": 2, "small": 2, None: 1}


def test_recovery_belongs_to_the_period_in_which_the_invoice_fell_overdue(log: PreparedLog) -> None:
    from datetime import date

    june = one(log, "CC48", Period(date(2026, 6, 1), date(2026, 6, 30)))
    assert (june.value, june.stats["top"], june.stats["bottom"]) == (1, 70, 70)
    assert {part.key: part.value for part in one(log, "CC48").parts} == {
        "large": 0,
        "small": pytest.approx(70 / 370),
    }


def test_without_requests_the_events_of_the_log_say_it() -> None:
    events = EVENTS + "C1 | credit_limit_approved | 2026-04-09 09:00 | ana | human\n"
    bare = with_tables(events, CASES, {}, as_of="2026-06-30")
    assert (one(bare, "CC04").value, one(bare, "CC04").n) == (pytest.approx(3 / 4), 4)
    assert str(one(bare, "CC42").reason) == "the log has no activity_minutes"


def test_what_work_done_again_costs_by_activity() -> None:
    """B1 is escalated twice more by hand, at 40.00 each, and once by a machine; the first time is no rework."""
    again = (
        "B1 | escalated | 2026-04-04 09:00 | bob | human\n"
        "B1 | escalated | 2026-04-05 09:00 | bob | human\n"
        "B1 | escalated | 2026-04-06 09:00 | bot | robot\n"
        "C1 | invoice_generated | 2026-04-11 09:00 | ana | human\n"
    )
    log = with_tables(EVENTS + again, CASES, {"activity_costs": COSTS}, as_of="2026-06-30")
    found = one(log, "CC43.cost")
    assert (found.value, found.n, found.currency) == (85.0, 3, "EUR")
    assert {part.key: part.value for part in found.parts} == {"escalated": 80.0, "invoice_generated": 5.0}
