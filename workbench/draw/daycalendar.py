"""A calendar of days: a square a day, a column a week, the more happened the more it stands out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from markupsafe import Markup

from workbench.draw.figure import figure_of
from workbench.draw.palette import COLOURS, RAMP, class_of
from workbench.draw.svg import child, drawing, number, rendered, text
from workbench.draw.table import Column, table

if TYPE_CHECKING:
    from workbench.i18n import Speech

__all__ = ["day_calendar"]

_SIDE, _GAP = 11.0, 2.0
_TOP, _BETWEEN = 18.0, 14.0
# Where the weeks of a year begin, and how many stand side by side; of half a year, where there is less room.
_WIDE, _NARROW = (44.0, 54), (34.0, 28)
_YEARS = 4

# The first and the last day of a row of weeks.
_Band = tuple[date, date]


def day_calendar(counts: Mapping[date, int], speech: Speech, *, title: str, description: str) -> Markup:
    """The last four years of `counts` (day → how many), a row of weeks for each year, Mondays on top.

    Where there is less room a row is half a year. Tones go by the root of a day's share of the busiest one; a day
    on which nothing happened is pale. The table behind has a row for each week. Empty where there is no day.
    """
    if not counts:
        return Markup("")
    years = sorted({day.year for day in counts})[-_YEARS:]
    whole = [(date(year, 1, 1), date(year, 12, 31)) for year in years]
    halves = [
        half
        for year in years
        for half in ((date(year, 1, 1), date(year, 6, 30)), (date(year, 7, 1), date(year, 12, 31)))
        if any(half[0] <= day <= half[1] for day in counts)
    ]
    drawn = [
        _picture(bands, room, counts, speech, title=title, description=description, name=name)
        for bands, room, name in ((whole, _WIDE, "wb-wide"), (halves, _NARROW, "wb-narrow"))
    ]
    behind = _table({day: n for day, n in counts.items() if day.year in years}, speech)
    return figure_of(drawn, behind, speech, title=title, description=description, name="wb-days")


def _picture(
    bands: Sequence[_Band],
    room: tuple[float, int],
    counts: Mapping[date, int],
    speech: Speech,
    *,
    title: str,
    description: str,
    name: str,
) -> Markup:
    left, weeks = room
    most = max(counts.values()) or 1
    high = _TOP + 7 * (_SIDE + _GAP) + _BETWEEN
    width, height = left + weeks * (_SIDE + _GAP), len(bands) * high
    root = drawing(
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        class_=f"wb-picture {name}",
        role="img",
        font_size=11,
        style="max-width:100%;height:auto",
    )
    text(root, "title", title)
    text(root, "desc", description)
    for row, band in enumerate(bands):
        _row(root, band, left, row * high, counts, most, speech)
    return rendered(root)


def _row(
    root: Element, band: _Band, left: float, top: float, counts: Mapping[date, int], most: int, speech: Speech
) -> None:
    first, last = band
    _label(root, str(first.year), 0, top + _TOP + 10)
    for month in range(first.month, last.month + 1, 3):
        begins = date(first.year, month, 1)
        _label(root, speech.month(begins), left + _week(first, begins) * (_SIDE + _GAP), top + 11)
    day = first
    while day <= last:
        if day in counts:
            count = counts[day]
            name = "line" if not count else RAMP[min(5, int(math.sqrt(count / most) * 6))]
            square = child(
                root,
                "rect",
                x=left + _week(first, day) * (_SIDE + _GAP),
                y=top + _TOP + day.weekday() * (_SIDE + _GAP),
                width=_SIDE,
                height=_SIDE,
                rx=1.5,
                fill=COLOURS[name],
                class_=class_of(COLOURS[name], "fill") or "",
            )
            text(square, "title", f"{speech.day(day)}: {speech.number(count)}")
        day += timedelta(days=1)


def _label(root: Element, said: str, x: float, y: float) -> None:
    name = class_of(COLOURS["muted"], "fill") or ""
    text(root, "text", said, x=x, y=y, fill=COLOURS["muted"], class_=name)


def _week(first: date, day: date) -> int:
    """The column of a day: weeks begin on Mondays."""
    return ((day - first).days + first.weekday()) // 7


def _table(counts: Mapping[date, int], speech: Speech) -> Markup:
    """A row for each week, as a column of the picture; a day that the calendar does not have is a dash."""
    import pandas as pd

    first, last = min(counts), max(counts)
    monday = first - timedelta(days=first.weekday())
    weeks = [monday + timedelta(weeks=n) for n in range((last - monday).days // 7 + 1)]
    days = {
        str(n): pd.array([counts.get(week + timedelta(days=n)) for week in weeks], dtype="Int64")
        for n in range(7)
    }
    columns = [
        Column("week", speech.say("Week from"), "day"),
        *(Column(str(n), speech.weekday(monday + timedelta(days=n)), "number") for n in range(7)),
    ]
    return table(pd.DataFrame({"week": weeks, **days}), columns, speech, limit=None)
