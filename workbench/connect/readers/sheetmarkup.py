"""Reports that are called `.xls` and are markup: Excel's XML of 2003 (NetSuite) and pages of HTML (Salesforce, SAP).

Spreadsheet programs open them as sheets, so analysts take them for workbooks. Here they become one: cells that say
their type keep it, the rest is text and proven over its column like any other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from lxml import etree

from workbench.connect.encodings import as_utf8
from workbench.connect.readers.options import Options
from workbench.connect.readers.xmlstream import XMLStream, local
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["workbook_of_html", "workbook_of_xml"]

_SHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_MOST_COLUMNS = 16_384
_MOST_ROWS = 1_048_576
_LONGEST_NAME = 31
_AS_IT_STANDS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Cell = tuple[int, Any]
"""A cell: how many columns it spans, and its value."""
Row = tuple[str, int, dict[int, Cell]]
"""A row: its sheet, its number from 0, and its cells by their column."""


def workbook_of_xml(stage: Stage, path: Path) -> Path:
    """A workbook in Excel's XML of 2003 as one of today. WorkbenchError where it is no well-formed XML."""
    return _workbook(stage, path, _xml_rows(path))


def workbook_of_html(stage: Stage, path: Path, options: Options) -> Path:
    """A page as a workbook with a sheet for each of its tables. WorkbenchError where it has none."""
    text = as_utf8(stage, path, encoding=options.encoding).path
    return _workbook(stage, path, _html_rows(text))


def _workbook(stage: Stage, path: Path, rows: Iterator[Row]) -> Path:
    target = stage.file("sheets", ".xlsx")
    sheets: dict[str, _Written] = {}
    with xlsxwriter.Workbook(str(target), {**_AS_IT_STANDS, "tmpdir": str(target.parent)}) as book:
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
        for name, number, cells in rows:
            key = name.casefold()
            if key not in sheets:
                sheets[key] = _Written(_added(book, name), date)
            if not sheets[key].take(number, cells):
                raise WorkbenchError(
                    Message("A row of the sheet {name!r} stands where no spreadsheet has one", name=name),
                    where=str(path),
                    remedy=Message("Save it again in the spreadsheet program, or as CSV (UTF-8)"),
                )
        if not sheets:
            book.add_worksheet()
    if not sheets:
        raise WorkbenchError(
            Message("This is a page for a browser or a sheet in XML, and no table stands in it"),
            where=str(path),
            remedy=Message("Open it in a browser, it may ask to sign in or tell an error; then export again"),
        )
    return target


def _added(book: Any, name: str) -> Any:
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", "_", name)[:_LONGEST_NAME])
    sheet.xls_strmax = 2**31 - 1  # what Excel cuts off at 32,767 letters would be lost
    return sheet


@dataclass(slots=True)
class _Written:
    """A sheet that is being written, row after row."""

    sheet: Any
    date: Any
    last: int = -1

    def take(self, number: int, cells: dict[int, Cell]) -> bool:
        """Write a row; False where a sheet has no room for it, or it comes after one below it."""
        if not self.last < number < _MOST_ROWS or max(cells, default=0) >= _MOST_COLUMNS:
            return False
        self.last = number
        for place, (span, value) in sorted(cells.items()):
            self._put(number, place, value)
            if span > 1 and not any(place < other < place + span for other in cells):
                self.sheet.merge_range(number, place, number, place + span - 1, "")
                self._put(number, place, value)
        return True

    def _put(self, row: int, column: int, value: Any) -> None:
        if isinstance(value, datetime):
            self.sheet.write_datetime(row, column, value, self.date)
        elif isinstance(value, bool):
            self.sheet.write_boolean(row, column, value)
        elif isinstance(value, float):
            self.sheet.write_number(row, column, value)
        elif value:
            self.sheet.write_string(row, column, value)


def _xml_rows(path: Path) -> Iterator[Row]:
    """The rows of the worksheets, with the places that cells and rows say they have."""
    sheet: Any = None
    number, below = 0, dict[int, int]()
    for element in XMLStream(path, "Row"):
        if element.getparent() is not sheet:
            sheet, number, below = element.getparent(), 0, {}
        number = int(_own(element, "Index") or number + 1)
        cells, below = _placed(element.iterchildren(f"{{{_SHEET}}}Cell"), below, _xml_cell)
        element.getparent().remove(element)
        yield _own(sheet.getparent(), "Name") or "Sheet", number - 1, cells


def _own(element: Any, name: str) -> str | None:
    found = element.get(f"{{{_SHEET}}}{name}") or element.get(name)
    return None if found is None else str(found)


def _xml_cell(element: Any) -> tuple[int | None, int, int, Any]:
    index = _own(element, "Index")
    across, down = (int(_own(element, name) or 0) for name in ("MergeAcross", "MergeDown"))
    data = next((one for one in element.iterchildren() if local(one) == "Data"), None)
    return (
        None if index is None else int(index) - 1,
        across + 1,
        down + 1,
        "" if data is None else _typed(data),
    )


def _typed(data: Any) -> Any:
    text, kind = "".join(data.itertext()), _own(data, "Type")
    try:
        if kind == "Number" and math.isfinite(number := float(text)):
            return number
        if kind == "DateTime" and (day := datetime.fromisoformat(text)).year >= 1900 and day.tzinfo is None:
            return day
    except ValueError:
        return text  # what is no value of its type is shown as it stands
    return text == "1" if kind == "Boolean" else text


def _html_rows(text: Path) -> Iterator[Row]:
    """The rows of the page's tables; a table that lays out others has no cells of its own."""
    names: dict[Any, list[Any]] = {}
    for _, row in etree.iterparse(
        str(text),
        events=("end",),
        tag="tr",
        html=True,
        encoding="utf-8",
        recover=True,
        no_network=True,
        huge_tree=False,
    ):
        table = next(row.iterancestors("table"), None)
        name, number, below = names.setdefault(table, [f"Table {len(names) + 1}", 0, {}])
        cells, below = _placed(row.iterchildren("td", "th"), below, _html_cell)
        names[table] = [name, number + 1, below]
        row.clear()
        yield name, number, cells


def _html_cell(element: Any) -> tuple[None, int, int, str]:
    across, down = (_count(element.get(name)) for name in ("colspan", "rowspan"))
    is_layout = element.find(".//table") is not None
    text = "" if is_layout else " ".join("".join(element.itertext()).replace("\xa0", " ").split())
    return None, across, down, text


def _count(text: str | None) -> int:
    return min(max(int(text), 1), _MOST_COLUMNS) if text and text.strip().isdecimal() else 1


def _placed(elements: Any, above: dict[int, int], cell_of: Any) -> tuple[dict[int, Cell], dict[int, int]]:
    """The cells of a row by their column, past those that reach down into it; and what reaches into the next row."""
    cells: dict[int, Cell] = {}
    below = {place: rows - 1 for place, rows in above.items() if rows > 1}
    place = 0
    for element in elements:
        index, across, down, value = cell_of(element)
        place = place if index is None else index
        while index is None and place in above:
            place += 1
        cells[place] = (across, value)
        if down > 1:
            below |= dict.fromkeys(range(place, place + across), down - 1)
        place += across
    return cells, below
