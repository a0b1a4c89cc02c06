"""Conditions out of their records: as JSON, project.toml and a page's address hold them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any

from workbench.discover.conditions.base import Condition, key_of
from workbench.discover.conditions.being import Case, Performance, Status, Time
from workbench.discover.conditions.happening import Activity, Ends, Follows, Variant
from workbench.discover.conditions.judged import Ready, Rule
from workbench.discover.conditions.values import Attribute, Range
from workbench.errors import WorkbenchError, unknown_name
from workbench.messages import Message
from workbench.places import at_key

__all__ = ["KINDS", "condition_of", "conditions_of"]

KINDS: Mapping[str, type[Condition]] = {
    one.kind: one
    for one in (
        Activity,
        Attribute,
        Range,
        Time,
        Variant,
        Ends,
        Follows,
        Performance,
        Rule,
        Case,
        Status,
        Ready,
    )
}
"""The kinds of conditions by the word that stands for them in a record."""


def condition_of(record: Mapping[str, Any], *, where: str | None = None) -> Condition:
    """The condition that a record says; `record()` gives the record again.

    `where` names the place of the record (a file and its key) in errors. Raises WorkbenchError naming kind, key and
    what would be right. Whether a log has what the record names is seen when the log is narrowed.

    >>> condition_of({"kind": "status", "is": ["open"]})
    Status(exclude=False, is_=('open',))
    """
    place = where or "filter"
    if not isinstance(record, Mapping):
        raise _no_condition(record, place)
    given = dict(record)
    kind = given.pop("kind", None)
    if kind is None:
        raise WorkbenchError(
            Message("The key {name!r} is missing", name="kind"),
            where=place,
            remedy=Message("Use one of: {names}", names=list(KINDS)),
        )
    if not isinstance(kind, str) or kind not in KINDS:
        raise unknown_name("kind of condition", str(kind), KINDS, where=at_key(place, "kind"))
    made = KINDS[kind]
    if kind == Attribute.kind and given.pop("missing", False) is True:  # TOML has no null
        values = given.get("values", [])
        given["values"] = [*(values if isinstance(values, list | tuple) else [values]), None]
    known = {key_of(one): one for one in fields(made)}
    for name in given:
        if name not in known:
            raise unknown_name("key", str(name), known, where=at_key(place, kind))
    for name, one in known.items():
        if name not in given and one.default is MISSING:
            raise WorkbenchError(
                Message("The key {name!r} is missing", name=name),
                where=at_key(place, kind),
                remedy=Message("Add it"),
            )
    try:
        return made(**{known[name].name: value for name, value in given.items()})
    except WorkbenchError as error:
        raise WorkbenchError(
            error.message, where=at_key(place, str(error.where)), remedy=error.remedy
        ) from None


def _no_condition(value: object, place: str) -> WorkbenchError:
    return WorkbenchError(
        Message("{value} is no condition", value=repr(value)),
        where=place,
        remedy=Message("Write a table with a kind, as in {example}", example=_EXAMPLE),
    )


_EXAMPLE = '{"kind": "status", "is": ["open"]}'


def conditions_of(records: Any, *, where: str | None = None) -> tuple[Condition, ...]:
    """The conditions of a filter: a list of records, one record, or either as JSON text.

    >>> [one.kind for one in conditions_of('[{"kind": "case", "ids": ["a"]}]')]
    ['case']
    """
    place = where or "filter"
    if isinstance(records, str):
        try:
            records = json.loads(records)
        except ValueError as error:
            raise WorkbenchError(
                Message("Not readable as JSON: {fault}", fault=str(error)),
                where=place,
                remedy=Message("Write a table with a kind, as in {example}", example=_EXAMPLE),
            ) from None
    if isinstance(records, Mapping):
        return (condition_of(records, where=place),)
    if not isinstance(records, Iterable) or isinstance(records, str):
        raise _no_condition(records, place)
    return tuple(
        one if isinstance(one, Condition) else condition_of(one, where=f"{place}[{number}]")
        for number, one in enumerate(records, start=1)
    )
