"""When people work and when machines run: moments in the local time of the generated company.

Moments are whole seconds since 1970-01-01 00:00 in local time without a zone, days are whole days since then.
A step is put off until somebody (or a machine) can do it; both ways of putting off keep the order of what
they get and never move anything back, so a step planned after another one is also done after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from workbench.generate.dice import DAY, HOUR, Dice, Ints, Mask

__all__ = ["EPOCH", "WorkCalendar", "day_number"]

EPOCH = date(1970, 1, 1)

_YEARS_AROUND = 2


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


class WorkCalendar:
    """The working days from two years before to two years after the generated history."""

    def __init__(self, rules: Mapping[str, Any], *, start: date, end: date) -> None:
        self.first = day_number(start.replace(month=1, day=1)) - 366 * _YEARS_AROUND
        last = day_number(end.replace(month=12, day=31)) + 366 * _YEARS_AROUND
        self.opens = int(rules["opens"]) * HOUR
        self.closes = int(rules["closes"]) * HOUR
        self._pause = [int(hour * HOUR) for hour in rules["machine_pause"]]
        self.holidays = tuple(sorted(rules["holidays"]))

        days = [EPOCH + timedelta(days=number) for number in range(self.first, last + 1)]
        free = set(self.holidays)
        weekend = set(rules["weekend"])
        worked = np.array([day.isoweekday() not in weekend and day not in free for day in days])
        self._worked: Mask = worked
        # How many working days there were up to and including each day, and the day number of each of them.
        self._rank: Ints = np.cumsum(worked)
        self._days: Ints = np.flatnonzero(worked) + self.first

    def _at(self, day: Ints) -> Ints:
        # What never happens lies beyond the calendar: its last day stands for it, long after every cut-off.
        return np.clip(day - self.first, 1, len(self._rank) - 1)

    def worked(self, day: Ints) -> Mask:
        """Whether people work on these days."""
        return np.asarray(self._worked[self._at(day)])

    def workdays(self, first: int, last: int) -> Ints:
        """The working days from `first` to `last`, both included."""
        low, high = np.searchsorted(self._days, [first, last + 1])
        return self._days[low:high]

    def shift(self, day: Ints, workdays: Ints | int) -> Ints:
        """So many working days after the given days (before them, when negative). A free day counts as the
        working day before it; moving by none gives the latest working day that is not later."""
        rank = self._rank[self._at(day)] - 1 + workdays
        return np.asarray(self._days[np.clip(rank, 0, len(self._days) - 1)])

    def on_or_after(self, day: Ints) -> Ints:
        """The given days, or the next working day where they are free."""
        rank = self._rank[self._at(day - 1)]
        return np.asarray(self._days[np.minimum(rank, len(self._days) - 1)])

    def in_hours(self, day: Ints, dice: Dice, hours: tuple[float, float] | None = None) -> Ints:
        """Some moment of these days within working hours, or within the given ones."""
        opens, closes = (self.opens, self.closes) if hours is None else (hours[0] * HOUR, hours[1] * HOUR)
        return day * DAY + dice.seconds((opens, closes), 1)

    def at_work(self, moment: Ints) -> Ints:
        """When somebody who works office hours does what comes up at a moment.

        What came up since the last closing is done in the first hour, the day's own work after it.
        """
        day, clock = moment // DAY, moment % DAY
        during = self.worked(day) & (clock >= self.opens) & (clock < self.closes)
        rest = self.closes - self.opens - HOUR
        today = day * DAY + self.opens + HOUR + (clock - self.opens) * rest // (self.closes - self.opens)

        before_opening = clock < self.opens
        last_day = self.shift(np.where(before_opening, day - 1, day), 0)
        closed = last_day * DAY + self.closes
        next_opening = self.on_or_after(last_day + 1) * DAY + self.opens
        backlog = next_opening + (moment - closed) * HOUR // (next_opening - closed)
        # What never happens lies beyond the calendar and stays there.
        return np.where(day >= self._days[-1], moment, np.where(during, today, backlog))

    def at_machine(self, moment: Ints) -> Ints:
        """When a machine does what comes up at a moment: at once, except in its nightly pause."""
        pause, resume, done = self._pause
        clock = moment % DAY
        late = (clock - pause) * (done - resume) // (done - pause) + resume - clock
        return np.where((clock >= pause) & (clock < done), moment + late, moment)

    def done(self, moment: Ints, by_machine: Mask) -> Ints:
        """When a step that comes up at a moment is done, by a machine or by somebody."""
        return np.where(by_machine, self.at_machine(moment), self.at_work(moment))
