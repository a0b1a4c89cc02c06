"""Typed sources put together: one events table, one cases table, the attributes of both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workbench.connect.fields import Field, sql_type
from workbench.connect.mainsource import TypedSource
from workbench.connect.stage import Stage
from workbench.connect.times import local_day
from workbench.errors import WorkbenchError
from workbench.log.raw import EVENT_COLUMNS, Level, RawAttribute
from workbench.messages import Message
from workbench.places import in_source
from workbench.sql import column_list, ident

__all__ = [
    "case_attribute",
    "case_columns",
    "collect_attributes",
    "last_update",
    "make_cases",
    "make_events",
    "make_history",
    "varying",
]


def collect_attributes(sources: Sequence[TypedSource]) -> tuple[RawAttribute, ...]:
    """The attributes of all sources by name and level; the first source names the column.

    An attribute meant at both levels stands twice. Raises WorkbenchError where two sources give one attribute
    different types, or a source and its lookup fill the same one.
    """
    found: dict[tuple[str, Level], RawAttribute] = {}
    for source in sources:
        seen: set[str] = set()
        for item in source.all_fields():
            if item.name in seen:
                raise WorkbenchError(
                    Message(
                        "The attribute {name!r} is filled twice, by the source and by a lookup of it",
                        name=item.name,
                    ),
                    where=in_source(source.name),
                    remedy=Message("Rename one of them"),
                )
            seen.add(item.name)
            for level in _levels(item):
                attribute = RawAttribute(item.name, level, item.type, item.column.name)
                known = found.setdefault((item.name, level), attribute)
                if known.type != item.type:
                    raise WorkbenchError(
                        Message(
                            "The attribute {name!r} is {type} in one source, {other} in another",
                            name=item.name,
                            type=known.type,
                            other=item.type,
                        ),
                        where=in_source(source.name),
                        remedy=Message(
                            "Give both the same type: {line}",
                            line=f'{{ column = "…", type = "{known.type}" }}',
                        ),
                    )
    return tuple(found.values())


def _levels(item: Field) -> tuple[Level, ...]:
    if item.level == "case":
        return ("case",)
    return ("event", "case") if item.level == "both" else ("event",)


def _has(source: TypedSource, attribute: RawAttribute) -> bool:
    return any(item.name == attribute.name and attribute.level in _levels(item) for item in source.fields)


def _cell(source: TypedSource, attribute: RawAttribute) -> str:
    value = ident(attribute.name) if _has(source, attribute) else f"CAST(NULL AS {sql_type(attribute.type)})"
    return f"{value} AS {ident(attribute.name)}"


def make_events(
    stage: Stage, sources: Sequence[TypedSource], attributes: Sequence[RawAttribute], *, large: bool
) -> str:
    """The events of all sources under one name; `src_order` counts on from source to source."""
    carried = [attribute for attribute in attributes if attribute.level == "event"]
    selects, offset = [], 0
    for source in sources:
        for part in source.parts:
            columns = (
                "case_id",
                f"{part.activity} AS activity",
                f"{part.time} AS time",
                f"{part.day} AS day",
                f"CAST({part.order} + {offset} AS BIGINT) AS src_order",
                f"{part.resource} AS resource",
                f"{part.lifecycle} AS lifecycle",
                *(_cell(source, attribute) for attribute in carried),
            )
            selects.append(
                f"SELECT {column_list(columns)}\nFROM {source.typed} "
                f"WHERE _reason IS NULL AND {part.time} IS NOT NULL"
            )
        offset += source.orders
    if not selects:
        selects = [_no_events(carried)]
    query = "\nUNION ALL BY NAME\n".join(selects)
    # A large log is read from its typed tables where they lie; a small one is one table.
    return stage.view("log_events", query) if large else stage.keep("log_events", query, large=False)


def _no_events(carried: Sequence[RawAttribute]) -> str:
    kinds = ("VARCHAR", "VARCHAR", "TIMESTAMP", "DATE", "BIGINT", "VARCHAR", "VARCHAR")
    columns = [f"CAST(NULL AS {kind}) AS {name}" for name, kind in zip(EVENT_COLUMNS, kinds, strict=True)]
    columns += [
        f"CAST(NULL AS {sql_type(attribute.type)}) AS {ident(attribute.name)}" for attribute in carried
    ]
    return f"SELECT {column_list(columns)} WHERE false"


def make_cases(
    stage: Stage, sources: Sequence[TypedSource], attributes: Sequence[RawAttribute], *, large: bool
) -> str:
    """One row per case with its attributes: the first value in time (or the last, where `take` says so).

    Sources count in their order, then lookups by the case itself. Beside each attribute stand `_varies_…` (did
    the case have several values?) and `_late_…` (did an event give the value on a later day than the first?).
    """
    carried = [attribute for attribute in attributes if attribute.level == "case"]
    takes = _takes(sources)
    columns = ["case_id"]
    for attribute in carried:
        if attribute.name not in takes:
            continue
        name = ident(attribute.name)
        pick = "arg_max" if takes[attribute.name] == "last" else "arg_min"
        varies = f"min({name}) <> max({name})"
        columns.append(f"{pick}({name}, _place) FILTER ({name} IS NOT NULL) AS {name}")
        columns.append(f"{varies} AS {ident('_varies_' + attribute.name)}")
        # The first value of one source is the first for ever; every other choice may change as days pass.
        changes = f" OR {varies}" if takes[attribute.name] == "last" or len(sources) > 1 else ""
        late = f"min(_day) FILTER ({name} IS NOT NULL) > min(_day){changes}"
        columns.append(f"{late} AS {ident('_late_' + attribute.name)}")
    grouped = f"SELECT {column_list(columns)}\nFROM ({_rows(sources, carried)})\nGROUP BY case_id"
    return stage.keep("log_cases", _with_lookups(grouped, sources, carried, set(takes)), large=large)


def _takes(sources: Sequence[TypedSource]) -> dict[str, str]:
    """Which value of a case counts, by attribute: the first source that has it says so."""
    return {item.name: item.take for source in reversed(sources) for item in source.fields}


def _rows(sources: Sequence[TypedSource], carried: Sequence[RawAttribute]) -> str:
    """The kept rows of all sources: `case_id`, `_day` (none in a wide source), `_place` and the attributes."""
    selects = []
    for number, source in enumerate(sources):
        dated = source.kind == "events"
        time = "_time" if dated else "CAST(NULL AS TIMESTAMP)"
        # One number that sorts by source, time and place: comparing structs is far slower.
        place = (
            f"({number}::HUGEINT * 1152921504606846976 + coalesce(epoch_us({time}), 0) + 62135596800000000) "
            f"* 1125899906842624 + {'_order' if dated else '_row'}"
        )
        columns = ("case_id", f"{'_day' if dated else 'CAST(NULL AS DATE)'} AS _day", f"{place} AS _place")
        cells = [_cell(source, attribute) for attribute in carried]
        selects.append(f"SELECT {column_list([*columns, *cells])}\nFROM {source.typed} WHERE _reason IS NULL")
    return " UNION ALL BY NAME ".join(selects)


def make_history(
    stage: Stage,
    sources: Sequence[TypedSource],
    attributes: Sequence[RawAttribute],
    cases: str,
    *,
    large: bool,
) -> str | None:
    """From which day on a case had which value: for attributes that events gave late, in the cases where they did.

    `case_id`, `day` (none for a row without a time: it held all along), `turn` (the order within the case) and a
    column per attribute, filled where the value that counts became another one. None where nothing came late, as
    in most logs: there a case's values are those of its first day.
    """
    takes = _takes(sources)
    given = {item.name for source in sources if source.kind == "events" for item in source.fields}
    found = [
        item for item in attributes if item.level == "case" and item.name in takes and item.name in given
    ]
    if not found:
        return None
    counts = ", ".join(f"count(*) FILTER ({ident('_late_' + item.name)})" for item in found)
    late = [
        item for item, count in zip(found, stage.row(f"SELECT {counts} FROM {cases}"), strict=True) if count
    ]
    if not late:
        return None
    changed = " OR ".join(ident("_late_" + item.name) for item in late)
    rows = f"SELECT * FROM ({_rows(sources, late)}) WHERE case_id IN (SELECT case_id FROM {cases} WHERE {changed})"
    # By the days that pass: a value counts from its day on where it outranks all that were known before it.
    turn = "row_number() OVER (PARTITION BY case_id ORDER BY _day NULLS FIRST, _place) AS turn"
    turns = f"SELECT *, {turn} FROM ({rows})"
    before = "OVER (PARTITION BY case_id ORDER BY turn ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    counting, steps, told = [], [], []
    for item in late:
        name = ident(item.name)
        best, wins = ("max", ">") if takes[item.name] == "last" else ("min", "<")
        known = f"{best}(CASE WHEN {name} IS NOT NULL THEN _place END) {before}"
        counting.append(f"CASE WHEN {known} IS NULL OR _place {wins} {known} THEN {name} END AS {name}")
        last = f"lag({name} IGNORE NULLS) OVER (PARTITION BY case_id ORDER BY turn)"
        steps.append(f"CASE WHEN {name} IS DISTINCT FROM {last} THEN {name} END AS {name}")
        told.append(f"{name} IS NOT NULL")
    query = f"SELECT case_id, _day, turn, {', '.join(counting)} FROM ({turns})"
    query = f"SELECT case_id, _day AS day, turn, {', '.join(steps)} FROM ({query})"
    query = f"SELECT * FROM ({query}) WHERE {' OR '.join(told)}"
    return stage.keep("history", query, large=large)


def _with_lookups(
    grouped: str, sources: Sequence[TypedSource], carried: Sequence[RawAttribute], own: set[str]
) -> str:
    """Cases with the columns of lookups that join by the case itself; a source's own value comes first."""
    lookups = [lookup for source in sources for lookup in source.by_case]
    if not lookups:
        return grouped
    columns = ["g.case_id"]
    for attribute in carried:
        name = ident(attribute.name)
        values = [f"g.{name}"] if attribute.name in own else []
        for number, lookup in enumerate(lookups):
            if any(item.name == attribute.name for item in lookup.fields):
                values.append(f"l{number}.{name}")
        varies = f"g.{ident('_varies_' + attribute.name)}" if attribute.name in own else "false"
        late = f"g.{ident('_late_' + attribute.name)}" if attribute.name in own else "false"
        columns += case_attribute(attribute.name, f"coalesce({', '.join(values)})", varies, late)
    joins = "".join(
        f"\n  LEFT JOIN {lookup.name} AS l{number} ON l{number}.{lookup.key} = {lookup.on('g.case_id')}"
        for number, lookup in enumerate(lookups)
    )
    return f"SELECT {column_list(columns)}\nFROM ({grouped}) AS g{joins}"


