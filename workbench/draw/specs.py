"""Vega-Lite specifications of the pictures, wide and narrow: what is drawn where, with every word already said.

They are plain dictionaries, which the tests hold against Altair's schema: importing Altair to write them would cost
each notebook a second or more.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.draw.axis import thinned
from workbench.draw.palette import COLOURS
from workbench.draw.picture import FONT

__all__ = [
    "LABEL_PADDING",
    "NARROW",
    "WIDE",
    "Level",
    "Place",
    "Scale",
    "Size",
    "bars_across",
    "columns",
    "courses",
    "framed",
    "names_at_left",
    "text_width",
]

_TEXT, _SMALL = 12, 12
LABEL_PADDING = 9
_INK, _MUTED, _LINE, _AXIS = (COLOURS[name] for name in ("ink", "muted", "line", "axis"))
Spec = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """A picture's width in pixels, and the height of those that have an axis upwards."""

    width: int
    height: int
    narrow: bool


WIDE = Size(680, 256, narrow=False)
NARROW = Size(344, 220, narrow=True)


@dataclass(frozen=True)
class Scale:
    """The ticks of the axis upwards and what they are called."""

    ticks: Sequence[float]
    names: Sequence[str]

    @property
    def width(self) -> float:
        """The room that the names take."""
        return max((text_width(name) for name in self.names), default=0.0)

    @property
    def domain(self) -> list[float]:
        return [self.ticks[0], self.ticks[-1]]


@dataclass(frozen=True)
class Place:
    """A mark: where it stands, how large it is, its colour, and the figure written beside it."""

    at: float
    value: float | None
    colour: str
    text: str = ""
    part: int = 0


@dataclass(frozen=True)
class Level:
    """A dashed line across the picture: a target or a baseline. Its name stands in the legend."""

    value: float
    colour: str


def text_width(text: str) -> float:
    """About how many pixels a text takes, on the safe side."""
    return sum(12.5 if unicodedata.east_asian_width(char) in "WF" else 6.9 for char in text)


def names_fit(names: Sequence[str], size: Size) -> bool:
    """Whether each name has room below a bar of its own."""
    return max(map(text_width, names), default=0.0) <= size.width / max(1, len(names)) - 6


def framed(size: Size, height: int, layers: list[Spec], *, top: int = 7, right: int = 2) -> Spec:
    return {
        "width": size.width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 0, "right": right, "top": top, "bottom": 0},
        "background": "transparent",
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {
                "domain": False, "ticks": False, "title": None, "grid": False,
                "labelColor": _MUTED, "labelFontSize": _SMALL, "labelPadding": LABEL_PADDING,
                "gridColor": _LINE, "gridWidth": 1,
            },
            "text": {"fontSize": _TEXT, "color": _INK},
            "bar": {"discreteBandSize": {"band": 1}},
        },
        "layer": layers,
    }  # fmt: skip


def _upwards(scale: Scale, *, shown: bool = True) -> Spec:
    names = f"{json.dumps(list(scale.names))}[indexof({json.dumps(list(scale.ticks))}, datum.value)]"
    axis = {"values": list(scale.ticks), "labelExpr": names, "grid": True, **names_at_left(scale.width)}
    return {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": scale.domain, "nice": False},
        "axis": axis if shown else None,
    }


def names_at_left(width: float) -> Spec:
    """Names that begin at the picture's left edge, below its title. Their room is ours to say, not a font's."""
    room = round(width) + 8
    return {
        "labelAlign": "left",
        "labelPadding": room,
        "minExtent": room,
        "maxExtent": room,
        "labelLimit": room,
    }


def _along(names: Sequence[str], room: float, *, words: bool) -> Spec:
    """The axis below columns: every name in its own room, or, of months and days, as many as stand apart."""
    widest = max((text_width(name) for name in names), default=1.0)
    fit = max(1, int(room / (widest + 14)))
    places = list(range(len(names))) if words else thinned(len(names), fit)
    return {
        "values": places,
        "labelExpr": f"{json.dumps(list(names))}[datum.value]",
        "labelAngle": 0,
        "labelOverlap": False,
        "labelLimit": max(24, int(room / max(1, len(names))) - 6) if words else 200,
    }


