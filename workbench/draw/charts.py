"""Charts: bars, stacked bars over time, lines over time. Each says its finding, and gives its figures as a table.

A chart is a `figure` of HTML: the finding as its title, what is shown as its second line, the picture as SVG in two
widths of which the page shows one, and the table behind it, folded away. No script; nothing is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.draw.axis import Measure, figure_text, is_calendar, place_names, tick_text, ticks
from workbench.draw.figure import Legend, empty_figure, figure
from workbench.draw.palette import COLOURS, SERIES, ramp
from workbench.draw.picture import check_marks
from workbench.draw.specs import NARROW, WIDE, Level, Place, Scale, bars_across, columns, courses, names_fit
from workbench.draw.table import Column
from workbench.draw.words import as_day, data_text, is_missing, said
from workbench.errors import unknown_name
from workbench.messages import Message

if TYPE_CHECKING:
    import pandas as pd

    from workbench.i18n import Speech

__all__ = ["bars", "lines", "stacked"]

_MEASURES = ("count", "number", "percent", "money", "days")
# Over so many upright bars, or fewer, each can carry its figure.
_WRITTEN = {False: 12, True: 6}


def bars(
    frame: pd.DataFrame,
    x: str,
    y: str,
    speech: Speech,
    *,
    title: str,
    description: str,
    kind: Measure = "count",
    currency: str | None = None,
    horizontal: bool = False,
    highlight: Any = None,
    limit: int = 20,
    x_label: Any = None,
    y_label: Any = None,
) -> Markup:
    """One figure per group or month, in the frame's order. Groups beyond `limit` are left out, which is said.

    `kind` says what `y` is (`percent` a share 0–1, `money` in major units, `days` in days); `highlight` is the group,
    or the groups, that the title speaks of. Raises WorkbenchError for an unknown column or kind and for more marks
    than anybody can read.
    """
    _check(frame, (x, y), kind)
    if frame.empty:
        return empty_figure(speech, title=title, description=description)
    groups, figures = frame[x].tolist(), [_known(value) for value in frame[y].tolist()]
    cut = 0 if is_calendar(groups) else max(0, len(groups) - limit)
    groups, figures = groups[: len(groups) - cut], figures[: len(figures) - cut]
    check_marks(len(groups), name=title)
    names = place_names(groups, speech)
    chosen = _chosen(highlight)
    places = [
        Place(
            at=place,
            value=value,
            colour=COLOURS["accent" if not chosen or group in chosen else "quiet"],
            text=figure_text(value, kind, speech, currency),
        )
        for place, (group, value) in enumerate(zip(groups, figures, strict=True))
    ]
    scale = _scale([0.0, *_numbers(figures)], kind, speech, currency)
    calendar = is_calendar(groups)
    specs = []
    for size in (WIDE, NARROW):
        # Upright bars whose names do not fit below them lie down: a name cut short is no name.
        if horizontal or not (calendar or names_fit(names, size)):
            specs.append(bars_across(places, names, size))
            continue
        written = len(places) <= _WRITTEN[size.narrow]
        height = _tight([0.0, *_numbers(figures)]) if written else scale
        specs.append(columns(places, names, height, size, words=not calendar, written=written))
    return figure(
        specs,
        speech,
        title=title,
        description=description,
        frame=_frame({x: groups, y: figures}),
        table_columns=[_x_column(x, groups, x_label, speech), _y_column(y, kind, currency, y_label, speech)],
        left_out=cut,
    )


def stacked(
    frame: pd.DataFrame,
    x: str,
    y: str,
    series: str,
    speech: Speech,
    *,
    title: str,
    description: str,
    series_labels: Mapping[Any, Any],
    kind: Measure = "count",
    currency: str | None = None,
    ordered: bool = True,
    x_label: Any = None,
) -> Markup:
    """Parts on top of each other, per month or group: a whole and what it is made of.

    `series_labels` names the parts, from the bottom up; a part without a name is shown under its code, on top.
    `ordered` parts (ages of debt) go from pale to dark, others each have a colour of their own.
    """
    _check(frame, (x, y, series), kind)
    if frame.empty:
        return empty_figure(speech, title=title, description=description)
    groups, codes, cells = _spread(frame, x, y, series, series_labels)
    check_marks(len(groups) * len(codes), name=title)
    colours = [COLOURS[name] for name in (ramp(len(codes)) if ordered else SERIES)]
    places = [
        Place(at=place, value=cells.get((group, code)), colour=colours[part % len(colours)], part=part + 1)
        for place, group in enumerate(groups)
        for part, code in enumerate(codes)
    ]
    wholes = [0.0]
    for group in groups:
        parts = _numbers(cells.get((group, code)) for code in codes)
        wholes += [sum(value for value in parts if value > 0), sum(value for value in parts if value < 0)]
    scale = _scale(wholes, kind, speech, currency)
    names = place_names(groups, speech)
    words = not is_calendar(groups)
    labels = [said(series_labels.get(code, code), speech) for code in codes]
    return figure(
        [columns(places, names, scale, size, words=words, written=False) for size in (WIDE, NARROW)],
        speech,
        title=title,
        description=description,
        frame=_wide(x, groups, codes, cells),
        table_columns=[
            _x_column(x, groups, x_label, speech),
            *(
                _y_column(f"series {n}", kind, currency, data_text(label, speech), speech)
                for n, label in enumerate(labels)
            ),
        ],
        legend=[Legend(label, colours[part % len(colours)], "block") for part, label in enumerate(labels)],
    )


def lines(
    frame: pd.DataFrame,
    x: str,
    y: str,
    speech: Speech,
    *,
    title: str,
    description: str,
    kind: Measure = "number",
    currency: str | None = None,
    target: float | None = None,
    baseline: float | None = None,
    series: str | None = None,
    series_labels: Mapping[Any, Any] | None = None,
    x_label: Any = None,
    y_label: Any = None,
) -> Markup:
    """A figure's course over months or days; a month without a value is a gap.

    `target` and `baseline` are lines across. With `series` there is a line for each of its values, named by
    `series_labels`. The axis upwards starts at zero unless the course is far from it.
    """
    wanted = (x, y) if series is None else (x, y, series)
    _check(frame, wanted, kind)
    if frame.empty:
        return empty_figure(speech, title=title, description=description)
    moments, codes, cells = _spread(frame, x, y, series, series_labels or {})
    if is_calendar(moments):
        moments.sort(key=_at)
    check_marks(len(moments) * len(codes), name=title)
    levels = _levels(target, baseline, kind, speech, currency)
    heights = _numbers(cells.values()) + [level.value for level, _ in levels]
    scale = _scale(heights if _far_from_zero(heights) else [0.0, *heights], kind, speech, currency)
    ats = _along(moments)
    colours = [COLOURS["accent"]] if len(codes) == 1 else [COLOURS[name] for name in SERIES]
    courses_of = [
        [
            Place(at=at, value=cells.get((moment, code)), colour=colours[part % len(colours)])
            for at, moment in zip(ats, moments, strict=True)
        ]
        for part, code in enumerate(codes)
    ]
    courses_of = _with_ends(courses_of, scale, lambda value: figure_text(value, kind, speech, currency))
    named = list(zip(ats, place_names(moments, speech), strict=True))
    labels = [said((series_labels or {}).get(code, code), speech) for code in codes]
    head = y_label if series is None else None
    return figure(
        [
            courses(courses_of, named, scale, size, levels=[level for level, _ in levels])
            for size in (WIDE, NARROW)
        ],
        speech,
        title=title,
        description=description,
        frame=_wide(x, moments, codes, cells),
        table_columns=[
            _x_column(x, moments, x_label, speech),
            *(
                _y_column(
                    f"series {n}",
                    kind,
                    currency,
                    head if series is None else data_text(label, speech),
                    speech,
                )
                for n, label in enumerate(labels)
            ),
        ],
        legend=[
            *(
                Legend(label, colours[part % len(colours)], "line")
                for part, label in enumerate(labels)
                if series is not None
            ),
            *(entry for _, entry in levels),
        ],
    )


# ---------------------------------------------------------------------- from the frame to marks
def _check(frame: pd.DataFrame, names: Iterable[str], kind: str) -> None:
    for name in names:
        if name not in frame.columns:
            raise unknown_name(
                "column", name, [str(known) for known in frame.columns], where=Message("the frame of a chart")
            )
    if kind not in _MEASURES:
        raise unknown_name("kind of figure", kind, _MEASURES, where=Message("a chart"))


def _known(value: Any) -> float | None:
    if is_missing(value):
        return None
    number = float(value)
    return number if abs(number) != float("inf") else None


def _numbers(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _chosen(highlight: Any) -> list[Any]:
    if highlight is None:
        return []
    return list(highlight) if isinstance(highlight, list | tuple | set | frozenset) else [highlight]


Cells = dict[tuple[Any, Any], float | None]


def _spread(
    frame: pd.DataFrame, x: str, y: str, series: str | None, named: Mapping[Any, Any]
) -> tuple[list[Any], list[Any], Cells]:
    """The places in the frame's order, the series in the order they are named in, and the figure of each meeting."""
    codes_of = [""] * len(frame) if series is None else frame[series].tolist()
    rows = list(zip(frame[x].tolist(), codes_of, frame[y].tolist(), strict=True))
    there = dict.fromkeys(code for _, code, _ in rows)
    codes = [code for code in named if code in there] + [code for code in there if code not in named]
    return list(dict.fromkeys(group for group, _, _ in rows)), codes, {(g, c): _known(v) for g, c, v in rows}


