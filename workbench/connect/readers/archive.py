"""What is in a zip archive, looked at before anything is unpacked: workbooks are such archives, and so are bombs.

Nothing is ever written under a name that the archive gives. Sizes are those that the parts really have: what an
archive declares is its author's word.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["OLE", "ZIP", "Content", "content_of", "members", "pieces", "table_file", "unbloated"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of the older Office begin, and newer ones under a password."""
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_CHUNK = 2**18
# A sheet shrinks to a hundredth at most; zeros to a thousandth. What is small may be as repetitive as it likes.
_RATIO = 200
_SMALL = 32 * 2**20
_MOST = 2**31
_MOST_PARTS = 20_000
_TEXT = (".csv", ".tsv", ".txt")
_STORED, _DEFLATED = 0, 8

Content = Literal["xlsx", "xlsb", "ods", "other"]


def members(path: Path) -> list[zipfile.ZipInfo]:
    """The parts of an archive. WorkbenchError where it is damaged, locked, or grows beyond what is honest."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _damaged(path, str(error)) from error
    if any(info.flag_bits & 1 for info in found):
        raise WorkbenchError(
            Message("The archive is protected by a password"),
            where=str(path),
            remedy=Message("Save it without a password"),
        )
    unpacked = sum(info.file_size for info in found)
    bloated = any(_is_bloated(info.file_size, info.compress_size) for info in found)
    if bloated or unpacked > _MOST or len(found) > _MOST_PARTS:
        raise _too_much(path)
    return found


def _is_bloated(size: int, packed: int) -> bool:
    return size > _SMALL and size > _RATIO * max(packed, 1)


def content_of(path: Path) -> Content:
    """Whether an archive is a workbook, and of which kind."""
    names = {info.filename for info in members(path)}
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names:
        return "ods"
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return "xlsx"
    return "other"


def pieces(path: Path, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The contents of a part in pieces. WorkbenchError where there is more of it than the archive declares."""
    if info.compress_type not in (_STORED, _DEFLATED):
        raise _damaged(path, f"compression {info.compress_type}")
    total = 0
    with open(path, "rb") as file:
        file.seek(info.header_offset)
        header = file.read(30)
        if len(header) < 30 or header[:4] != ZIP[0]:
            raise _damaged(path, info.filename)
        file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
        left, inflater = info.compress_size, zlib.decompressobj(-15)
        while left:
            packed = file.read(min(left, _CHUNK))
            if not packed:
                raise _damaged(path, info.filename)
            left -= len(packed)
            for piece in [packed] if info.compress_type == _STORED else _inflated(path, inflater, packed):
                total += len(piece)
                if total > info.file_size:
                    raise _too_much(path)
                yield piece


def _inflated(path: Path, inflater: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    try:
        while packed:
            yield inflater.decompress(packed, _CHUNK)
            packed = inflater.unconsumed_tail
    except zlib.error as error:
        raise _damaged(path, str(error)) from error


def unbloated(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    """Unpack parts for nothing but their size: whoever reads them next believes what is declared."""
    for info in infos:
        for _ in pieces(path, info):
            continue


def table_file(path: Path) -> zipfile.ZipInfo:
    """The one text file of an archive. WorkbenchError where there is none, or several."""
    files = [info for info in members(path) if not Path(info.filename).name.startswith(".")]
    files = [info for info in files if not info.filename.startswith("__MACOSX/")]
    texts = [info for info in files if info.filename.lower().endswith(_TEXT)]
    if len(texts) == 1 and len(files) == 1:
        return texts[0]
    names = [Path(info.filename).name for info in files][:5]
    raise WorkbenchError(
        Message("The archive holds {count} files: {names}", count=len(files), names=names)
        if files
        else Message("The archive is empty"),
        where=str(path),
        remedy=Message("Unpack it and name the file, or the folder where several are one table"),
    )


def _damaged(path: Path, fault: str) -> WorkbenchError:
    return WorkbenchError(
        Message("The archive is damaged: {fault}", fault=fault.rstrip(".") or "?"),
        where=str(path),
        remedy=Message("Fetch or save it again; it may be cut off"),
    )


def _too_much(path: Path) -> WorkbenchError:
    return WorkbenchError(
        Message("The archive grows to far more than its size, and was not unpacked"),
        where=str(path),
        remedy=Message("If it is what it should be, save it as CSV"),
    )
