"""The attributes of an XES element: typed values, checked against their type; nested ones laid flat."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from workbench.connect.readers.faults import Faults
from workbench.connect.readers.xmlstream import local

__all__ = ["ATTRIBUTES", "attributes_of", "fit"]

ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id", "list", "container"})
_SINGLE = ATTRIBUTES - {"list", "container"}
_DATE = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?))? ?(Z|z|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)
_INT = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_ID = re.compile(r"[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
_TRUTH = {"true": "true", "1": "true", "false": "false", "0": "false"}
_DEEPEST = 5


def attributes_of(
    element: Any, faults: Faults, prefix: str = "", depth: int = 0
) -> Iterator[tuple[str, str, str]]:
    """Key, value as text and type of each attribute of an element.

    One inside another is named by both ("outer/inner"), a list is the JSON of its values. What has no key, no
    value, or a value that its type does not allow is left out and told.
    """
    for child in element:
        kind = local(child)
        if kind not in ATTRIBUTES:
            if kind:
                faults.add("out_of_place", child.sourceline, kind)
            continue
        key, value = child.get("key"), child.get("value")
        if not key or (value is None and kind in _SINGLE):
            faults.add("attribute", child.sourceline, key or kind)
            continue
        name = prefix + key
        if kind == "list":
            yield name, _listed(child, faults), "list"
            continue
        fitted = _checked(kind, value, child, faults)
        if fitted:
            yield name, fitted, _stored(kind, fitted)
        if len(child):
            if depth >= _DEEPEST:
                faults.add("too_deep", child.sourceline, name)
                continue
            if not prefix:
                faults.add("nested", child.sourceline, name)
            yield from attributes_of(child, faults, f"{name}/", depth + 1)


def _checked(kind: str, value: str | None, child: Any, faults: Faults) -> str | None:
    """The value of a single attribute, where it is of its type; an id may be any text."""
    if value is None or kind not in _SINGLE:
        return None
    fitted = fit(kind, value)
    if fitted is None and kind == "id":
        faults.add("id", child.sourceline, value)
        return value
    if fitted is None:
        faults.add("value", child.sourceline, value, kind)
    return fitted


def _stored(kind: str, value: str) -> str:
    """A whole number written with leading zeros is a code, and remains one."""
    coded = kind == "int" and len(digits := value.lstrip("+-")) > 1 and digits.startswith("0")
    return "string" if coded or kind == "id" else kind


def fit(kind: str, value: str) -> str | None:
    """A value as its type has it; None where it is none of that type.

    >>> fit("int", " 7 "), fit("int", "7.0"), fit("boolean", "TRUE"), fit("date", "2002-0530T09:30:10Z")
    ('7', None, 'true', None)
    """
    if kind == "string":
        return value
    value = value.strip()
    if kind == "date":
        found = _DATE.fullmatch(value)
        return value if found and _is_time(found[1], found[2]) else None
    if kind == "int":
        return value if _INT.fullmatch(value) and -(2**63) <= int(value) < 2**63 else None
    if kind == "float":
        return value if _FLOAT.fullmatch(value) and math.isfinite(float(value)) else None
    if kind == "boolean":
        return _TRUTH.get(value.lower())
    return value if _ID.fullmatch(value) else None


def _is_time(day: str, time: str | None) -> bool:
    try:
        datetime.fromisoformat(day if time is None else f"{day} {re.split('[.,]', time)[0]}")
    except ValueError:
        return False
    return True


def _listed(element: Any, faults: Faults) -> str:
    """The values of a list as JSON, in their order."""
    inner = [child for child in element if local(child) == "values"]
    values: list[dict[str, str]] = [
        {key: value}
        for holder in (inner or [element])
        for key, value, _ in attributes_of(holder, faults, depth=_DEEPEST)
    ]
    keys = {key for one in values for key in one}
    plain: list[Any] = [next(iter(one.values())) for one in values] if len(keys) == 1 else values
    return json.dumps(plain, ensure_ascii=False)
