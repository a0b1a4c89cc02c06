"""A project's sources read into a raw log: opened, decided, typed, put together, and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from workbench.connect.accounting import accounting_notes
from workbench.connect.assemble import (
    case_columns,
    collect_attributes,
    last_update,
    make_cases,
    make_events,
    make_history,
)
from workbench.connect.clock import Clock
from workbench.connect.daylight import daylight_finding
from workbench.connect.fields import Field, Readings, clocked, read_columns, resolve_fields, stripped
from workbench.connect.logtables import LogTables
from workbench.connect.lookups import Lookup, build_lookup, unmatched
from workbench.connect.mainsource import (
    TypedSource,
    WideEvent,
    long_roles,
    type_cases,
    type_events,
    wide_events,
)
from workbench.connect.quality import check_log, unknown_labels, unmet_conditions
from workbench.connect.readability import undecided, unreadable
from workbench.connect.sidetables import Rates, read_rates, read_table, table_name
from workbench.connect.stage import Stage, told_plainly
from workbench.connect.tables import SourceColumn, SourceTable, open_file
from workbench.connect.zones import choose_zone
from workbench.errors import Finding, WorkbenchError, unknown_name
from workbench.log.raw import RawLog, SourceAccounting
from workbench.messages import Message
from workbench.places import in_source
from workbench.project import (
    CasesSource,
    EventsSource,
    LookupSource,
    Project,
    RatesSource,
    Source,
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
            path = project.path_of(source)
            tables[source.name] = open_file(
                stage, path, encoding=source.encoding, delimiter=source.delimiter, skip=source.skip
            )
        return read_tables(stage, project, template, tables, progress=watch)


def silent(what: str, share: float) -> None:
    """Progress that nobody watches."""


@dataclass(slots=True)
class _Reading:
    """A reading under way: what has been opened, decided and found so far.

    `columns` are the names of all columns of the main sources, those that nothing needs included.
    """

    stage: Stage
    project: Project
    template: Template
    tables: dict[str, SourceTable]
    fields: dict[str, tuple[Field, ...]] = field(default_factory=dict)
    readings: dict[str, Readings] = field(default_factory=dict)
    events: dict[str, tuple[WideEvent, ...]] = field(default_factory=dict)
    accounting: dict[str, SourceAccounting] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    columns: frozenset[str] = frozenset()

    def of(self, *kinds: type[Any]) -> list[Any]:
        return [source for source in self.project.sources if isinstance(source, kinds)]


def read_tables(
    stage: Stage,
    project: Project,
    template: Template,
    tables: Mapping[str, SourceTable],
    *,
    progress: Progress = silent,
) -> RawLog:
    """A raw log from sources that are open already; see `read_project`."""
    sources = tuple(_with_resource(source, template) for source in project.sources)
    run = _Reading(stage, project.model_copy(update={"sources": sources}), template, dict(tables))
    if not run.of(EventsSource, CasesSource):
        raise WorkbenchError(
            Message("The project has no source of events or cases"),
            where=str(project.folder / "project.toml"),
            remedy=Message('Add a source of kind "events" (one row per event) or "cases" (one row per case)'),
        )
    mains = run.of(EventsSource, CasesSource)
    run.columns = frozenset(column.name for main in mains for column in run.tables[main.name].columns)
    for source in run.project.sources:
        _check_names(source, template)
        _resolve(run, source)
    progress(Message("Proving dates and numbers"), 0.4)
    for source in run.project.sources:
        _decide(run, source)
    zone = _zone(run)
    _clocks(run, zone)
    progress(Message("Joining related files"), 0.6)
    lookups = _lookups(run, zone)
    progress(Message("Typing rows"), 0.65)
    typed = [_typed(run, source, lookups[source.name], zone) for source in run.of(EventsSource, CasesSource)]
    rates, side = _side(run, zone)
    progress(Message("Putting the log together"), 0.85)
    log = _assemble(run, typed, zone, rates, side)
    progress(Message("Read"), 1.0)
    return log


def _with_resource(source: Source, template: Template) -> Source:
    """The template's attribute for the acting person is the role `resource`, unless that is set itself."""
    role = template.case.resource
    if not isinstance(source, EventsSource) or source.resource or role not in source.attributes:
        return source
    others = {name: spec for name, spec in source.attributes.items() if name != role}
    return source.model_copy(update={"resource": source.attributes[role].column, "attributes": others})


