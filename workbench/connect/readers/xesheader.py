"""What an XES log declares before its traces: classifiers, and attributes that every event or trace must have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workbench.connect.readers.faults import Faults
from workbench.connect.readers.xesvalues import ATTRIBUTES, attributes_of, fit
from workbench.connect.readers.xmlstream import local

__all__ = ["Header", "read_header"]

_WANTED = {"extension": ("name", "prefix", "uri"), "classifier": ("name", "keys"), "global": ()}


@dataclass(frozen=True, slots=True)
class Header:
    """`classifiers` by name, of events: the keys whose values together name an activity.

    `needed` are the attributes that the log declares for every event or trace, with their defaults.
    """

    classifiers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    needed: dict[tuple[str, str], str] = field(default_factory=dict)


def read_header(root: Any, faults: Faults) -> Header:
    """The declarations among what is left of the log when its traces are taken out."""
    header = Header()
    # The attributes of the log itself are no attributes of cases or events; their values are checked all the same.
    for child in root:
        kind = local(child)
        if kind in ATTRIBUTES or not kind:
            continue
        if kind not in _WANTED:
            faults.add("out_of_place", child.sourceline, kind)
            continue
        missing = [name for name in _WANTED[kind] if not (child.get(name) or "").strip()]
        scope = child.get("scope", "event")
        if missing or (kind != "extension" and scope not in ("event", "trace")):
            faults.add("header", child.sourceline, kind)
        elif kind == "classifier" and scope == "event":
            header.classifiers[child.get("name")] = tuple(_keys(child.get("keys")))
        elif kind == "global":
            for key, value, _ in attributes_of(child, faults):
                header.needed[scope, key] = value
    for child in root:
        if local(child) in ATTRIBUTES:
            _check(child, faults)
    return header


def _check(child: Any, faults: Faults) -> None:
    """A value of the log's own that its type does not allow."""
    kind, key, value = local(child), child.get("key"), child.get("value")
    if not key or (value is None and kind not in ("list", "container")):
        faults.add("attribute", child.sourceline, key or kind)
    elif value is not None and kind not in ("list", "container") and fit(kind, value) is None:
        faults.add("id" if kind == "id" else "value", child.sourceline, value, kind)


def _keys(text: str) -> list[str]:
    """The keys of a classifier: parted by blanks, those that hold blanks in quotes."""
    return [
        part
        for number, quoted in enumerate(text.split("'"))
        for part in ([quoted] if number % 2 else quoted.split())
    ]
