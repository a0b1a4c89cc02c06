"""The first rows of a finding as a reader finds them again: by case, or by row and file, and what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.i18n import Message

__all__ = ["row_said"]


def row_said(row: Mapping[str, Any]) -> Message:
    """One of a finding's rows.

    >>> row_said({"case": "A1", "value": "2199-01-31"})
    "'A1': 2199-01-31"
    >>> row_said({"row": 12})
    'row 12'
    """
    case, number, file, value = (row.get(name) for name in ("case", "row", "file", "value"))
    place: Message | None = None
    if case is not None:
        place = Message("{case!r}", case=str(case))
    elif number is not None and file is not None:
        place = Message("{file}, row {row}", file=str(file), row=str(number))
    elif number is not None:
        place = Message("row {row}", row=str(number))
    if place is None:
        return Message("{value!r}", value=str(value))
    return place if value is None else Message("{place}: {value}", place=place, value=str(value))
