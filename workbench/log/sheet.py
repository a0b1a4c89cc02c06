"""A sheet: rows of one noun (cases, events, pairs) to which moments and answers are added as columns."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from workbench.errors import WorkbenchError
from workbench.log.beside import local_day
from workbench.log.borrowed import beside_rows, closed, with_given
from workbench.log.days import first_instant
from workbench.log.keys import count_of, first_of, firstday_of, last_of, lastday_of
from workbench.log.prepared import PreparedLog
from workbench.messages import Message
from workbench.template.base import Declared, mentioned
from workbench.template.words import FirstAfter, Moment

__all__ = ["Point", "Sheet", "as_of_end", "as_text", "case_columns", "sheet_of", "with_case"]


@dataclass(frozen=True, slots=True)
class Point:
    """A moment of each row: its local day, and its instant unless it is only a date."""

    day: ir.Value
    time: ir.Value | None

    @property
    def is_date(self) -> bool:
        return self.time is None


def as_of_end(log: PreparedLog) -> ir.TimestampScalar:
    """The first instant that is no longer known: 00:00 of the day after as-of."""
    from datetime import timedelta

    instant = first_instant(log.as_of + timedelta(days=1), log.meta.settings.zone)
    return ibis.literal(instant.to_pydatetime(), type="timestamp(6)")


class Sheet:
    """Rows under construction: `table` is replaced as columns and joins come in, and takes older expressions too.

    `noun` is "cases", "events", "pair" or "table". Every row has case_key and all attributes of its case; an event's
    or a pair's own value of an attribute goes before its case's. A table's rows have no case, only what stands in
    them. `label` is what the rows were asked for as.
    """

    def __init__(
        self,
        log: PreparedLog,
        noun: str,
        table: ir.Table | Callable[[], ir.Table],
        label: tuple[str, ...] = (),
    ) -> None:
        """The rows of a table, which may be made when somebody looks at them."""
        self.log = log
        self.noun = noun
        self._table = closed(table) if isinstance(table, ir.Table) else table
        self.label = label
        self._names = itertools.count()

    @property
    def table(self) -> ir.Table:
        if not isinstance(self._table, ir.Table):
            self._table = closed(self._table())
        return self._table

    @table.setter
    def table(self, table: ir.Table) -> None:
        self._table = table

    def name(self, stem: str) -> str:
        """A column name that nothing else has."""
        return f"{stem}__{next(self._names)}"

    def add(self, stem: str, value: ir.Value) -> ir.Value:
        """Add a column; answers the column."""
        name = self.name(stem)
        self.table = self.table.mutate(**{name: value})
        return self.table[name]

    def filter(self, *answers: ir.BooleanValue) -> None:
        self.table = self.table.filter(*answers)

    def attach(self, other: ir.Table, on: Iterable[str]) -> None:
        """Left-join another table's columns by equally named keys; its other names must be new."""
        keys = list(on)
        joined = self.table.left_join(other, keys)
        names = [name for name in joined.columns if name not in {f"{key}_right" for key in keys}]
        self.table = closed(joined.select(*names))

    # ------------------------------------------------------------------ names
    def column(self, name: str) -> ir.Value | None:
        """An attribute of the rows, or None where the log has no such attribute."""
        if name == self.log.template.case.resource and "resource" in self.table.columns:
            return self.table["resource"]
        return self.table[name] if name in self.table.columns else None

    def case_column(self, name: str, kind: str) -> ir.Value:
        """A column of the case, typed null where no case of the log can have it."""
        return self.table[name] if name in self.table.columns else ibis.null(kind)

    def has(self, activities: Iterable[str]) -> ir.BooleanValue:
        """Whether the row's case shows one of some activities."""
        return self.count(activities) > 0

    def count(self, activities: Iterable[str]) -> ir.IntegerValue:
        """How many events of some activities the row's case has."""
        total: ir.Value = ibis.literal(0, type="int64")
        for activity in self.log.template.expand(tuple(activities)):
            total = total + self.case_column(count_of(activity), "int64").fill_null(0)
        return total

    def earliest(self, activities: Iterable[str]) -> ir.Value:
        """The first time of any of some activities in the row's case."""
        return _least([self.case_column(first_of(name), "timestamp(6)") for name in self._expand(activities)])

    def latest(self, activities: Iterable[str]) -> ir.Value:
        """The last time of any of some activities in the row's case."""
        names = self._expand(activities)
        values = [self.case_column(last_of(name), "timestamp(6)") for name in names]
        return values[0] if len(values) == 1 else ibis.greatest(*values)

    def _expand(self, activities: Iterable[str]) -> tuple[str, ...]:
        return self.log.template.expand(tuple(activities))

    # ------------------------------------------------------------------ moments
    def point(self, moment: Moment) -> Point:
        """A moment of the rows."""
        if isinstance(moment, FirstAfter):
            return self._first_after(moment)
        if isinstance(moment, tuple):
            points = [self.point(part) for part in moment]
            times = [point.time for point in points if point.time is not None]
            day = _least([point.day for point in points])
            return Point(day, _least(times) if len(times) == len(points) else None)
        return self._named(moment)

    def _named(self, moment: str) -> Point:
        fixed = _FIXED.get(self.noun, {}).get(moment)
        if fixed is not None:
            return Point(self.table[fixed[0]], None if fixed[1] is None else self.table[fixed[1]])
        if moment == "asof":
            return Point(ibis.literal(self.log.as_of), as_of_end(self.log))
        if moment in _OF_CASE:
            day, time = _OF_CASE[moment]
            return Point(self.table[day], self.table[time])
        last = moment.startswith("last ")
        name = moment.removeprefix("last ")
        members = self._expand((name,))
        if all(member in self._events() for member in members):
            day_of, time_of = (lastday_of, last_of) if last else (firstday_of, first_of)
            pick = _greatest if last else _least
            return Point(
                pick([self.case_column(day_of(member), "date") for member in members]),
                pick([self.case_column(time_of(member), "timestamp(6)") for member in members]),
            )
        value = self.column(name)
        if value is None:
            return Point(ibis.null("date"), None)
        if not value.type().is_timestamp():
            return Point(value, None)
        day = local_day(name)
        return Point(self.table[day] if day in self.table.columns else value.date(), value)

    def _events(self) -> frozenset[str]:
        return frozenset(self.log.template.activities) | frozenset(self.log.template.derived)

    def _first_after(self, moment: FirstAfter) -> Point:
        """The first of some events at or after another moment of the case, and before a third one if it has it."""
        if self.noun != "cases":
            raise WorkbenchError(
                Message("`first … after` is a moment of cases"), remedy=Message("Use it with of = 'cases'")
            )
        after = self.point(moment.after)
        codes = self.log.codes(moment.first)
        day, time = self.name("day"), self.name("time")
        events = self.log.events.filter(self.log.events["activity"].isin(codes)).select(
            "case_key", "time", "day"
        )
        since_time = after.day if after.time is None else after.time
        since = self.table.select("case_key", since_day=after.day, since_time=since_time)
        if moment.before is not None:
            end = self.point(moment.before)
            end_time = ibis.null("timestamp(6)") if end.time is None else end.time
            since = self.table.select(
                "case_key",
                since_day=after.day,
                since_time=since_time,
                end_day=end.day,
                end_time=end_time,
            )
        found = events.join(since, "case_key")
        reached = (
            found["day"] >= found["since_day"] if after.is_date else found["time"] >= found["since_time"]
        )
        found = found.filter(reached)
        if moment.before is not None:
            # Of a date the whole day is over before it; what a case never reaches bounds nothing.
            early = found["time"] < found["end_time"]
            early = ibis.ifelse(found["end_time"].isnull(), found["day"] < found["end_day"], early)
            found = found.filter(found["end_day"].isnull() | early)
        first = found.group_by("case_key").aggregate(**{day: found["day"].min(), time: found["time"].min()})
        self.attach(first, ["case_key"])
        return Point(self.table[day], self.table[time])


