"""How the data template looks: its colours, and the formats of cells by type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["DATE", "TAB", "TIER_COLOURS", "TIME", "Looks", "height", "wide"]

TIME, DATE = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"
_NUMBERS: Mapping[str, str] = {
    "id": "@",
    "str": "@",
    "cat": "@",
    "bool": "@",
    "ts": TIME,
    "date": DATE,
    "money": "#,##0.00",
    "num": "General",
    "pct": "0.0%",
}
TIER_COLOURS: Mapping[str, tuple[str, str]] = {
    "required": ("#0B4F6C", "#FFFFFF"),
    "recommended": ("#F2C14E", "#1F2933"),
    "optional": ("#DDE3E9", "#1F2933"),
}
"""Fill and letters of a tier: far apart in brightness, so that they differ in grey as well."""

TAB: Mapping[str, str] = {"guide": "#5B6770", "data": "#0B4F6C", "example": "#9AA5B1"}
_INK, _QUIET, _LINE = "#1F2933", "#5B6770", "#C5CDD5"
_FONTS = {"zh": "Microsoft YaHei"}


def height(texts: Iterable[tuple[str, float]], *, size: int = 10, least: float = 15) -> float:
    """How high a row is whose texts wrap in columns of these widths: a spreadsheet does not always find it itself."""
    lines = 1.0
    for text, width in texts:
        room = max(width * 10 / size - 1, 4)
        lines = max(lines, sum(max(1, -(-wide(part) // room)) for part in text.split("\n")))
    return max(least, 4 + lines * size * 1.32)


def wide(text: str) -> float:
    """How many columns of plain letters a text takes: a Chinese character takes two."""
    return sum(2 if ord(letter) > 0x2E7F else 1.05 for letter in text)


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Any, language: str) -> None:
        self._book = book
        self._font = _FONTS.get(language, "Calibri")
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, **properties: Any) -> Any:
        """A format with these properties."""
        wanted = {"font_name": self._font, "font_size": 10, "font_color": _INK, "valign": "top"} | {
            name: value for name, value in properties.items() if value != ""
        }
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(wanted)
        return self._made[key]

    def title(self) -> Any:
        return self.of(bold=True, font_size=16, valign="vcenter", font_color="#0B4F6C")

    def quiet(self) -> Any:
        return self.of(font_color=_QUIET, valign="vcenter")

    def section(self) -> Any:
        return self.of(bold=True, font_size=12, font_color="#0B4F6C", bottom=1, bottom_color=_LINE)

    def text(self, *, bold: bool = False) -> Any:
        return self.of(text_wrap=True, bold=bold)

    def link(self) -> Any:
        return self.of(font_color="#0B6FA4", underline=1, text_wrap=True)

    def heading(self) -> Any:
        """Above a column of the dictionary or of the list of activities."""
        return self.of(bold=True, bg_color="#0B4F6C", font_color="#FFFFFF", text_wrap=True, valign="vcenter")

    def row(self, *, bold: bool = False) -> Any:
        """A cell of the dictionary or of the list of activities."""
        return self.of(text_wrap=True, bold=bold, bottom=1, bottom_color=_LINE)

    def tier(self, tier: str, *, bold: bool = False, size: int = 10, centred: bool = True) -> Any:
        fill, letters = TIER_COLOURS[tier]
        return self.of(
            bold=bold,
            font_size=size,
            bg_color=fill,
            font_color=letters,
            text_wrap=True,
            align="center" if centred else "left",
            valign="vcenter",
            border=1,
            border_color=_LINE,
        )

    def explained(self) -> Any:
        """What a column is, above its header."""
        return self.of(font_size=9, font_color=_QUIET, text_wrap=True, border=1, border_color=_LINE)

    def cell(self, kind: str) -> Any:
        """A cell to be filled in."""
        return self.of(num_format=_NUMBERS[kind], align="left" if kind in ("ts", "date") else "")

    def missing(self) -> Any:
        """A cell that is needed and empty, in a row that has begun."""
        return self._book.add_format({"bg_color": "#F7C6C5"})
