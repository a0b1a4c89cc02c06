"""What a person says of a mapping, written into the text of `project.toml`: all else in it stays as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import tomlkit
from tomlkit.items import Comment, Null, Table

from workbench.connect.proposal import ROLES
from workbench.errors import unknown_name

__all__ = ["CLOCK", "ROLE", "ROLES_OF", "Change", "changed"]

ROLE = "role:"
"""How a field begins that is a role."""
CLOCK = "clock:"
"""How a field begins that is the time of day of the column behind it."""

ROLES_OF: Mapping[str, tuple[str, ...]] = {
    "events": ROLES,
    "cases": ("case",),
    "lookup": ("key",),
    "rates": ("date", "from", "rate"),
}
"""The roles that a column of each kind of source can play."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a person said of a source; without a `name` it is to mean nothing.

    `field`: a column fills a role ("role:case") or an attribute, or holds the time of day of the dates in another
    ("clock:Date"). `event`: its dates record an activity. `label`: a text
    in the column of activities is one of the process. `same`: a key of the main files is that of the related file.
    `given` is what a field of one's own says beside its column: type and level.
    """

    source: str
    what: Literal["field", "event", "label", "same"]
    key: str
    name: str | None
    given: Mapping[str, str] = field(default_factory=dict)


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
    _forget_clock(table, change.key)
    if change.name is None:
        return
    if change.name.startswith(CLOCK):
        _set_clock(table, change.name.removeprefix(CLOCK), change.key)
        return
    if change.name.startswith(ROLE):
        table[change.name.removeprefix(ROLE)] = change.key
    elif change.given:
        line = tomlkit.inline_table()
        line.update({"column": change.key, **change.given})
        _part(table, "attributes")[change.name] = line
    else:
        _part(table, "attributes")[change.name] = change.key if own is None else own


def _forget_clock(table: Table, column: str) -> None:
    """Take away what a column was the time of day of, and the format of the two together."""
    for day in [day for day, clock in table.get("time_of_day", {}).items() if clock == column]:
        del table["time_of_day"][day]
        _without_format(table, day)


def _set_clock(table: Table, day: str, column: str) -> None:
    if "time_of_day" not in table:
        table["time_of_day"] = tomlkit.inline_table()
    table["time_of_day"][day] = column
    _without_format(table, day)


def _without_format(table: Table, column: str) -> None:
    """What was proven of the dates alone is not that of times, nor the other way round: it is proven anew."""
    table.get("formats", {}).pop(column, None)


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
    asked = re.compile(
        rf'#\s*TODO\s+(?:[\w.]+\s*=\s*"{quoted}"|"{quoted}"\s*=|(?:same|time_of_day)\s*=.*"{quoted}")'
    )
    for part in (table, *(table.get(name) for name in ("attributes", "events", "activities", "same"))):
        body = getattr(getattr(part, "value", None), "body", None)
        if body is None:
            continue
        for place, (key, item) in enumerate(body):
            if key is None and isinstance(item, Comment) and asked.match(item.as_string().strip()):
                body[place] = (None, Null())
