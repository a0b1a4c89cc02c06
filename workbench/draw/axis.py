"""Axes: round numbers at even steps, said in the reader's language; months and days that leave room to each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from workbench.draw.words import as_day, is_missing, printable, said
from workbench.errors import WorkbenchError
from workbench.escape import xml_text
from workbench.messages import Message

if TYPE_CHECKING:
    from workbench.i18n import Speech

__all__ = ["Measure", "figure_text", "is_calendar", "place_names", "thinned", "tick_text", "ticks"]

Measure = Literal["count", "number", "percent", "money", "days"]
# From here on a figure on an axis is said in thousands or millions.
_COMPACT_FROM = 10_000


def ticks(low: float, high: float, *, kind: str = "number", about: int = 4) -> list[float]:
    """Round numbers at even steps from at or below `low` to at or above `high`, about so many.

    Counts have no steps below one, shares never pass 100 %.

    >>> ticks(0, 87, kind="count"), ticks(0, 0.97, kind="percent")
    ([0.0, 25.0, 50.0, 75.0, 100.0], [0.0, 0.25, 0.5, 0.75, 1.0])
    """
    if high <= low:
        high = low + (1.0 if kind != "percent" else 0.1)
    rough = (high - low) / about
    scale = 10.0 ** math.floor(math.log10(rough))
    # Quarters only where they need no decimals.
    quarters = scale >= (0.1 if kind == "percent" else 10)
    factors = (1, 2, 2.5, 5, 10) if quarters else (1, 2, 5, 10)
    step = next(factor * scale for factor in factors if factor * scale >= rough * 0.999)
    if kind == "count":
        step = max(1.0, float(math.ceil(step)))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    # Rounding takes away what binary fractions add: 3 × 0.1 is 0.3 on an axis.
    digits = max(0, 2 - math.floor(math.log10(step)))
    return [round(number * step, digits) for number in range(first, last + 1)]


def figure_text(value: Any, kind: str, speech: Speech, currency: str | None = None) -> str:
    """A figure beside its mark: short, but exact enough to be quoted."""
    if is_missing(value):
        return "–"
    number = float(value)
    if kind == "percent":
        return speech.percent(number)
    if kind == "money":
        return (
            speech.compact_money(number, currency)
            if abs(number) >= _COMPACT_FROM
            else _money(number, currency, speech)
        )
    if kind == "days":
        return speech.days(number * 86400)
    return speech.number(number, places=0 if number.is_integer() or kind == "count" else 1)


def tick_text(
    value: float, kind: str, speech: Speech, currency: str | None = None, *, step: float = 1.0
) -> str:
    """A figure on an axis: no more decimals than the step between ticks asks for."""
    if kind == "percent":
        return speech.percent(value, places=0 if round(step * 100, 6).is_integer() else 1)
    if kind == "money":
        return (
            speech.compact_money(value, currency)
            if abs(value) >= _COMPACT_FROM
            else _money(value, currency, speech)
        )
    if abs(value) >= _COMPACT_FROM:
        from babel.numbers import format_compact_decimal

        return format_compact_decimal(value, locale=speech.locale, fraction_digits=1)
    return speech.number(
        value, places=0 if float(step).is_integer() else (1 if round(step * 10, 6).is_integer() else 2)
    )


def _money(value: float, currency: str | None, speech: Speech) -> str:
    return speech.money(value, currency, places=0 if float(value).is_integer() or abs(value) >= 100 else None)


# ---------------------------------------------------------------------- what stands along the other axis
def is_calendar(values: Sequence[Any]) -> bool:
    """Whether all values are days or moments."""
    return bool(values) and all(isinstance(value, date) and not is_missing(value) for value in values)


def place_names(values: Sequence[Any], speech: Speech) -> list[str]:
    """What each place along the axis is called: months when all are first or last days of months, else days or words.

    >>> from datetime import date
    >>> from workbench.i18n import Speech
    >>> place_names([date(2026, 1, 31), date(2026, 2, 28)], Speech("fr"))
    ['janv. 2026', 'févr. 2026']
    """
    if not is_calendar(values):
        return ["–" if is_missing(value) else xml_text(printable(said(value, speech))) for value in values]
    days = [as_day(value) for value in values]
    if any(day is None for day in days):
        raise WorkbenchError(
            Message("A date is missing along an axis"),
            where=Message("a chart"),
            remedy=Message("Leave out rows without a date"),
        )
    known = [day for day in days if day is not None]
    one_a_month = len({(day.year, day.month) for day in known}) == len(set(known))
    edges = all(day.day == 1 or (day + timedelta(days=1)).day == 1 for day in known)
    return [speech.month(day) if edges and one_a_month else speech.day(day) for day in known]


def thinned(count: int, room: int) -> list[int]:
    """Which of so many places get their name when only `room` names fit, counted from the last one, which always does.

    >>> thinned(12, 6), thinned(3, 6)
    ([1, 3, 5, 7, 9, 11], [0, 1, 2])
    """
    step = max(1, math.ceil(count / max(1, room)))
    return sorted(range(count - 1, -1, -step))
