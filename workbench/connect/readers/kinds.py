"""What kind of file a source is: by what it begins with, else by how its name ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from workbench.connect.readers.options import Options
from workbench.connect.readers.parquet import open_parquet
from workbench.connect.readers.text import open_text
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["Reader", "reader_of"]

Reader = Callable[[Stage, Path, Options], SourceTable]

_PARQUET = (".parquet", ".pq")
_OTHER = {
    ".xlsx": Message("This is an Excel workbook; only CSV and Parquet can be read"),
    ".xls": Message("This is an Excel workbook; only CSV and Parquet can be read"),
    ".ods": Message("This is a spreadsheet; only CSV and Parquet can be read"),
    ".xes": Message("This is an XES log; only CSV and Parquet can be read"),
    ".gz": Message("This is a compressed file; only CSV and Parquet can be read"),
    ".zip": Message("This is an archive; only CSV and Parquet can be read"),
    ".json": Message("This is a JSON file; only CSV and Parquet can be read"),
    ".xml": Message("This is an XML file; only CSV and Parquet can be read"),
}
_PACKED = Message("This is a compressed file or an Excel workbook; only CSV and Parquet can be read")


def reader_of(path: Path) -> Reader:
    """What reads a file that is there and not empty. WorkbenchError where nothing does."""
    with open(path, "rb") as file:
        magic = file.read(4)
    if magic == b"PAR1" or path.suffix.lower() in _PARQUET:
        return open_parquet
    if path.suffix.lower() in _OTHER or magic.startswith((b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")):
        raise WorkbenchError(
            _OTHER.get(path.suffix.lower(), _PACKED),
            where=str(path),
            remedy=Message("Save it as CSV (UTF-8) or Parquet"),
        )
    return open_text
