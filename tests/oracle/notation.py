"""The hand-worked logs as a human writes them, and the same as rows of a CSV file.

One event a line: `case | activity | local time | user | robot or human | name=value, name=value`. A hyphen
stands for a value that the source does not have. The last column holds the event's own attributes by
canonical name, so that a line shows only what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

__all__ = ["CaseTable", "Event", "case_rows", "event_rows", "read_cases", "read_events"]

FLAGS = {"robot": True, "human": False, "-": None}
CaseTable = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Event:
    """One recorded event. `row` is its place in the file: what orders two events of one time."""

    case: str
    activity: str
    time: datetime
    row: int
    user: str | None
    automated: bool | None
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The local calendar day."""
        return self.time.date()


def _facts(text: str) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in text.split(",") if part.strip())
    return {name.strip(): value.strip() for name, value in pairs}


def read_events(text: str, *, zone: str) -> list[Event]:
    """Every line as an event whose time is aware, in the zone it was written in."""
    events: list[Event] = []
    for line in text.strip().splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        case, activity, when, user, flag, *rest = (part.strip() for part in line.split("|"))
        time = datetime.fromisoformat(when).replace(tzinfo=ZoneInfo(zone))
        known = _facts(rest[0]) if rest else {}
        events.append(
            Event(case, activity, time, len(events), None if user == "-" else user, FLAGS[flag], known)
        )
    return events


def read_cases(text: str) -> CaseTable:
    """The case table: a header line, then one line a case, cells parted by bars."""
    header, *lines = ([cell.strip() for cell in line.split("|")] for line in text.strip().splitlines())
    return {cells[0]: dict(zip(header, cells, strict=True)) for cells in lines}


def event_rows(
    events: Iterable[Event], *, case: str, user: str, names: Sequence[str]
) -> list[dict[str, str]]:
    """The rows of a long CSV file: canonical column names, naive local times, a column for each name."""
    flags = {True: "true", False: "false", None: ""}
    return [
        {
            case: event.case,
            "activity_name": event.activity,
            "event_time": event.time.replace(tzinfo=None).isoformat(sep=" "),
            user: event.user or "",
            "is_automated": flags[event.automated],
        }
        | {name: event.facts.get(name, "") for name in names}
        for event in events
    ]


def case_rows(cases: CaseTable) -> list[dict[str, str]]:
    """The rows of the case table's CSV file."""
    return [dict(row) for row in cases.values()]
