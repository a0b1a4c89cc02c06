"""Times of day: none at all, those of another zone, and those of a batch run instead of the work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from workbench.connect.checks.sums import ENOUGH, Checked, row_of
from workbench.connect.clock import to_local
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.connect.times import TimeReading
from workbench.connect.zones import COMMON
from workbench.errors import Finding
from workbench.messages import Message
from workbench.places import in_column
from workbench.project import CasesSource, EventsSource
from workbench.sql import literal

__all__ = ["batches", "midnight_only", "shifted"]

_NEARLY_ALL = 0.95
_SHOWN = 5
_FIRST = 5
_DAY = 86_400
# Two hours of the day at most: a zone's midnight, in winter and in summer.
_HOURS = 2
_BUCKETS = 2**20
_LEAST_BATCH = 20
_TIMES_USUAL = 10
_MANY_BATCHED = 0.2


# ---------------------------------------------------------------------- another zone
def shifted(log: Checked) -> Iterator[Finding]:
    """Columns whose every time is the midnight of another zone: their days are those before or after.

    An export in UTC of dates that were meant as local ones has 22:00 and 23:00 where it should have no time at all.
    """
    for spec in log.log.project.sources:
        table, readings = log.log.tables.get(spec.name), log.log.readings.get(spec.name)
        if table is None or readings is None or not isinstance(spec, EventsSource | CasesSource):
            continue
        for column in table.columns:
            reading = readings.times.get(column.name)
            if reading is not None and not reading.date_only:
                yield from _shifted(log, table, column, reading)


def _shifted(
    log: Checked, table: SourceTable, column: SourceColumn, reading: TimeReading
) -> Iterator[Finding]:
    wall, offset = reading.wall(column.sql), reading.offset(column.sql)
    # Times with another offset than none or zero say themselves what their midnight is.
    clock = f"CASE WHEN coalesce({offset}, 0) = 0 THEN epoch_us({wall}) // 1000000 % {_DAY} END"
    hours = log.stage.rows(
        f"SELECT {clock} AS clock, count(*) AS n FROM {table.relation} WHERE {wall} IS NOT NULL "
        f"GROUP BY 1 ORDER BY n DESC, 1 LIMIT {_HOURS + 1}"
    )
    total = int(log.stage.row(f"SELECT count({wall}) FROM {table.relation}")[0])
    few = [(int(clock), int(count)) for clock, count in hours[:_HOURS] if clock is not None]
    count = sum(n for _, n in few)
    if total < ENOUGH or count < _NEARLY_ALL * total or any(clock == 0 for clock, _ in few):
        return
    if reading.has_offsets and log.log.zone != "UTC":
        return  # these instants have been given to another zone already
    among = f"{clock} IN ({', '.join(str(clock) for clock, _ in few)})"
    days = log.stage.rows(f"SELECT DISTINCT {wall} AS w FROM {table.relation} WHERE {among} ORDER BY w")
    zone = _zone_of_midnights([moment for (moment,) in days])
    if zone is None or zone == log.log.zone:
        return
    first = log.stage.rows(
        f"SELECT row, CAST({column.sql} AS VARCHAR) FROM {table.relation} WHERE {among} ORDER BY row LIMIT {_FIRST}"
    )
    example = first[0][1]
    said = [f"{clock // 3600:02d}:{clock % 3600 // 60:02d}" for clock, _ in sorted(few)]
    line = f'time_zone = "{zone}"'
    remedy = Message("Write {line} in project.toml: the days are then those that were meant", line=line)
    if not reading.has_offsets:
        remedy = Message(
            "Export the column as dates, or with its offset (…Z) and {line} in project.toml", line=line
        )
    yield Finding(
        rule="shifted_times",
        severity="warn",
        message=Message(
            "{count} of {total} times of {name!r} are at {hours}, first {value!r}: that is midnight in {zone}, so "
            "each counts on the day before or after the one that was meant",
            count=count,
            total=total,
            name=column.name,
            hours=said,
            value=str(example),
            zone=zone,
        ),
        remedy=remedy,
        count=count,
        share=count / total,
        where=in_column(table.where, column.name),
        rows=tuple({**row_of(table, row), "value": str(value)} for row, value in first),
        data={"time_zone": zone},
    )


def _zone_of_midnights(moments: Sequence[Any]) -> str | None:
    """A zone in which all these times of UTC are midnight, nearly always: the most common one."""
    if len(moments) > 1000:
        moments = moments[:: len(moments) // 1000 + 1]
    for zone in COMMON:
        info = ZoneInfo(zone)
        local = [moment.replace(tzinfo=UTC).astimezone(info).time() for moment in moments]
        if sum(one == time(0) for one in local) >= _NEARLY_ALL * len(moments):
            return zone
    return None


# ---------------------------------------------------------------------- no time of day
def midnight_only(log: Checked) -> Iterator[Finding]:
    """Activities whose every event is at midnight: the system knows the day only.

    Where others of the log have a time of day, these come before them on the same day, whatever was first.
    """
    rows = log.stage.rows(
        f"SELECT activity, sum(n) AS n, sum(at_midnight) AS zero, count(*) AS days FROM {log.by_day} "
        "GROUP BY activity ORDER BY n DESC, activity"
    )
    counted = [(str(activity), int(n), int(zero), int(days)) for activity, n, zero, days in rows]
    dated = [one for one in counted if one[1] >= ENOUGH and one[3] > 1 and one[2] >= _NEARLY_ALL * one[1]]
    count = sum(zero for _, _, zero, _ in dated)
    if not dated:
        return
    timed = sum(n for _, n, zero, _ in counted if zero < _NEARLY_ALL * n)
    name = log.log.template.label
    shown = [Message("{name!r} ({count})", name=name(one[0]), count=one[2]) for one in dated[:_SHOWN]]
    if timed:
        message = Message(
            "{count} of {events} events have no time of day, of {activities}, and others have one: on one day these "
            "come first, whatever happened before",
            count=count,
            events=log.events,
            activities=shown,
        )
    else:
        message = Message(
            "{count} of {events} events have no time of day: durations are whole days, and what comes first on a "
            "day is not known",
            count=count,
            events=log.events,
        )
    yield Finding(
        rule="midnight_only",
        severity="warn" if timed else "note",
        message=message,
        remedy=Message("If the system keeps the time, export it with the date"),
        count=count,
        share=count / log.events,
        data={"activities": [one[0] for one in dated]},
    )


# ---------------------------------------------------------------------- batch runs
def batches(log: Checked) -> Iterator[Finding]:
    """Seconds in which many cases have an event, far more than is usual: a batch run's time, not the work's.

    Most seconds of a long log have one event: they are told apart by a first count of hashed times, in little
    memory. Events without a time of day are at midnight together, and no batch.
    """
    if log.events < 10 * ENOUGH:
        return
    stage, events = log.stage, log.log.events
    second = "epoch_us(time) // 1000000"
    dated = f"SELECT activity, day FROM {log.by_day} WHERE at_midnight < n"
    timed = f"{events} AS e SEMI JOIN ({dated}) AS d ON d.activity = e.activity AND d.day = e.day"
    buckets = f"SELECT hash({second}) % {_BUCKETS} AS bucket, count(*) AS n FROM {timed} GROUP BY 1"
    kept = stage.keep("buckets", buckets, large=False)
    total, distinct = stage.row(f"SELECT coalesce(sum(n), 0), count(*) FROM {kept}")
    if not total:
        return
    # Beyond a million seconds several share a bucket: there a bucket has few to begin with.
    least = max(_LEAST_BATCH, int(_TIMES_USUAL * int(total) / int(distinct)))
    full = f"SELECT bucket FROM {kept} WHERE n >= {least}"
    busy = (
        f"SELECT {second} AS moment, activity, count(*) AS n, count(DISTINCT case_id) AS cases "
        f"FROM {timed} WHERE hash({second}) % {_BUCKETS} IN ({full}) "
        f"GROUP BY 1, 2 HAVING count(DISTINCT case_id) >= {least}"
    )
    clock = to_local("make_timestamp(moment * 1000000)", log.log.zone)
    busy = f"SELECT * FROM ({busy}) WHERE CAST({clock} AS TIME) <> TIME '00:00:00'"
    found = stage.keep("batches", busy, large=False)
    count, runs = stage.row(f"SELECT coalesce(sum(n), 0), count(*) FROM {found}")
    stage.drop(kept)
    if not runs:
        return
    share = int(count) / log.events
    zone = ZoneInfo(log.log.zone)
    label = log.log.template.label
    top = stage.rows(
        f"SELECT activity, moment, n FROM {found} ORDER BY n DESC, moment, activity LIMIT {_SHOWN}"
    )
    named = [
        Message(
            "{count} of {name!r} at {moment}",
            count=int(n),
            name=label(str(activity)),
            moment=_clock(at, zone),
        )
        for activity, at, n in top[:3]
    ]
    yield Finding(
        rule="batch_times",
        severity="warn" if share >= _MANY_BATCHED else "note",
        message=Message(
            "{count} events of different cases fall together in {runs} single seconds, most {moments}: these are "
            "times of a batch run, not of the work",
            count=int(count),
            runs=int(runs),
            moments=named,
        ),
        remedy=Message(
            "Waiting times before and after it are those of the run; if the system keeps when the work was done, "
            "map that column instead"
        ),
        count=int(count),
        share=share,
        rows=_cases_of(stage, events, top),
        data={"runs": [{"activity": str(a), "time": _clock(at, UTC), "events": int(n)} for a, at, n in top]},
    )


def _cases_of(stage: Stage, events: str, runs: Sequence[tuple[Any, ...]]) -> tuple[dict[str, str], ...]:
    activity, at, _ = runs[0]
    rows = stage.rows(
        f"SELECT case_id FROM {events} WHERE activity = {literal(str(activity))} "
        f"AND epoch_us(time) // 1000000 = {int(at)} ORDER BY case_id LIMIT {_FIRST}"
    )
    return tuple({"case": str(case)} for (case,) in rows)


def _clock(seconds: Any, zone: Any) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
