"""A project's sources read into a raw log: opened, decided, typed, put together, and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import ibis

from workbench.connect.accounting import accounting_notes, with_dropped
from workbench.connect.asof import dated_tables, join_as_of
from workbench.connect.assemble import (
    case_columns,
    collect_attributes,
    last_update,
    make_cases,
    make_events,
    make_history,
)
from workbench.connect.checks import check_log
from workbench.connect.checks.mapped import unknown_labels, unmet_conditions
from workbench.connect.daylight import daylight_finding
from workbench.connect.fields import stripped
from workbench.connect.freetext import drop_free_text
from workbench.connect.labelled import also_columns, own_names, with_labels
from workbench.connect.logtables import Join, LogTables, Side
from workbench.connect.lookups import Lookup
from workbench.connect.mainsource import (
    TypedSource,
    type_cases,
    type_events,
)
from workbench.connect.privacy import protect
from workbench.connect.readers import open_source
from workbench.connect.reading import (
    Reading,
    check_names,
    decide,
    join_lookups,
    resolve,
    set_clocks,
    with_resource,
    zone_of,
)
from workbench.connect.sidetables import Rates, read_rates, read_table, table_name
from workbench.connect.stage import Stage, told_plainly
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.errors import WorkbenchError
from workbench.log.raw import RawLog
from workbench.messages import Message
from workbench.places import in_source
from workbench.project import (
    CasesSource,
    EventsSource,
    Project,
    RatesSource,
    TableSource,
)
from workbench.template import Template

__all__ = ["Progress", "read_project", "read_tables", "silent"]

Progress = Callable[[str, float], None]


def read_project(
    project: Project,
    template: Template,
    *,
    backend: Any = None,
    scratch: Path | None = None,
    progress: Progress | None = None,
) -> RawLog:
    """All sources of a project as one raw log, with an account of every row and findings on what was met.

    `backend` is an ibis DuckDB backend that keeps the tables (default: one in memory); `scratch` a folder for
    what does not fit in memory, which the caller removes (default: a temporary one that goes with the
    backend). Raises WorkbenchError when a source is unreadable or the project names what is not there. What
    only its owner can decide does not raise: it is left empty, and a finding of severity `block` asks.
    """
    stage = Stage(backend if backend is not None else ibis.duckdb.connect(), scratch=scratch)
    watch = progress or silent
    tables: dict[str, SourceTable] = {}
    with told_plainly(str(project.folder)):
        for number, source in enumerate(project.sources):
            watch(
                Message("Opening {source}", source=source.name), 0.4 * number / max(len(project.sources), 1)
            )
            tables[source.name] = open_source(stage, project, source, template)
        log = read_tables(stage, project, template, tables, free_text="drop", progress=watch)
    return replace(log, fetched={name: table.digest for name, table in tables.items() if table.digest})


def silent(what: str, share: float) -> None:
    """Progress that nobody watches."""


def read_tables(
    stage: Stage,
    project: Project,
    template: Template,
    tables: Mapping[str, SourceTable],
    *,
    free_text: Literal["keep", "drop"] = "keep",
    progress: Progress = silent,
) -> RawLog:
    """A raw log from sources that are open already; see `read_project`."""
    sources = tuple(with_resource(source, template) for source in project.sources)
    run = Reading(stage, project.model_copy(update={"sources": sources}), template, dict(tables))
    if not run.of(EventsSource, CasesSource):
        raise WorkbenchError(
            Message("The project has no source of events or cases"),
            where=str(project.folder / "project.toml"),
            remedy=Message('Add a source of kind "events" (one row per event) or "cases" (one row per case)'),
        )
    mains = run.of(EventsSource, CasesSource)
    run.columns = frozenset(column.name for main in mains for column in run.tables[main.name].columns)
    for source in run.project.sources:
        check_names(source, template)
    protect(run)
    for source in run.project.sources:
        resolve(run, source)
    if free_text == "drop":
        drop_free_text(run)
    progress(Message("Proving dates and numbers"), 0.4)
    for source in run.project.sources:
        decide(run, source)
    zone = zone_of(run)
    set_clocks(run, zone)
    progress(Message("Joining related files"), 0.6)
    lookups = join_lookups(run, zone)
    progress(Message("Typing rows"), 0.65)
    typed = [_typed(run, source, lookups[source.name], zone) for source in run.of(EventsSource, CasesSource)]
    rates, side = _side(run, zone)
    progress(Message("Putting the log together"), 0.85)
    log = _assemble(run, typed, lookups, zone, rates, side)
    progress(Message("Read"), 1.0)
    return log


def _typed(
    run: Reading,
    source: EventsSource | CasesSource,
    lookups: Sequence[tuple[Lookup, SourceColumn]],
    zone: str,
) -> TypedSource:
    table, fields, readings = run.tables[source.name], run.fields[source.name], run.readings[source.name]
    between = None
    if isinstance(source, CasesSource):
        events = run.events[source.name]
        typed = type_cases(run.stage, source, table, fields, lookups, events, readings, zone)
        run.findings += unmet_conditions(run.stage, source, table)
        times = [event.column for event in events]
    else:
        keep = run.project.privacy.resources != "drop"
        fields = with_labels(fields, source, table, run.template)
        typed = type_events(run.stage, source, table, fields, lookups, readings, zone, keep_resources=keep)
        label = stripped(table.column(source.activity))
        if source.activities:
            labels = [str(one) for (one,) in run.stage.rows(f"SELECT DISTINCT {label} FROM {table.relation}")]
            unseen = unknown_labels(typed, source.activities, labels)
            run.findings += [unseen] if unseen else []
        times = [table.column(source.time), *also_columns(source, table)]
        between = run.stage.row(f"SELECT min(_time), max(_time) FROM {typed.typed}")
    run.findings += daylight_finding(run.stage, table, times, readings, zone, between=between)
    run.accounting[source.name] = typed.accounting
    return typed


def _side(run: Reading, zone: str) -> tuple[Rates, dict[str, str]]:
    """The rates of all rate sources, and the tables beside the log by name."""
    rates: list[tuple[date, str, Any]] = []
    for spec in run.of(RatesSource):
        found, accounting, findings = read_rates(
            run.stage, spec, run.tables[spec.name], run.readings[spec.name], zone
        )
        rates += found
        run.accounting[spec.name] = accounting
        run.findings += findings
    side: dict[str, str] = {}
    for spec in run.of(TableSource):
        name = table_name(spec)
        if name in side:
            raise WorkbenchError(
                Message("Two sources fill the table {name!r}", name=name),
                where=in_source(spec.name),
                remedy=Message("Put the two files together, or make one of them a table of its own name"),
            )
        side[name], run.accounting[spec.name] = read_table(
            run.stage,
            spec,
            run.tables[spec.name],
            run.fields[spec.name],
            run.readings[spec.name],
            run.template,
            zone,
        )
    return tuple(sorted(rates, key=lambda one: (one[1], one[0]))), side


def _assemble(
    run: Reading,
    typed: Sequence[TypedSource],
    lookups: Mapping[str, Sequence[tuple[Lookup, SourceColumn]]],
    zone: str,
    rates: Rates,
    side: Mapping[str, str],
) -> RawLog:
    stage = run.stage
    attributes = collect_attributes(typed)
    large = any(run.tables[source.name].large for source in typed)
    events = make_events(stage, typed, attributes, large=large)
    wide_cases = make_cases(stage, typed, attributes, large=large)
    beside = tuple(
        Side(spec.name, table_name(spec), side[table_name(spec)], run.fields[spec.name])
        for spec in run.of(TableSource)
    )
    for dated in dated_tables(beside, attributes, run.template):
        wide_cases, attributes, found = join_as_of(
            stage, wide_cases, events, attributes, dated, zone, large=large
        )
        run.findings += found
    updated = last_update(stage, typed, run.template.case.extracted, zone)
    tables = LogTables(
        events,
        wide_cases,
        attributes,
        tuple(typed),
        run.project,
        run.template,
        updated,
        today=datetime.now(UTC).astimezone(ZoneInfo(zone)).date(),
        zone=zone,
        tables=run.tables,
        readings=run.readings,
        joins=tuple(
            Join(lookup, column, run.tables[main])
            for main, found in lookups.items()
            for lookup, column in found
        ),
        side=beside,
        large=large,
    )
    accounting = tuple(
        replace(
            with_dropped(run.accounting[source.name], run.tables[source.name].dropped),
            privacy=run.privacy.get(source.name, {}),
        )
        for source in run.project.sources
    )
    findings = (*accounting_notes(accounting), *run.findings, *check_log(stage, tables))
    chosen = case_columns(wide_cases, attributes)
    cases = stage.view("cases", chosen) if large else stage.keep("cases", chosen, large=False)
    history = make_history(stage, typed, attributes, wide_cases, large=large)
    # A large log's tables are read from what they were put together from, where it lies.
    typed_tables = {wide_cases, *(source.typed for source in typed)} if large else set()
    kept = {events, cases, *side.values(), *typed_tables}
    stage.drop_all_but(kept | ({history} if history else set()))
    return RawLog(
        backend=stage.backend,
        events=stage.backend.table(events),
        cases=stage.backend.table(cases),
        attributes=attributes,
        accounting=accounting,
        findings=findings,
        rates=rates,
        zone=zone,
        last_update=updated,
        side={name: stage.backend.table(table) for name, table in side.items()},
        history=None if history is None else stage.backend.table(history),
        named=own_names(run.project.sources),
    )
