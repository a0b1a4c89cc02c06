"""What the sheets of binary workbooks (.xlsb, .xls) say beyond their values: errors, and how far they reach.

Both are records one after another, each with its kind and its length; of a cell's record only its place is read here,
and the code of an error.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipInfo

import olefile

from workbench.connect.readers.archive import pieces
from workbench.connect.readers.sheetxml import SheetFacts, column_letters, document, refuse_far
from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["look_through_xls", "look_through_xlsb"]

_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_BUNDLE = 156
Record = tuple[int, memoryview]


@dataclass(slots=True)
class _Walk:
    """A sheet on the way through its cells."""

    facts: SheetFacts = field(default_factory=SheetFacts)
    cells: int = 0
    width: int = 0
    height: int = 0

    def cell(self, row: int, column: int, last: int | None = None) -> None:
        last = column if last is None else last
        self.cells += last - column + 1
        self.width, self.height = max(self.width, last + 1), max(self.height, row + 1)

    def error(self, row: int, column: int, code: int) -> None:
        self.facts.add_error(_ERRORS.get(code, "?"), f"{column_letters(column)}{row + 1}")


def look_through_xlsb(path: Path, infos: Mapping[str, ZipInfo]) -> dict[str, SheetFacts]:
    """The facts of the sheets of an .xlsb by their names. WorkbenchError where one reaches further than it fills."""
    names = _names12(path, infos)
    found = {}
    for part, info in infos.items():
        if part.startswith("xl/worksheets/") and part.endswith(".bin"):
            walk, row = _Walk(), 0
            for kind, body in _records12(path, info):
                if kind == 0 and len(body) >= 4:
                    row = int.from_bytes(body[:4], "little")
                elif 2 <= kind <= 11 and len(body) >= 8:
                    column = int.from_bytes(body[:4], "little")
                    walk.cell(row, column)
                    if kind in (3, 11) and len(body) > 8:
                        walk.error(row, column, body[8])
            refuse_far(path, (walk.width, walk.height), walk.cells)
            found[names.get(part, part)] = walk.facts
    return found


def _names12(path: Path, infos: Mapping[str, ZipInfo]) -> dict[str, str]:
    """The name of the sheet in each part."""
    links = document(path, infos, "xl/_rels/workbook.bin.rels")
    if links is None:
        return {}
    parts = {one.get("Id"): "xl/" + one.get("Target", "") for one in links.iter("{*}Relationship")}
    found = {}
    for kind, body in _records12(path, infos["xl/workbook.bin"]):
        if kind == _BUNDLE:
            link, rest = _text(body[8:])
            found[parts.get(link, "")] = _text(rest)[0]
    return found


def _text(body: memoryview) -> tuple[str, memoryview]:
    """A text with its length before it, and what follows it."""
    end = 4 + 2 * int.from_bytes(body[:4], "little")
    return bytes(body[4:end]).decode("utf-16-le", "replace"), body[end:]


def _records12(path: Path, info: ZipInfo) -> Iterator[Record]:
    """The records of a part: kind and length are written in sevens of bits."""
    data = b""
    for piece in pieces(path, info):
        data += piece
        place = 0
        while (head := _head(data, place)) is not None:
            kind, begin, end = head
            if end > len(data):
                break
            yield kind, memoryview(data)[begin:end]
            place = end
        data = data[place:]


def _head(data: bytes, place: int) -> tuple[int, int, int] | None:
    """Kind, begin and end of the record at a place; None where its head is not all there."""
    if place + 6 > len(data) and place + 2 > len(data):
        return None
    kind = data[place]
    place += 1
    if kind & 0x80:
        kind = (kind & 0x7F) | (data[place] & 0x7F) << 7
        place += 1
    size = 0
    for shift in range(0, 28, 7):
        if place >= len(data):
            return None
        byte = data[place]
        place += 1
        size |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
    return kind, place, place + size


def look_through_xls(path: Path) -> dict[str, SheetFacts]:
    """The facts of the sheets of an .xls by their names. WorkbenchError where it is locked, or no workbook."""
    try:
        with olefile.OleFileIO(path) as file:
            if file.exists("EncryptedPackage"):
                raise WorkbenchError(
                    Message("The workbook is protected by a password"),
                    where=str(path),
                    remedy=Message("Save it without a password"),
                )
            name = next((one for one in ("Workbook", "Book") if file.exists(one)), None)
            data = file.openstream(name).read() if name else b""
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise _damaged(path, str(error)) from error
    if not data:
        raise _damaged(path, "no workbook")
    return {name: _sheet(path, data, place) for name, place in _sheets(data)}


def _damaged(path: Path, fault: str) -> WorkbenchError:
    return WorkbenchError(
        Message("The workbook cannot be read: {fault}", fault=" ".join(fault.split())[:200].rstrip(".")),
        where=str(path),
        remedy=Message("Save it again in the spreadsheet program, or as CSV (UTF-8)"),
    )


def _records(data: bytes, place: int) -> Iterator[Record]:
    view = memoryview(data)
    while place + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, place)
        yield kind, view[place + 4 : place + 4 + size]
        place += 4 + size


_SHEET, _END = 0x85, 0x0A
_NUMBER, _LABEL, _RK, _STRING, _RICH = 0x203, 0x204, 0x27E, 0xFD, 0xD6
_MANY, _FORMULA, _BOOL_OR_ERROR = 0xBD, 0x06, 0x205


def _sheets(data: bytes) -> Iterator[tuple[str, int]]:
    """The names of the sheets, and where each begins."""
    for kind, body in _records(data, 0):
        if kind == _END:
            return
        if kind == _SHEET and len(body) > 8:
            place, _, length, wide = struct.unpack_from("<IHBB", body)
            text = bytes(body[8 : 8 + length * (2 if wide & 1 else 1)])
            yield text.decode("utf-16-le" if wide & 1 else "latin-1", "replace"), place


def _sheet(path: Path, data: bytes, place: int) -> SheetFacts:
    walk = _Walk()
    for kind, body in _records(data, place):
        if kind == _END:
            break
        if (
            kind not in (_NUMBER, _LABEL, _RK, _STRING, _RICH, _MANY, _FORMULA, _BOOL_OR_ERROR)
            or len(body) < 8
        ):
            continue
        row, column = struct.unpack_from("<HH", body)
        last = int.from_bytes(body[-2:], "little") if kind == _MANY else None
        walk.cell(row, column, last)
        if kind == _BOOL_OR_ERROR and body[7]:
            walk.error(row, column, body[6])
        elif kind == _FORMULA and len(body) >= 14 and body[6] == 2 and bytes(body[12:14]) == b"\xff\xff":
            walk.error(row, column, body[8])
    refuse_far(path, (walk.width, walk.height), walk.cells)
    return walk.facts
