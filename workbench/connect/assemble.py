"""Typed sources put together: one events table, one cases table, the attributes of both."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.connect.fields import Field, sql_type
from workbench.connect.mainsource import TypedSource
from workbench.connect.sql import column_list, ident
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError
from workbench.log.raw import EVENT_COLUMNS, Level, RawAttribute
from workbench.messages import Message
from workbench.places import in_source

__all__ = ["case_columns", "collect_attributes", "make_cases", "make_events", "varying"]


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

    Sources count in their order, then lookups by the case itself. Beside each attribute stands `_varies_…`:
    did the case have several values?
    """
    carried = [attribute for attribute in attributes if attribute.level == "case"]
    selects = []
    for number, source in enumerate(sources):
        time = "_time" if source.kind == "events" else "CAST(NULL AS TIMESTAMP)"
        order = "_order" if source.kind == "events" else "_row"
        # One number that sorts by source, time and place: comparing structs is far slower.
        place = (
            f"({number}::HUGEINT * 1152921504606846976 + coalesce(epoch_us({time}), 0) + 62135596800000000) "
            f"* 1125899906842624 + {order}"
        )
        columns = ["case_id", f"{place} AS _place", *(_cell(source, attribute) for attribute in carried)]
        selects.append(f"SELECT {column_list(columns)}\nFROM {source.typed} WHERE _reason IS NULL")
    takes = {item.name: item.take for source in reversed(sources) for item in source.fields}
    columns = ["case_id"]
    for attribute in carried:
        if attribute.name not in takes:
            continue
        name = ident(attribute.name)
        pick = "arg_max" if takes[attribute.name] == "last" else "arg_min"
        columns.append(f"{pick}({name}, _place) FILTER ({name} IS NOT NULL) AS {name}")
        columns.append(f"min({name}) <> max({name}) AS {ident('_varies_' + attribute.name)}")
    grouped = f"SELECT {column_list(columns)}\nFROM ({' UNION ALL BY NAME '.join(selects)})\nGROUP BY case_id"
    return stage.keep("log_cases", _with_lookups(grouped, sources, carried, set(takes)), large=large)


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
        columns += [
            f"coalesce({', '.join(values)}) AS {name}",
            f"{varies} AS {ident('_varies_' + attribute.name)}",
        ]
    joins = "".join(
        f"\n  LEFT JOIN {lookup.name} AS l{number} ON l{number}.{lookup.key} = {lookup.on('g.case_id')}"
        for number, lookup in enumerate(lookups)
    )
    return f"SELECT {column_list(columns)}\nFROM ({grouped}) AS g{joins}"


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
