"""Wall clocks that a zone's summer time skips or strikes twice: counted, and read as said here.

A skipped hour (02:30 in the night the clocks go forward) is read one hour later; an hour that comes twice is
read as its second coming, in winter time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from workbench.connect.fields import Readings
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.errors import Finding
from workbench.messages import Message
from workbench.places import in_column
from workbench.sql import literal

__all__ = ["daylight_finding"]


def daylight_finding(
    stage: Stage,
    table: SourceTable,
    columns: Sequence[SourceColumn],
    readings: Readings,
    zone: str,
    *,
    between: Sequence[datetime | None] | None = None,
) -> list[Finding]:
    """A note where naive times of a source fall into an hour that is skipped or comes twice.

    `between` are their first and last, if known (in UTC: a day more or less is of no account here).
    """
    findings = []
    for column in dict.fromkeys(columns):
        reading = readings.times.get(column.name)
        if reading is None or reading.has_offsets:
            continue
        wall = reading.wall(column.sql)
        first, last = between or stage.row(f"SELECT min({wall}), max({wall}) FROM {table.relation}")
        if first is None or last is None:
            continue
        skipped, twice = _odd_hours(zone, first, last)
        if not skipped and not twice:
            continue
        counts = stage.row(
            f"SELECT count(*) FILTER ({_within(wall, skipped)}), count(*) FILTER ({_within(wall, twice)}) "
            f"FROM {table.relation}"
        )
        if any(counts):
            findings.append(_finding(table, column, zone, int(counts[0]), int(counts[1])))
    return findings


Span = tuple[datetime, datetime]


def _odd_hours(zone: str, first: datetime, last: datetime) -> tuple[list[Span], list[Span]]:
    """The wall clocks between two that a zone skips, and those that it has twice."""
    skipped: list[Span] = []
    twice: list[Span] = []
    for moment, before, after in _changes(zone, first, last):
        one, other = moment + before, moment + after
        (skipped if after > before else twice).append((min(one, other), max(one, other)))
    return skipped, twice


def _changes(zone: str, first: datetime, last: datetime) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """The moments (UTC) at which a zone's offset changes, with the offsets before and after."""
    info = ZoneInfo(zone)

    def offset(moment: datetime) -> timedelta:
        return moment.replace(tzinfo=UTC).astimezone(info).utcoffset() or timedelta()

    # A mark such as 9999-12-31 must not make this a long walk.
    day = max(first, datetime(1900, 1, 1)) - timedelta(days=2)
    end = min(last, datetime(2200, 1, 1)) + timedelta(days=2)
    while day < end:
        following = day + timedelta(days=1)
        if offset(day) != offset(following):
            low, high = day, following
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if offset(middle) == offset(day) else (low, middle)
            yield high.replace(microsecond=0), offset(day), offset(following)
        day = following


def _within(wall: str, spans: Sequence[Span]) -> str:
    tests = [f"({wall} >= {_timestamp(start)} AND {wall} < {_timestamp(end)})" for start, end in spans]
    return " OR ".join(tests) or "false"


def _timestamp(moment: datetime) -> str:
    return f"TIMESTAMP {literal(str(moment))}"


def _finding(table: SourceTable, column: SourceColumn, zone: str, skipped: int, twice: int) -> Finding:
    return Finding(
        rule="summer_time",
        severity="note",
        message=Message(
            "{skipped} times of {column!r} fall into an hour that {zone} skips, read an hour later; {twice} into "
            "an hour that comes twice, read as the second",
            skipped=skipped,
            column=column.name,
            zone=zone,
            twice=twice,
        ),
        remedy=Message("Export times with their offset (+01:00) where the hour matters"),
        count=skipped + twice,
        where=in_column(table.where, column.name),
        data={"skipped": skipped, "twice": twice},
    )
