"""What a sheet of an Excel workbook says beyond its values: errors, uncomputed formulas, leading zeros, its extent.

The reader of values gives an error, and a formula that was never computed, as an empty cell and 00123 as 123, and
makes room for every cell up to the last: one number in the furthest corner would take all the memory there is. The
sheet's XML is therefore looked through first, a piece at a time, and never as a document.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZipInfo

from lxml import etree

from workbench.connect.readers.archive import pieces
from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = [
    "SheetFacts",
    "column_letters",
    "column_number",
    "document",
    "look_through",
    "padded_styles",
    "refuse_far",
    "sheet_parts",
    "too_far",
]

_FIRST = 5
_MOST_PART = 64 * 2**20
_SPARSE = 20
_ROOM = 4_000_000
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_ROW_END = b"</row>"
_DIMENSION = re.compile(rb"<dimension ref=\"[A-Z]+\d+:([A-Z]{1,3})\d+\"")
_ANY = r"(?:[A-Za-z_]\w*:)?"
_ERROR = re.compile(rb"<(?:\w+:)?c\s([^>]*?\bt\s*=\s*[\"']e[\"'][^>]*)>")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{1,20})<")
# A cell with a formula and no value: the program that wrote it does not compute.
_UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?c\s([^>]{0,500})>\s*<(?:\w+:)?f(?:\s[^>]{0,500})?(?:/>|>[^<]{0,50000}</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*(?:/>|>\s*</(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"
)
_TEXT_RESULT = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
_PLAIN, _BEGIN = 'r="', r"\br\s*=\s*[\"']"
_UNUSUAL = re.compile(rb"r(?:\s+=|=\s|=')")
_REF = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,7})[\"']")


@dataclass(slots=True)
class SheetFacts:
    """`errors` counts cells by the error they show, `first_errors` names the first; `uncomputed` counts formulas whose
    value the file does not have, `first_uncomputed` names their first cells; `padded` gives for a column (from
    0) the rows (from 0) of numbers shown with leading zeros, by the width that they are shown in. The sheet has at most
    `width` columns, and `tail` is its XML behind the last row.
    """

    errors: dict[str, int] = field(default_factory=dict)
    first_errors: list[str] = field(default_factory=list)
    uncomputed: int = 0
    first_uncomputed: list[str] = field(default_factory=list)
    padded: dict[int, dict[int, array[int]]] = field(default_factory=dict)
    width: int = 0
    tail: bytes = b""

    def add_error(self, code: str, place: str, count: int = 1) -> None:
        self.errors[code] = self.errors.get(code, 0) + count
        if len(self.first_errors) < _FIRST:
            self.first_errors.append(f"{place} {code}".strip())

    def add_uncomputed(self, place: str, count: int = 1) -> None:
        self.uncomputed += count
        if len(self.first_uncomputed) < _FIRST:
            self.first_uncomputed.append(place)


def column_number(letters: bytes) -> int:
    """The place of a column from its letters, from 0.

    >>> column_number(b"A"), column_number(b"AA")
    (0, 26)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def column_letters(place: int) -> str:
    """The letters of a column from its place.

    >>> column_letters(0), column_letters(26)
    ('A', 'AA')
    """
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def document(path: Path, infos: Mapping[str, ZipInfo], name: str) -> Any:
    """A small part of the workbook as a document without entities; None where it is not there."""
    info = infos.get(name)
    if info is None or info.file_size > _MOST_PART:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(b"".join(pieces(path, info)), parser)
    except etree.XMLSyntaxError as error:
        raise WorkbenchError(
            Message("The workbook is damaged: {fault}", fault=str(error).rstrip(".")),
            where=str(path),
            remedy=Message("Save it again in the spreadsheet program"),
        ) from error


