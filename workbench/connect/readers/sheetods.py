"""What an OpenDocument sheet says beyond its values: errors, formulas without one, for how many cells it stands.

One cell may say that it stands for a million columns of a million rows; whoever makes room for them all runs out of it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipInfo

from lxml import etree

from workbench.connect.readers.archive import pieces
from workbench.connect.readers.sheetxml import SheetFacts, column_letters, refuse_far
from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["look_through_ods"]

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_EXTENDED = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


class _Stream(io.RawIOBase):
    """Pieces of bytes as a file to read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or next(self._chunks, b"")
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def look_through_ods(path: Path, info: ZipInfo) -> dict[str, SheetFacts]:
    """The facts of each sheet by its name, the whole document looked through once."""
    found: dict[str, SheetFacts] = {}
    facts, height, width, cells = SheetFacts(), 0, 0, 0
    tags = (f"{_TABLE}table", f"{_TABLE}table-row", *_CELLS)
    try:
        for event, node in etree.iterparse(
            _Stream(pieces(path, info)),
            events=("start", "end"),
            tag=tags,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
        ):
            if event == "start":
                if node.tag == tags[0]:
                    facts, height, width, cells = SheetFacts(), 0, 0, 0
                    found[node.get(f"{_TABLE}name", "")] = facts
            elif node.tag == tags[1]:
                reach, filled, errors, uncomputed = _row(node)
                repeats = _repeats(node, "rows")
                if filled:
                    height, width, cells = height + repeats, max(width, reach), cells + 1
                    refuse_far(path, (width, height), cells * max(filled, 1))
                for place, code in errors:
                    facts.add_error(code, f"{column_letters(place)}{height}", repeats)
                for place in uncomputed:
                    facts.add_uncomputed(f"{column_letters(place)}{height}", repeats)
                node.clear()
                while node.getprevious() is not None:
                    del node.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise WorkbenchError(
            Message("The workbook is damaged: {fault}", fault=str(error).rstrip(".")),
            where=str(path),
            remedy=Message("Save it again in the spreadsheet program"),
        ) from error
    return found


def _repeats(node: Any, what: str) -> int:
    text = node.get(f"{_TABLE}number-{what}-repeated", "1")
    return max(1, int(text)) if text.isdigit() else 1


def _row(node: Any) -> tuple[int, int, list[tuple[int, str]], list[int]]:
    """How far a row reaches, in how many cells of the file, its errors, and its formulas without a value."""
    place = reach = filled = 0
    errors, uncomputed = [], []
    for cell in node.iter(*_CELLS):
        repeats = _repeats(cell, "columns")
        kind = cell.get(f"{_EXTENDED}value-type") or cell.get(f"{_OFFICE}value-type")
        if kind is None and cell.get(f"{_TABLE}formula") is not None:
            uncomputed.append(place)
        if kind is not None:
            reach, filled = place + repeats, filled + 1
            if kind == "error":
                errors.append((place, "".join(cell.itertext()).strip()[:20]))
        place += repeats
    return reach, filled, errors, uncomputed
