"""The colours: one accent, an ordered row, named series, verdicts. Each has a name that the stylesheet knows as well.

Pictures carry the light colours, so that they stand on their own; inside a page the stylesheet replaces them by
name, in the dark too. The series tell apart for readers who do not tell red from green.
"""

from __future__ import annotations

__all__ = ["COLOURS", "RAMP", "SERIES", "class_of", "ramp"]

# name → colour on white; `static/style.css` has the same name as --wb-<name>, with its colour in the dark.
COLOURS: dict[str, str] = {
    "paper": "#ffffff",
    "ink": "#1a1e23",
    "muted": "#59626c",
    "line": "#e2e6ea",
    "axis": "#b9c0c8",
    "accent": "#17629b",
    "quiet": "#9aa5b1",
    "good": "#0b7261",
    "bad": "#b3421a",
    "warn": "#8a6000",
    "ramp-1": "#b4cde1",
    "ramp-2": "#8db3d3",
    "ramp-3": "#6397c2",
    "ramp-4": "#3c7aae",
    "ramp-5": "#1f5d92",
    "ramp-6": "#0e3d66",
    "series-1": "#17639b",
    "series-2": "#8b96a2",
    "series-3": "#c8741f",
    "series-4": "#13806e",
    "series-5": "#7d62ab",
    "series-6": "#5d4a37",
}
RAMP = tuple(name for name in COLOURS if name.startswith("ramp-"))
SERIES = tuple(name for name in COLOURS if name.startswith("series-"))
_NAME_OF = {colour: name for name, colour in COLOURS.items()}


def class_of(colour: str, part: str) -> str | None:
    """The stylesheet's class for a colour of ours on a fill or stroke; None for a colour that is not ours.

    >>> class_of("#17629b", "fill")
    'wb-fill-accent'
    """
    name = _NAME_OF.get(colour.lower())
    return None if name is None else f"wb-{part}-{name}"


def ramp(steps: int) -> tuple[str, ...]:
    """Names of that many steps of the ordered row, from pale to dark, spread over the whole of it.

    >>> ramp(2), ramp(1)
    (('ramp-1', 'ramp-6'), ('ramp-4',))
    """
    if steps <= 1:
        return ("ramp-4",)
    last = len(RAMP) - 1
    return tuple(RAMP[round(position * last / (steps - 1))] for position in range(min(steps, len(RAMP))))
