"""A calendar of days: a square a day, a column a week, the darker the more happened."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from markupsafe import Markup

from workbench.draw.palette import COLOURS, RAMP, class_of
from workbench.draw.svg import child, drawing, number, rendered, text

if TYPE_CHECKING:
    from workbench.i18n import Speech

__all__ = ["day_calendar"]

_SIDE, _GAP = 11.0, 2.0
_LEFT, _TOP, _BETWEEN = 44.0, 18.0, 14.0
_YEARS = 4


def day_calendar(counts: Mapping[date, int], speech: Speech, *, title: str, description: str) -> Markup:
    """The last four years of `counts` (day → how many), a row of weeks for each year, Mondays on top.

    Tones go by the root of a day's share of the busiest one; a day on which nothing happened is pale. `title` and
    `description` are for a reader who does not see it. Empty where there is no day.
    """
    if not counts:
        return Markup("")
    years = sorted({day.year for day in counts})[-_YEARS:]
    most = max(counts.values()) or 1
    band = _TOP + 7 * (_SIDE + _GAP) + _BETWEEN
    width, height = _LEFT + 54 * (_SIDE + _GAP), len(years) * band
    root = drawing(
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        class_="wb-picture wb-days",
        role="img",
        font_size=11,
        style="max-width:100%;height:auto",
    )
    text(root, "title", title)
    text(root, "desc", description)
    for row, year in enumerate(years):
        _year(root, year, row * band, counts, most, speech)
    return rendered(root)


def _year(
    root: Element, year: int, top: float, counts: Mapping[date, int], most: int, speech: Speech
) -> None:
    first = date(year, 1, 1)
    text(
        root,
        "text",
        str(year),
        x=0,
        y=top + _TOP + 10,
        fill=COLOURS["muted"],
        class_=class_of(COLOURS["muted"], "fill") or "",
    )
    for month in range(1, 13):
        begins = date(year, month, 1)
        if month % 3 == 1:
            text(
                root,
                "text",
                speech.month(begins),
                x=_LEFT + _week(first, begins) * (_SIDE + _GAP),
                y=top + 11,
                fill=COLOURS["muted"],
                class_=class_of(COLOURS["muted"], "fill") or "",
            )
    day = first
    while day.year == year:
        if day in counts:
            count = counts[day]
            name = "line" if not count else RAMP[min(5, int(math.sqrt(count / most) * 6))]
            square = child(
                root,
                "rect",
                x=_LEFT + _week(first, day) * (_SIDE + _GAP),
                y=top + _TOP + day.weekday() * (_SIDE + _GAP),
                width=_SIDE,
                height=_SIDE,
                rx=1.5,
                fill=COLOURS[name],
                class_=class_of(COLOURS[name], "fill") or "",
            )
            text(square, "title", f"{speech.day(day)}: {speech.number(count)}")
        day += timedelta(days=1)


def _week(first: date, day: date) -> int:
    """The column of a day: weeks begin on Mondays."""
    return ((day - first).days + first.weekday()) // 7
