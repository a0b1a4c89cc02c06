"""Days, order and verdicts in plain Python: the few words that both processes' oracles are said in."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.oracle.notation import Event
from tests.oracle.plain_figures import DAY

__all__ = [
    "before",
    "business_day_after",
    "business_days",
    "day_after",
    "days_between",
    "known_at",
    "limited",
    "month_of",
    "months",
    "pairs",
    "precedence",
]


def day_after(day: date, days: int) -> date:
    return day + timedelta(days=days)


def worked(day: date, holidays: Container[date]) -> bool:
    return day.weekday() < 5 and day not in holidays


def business_day_after(day: date, days: int, holidays: Container[date] = ()) -> date:
    """The day on which the n-th working day after `day` ends; Saturdays, Sundays and holidays are not worked."""
    while days:
        day = day_after(day, 1)
        days -= worked(day, holidays)
    return day


def business_days(first: date, last: date, holidays: Container[date] = ()) -> int:
    """Working days after the first day up to and including the second."""
    return sum(worked(day_after(first, i), holidays) for i in range(1, (last - first).days + 1))


def seconds(first: Event, last: Event) -> Fraction:
    delta = last.time.astimezone(ZoneInfo("UTC")) - first.time.astimezone(ZoneInfo("UTC"))
    return Fraction(delta // timedelta(microseconds=1), 1_000_000)


def days_between(first: Event, last: Event) -> Fraction:
    return seconds(first, last) / DAY


def before(one: Event, other: Event) -> bool:
    return (one.time, one.row) < (other.time, other.row)


def pairs(opens: list[Event], closes: list[Event], key: str) -> list[tuple[Event, Event | None]]:
    """By a key that both sides have, else k-th with k-th, a close with nothing open being an orphan.

    A number that only the payments carry pairs nothing: their corrections, which carry none, go by order.
    """
    shared = {event.facts.get(key) for event in opens} & {event.facts.get(key) for event in closes}

    def lane(event: Event) -> str | None:
        value = event.facts.get(key)
        return value if value in shared else None

    found: dict[int, Event] = {}
    for close in sorted(closes, key=lambda event: (event.time, event.row)):
        waiting = [
            event
            for event in opens
            if event.row not in found and before(event, close) and lane(event) == lane(close)
        ]
        if waiting:
            found[waiting[0].row] = close
    return [(event, found.get(event.row)) for event in opens]


def limited(ok: bool, limit: date, as_of: date, *, excused: bool = False) -> str:
    """A rule with a limit: pending until the limit has gone by, whatever has already happened."""
    if limit > as_of:
        return "pending"
    return "ok" if ok else "excused" if excused else "broken"


def precedence(event: Event, earlier: Iterable[datetime]) -> str:
    times = list(earlier)
    if any(moment < event.time for moment in times):
        return "ok"
    return "tie" if event.time in times else "broken"


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month."""
    first = day.replace(day=1)
    return first, day_after((first + timedelta(days=32)).replace(day=1), -1)


def months(as_of: date, count: int) -> list[tuple[date, date]]:
    """The last full months at as-of, oldest first. A month is full when its last day is not after as-of."""
    found = (
        [month_of(as_of)] if month_of(as_of)[1] == as_of else [month_of(day_after(month_of(as_of)[0], -1))]
    )
    while len(found) < count:
        found.insert(0, month_of(day_after(found[0][0], -1)))
    return found


def known_at(events: Iterable[Event], day: date) -> dict[str, list[Event]]:
    """The log as known at the end of a local day: each case's events in time and file order."""
    known: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda event: (event.time, event.row)):
        if event.day <= day:
            known.setdefault(event.case, []).append(event)
    return known
