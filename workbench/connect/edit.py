"""The mapping of a project as a person edits it: what each column and text means now, what is proposed, and why.

What is edited is `project.toml`: all else in it stays as it was written, and nothing is written that the project
would not be read with.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import ibis
import tomlkit
from tomlkit.items import Comment, Null, Table

from workbench.connect.fields import stripped
from workbench.connect.hidden import hidden_columns
from workbench.connect.proposal import ROLES, Choice, SourceProposal
from workbench.connect.propose import propose_tables
from workbench.connect.readers import open_source
from workbench.connect.stage import Stage, told_plainly
from workbench.connect.tables import SourceTable
from workbench.errors import WorkbenchError, unknown_name
from workbench.files import write_text
from workbench.messages import Message
from workbench.project import (
    PROJECT_FILE,
    CasesSource,
    EventsSource,
    LookupSource,
    Project,
    Source,
    TableSource,
    parse_project,
)
from workbench.template import Template

__all__ = [
    "ROLES_OF",
    "Change",
    "ColumnLine",
    "LabelLine",
    "PairLine",
    "SourceLines",
    "changed",
    "lines_of",
    "save",
]

_SAMPLES = 3
_SAMPLED_ROWS = 500
_LABELS = 500
_ROLE = "role:"

ROLES_OF: Mapping[str, tuple[str, ...]] = {
    "events": ROLES,
    "cases": ("case",),
    "lookup": ("key",),
    "rates": ("date", "from", "rate"),
}
"""The roles that a column of each kind of source can play."""


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A column with its first values. `field` is the role ("role:case") or attribute that it fills, `event` the
    activity that its dates record; `proposed` what it was taken for by name and values. A column that the project's
    privacy keeps out of the log is `hidden`, and has no values here either."""

    name: str
    samples: tuple[str, ...]
    field: str | None = None
    event: str | None = None
    proposed: tuple[Choice, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class LabelLine:
    """A text in the column of activities, how many rows have it, and the activity that it means."""

    text: str
    rows: int
    activity: str | None = None
    proposed: Choice | None = None


@dataclass(frozen=True, slots=True)
class PairLine:
    """A key of the main files that finds no partner, and one of the related file that is nearly the same."""

    main: str
    own: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class SourceLines:
    """A source and all that can be said of it."""

    name: str
    kind: str
    columns: tuple[ColumnLine, ...]
    labels: tuple[LabelLine, ...] = ()
    pairs: tuple[PairLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a person said of a source; without a `name` it is to mean nothing.

    `field`: a column fills a role ("role:case") or an attribute. `event`: its dates record an activity. `label`: a text
    in the column of activities is one of the process. `same`: a key of the main files is that of the related file.
    `given` is what a field of one's own says beside its column: type and level.
    """

    source: str
    what: Literal["field", "event", "label", "same"]
    key: str
    name: str | None
    given: Mapping[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------------- what there is
def lines_of(project: Project, template: Template) -> tuple[SourceLines, ...]:
    """Every source of a project, its columns and texts, with what they mean now and what is proposed.

    Raises WorkbenchError when a source cannot be opened.
    """
    stage = Stage(ibis.duckdb.connect())
    with told_plainly(str(project.folder)):
        tables = {source.name: open_source(stage, project, source, template) for source in project.sources}
        proposed = _proposed(stage, tables, template)
        hidden = hidden_columns(stage, project, template, tables)
        return tuple(
            _source_lines(
                stage, tables[source.name], source, proposed.get(source.name), template, hidden[source.name]
            )
            for source in project.sources
        )


def _proposed(
    stage: Stage, tables: Mapping[str, SourceTable], template: Template
) -> dict[str, SourceProposal]:
    """What is proposed for each file; nothing where none of them can be the case or the time."""
    paths = {name: name for name in tables}
    try:
        proposal = propose_tables(stage, tables, template, mapping={}, paths=paths)
    except WorkbenchError:
        # The project maps by hand what nobody could propose: there is no proposal to show then.
        return {}
    return {found.name: found for found in proposal.sources}


def _source_lines(
    stage: Stage,
    table: SourceTable,
    source: Source,
    found: SourceProposal | None,
    template: Template,
    hidden: Collection[str],
) -> SourceLines:
    choices = found.choices if found else ()
    fields = {column: name for name, column in _fields(source).items()}
    events = (
        {item.column: activity for activity, columns in source.events.items() for item in columns}
        if isinstance(source, CasesSource)
        else {}
    )
    samples = _samples(stage, table)
    columns = tuple(
        ColumnLine(
            column.name,
            () if column.name in hidden else samples.get(column.name, ()),
            fields.get(column.name),
            events.get(column.name),
            tuple(one for one in choices if one.what != "activity" and one.column == column.name),
            column.name in hidden,
        )
        for column in table.columns
    )
    labels: tuple[LabelLine, ...] = ()
    if isinstance(source, EventsSource) and source.activity not in hidden:
        labels = _labels(stage, source, table, choices, template)
    pairs: tuple[PairLine, ...] = ()
    shown = source.key not in hidden if isinstance(source, LookupSource) else not hidden
    if isinstance(source, LookupSource | TableSource) and shown:
        near = {**(found.same if found else {}), **source.same}
        pairs = tuple(PairLine(main, own, source.same.get(main) == own) for main, own in near.items())
    return SourceLines(source.name, source.kind, columns, labels, pairs)


def _fields(source: Source) -> dict[str, str]:
    """Each role and attribute of a source with its column."""
    said = source.model_dump(by_alias=True)
    roles = {f"{_ROLE}{role}": said.get(role) for role in ROLES_OF.get(source.kind, ())}
    return {name: column for name, column in roles.items() if column} | {
        name: given.column for name, given in source.attributes.items()
    }


def _samples(stage: Stage, table: SourceTable) -> dict[str, tuple[str, ...]]:
    """The first different values of each column."""
    cells = ", ".join(stripped(column) for column in table.columns)
    rows = stage.rows(f"SELECT {cells} FROM {table.relation} WHERE row < {_SAMPLED_ROWS} ORDER BY row")
    found = {}
    for column, values in zip(table.columns, zip(*rows, strict=True), strict=False):
        different = dict.fromkeys(str(value) for value in values if value is not None)
        found[column.name] = tuple(islice(different, _SAMPLES))
    return found


def _labels(
    stage: Stage, source: EventsSource, table: SourceTable, choices: Iterable[Choice], template: Template
) -> tuple[LabelLine, ...]:
    """The texts in the column of activities, the most frequent first; where a process names none, none is asked."""
    if not template.activities:
        return ()
    value = stripped(table.column(source.activity))
    rows = stage.rows(
        f"SELECT {value} AS v, count(*) AS n FROM {table.relation} WHERE {value} IS NOT NULL "
        f"GROUP BY v ORDER BY n DESC, v LIMIT {_LABELS}"
    )
    proposed = {one.column: one for one in choices if one.what == "activity"}
    return tuple(
        LabelLine(
            str(text),
            int(count),
            source.activities[str(text)][0].activity
            if str(text) in source.activities
            else str(text)
            if str(text) in template.activities
            else None,
            proposed.get(str(text)),
        )
        for text, count in rows
    )


# ---------------------------------------------------------------------- what is said of it
def save(folder: Path, changes: Sequence[Change], template: Template) -> str:
    """Write changes into project.toml at once or not at all; the text it had before comes back, to undo them.

    Raises WorkbenchError where the project could not be read with them: nothing is written then.
    """
    path = folder / PROJECT_FILE if folder.is_dir() else folder
    before = path.read_text(encoding="utf-8-sig")
    after = changed(before, changes)
    project = parse_project(tomllib.loads(after), folder=path.parent, where=str(path))
    _check(project, changes, template)
    write_text(path, after)
    return before


def _check(project: Project, changes: Sequence[Change], template: Template) -> None:
    """Names that only the process can judge."""
    for change in changes:
        if change.name is None or change.what == "same":
            continue
        if (
            change.what in ("event", "label")
            and template.activities
            and change.name not in template.activities
        ):
            raise unknown_name("activity", change.name, template.activities, where=change.source)
    for source in project.sources:
        used: dict[str, str] = {}
        for name, column in _fields(source).items():
            role = name.startswith(_ROLE)
            if role and column in used and used[column].startswith(_ROLE):
                raise WorkbenchError(
                    Message("The column {column!r} cannot play two roles", column=column),
                    where=source.name,
                    remedy=Message("Choose another column for one of them"),
                )
            used[column] = name


def changed(text: str, changes: Sequence[Change]) -> str:
    """The text of a project.toml with changes, all else as it was; questions that they answer are gone.

    >>> source = '[[sources]]\\nname = "log"\\nkind = "events"\\ncase = "Id"\\n'
    >>> before = source + '[sources.attributes]\\n# TODO region = "Area"  # alike\\n'
    >>> print(changed(before, [Change("log", "field", "Area", "region")]))
    [[sources]]
    name = "log"
    kind = "events"
    case = "Id"
    [sources.attributes]
    region = "Area"
    <BLANKLINE>
    """
    document = tomlkit.parse(text)
    tables = {str(table.get("name")): table for table in document.get("sources", [])}
    for change in changes:
        if change.source not in tables:
            raise unknown_name("source", change.source, tables)
        table = tables[change.source]
        _MAKERS[change.what](table, change)
        _answered(table, change)
    return tomlkit.dumps(document)


def _set_field(table: Table, change: Change) -> None:
    attributes = table.get("attributes", {})
    own = None
    for name in [name for name, given in attributes.items() if _column(given) == change.key]:
        own = attributes[name] if isinstance(attributes[name], dict) else own
        del attributes[name]
    for role in ROLES_OF.get(str(table.get("kind")), ()):
        if table.get(role) == change.key:
            del table[role]
    if change.name is None:
        return
    if change.name.startswith(_ROLE):
        table[change.name.removeprefix(_ROLE)] = change.key
    elif change.given:
        line = tomlkit.inline_table()
        line.update({"column": change.key, **change.given})
        _part(table, "attributes")[change.name] = line
    else:
        _part(table, "attributes")[change.name] = change.key if own is None else own


def _set_event(table: Table, change: Change) -> None:
    events = _part(table, "events")
    for name in list(events):
        listed = events[name] if isinstance(events[name], list) else [events[name]]
        others = [item for item in listed if _column(item) != change.key]
        if len(others) == len(listed):
            continue
        if not others:
            del events[name]
        else:
            events[name] = others[0] if len(others) == 1 else others
    if change.name is None:
        return
    if change.name in events:
        listed = events[change.name] if isinstance(events[change.name], list) else [events[change.name]]
        events[change.name] = [*listed, change.key]
    else:
        events[change.name] = change.key


def _set_label(table: Table, change: Change) -> None:
    activities = _part(table, "activities")
    if change.name is None or change.name == change.key:
        activities.pop(change.key, None)
    else:
        activities[change.key] = change.name


def _set_same(table: Table, change: Change) -> None:
    same = _part(table, "same")
    if change.name is None:
        same.pop(change.key, None)
    else:
        same[change.key] = change.name


_MAKERS = {"field": _set_field, "event": _set_event, "label": _set_label, "same": _set_same}


def _part(table: Table, name: str) -> Any:
    """A table within a source, made where there is none."""
    if name not in table:
        table[name] = tomlkit.table()
    return table[name]


def _column(given: Any) -> str:
    return str(given["column"]) if isinstance(given, Mapping) else str(given)


def _answered(table: Table, change: Change) -> None:
    """Take away the questions that a change answers: comments of the form `# TODO name = "column"  # why`."""
    quoted = re.escape(change.key)
    asked = re.compile(rf'#\s*TODO\s+(?:[\w.]+\s*=\s*"{quoted}"|"{quoted}"\s*=|same\s*=.*"{quoted}")')
    for part in (table, *(table.get(name) for name in ("attributes", "events", "activities", "same"))):
        body = getattr(getattr(part, "value", None), "body", None)
        if body is None:
            continue
        for place, (key, item) in enumerate(body):
            if key is None and isinstance(item, Comment) and asked.match(item.as_string().strip()):
                body[place] = (None, Null())