# Moments of the case as a whole: its first event, the event that ended it, the last that was seen of it.
_OF_CASE = {
    "started": ("start_day", "start"),
    "ended": ("ended_day", "ended"),
    "last_event": ("end_day", "end"),
}

# Moments that a noun carries as its own columns.
_FIXED: dict[str, dict[str, tuple[str, str | None]]] = {
    "events": {"time": ("day", "time")},
    "pair": {
        "time": ("opened_day", "opened"),
        "opened": ("opened_day", "opened"),
        "closed": ("closed_day", "closed"),
        "deadline": ("deadline", None),
    },
}


def _least(values: list[ir.Value]) -> ir.Value:
    return values[0] if len(values) == 1 else ibis.least(*values)


def _greatest(values: list[ir.Value]) -> ir.Value:
    return values[0] if len(values) == 1 else ibis.greatest(*values)


def sheet_of(
    log: PreparedLog, of: tuple[str, ...], entry: object, *, include_neutral: bool = False
) -> Sheet | None:
    """The rows of a noun: `cases`, `events` (recorded ones), a pair, a table, or the events of activities and groups.

    `entry` is what the rows are wanted for - a KPI, a rule, a test, or names: only case columns that it mentions
    come along, since a case has five columns for each activity. Cases that ended neutrally (cancelled) are
    outside `cases` unless asked for. None when the log can show no such row at all.
    """
    wanted = case_columns(log, entry)
    if of == ("cases",):
        cases = log.cases.select(*wanted)
        if not include_neutral:
            cases = cases.filter(cases["ended_kind"].fill_null("") != "end")
        return Sheet(log, "cases", cases, of)
    if len(of) == 1 and of[0] in log.template.pairs:
        pair = log.pairs.get(of[0])
        # A pair of states is told apart by the state, whoever asks for it.
        seen = (entry, log.template.pairs[of[0]].state or "")
        return None if pair is None else Sheet(log, "pair", with_case(log, pair, seen), of)
    if len(of) == 1 and of[0] in log.template.tables:
        table = log.tables.get(of[0])
        return None if table is None else Sheet(log, "table", beside_rows(log, of[0], table), of)
    if of == ("events",):
        events = log.events.filter(~log.events["is_derived"])
    else:
        codes = log.codes(of)
        if not codes:
            return None
        events = log.events.filter(log.events["activity"].isin(codes))
    return Sheet(log, "events", with_case(log, with_given(log, events, entry), entry), of)


