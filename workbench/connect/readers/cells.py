"""Cells of a spreadsheet as the text that a CSV of the same table would hold: a day as 2024-03-15, 123 as 123.

A spreadsheet knows only doubles: fifteen digits of a number are true, and a whole one is shown without a point.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

__all__ = ["LONGEST", "as_text", "as_texts"]

LONGEST = 10**15
"""Whole numbers from here on have more digits than a spreadsheet keeps."""


def as_text(value: Any) -> str:
    """A cell as text; an empty one is the empty text."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is float:
        return _number(value)
    if kind is bool:
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ")
        return text.rstrip("0") if value.microsecond else text
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) >= LONGEST:
        return str(int(value)) if abs(value) < 1e22 else f"{value:.15g}"
    return f"{value:.15g}"


def _duration(value: timedelta) -> str:
    """Hours, minutes and seconds, as spreadsheets show a span of time."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def as_texts(values: Sequence[Any], kinds: Iterable[type]) -> list[str | None]:
    """A column of cells as texts, empty ones as None; `kinds` are the types among them."""
    kinds = set(kinds)
    if kinds == {str}:
        return [value or None for value in values]
    return [as_text(value) or None for value in values]
