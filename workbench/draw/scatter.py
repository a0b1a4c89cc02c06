"""Pictures over time with a mark for each event or each case: the dotted chart and the performance spectrum."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.draw.axis import thinned
from workbench.draw.figure import Legend, empty_figure, figure
from workbench.draw.palette import COLOURS, SERIES, ramp
from workbench.draw.picture import check_marks
from workbench.draw.specs import LABEL_PADDING, NARROW, WIDE, Size, framed, text_width
from workbench.draw.table import Column

if TYPE_CHECKING:
    import pandas as pd

    from workbench.i18n import Speech

__all__ = ["dots", "threads"]

Spec = dict[str, Any]
_DAY = 86_400.0
_ROW, _LEAST, _MOST = 1.6, 260, 460
_LINE_OF_TEXT = 18
# Steps of an axis of days since a case began.
_STEPS = (1, 2, 5, 7, 10, 14, 20, 30, 50, 60, 90, 100, 120, 180, 200, 365, 500, 730, 1000, 2000, 5000)


def dots(
    frame: pd.DataFrame,
    speech: Speech,
    *,
    title: str,
    description: str,
    labels: Mapping[str, str],
    since_start: bool,
    columns: Sequence[Column],
) -> Markup:
    """The dotted chart of `workbench.discover.dotted_frame`: a row a case, a dot an event, coloured by activity.

    The activities with most dots have a colour of their own, with a name from `labels`; all others share the last one.
    `since_start` counts days from each case's first event, else the dots stand at their dates.
    """
    check_marks(len(frame), name=title)
    if frame.empty:
        return empty_figure(speech, title=title, description=description)
    counted = frame["activity"].value_counts()
    own = list(counted.index[: len(SERIES) - 1]) if len(counted) > len(SERIES) else list(counted.index)
    colour_of = {name: COLOURS[series] for name, series in zip(own, _told_apart(), strict=False)}
    rest = COLOURS["quiet"]
    along = frame["seconds"] / _DAY if since_start else _seconds(frame["time"])
    values = [
        {"x": round(float(at), 4), "y": int(place), "colour": colour_of.get(name, rest)}
        for at, place, name in zip(along, frame["place"], frame["activity"], strict=True)
    ]
    legend = [Legend(labels.get(name, name), colour, "block") for name, colour in colour_of.items()]
    if len(counted) > len(own):
        legend.append(Legend(speech.say("other activities"), rest, "block"))
    rows = int(frame["place"].max()) + 1
    height = round(min(_MOST, max(_LEAST, rows * _ROW)))
    low, high = float(along.min()), float(along.max())
    specs = []
    for size in (WIDE, NARROW):
        moments = _days_along(high, size, speech) if since_start else _dates_along(low, high, size, speech)
        encoding = {
            "x": _x(moments, low, high),
            "y": {
                "field": "y",
                "type": "quantitative",
                "scale": {"domain": [rows, -1], "nice": False},
                "axis": None,
            },
            "color": {"field": "colour", "type": "nominal", "scale": None},
        }
        mark = {"type": "circle", "size": 9, "opacity": 1}
        spec = framed(size, height, [{"mark": mark, "encoding": encoding}], right=14)
        specs.append({"data": {"values": values}, **spec})
    return figure(
        specs,
        speech,
        title=title,
        description=description,
        frame=frame,
        table_columns=columns,
        legend=legend,
    )


def threads(
    frame: pd.DataFrame,
    speech: Speech,
    *,
    title: str,
    description: str,
    above: str,
    below: str,
    columns: Sequence[Column],
) -> Markup:
    """The performance spectrum of `workbench.discover.spectrum_frame`: a line from `above` to `below` for each case.

    The darker a line, the slower; steep ones are quick, flat ones slow, and bundles show who waits for whom.
    """
    check_marks(len(frame), name=title)
    if frame.empty:
        return empty_figure(speech, title=title, description=description)
    shades = [COLOURS[name] for name in ramp(4)]
    shades[-1] = COLOURS["bad"]
    begun, done = _seconds(frame["begun"]), _seconds(frame["done"])
    values = [
        {"x": float(one), "x2": float(other), "colour": shades[quarter - 1], "quarter": int(quarter)}
        for one, other, quarter in sorted(
            zip(begun, done, frame["quarter"], strict=True), key=lambda row: row[2]
        )
    ]
    low, high = float(begun.min()), float(done.max())
    words = (
        speech.say("the quickest quarter"),
        speech.say("the second quarter"),
        speech.say("the third quarter"),
        speech.say("the slowest quarter"),
    )
    legend = [Legend(word, colour, "line") for word, colour in zip(words, shades, strict=True)]
    names = json.dumps([above, below])
    specs = []
    for size in (WIDE, NARROW):
        moments = _dates_along(low, high, size, speech)
        ends: Spec = {
            "field": "top",
            "type": "quantitative",
            "scale": {"domain": [0, 1], "nice": False},
            "axis": {
                "values": [1, 0],
                "labelExpr": f"{names}[1 - datum.value]",
                "labelLimit": 150 if size.narrow else 220,
                "labelAlign": "left",
                # Each name stands outside the lines: one above all of them, one below.
                "labelBaseline": {
                    "condition": {"test": "datum.value === 0", "value": "top"},
                    "value": "bottom",
                },
                "labelPadding": -2,
                "orient": "left",
                "labelOffset": {"condition": {"test": "datum.value === 0", "value": 4}, "value": -3},
                "zindex": 1,
            },
        }
        layer = {
            "mark": {"type": "rule", "strokeWidth": 1, "opacity": 0.75},
            "encoding": {
                "x": _x(moments, low, high, below=_LINE_OF_TEXT),
                "x2": {"field": "x2"},
                "y": ends,
                "y2": {"field": "bottom"},
                "color": {"field": "colour", "type": "nominal", "scale": None},
                "order": {"field": "quarter", "type": "quantitative"},
            },
        }
        spec = framed(size, size.height, [layer], top=20, right=14)
        specs.append({"data": {"values": [{**value, "top": 1, "bottom": 0} for value in values]}, **spec})
    return figure(
        specs, speech, title=title, description=description, frame=frame, table_columns=columns, legend=legend
    )


def _told_apart() -> list[str]:
    """The series' colours, those that tell apart best first."""
    return ["series-1", "series-3", "series-4", "series-5", "series-6", "series-2"]


