"""A day that parts the log in two: what began before a change - a new policy, a go-live - and what began since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from workbench.discover.conditions import Time
from workbench.errors import WorkbenchError
from workbench.log.frames import as_day
from workbench.log.prepared import PreparedLog
from workbench.messages import Message

__all__ = ["PartingDays", "parted", "parting_days"]


@dataclass(frozen=True, slots=True)
class PartingDays:
    """The days that can part a log, `first` to `last`: on each side of every one of them some case began.

    `middle` is the one that does where nobody names another: the middle of the days on which anything happened, or
    the last that can where no case began after it.
    """

    first: date
    last: date
    middle: date

    def holds(self, day: date) -> bool:
        """Whether a day parts the log."""
        return self.first <= day <= self.last

    def sides(self, day: date | None = None) -> tuple[Time, Time]:
        """The conditions of the two sides: began before the day, began on it or later."""
        day = day or self.middle
        return Time(mode="started", last=day - timedelta(days=1)), Time(mode="started", first=day)


def parting_days(log: PreparedLog) -> PartingDays | None:
    """The days that can part a log; None where all of its cases began on one day."""
    cases = log.cases
    found = log.frame(
        cases.aggregate(
            first=cases["start_day"].min(), began=cases["start_day"].max(), last=cases["end_day"].max()
        )
    ).iloc[0]
    first, began, last = (as_day(found[name]) for name in ("first", "began", "last"))
    if first is None or began is None or last is None or began == first:
        return None
    earliest = first + timedelta(days=1)
    middle = first + (last - first) // 2
    return PartingDays(earliest, began, min(max(middle, earliest), began))


def parted(log: PreparedLog, day: date | None = None) -> tuple[Time, Time]:
    """Who began before a day, and who began on it or later; without a day the middle of the log's days parts.

    A case belongs where its first recorded event lies, in the project's zone, whole, with all that happened to it
    later: one that was under way on the day belongs to before. Of a case without any event nothing is known.
    Raises WorkbenchError for a day with no case on one side of it.
    """
    days = parting_days(log)
    if days is None:
        raise WorkbenchError(
            Message("All cases began on one day"),
            where="day",
            remedy=Message("Compare two values of an attribute instead"),
        )
    if day is not None and not days.holds(day):
        raise WorkbenchError(
            Message("{day} parts nothing", day=day),
            where="day",
            remedy=Message("Choose a day between {first} and {last}", first=days.first, last=days.last),
        )
    return days.sides(day)
