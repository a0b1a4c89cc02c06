"""OCEL in XML: version 1 with typed children as in XES, version 2 with ids and types as attributes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.connect.readers.objectlog import NormalForm, ObjectLog
from workbench.connect.readers.xmlstream import XMLStream, local
from workbench.connect.stage import Stage

__all__ = ["read_ocel_xml"]


def read_ocel_xml(stage: Stage, path: Path) -> NormalForm:
    """An OCEL log in XML. Raises WorkbenchError naming the line where it is no XML."""
    log = ObjectLog(stage, path)
    for element in XMLStream(path, "event", "object"):
        holder = element.getparent()
        if (
            holder is None
            or local(holder) not in ("events", "objects")
            or holder.getparent().getparent() is not None
        ):
            continue
        newer = element.get("id") is not None
        if local(element) == "event":
            (_event_2 if newer else _event_1)(log, element)
        else:
            (_object_2 if newer else _object_1)(log, element)
        holder.remove(element)
    return log.close()


def _values(element: Any) -> dict[str, Any]:
    """The children of an element by key, without the prefix that some writers give them."""
    return {(child.get("key") or "").removeprefix("ocel:"): child for child in element}


def _value(children: dict[str, Any], key: str) -> str | None:
    child = children.get(key)
    return None if child is None else child.get("value")


def _mapped(children: dict[str, Any], key: str) -> Iterator[tuple[str, str]]:
    for child in children.get(key, ()):
        if child.get("key"):
            yield child.get("key"), child.get("value")


def _event_1(log: ObjectLog, element: Any) -> None:
    children = _values(element)
    objects = [child.get("value") for child in children.get("omap", ())]
    log.event(
        _value(children, "id"), _value(children, "activity"), _value(children, "timestamp"),
        _mapped(children, "vmap"), objects,
    )  # fmt: skip


def _object_1(log: ObjectLog, element: Any) -> None:
    children = _values(element)
    log.object(_value(children, "id"), _value(children, "type"), _mapped(children, "ovmap"))


def _inner(element: Any, holder: str) -> Iterator[Any]:
    for child in element:
        if local(child) == holder:
            yield from child


def _attributes(element: Any) -> list[tuple[str, str | None]]:
    """Name and value of each attribute, in the order of their times where an object's change."""
    timed = [
        (one.get("time") or "", one.get("name") or "", one.text) for one in _inner(element, "attributes")
    ]
    return [(name, value) for _, name, value in sorted(timed, key=lambda one: one[0])]


def _event_2(log: ObjectLog, element: Any) -> None:
    objects = [one.get("object-id") for one in _inner(element, "objects")]
    log.event(element.get("id"), element.get("type"), element.get("time"), _attributes(element), objects)


def _object_2(log: ObjectLog, element: Any) -> None:
    log.object(element.get("id"), element.get("type"), _attributes(element))
