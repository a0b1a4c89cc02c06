"""What the user said of the mapping: NAME = COLUMN, or COLUMN[OTHER=VALUE] for a date under a condition."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from workbench.connect.proposal import ROLES
from workbench.connect.tables import SourceTable
from workbench.errors import WorkbenchError, did_you_mean, unknown_name
from workbench.log.keys import RESERVED
from workbench.messages import Message
from workbench.template import Template

__all__ = ["Given", "parse_given"]

_CONDITION = re.compile(r"(?P<column>.+)\[(?P<where>[^\[\]=]+)=(?P<values>[^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Given:
    """One thing the user said: `name` (a role, an attribute, an activity) is `column` of the table `table`.

    An activity that is given a label instead of a column has `what = "label"`.
    """

    what: Literal["role", "attribute", "event", "label"]
    name: str
    column: str
    table: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def parse_given(
    mapping: Mapping[str, str],
    template: Template,
    tables: Mapping[str, SourceTable],
    labels: Mapping[str, Sequence[str]],
) -> list[Given]:
    """The user's mapping, each name and column checked.

    `labels` are the activity labels of long tables, for an activity that is given by its label. Raises
    WorkbenchError for a name that is like something the process knows and yet none of it, and for a column
    that no table has.
    """
    return [_one(name, text, template, tables, labels) for name, text in mapping.items()]


def _one(
    name: str,
    text: str,
    template: Template,
    tables: Mapping[str, SourceTable],
    labels: Mapping[str, Sequence[str]],
) -> Given:
    column, when = text, {}
    table = _table_with(tables, text)
    if table is None and (found := _CONDITION.fullmatch(text)):
        column = found["column"].strip()
        table = _table_with(tables, column)
        values = tuple(value.strip() for value in found["values"].split("|"))
        if table is not None:
            key = Message("the condition of {name}", name=name)
            when = {tables[table].column(found["where"].strip(), key=key).name: values}
    is_activity = name in template.activities
    if table is None and is_activity:
        holder = next((one for one, known in labels.items() if text in known), None)
        if holder is not None:
            return Given("label", name, text, holder)
    if table is None:
        columns = [one.name for source in tables.values() for one in source.columns]
        raise unknown_name("column", column, columns, where=Message("the mapping of {name!r}", name=name))
    column = tables[table].column(column).name
    if name in ROLES or name in (template.case.id, template.case.activity, template.case.time):
        roles = {template.case.id: "case", template.case.activity: "activity", template.case.time: "time"}
        return Given("role", roles.get(name, name), column, table)
    if is_activity:
        return Given("event", name, column, table, when)
    if name not in template.attributes:
        known = {*template.attributes, *template.activities, *ROLES}
        hint = did_you_mean(name, known)
        if hint or name in RESERVED:
            raise WorkbenchError(
                Message(
                    "{name!r} is no role, attribute or activity of {process}",
                    name=name,
                    process=template.process,
                ),
                where=Message("the mapping {line}", line=f"{name} = {text}"),
                remedy=hint or Message("The log itself uses this word; choose another"),
            )
    return Given("attribute", name, column, table)


def _table_with(tables: Mapping[str, SourceTable], column: str) -> str | None:
    """The first table that has the column: exactly, else but for capitals."""
    for same in (str, str.casefold):
        for name, table in tables.items():
            if any(same(one.name) == same(column) for one in table.columns):
                return name
    return None
