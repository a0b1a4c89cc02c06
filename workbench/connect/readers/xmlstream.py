"""XML read a piece at a time: no entity is followed, no other file and no network is touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from workbench.connect.readers.packed import chunks
from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.places import at_line

__all__ = ["XMLStream", "first_tags", "local"]

# What may stand between two elements that are taken out of the tree: it all is in memory at once.
_MOST_BETWEEN = 8 * 2**20
_FIRST = 2**20


def local(element: Any) -> str:
    """An element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


class XMLStream:
    """The elements of some names in a file, each when it ends; afterwards `root` holds all the others.

    Whoever takes an element removes it from its parent, so that a file of any size needs little memory.
    """

    def __init__(self, path: Path, *tags: str) -> None:
        self.path = path
        self.root: Any = None
        self._parser = _parser("end", *tags)

    def __iter__(self) -> Iterator[Any]:
        """Raises WorkbenchError naming the line where the file is no XML, or declares entities."""
        between, checked = 0, False
        try:
            for chunk in chunks(self.path):
                self._parser.feed(chunk)
                between += len(chunk)
                for _, element in self._parser.read_events():
                    if not checked:
                        self._refuse_entities(element)
                        checked = True
                    between = 0
                    yield element
                if between > _MOST_BETWEEN:
                    raise WorkbenchError(
                        Message("More than {size} MB follow without an event", size=_MOST_BETWEEN // 2**20),
                        where=str(self.path),
                        remedy=Message("Export the log again; what fills this file is no event log"),
                    )
            self.root = self._parser.close()
            self._refuse_entities(self.root)
        except etree.XMLSyntaxError as error:
            raise not_well_formed(self.path, error) from error

    def _refuse_entities(self, element: Any) -> None:
        declared = element.getroottree().docinfo.internalDTD
        if declared is not None and next(declared.iterentities(), None) is not None:
            raise WorkbenchError(
                Message(
                    "The XML declares entities, which an event log does not need and this reader does not follow"
                ),
                where=str(self.path),
                remedy=Message("Export the log again without a DOCTYPE"),
            )


def _parser(kind: str, *tags: str) -> Any:
    return etree.XMLPullParser(
        events=(kind,),
        tag=[f"{{*}}{tag}" for tag in tags] or None,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def not_well_formed(path: Path, error: Any) -> WorkbenchError:
    """The error of the parser as one line of ours."""
    fault = " ".join(str(error.msg or error).split()).partition(" (<string>")[0].partition(", line ")[0]
    line, _ = error.position
    return WorkbenchError(
        Message("This is not well-formed XML: {fault}", fault=fault.rstrip(".")),
        where=at_line(path, line),
        remedy=Message("Export it again; it may be cut off"),
    )


def first_tags(path: Path, wanted: frozenset[str]) -> list[str]:
    """The root's name and those of its children, up to the first of the wanted ones.

    Raises WorkbenchError naming the line where the file is no XML.
    """
    parser, found, depth, read = (
        etree.XMLPullParser(
            events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        ),
        [],
        0,
        0,
    )
    try:
        for chunk in chunks(path):
            parser.feed(chunk)
            read += len(chunk)
            for event, element in parser.read_events():
                depth += 1 if event == "start" else -1
                if event == "start" and depth <= 2:
                    found.append(local(element))
                    if found[-1] in wanted:
                        return found
            if read > _FIRST:
                return found
        parser.close()
    except etree.XMLSyntaxError as error:
        raise not_well_formed(path, error) from error
    return found
