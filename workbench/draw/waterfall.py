"""A waterfall: how a whole is made up, each part beginning where the one before it ends.

It lies on its side, so that every part keeps its whole name on a wide page and on a narrow one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.draw.axis import Measure, figure_text, place_names
from workbench.draw.figure import empty_figure, figure
from workbench.draw.palette import COLOURS
from workbench.draw.picture import check_marks
from workbench.draw.specs import NARROW, WIDE, Size, Spec, framed, names_at_left, text_width
from workbench.draw.table import Column
from workbench.draw.words import is_missing
from workbench.errors import unknown_name
from workbench.messages import Message

if TYPE_CHECKING:
    import pandas as pd

    from workbench.i18n import Speech

__all__ = ["spec_of", "waterfall"]


def waterfall(
    frame: pd.DataFrame,
    x: str,
    y: str,
    speech: Speech,
    *,
    title: str,
    description: str,
    labels: Mapping[Any, Any],
    whole: str,
    kind: Measure = "number",
    currency: str | None = None,
    highlight: Iterable[Any] = (),
    columns: Sequence[Column] = (),
    x_label: Any = None,
    y_label: Any = None,
) -> Markup:
    """The parts of a whole in the frame's order, and the whole itself as the last bar, named by `whole`.

    `labels` names the parts, `highlight` are those that the title speaks of; a part may take away (negative). The
    table behind holds the parts and the whole; `columns` are further columns of the frame that it shows, of which the
    whole has the sums. Raises WorkbenchError for an unknown column and for more marks than anybody can read.
    """
    for name in (x, y):
        if name not in frame.columns:
            known = [str(column) for column in frame.columns]
            raise unknown_name("column", name, known, where=Message("the frame of a chart"))
    rows = frame[~frame[y].map(is_missing)]
    if rows.empty:
        return empty_figure(speech, title=title, description=description)
    check_marks(3 * len(rows) + 2, name=title)
    chosen = tuple(highlight)
    specs = [
        spec_of(
            rows,
            x,
            y,
            speech,
            size,
            labels=labels,
            whole=whole,
            kind=kind,
            currency=currency,
            highlight=chosen,
        )
        for size in (WIDE, NARROW)
    ]
    return figure(
        specs,
        speech,
        title=title,
        description=description,
        frame=_table(rows, y, [bar["name"] for bar in specs[0]["data"]["values"]], columns),
        table_columns=[
            Column("part", speech.say("group") if x_label is None else x_label),
            _figures(y, kind, currency, y_label, speech),
            *columns,
        ],
    )


def spec_of(
    rows: pd.DataFrame,
    x: str,
    y: str,
    speech: Speech,
    size: Size,
    *,
    labels: Mapping[Any, Any],
    whole: str,
    kind: Measure = "number",
    currency: str | None = None,
    highlight: Iterable[Any] = (),
) -> Spec:
    """The specification of a waterfall in one of the two widths; its data are the bars, the whole one last."""
    parts = [float(value) for value in rows[y]]
    ends = list(accumulate(parts))
    starts = [0.0, *ends[:-1]]
    chosen = set(highlight)
    names = place_names([labels.get(code, code) for code in rows[x]] + [whole], speech)
    bars = [
        {
            "at": place, "low": min(start, end), "high": max(start, end),
            "name": names[place], "text": figure_text(value, kind, speech, currency),
            "colour": COLOURS["accent" if not chosen or code in chosen else "quiet"],
        }
        for place, (code, value, start, end) in enumerate(zip(rows[x], parts, starts, ends, strict=True))
    ]  # fmt: skip
    bars.append(
        {
            "at": len(parts), "low": min(0.0, ends[-1]), "high": max(0.0, ends[-1]), "name": names[-1],
            "colour": COLOURS["muted"], "text": figure_text(ends[-1], kind, speech, currency),
        }
    )  # fmt: skip
    return _spec(bars, ends, size)


def _figures(y: str, kind: Measure, currency: str | None, label: Any, speech: Speech) -> Column:
    if kind == "money":
        return Column(y, speech.say("amount") if label is None else label, "money", currency=currency)
    if kind == "days":
        return Column(y, speech.say("time") if label is None else label, "days")
    return Column(y, speech.say("number") if label is None else label, "number")


def _table(rows: pd.DataFrame, y: str, names: Sequence[str], columns: Sequence[Column]) -> pd.DataFrame:
    import pandas as pd

    summed = [y, *(column.name for column in columns)]
    sums = {name: rows[name].sum(min_count=1) for name in summed}
    return pd.DataFrame(
        {
            "part": pd.Series(list(names), dtype="object"),
            **{name: pd.Series([*rows[name], sums[name]], dtype="object") for name in summed},
        }
    )


def _spec(bars: list[dict[str, Any]], ends: list[float], size: Size) -> Spec:
    band = 42 if size.narrow else 28
    down = 9 if size.narrow else 0
    widest = min(max(text_width(bar["name"]) for bar in bars), 240.0)
    figures = max(text_width(bar["text"]) for bar in bars) + 12
    room = size.width - (0 if size.narrow else widest + 16)
    low, high = min(bar["low"] for bar in bars), max(bar["high"] for bar in bars)
    margin = ((high - low) or 1.0) * figures / max(room - figures, 40)
    names = json.dumps([bar["name"] for bar in bars])
    y: Spec = {
        "field": "at",
        "type": "ordinal",
        "scale": {"domain": list(range(len(bars))), "paddingInner": 0.32, "paddingOuter": 0.1},
        "axis": None
        if size.narrow
        else {"labelExpr": f"{names}[datum.value]", "labelColor": COLOURS["ink"], **names_at_left(widest)},
    }
    x: Spec = {
        "field": "low",
        "type": "quantitative",
        "scale": {"domain": [low, high + margin], "nice": False},
        "axis": None,
    }
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "yOffset": down, **({"height": 14} if size.narrow else {})},
            "encoding": {
                "x": x, "x2": {"field": "high"}, "y": y,
                "color": {"field": "colour", "type": "nominal", "scale": None},
            },
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 7, "dy": down},
            "encoding": {"x": {**x, "field": "high"}, "y": y, "text": {"field": "text", "type": "nominal"}},
        },
    ]  # fmt: skip
    if not size.narrow:  # on a narrow page the names stand where the steps would go through
        steps = [
            {"at": place, "next": after, "level": level}
            for (place, after), level in zip(pairwise(range(len(bars))), ends, strict=True)
        ]
        layers.insert(
            0,
            {
                "data": {"values": steps},
                "mark": {"type": "rule", "color": COLOURS["axis"], "strokeWidth": 1},
                "encoding": {"x": {**x, "field": "level"}, "y": y, "y2": {"field": "next"}},
            },
        )
    if size.narrow:
        layers.append(
            {
                "mark": {
                    "type": "text", "align": "left", "baseline": "middle", "dy": -8, "limit": size.width,
                },
                "encoding": {
                    "x": {"datum": low, "type": "quantitative"},
                    "y": y,
                    "text": {"field": "name", "type": "nominal"},
                },
            }
        )  # fmt: skip
    return {"data": {"values": bars}, **framed(size, band * len(bars) + 10, layers)}
