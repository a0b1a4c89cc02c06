"""Columns whose values are shown nowhere, not even to who says what they mean: what a project keeps from its log."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.connect.freetext import prose_lengths
from workbench.connect.privacy import treatments
from workbench.connect.reading import Reading, with_resource
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import WorkbenchError
from workbench.project import CasesSource, EventsSource, LookupSource, Project, RatesSource, Source
from workbench.template import Template

__all__ = ["hidden_columns"]


def hidden_columns(
    stage: Stage, project: Project, template: Template, tables: Mapping[str, SourceTable]
) -> dict[str, frozenset[str]]:
    """For each source the columns that are dropped, pseudonymised or told less finely, free text among them.

    Where it cannot be told which columns `[privacy]` means, since it names one that is not there, all are hidden.
    """
    sources = tuple(with_resource(source, template) for source in project.sources)
    run = Reading(stage, project.model_copy(update={"sources": sources}), template, dict(tables))
    try:
        treated = treatments(run)
    except WorkbenchError:
        return {name: frozenset(column.name for column in table.columns) for name, table in tables.items()}
    found = {}
    for source in sources:
        table = tables[source.name]
        own = {column for (name, column), how in treated.items() if name == source.name and how.how != "keep"}
        own |= _who(source, project) | _prose(stage, source, project, table)
        folded = {name.casefold() for name in own}
        found[source.name] = frozenset(
            {column.name for column in table.columns if column.name.casefold() in folded} | own
        )
    return found


def _who(source: Source, project: Project) -> set[str]:
    """The column of who acted, where the project has it not kept."""
    if project.privacy.resources == "keep" or not isinstance(source, EventsSource) or not source.resource:
        return set()
    return {source.resource}


def _prose(stage: Stage, source: Source, project: Project, table: SourceTable) -> set[str]:
    """Free text that the project does not keep by name; what plays a role is kept whatever it looks like."""
    kept = {name.casefold() for name in project.privacy.columns} | {
        name.casefold() for name in _roles(source)
    }
    named = {
        spec.column.casefold() for name, spec in source.attributes.items() if name.casefold() in kept
    } | kept
    asked = [column for column in table.columns if column.is_text and column.name.casefold() not in named]
    return set(prose_lengths(stage, table, asked))


def _roles(source: Source) -> set[str]:
    names: list[str | None] = []
    if isinstance(source, EventsSource):
        names = [source.case, source.activity, source.time, source.order, source.lifecycle, source.resource]
    elif isinstance(source, CasesSource):
        dates = [item.column for columns in source.events.values() for item in columns]
        names = [source.case, *dates]
    elif isinstance(source, LookupSource):
        names = [source.key]
    elif isinstance(source, RatesSource):
        names = [source.date, source.from_, source.rate]
    return {name for name in names if name}
