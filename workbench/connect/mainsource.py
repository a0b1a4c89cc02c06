"""Main sources, long or wide, made into one typed table each.

Every row of the source stands in the typed table, with the reason why it is dropped or none, so that rows in
= rows kept + rows dropped by reason is a count and no claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.connect.fields import Field, Readings, is_present, stripped
from workbench.connect.labelled import activity_sql, condition
from workbench.connect.lookups import Lookup
from workbench.connect.stage import Stage
from workbench.connect.steps import paired_steps
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.errors import WorkbenchError
from workbench.log.raw import SourceAccounting
from workbench.messages import Message
from workbench.places import in_column, in_source
from workbench.project import CasesSource, EventsSource
from workbench.sql import column_list, ident, literal

__all__ = ["Part", "TypedSource", "WideEvent", "type_cases", "type_events", "wide_events"]


@dataclass(frozen=True, slots=True)
class Part:
    """How some of a typed table's rows become events: SQL for each column of an event, and for which rows."""

    activity: str
    time: str
    day: str
    order: str
    resource: str
    lifecycle: str


@dataclass(frozen=True, slots=True)
class TypedSource:
    """A main source read: `typed` has `_row`, `case_id`, `_reason`, and its fields by attribute name.

    `parts` give its events; `orders` is how many places in the log's source order they may take. `by_case` are
    lookups that join to its cases rather than to each of its rows.
    """

    name: str
    kind: str
    typed: str
    fields: tuple[Field, ...]
    parts: tuple[Part, ...]
    orders: int
    accounting: SourceAccounting
    by_case: tuple[Lookup, ...] = ()

    def all_fields(self) -> tuple[Field, ...]:
        """The fields of its rows and of its cases."""
        return (*self.fields, *(item for lookup in self.by_case for item in lookup.fields))


@dataclass(frozen=True, slots=True)
class WideEvent:
    """A date column of a wide source that becomes an event, and the condition under which it does."""

    activity: str
    column: SourceColumn
    condition: str


def type_events(
    stage: Stage,
    spec: EventsSource,
    table: SourceTable,
    fields: Sequence[Field],
    lookups: Sequence[tuple[Lookup, SourceColumn]],
    readings: Readings,
    zone: str,
    *,
    keep_resources: bool,
) -> TypedSource:
    """A long source: one row per event."""
    columns = {role: table.column(name, key=f"{spec.name}.{role}") for role, name in long_roles(spec).items()}
    time = columns["time"]
    role = {
        name: stripped(columns[name]) if name in columns else "CAST(NULL AS VARCHAR)" for name in _OPTIONAL
    }
    if not keep_resources:
        role["resource"] = "CAST(NULL AS VARCHAR)"
    activity = activity_sql(spec, table)
    # What is known once per case need not be repeated for each of its events.
    by_row = [one for one in lookups if not _is_of_cases(*one, columns["case"])]
    select = column_list(
        [
            "row AS _row",
            f"{stripped(columns['case'])} AS case_id",
            f"{activity} AS _activity",
            f"{readings.utc(time, zone)} AS _time",
            f"{readings.day(time, zone)} AS _day",
            f"{_order(stage, table, columns.get('order'), spec)} AS _order",
            f"{role['resource']} AS _resource",
            f"{role['lifecycle']} AS _lifecycle",
            f"{time.sql} AS _reason",
            *_also(spec, table, activity, readings, zone),
            *_values(fields, by_row, readings, zone),
        ]
    )
    every = (*fields, *(item for lookup, _ in by_row for item in lookup.fields))
    query = f"SELECT {select} FROM {_joined(table, by_row)}"
    query = f"SELECT * REPLACE ({_reason(time, readings)} AS _reason) FROM ({query})"
    query = _increments(_without_duplicates(query, spec, every), every)
    query, begun = paired_steps(query, spec, every, time)
    every = (*every, *begun)
    typed = stage.keep("events", query, large=table.large)
    accounting = _account(stage, spec.name, spec.kind, typed)
    turns = 1 + len(spec.also)
    places = ["_order"] if turns == 1 else [f"_order * {turns} + {turn}" for turn in range(turns)]
    parts = [Part("_activity", "_time", "_day", places[0], "_resource", "_lifecycle")]
    for turn, name in enumerate(spec.also, start=1):
        told = (f"_also{turn}", f"_alsoday{turn}", places[turn])
        parts.append(Part(literal(name), *told, "_resource", "_lifecycle"))
    found = accounting.rows_kept + (_told(stage, typed, parts[1:]) if spec.also else 0)
    return TypedSource(
        spec.name,
        spec.kind,
        typed,
        every,
        tuple(parts),
        accounting.rows_in * turns,
        _with_events(accounting, found),
        by_case=tuple(one[0] for one in lookups if one not in by_row),
    )


