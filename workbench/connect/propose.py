"""A whole mapping proposed from names, values and keys: what the user need not write.

Long or wide is told by the case column: one row per case, or many. Further files join to the main one by a
shared column that is unique in them. What is not sure is never applied: it is handed on as a question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import ibis

from workbench.connect.draft import Draft, attributes_of, events_of, find_role, is_sure
from workbench.connect.fields import Readings, stripped
from workbench.connect.given import Given, parse_given
from workbench.connect.keeping import keep_others
from workbench.connect.labels import map_labels
from workbench.connect.profile import profile
from workbench.connect.proposal import ROLES, Choice, Proposal, SourceProposal
from workbench.connect.proven import prove_formats
from workbench.connect.related import relate
from workbench.connect.stage import Stage, told_plainly
from workbench.connect.tables import SourceTable, open_file
from workbench.connect.zones import choose_zone
from workbench.errors import WorkbenchError
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
    with told_plainly(", ".join(str(source) for source in sources)):
        for source in sources:
            path = Path(source)
            name = _source_name(path, tables)
            tables[name], paths[name] = open_file(stage, path), str(path.resolve())
        return propose_tables(stage, tables, template, mapping=everything, paths=paths)


def _source_name(path: Path, taken: Mapping[str, Any]) -> str:
    base = "".join(letter if letter.isalnum() else "_" for letter in path.stem.lower()).strip("_") or "source"
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
            "There is no source to propose a mapping for", remedy="Name a file: --source FILE"
        )
    drafts = {}
    for name, table in tables.items():
        rows = int(stage.row(f"SELECT count(*) FROM {table.relation}")[0])
        drafts[name] = Draft(name, table, profile(stage, table), rows)
    given = _given(stage, drafts, template, mapping)
    kinds = _mains(stage, drafts, template, given)
    for name, kind in kinds.items():
        _fill(stage, drafts[name], kind, template, [one for one in given if one.table == name])
    related = relate(stage, drafts, kinds, template, given)
    for name, kind in kinds.items():
        keep_others(stage, drafts[name], kind, template)
    order = [*kinds, *(name for name in related if name not in kinds)]
    sources, instants, findings = [], [], []
    for name in order:
        same = related[name].same if name in related else {}
        formats, readings = prove_formats(stage, drafts[name], template)
        instants += _instants(drafts[name], readings)
        findings += list(drafts[name].table.findings)
        told: AnyKind = related[name].kind if name in related else kinds[name]
        sources.append(_source(drafts[name], told, paths[name], formats, same))
    zone, finding = choose_zone(stage, instants)
    reason = "times carry no offset" if finding is None else finding.message
    return Proposal(template.process, tuple(sources), zone, reason, tuple(findings))


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


Kind = Literal["events", "cases"]
AnyKind = Literal["events", "cases", "lookup", "rates", "requests", "leads", "table"]


def _mains(
    stage: Stage, drafts: Mapping[str, Draft], template: Template, given: Sequence[Given]
) -> dict[str, Kind]:
    """Which tables give cases and events, and how; roles are chosen on the way.

    A table of events makes every other one a related table: its rows are not told twice.
    """
    found: dict[str, Kind] = {}
    for name, draft in drafts.items():
        said = {one.name: one.column for one in given if one.what == "role" and one.table == name}
        for role, column in said.items():
            draft.add(Choice("role", role, column, 1.0, "you said so"))
        kind = _shape(stage, draft, template, said, [one for one in given if one.table == name])
        if kind is not None:
            found[name] = kind
    events: dict[str, Kind] = {name: kind for name, kind in found.items() if kind == "events"}
    if events:
        return events
    if found:
        # Of several wide tables the one that records most is the main one.
        most = max(found, key=lambda name: len(events_of(stage, drafts[name], template)))
        return {most: "cases"}
    raise _nothing(drafts)


def _shape(
    stage: Stage, draft: Draft, template: Template, said: Mapping[str, str], given: Sequence[Given]
) -> Kind | None:
    """Whether a table has one row per event, one per case, or neither; its case, activity and time if so."""
    case = None if "case" in said else find_role("case", draft, template)
    long = {role: find_role(role, draft, template) for role in ("activity", "time") if role not in said}
    dated = any(one.what == "event" for one in given) or bool(events_of(stage, draft, template))
    case_column = said.get("case") or (case.column if case else None)
    if case_column is None:
        return None
    unique = _unique(stage, draft, case_column)
    wanted = "activity" in said or "time" in said
    whole = all(choice is not None for choice in long.values())
    sure = whole and all(is_sure(choice) for choice in long.values())
    named = is_sure(case) or "case" in said
    if wanted or (sure and not (unique and dated)) or (whole and named and not unique and not dated):
        if not whole:
            return None
        for choice in (case, *long.values()):
            draft.add(choice)
        return "events"
    if dated and (named or unique):
        draft.add(case)
        return "cases"
    return None


def _unique(stage: Stage, draft: Draft, column: str) -> bool:
    value = stripped(draft.columns[column].column)
    present, distinct = stage.row(
        f"SELECT count({value}), count(DISTINCT {value}) FROM {draft.table.relation}"
    )
    return bool(present == distinct)


def _nothing(drafts: Mapping[str, Draft]) -> WorkbenchError:
    """Nothing can be the case, or nothing the time: told with the columns there are."""
    columns = ", ".join(repr(name) for draft in drafts.values() for name in list(draft.columns)[:12])
    dates = [name for draft in drafts.values() for name, one in draft.columns.items() if one.kind == "date"]
    missing = "the case" if dates else "the time of an event"
    remedy = "Say which: --case COL --activity COL --time COL, or --map ACTIVITY=COL for a date column"
    return WorkbenchError(
        f"No column can be {missing} (columns: {columns})", where=", ".join(drafts), remedy=remedy
    )


def _fill(stage: Stage, draft: Draft, kind: Kind, template: Template, given: Sequence[Given]) -> None:
    """The other roles, the attributes and the events of a main table."""
    roles = [role for role in ROLES if role not in ("case", "activity", "time")] if kind == "events" else []
    for role in roles:
        if draft.role(role) is None:
            draft.add(find_role(role, draft, template))
    for one in given:
        if one.what in ("attribute", "event"):
            own = one.what == "attribute" and one.name not in template.attributes
            extra = {"type": _own_type(draft, one.column), "level": "case"} if own else {}
            draft.add(Choice(one.what, one.name, one.column, 1.0, "you said so", when=one.when, **extra))
    if kind == "cases":
        said = {one.name for one in draft.choices if one.what == "event"}
        taken = {one.column for one in draft.choices if one.what == "event" and not one.when}
        for choice in events_of(stage, draft, template):
            if choice.name not in said and choice.column not in taken:
                draft.add(choice)
        order = list(template.activities)
        draft.choices.sort(key=lambda one: order.index(one.name) if one.what == "event" else -1)
    filled = {one.name for one in draft.choices if one.what == "attribute"}
    skipped = {template.case.id, template.case.activity, template.case.time}
    skipped |= {template.case.resource} if kind == "events" else set()
    names = [
        name
        for name, attribute in template.attributes.items()
        if name not in filled | skipped and attribute.table is None
    ]
    # A date column may fill an attribute and record an event; every other column has one meaning.
    events = [one for one in draft.choices if one.what == "event"]
    draft.choices = [one for one in draft.choices if one.what != "event"]
    found = attributes_of(draft, template, names)
    draft.choices += [*found, *events]
    if kind == "events":
        map_labels(stage, draft, template, given)


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
    )
