"""What a source says about how its file is to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workbench.project import Source
from workbench.template import Template

__all__ = ["OBJECT_COLUMN", "Options"]

OBJECT_COLUMN = "ocel:type:"
"""How a column of an object-centric log begins that holds the objects of a type."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read; what is not said is found out.

    `skip` rows stand above the header, which takes `header_rows` rows of the sheet `sheet`; lines of `totals` at the
    end are no rows. Of several files the later ones' rows stand in the place of those with the same `replaces`.
    `object` is the type of an object-centric log's objects that are the cases; where it is not said, one that is called
    as one of `alike` is preferred. `table` is that of a database's file, read within `timeout` seconds. `time_of_day`
    names the columns that hold the time of day of columns of dates.
    """

    encoding: str | None = None
    delimiter: str | None = None
    skip: int = 0
    sheet: str | None = None
    header_rows: int = 1
    totals: Literal["drop", "keep"] = "drop"
    replaces: tuple[str, ...] = ()
    object: str | None = None
    table: str | None = None
    timeout: float = 600
    alike: tuple[str, ...] = ()
    time_of_day: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Source, template: Template) -> Options:
        """What a source of a project says; what its process calls a case stands in the template."""
        return cls(
            encoding=source.encoding,
            delimiter=source.delimiter,
            skip=source.skip,
            sheet=source.sheet,
            header_rows=source.header_rows,
            totals=source.totals,
            replaces=source.replaces,
            object=source.object,
            table=source.table,
            timeout=source.timeout,
            alike=_alike(template, getattr(source, "case", None)),
            time_of_day=source.time_of_day or {},
        )

    @classmethod
    def wanted(cls, template: Template, mapping: Mapping[str, str]) -> Options:
        """What is known before there is a project: the process, and the case where the user says it."""
        return cls(alike=_alike(template, mapping.get("case")))


def _alike(template: Template, case: str | None) -> tuple[str, ...]:
    """The types of objects that may be the cases: the one that the case column names, then the process's own."""
    if case is None or not case.startswith(OBJECT_COLUMN):
        return template.case.objects
    return (case.removeprefix(OBJECT_COLUMN), *template.case.objects)
