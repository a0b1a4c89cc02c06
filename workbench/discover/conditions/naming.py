"""What a condition names, found in a log: activities by code, columns, and what readers call them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

import ibis.expr.types as ir

from workbench.errors import unknown_name
from workbench.log.meta import LogAttribute
from workbench.log.prepared import PreparedLog
from workbench.messages import Message, either

__all__ = [
    "activities_said",
    "activity_label",
    "attribute_label",
    "attribute_of",
    "case_column",
    "code_text",
    "codes_of",
    "event_column",
    "joined_by",
    "one_of",
]


def codes_of(log: PreparedLog, names: Iterable[str], *, where: str) -> tuple[int, ...]:
    """The codes of activities and groups; none for one of the process that the log never shows.

    Raises WorkbenchError for a name that neither the log nor its process has.
    """
    for name in names:
        if name not in log.meta.activities and name not in log.template.groups:
            raise unknown_name("activity", name, log.meta.activities, where=where)
    return tuple(sorted(log.meta.codes(log.template.expand(tuple(names)))))


def code_text(codes: Iterable[int]) -> str:
    """Codes as one of several in a regular expression over the paths of variants."""
    return "|".join(map(str, codes))


def activity_label(log: PreparedLog, name: str) -> Any:
    """An activity or a group as its readers call it, in every language; one of the log's own by its name."""
    template = log.template
    known = template.activities.get(name) or template.derived.get(name)
    return template.terms.get(name, name) if known is None else known.name


def activities_said(log: PreparedLog, names: Sequence[str]) -> Any:
    """Several activities of which any is meant."""
    return either(activity_label(log, name) for name in names)


def one_of(choices: Sequence[Any]) -> Any:
    """Several values of which any is meant; none at all is said as such."""
    return either(choices) if choices else Message("nothing")


def joined_by(steps: Iterable[Any]) -> Any:
    """Activities one after the other, as one value of a message."""
    return functools.reduce(lambda way, step: Message("{first} → {second}", first=way, second=step), steps)


def attribute_of(log: PreparedLog, name: str, *, where: str) -> LogAttribute | None:
    """An attribute of cases or events; None for another column of theirs (the resource, the status).

    Raises WorkbenchError for a name that the log does not have.
    """
    found = log.meta.attribute(name)
    if found is None and case_column(log, name) is None and event_column(log, name) is None:
        known = [attribute.name for attribute in log.meta.attributes]
        raise unknown_name("attribute", name, known, where=where)
    return found


def attribute_label(log: PreparedLog, name: str) -> Any:
    """An attribute as its readers call it, in every language where the process has it."""
    found = log.meta.attribute(name)
    column = name if found is None else found.name
    declared = log.template.attributes.get(column)
    return column if declared is None else declared.name


def case_column(log: PreparedLog, name: str) -> ir.Value | None:
    """The column of cases that an attribute stands in."""
    found = log.meta.attribute(name)
    column = name if found is None else found.name
    return log.cases[column] if column in log.cases.columns else None


def event_column(log: PreparedLog, name: str) -> ir.Value | None:
    """The column of events that an attribute, or the resource, stands in."""
    found = log.meta.attribute(name)
    column = name if found is None else found.name
    if found is None and name == log.template.case.resource:
        column = "resource"
    carried = found is not None or column in log.meta.filled
    return log.events[column] if carried and column in log.events.columns else None
