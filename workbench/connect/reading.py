"""A reading under way: which columns each source needs, how their dates and numbers are written, what joins to what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workbench.connect.clock import Clock
from workbench.connect.fields import Field, Readings, clocked, read_columns, resolve_fields
from workbench.connect.labelled import activity_ids, also_columns, label_columns
from workbench.connect.lookups import Lookup, build_lookup, unmatched
from workbench.connect.mainsource import WideEvent, long_roles, wide_events
from workbench.connect.readability import undecided, unreadable
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.connect.timeofday import clocked_formats, unused_clocks
from workbench.connect.units import several_currencies
from workbench.connect.zones import choose_zone
from workbench.errors import Finding, WorkbenchError, unknown_name
from workbench.log.raw import SourceAccounting
from workbench.messages import Message
from workbench.places import in_source
from workbench.project import (
    CasesSource,
    EventsSource,
    LookupSource,
    Project,
    RatesSource,
    Source,
)
from workbench.template import Template

__all__ = [
    "Reading",
    "check_names",
    "decide",
    "join_lookups",
    "resolve",
    "set_clocks",
    "with_resource",
    "zone_of",
]


@dataclass(slots=True)
class Reading:
    """A reading under way: what has been opened, decided and found so far.

    `columns` are the names of all columns of the main sources, those that nothing needs included; `privacy` says by
    source and column what was done to its values.
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
    privacy: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, *kinds: type[Any]) -> list[Any]:
        return [source for source in self.project.sources if isinstance(source, kinds)]


def with_resource(source: Source, template: Template) -> Source:
    """The template's attribute for the acting person is the role `resource`, unless that is set itself."""
    role = template.case.resource
    if not isinstance(source, EventsSource) or source.resource or role not in source.attributes:
        return source
    others = {name: spec for name, spec in source.attributes.items() if name != role}
    return source.model_copy(update={"resource": source.attributes[role].column, "attributes": others})


def check_names(source: Source, template: Template) -> None:
    """Activity ids that the template does not have are typing mistakes, unless it names none at all."""
    where = in_source(source.name)
    if isinstance(source, EventsSource | CasesSource):
        for name in activity_ids(source):
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


def resolve(run: Reading, source: Source) -> None:
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
        needed += label_columns(source, table)
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
    if source.time_of_day is None and isinstance(source, EventsSource | CasesSource):
        dates = [item.column for item in fields if item.type in ("date", "ts")]
        dates += _event_columns(source, table)
        run.findings += unused_clocks(
            run.stage, table, source.name, list(dict.fromkeys(column.name for column in dates))
        )
    run.tables[source.name] = table.kept(run.stage, tuple(needed))
    run.fields[source.name] = fields


def _event_columns(source: EventsSource | CasesSource, table: SourceTable) -> list[SourceColumn]:
    """The columns that give the times of events."""
    if isinstance(source, EventsSource):
        return [table.column(source.time), *also_columns(source, table)]
    return [event.column for event in wide_events(source, table)]


def decide(run: Reading, source: Source) -> None:
    """How the source's dates and numbers are read, and what that leaves open."""
    table, fields = run.tables[source.name], run.fields[source.name]
    times: list[SourceColumn] = []
    if isinstance(source, EventsSource):
        times = [table.column(source.time), *also_columns(source, table)]
    elif isinstance(source, CasesSource):
        run.events[source.name] = wide_events(source, table)
        times = [event.column for event in run.events[source.name]]
    elif isinstance(source, RatesSource):
        times = [table.column(source.date)]
        fields = (*fields, Field("rate", "num", "event", table.column(source.rate)))
    formats = clocked_formats(source.formats, source.time_of_day or {})
    readings = read_columns(run.stage, table, fields, times=times, formats=formats, source=source.name)
    run.readings[source.name] = readings
    run.findings += table.findings
    run.findings += undecided(readings, table, source.name, times=times)
    run.findings += unreadable(run.stage, table, fields, times, readings, "UTC")
    currency = run.template.case.currency
    if not any(item.name == currency for found in run.fields.values() for item in found):
        run.findings += several_currencies(run.stage, table, fields, readings)


def zone_of(run: Reading) -> str:
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


def set_clocks(run: Reading, zone: str) -> None:
    """Large sources have their times read once a statement and moved to UTC by a table of the zone's offsets."""
    large = [name for name, table in run.tables.items() if table.large]
    clock = Clock.of(run.stage, zone) if large else None
    for name in large:
        assert clock is not None
        run.tables[name], run.readings[name] = clocked(run.tables[name], run.readings[name], clock)


def join_lookups(run: Reading, zone: str) -> dict[str, list[tuple[Lookup, SourceColumn]]]:
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
