"""A whole mapping proposed from names, values and keys: what the user need not write.

Long or wide is told by the case column: one row per case, or many. Further files join to the main one by a
shared column that is unique in them. What is not sure is never applied: it is handed on as a question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import ibis

from workbench.connect.clocked import with_clocks
from workbench.connect.draft import Draft, attributes_of, find_role, is_plain_date
from workbench.connect.fields import Readings, stripped
from workbench.connect.given import Given, parse_given
from workbench.connect.keeping import keep_others
from workbench.connect.knowntables import holds_table
from workbench.connect.labels import ask_for_second_events, map_labels
from workbench.connect.names import attribute_index
from workbench.connect.profile import profile
from workbench.connect.proposal import ROLES, Choice, Proposal, SourceProposal
from workbench.connect.proven import prove_formats
from workbench.connect.readers import Options, open_place, parted
from workbench.connect.related import relate
from workbench.connect.shapes import Kind, ask_for_start, main_tables
from workbench.connect.stage import Stage, told_plainly
from workbench.connect.tables import SourceTable
from workbench.connect.zones import choose_zone
from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.template import Template

__all__ = ["propose", "propose_tables"]


def propose(
    sources: Sequence[str | Path],
    template: Template,
    *,
    case: str | None = None,
    activity: str | None = None,
    time: str | None = None,
    mapping: Mapping[str, str] | None = None,
    backend: Any = None,
) -> Proposal:
    """What the columns of some files mean in a process.

    `case`, `activity`, `time` and `mapping` (NAME = COLUMN, where NAME is a role, an attribute, or the
    activity that a date column records) are taken as said; the rest is proposed. Raises WorkbenchError when a
    file is unreadable, or when nothing in them can be the case or the time.
    """
    stage = Stage(backend if backend is not None else ibis.duckdb.connect())
    tables: dict[str, SourceTable] = {}
    paths: dict[str, str] = {}
    said = {"case": case, "activity": activity, "time": time}
    everything = {role: column for role, column in said.items() if column} | dict(mapping or {})
    options = Options.wanted(template, everything)
    with told_plainly(", ".join(str(source) for source in sources)):
        for source in sources:
            place, table = parted(source)
            name = _source_name(Path(table or place.partition("?")[0]), tables)
            tables[name], paths[name] = open_place(stage, place, options, table=table)
        return propose_tables(stage, tables, template, mapping=everything, paths=paths)


def _source_name(path: Path, taken: Mapping[str, Any]) -> str:
    base = "".join(letter if letter.isalnum() else "_" for letter in path.stem.lower()).strip("_") or "source"
    return _free_name(base, taken)


def _free_name(base: str, taken: Collection[str]) -> str:
    name, count = base, 1
    while name in taken:
        count += 1
        name = f"{base}_{count}"
    return name


def propose_tables(
    stage: Stage,
    tables: Mapping[str, SourceTable],
    template: Template,
    *,
    mapping: Mapping[str, str],
    paths: Mapping[str, str],
) -> Proposal:
    """What the columns of opened sources mean; see `propose`."""
    if not tables:
        raise WorkbenchError(
            Message("There is no source to propose a mapping for"),
            remedy=Message("Name a file: --source FILE"),
        )
    drafts = {}
    for name, table in tables.items():
        rows = int(stage.row(f"SELECT count(*) FROM {table.relation}")[0])
        drafts[name] = with_clocks(stage, Draft(name, table, profile(stage, table), rows), mapping)
        asked = [one for one in table.findings if one.severity == "block"]
        drafts[name].gaps += [f"{one.message}. {one.remedy}" for one in asked]
    given = _given(stage, drafts, template, mapping)
    kinds = main_tables(stage, drafts, template, given)
    told: set[str] = set()
    for name, kind in kinds.items():
        own = [one for one in given if one.table == name]
        _fill(stage, drafts[name], kind, template, own, told=told)
        told |= {one.name for one in drafts[name].choices if one.what == "attribute" and one.applied}
    ask_for_start(stage, [drafts[name] for name in kinds], template)
    twins = _twins(stage, drafts, kinds, template)
    drafts |= {name: _anew(drafts[main], name) for name, main in twins.items()}
    related = relate(stage, drafts, kinds, template, given)
    for number, (name, kind) in enumerate(kinds.items()):
        if name in twins.values():
            continue
        # Rows of a further table are no cases of their own: what changes among them belongs to the event.
        keep_others(stage, drafts[name], "events" if number else kind, template)
    order = [*kinds, *(name for name in related if name not in kinds)]
    sources, instants, findings = [], [], []
    for name in order:
        same = related[name].same if name in related else {}
        formats, readings = prove_formats(stage, drafts[name], template)
        instants += _instants(drafts[name], readings)
        findings += [] if name in twins else list(drafts[name].table.findings)
        what: AnyKind = related[name].kind if name in related else kinds[name]
        sources.append(_source(drafts[name], what, paths[twins.get(name, name)], formats, same))
    zone, finding = choose_zone(stage, instants)
    reason = Message("times carry no offset") if finding is None else finding.message
    return Proposal(template.process, tuple(sources), zone, reason, tuple(findings))


def _twins(
    stage: Stage, drafts: Mapping[str, Draft], kinds: Mapping[str, Kind], template: Template
) -> dict[str, str]:
    """Further main files that are a table of the process as well, by a name for that: leads, and when they came.

    A lead tells an event of its opportunity, and one without an opportunity is a lead all the same.
    """
    twins: dict[str, str] = {}
    for name, kind in list(kinds.items())[1:]:
        if kind == "cases" and holds_table(stage, drafts[name], template):
            twins[_free_name(f"{name}_table", {*drafts, *twins})] = name
    return twins


def _anew(draft: Draft, name: str) -> Draft:
    """The same file, nothing chosen yet."""
    clocks = [one for one in draft.choices if one.what == "clock"]
    return Draft(name, draft.table, draft.columns, draft.rows, clocks)


def _given(
    stage: Stage, drafts: Mapping[str, Draft], template: Template, mapping: Mapping[str, str]
) -> list[Given]:
    """The user's mapping. Labels are looked at only where a name could mean one."""
    labels: dict[str, list[str]] = {}
    if any(name in template.activities for name in mapping):
        for name, draft in drafts.items():
            column = mapping.get("activity")
            choice = find_role("activity", draft, template)
            label = column if column in draft.columns else (choice.column if choice else None)
            if label is not None:
                value = stripped(draft.columns[label].column)
                rows = stage.rows(f"SELECT DISTINCT {value} FROM {draft.table.relation} LIMIT 1000")
                labels[name] = [str(one) for (one,) in rows if one is not None]
    return parse_given(mapping, template, {name: draft.table for name, draft in drafts.items()}, labels)


