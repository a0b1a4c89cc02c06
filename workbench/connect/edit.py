"""The mapping of a project as a person edits it: what each column and text means now, what is proposed, and why.

What is edited is `project.toml`: all else in it stays as it was written, and nothing is written that the project
would not be read with.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import ibis

from workbench.connect.changes import CLOCK, ROLE, ROLES_OF, Change, changed
from workbench.connect.fields import stripped
from workbench.connect.hidden import hidden_columns
from workbench.connect.proposal import Choice, SourceProposal
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
    "ColumnLine",
    "LabelLine",
    "PairLine",
    "SourceLines",
    "lines_of",
    "save",
]

_SAMPLES = 3
_SAMPLED_ROWS = 500
_LABELS = 500


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A column with its first values. `field` is the role ("role:case") or attribute that it fills, or the column of
    dates whose time of day it holds ("clock:Date"); `event` the activity that its dates record; `proposed` what it was
    taken for by name and values. A column that the privacy of the project keeps out of the log is `hidden`, and has no
    values here either."""

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


# ---------------------------------------------------------------------- what there is
def lines_of(project: Project, template: Template) -> tuple[SourceLines, ...]:
    """Every source of a project, its columns and texts, with what they mean now and what is proposed.

    Raises WorkbenchError when a source cannot be opened.
    """
    stage = Stage(ibis.duckdb.connect())
    with told_plainly(str(project.folder)):
        # A date and its time of day are shown as they stand in the source, and proposed as in any other.
        plain = [source.model_copy(update={"time_of_day": None}) for source in project.sources]
        tables = {source.name: open_source(stage, project, source, template) for source in plain}
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
    """Each role, attribute and time of day of a source with its column."""
    said = source.model_dump(by_alias=True)
    roles = {f"{ROLE}{role}": said.get(role) for role in ROLES_OF.get(source.kind, ())}
    clocks = {f"{CLOCK}{day}": column for day, column in (source.time_of_day or {}).items()}
    return (
        {name: column for name, column in roles.items() if column}
        | {name: given.column for name, given in source.attributes.items()}
        | clocks
    )


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
            role = name.startswith(ROLE)
            if role and column in used and used[column].startswith(ROLE):
                raise WorkbenchError(
                    Message("The column {column!r} cannot play two roles", column=column),
                    where=source.name,
                    remedy=Message("Choose another column for one of them"),
                )
            used[column] = name