def _scale(values: Sequence[float], kind: str, speech: Speech, currency: str | None) -> Scale:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    steps = ticks(low, high, kind=kind)
    step = min((after - before for before, after in pairwise(steps)), default=1.0)
    names = [tick_text(value, kind, speech, currency, step=step) for value in steps]
    if kind == "days":  # said once, at the top
        names[-1] = speech.days(steps[-1] * 86400)
    return Scale(steps, names)


def _tight(values: Sequence[float]) -> Scale:
    """For bars that carry their figures: as high as the highest, without ticks to be read."""
    low, high = min(values), max(values)
    return Scale([low, high if high > low else low + 1.0], ["", ""])


def _far_from_zero(values: Sequence[float]) -> bool:
    return bool(values) and min(values) > 0.7 * max(values) > 0


def _at(moment: Any) -> float:
    """A day's place along an axis of time, in days."""
    day = as_day(moment)
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second if isinstance(moment, datetime) else 0
    return float((day or date.min).toordinal()) + seconds / 86400


def _along(moments: Sequence[Any]) -> list[float]:
    """Where moments stand, counted from the first: days by the calendar, words at even steps."""
    if not is_calendar(moments):
        return [float(place) for place in range(len(moments))]
    first = _at(moments[0])
    return [_at(moment) - first for moment in moments]


