"""What could be taken over: hand work times regularity, worked out by hand, and how far it leads to the goal."""

from __future__ import annotations

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.improve import automation_frame, automation_goal
from workbench.log.prepared import PreparedLog

CASES = """
invoice_number | invoice_amount
a | 100.00
b | 100.00
c | 100.00
d | 100.00
"""
# Each invoice is sent by hand after its making: after 1, 1, 1 and 3 days. One is settled without being sent.
EVENTS = """
a | invoice_generated | 2026-01-01 09:00 | bot | robot
a | invoice_sent | 2026-01-02 09:00 | ana | human
b | invoice_generated | 2026-01-01 09:00 | bot | robot
b | invoice_sent | 2026-01-02 09:00 | ana | human
c | invoice_generated | 2026-01-01 09:00 | bot | robot
c | invoice_sent | 2026-01-02 09:00 | ana | human
d | invoice_generated | 2026-01-01 09:00 | ana | human
d | invoice_sent | 2026-01-04 09:00 | - | -
d | escalated | 2026-01-05 09:00 | ana | human
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-04-30")


def test_potential_by_hand(log: PreparedLog) -> None:
    rows = automation_frame(log).set_index("activity").to_dict("index")
    sent = rows["invoice_sent"]
    assert (sent["manual"], sent["unknown"], sent["known_share"]) == (3, 1, 0.75)
    # Always after the making: order 1. Waits of 1, 1, 1 and 3 days: Q1 = 1, Q3 = 1.5, timing 1 - 0.5 / 2.5.
    assert sent["regularity"] == pytest.approx((1 + 0.8) / 2)
    assert sent["potential"] == pytest.approx(3 * 0.9)
    assert sent["share_of_manual"] == pytest.approx(3 * 0.9 / 5)
    assert sent["levers"] == ["auto_invoicing"]
    # An activity that begins the cases has no waits; its regularity is its order.
    assert rows["invoice_generated"]["regularity"] == 1.0
    assert rows["escalated"]["levers"] == ["shared_information"]


def test_the_most_comes_first(log: PreparedLog) -> None:
    assert automation_frame(log)["activity"].tolist() == ["invoice_sent", "escalated", "invoice_generated"]


def test_how_far_to_the_goal(log: PreparedLog) -> None:
    goal = automation_goal(log)
    assert goal is not None
    assert (goal.manual, goal.known) == (5, 8)
    assert goal.manual_share == 5 / 8
    # The target of the process is two fifths less; the log's first months hold no whole one but these.
    assert goal.goal_share == pytest.approx(goal.baseline_share * 0.6)
    # The goal's levers name invoicing, not escalation: 2.7 of sending and 1 of making.
    assert goal.reachable == pytest.approx(3.7)
    assert goal.reachable_share == pytest.approx((5 - 3.7) / 8)
    assert goal.part_of_goal == 1.0


def test_minutes_where_the_log_carries_them() -> None:
    events = EVENTS.replace("ana | human", "ana | human | activity_minutes=12").replace(
        "ana | human | activity_minutes=12\nb", "ana | human | activity_minutes=30\nb"
    )
    frame = automation_frame(prepared(events, CASES, as_of="2026-04-30")).set_index("activity")
    assert frame.loc["invoice_sent", "median_minutes"] == 12
    assert automation_frame(prepared(EVENTS, CASES, as_of="2026-04-30"))["median_minutes"].isna().all()


def test_a_process_without_roles_and_a_log_without_cases(log: PreparedLog) -> None:
    frame = pd.DataFrame({"case": ["x"], "activity": ["ask"], "time": pd.to_datetime(["2026-01-01"])})
    any_log = wb.load(frame).prepared
    (row,) = automation_frame(any_log).to_dict("records")
    assert (row["potential"], row["levers"]) == (0.0, [])
    assert automation_goal(any_log) is None
    nothing = log.within(log.cases.filter(log.cases["case_id"] == "z").select("case_key"))
    assert automation_frame(nothing).empty
    assert automation_goal(nothing) is None
