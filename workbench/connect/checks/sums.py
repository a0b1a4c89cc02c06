"""What several checks of a log ask, asked once: its events by case, and by activity and day.

Each is one pass over the events that sorts nothing; what comes of it is small, or has a row a case.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from workbench.connect.clock import to_utc
from workbench.connect.logtables import LogTables
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.sql import ident, text_list

__all__ = ["ENOUGH", "Checked", "first_cases", "row_of"]

ENOUGH = 20
"""Below this many cases or events nothing is said of what is usual: a few rows have no custom."""

_FIRST = 5


@dataclass(frozen=True)
class Checked:
    """A log under check: where it is kept, what it consists of, and sums of it, each made when first asked for."""

    stage: Stage
    log: LogTables

    @cached_property
    def sizes(self) -> tuple[int, int]:
        """How many events and cases there are."""
        events, cases = self.stage.row(
            f"SELECT (SELECT count(*) FROM {self.log.events}), (SELECT count(*) FROM {self.log.cases})"
        )
        return int(events), int(cases)

    @property
    def events(self) -> int:
        return self.sizes[0]

    @property
    def cases(self) -> int:
        return self.sizes[1]

    @cached_property
    def tied(self) -> str:
        """The cases and times that several events share: case_id, time, n."""
        times = f"SELECT case_id, time, count(*) AS n FROM {self.log.events} GROUP BY case_id, time"
        return self.stage.keep("tied", f"{times} HAVING count(*) > 1", large=False)

    @cached_property
    def path(self) -> tuple[str, ...]:
        """The activities of the template's ideal path that occur, in its order."""
        seen = {activity for activity, _ in self.by_activity}
        return tuple(name for name in self.log.template.path.ideal if name in seen)

    @cached_property
    def by_case(self) -> str:
        """One row a case that has events: case_id, first, last, opened, ended, and p0, p1, …

        `opened` and `ended` say that an event of a start kind and one of an end kind is there, the rest are the
        first days of the activities of the ideal path.
        """
        activities = tuple(self.log.template.activities.values())
        ends = [one.id for one in activities if one.kind.startswith("end")]
        starts = [one.id for one in activities if one.kind == "start"]
        columns = [
            "case_id",
            "min(time) AS first",
            "max(time) AS last",
            f"bool_or({_among(starts)}) AS opened",
            f"bool_or({_among(ends)}) AS ended",
            *(
                f"min(day) FILTER ({_among([name])}) AS {ident(f'p{number}')}"
                for number, name in enumerate(self.path)
            ),
        ]
        query = f"SELECT {', '.join(columns)} FROM {self.log.events} GROUP BY case_id"
        return self.stage.keep("by_case", query, large=self.log.large)

    @cached_property
    def by_day(self) -> str:
        """One row an activity and day: activity, day, n, and at_midnight, how many begin with the day."""
        events = self.log.events
        midnight = "CAST(day AS TIMESTAMP)"
        if self.log.zone != "UTC":
            days = f"SELECT DISTINCT day FROM {events}"
            start = to_utc("CAST(day AS TIMESTAMP)", self.log.zone)
            starts = self.stage.keep("starts", f"SELECT day, {start} AS start FROM ({days})", large=False)
            events, midnight = f"{events} JOIN {starts} USING (day)", "start"
        query = (
            f"SELECT activity, day, count(*) AS n, count(*) FILTER (time = {midnight}) AS at_midnight "
            f"FROM {events} GROUP BY activity, day"
        )
        return self.stage.keep("by_day", query, large=False)

    @cached_property
    def by_activity(self) -> list[tuple[str, int]]:
        """The activities that occur with how often, the most frequent first."""
        rows = self.stage.rows(
            f"SELECT activity, sum(n) AS n FROM {self.by_day} GROUP BY activity ORDER BY n DESC, activity"
        )
        return [(str(activity), int(count)) for activity, count in rows]

    @cached_property
    def days(self) -> Mapping[date, int]:
        """How many events each day has that has any."""
        rows = self.stage.rows(f"SELECT day, sum(n) FROM {self.by_day} GROUP BY day ORDER BY day")
        return {day: int(count) for day, count in rows}


def _among(names: Collection[str]) -> str:
    return f"activity IN {text_list(names)}" if names else "false"


def first_cases(stage: Stage, select: str) -> tuple[dict[str, str], ...]:
    """The first rows of a SELECT of a case id and, if it has one, a value: in the order of the cases."""
    found = stage.rows(f"SELECT * FROM ({select}) ORDER BY 1 LIMIT {_FIRST}")
    names = ("case", "value")
    return tuple(
        {name: str(value) for name, value in zip(names, row, strict=False) if value is not None}
        for row in found
    )


def row_of(table: SourceTable, row: int) -> dict[str, Any]:
    """Where a row stands, as its reader counts: its number, and its file where the source has several."""
    file, number = table.at(int(row))
    return {"row": number, "file": file} if table.places else {"row": number}