def case_attribute(name: str, value: str, varies: str = "false", late: str = "false") -> list[str]:
    """A case's attribute in SQL, with whether it had several values and whether it came after the first day."""
    return [
        f"{value} AS {ident(name)}",
        f"{varies} AS {ident('_varies_' + name)}",
        f"{late} AS {ident('_late_' + name)}",
    ]


def case_columns(cases: str, attributes: Sequence[RawAttribute]) -> str:
    """The cases table without the columns that say which attributes vary."""
    names = [ident(attribute.name) for attribute in attributes if attribute.level == "case"]
    return f"SELECT {column_list(['case_id', *names])} FROM {cases}"


def varying(stage: Stage, cases: str, attributes: Sequence[RawAttribute]) -> dict[str, int]:
    """In how many cases each case attribute had several values, for those that had any."""
    names = [attribute.name for attribute in attributes if attribute.level == "case"]
    if not names:
        return {}
    counts = ", ".join(f"count(*) FILTER ({ident('_varies_' + name)})" for name in names)
    found = stage.row(f"SELECT {counts} FROM {cases}")
    return {name: int(count) for name, count in zip(names, found, strict=True) if count}


def last_update(
    stage: Stage, sources: Sequence[TypedSource], attribute: str | None, zone: str
) -> date | None:
    """The day on which the data was taken, where an attribute says so."""
    days: list[date] = []
    for source in sources:
        for item in source.fields:
            if item.name == attribute:
                value = ident(item.name)
                day = local_day(value, zone) if item.type == "ts" else f"CAST({value} AS DATE)"
                latest = stage.row(f"SELECT max({day}) FROM {source.typed}")[0]
                days += [latest] if latest else []
    return max(days, default=None)
