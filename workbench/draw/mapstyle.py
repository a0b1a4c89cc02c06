"""How frequent and how slow look on a map: one hue from pale to dark for each, and lines that grow with use."""

from __future__ import annotations

import math

from workbench.draw.palette import COLOURS, RAMP

__all__ = ["INK", "MUTED", "PAPER", "box_colours", "contrast", "line_colour", "line_width", "wait_colour"]

PAPER = "#ffffff"
INK = COLOURS["ink"]
MUTED = COLOURS["muted"]
# Every text on a box is read at 4.5 : 1 or better, every line seen at 3 : 1 (WCAG 2.1).
_TEXT = 4.5
_BOXES = tuple(COLOURS[name] for name in RAMP)
_LINES = ("#8292a1", "#6c7f91", "#536a80", "#3a546e", "#21405f")
_WAITS = ("#b9812f", "#b0661a", "#98490f", "#763009", "#521d05")
_THIN, _THICK = 1.3, 7.0


def box_colours(count: float, most: float) -> tuple[str, str]:
    """Fill of a box and colour of the text on it, by how frequent its activity is.

    >>> box_colours(1, 100)[1] == INK, box_colours(100, 100)[1] == PAPER
    (True, True)
    """
    fill = _step(_BOXES, math.sqrt(_share(count, most)))
    return fill, INK if contrast(INK, fill) >= _TEXT else PAPER


def line_colour(count: float, most: float) -> str:
    """Colour of a line by how frequent it is."""
    return _step(_LINES, math.sqrt(_share(count, most)))


def line_width(count: float, most: float) -> float:
    """Width of a line in pixels: by the root of its share, so that a rare path is still seen."""
    return _THIN + (_THICK - _THIN) * math.sqrt(_share(count, most))


def wait_colour(seconds: float, longest: float) -> str:
    """Colour of a line by the time that passes on it, on a logarithmic scale from a thousandth of the longest."""
    if seconds <= 0 or longest <= 0:
        return _WAITS[0]
    return _step(_WAITS, 1 + math.log10(_share(seconds, longest)) / 3)


def contrast(one: str, other: str) -> float:
    """How well two colours tell apart, 1 to 21, as WCAG defines it.

    >>> round(contrast("#ffffff", "#000000"))
    21
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _share(value: float, most: float) -> float:
    return min(1.0, max(0.0, value / most)) if most > 0 else 0.0


def _step(colours: tuple[str, ...], share: float) -> str:
    return colours[min(len(colours) - 1, max(0, int(share * len(colours))))]