def with_case(log: PreparedLog, rows: ir.Table, entry: object) -> ir.Table:
    """Rows with those attributes, their own and their case's, that an entry mentions; an own one goes before."""
    attributes = {found.name for found in log.meta.attributes} - mentioned(entry)
    rows = rows.select(*[name for name in rows.columns if name not in attributes])
    own = set(rows.columns)
    wanted = [name for name in case_columns(log, entry) if name not in own]
    return rows.join(log.cases.select("case_key", *wanted), "case_key")


def case_columns(log: PreparedLog, entry: object) -> list[str]:
    """The columns of `cases` that an entry needs: what every figure rests on, and what it asks of activities."""
    template = log.template
    names = set(mentioned(entry))
    for name in template.expand(tuple(names)):
        derived = template.derived.get(name)
        ledger = template.ledgers.get(name)
        names |= {derived.date or ""} if derived is not None else set()
        names |= {ledger.due or "", ledger.stated or ""} if ledger is not None else set()
    for make, activity in _asked(entry):
        found = template.path.ideal if activity == "ideal" else (activity,)
        names |= {make(member) for member in template.expand(found)}
    return [name for name in log.cases.columns if name in names or name in _ALWAYS]


# Which columns of an activity a word of the vocabulary looks at.
_MOMENT = (first_of, firstday_of, last_of, lastday_of)
_LOOKED_AT: dict[str, tuple[Callable[[str], str], ...]] = {
    "has": (count_of,),
    "lacks": (count_of,),
    "count": (count_of,),
    "with_": (count_of,),
    "after": _MOMENT,
    "before": _MOMENT,
    "stages": (first_of, last_of),
    "backward": (first_of, last_of),
    "moment": _MOMENT,
    "from_": _MOMENT,
    "to": _MOMENT,
    "when": _MOMENT,
    "dated": _MOMENT,
    "since": _MOMENT,
    "at": _MOMENT,
}


def _asked(entry: object) -> Iterator[tuple[Callable[[str], str], str]]:
    """Every (column, activity) that a declared entry asks for, by the words in which it names the activity."""
    if isinstance(entry, list | tuple):
        for part in entry:
            yield from _asked(part)
    elif isinstance(entry, Declared):
        for field in type(entry).model_fields:
            value = getattr(entry, field)
            for make in _LOOKED_AT.get(field, ()):
                yield from ((make, name) for name in mentioned(value))
            yield from _asked(value)


# Columns of a case that rows carry whatever they are wanted for.
_ALWAYS = frozenset(
    {
        "case_key",
        "case_id",
        "case_currency",
        "start",
        "start_day",
        "end",
        "end_day",
        "status",
        "ended",
        "ended_day",
        "ended_kind",
    }
)


def as_text(column: ir.Value) -> ir.Value:
    """An attribute's value as the key of a group: whole numbers without a decimal point."""
    if not column.type().is_floating():
        return column.cast("string")
    return ibis.ifelse(column == column.floor(), column.cast("int64").cast("string"), column.cast("string"))