def _check_names(source: Source, template: Template) -> None:
    """Activity ids that the template does not have are typing mistakes, unless it names none at all."""
    where = in_source(source.name)
    if isinstance(source, EventsSource | CasesSource):
        ids = source.activities.values() if isinstance(source, EventsSource) else source.events
        for name in ids:
            if template.activities and name not in template.activities:
                raise unknown_name("activity", name, template.activities, where=where)
    if not isinstance(source, EventsSource):
        return
    activity, time = template.case.activity, template.case.time
    for role, name, message in (
        (
            "activity",
            activity,
            Message("{name!r} is the activity of an event, not an attribute", name=activity),
        ),
        ("time", time, Message("{name!r} is the time of an event, not an attribute", name=time)),
    ):
        if name in source.attributes:
            line = f'{role} = "{source.attributes[name].column}"'
            raise WorkbenchError(
                message,
                where=where,
                remedy=Message("Write it as a key of the source: {line}", line=line),
            )


def _resolve(run: _Reading, source: Source) -> None:
    """The columns that a source needs, found and kept."""
    table = run.tables[source.name]
    cases = {main.case for main in run.of(EventsSource, CasesSource)}
    wide = isinstance(source, CasesSource) or (isinstance(source, LookupSource) and source.to in cases)
    fields = resolve_fields(source.attributes, run.template, table, source=source.name, wide=wide)
    needed = [item.column for item in fields]
    if isinstance(source, EventsSource):
        needed += [
            table.column(name, key=f"{source.name}.{role}") for role, name in long_roles(source).items()
        ]
    elif isinstance(source, CasesSource):
        needed.append(table.column(source.case, key=f"{source.name}.case"))
        needed += [
            table.column(name, key=f"{source.name}.events.{activity}")
            for activity, columns in source.events.items()
            for item in columns
            for name in (item.column, *item.when)
        ]
    elif isinstance(source, LookupSource):
        needed.append(table.column(source.key, key=f"{source.name}.key"))
    elif isinstance(source, RatesSource):
        needed += [
            table.column(name, key=f"{source.name}.{key}")
            for key, name in (("date", source.date), ("from", source.from_), ("rate", source.rate))
        ]
    if isinstance(source, EventsSource | CasesSource):
        names = [column.name for column in table.columns]
        needed += [table.column(lookup.to) for lookup in run.of(LookupSource) if lookup.to in names]
    needed += [table.column(name, key=f"{source.name}.formats") for name in source.formats]
    run.tables[source.name] = table.kept(run.stage, tuple(needed))
    run.fields[source.name] = fields


def _decide(run: _Reading, source: Source) -> None:
    """How the source's dates and numbers are read, and what that leaves open."""
    table, fields = run.tables[source.name], run.fields[source.name]
    times: list[SourceColumn] = []
    if isinstance(source, EventsSource):
        times = [table.column(source.time)]
    elif isinstance(source, CasesSource):
        run.events[source.name] = wide_events(source, table)
        times = [event.column for event in run.events[source.name]]
    elif isinstance(source, RatesSource):
        times = [table.column(source.date)]
        fields = (*fields, Field("rate", "num", "event", table.column(source.rate)))
    readings = read_columns(run.stage, table, fields, times=times, formats=source.formats, source=source.name)
    run.readings[source.name] = readings
    run.findings += table.findings
    run.findings += undecided(readings, table, source.name, times=times)
    run.findings += unreadable(run.stage, table, fields, times, readings, "UTC")


