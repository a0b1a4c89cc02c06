"""A figure's course in the size of a word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from workbench.draw.words import attribute, is_missing

__all__ = ["sparkline"]

_WIDTH, _HEIGHT, _EDGE = 112.0, 30.0, 4.0


def sparkline(values: Sequence[float | None], *, label: str, target: float | None = None) -> Markup:
    """The course of a figure, period by period, as a small line; its last known value is marked.

    `label` is what a screen reader says instead of the picture. A period without a value (None, NaN) is a gap, a
    value alone between gaps a dot. `target` is a dashed line. Fewer than two known values draw nothing: one point
    has no course.

    >>> str(sparkline([1.0, None, 3.0], label="rising")).count("<circle")
    3
    """
    known = [(place, number) for place, value in enumerate(values) if (number := _known(value)) is not None]
    if len(known) < 2:
        return Markup("")
    heights = [value for _, value in known] + ([] if target is None else [float(target)])
    low, high = min(heights), max(heights)
    span = high - low

    def x(place: int) -> str:
        return _short(_EDGE + (_WIDTH - 2 * _EDGE) * place / (len(values) - 1))

    def y(value: float) -> str:
        return _short(
            _HEIGHT / 2 if span == 0 else _HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * (value - low) / span
        )

    parts: list[Markup] = []
    if target is not None:
        parts.append(
            Markup('<line class="wb-spark-target" x1="0" x2="{w}" y1="{y}" y2="{y}"/>').format(
                w=_short(_WIDTH), y=y(float(target))
            )
        )
    for _, run in groupby(enumerate(known), key=lambda item: item[1][0] - item[0]):
        points = [(x(place), y(value)) for _, (place, value) in run]
        if len(points) == 1:
            parts.append(_dot("wb-spark-dot", *points[0], "1.4"))
        else:
            path = " ".join(f"{across},{down}" for across, down in points)
            parts.append(Markup('<polyline class="wb-spark-line" fill="none" points="{}"/>').format(path))
    last, value = known[-1]
    parts.append(_dot("wb-spark-last", x(last), y(value), "2.6"))
    return Markup(
        '<svg class="wb-spark" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{label}">'
        "{parts}</svg>"
    ).format(w=_short(_WIDTH), h=_short(_HEIGHT), label=attribute(label), parts=Markup("").join(parts))


def _known(value: float | None) -> float | None:
    if value is None or is_missing(value):
        return None
    return float(value) if math.isfinite(value) else None


def _dot(name: str, x: str, y: str, radius: str) -> Markup:
    return Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(name, x, y, radius)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
