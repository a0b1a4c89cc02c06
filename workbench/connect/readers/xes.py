"""XES event logs (`.xes`, `.xes.gz`), read trace by trace: a row for each event, with what its trace says.

What a trace says of itself becomes columns `case:…`, as in a flattened log. Values are taken for what the log
declares them to be; what does not fit, and what stands where XES has no place for it, is told by its line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from workbench.connect.readers.faults import Faults
from workbench.connect.readers.options import Options
from workbench.connect.readers.textrows import TextRows
from workbench.connect.readers.xescolumns import CASE, EVENT, Kinds, xes_columns
from workbench.connect.readers.xesheader import read_header
from workbench.connect.readers.xesvalues import attributes_of
from workbench.connect.readers.xmlstream import XMLStream, local
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["open_xes"]

_LONGEST_TRACE = 200_000


def open_xes(stage: Stage, path: Path, options: Options) -> SourceTable:
    """An XES log as a table of its events.

    Raises WorkbenchError naming the line where the file is no XML, and where no trace has an event.
    """
    log = _Log(stage, path)
    stream = XMLStream(path, "trace", "event")
    for element in stream:
        log.take(element)
    if local(stream.root) != "log":
        raise WorkbenchError(
            Message("This is XML, but no event log: its first element is {name!r}", name=local(stream.root)),
            where=str(path),
            remedy=Message("Export the log as XES, OCEL or CSV"),
        )
    header = read_header(stream.root, log.faults)
    log.rows.flush()
    if not log.rows.count:
        raise _no_event(path, log.faults)
    return xes_columns(stage, path, log.rows, log.kinds, header, log.faults, traces=log.traces)


def _no_event(path: Path, faults: Faults) -> WorkbenchError:
    """The error of a log without rows, with the first thing that is wrong in it."""
    worst = faults.worst()
    if worst is None:
        return WorkbenchError(
            Message("The log has no trace with an event"),
            where=str(path),
            remedy=Message("Export it again with its traces and events"),
        )
    return WorkbenchError(
        Message("The log has no trace with an event; what is wrong in it: {fault}", fault=worst.message),
        where=worst.where,
        remedy=Message("Export it again with its traces and events"),
    )


class _Log:
    """A log being read: rows of the events, and what was met that XES does not allow."""

    def __init__(self, stage: Stage, path: Path) -> None:
        self.faults = Faults(path.name)
        self.rows = TextRows(stage, "xes", where=path)
        self.kinds: Kinds = {}
        self.traces = 0
        self._of_trace = 0  # the row with which the trace begins
        self._path = path

    def take(self, element: Any) -> None:
        """A trace or event that has ended; it leaves the tree."""
        parent = element.getparent()
        outer = "" if parent is None else local(parent)
        kind = local(element)
        if kind == "event" and outer == "trace":
            self._event(element)
        elif kind == "trace" and outer == "log" and parent.getparent() is None:
            self._trace(element)
        elif kind == "event" and outer == "log":
            self.faults.add("event_outside", element.sourceline)
        else:
            self.faults.add("out_of_place", element.sourceline, kind)
        if parent is not None:
            parent.remove(element)

    def _event(self, element: Any) -> None:
        if element.attrib:
            self.faults.add("stray", element.sourceline, next(iter(element.attrib)))
        for key, value, kind in attributes_of(element, self.faults):
            column = (EVENT, key)
            self._put(column, value, kind, element)
        self.rows.end()
        if self.rows.count - self._of_trace > _LONGEST_TRACE:
            raise WorkbenchError(
                Message("A trace has more than {most} events", most=_LONGEST_TRACE),
                where=str(self._path),
                remedy=Message("Split the log into its cases: one trace a case"),
            )

    def _put(self, column: tuple[str, str], value: str, kind: str, element: Any) -> None:
        if self.rows.has(column):
            self.faults.add("repeated", element.sourceline, column[1])
            return
        self.kinds.setdefault(column, {}).setdefault(kind, element.sourceline)
        self.rows.put(column, value)

    def _trace(self, element: Any) -> None:
        if element.attrib:
            self.faults.add("stray", element.sourceline, next(iter(element.attrib)))
        first = self._of_trace
        self._of_trace = self.rows.count
        if first == self.rows.count:
            self.faults.add("empty_trace", element.sourceline)
            for _ in attributes_of(element, self.faults):
                pass
            return
        self.traces += 1
        self.rows.span((CASE, ""), str(self.traces), first)
        seen = set()
        for key, value, kind in attributes_of(element, self.faults):
            if key in seen:
                self.faults.add("repeated", element.sourceline, key)
                continue
            seen.add(key)
            self.kinds.setdefault((CASE, key), {}).setdefault(kind, element.sourceline)
            self.rows.span((CASE, key), value, first)
        if self.rows.full:
            self.rows.flush()
