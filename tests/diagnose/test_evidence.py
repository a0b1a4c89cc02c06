"""The cases that show a broken rule best, and what is at stake."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.diagnose import evidence_frame, stake_frame
from workbench.errors import WorkbenchError
from workbench.log.frames import as_day
from workbench.log.prepared import PreparedLog
from workbench.messages import Message

CASES = """
invoice_number | customer_id | invoice_amount | currency | due_date
a | K1 | 100.00 | EUR | 2026-01-20
b | K2 | 900.00 | EUR | 2026-01-20
c | K3 | 500.00 | EUR | 2026-01-20
d | K4 | 700.00 | USD | 2026-01-20
"""
# Reminders before the due date in a, b, d; in c nobody reminds at all, and in a it comes again.
EVENTS = """
a | invoice_generated | 2026-01-01 09:00
a | overdue_reminder_sent | 2026-01-10 09:00 | ana | human
a | overdue_reminder_sent | 2026-01-11 09:00 | ana | human
b | invoice_generated | 2026-01-01 09:00
b | overdue_reminder_sent | 2026-01-12 09:00 | carl | human
c | invoice_generated | 2026-01-01 09:00
d | invoice_generated | 2026-01-01 09:00
d | overdue_reminder_sent | 2026-01-13 09:00 | ana | human
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-03-31")


def test_the_largest_of_each_currency_take_turns(log: PreparedLog) -> None:
    frame = evidence_frame(log, "R01", limit=2)
    assert list(zip(frame["case_id"], frame["partner"], frame["amount"], frame["currency"], strict=True)) == [
        ("b", "K2", 900.0, "EUR"),
        ("d", "K4", 700.0, "USD"),
    ]


def test_a_case_stands_once_with_its_first_breach(log: PreparedLog) -> None:
    frame = evidence_frame(log, "R01")
    assert frame["case_id"].tolist() == ["b", "d", "a"]
    last = frame.iloc[-1]
    assert (last["activity"], last["resource"]) == ("overdue_reminder_sent", "ana")
    assert f"{last['time']:%Y-%m-%d}" == "2026-01-10"
    assert last["reason"] == "what must come before it did not"
    assert isinstance(last["reason"], Message)


def test_a_limit_and_why(log: PreparedLog) -> None:
    frame = evidence_frame(log, "R03")
    assert frame["case_id"].tolist() == ["b", "d", "c", "a"]
    row = frame[frame["case_id"] == "c"].iloc[0]
    assert row["reason"] == "it was never done"
    assert as_day(row["limit_day"]) == date(2026, 1, 27)


def test_what_is_at_stake(log: PreparedLog) -> None:
    frame = stake_frame(log)
    own = frame[frame["rule"] == "R01"].to_dict("records")
    assert [(row["currency"], row["cases"], row["events"], row["amount"]) for row in own] == [
        ("EUR", 2, 3, 1000.0),
        ("USD", 1, 1, 700.0),
    ]
    assert {(row["owner"], row["owner_events"]) for row in own} == {("ana", 3)}
    assert frame.loc[frame["rule"] == "R03", "owner"].isna().all()


def test_a_group_an_unknown_rule_and_nothing(log: PreparedLog) -> None:
    assert evidence_frame(log, "R08").empty
    with pytest.raises(WorkbenchError, match="R01"):
        evidence_frame(log, "R011")
    frame = pd.DataFrame({"case": ["x"], "activity": ["ask"], "time": pd.to_datetime(["2026-01-01"])})
    nobody = log.within(log.cases.filter(log.cases["case_id"] == "z").select("case_key"))
    for empty in (wb.load(frame).prepared, nobody):
        assert list(evidence_frame(empty).columns) == list(evidence_frame(log).columns)
        assert list(stake_frame(empty).columns) == list(stake_frame(log).columns)
        assert evidence_frame(empty).empty
        assert stake_frame(empty).empty
