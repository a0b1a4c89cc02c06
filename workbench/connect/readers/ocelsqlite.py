"""OCEL in SQLite: version 1 in three tables, version 2 with a table for each type of event and object."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from workbench.connect.readers.objectlog import NormalForm, ObjectLog
from workbench.connect.readers.sqlitefile import SQLiteFile, sqlite_file
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.sql import ident

__all__ = ["is_ocel_sqlite", "read_ocel_sqlite"]

_FIRST = {"EVENTS", "RELATIONS", "OBJECTS"}
_SECOND = {"event", "object", "event_map_type", "object_map_type", "event_object"}


def is_ocel_sqlite(tables: Collection[str]) -> bool:
    """Whether the tables of a file are those of an object-centric log."""
    return set(tables) >= _FIRST or set(tables) >= _SECOND


def read_ocel_sqlite(stage: Stage, path: Path, tables: Collection[str]) -> NormalForm:
    """An OCEL log in SQLite. WorkbenchError where a table or column of the format is missing."""
    log = ObjectLog(stage, path)
    with sqlite_file(path) as file:
        if set(tables) >= _SECOND:
            _second(log, file, tables, path)
        else:
            _first(log, file, path)
    return log.close()


def _first(log: ObjectLog, file: SQLiteFile, path: Path) -> None:
    names = _columns(file, "EVENTS", path, "ocel:eid", "ocel:activity", "ocel:timestamp")
    for one in _named(file, "EVENTS", names, "ORDER BY rowid"):
        eid, activity, time = one.pop("ocel:eid"), one.pop("ocel:activity"), one.pop("ocel:timestamp")
        log.event(eid, activity, time, one.items(), ())
    _columns(file, "RELATIONS", path, "ocel:eid", "ocel:oid")
    for eid, oid in file.rows('SELECT "ocel:eid", "ocel:oid" FROM "RELATIONS" ORDER BY rowid'):
        log.link(eid, oid)
    names = _columns(file, "OBJECTS", path, "ocel:oid", "ocel:type")
    for one in _named(file, "OBJECTS", names, "ORDER BY rowid"):
        log.object(one.pop("ocel:oid"), one.pop("ocel:type"), one.items())


def _second(log: ObjectLog, file: SQLiteFile, tables: Collection[str], path: Path) -> None:
    for table, wanted in (
        ("event", ("ocel_id", "ocel_type")), ("object", ("ocel_id", "ocel_type")),
        ("event_map_type", ("ocel_type", "ocel_type_map")), ("object_map_type", ("ocel_type", "ocel_type_map")),
        ("event_object", ("ocel_event_id", "ocel_object_id")),
    ):  # fmt: skip
        _columns(file, table, path, *wanted)
    maps = {kind: _of_types(file, kind, tables, path) for kind in ("event", "object")}
    _events(log, file, maps["event"], path)
    for eid, oid in file.rows("SELECT ocel_event_id, ocel_object_id FROM event_object ORDER BY rowid"):
        log.link(eid, oid)
    for kind, table in maps["object"].items():
        names = _columns(file, table, path, "ocel_id")
        order = "ORDER BY ocel_id, ocel_time, rowid" if "ocel_time" in names else "ORDER BY ocel_id, rowid"
        for oid, group in _grouped(_named(file, table, names, order)):
            log.object(oid, kind, [pair for one in group for pair in one.items()])


def _events(log: ObjectLog, file: SQLiteFile, tables: dict[str, str], path: Path) -> None:
    """The events of all types, each in a table of its own, in the order of the table of all events."""
    for (eid,) in file.rows("SELECT ocel_id FROM event ORDER BY rowid"):
        log.place(eid)
    for kind, table in tables.items():
        names = _columns(file, table, path, "ocel_id", "ocel_time")
        for one in _named(file, table, names, "ORDER BY rowid"):
            eid, time = one.pop("ocel_id"), one.pop("ocel_time")
            one.pop("ocel:activity", None)
            log.event(eid, kind, time, one.items(), ())


def _of_types(file: SQLiteFile, kind: str, tables: Collection[str], path: Path) -> dict[str, str]:
    """The table of each type that occurs."""
    found = dict(file.rows(f"SELECT ocel_type, ocel_type_map FROM {kind}_map_type ORDER BY rowid"))
    named = {str(name): f"{kind}_{mapped}" for name, mapped in found.items()}
    missing = next((table for table in named.values() if table not in tables), None)
    if missing is not None:
        raise WorkbenchError(
            Message("The object-centric log has no table {name!r}, which it names", name=missing),
            where=str(path),
            remedy=Message("Export the log again"),
        )
    return named


def _columns(file: SQLiteFile, table: str, path: Path, *wanted: str) -> list[str]:
    found = file.columns(table)
    missing = next((name for name in wanted if name not in found), None)
    if missing is not None:
        raise WorkbenchError(
            Message("The table {table!r} has no column {name!r}", table=table, name=missing),
            where=str(path),
            remedy=Message("Export the log again"),
        )
    return found


def _named(file: SQLiteFile, table: str, names: list[str], order: str) -> Iterator[dict[str, Any]]:
    select = ", ".join(map(ident, names))
    for row in file.rows(f"SELECT {select} FROM {ident(table)} {order}"):
        yield dict(zip(names, row, strict=True))


def _grouped(rows: Iterator[dict[str, Any]]) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Successive rows of one object, without what says which it is and when it changed."""
    oid: Any = None
    group: list[dict[str, Any]] = []
    for one in rows:
        own = one.pop("ocel_id")
        one.pop("ocel_time", None)
        one.pop("ocel_changed_field", None)
        if group and own != oid:
            yield oid, group
            group = []
        oid = own
        group.append({name: value for name, value in one.items() if value is not None})
    if group:
        yield oid, group
