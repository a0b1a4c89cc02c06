"""What kind of file a source is: by what it begins with, else by how its name ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from workbench.connect.readers.archive import OLE, ZIP, content_of, pieces, table_file
from workbench.connect.readers.databasefile import open_duckdb, open_sqlite
from workbench.connect.readers.foreign import refuse_foreign
from workbench.connect.readers.ocel import flattened
from workbench.connect.readers.oceljson import read_ocel_json
from workbench.connect.readers.options import Options
from workbench.connect.readers.packed import GZIP, beginning, unpacked
from workbench.connect.readers.parquet import open_parquet
from workbench.connect.readers.sqlitefile import SQLITE
from workbench.connect.readers.text import open_text
from workbench.connect.readers.xmlfile import begins_as_html, begins_as_xml, open_xml
from workbench.connect.readers.xmlstream import first_tags
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["Reader", "reader_of"]

Reader = Callable[[Stage, Path, Options], SourceTable]

_PARQUET = (".parquet", ".pq")
_FEATHER = (".arrow", ".feather", ".arrows")
_ARROW = (b"ARROW1", b"\xff\xff\xff\xff")
_XML = (".xes", ".xml", ".xmlocel")
_JSON = (".json", ".jsonocel")
_ROOTS = frozenset({"log", "ocel", "Workbook", "html"})


def reader_of(path: Path) -> Reader:
    """What reads a file that is there and not empty. WorkbenchError where nothing does."""
    refuse_foreign(path)
    with open(path, "rb") as file:
        magic = file.read(512)
    if magic.startswith(GZIP):
        return _open_packed
    if magic.startswith(OLE):
        return _open_book
    if magic.startswith(ZIP):
        return _open_zip if content_of(path) == "other" else _open_book
    if magic.startswith(_ARROW) or path.suffix.lower() in _FEATHER:
        return _open_arrow
    if begins_as_html(magic):
        return _open_page
    if begins_as_xml(magic) or path.suffix.lower() in _XML:
        return _open_xml
    if magic.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or path.suffix.lower() in _JSON:
        return _open_json
    if magic.startswith(SQLITE):
        return open_sqlite
    if magic[8:12] == b"DUCK":
        return open_duckdb
    if magic[:4] == b"PAR1" or path.suffix.lower() in _PARQUET:
        return open_parquet
    return open_text


def _open_page(stage: Stage, path: Path, options: Options) -> SourceTable:
    """A page for a browser, which many systems call `.xls`."""
    from workbench.connect.readers.sheetmarkup import workbook_of_html

    return _open_inner(stage, path, workbook_of_html(stage, path, options), options)


def _open_xml(stage: Stage, path: Path, options: Options) -> SourceTable:
    """A log, or what spreadsheet programs read."""
    root = first_tags(path, _ROOTS)[:1]
    if root == ["html"]:
        return _open_page(stage, path, options)
    if root == ["Workbook"]:
        from workbench.connect.readers.sheetmarkup import workbook_of_xml

        return _open_inner(stage, path, workbook_of_xml(stage, path), options)
    return open_xml(stage, path, options)


def _open_packed(stage: Stage, path: Path, options: Options) -> SourceTable:
    """What is inside a compressed file: an XML log as it unpacks, anything else once it is unpacked."""
    if begins_as_xml(beginning(path)):
        return _open_xml(stage, path, options)
    return _open_inner(stage, path, unpacked(stage, path), options)


def _open_zip(stage: Stage, path: Path, options: Options) -> SourceTable:
    """The one text file in an archive."""
    info = table_file(path)
    inner = stage.file("unpacked", Path(info.filename).suffix)
    with open(inner, "wb") as file:
        file.writelines(pieces(path, info))
    return _open_inner(stage, path, inner, options)


def _open_inner(stage: Stage, path: Path, inner: Path, options: Options) -> SourceTable:
    """What was unpacked, as what it is; whatever is said of it is said of the file that the user knows."""
    if inner.stat().st_size == 0:
        raise WorkbenchError(
            Message("The compressed file is empty"), where=str(path), remedy=Message("Export it again")
        )
    try:
        table = reader_of(inner)(stage, inner, options)
    except WorkbenchError as error:
        told = _renamed(error.where, inner, path) or str(path)
        raise WorkbenchError(error.message, where=told, remedy=error.remedy) from error
    findings = tuple(replace(one, where=_renamed(one.where, inner, path)) for one in table.findings)
    places = tuple(replace(place, where=path.name) for place in table.places)
    return replace(table, where=path.name, findings=findings, places=places)


def _renamed(where: str | None, inner: Path, path: Path) -> str | None:
    """A place in an unpacked file as one in the file that it was packed in."""
    if isinstance(where, Message):
        values = {
            name: _renamed(value, inner, path) if isinstance(value, str) else value
            for name, value in where.values.items()
        }
        return Message(where.pattern, **values) if values else where
    return where and where.replace(str(inner), str(path)).replace(inner.name, path.name)


def _open_arrow(stage: Stage, path: Path, options: Options) -> SourceTable:
    from workbench.connect.readers.arrow import open_arrow

    return open_arrow(stage, path, options)


def _open_book(stage: Stage, path: Path, options: Options) -> SourceTable:
    from workbench.connect.readers.excel import (
        open_excel,
    )  # with calamine and Arrow: only who needs them waits

    return open_excel(stage, path, options)


def _open_json(stage: Stage, path: Path, options: Options) -> SourceTable:
    return flattened(stage, read_ocel_json(stage, path), options)
