"""What the texts of an activity column mean, and which second events their rows tell, as the project declares it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from workbench.connect.fields import Field, stripped
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.errors import WorkbenchError, unknown_name
from workbench.messages import Message
from workbench.places import in_source
from workbench.project import CasesSource, EventsSource, Label, Source
from workbench.sql import literal, text_list
from workbench.template import Template

__all__ = [
    "activity_ids",
    "activity_sql",
    "also_columns",
    "condition",
    "label_columns",
    "own_names",
    "with_labels",
]


def activity_ids(source: EventsSource | CasesSource) -> list[str]:
    """All activities that a source names, those of a second event included."""
    if isinstance(source, CasesSource):
        return list(source.events)
    told = [label.activity for labels in source.activities.values() for label in labels]
    return [*told, *source.also]


def own_names(sources: Iterable[Source]) -> dict[str, str]:
    """What the sources call an activity, its text or its column of dates, where that stands for one activity only."""
    found: dict[str, set[str]] = {}
    for source in sources:
        if isinstance(source, EventsSource):
            for text, labels in source.activities.items():
                found.setdefault(text, set()).update(label.activity for label in labels)
        elif isinstance(source, CasesSource):
            for activity, columns in source.events.items():
                for column in columns:
                    found.setdefault(column.column, set()).add(activity)
    return {name: min(activities) for name, activities in found.items() if len(activities) == 1}


def label_columns(source: EventsSource, table: SourceTable) -> list[SourceColumn]:
    """The columns that conditions of texts and second events need."""
    conditions = [
        table.column(name, key=f"{source.name}.activities.{text}")
        for text, labels in source.activities.items()
        for label in labels
        for name in label.when
    ]
    return [*conditions, *also_columns(source, table)]


def also_columns(source: EventsSource, table: SourceTable) -> list[SourceColumn]:
    """The columns of dates at which second events happen."""
    return [
        table.column(also.column, key=f"{source.name}.also.{activity}")
        for activity, also in source.also.items()
        if also.column is not None
    ]


def condition(when: Mapping[str, Iterable[str]], table: SourceTable) -> str:
    """SQL that holds where each of some columns has one of its values."""
    key = Message("an event condition")
    tests = [
        f"{stripped(table.column(name, key=key))} IN {text_list(tuple(values))}"
        for name, values in when.items()
    ]
    return " AND ".join(tests) or "true"


def activity_sql(source: EventsSource, table: SourceTable) -> str:
    """The activity of a row: what its text means where the project says so, else the text itself.

    Of several meanings of a text the first counts whose condition holds.
    """
    label = stripped(table.column(source.activity))
    if not source.activities:
        return label
    own = {raw.strip(): labels for raw, labels in reversed(list(source.activities.items()))}
    plain = {raw: labels[0].activity for raw, labels in own.items() if _is_plain(labels)}
    branches = [
        f"WHEN {label} = {literal(raw)} AND {condition(meant.when, table)} THEN {literal(meant.activity)}"
        for raw, labels in own.items()
        if not _is_plain(labels)
        for meant in labels
    ]
    known = ", ".join(f"{literal(raw)}: {literal(name)}" for raw, name in plain.items())
    mapped = f"coalesce(MAP {{{known}}}[{label}], {label})" if known else label
    return f"CASE {' '.join(branches)} ELSE {mapped} END" if branches else mapped


def _is_plain(labels: Sequence[Label]) -> bool:
    return len(labels) == 1 and not labels[0].when


def with_labels(
    fields: Sequence[Field], source: EventsSource, table: SourceTable, template: Template
) -> tuple[Field, ...]:
    """The fields of a source with the values that its texts give: beside a column's own, or instead of one.

    Raises WorkbenchError for an attribute that the process does not know and no column fills.
    """
    values: dict[str, dict[str, str | int | float]] = {}
    for text, labels in source.activities.items():
        for meant in labels:
            for name, value in meant.set.items():
                values.setdefault(name, {})[text.strip()] = value
    column = table.column(source.activity)
    told = {item.name: item for item in fields}
    for name, by_text in values.items():
        if name in told:
            told[name] = replace(told[name], label=column, by_label=by_text)
            continue
        known = template.attributes.get(name)
        if known is None:
            raise unknown_name(
                "attribute", name, template.attributes, where=in_source(source.name, "activities")
            )
        told[name] = Field(name, known.type, "event", column, label=column, by_label=by_text)
    for item in told.values():
        if item.label is not None:
            _check_values(item, source)
    return tuple(told.values())


def _check_values(item: Field, source: EventsSource) -> None:
    """A number is asked for where a number is wanted."""
    for text, value in item.by_label.items():
        if item.type in ("num", "money", "pct") and not isinstance(value, int | float):
            raise WorkbenchError(
                Message(
                    "{name} is a number, and {text!r} gives it the text {value!r}",
                    name=item.name,
                    text=text,
                    value=value,
                ),
                where=in_source(source.name, "activities"),
                remedy=Message("Give a number"),
            )
