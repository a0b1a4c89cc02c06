"""OCEL in JSON, read an event at a time: version 1 with its names in `ocel:…`, version 2 with plain ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.connect.readers.objectlog import NormalForm, ObjectLog
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["read_ocel_json"]

_DEEPEST = 50


def read_ocel_json(stage: Stage, path: Path) -> NormalForm:
    """An OCEL log in JSON. WorkbenchError where it is no JSON, or no object-centric log."""
    import ijson

    log = ObjectLog(stage, path)
    try:
        _refuse_deep(path)
        if "ocel:events" in _keys(path):
            for eid, event in _each(path, "ocel:events", keyed=True):
                _event_1(log, eid, event)
            for oid, one in _each(path, "ocel:objects", keyed=True):
                log.object(oid, one.get("ocel:type"), _mapping(one.get("ocel:ovmap")).items())
        else:
            for _, event in _each(path, "events.item"):
                objects = [one.get("objectId") for one in _mappings(event.get("relationships"))]
                log.event(event.get("id"), event.get("type"), event.get("time"), _attributes(event), objects)
            for _, one in _each(path, "objects.item"):
                log.object(one.get("id"), one.get("type"), _attributes(one))
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise WorkbenchError(
            Message(
                "This is not readable as JSON: {fault}", fault=" ".join(str(error).split()[:12]).rstrip(".")
            ),
            where=str(path),
            remedy=Message("Export it again; it may be cut off"),
        ) from error
    return log.close()


def _refuse_deep(path: Path) -> None:
    """Depth is what makes a small file costly; no log needs much of it."""
    import ijson

    depth = 0
    with open(path, "rb") as file:
        for event, _ in ijson.basic_parse(file):
            depth += (event in ("start_map", "start_array")) - (event in ("end_map", "end_array"))
            if depth > _DEEPEST:
                raise WorkbenchError(
                    Message("The JSON is nested more than {most} deep", most=_DEEPEST),
                    where=str(path),
                    remedy=Message("Export the log as OCEL, XES or CSV"),
                )


def _keys(path: Path) -> list[str]:
    """The keys of the whole, up to the events."""
    import ijson

    keys = []
    with open(path, "rb") as file:
        for prefix, event, value in ijson.parse(file):
            if prefix == "" and event == "map_key":
                keys.append(value)
                if value in ("ocel:events", "events"):
                    return keys
            elif prefix == "" and event != "start_map":
                break
    raise WorkbenchError(
        Message("This JSON file is no object-centric log: it has no events"),
        where=str(path),
        remedy=Message("Export the log as OCEL, XES or CSV"),
    )


def _each(path: Path, prefix: str, *, keyed: bool = False) -> Iterator[tuple[str, Mapping[str, Any]]]:
    import ijson

    with open(path, "rb") as file:
        pairs = ijson.kvitems(file, prefix) if keyed else (("", one) for one in ijson.items(file, prefix))
        for key, one in pairs:
            yield key, _mapping(one)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [_mapping(one) for one in value] if isinstance(value, list) else []


def _event_1(log: ObjectLog, eid: str, event: Mapping[str, Any]) -> None:
    objects = event.get("ocel:omap")
    log.event(
        eid, event.get("ocel:activity"), event.get("ocel:timestamp"), _mapping(event.get("ocel:vmap")).items(),
        objects if isinstance(objects, list) else [],
    )  # fmt: skip


def _attributes(one: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Name and value of each attribute, in the order of their times where an object's change."""
    found = _mappings(one.get("attributes"))
    return [
        (str(item.get("name", "")), item.get("value"))
        for item in sorted(found, key=lambda item: str(item.get("time", "")))
    ]
