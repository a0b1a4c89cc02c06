"""A day that parts the log by hand: who belongs to before, who to after, and which days part nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from tests.log.small import prepared
from workbench.discover import parted, parting_days
from workbench.discover.conditions import Time, narrowed
from workbench.errors import WorkbenchError
from workbench.log.prepared import PreparedLog


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    """Begun on 1 January near midnight (a), on 10 January (b), on 20 February (c); the last event on 12 March (a)."""
    return prepared(
        """
        a | invoice_generated | 2026-01-01 23:30 | ann
        a | payment_received | 2026-03-12 10:00 | - | - | payment_amount=100.00
        b | invoice_generated | 2026-01-10 | ann
        b | payment_received | 2026-01-20 | - | - | payment_amount=10.10
        c | invoice_generated | 2026-02-20 | eve
        """,
        """
        case_id | invoice_amount | currency
        a | 100.00 | EUR
        b | 10.10 | EUR
        c | 55.00 | EUR
        """,
        as_of="2026-03-15",
        zone="Europe/Paris",
    )


def ids(log: PreparedLog, side: Time) -> str:
    part = narrowed(log, [side])
    return "".join(sorted(part.frame(part.cases.select("case_id"))["case_id"]))


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2026, 1, 2), "a", "bc"),
        (date(2026, 1, 10), "a", "bc"),
        (date(2026, 1, 11), "ab", "c"),
        # a ends after that day, and b before it: both began before.
        (date(2026, 2, 20), "ab", "c"),
    ],
)
def test_a_case_belongs_where_it_began_whole(log: PreparedLog, day: date, before: str, after: str) -> None:
    one, other = parted(log, day)
    assert (ids(log, one), ids(log, other)) == (before, after)


def test_without_a_day_the_middle_of_the_log_parts(log: PreparedLog) -> None:
    # 70 days from the first event to the last: 35 of them before.
    days = parting_days(log)
    assert days is not None
    assert (days.first, days.middle, days.last) == (date(2026, 1, 2), date(2026, 2, 5), date(2026, 2, 20))
    assert parted(log) == parted(log, date(2026, 2, 5))


@pytest.mark.parametrize("day", [date.min, date(2026, 1, 1), date(2026, 2, 21), date.max])
def test_a_day_with_no_case_on_one_side_is_refused(log: PreparedLog, day: date) -> None:
    with pytest.raises(WorkbenchError, match="between 2026-01-02 and 2026-02-20"):
        parted(log, day)


def frame(*began: str) -> pd.DataFrame:
    """Cases of two events each, the second 40 days after the first."""
    times = pd.to_datetime([*began], format="ISO8601")
    cases = [f"c{place}" for place in range(len(began))]
    return pd.concat(
        pd.DataFrame({"case": cases, "activity": name, "time": times + pd.Timedelta(days=after)})
        for name, after in (("ask", 0), ("answer", 40))
    )


def test_of_a_log_whose_cases_all_began_early_the_last_beginning_parts() -> None:
    days = parting_days(wb.load(frame("2026-01-01", "2026-01-03")).prepared)
    assert days is not None
    assert days.middle == days.last == date(2026, 1, 3)


def test_two_days_part_in_one_way_and_one_day_in_none() -> None:
    before, after = wb.load(frame("2026-01-01", "2026-01-02")).before_and_after()
    assert (before.size().cases, after.size().cases) == (1, 1)
    alike = wb.load(frame("2026-01-01", "2026-01-01 17:00"))
    assert parting_days(alike.prepared) is None
    with pytest.raises(WorkbenchError, match="one day"):
        alike.before_and_after()


def test_a_day_is_given_to_a_log_as_text_or_as_a_day() -> None:
    log = wb.load(frame("2026-01-01", "2026-01-03", "2026-01-05"))
    for day in ("2026-01-04", date(2026, 1, 4)):
        before, after = log.before_and_after(day)
        assert (before.size().cases, after.size().cases) == (2, 1)
        assert before.map()["count"].sum() == 2
    for wrong in ("tomorrow", "2026-13-01", "2030-01-01"):
        with pytest.raises(WorkbenchError):
            log.before_and_after(wrong)


@settings(max_examples=12, deadline=None)
@given(
    offsets=st.lists(st.integers(0, 400), min_size=2, max_size=12),
    chosen=st.integers(0, 400),
)
def test_every_day_that_parts_leaves_each_case_on_one_side(offsets: list[int], chosen: int) -> None:
    first = pd.Timestamp("2025-01-01")
    log = wb.load(frame(*(str(first + pd.Timedelta(days=offset)) for offset in offsets)))
    days = parting_days(log.prepared)
    assert (days is None) == (len(set(offsets)) == 1)
    if days is None:
        return
    for day in (days.first, days.middle, days.last, days.first + timedelta(days=chosen)):
        early = sum(first.date() + timedelta(days=offset) < day for offset in offsets)
        if days.holds(day):
            before, after = log.before_and_after(day)
            assert (before.size().cases, after.size().cases) == (early, len(offsets) - early)
            assert 0 < early < len(offsets)
        else:
            assert early in (0, len(offsets))
