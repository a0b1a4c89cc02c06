"""How large a log is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workbench.log.frames import as_day
from workbench.log.prepared import PreparedLog

__all__ = ["LogSize", "log_size"]


@dataclass(frozen=True, slots=True)
class LogSize:
    """How large a log is, and the days of its first and its last recorded event."""

    cases: int
    open: int
    events: int
    activities: int
    first: date | None
    last: date | None


def log_size(log: PreparedLog) -> LogSize:
    """The log in a few numbers: cases, open cases, recorded events and activities, first and last day."""
    cases, events = log.cases, log.events.filter(~log.events["is_derived"])
    counts = log.frame(
        cases.aggregate(cases=cases.count(), open=(cases["status"] == "open").sum().fill_null(0))
    ).iloc[0]
    found = log.frame(
        events.aggregate(
            events=events.count(),
            activities=events["activity"].nunique(),
            first=events["day"].min(),
            last=events["day"].max(),
        )
    ).iloc[0]
    return LogSize(
        cases=int(counts["cases"]),
        open=int(counts["open"]),
        events=int(found["events"]),
        activities=int(found["activities"]),
        first=as_day(found["first"]),
        last=as_day(found["last"]),
    )