_OPTIONAL = ("resource", "lifecycle")


def _also(spec: EventsSource, table: SourceTable, activity: str, readings: Readings, zone: str) -> list[str]:
    """When the second events of a row happen: on the rows of one activity, at a column's time or the row's own."""
    told = []
    for turn, also in enumerate(spec.also.values(), start=1):
        column = table.column(spec.time if also.column is None else also.column)
        of = f"{activity} = {literal(also.of)}"
        told.append(f"CASE WHEN {of} THEN {readings.utc(column, zone)} END AS _also{turn}")
        told.append(f"CASE WHEN {of} THEN {readings.day(column, zone)} END AS _alsoday{turn}")
    return told


def _is_of_cases(lookup: Lookup, column: SourceColumn, case: SourceColumn) -> bool:
    return column == case and all(item.level == "case" for item in lookup.fields)


def long_roles(spec: EventsSource) -> dict[str, str]:
    """The roles of a long source that a column fills."""
    roles = ("case", "activity", "time", "resource", "lifecycle", "order")
    return {role: name for role in roles if (name := getattr(spec, role)) is not None}


def _reason(time: SourceColumn, readings: Readings) -> str:
    """Why a row is left out, in terms of the typed row, whose `_reason` still is the time as the source has it."""
    written = SourceColumn(time.name, "_reason", time.type)
    return (
        "CASE WHEN case_id IS NULL THEN 'missing_case' WHEN _activity IS NULL THEN 'missing_activity' "
        # 9999-12-31 is a mark for missing; whatever is read as a time before was there.
        f"WHEN {_is_iso(time, readings)} AND _time < TIMESTAMP '9999-12-01' THEN NULL "
        f"WHEN NOT ({is_present(written, 'ts')}) THEN 'missing_time' "
        f"WHEN _time IS NULL THEN {literal(_no_time(readings, time))} END"
    )


def _is_iso(time: SourceColumn, readings: Readings) -> bool:
    return time.name in readings.times and readings.times[time.name].kind == "iso"


def _no_time(readings: Readings, time: SourceColumn) -> str:
    return "unparseable_time" if time.name in readings.times else "undecided_time"


def _order(stage: Stage, table: SourceTable, column: SourceColumn | None, spec: EventsSource) -> str:
    """The place of a row in the source: as its order column says, else as it stands in the file."""
    if column is None:
        return "row"
    value = f"try_cast({stripped(column)} AS DOUBLE)" if column.is_text else column.sql
    wrong = stage.rows(
        f"SELECT {stripped(column)}, row FROM {table.relation} "
        f"WHERE {stripped(column)} IS NOT NULL AND {value} IS NULL ORDER BY row LIMIT 1"
    )
    if wrong:
        raise WorkbenchError(
            Message("The order column holds {value!r}, which is no number", value=str(wrong[0][0])),
            where=in_column(table.at(int(wrong[0][1]))[0], column.name, row=table.at(int(wrong[0][1]))[1]),
            remedy=Message(
                "Leave `order` out of source {source!r}: the rows then keep the order of the file",
                source=spec.name,
            ),
        )
    return f"row_number() OVER (ORDER BY {value} NULLS LAST, row) - 1"


def _values(
    fields: Sequence[Field],
    lookups: Sequence[tuple[Lookup, SourceColumn]],
    readings: Readings,
    zone: str,
) -> list[str]:
    own = [f"{readings.value(item, zone)} AS {ident(item.name)}" for item in fields]
    joined = [
        f"l{number}.{ident(item.name)} AS {ident(item.name)}"
        for number, (lookup, _) in enumerate(lookups)
        for item in lookup.fields
    ]
    return own + joined


def _joined(table: SourceTable, lookups: Sequence[tuple[Lookup, SourceColumn]]) -> str:
    source = table.relation
    for number, (lookup, column) in enumerate(lookups):
        source += f"\n  LEFT JOIN {lookup.name} AS l{number} ON l{number}.{lookup.key} = {lookup.on(stripped(column))}"
    return source