AnyKind = Literal["events", "cases", "lookup", "rates", "requests", "leads", "table"]


def _fill(
    stage: Stage,
    draft: Draft,
    kind: Kind,
    template: Template,
    given: Sequence[Given],
    *,
    told: Collection[str],
) -> None:
    """The other roles, the attributes and the events of a main table.

    `told` are attributes that an earlier main table fills: what they say of a case is not said again.
    """
    roles = [role for role in ROLES if role not in ("case", "activity", "time")] if kind == "events" else []
    for role in roles:
        if draft.role(role) is None:
            draft.add(find_role(role, draft, template))
    for one in given:
        if one.what == "attribute":
            own = one.name not in template.attributes
            extra: dict[str, Any] = {"type": _own_type(draft, one.column), "level": "case"} if own else {}
            draft.add(
                Choice(one.what, one.name, one.column, 1.0, Message("you said so"), when=one.when, **extra)
            )
    if kind == "cases":
        order = list(template.activities)
        draft.choices.sort(key=lambda one: order.index(one.name) if one.what == "event" else -1)
    filled = {one.name for one in draft.choices if one.what == "attribute"}
    skipped = {template.case.id, template.case.activity, template.case.time}
    skipped |= {template.case.resource} if kind == "events" else set()
    names = [
        name
        for name, attribute in template.attributes.items()
        if name not in filled | skipped
        and attribute.table is None
        and not (name in told and attribute.level == "case")
    ]
    # A date column may fill an attribute and record an event, a stage may be one and be the activity; every
    # other column has one meaning.
    events = [one for one in draft.choices if one.what == "event"]
    twice = [one for one in draft.choices if one.what == "role" and one.name == "activity"]
    draft.choices = [one for one in draft.choices if one not in events and one not in twice]
    found = [one for one in attributes_of(draft, template, names) if _means(one, events, twice, template)]
    found += _plain_dates(events, found, names, template)
    draft.choices += [*twice, *found, *events]
    _ask_for_amounts(draft, template, told)
    if kind == "events":
        map_labels(stage, draft, template, given)
        ask_for_second_events(draft, template)