def columns(
    places: Sequence[Place], names: Sequence[str], scale: Scale, size: Size, *, words: bool, written: bool
) -> Spec:
    """Upright bars, one on top of the other where parts share a place.

    `words`: the places are words, all to be named. `written`: the figure stands over each bar, and no axis is needed.
    """
    axis_room = 0 if written else scale.width + 8
    x: Spec = {
        "field": "at",
        "type": "ordinal",
        "scale": {
            "domain": list(range(len(names))),
            "paddingInner": 0.28 if len(names) > 6 else 0.45,
            "paddingOuter": 0.1,
        },
        "axis": _along(names, size.width - axis_room, words=words),
    }
    stacked = any(place.part for place in places)
    bar: Spec = {
        "mark": {"type": "bar", **({"stroke": COLOURS["paper"], "strokeWidth": 0.75} if stacked else {})},
        "encoding": {
            "x": x,
            "y": {**_upwards(scale, shown=not written), "stack": "zero" if stacked else None},
            "color": {"field": "colour", "type": "nominal", "scale": None},
            "order": {"field": "part", "type": "quantitative"},
        },
    }
    layers = [bar]
    if written:
        layers.append(
            {
                "mark": {"type": "text", "baseline": "bottom", "dy": -5},
                "encoding": {
                    "x": x,
                    "y": {**_upwards(scale, shown=False), "stack": None},
                    "text": {"field": "text", "type": "nominal"},
                },
            }
        )
    layers.append(_ground())
    values = [
        {"at": place.at, "value": place.value, "colour": place.colour, "part": place.part, "text": place.text}
        for place in places
        if place.value is not None
    ]
    # The last month's name is wider than its bar.
    band = (size.width - axis_room) / max(1, len(names))
    right = 2 if words else max(2, round((text_width(names[-1]) - band) / 2))
    return {
        "data": {"values": values},
        **framed(size, size.height, layers, top=24 if written else 7, right=right),
    }


def _ground() -> Spec:
    """The line that bars stand on."""
    return {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "color": _AXIS, "strokeWidth": 1},
        "encoding": {"y": {"datum": 0, "type": "quantitative"}},
    }


def bars_across(places: Sequence[Place], names: Sequence[str], size: Size) -> Spec:
    """Lying bars with their names before them and their figures behind; on a narrow page the names stand above."""
    band = 42 if size.narrow else 28
    widest_name = min(max((text_width(name) for name in names), default=0.0), 240.0)
    figures = max((text_width(place.text) for place in places), default=0.0) + 12
    room = size.width - (0 if size.narrow else widest_name + 16)
    values = [place.value or 0.0 for place in places]
    low, high = min(0.0, *values), max(0.0, *values)
    span = (high - low) or 1.0
    margin = span * figures / max(room - figures, 40)
    y: Spec = {
        "field": "at",
        "type": "ordinal",
        "scale": {"domain": list(range(len(names))), "paddingInner": 0.32, "paddingOuter": 0.1},
        "axis": None
        if size.narrow
        else {
            "labelExpr": f"{json.dumps(list(names))}[datum.value]",
            "labelColor": _INK,
            **names_at_left(widest_name),
        },
    }
    x: Spec = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [low - (margin if low < 0 else 0), high + margin], "nice": False},
        "axis": None,
    }
    colour = {"field": "colour", "type": "nominal", "scale": None}
    down = 9 if size.narrow else 0
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", **({"height": 14, "yOffset": down} if size.narrow else {})},
            "encoding": {"x": {**x, "stack": None}, "y": y, "color": colour},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 7, "dy": down},
            "encoding": {
                "x": {**x, "field": "end"}, "y": y, "text": {"field": "text", "type": "nominal"},
            },
        },
    ]  # fmt: skip
    if size.narrow:
        layers.append(
            {
                "mark": {
                    "type": "text",
                    "align": "left",
                    "baseline": "middle",
                    "dy": -8,
                    "limit": size.width,
                },
                "encoding": {
                    "x": {"datum": low, "type": "quantitative"},
                    "y": y,
                    "text": {"field": "name", "type": "nominal"},
                },
            }
        )
    data = [
        {
            "at": place.at, "value": place.value or 0.0, "end": max(0.0, place.value or 0.0),
            "colour": place.colour, "text": place.text, "name": names[int(place.at)],
        }
        for place in places
    ]  # fmt: skip
    return {"data": {"values": data}, **framed(size, band * len(names) + 10, layers)}


