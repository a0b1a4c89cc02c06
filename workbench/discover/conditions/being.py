"""Conditions on a case as a whole: its id, its status, when it ran and how long it took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

import ibis
import ibis.expr.types as ir

from workbench.discover.calendar import knows_ends
from workbench.discover.conditions.base import Condition, Met, in_order
from workbench.discover.conditions.naming import one_of
from workbench.discover.conditions.picking import between_days
from workbench.discover.conditions.reading import chosen, day, key, seconds, some
from workbench.discover.conditions.wording import ranging, spans
from workbench.discover.shown import linked_events
from workbench.errors import WorkbenchError
from workbench.log.prepared import PreparedLog
from workbench.log.trims import Trim
from workbench.messages import Message

__all__ = ["Case", "Performance", "Status", "Time"]

_MICROSECONDS = 1_000_000
_STATUS = ("open", "ended", "succeeded", "failed", "neutral")


@dataclass(frozen=True, kw_only=True)
class Time(Condition):
    """Cases by when they ran, in days of the project's zone, both ends included; either may lack.

    `started`: the first recorded event lies in it. `ended`: the event that ended the case does; in a process that
    knows no end, the last event. `contained`: all recorded events do. `intersecting`: the case had begun and had not
    had its last event before it. `trimmed`: some event lies in it, and of the events only those in it are shown;
    KPIs are those of the whole cases.

    >>> Time(mode="started", first="2026-01-01").record()
    {'kind': 'time', 'mode': 'started', 'from': '2026-01-01'}
    """

    kind: ClassVar[str] = "time"

    mode: Literal["started", "ended", "contained", "intersecting", "trimmed"] = key(
        chosen("started", "ended", "contained", "intersecting", "trimmed")
    )
    first: date | None = key(day, "from", default=None)  # noqa: RUF009
    last: date | None = key(day, "to", default=None)  # noqa: RUF009

    def check(self) -> None:
        in_order(self.first, self.last)

    def told(self, log: PreparedLog) -> Message:
        first, last = self.first, self.last
        side = "both" if first and last else "from" if first else "to"
        return Message(_TIMES[self.mode, side].pattern, first=first, last=last)

    def told_without(self, log: PreparedLog) -> Message:
        if self.mode != "trimmed":
            return super().told_without(log)
        first, last = self.first, self.last
        if last is None:
            return Message("nothing happened from {first} on", first=first)
        if first is None:
            return Message("nothing happened until {last}", last=last)
        return Message("nothing happened from {first} to {last}", first=first, last=last)

    def met(self, log: PreparedLog) -> Met:
        cases = log.cases
        if self.mode == "trimmed":
            return between_days(self.first, self.last)(log.events.filter(log.events["is_shown"])).select(
                "case_key"
            )
        if self.mode == "started":
            low = high = cases["start_day"]
        elif self.mode == "ended":
            low = high = cases["ended_day"] if knows_ends(log) else cases["end_day"]
        else:
            low, high = cases["start_day"], cases["end_day"]
            if self.mode == "intersecting":
                low, high = high, low
        met: ir.BooleanValue = low.notnull()
        if self.first is not None:
            met = met & (low >= ibis.literal(self.first))
        if self.last is not None:
            met = met & (high <= ibis.literal(self.last))
        return met.fill_null(False)

    def trimming(self, log: PreparedLog) -> Trim | None:
        if self.mode != "trimmed" or self.exclude:
            return None
        return Trim(f"days {self.first} {self.last}", between_days(self.first, self.last), self.trimming)


_TIMES = {
    ("started", "both"): Message("started from {first} to {last}"),
    ("started", "from"): Message("started from {first} on"),
    ("started", "to"): Message("started until {last}"),
    ("ended", "both"): Message("ended from {first} to {last}"),
    ("ended", "from"): Message("ended from {first} on"),
    ("ended", "to"): Message("ended until {last}"),
    ("contained", "both"): Message("wholly from {first} to {last}"),
    ("contained", "from"): Message("wholly from {first} on"),
    ("contained", "to"): Message("wholly until {last}"),
    ("intersecting", "both"): Message("under way from {first} to {last}"),
    ("intersecting", "from"): Message("under way from {first} on"),
    ("intersecting", "to"): Message("under way until {last}"),
    ("trimmed", "both"): Message("shown from {first} to {last}, figures of the whole cases"),
    ("trimmed", "from"): Message("shown from {first} on, figures of the whole cases"),
    ("trimmed", "to"): Message("shown until {last}, figures of the whole cases"),
}


@dataclass(frozen=True, kw_only=True)
class Performance(Condition):
    """Cases by how long they took or how much happened, both ends included.

    `duration`: seconds from the first to the last recorded event (of an open case so far); `wait`: the longest
    seconds between two events that follow each other on the map; `events`: recorded events; `activities`: different
    activities recorded. Cases without any event, or without a wait, do not meet it.

    >>> Performance(of="duration", low=30 * 86400).record()
    {'kind': 'performance', 'of': 'duration', 'from': 2592000}
    """

    kind: ClassVar[str] = "performance"

    of: Literal["duration", "events", "activities", "wait"] = key(
        chosen("duration", "events", "activities", "wait")
    )
    low: int | float | None = key(seconds, "from", default=None)
    high: int | float | None = key(seconds, "to", default=None)

    def check(self) -> None:
        in_order(self.low, self.high)

    def told(self, log: PreparedLog) -> Message:
        if self.of == "duration":
            return Message("takes {range}", range=spans(self.low, self.high))
        if self.of == "wait":
            return Message("longest wait {range}", range=spans(self.low, self.high))
        if self.of == "events":
            return Message("number of events {range}", range=ranging(self.low, self.high))
        return Message("number of activities {range}", range=ranging(self.low, self.high))

    def met(self, log: PreparedLog) -> Met:
        cases = log.cases
        if self.of == "duration":
            return self._within(cases["end"].delta(cases["start"], unit="microsecond"), _MICROSECONDS)
        if self.of == "events":
            return self._within(cases["n_events"], 1)
        if self.of == "activities":
            events = log.events.filter(~log.events["is_derived"] & (log.events["occurrence"] == 1))
            seen = events.group_by("case_key").aggregate(n=events.count())
            return seen.filter(self._within(seen["n"], 1)).select("case_key")
        events = linked_events(log, derived=True)
        waits = events.filter(events["to_next"].notnull())
        met = log.cases.select("case_key")
        low, high = self.low, self.high
        long = waits if low is None else waits.filter(waits["to_next"] >= low * _MICROSECONDS)
        met = met.semi_join(long, "case_key")
        if high is None:
            return met
        return met.anti_join(waits.filter(waits["to_next"] > high * _MICROSECONDS), "case_key")

    def _within(self, value: ir.Value, unit: int) -> ir.BooleanValue:
        met: ir.BooleanValue = value.notnull()
        if self.low is not None:
            met = met & (value >= self.low * unit)
        if self.high is not None:
            met = met & (value <= self.high * unit)
        return met.fill_null(False)


@dataclass(frozen=True, kw_only=True)
class Case(Condition):
    """Cases by their ids; one that the log does not have is passed over.

    >>> Case(ids=["INV-1"]).record()
    {'kind': 'case', 'ids': ['INV-1']}
    """

    kind: ClassVar[str] = "case"

    ids: tuple[str, ...] = key(some)

    def told(self, log: PreparedLog) -> Message:
        if len(self.ids) > 3:
            return Message("{n} chosen cases", n=len(self.ids))
        return Message("case {ids}", ids=one_of(self.ids))

    def met(self, log: PreparedLog) -> Met:
        return log.cases["case_id"].isin(self.ids).fill_null(False)


@dataclass(frozen=True, kw_only=True)
class Status(Condition):
    """Cases that are open or ended, or that ended well (`succeeded`), badly (`failed`) or without either (`neutral`).

    Which activity ends a case, and how, is said by the process.

    >>> Status(is_="open").record()
    {'kind': 'status', 'is': ['open']}
    """

    kind: ClassVar[str] = "status"

    is_: tuple[str, ...] = key(lambda value: tuple(chosen(*_STATUS)(one) for one in some(value)), "is")

    def told(self, log: PreparedLog) -> Message:
        return Message("status is {values}", values=one_of([_STATUS_NAMES[one] for one in self.is_]))

    def met(self, log: PreparedLog) -> Met:
        if not knows_ends(log):
            raise WorkbenchError(
                Message("This process knows no event that ends a case"),
                where="status",
                remedy=Message("Filter by the last activity instead, with the kind ends"),
            )
        cases = log.cases
        met: ir.BooleanValue = cases["status"].isin([one for one in self.is_ if one in ("open", "ended")])
        kinds = [_KINDS[one] for one in self.is_ if one in _KINDS]
        if kinds:
            met = met.fill_null(False) | cases["ended_kind"].isin(kinds)
        return met.fill_null(False)


_KINDS = {"succeeded": "end+", "failed": "end-", "neutral": "end"}
_STATUS_NAMES = {
    "open": Message("open"),
    "ended": Message("ended"),
    "succeeded": Message("ended in success"),
    "failed": Message("ended in failure"),
    "neutral": Message("ended in neither"),
}