def _zone(run: _Reading) -> str:
    """The project's zone, else one that gives every offset that the times of all sources carry."""
    if run.project.time_zone:
        return run.project.time_zone
    instants = []
    for source in run.project.sources:
        table, readings = run.tables[source.name], run.readings[source.name]
        for column in table.columns:
            reading = readings.times.get(column.name)
            if reading is not None and reading.offsets:
                utc, offset = reading.utc(column.sql, "UTC"), reading.offset(column.sql)
                instants.append(f"SELECT {utc} AS utc, {offset} AS off FROM {table.relation}")
    zone, finding = choose_zone(run.stage, instants)
    if finding is not None:
        run.findings.append(finding)
    return zone


def _clocks(run: _Reading, zone: str) -> None:
    """Large sources have their times read once a statement and moved to UTC by a table of the zone's offsets."""
    large = [name for name, table in run.tables.items() if table.large]
    clock = Clock.of(run.stage, zone) if large else None
    for name in large:
        assert clock is not None
        run.tables[name], run.readings[name] = clocked(run.tables[name], run.readings[name], clock)


def _lookups(run: _Reading, zone: str) -> dict[str, list[tuple[Lookup, SourceColumn]]]:
    """For each main source the lookups that join to it, and its column that they join by."""
    joined: dict[str, list[tuple[Lookup, SourceColumn]]] = {source.name: [] for source in run.project.sources}
    mains = run.of(EventsSource, CasesSource)
    for number, spec in enumerate(run.of(LookupSource)):
        table = run.tables[spec.name]
        holders = [
            main for main in mains if spec.to in {column.name for column in run.tables[main.name].columns}
        ]
        if not holders:
            raise unknown_name("column", spec.to, run.columns, where=in_source(spec.name, "to"))
        lookup, used, findings = build_lookup(
            run.stage, spec, table, run.fields[spec.name], run.readings[spec.name], zone, number=number
        )
        rows = int(run.stage.row(f"SELECT count(*) FROM {table.relation}")[0])
        dropped = {"no_or_repeated_key": rows - used} if rows > used else {}
        run.accounting[spec.name] = SourceAccounting(spec.name, spec.kind, rows, used, dropped)
        run.findings += findings
        for main in holders:
            column = run.tables[main.name].column(spec.to)
            joined[main.name].append((lookup, column))
            missing = unmatched(run.stage, lookup, column, run.tables[main.name])
            run.findings += [missing] if missing else []
    return joined


def _typed(
    run: _Reading,
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
        keep = run.project.privacy.resources == "keep"
        typed = type_events(run.stage, source, table, fields, lookups, readings, zone, keep_resources=keep)
        label = stripped(table.column(source.activity))
        if source.activities:
            labels = [str(one) for (one,) in run.stage.rows(f"SELECT DISTINCT {label} FROM {table.relation}")]
            unseen = unknown_labels(typed, source.activities, labels)
            run.findings += [unseen] if unseen else []
        times = [table.column(source.time)]
        between = run.stage.row(f"SELECT min(_time), max(_time) FROM {typed.typed}")
    run.findings += daylight_finding(run.stage, table, times, readings, zone, between=between)
    run.accounting[source.name] = typed.accounting
    return typed


def _side(run: _Reading, zone: str) -> tuple[Rates, dict[str, str]]:
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
    run: _Reading, typed: Sequence[TypedSource], zone: str, rates: Rates, side: Mapping[str, str]
) -> RawLog:
    stage = run.stage
    attributes = collect_attributes(typed)
    large = any(run.tables[source.name].large for source in typed)
    events = make_events(stage, typed, attributes, large=large)
    wide_cases = make_cases(stage, typed, attributes, large=large)
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
    )
    accounting = tuple(run.accounting[source.name] for source in run.project.sources)
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
    )
