"""What kind of file a source is: by what it begins with, else by how its name ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from workbench.connect.readers.databasefile import open_duckdb, open_sqlite
from workbench.connect.readers.ocel import flattened
from workbench.connect.readers.oceljson import read_ocel_json
from workbench.connect.readers.options import Options
from workbench.connect.readers.packed import GZIP, beginning, unpacked
from workbench.connect.readers.parquet import open_parquet
from workbench.connect.readers.sqlitefile import SQLITE
from workbench.connect.readers.text import open_text
from workbench.connect.readers.xmlfile import begins_as_xml, open_xml
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
    ".zip": Message("This is an archive; only CSV and Parquet can be read"),
}
_XML = (".xes", ".xml", ".xmlocel")
_JSON = (".json", ".jsonocel")
_PACKED = Message("This is a compressed file or an Excel workbook; only CSV and Parquet can be read")


def reader_of(path: Path) -> Reader:
    """What reads a file that is there and not empty. WorkbenchError where nothing does."""
    with open(path, "rb") as file:
        magic = file.read(512)
    if magic.startswith(GZIP):
        return _open_packed
    if begins_as_xml(magic) or path.suffix.lower() in _XML:
        return open_xml
    if magic.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or path.suffix.lower() in _JSON:
        return _open_json
    if magic.startswith(SQLITE):
        return open_sqlite
    if magic[8:12] == b"DUCK":
        return open_duckdb
    if magic[:4] == b"PAR1" or path.suffix.lower() in _PARQUET:
        return open_parquet
    if path.suffix.lower() in _OTHER or magic.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise WorkbenchError(
            _OTHER.get(path.suffix.lower(), _PACKED),
            where=str(path),
            remedy=Message("Save it as CSV (UTF-8) or Parquet"),
        )
    return open_text


def _open_packed(stage: Stage, path: Path, options: Options) -> SourceTable:
    """What is inside a compressed file: an XML log as it unpacks, anything else once it is unpacked."""
    if begins_as_xml(beginning(path)):
        return open_xml(stage, path, options)
    inner = unpacked(stage, path)
    if inner.stat().st_size == 0:
        raise WorkbenchError(
            Message("The compressed file is empty"), where=str(path), remedy=Message("Export it again")
        )
    try:
        table = reader_of(inner)(stage, inner, options)
    except WorkbenchError as error:
        told = error.where.replace(str(inner), str(path)) if error.where else str(path)
        raise WorkbenchError(error.message, where=told, remedy=error.remedy) from error
    return replace(table, where=path.name)


def _open_json(stage: Stage, path: Path, options: Options) -> SourceTable:
    return flattened(stage, read_ocel_json(stage, path), options)
