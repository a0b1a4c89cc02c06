"""What is due, for whom, why: limits that run or have passed, deadlines, balances past due."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.messages import Message
from workbench.monitor import worklist_frame

CASES = """
invoice_number | customer_id | invoice_amount | currency | due_date
late | K1 | 100.00 | EUR | 2026-01-20
soon | K1 | 100.00 | EUR | 2026-03-10
done | K2 | 100.00 | EUR | 2026-03-10
paid | K2 | 100.00 | EUR | 2026-03-10
held | K3 | 100.00 | EUR | 2026-03-10
said | K3 | 900.00 | EUR | 2026-02-01
rest | K4 | 300.00 | EUR | 2026-03-01
book | K5 | 200.00 | EUR | 2026-04-30
"""
# As of 15 March. late: never reminded. soon: the seven days still run. done: reminded within them. paid: closed.
# held: in dispute when it fell due. said: promised by the 20th of February, nothing came. rest: reminded in time,
# and since then nothing. book: a payment that nobody posts, in an invoice that is paid.
EVENTS = """
late | invoice_generated | 2026-01-01 09:00 | ana | human
soon | invoice_generated | 2026-02-10 09:00 | bot | robot
done | invoice_generated | 2026-02-10 09:00 | bot | robot
done | overdue_reminder_sent | 2026-03-12 09:00 | carl | human
paid | invoice_generated | 2026-02-10 09:00 | bot | robot
paid | payment_received | 2026-03-01 09:00 | bot | robot | payment_amount=100.00
paid | payment_posted | 2026-03-01 10:00 | bot | robot
held | invoice_generated | 2026-02-10 09:00 | bot | robot
held | dispute_registered | 2026-03-01 09:00 | dora | human
said | invoice_generated | 2026-01-01 09:00 | bot | robot
said | overdue_reminder_sent | 2026-02-03 09:00 | carl | human
said | promise_recorded | 2026-02-10 09:00 | carl | human | promise_date=2026-02-20, promise_amount=900.00
rest | invoice_generated | 2026-01-01 09:00 | bot | robot
rest | overdue_reminder_sent | 2026-03-02 09:00 | carl | human
book | invoice_generated | 2026-03-01 09:00 | bot | robot
book | payment_received | 2026-03-11 09:00 | bot | robot | payment_amount=200.00
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-03-15")


@pytest.fixture(scope="module")
def work(log: PreparedLog) -> pd.DataFrame:
    return worklist_frame(log)


def test_what_is_due_and_when(work: pd.DataFrame) -> None:
    due = {
        (row["case_id"], row["kind"], row["id"]): (row["due"], row["days_left"])
        for row in work.to_dict("records")
    }
    assert due == {
        ("late", "rule", "R03"): (date(2026, 1, 27), -47),
        ("soon", "rule", "R03"): (date(2026, 3, 17), 2),
        ("said", "rule", "R11"): (date(2026, 2, 27), -16),
        ("said", "deadline", "promise"): (date(2026, 2, 23), -20),
        ("rest", "balance", "receivable"): (date(2026, 3, 1), -14),
        ("done", "balance", "receivable"): (date(2026, 3, 10), -5),
        ("held", "balance", "receivable"): (date(2026, 3, 10), -5),
        # Received on a Wednesday, with one business day to go.
        ("book", "rule", "R06"): (date(2026, 3, 12), -3),
    }


def test_days_times_money_come_first(work: pd.DataFrame) -> None:
    assert work["case_id"].tolist() == ["said", "said", "late", "rest", "done", "held", "book", "soon"]


def test_for_whom_and_how_much(work: pd.DataFrame) -> None:
    rows = work.drop_duplicates("case_id").set_index("case_id").to_dict("index")
    assert (rows["late"]["partner"], rows["late"]["resource"], rows["late"]["balance"]) == (
        "K1",
        "ana",
        100.0,
    )
    # A machine is nobody to turn to.
    assert rows["soon"]["resource"] is None
    assert rows["rest"]["resource"] == "carl"


def test_why(work: pd.DataFrame) -> None:
    why = {(row["case_id"], row["kind"]): row["why"] for row in work.to_dict("records")}
    assert all(isinstance(reason, Message) for reason in why.values())
    assert why["late", "rule"].startswith("First dunning in time after the due date (after: Payment Due Date")
    assert why["said", "deadline"].endswith("the deadline has passed and it is not met")
    assert why["rest", "balance"] == "past due since 2026-03-01, no step since 2026-03-02"


def test_deals_have_work_too() -> None:
    events = """
    D | order_fulfilled | 2026-01-05 09:00 | ana | human
    E | order_fulfilled | 2026-01-04 09:00 | ana | human
    E | invoice_created | 2026-01-05 09:00 | ana | human
    """
    log = prepared(
        events, "opportunity_id | account\nD | A1\nE | A1", as_of="2026-01-07", process="lead-to-cash"
    )
    (row,) = worklist_frame(log).to_dict("records")
    assert (row["id"], row["due"], row["days_left"], row["partner"]) == ("L06", date(2026, 1, 10), 3, "A1")


def test_nothing_is_due(log: PreparedLog, work: pd.DataFrame) -> None:
    frame = pd.DataFrame({"case": ["x"], "activity": ["ask"], "time": pd.to_datetime(["2026-01-01"])})
    nothing = log.within(log.cases.filter(log.cases["case_id"] == "z").select("case_key"))
    for empty in (worklist_frame(wb.load(frame).prepared), worklist_frame(nothing)):
        assert empty.empty
        assert list(empty.columns) == list(work.columns)