def _ask_for_amounts(draft: Draft, template: Template, told: Collection[str]) -> None:
    """An "Amount" beside payments is not the invoice's, which another file has; whose it is, the user knows."""
    money = [
        name for name in told if name in template.attributes and template.attributes[name].type == "money"
    ]
    index = attribute_index(template, sorted(money))
    for name in draft.columns:
        found = index.exact(name) if name not in draft.used() else []
        if found:
            draft.gaps.append(
                f"{name!r} is not {found[0].id!r}, which an earlier source fills: name its attribute"
            )


def _means(one: Choice, events: Sequence[Choice], twice: Sequence[Choice], template: Template) -> bool:
    """Whether a column may fill an attribute beside what it is already."""
    if one.column in {role.column for role in twice}:
        return one.applied
    if template.attributes[one.name].type not in ("date", "ts"):
        return True
    # Of an event under a condition, the date says something else where the condition does not hold.
    conditional = any(event.when for event in events if event.column == one.column)
    return not (conditional and template.attributes[one.name].level == "event")


def _plain_dates(
    events: Sequence[Choice], found: Sequence[Choice], names: Collection[str], template: Template
) -> list[Choice]:
    """A column called "Date" that records an event also is the date that other names of that column mean."""
    filled, chosen = {one.name for one in found}, []
    for event in events:
        if event.name not in template.activities or not is_plain_date(event.column, template):
            continue
        dates = [name for name in names if template.attributes[name].type in ("date", "ts")]
        index = attribute_index(template, [name for name in dates if name not in filled])
        meant = Counter(
            match.id for column in template.activities[event.name].columns for match in index.exact(column)
        )
        for name, _ in meant.most_common(1):
            reason = Message("it is the date of {event!r}", event=event.name)
            chosen.append(Choice("attribute", name, event.column, 0.95, reason))
    return chosen


def _own_type(draft: Draft, column: str) -> str:
    profile = draft.columns[column]
    date = "ts" if profile.timed else "date"
    return {"date": date, "number": "num", "bool": "bool"}.get(profile.kind, "cat")


def _instants(draft: Draft, readings: Readings) -> list[str]:
    """SELECTs of the instants and offsets of columns whose times carry some."""
    found = []
    for name, reading in readings.times.items():
        if reading.offsets:
            sql = draft.columns[name].column.sql
            instant = f"{reading.utc(sql, 'UTC')} AS utc, {reading.offset(sql)} AS off"
            found.append(f"SELECT {instant} FROM {draft.table.relation}")
    return found


def _source(
    draft: Draft,
    kind: AnyKind,
    path: str,
    formats: Mapping[str, str | list[str]],
    same: Mapping[str, str],
) -> SourceProposal:
    return SourceProposal(
        name=draft.name,
        path=path,
        kind=kind,
        rows=draft.rows,
        choices=tuple(draft.choices),
        formats=formats,
        gaps=tuple(draft.gaps),
        same=same,
        settings=draft.table.settings,
    )