def _without_duplicates(query: str, spec: EventsSource, fields: Sequence[Field]) -> str:
    """Marks the repeats of an event that is alike in every mapped field, where the project drops them."""
    if spec.duplicates == "keep":
        return query
    alike = [
        "case_id",
        "_activity",
        "_time",
        "_resource",
        "_lifecycle",
        *(ident(item.name) for item in fields),
    ]
    repeat = f"row_number() OVER (PARTITION BY _reason, {', '.join(alike)} ORDER BY _order) > 1"
    reason = f"CASE WHEN _reason IS NULL AND {repeat} THEN 'duplicate' ELSE _reason END"
    return f"SELECT * REPLACE ({reason} AS _reason) FROM ({query})"


def _increments(query: str, fields: Sequence[Field]) -> str:
    """Running totals as what each event added to them; the first event of a case starts from zero."""
    running = [item for item in fields if item.cumulative]
    if not running:
        return query
    changed = []
    for item in running:
        name = ident(item.name)
        # Dropped rows stand in a partition of their own: they take no part in the total.
        before = f"lag({name} IGNORE NULLS) OVER (PARTITION BY case_id, _reason ORDER BY _time, _order)"
        changed.append(f"{name} - coalesce({before}, 0) AS {name}")
    return f"SELECT * REPLACE ({', '.join(changed)}) FROM ({query})"


def wide_events(spec: CasesSource, table: SourceTable) -> tuple[WideEvent, ...]:
    """The events of a wide source in mapping order: an activity may have several columns."""
    return tuple(
        WideEvent(
            activity,
            table.column(item.column, key=f"{spec.name}.events.{activity}"),
            condition(item.when, table),
        )
        for activity, columns in spec.events.items()
        for item in columns
    )


def type_cases(
    stage: Stage,
    spec: CasesSource,
    table: SourceTable,
    fields: Sequence[Field],
    lookups: Sequence[tuple[Lookup, SourceColumn]],
    events: Sequence[WideEvent],
    readings: Readings,
    zone: str,
) -> TypedSource:
    """A wide source: one row per case, its date columns becoming events in mapping order."""
    running = next((item.name for item in fields if item.cumulative), None)
    if running is not None:
        raise WorkbenchError(
            Message(
                "{name!r} is marked cumulative, but a source with one row per case has no running totals",
                name=running,
            ),
            where=in_source(spec.name),
            remedy=Message("Take `cumulative` away"),
        )
    case = table.column(spec.case, key=f"{spec.name}.case")
    times = []
    for number, event in enumerate(events):
        for name, value in (("t", readings.utc(event.column, zone)), ("d", readings.day(event.column, zone))):
            times.append(f"CASE WHEN {event.condition} THEN {value} END AS _{name}{number}")
    select = column_list(
        [
            "row AS _row",
            f"{stripped(case)} AS case_id",
            f"CASE WHEN {stripped(case)} IS NULL THEN 'missing_case' END AS _reason",
            *times,
            *_values(fields, lookups, readings, zone),
        ]
    )
    every = (*fields, *(item for lookup, _ in lookups for item in lookup.fields))
    typed = stage.keep("cases", f"SELECT {select} FROM {_joined(table, lookups)}", large=table.large)
    parts = tuple(
        Part(
            literal(event.activity),
            f"_t{number}",
            f"_d{number}",
            f"_row * {len(events)} + {number}",
            "CAST(NULL AS VARCHAR)",
            "CAST(NULL AS VARCHAR)",
        )
        for number, event in enumerate(events)
    )
    accounting = _account(stage, spec.name, spec.kind, typed)
    found = _told(stage, typed, parts)
    orders = accounting.rows_in * max(len(events), 1)
    return TypedSource(spec.name, spec.kind, typed, every, parts, orders, _with_events(accounting, found))


def _account(stage: Stage, name: str, kind: str, typed: str) -> SourceAccounting:
    counts = {
        reason: int(count)
        for reason, count in stage.rows(
            f"SELECT _reason, count(*) FROM {typed} GROUP BY _reason ORDER BY _reason"
        )
    }
    kept = counts.pop(None, 0)
    return SourceAccounting(name, kind, kept + sum(counts.values()), kept, counts)


def _told(stage: Stage, typed: str, parts: Sequence[Part]) -> int:
    """How many events the parts of a typed table give."""
    counts = ", ".join(f"count({part.time}) FILTER (_reason IS NULL)" for part in parts) or "0"
    return sum(int(count) for count in stage.row(f"SELECT {counts} FROM {typed}"))


def _with_events(accounting: SourceAccounting, events: int) -> SourceAccounting:
    return SourceAccounting(
        accounting.source,
        accounting.kind,
        accounting.rows_in,
        accounting.rows_kept,
        accounting.dropped,
        events,
    )
