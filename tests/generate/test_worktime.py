"""Working hours: nobody works at night or on holidays, machines pause, and order is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from workbench.generate.dice import DAY, FAR, HOUR, Dice, Ints
from workbench.generate.worktime import WorkCalendar
from workbench.generate.world import load_world

CALENDAR = load_world("credit-collections").calendar
NOON = 12 * HOUR


def moment(text: str) -> int:
    return int((datetime.fromisoformat(text) - datetime(1970, 1, 1)).total_seconds())


def text(seconds: int) -> str:
    return (datetime(1970, 1, 1) + timedelta(seconds=int(seconds))).isoformat(sep=" ")


def one(value: int) -> Ints:
    return np.array([value])


@pytest.mark.parametrize(
    ("comes_up", "is_done"),
    [
        ("2025-03-12 08:00:00", "2025-03-12 09:00:00"),  # a Wednesday; the backlog of the night comes first
        ("2025-03-12 13:00:00", "2025-03-12 13:30:00"),  # half of the day's own nine hours
        ("2025-03-12 18:00:00", "2025-03-13 08:00:00"),  # just closed
        ("2025-03-13 01:00:00", "2025-03-13 08:30:00"),  # seven of the night's fourteen hours
        ("2025-03-15 12:00:00", "2025-03-17 08:17:25"),  # Saturday: 18 of the weekend's 62 hours
        ("2025-04-30 18:00:00", "2025-05-02 08:00:00"),  # the First of May is a holiday
    ],
)
def test_what_comes_up_is_done_in_office_hours(comes_up: str, is_done: str) -> None:
    assert text(CALENDAR.at_work(one(moment(comes_up)))[0]) == is_done


@pytest.mark.parametrize(
    ("comes_up", "is_done"),
    [
        ("2025-03-12 00:59:59", "2025-03-12 00:59:59"),
        ("2025-03-30 02:30:00", "2025-03-30 05:10:00"),  # a moment that the clock change leaves out
        ("2025-03-12 05:30:00", "2025-03-12 05:30:00"),
        ("2025-03-15 23:00:00", "2025-03-15 23:00:00"),  # machines work at weekends
    ],
)
def test_machines_run_at_any_time_but_in_their_nightly_pause(comes_up: str, is_done: str) -> None:
    assert text(CALENDAR.at_machine(one(moment(comes_up)))[0]) == is_done


def test_putting_off_keeps_the_order_and_never_moves_back() -> None:
    dice = Dice([11], 200_000)
    first, last = moment("2024-07-01 00:00:00"), moment("2026-06-30 23:59:59")
    moments = np.sort(dice.whole((first, last)))
    for done in (CALENDAR.at_work(moments), CALENDAR.at_machine(moments)):
        assert (np.diff(done) >= 0).all()
        assert (done >= moments).all()
    worked = CALENDAR.at_work(moments)
    clock = worked % DAY
    assert CALENDAR.worked(worked // DAY).all()
    assert ((clock >= 8 * HOUR) & (clock < 18 * HOUR)).all()


def test_shifting_by_working_days() -> None:
    friday, holiday = moment("2025-05-02 00:00") // DAY, moment("2025-05-01 00:00") // DAY
    assert CALENDAR.shift(one(friday), 1)[0] == friday + 3
    assert CALENDAR.shift(one(friday), -1)[0] == friday - 2, "the First of May is not worked"
    assert CALENDAR.shift(one(holiday), 0)[0] == holiday - 1
    assert CALENDAR.on_or_after(one(holiday))[0] == friday
    assert list(CALENDAR.workdays(holiday, friday + 3)) == [friday, friday + 3]


def test_what_never_happens_stays_after_every_cut_off() -> None:
    world = load_world("credit-collections")
    assert not world.known(CALENDAR.at_work(one(FAR))).any()
    assert not world.known(CALENDAR.shift(one(FAR // DAY), -5) * DAY).any()


def test_the_holidays_of_the_history_are_listed() -> None:
    years = {day.year for day in CALENDAR.holidays}
    assert {2024, 2025, 2026} <= years
    assert date(2026, 1, 1) in CALENDAR.holidays
    rules = {"opens": 9, "closes": 17, "weekend": [5], "holidays": [], "machine_pause": [1.0, 5.0, 5.5]}
    other = WorkCalendar(rules, start=date(2025, 1, 1), end=date(2025, 1, 31))
    friday = moment("2025-01-03 00:00") // DAY
    assert not other.worked(one(friday))[0]
    assert text(other.at_work(one(friday * DAY + NOON))[0]).startswith("2025-01-04 09:")
