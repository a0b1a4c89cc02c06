"""Files that are known and hold no table that can be read: what each is, and what to export or do instead."""

from __future__ import annotations

import re
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["refuse_foreign"]

_PACKED = (b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x28\xb5\x2f\xfd")
_LIST = re.compile(rb"\[\s*[{\[]")
_LINES = re.compile(rb"\{[^\r\n]*\}[ \t]*\r?\n\s*\{")
_BEGINNING = 2**16


def refuse_foreign(path: Path) -> None:
    """Raises WorkbenchError for a page for a printer, an archive of another kind, records of JSON, and mere blanks."""
    with open(path, "rb") as file:
        begins = file.read(_BEGINNING).removeprefix(b"\xef\xbb\xbf")
    text = begins.lstrip()
    if begins.startswith(b"%PDF"):
        message = Message("The file is a PDF, which holds pages and no table")
        remedy = Message("Export the same list as a spreadsheet or as CSV")
    elif begins.startswith(_PACKED):
        message = Message("The file is compressed in a way that is not read here")
        remedy = Message("Unpack it first, or compress it as .gz or .zip")
    elif _LIST.match(text) or _LINES.match(text):
        message = Message("The file holds records of JSON, which are no table and no object-centric log")
        remedy = Message("Export them as CSV or Parquet, one column for each field")
    elif not text and len(begins) < _BEGINNING:
        message, remedy = Message("The file is empty"), Message("Export it again")
    else:
        return
    raise WorkbenchError(message, where=str(path), remedy=remedy)