def _seconds(times: pd.Series[Any]) -> pd.Series[float]:
    return times.astype("datetime64[us]").astype("int64") / 1e6


def _x(moments: Sequence[tuple[float, str]], low: float, high: float, *, below: int = 0) -> Spec:
    """The axis along, `below` of the picture's foot where something else stands first."""
    places, names = [at for at, _ in moments], [name for _, name in moments]
    return {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [low, high if high > low else low + 1], "nice": False},
        "axis": {
            "values": places,
            "labelExpr": f"{json.dumps(names)}[indexof({json.dumps(places)}, datum.value)]",
            "labelOverlap": False,
            "labelBound": False,
            "labelPadding": LABEL_PADDING + below,
            "grid": True,
        },
    }


def _dates_along(low: float, high: float, size: Size, speech: Speech) -> list[tuple[float, str]]:
    """Firsts of months, or days where all lies within two months; as many as stand apart."""
    first, last = (datetime.fromtimestamp(at, UTC).date() for at in (low, high))
    if (last - first).days > 62:
        count = (last.year - first.year) * 12 + last.month - first.month
        days = [
            date(first.year + (first.month + step - 1) // 12, (first.month + step - 1) % 12 + 1, 1)
            for step in range(1, count + 1)
        ]
        named = [(day, speech.month(day)) for day in days]
    else:
        named = [
            (day, speech.day(day))
            for day in (
                date.fromordinal(first.toordinal() + step) for step in range(1, (last - first).days + 1)
            )
        ]
    found = [(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp(), name) for day, name in named]
    widest = max((text_width(name) for _, name in found), default=1.0)
    room = max(1, int(size.width / (widest + 22)))
    return [found[place] for place in thinned(len(found), room)] if found else []


def _days_along(high: float, size: Size, speech: Speech) -> list[tuple[float, str]]:
    about = high / (size.width / 90)
    step = next((found for found in _STEPS if found >= about), _STEPS[-1])
    return [(float(at), speech.days(at * _DAY)) for at in range(0, int(high) + 1, step)]