def courses(
    lines: Sequence[Sequence[Place]],
    moments: Sequence[tuple[float, str]],
    scale: Scale,
    size: Size,
    *,
    levels: Sequence[Level] = (),
) -> Spec:
    """Lines over time. A place without a value is a gap; the last place of each line is marked, its figure written.

    `moments` are the places of the axis along with their names, of which as many are shown as fit.
    """
    axis_room = scale.width + 8
    ends = max((text_width(line[-1].text) for line in lines if line), default=0.0) + 14
    room = size.width - axis_room - ends
    first, last = moments[0][0], moments[-1][0]
    span = (last - first) or 1.0
    widest = max(text_width(name) for _, name in moments)
    shown = [moments[place] for place in thinned(len(moments), max(1, int(room / (widest + 18))))]
    names = f"{json.dumps([name for _, name in shown])}[indexof({json.dumps([at for at, _ in shown])}, datum.value)]"
    x: Spec = {
        "field": "at",
        "type": "quantitative",
        "scale": {"domain": [first - span * 0.02, last + span * max(ends, widest / 2) / room], "nice": False},
        "axis": {"values": [at for at, _ in shown], "labelExpr": names, "labelOverlap": False, "labelBound": False},
    }  # fmt: skip
    y = _upwards(scale)
    layers: list[Spec] = [_level(level, y) for level in levels]
    for line in lines:
        layers += _course(line, x, y)
    return framed(size, size.height, layers)


def _level(level: Level, y: Spec) -> Spec:
    height = {**{key: part for key, part in y.items() if key != "field"}, "datum": level.value}
    return {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "color": level.colour, "strokeDash": [4, 3], "strokeWidth": 1.25},
        "encoding": {"y": height},
    }


def _course(line: Sequence[Place], x: Spec, y: Spec) -> list[Spec]:
    if not line:
        return []
    colour = line[0].colour
    values = [{"at": place.at, "value": place.value} for place in line]
    layers: list[Spec] = [
        {
            "data": {"values": values},
            "mark": {
                "type": "line", "color": colour, "strokeWidth": 2, "strokeJoin": "round", "strokeCap": "round",
                "invalid": "break-paths-show-domains",
            },
            "encoding": {"x": x, "y": y},
        }
    ]  # fmt: skip
    alone = [
        {"at": place.at, "value": place.value}
        for number, place in enumerate(line)
        if place.value is not None
        and (number == 0 or line[number - 1].value is None)
        and (number == len(line) - 1 or line[number + 1].value is None)
    ]
    if alone:
        layers.append(_dots(alone, colour, 14, x, y))
    known = [place for place in line if place.value is not None]
    if known:
        end = [{"at": known[-1].at, "value": known[-1].value, "text": known[-1].text}]
        layers.append(_dots(end, colour, 42, x, y))
        layers.append(
            {
                "data": {"values": end},
                "mark": {"type": "text", "align": "left", "dx": 9, "color": _INK},
                "encoding": {"x": x, "y": y, "text": {"field": "text", "type": "nominal"}},
            }
        )
    return layers


def _dots(values: list[Spec], colour: str, area: int, x: Spec, y: Spec) -> Spec:
    return {
        "data": {"values": values},
        "mark": {"type": "circle", "size": area, "color": colour, "opacity": 1},
        "encoding": {"x": x, "y": y},
    }
