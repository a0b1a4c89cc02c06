"""Object-centric logs (OCEL 1 and 2) told for one type of object: its objects are the cases.

An event that concerns several of them is an event of each (convergence), and events of one case may be of
different other objects, whose order among each other means nothing (divergence). Both are counted and told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.connect.names import loosely
from workbench.connect.readers.objectlog import NormalForm
from workbench.connect.readers.ocelfindings import flattening_findings
from workbench.connect.readers.options import OBJECT_COLUMN, Options
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.errors import Finding, unknown_name
from workbench.messages import Message
from workbench.sql import literal

__all__ = ["ObjectType", "flattened"]

_MOST_TYPES = 100


@dataclass(frozen=True, slots=True)
class ObjectType:
    """A type of object: how many there are, how many events concern one, and how many concern several."""

    name: str
    objects: int
    events: int
    shared: int


def flattened(stage: Stage, log: NormalForm, options: Options) -> SourceTable:
    """The log as a table with a row for each event of each object of the type that makes the cases.

    That is `options.object`; else the type named as one of `options.alike`, or, where none is, the type that most
    events concern and no event several of. Raises WorkbenchError when the log has no such type.
    """
    links = stage.keep(
        "ocel_links",
        # A link may be told twice, by two qualifiers.
        f"SELECT e.row AS event, l.oid, o.type, min(l.row) AS place FROM {log.links} AS l "
        f"JOIN {_once(log.events, 'eid')} AS e ON e.eid = l.eid "
        f"LEFT JOIN {_once(log.objects, 'oid')} AS o ON o.oid = l.oid GROUP BY ALL",
        large=log.large,
    )
    types = _types(stage, links)
    chosen = _chosen(types, options, log)
    table = _table(stage, log, links, chosen, types)
    findings = [*log.faults.findings(), *flattening_findings(stage, log, links, chosen, types)]
    return SourceTable(
        where=log.where,
        relation=table[0],
        columns=table[1],
        large=log.large,
        first_row=1,
        findings=(*findings, *_chosen_finding(stage, log, chosen, types)),
        quick=True,
        settings={"object": chosen.name},
        roles={
            "case": f"{OBJECT_COLUMN}{chosen.name}",
            "activity": "ocel:activity",
            "time": "ocel:timestamp",
        },
    )


def _once(relation: str, key: str) -> str:
    """The rows of a relation, each key once: the first counts."""
    first = f"row_number() OVER (PARTITION BY {key} ORDER BY row) = 1"
    return f"(SELECT * FROM {relation} WHERE {key} IS NOT NULL QUALIFY {first})"


def _types(stage: Stage, links: str) -> list[ObjectType]:
    by_event = f"SELECT type, event, count(*) AS n FROM {links} WHERE type IS NOT NULL GROUP BY ALL"
    counted = (
        f"SELECT type, count(*) AS events, count(*) FILTER (n > 1) AS shared FROM ({by_event}) GROUP BY type"
    )
    objects = f"SELECT type, count(DISTINCT oid) AS objects FROM {links} WHERE type IS NOT NULL GROUP BY type"
    rows = stage.rows(
        f"SELECT type, objects, events, shared FROM ({counted}) JOIN ({objects}) USING (type) "
        f"ORDER BY events DESC, type LIMIT {_MOST_TYPES}"
    )
    return [
        ObjectType(str(name), int(objects), int(events), int(shared))
        for name, objects, events, shared in rows
    ]


def _chosen(types: Sequence[ObjectType], options: Options, log: NormalForm) -> ObjectType:
    if options.object is not None:
        for one in types:
            if one.name == options.object:
                return one
        raise unknown_name("object type", options.object, [one.name for one in types], where=log.where)
    for wanted in options.alike:
        for one in types:
            if _stem(one.name) == _stem(wanted):
                return one
    if not types:
        raise unknown_name("object type", "", [], where=log.where)
    return min(types, key=lambda one: (one.shared > 0, -one.events, one.name))


def _stem(name: str) -> str:
    """A name as it is compared: orders and Order are one."""
    return loosely(name).removesuffix("s")


def _table(
    stage: Stage, log: NormalForm, links: str, chosen: ObjectType, types: Sequence[ObjectType]
) -> tuple[str, tuple[SourceColumn, ...]]:
    """The rows: the case's object, the event, what the event says, what the object says, the other objects."""
    others = [one for one in types if one.name != chosen.name]
    of_type = f"SELECT event, oid, place FROM {links} WHERE type = {literal(chosen.name)}"
    beside = ", ".join(
        f"string_agg(oid, ', ' ORDER BY place) FILTER (type = {literal(one.name)}) AS t{number}"
        for number, one in enumerate(others)
    )
    joined = (
        f"LEFT JOIN (SELECT event, {beside} FROM {links} GROUP BY event) AS b ON b.event = l.event"
        if others
        else ""
    )
    named = {
        f"{OBJECT_COLUMN}{chosen.name}": "l.oid",
        "ocel:eid": "e.eid",
        "ocel:activity": "e.activity",
        "ocel:timestamp": "e.time",
        **{name: f"e.{sql}" for name, sql in log.event_attributes.items()},
        **{f"case:{name}": f"o.{sql}" for name, sql in log.object_attributes.items()},
        **{f"{OBJECT_COLUMN}{one.name}": f"b.t{number}" for number, one in enumerate(others)},
    }
    columns = tuple(SourceColumn(name, f"x{number}", "VARCHAR") for number, name in enumerate(named))
    select = ", ".join(f"CAST({sql} AS VARCHAR) AS x{number}" for number, sql in enumerate(named.values()))
    query = (
        f"SELECT row_number() OVER (ORDER BY l.event, l.place) - 1 AS row, {select} FROM ({of_type}) AS l "
        f"JOIN {log.events} AS e ON e.row = l.event "
        f"LEFT JOIN {_once(log.objects, 'oid')} AS o ON o.oid = l.oid {joined} ORDER BY l.event, l.place"
    )
    return stage.keep("ocel", query, large=log.large), columns


def _chosen_finding(
    stage: Stage, log: NormalForm, chosen: ObjectType, types: Sequence[ObjectType]
) -> tuple[Finding, ...]:
    every = int(stage.row(f"SELECT count(*) FROM {log.events}")[0])
    others = [
        Message(
            "{name!r} ({objects} objects, {events} events)",
            name=one.name,
            objects=one.objects,
            events=one.events,
        )
        for one in types
        if one.name != chosen.name
    ]
    known = {"name": chosen.name, "events": chosen.events, "every": every, "objects": chosen.objects}
    message = Message(
        "The cases are the {objects} objects of type {name!r}, which {events} of {every} events concern; "
        "the others are not read",
        **known,
    )
    if others:
        message = Message(
            "The cases are the {objects} objects of type {name!r}, which {events} of {every} events concern; "
            "the others are not read. Other types are {others}",
            **known,
            others=others,
        )
    return (
        Finding(
            rule="object_type",
            severity="note",
            message=message,
            remedy=Message("To see the log of another type, write its name as `object` of the source"),
            count=every - chosen.events,
            share=(every - chosen.events) / every,
            where=log.where,
            data={"object": chosen.name, "types": {one.name: one.events for one in types}},
        ),
    )
