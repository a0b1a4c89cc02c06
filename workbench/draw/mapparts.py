"""The parts of a process map, each with its size before it is placed and its elements after."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from xml.etree.ElementTree import Element

from workbench.draw.layout import Box, Line, Placed, Way
from workbench.draw.lettering import width_of, wrapped
from workbench.draw.mapstyle import INK, MUTED, PAPER
from workbench.draw.svg import child, number, text

__all__ = ["Mark", "Path", "Step"]

_NAME, _COUNT, _LABEL = 13.0, 12.0, 11.5
_LEADING = 16.0
_WIDEST, _NARROWEST, _LINES = 150.0, 92.0, 3
_PADDING = 13.0
_RADIUS = 12.0
# From the top of a box to its first line of text, and from the last baseline to its bottom.
_ABOVE, _BELOW = 20.0, 11.0


@dataclass(frozen=True)
class Step:
    """An activity: its name in a box, its figure below the name."""

    name: str
    count: str
    hover: str
    fill: str
    ink: str
    is_derived: bool = False

    @cached_property
    def lines(self) -> list[str]:
        return wrapped(self.name, _NAME, width=_WIDEST, lines=_LINES, bold=True) or [""]

    @property
    def box(self) -> Box:
        widest = max(width_of(self.count, _COUNT), *(width_of(line, _NAME, bold=True) for line in self.lines))
        height = _ABOVE + len(self.lines) * _LEADING + _BELOW
        return Box(max(_NARROWEST, widest + 2 * _PADDING), height)

    def draw(self, parent: Element, at: Placed) -> None:
        """Draw the box with its centre at a place."""
        height = self.box.height
        group = child(parent, "g")
        text(group, "title", self.hover)
        left, top = at.x - at.width / 2, at.y - height / 2
        border = {"stroke_dasharray": "5 3"} if self.is_derived else {}
        child(
            group, "rect", x=left, y=top, width=at.width, height=height, rx=9,
            fill=self.fill, stroke=INK if self.is_derived else self.fill, stroke_width=1.5, **border,
        )  # fmt: skip
        baseline = top + _ABOVE
        for line in self.lines:
            text(
                group, "text", line, x=at.x, y=baseline, text_anchor="middle",
                font_size=_NAME, font_weight="600", fill=self.ink,
            )  # fmt: skip
            baseline += _LEADING
        text(
            group,
            "text",
            self.count,
            x=at.x,
            y=baseline,
            text_anchor="middle",
            font_size=_COUNT,
            fill=self.ink,
        )


@dataclass(frozen=True)
class Mark:
    """Where cases start, or where they end: a small sign, and how many cases."""

    kind: Literal["start", "end"]
    count: str

    @property
    def box(self) -> Box:
        # Lines meet the round sign in one point, however wide the text beside it is.
        return Box(max(2 * _RADIUS, width_of(self.count, _COUNT)), 2 * _RADIUS + _LEADING + 4, side=0)

    def draw(self, parent: Element, at: Placed) -> None:
        """Draw the sign, its text on the side that no line touches."""
        box = self.box
        is_start = self.kind == "start"
        middle = at.y + (box.height / 2 - _RADIUS) * (1 if is_start else -1)
        baseline = at.y - box.height / 2 + 12 if is_start else at.y + box.height / 2 - 3
        group = child(parent, "g")
        child(group, "circle", cx=at.x, cy=middle, r=_RADIUS - 1, fill=PAPER, stroke=INK, stroke_width=2)
        if is_start:
            corners = ((-3.5, -5), (5.5, 0), (-3.5, 5))
            points = " ".join(f"{number(at.x + dx)},{number(middle + dy)}" for dx, dy in corners)
            child(group, "polygon", points=points, fill=INK)
        else:
            child(group, "rect", x=at.x - 4.5, y=middle - 4.5, width=9, height=9, rx=1, fill=INK)
        text(group, "text", self.count, x=at.x, y=baseline, text_anchor="middle", font_size=_COUNT, fill=INK)


@dataclass(frozen=True)
class Path:
    """What follows what: a line with an arrow, and a label upon it."""

    source: int
    target: int
    weight: float
    label: str
    hover: str
    colour: str
    width: float
    is_main: bool = False
    is_mark: bool = False

    @property
    def line(self) -> Line:
        width = width_of(self.label, _LABEL, bold=self.is_main) + 10 if self.label else 1
        return Line(self.source, self.target, self.weight, width, 17)

    def draw_line(self, parent: Element, way: Way) -> None:
        """Draw the line and its arrow."""
        group = child(parent, "g")
        text(group, "title", self.hover)
        dashes = {"stroke_dasharray": "3 4"} if self.is_mark else {}
        child(
            group, "path", d=way.path, fill="none", stroke=self.colour, stroke_width=self.width,
            stroke_linecap="butt", **dashes,
        )  # fmt: skip
        child(group, "polygon", points=self._arrow(way), fill=self.colour)

    def _arrow(self, way: Way) -> str:
        """Three corners: the tip, and two behind it, further apart the wider the line."""
        half = 3.6 + self.width * 0.55
        (x, y), (dx, dy) = way.tip, way.direction
        back_x, back_y = x - dx * 9, y - dy * 9
        corners = ((x, y), (back_x - dy * half, back_y + dx * half), (back_x + dy * half, back_y - dx * half))
        return " ".join(f"{number(across)},{number(down)}" for across, down in corners)

    def draw_label(self, parent: Element, way: Way) -> None:
        """Draw the label; it comes after all lines, on a ground of its own."""
        if not self.label:
            return
        width, height = self.line.width, 15.0
        child(
            parent, "rect", x=way.x - width / 2, y=way.y - height / 2, width=width, height=height, rx=5,
            fill=PAPER, fill_opacity=0.94,
        )  # fmt: skip
        text(
            parent, "text", self.label, x=way.x, y=way.y + 4, text_anchor="middle", font_size=_LABEL,
            font_weight="600" if self.is_main else "400", fill=MUTED if self.is_mark else INK,
        )  # fmt: skip
