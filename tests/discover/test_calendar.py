"""The calendar of volume: no month is left out, days are local, and a process without ends knows no open case."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.discover import day_frame, month_frame, weekday_frame
from workbench.log.prepared import PreparedLog

CASES = """
invoice_number | invoice_amount | invoice_date | due_date
a | 100.00 | 2026-01-05 | 2026-01-20
b | 200.00 | 2026-01-30 | 2026-02-20
c | 300.00 | 2026-04-01 | 2026-05-01
"""
# b is generated on 30 January in Bogotá, late in the evening: the next day in UTC. March is empty.
EVENTS = """
a | invoice_generated | 2026-01-05 09:00
a | invoice_settled | 2026-02-02 10:00
b | invoice_generated | 2026-01-30 22:00
c | invoice_generated | 2026-04-01 09:00
c | invoice_sent | 2026-04-02 09:00
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-04-15", zone="America/Bogota")


def test_every_month_stands_there(log: PreparedLog) -> None:
    months = month_frame(log)
    assert [f"{month:%Y-%m}" for month in months["month"]] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert months["started"].tolist() == [2, 0, 0, 1]
    assert months["ended"].tolist() == [0, 1, 0, 0]
    assert months["open"].tolist() == [2, 1, 1, 2]
    assert months["events"].tolist() == [2, 1, 0, 2]
    assert months["whole"].tolist() == [True, True, True, False]


def test_days_are_local(log: PreparedLog) -> None:
    days = day_frame(log)
    assert len(days) == (date(2026, 4, 15) - date(2026, 1, 5)).days + 1
    busy = days[days["events"] > 0]
    assert date(2026, 1, 30) in busy["day"].tolist()
    assert date(2026, 1, 31) not in busy["day"].tolist()


def test_weekdays_say_when_people_work(log: PreparedLog) -> None:
    week = weekday_frame(log)
    assert week["weekday"].tolist() == list(range(1, 8))
    # Monday the 5th and the 2nd, Wednesday the 1st, Thursday the 2nd, Friday the 30th.
    assert week["events"].tolist() == [2, 0, 1, 1, 1, 0, 0]
    assert week["share"].sum() == 1
    assert week["days"].sum() == 101
    assert week["events_per_day"].iloc[0] == pytest.approx(2 / 15)


def test_a_process_without_ends_knows_no_open_case() -> None:
    frame = pd.DataFrame(
        {
            "case": ["x", "x"],
            "activity": ["ask", "answer"],
            "time": pd.to_datetime(["2026-01-31", "2026-03-01"]),
        }
    )
    months = month_frame(wb.load(frame).prepared)
    assert months["started"].tolist() == [1, 0, 0]
    assert months[["ended", "open"]].isna().all(axis=None)


def test_a_log_without_events(log: PreparedLog) -> None:
    nothing = log.within(log.cases.filter(log.cases["case_id"] == "nobody").select("case_key"))
    for frame, columns in (
        (month_frame(nothing), ["month", "started", "ended", "open", "events", "whole"]),
        (day_frame(nothing), ["day", "events", "started", "ended"]),
        (weekday_frame(nothing), ["weekday", "events", "share", "days", "events_per_day"]),
    ):
        assert frame.empty
        assert list(frame.columns) == columns
