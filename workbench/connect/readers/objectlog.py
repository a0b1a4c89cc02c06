"""An object-centric log in its normal form: events, objects, and which event concerns which object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.connect.readers.faults import Faults
from workbench.connect.readers.textrows import TextRows
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["NormalForm", "ObjectLog", "as_text"]

_LATER = 2**40  # behind every place that is given


@dataclass(frozen=True, slots=True)
class NormalForm:
    """The three tables as relations: `events` (row, eid, activity, time, …), `objects` (oid, type, …), `links`
    (eid, oid). The attributes stand by name with their safe names."""

    where: str
    path: Path
    events: str
    event_attributes: Mapping[str, str]
    objects: str
    object_attributes: Mapping[str, str]
    links: str
    large: bool
    faults: Faults


def as_text(value: Any) -> str:
    """A value of JSON or of a database as the text that a source would show; empty where there is none.

    >>> as_text(True), as_text(1.5), as_text(None), as_text(["a"])
    ('true', '1.5', '', '["a"]')
    """
    if value is None or isinstance(value, bytes):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


class ObjectLog:
    """A normal form that grows as a file is read."""

    def __init__(self, stage: Stage, path: Path) -> None:
        self._path = path
        self.faults = Faults(path.name)
        self._events = TextRows(stage, "ocel_events", where=path)
        self._objects = TextRows(stage, "ocel_objects", where=path)
        self._links = TextRows(stage, "ocel_links", where=path)
        self._places = TextRows(stage, "ocel_places", where=path)

    def event(
        self,
        eid: Any,
        activity: Any,
        time: Any,
        attributes: Iterable[tuple[str, Any]],
        objects: Iterable[Any],
    ) -> None:
        """An event with the ids of the objects that it concerns."""
        self._put(self._events, {"eid": eid, "activity": activity, "time": time}, attributes)
        for oid in objects:
            self.link(eid, oid)

    def link(self, eid: Any, oid: Any) -> None:
        """That an event concerns an object."""
        self._put(self._links, {"eid": eid, "oid": oid}, ())

    def place(self, eid: Any) -> None:
        """That an event has the next place in the log, where the events themselves do not come in turn."""
        self._put(self._places, {"eid": eid}, ())

    def object(self, oid: Any, kind: Any, attributes: Iterable[tuple[str, Any]]) -> None:
        """An object of a type. Of an attribute that is said several times the last counts."""
        last: dict[str, Any] = {}
        for name, value in attributes:
            if name in last and last[name] != value:
                self.faults.add("changed", None, name)
            last[name] = value
        self._put(self._objects, {"oid": oid, "type": kind}, last.items())

    def _put(self, rows: TextRows, fixed: Mapping[str, Any], attributes: Iterable[tuple[str, Any]]) -> None:
        for key, value in fixed.items():
            if (text := as_text(value)) != "":
                rows.put((True, key), text)
        for name, value in attributes:
            if (text := as_text(value)) != "" and name and not rows.has((False, name)):
                rows.put((False, name), text)
        rows.end()
        if rows.full:
            rows.flush()

    def close(self) -> NormalForm:
        """The log, complete. WorkbenchError where it has no event, object or link."""
        for rows in (self._events, self._objects, self._links):
            rows.flush()
            if not rows.count:
                raise WorkbenchError(
                    Message("The object-centric log has no events, or none that concerns an object"),
                    where=str(self._path),
                    remedy=Message("Export it again with its events, objects and their relations"),
                )
        return NormalForm(
            where=self._path.name,
            path=self._path,
            events=self._in_turn(_named(self._events, "eid", "activity", "time")),
            event_attributes=_attributes(self._events),
            objects=_named(self._objects, "oid", "type"),
            object_attributes=_attributes(self._objects),
            links=_named(self._links, "eid", "oid"),
            large=any(rows.large for rows in (self._events, self._objects, self._links)),
            faults=self.faults,
        )

    def _in_turn(self, events: str) -> str:
        """The events, numbered by the places that they were given."""
        self._places.flush()
        if not self._places.count:
            return events
        places = f"SELECT eid AS of, min(row) AS place FROM {_named(self._places, 'eid')} GROUP BY ALL"
        placed = f"{events} AS e LEFT JOIN ({places}) AS p ON p.of = e.eid"
        return f"(SELECT e.* REPLACE (coalesce(p.place, {_LATER} + e.row) AS row) FROM {placed})"


def _named(rows: TextRows, *fixed: str) -> str:
    """The rows with their fixed columns by name, and all others as they are."""
    found = {name: rows.columns.get((True, name)) for name in fixed}
    select = [f"{'NULL' if place is None else f'c{place}'} AS {name}" for name, place in found.items()]
    return f"(SELECT *, {', '.join(select)} FROM {rows.relation})"


def _attributes(rows: TextRows) -> dict[str, str]:
    return {name: f"c{place}" for (fixed, name), place in rows.columns.items() if not fixed}
