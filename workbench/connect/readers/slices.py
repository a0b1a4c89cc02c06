"""A large sheet a slice at a time: calamine makes room for a whole sheet twice, and a million rows take a gigabyte.

Each slice is a workbook of its own in the working space, with the other parts as they are and some of the rows.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from zipfile import ZipInfo

from workbench.connect.readers.archive import pieces
from workbench.connect.stage import Stage

__all__ = ["LARGE_SHEET", "sliced"]

LARGE_SHEET = 2**26
"""Sheets with more bytes of XML are read in slices of about so many."""

_ROW, _END = b"<row", b"</row>"


def sliced(
    stage: Stage, path: Path, infos: Mapping[str, ZipInfo], sheet: ZipInfo, tail: bytes
) -> Iterator[Path]:
    """Workbooks with some rows of a sheet each, one after another; each is gone when the next is asked for."""
    base, part = stage.file("base", ".xlsx"), stage.file("slice", ".xlsx")
    with zipfile.ZipFile(base, "w") as archive:
        for name, info in infos.items():
            if name.endswith((".xml", ".rels")) and not name.startswith(
                ("xl/worksheets/", "xl/chartsheets/")
            ):
                with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
                    file.writelines(pieces(path, info))
    try:
        for rows in _cut(path, sheet, tail):
            shutil.copyfile(base, part)
            with (
                zipfile.ZipFile(part, "a") as archive,
                archive.open(zipfile.ZipInfo(sheet.filename), "w", force_zip64=True) as file,
            ):
                file.writelines(rows)
            yield part
    finally:
        base.unlink(missing_ok=True)
        part.unlink(missing_ok=True)


def _cut(path: Path, sheet: ZipInfo, tail: bytes) -> Iterator[list[bytes]]:
    """The XML of the sheet, begun and ended anew about every so many bytes, where a row ends."""
    head, held, size, rest = b"", list[bytes](), 0, b""
    for piece in pieces(path, sheet):
        text = rest + piece
        if not head:
            begin = text.find(_ROW)
            if begin < 0:
                rest = text
                continue
            head, text = text[:begin], text[begin:]
        end = text.rfind(_END)
        if end < 0:
            rest = text
            continue
        end += len(_END)
        held.append(text[:end])
        size, rest = size + end, text[end:]
        if size >= LARGE_SHEET:
            yield [head, *held, tail]
            held, size = [], 0
    if held or not size:
        yield [head, *held, tail]
