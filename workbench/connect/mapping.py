"""Which column means what: the project's mapping as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from workbench.project import CasesSource, EventsSource, LookupSource, Project, RatesSource, Source
from workbench.template import Template

__all__ = ["mapping_frame"]

_COLUMNS = ["source", "file", "column", "part", "name", "type", "format"]


def mapping_frame(project: Project, template: Template) -> pd.DataFrame:
    """One row per mapped column: where it stands and what it becomes in the log.

    Columns source, file, column; part: "attribute" (of case or event), "event" (a date column that becomes an
    activity), "value" (a text of the activity column that means an activity), "key" (what joins tables); name: the
    attribute or activity; type of attributes; format of dates where the project declares one. In the file's order.
    """
    rows = [
        {"source": source.name, "file": source.path, "format": None, **line}
        for source in project.sources
        for line in _lines(source, template)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _lines(source: Source, template: Template) -> Iterator[dict[str, Any]]:
    formats = source.formats

    def line(part: str, name: str, column: str, kind: str | None = None) -> dict[str, Any]:
        said = " | ".join(formats[column]) if column in formats else None
        return {"part": part, "name": name, "column": column, "type": kind, "format": said}

    for name, column in _keys(source, template).items():
        yield line("key" if isinstance(source, LookupSource) else "attribute", name, column)
    for name, given in source.attributes.items():
        declared = template.attributes.get(name)
        yield line("attribute", name, given.column, given.type or (declared.type if declared else None))
    if isinstance(source, CasesSource):
        for activity, columns in source.events.items():
            for found in columns:
                yield line("event", activity, found.column, "ts")
    if isinstance(source, EventsSource):
        for value, labels in source.activities.items():
            for label in labels:
                yield line("value", label.activity, value)
        for activity, also in source.also.items():
            yield line("event", activity, also.column or source.time, "ts")


def _keys(source: Source, template: Template) -> Mapping[str, str]:
    """The columns that place a row in the log, by the attribute that the template calls them."""
    roles = template.case
    if isinstance(source, EventsSource):
        found = {roles.id: source.case, roles.activity: source.activity, roles.time: source.time}
        return found | ({roles.resource: source.resource} if source.resource else {})
    if isinstance(source, CasesSource):
        return {roles.id: source.case}
    if isinstance(source, LookupSource):
        return {source.to: source.key}
    if isinstance(source, RatesSource):
        return {"date": source.date, "from": source.from_, "rate": source.rate}
    return {}