def _levels(
    target: float | None, baseline: float | None, kind: str, speech: Speech, currency: str | None
) -> list[tuple[Level, Legend]]:
    """The lines across, each with its entry in the legend."""
    levels = []
    if target is not None:
        text = speech.say("target {value}", value=figure_text(target, kind, speech, currency))
        levels.append((Level(float(target), COLOURS["good"]), Legend(text, COLOURS["good"], "dashes")))
    if baseline is not None:
        text = speech.say("baseline {value}", value=figure_text(baseline, kind, speech, currency))
        levels.append((Level(float(baseline), COLOURS["muted"]), Legend(text, COLOURS["muted"], "dashes")))
    return levels


def _with_ends(lines_of: list[list[Place]], scale: Scale, text: Any) -> list[list[Place]]:
    """Each line's last known place with its figure, where figures do not cover each other."""
    from dataclasses import replace

    apart = (scale.domain[1] - scale.domain[0]) * 0.075
    taken: list[float] = []
    done = []
    for line in lines_of:
        known = [number for number, place in enumerate(line) if place.value is not None]
        last = line[known[-1]] if known else None
        if last is None or last.value is None or any(abs(last.value - other) < apart for other in taken):
            done.append(line)
            continue
        taken.append(last.value)
        done.append(
            [replace(p, text=text(p.value)) if number == known[-1] else p for number, p in enumerate(line)]
        )
    return done


# ---------------------------------------------------------------------- the table behind the picture
def _frame(values: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: pd.Series(list(column), dtype="object") for name, column in values.items()})


def _wide(x: str, groups: Sequence[Any], codes: Sequence[Any], cells: Cells) -> pd.DataFrame:
    columns_of = {
        f"series {n}": [cells.get((group, code)) for group in groups] for n, code in enumerate(codes)
    }
    return _frame({x: groups, **columns_of})


def _x_column(name: str, values: Sequence[Any], label: Any, speech: Speech) -> Column:
    if not is_calendar(values):
        return Column(name, speech.say("group") if label is None else label)
    months = place_names(values, speech) == [speech.month(day) for value in values if (day := as_day(value))]
    if months:
        return Column(name, speech.say("month") if label is None else label, "month")
    return Column(name, speech.say("day") if label is None else label, "day")


def _y_column(name: str, kind: Measure, currency: str | None, label: Any, speech: Speech) -> Column:
    if kind == "percent":
        return Column(name, speech.say("share") if label is None else label, "percent")
    if kind == "money":
        return Column(name, speech.say("amount") if label is None else label, "money", currency=currency)
    if kind == "days":
        return Column(name, speech.say("time") if label is None else label, "days")
    return Column(
        name,
        speech.say("number") if label is None else label,
        "number",
        places=0 if kind == "count" else None,
    )
