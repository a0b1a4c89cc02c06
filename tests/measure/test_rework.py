"""What is done again and what goes back; together they are the KPI that counts rework."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import ModuleType

import pytest

from tests.log.small import prepared
from tests.oracle import credit_log, deal_log
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.measure.rework import rework_frame, rework_totals

CASES = """
invoice_number | invoice_amount
a | 100.00
b | 100.00
c | 100.00
"""
# a is sent twice, at once again; b is sent again after a dispute and is paid twice, which is normal; c is posted
# before anything is received, a step back of the receipt.
EVENTS = """
a | invoice_generated | 2026-01-01 09:00
a | invoice_sent | 2026-01-02 09:00
a | invoice_sent | 2026-01-03 09:00
b | invoice_generated | 2026-01-01 09:00
b | dispute_registered | 2026-01-03 09:00
b | dispute_resolved | 2026-01-04 09:00
b | dispute_registered | 2026-01-05 09:00
b | payment_received | 2026-01-06 09:00 | - | - | payment_amount=10.00
b | payment_received | 2026-01-07 09:00 | - | - | payment_amount=10.00
c | invoice_generated | 2026-01-01 09:00
c | payment_posted | 2026-01-02 09:00
c | payment_received | 2026-01-03 09:00 | - | - | payment_amount=10.00
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-01-31")


def test_each_activity_says_how_it_comes_again(log: PreparedLog) -> None:
    rows = rework_frame(log).set_index("activity").to_dict("index")
    sent, disputed, received = rows["invoice_sent"], rows["dispute_registered"], rows["payment_received"]
    assert (sent["extra"], sent["self_loops"], sent["loops"], sent["rework_cases"]) == (1, 1, 0, 1)
    assert (disputed["extra"], disputed["self_loops"], disputed["loops"]) == (1, 0, 1)
    assert (received["extra"], received["iterative"]) == (1, True)
    # Paying twice is normal; being received after the posting is a step back.
    assert (received["backward"], received["rework_cases"]) == (1, 1)


def test_totals_count_a_case_once(log: PreparedLog) -> None:
    (total,) = rework_totals(log).to_dict("records")
    assert total == {"cases": 3, "repeating": 2, "backward": 1, "rework": 3, "share": 1.0}


@pytest.mark.parametrize(
    ("process", "worked", "kpi"),
    [("credit-collections", credit_log, "CC43"), ("lead-to-cash", deal_log, "LC27")],
)
def test_the_total_is_the_kpi(process: str, worked: ModuleType, kpi: str) -> None:
    log = prepared(
        worked.EVENTS,
        worked.CASES,
        as_of=worked.AS_OF,
        process=process,
        zone=worked.ZONE,
        policy=worked.POLICY,
    )
    (total,) = rework_totals(log).to_dict("records")
    (figure,) = figures(log, [kpi])
    assert (total["share"], total["cases"]) == (figure.value, figure.n)
    assert total["rework"] > 0


def test_a_log_without_cases(log: PreparedLog, within_nothing: Callable[[PreparedLog], PreparedLog]) -> None:
    nothing = within_nothing(log)
    assert rework_frame(nothing).empty
    (total,) = rework_totals(nothing).to_dict("records")
    assert [total[name] for name in ("cases", "repeating", "backward", "rework")] == [0, 0, 0, 0]
    assert math.isnan(total["share"])


def test_a_single_case_has_a_share(log: PreparedLog) -> None:
    single = log.within(log.cases.filter(log.cases["case_id"] == "c").select("case_key"))
    (total,) = rework_totals(single).to_dict("records")
    assert total == {"cases": 1, "repeating": 0, "backward": 1, "rework": 1, "share": 1.0}


def test_two_cases_of_a_kind_count_twice() -> None:
    """a and d send twice in a row, c and e go back, f has one event and nothing after it."""
    lines = [line for line in EVENTS.strip().splitlines() if line[0] in "ac"]
    again = [line.replace("a |", "d |").replace("c |", "e |") for line in lines]
    once = "f | invoice_generated | 2026-01-01 09:00"
    cases = CASES + "".join(f"{case} | 100.00\n" for case in "def")
    log = prepared("\n".join([*lines, *again, once]), cases, as_of="2026-01-31")
    frame = rework_frame(log)
    assert list(frame.index) == [0, 1, 2, 3]
    rows = frame.set_index("activity").to_dict("index")
    sent, received, generated = rows["invoice_sent"], rows["payment_received"], rows["invoice_generated"]
    assert (sent["events"], sent["cases"], sent["repeating"], sent["self_loops"]) == (4, 2, 2, 2)
    assert (sent["extra"], sent["loops"]) == (2, 0)
    assert (received["backward"], received["rework_cases"]) == (2, 2)
    assert (generated["cases"], generated["repeating"], generated["self_loops"]) == (5, 0, 0)
    # Most rework first, then most repetitions, then by name.
    assert list(rows) == ["invoice_sent", "payment_received", "invoice_generated", "payment_posted"]
    (total,) = rework_totals(log).to_dict("records")
    assert (total["repeating"], total["backward"], total["rework"]) == (2, 2, 4)