def sheet_parts(path: Path, infos: dict[str, ZipInfo]) -> dict[str, ZipInfo]:
    """The part that holds each sheet, by the sheet's name."""
    book = document(path, infos, "xl/workbook.xml")
    links = document(path, infos, "xl/_rels/workbook.xml.rels")
    if book is None or links is None:
        return {}
    targets = {one.get("Id"): one.get("Target", "") for one in links.iter("{*}Relationship")}
    found = {}
    for sheet in book.iter("{*}sheet"):
        link = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
        target = targets.get(link, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in infos:
            found[sheet.get("name", "")] = infos[part]
    return found


def padded_styles(path: Path, infos: dict[str, ZipInfo]) -> dict[int, int]:
    """The styles of cells that show numbers with leading zeros, and in what width."""
    styles = document(path, infos, "xl/styles.xml")
    if styles is None:
        return {}
    widths = {
        one.get("numFmtId"): len(code)
        for one in styles.iter("{*}numFmt")
        if re.fullmatch(r"0{2,}", code := one.get("formatCode", "").partition(";")[0])
    }
    formats = next(styles.iter("{*}cellXfs"), ())
    return {
        place: widths[one.get("numFmtId")]
        for place, one in enumerate(formats)
        if one.get("numFmtId") in widths
    }


def look_through(path: Path, info: ZipInfo, styles: dict[int, int]) -> SheetFacts:
    """All of a sheet's XML, once. WorkbenchError where it reaches further than its cells fill."""
    facts = SheetFacts()
    styled = _padded(styles)
    cells, letters, height = 0, 1, 9
    text = b""
    for text in _whole_tags(pieces(path, info)):
        cells += text.count(b"<c ") + text.count(b":c ")
        letters, height = _furthest(text, letters, height)
        if b'"e"' in text or b"'e'" in text:
            _errors(facts, text)
        if b"<f" in text or b":f" in text:
            _uncomputed(facts, text)
        if styled is not None:
            for column, row, style in styled.findall(text):
                rows = facts.padded.setdefault(column_number(column), {})
                rows.setdefault(styles[int(style)], array("I")).append(int(row) - 1)
    facts.tail = text.rpartition(_ROW_END)[2] if _ROW_END in text else b""
    facts.width = _width(path, info, letters)
    # Roughly first, which costs a search a piece; exactly only where that would be too far.
    if too_far(26**letters, height, cells):
        refuse_far(path, _reach(path, info), cells)
    return facts


def too_far(width: int, height: int, cells: int) -> bool:
    """Whether the room up to the last cell is far more than the cells that are filled."""
    return width * height > max(_ROOM, _SPARSE * cells)


def refuse_far(path: Path, reach: tuple[int, int], cells: int) -> None:
    width, height = reach
    if too_far(width, height, cells):
        raise WorkbenchError(
            Message(
                "The sheet reaches to column {column} and row {row}, but holds only {cells} cells",
                column=str(width),
                row=str(height),
                cells=cells,
            ),
            where=str(path),
            remedy=Message("Delete the empty rows and columns around the table, or save it as CSV"),
        )


def _whole_tags(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of XML that end where a row or a tag does."""
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        end = text.rfind(_ROW_END) if len(text) < _MOST_PART else len(text)
        if end < 0:
            rest = text
            continue
        rest = text[end:]
        yield text[:end]
    if rest:
        yield rest


def _width(path: Path, info: ZipInfo, letters: int) -> int:
    """How many columns the sheet says it has, where that may be; else as many as so many letters can name."""
    most: int = min(26**letters + 26 ** (letters - 1), _MOST_COLUMNS)
    said = _DIMENSION.search(next(pieces(path, info), b""))
    return min(column_number(said[1]) + 1, most) if said else most


def _furthest(text: bytes, letters: int, height: int) -> tuple[int, int]:
    """The most letters that a reference has, and the highest row as its first digit tells: 199 of 123."""
    # Searching for the letters as every program writes them is ten times faster than for all that XML allows.
    begin = _BEGIN if _UNUSUAL.search(text) else _PLAIN
    while letters < 3 and _longer(begin, letters).search(text):
        letters += 1
    while height < _MOST_ROWS and (found := _higher(begin, height).search(text)):
        height = (int(found[1][:1]) + 1) * 10 ** (len(found[1]) - 1) - 1
    return letters, height


@cache
def _longer(begin: str, letters: int) -> re.Pattern[bytes]:
    return re.compile(rf"{begin}[A-Za-z]{{{letters + 1}}}\d".encode())


@cache
def _higher(begin: str, height: int) -> re.Pattern[bytes]:
    """References to rows beyond 9, 19, 29, …, 99, 199, …"""
    first, zeros = int(str(height)[0]), len(str(height)) - 1
    longer = rf"\d{{{zeros + 2},7}}"
    further = longer if first == 9 else rf"[{first + 1}-9]\d{{{zeros}}}|{longer}"
    return re.compile(rf"{begin}[A-Za-z]{{1,3}}({further})[\"']".encode())


def _reach(path: Path, info: ZipInfo) -> tuple[int, int]:
    width = height = 0
    for text in _whole_tags(pieces(path, info)):
        for letters, digits in _REF.findall(text):
            width, height = max(width, column_number(letters) + 1), max(height, int(digits))
    return width, height


def _errors(facts: SheetFacts, text: bytes) -> None:
    for found in _ERROR.finditer(text):
        place = _REF.search(b" " + found[1])
        value = _VALUE.search(text, found.end(), found.end() + 10_000)
        code = value[1].decode("ascii", "replace") if value else "?"
        facts.add_error(code, (place[1] + place[2]).decode() if place else "")


def _uncomputed(facts: SheetFacts, text: bytes) -> None:
    """Formulas without a value; an empty text that was computed is one."""
    for found in _UNCOMPUTED.finditer(text):
        if not _TEXT_RESULT.search(b" " + found[1]):
            place = _REF.search(b" " + found[1])
            facts.add_uncomputed((place[1] + place[2]).decode() if place else "?")


def _padded(styles: dict[int, int]) -> re.Pattern[bytes] | None:
    """Cells of those styles, as column, row and style."""
    if not styles:
        return None
    numbers = "|".join(str(style) for style in styles)
    pattern = rf"<{_ANY}c\s+r=\"([A-Z]{{1,3}})(\d{{1,7}})\"\s+s=\"({numbers})\""
    return re.compile(pattern.encode())
