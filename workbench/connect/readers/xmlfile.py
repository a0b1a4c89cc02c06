"""XML files: XES or OCEL event logs, told apart by what stands in them."""

from __future__ import annotations

import re
from pathlib import Path

from workbench.connect.readers.ocel import flattened
from workbench.connect.readers.ocelxml import read_ocel_xml
from workbench.connect.readers.options import Options
from workbench.connect.readers.xes import open_xes
from workbench.connect.readers.xmlstream import first_tags
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable

__all__ = ["begins_as_html", "begins_as_xml", "open_xml"]

_OBJECTS = frozenset({"events", "objects", "object-types", "event-types"})
_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<\0?(?:\?\0?x|!\0?D|!\0?-|l\0?o\0?g)")

_PAGE = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|table)\b", re.IGNORECASE | re.DOTALL
)


def begins_as_html(beginning: bytes) -> bool:
    """Whether a file's first bytes are those of a page for a browser, or of a table cut out of one."""
    return _PAGE.match(re.sub(rb"^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)|\0", b"", beginning)) is not None


def begins_as_xml(beginning: bytes) -> bool:
    """Whether a file's first bytes are those of an XML log, in any encoding."""
    return _BEGINNING.match(beginning) is not None


def open_xml(stage: Stage, path: Path, options: Options) -> SourceTable:
    """An XML event log as a table. WorkbenchError where the file is none."""
    if _OBJECTS & set(first_tags(path, _OBJECTS | {"trace", "event"})):
        return flattened(stage, read_ocel_xml(stage, path), options)
    return open_xes(stage, path, options)
