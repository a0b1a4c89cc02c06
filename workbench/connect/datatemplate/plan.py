"""Which sheets a process asks for, and which columns stand on each: the one source of workbook, reader and guide.

Events stand on one sheet, what is said of a case once on another, and every table that the process knows beside the
log on its own. What may be of a case and of an event stands with the events, where its changes are seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.i18n import LANGUAGES, Speech
from workbench.messages import Message
from workbench.template import Template
from workbench.template.base import Text
from workbench.template.model import RATE_FIELDS, Attribute

__all__ = ["CASES", "EVENTS", "RATES", "Column", "Plan", "SheetPlan", "plan_of", "sheet_title"]

EVENTS, CASES, RATES = "events", "cases", "rates"
_TIERS = ("required", "recommended", "optional")
_LONGEST_TITLE = 31
# What no sheet's name may hold.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is filled in: what it is called and all that the dictionary says of it.

    `id` is the attribute, or the key of a table of rates; `fields` are its names in systems, by system.
    """

    id: str
    type: str
    tier: str
    name: Text | Message
    meaning: Text | Message | None = None
    why: Text | Message | None = None
    where: Text | Message | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    values: tuple[Text | str, ...] = ()
    examples: tuple[Text | str, ...] = ()

    def headers(self) -> frozenset[str]:
        """What may stand above the column: its name in any language."""
        return frozenset(Speech(language).say(self.name) for language in LANGUAGES)


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet that is filled in: a table of the log, its columns in the order of their importance."""

    id: str
    name: Text | Message
    meaning: Text | Message | None
    columns: tuple[Column, ...]

    def meant_by(self, header: str) -> str | None:
        """The column that a header names, in whatever language; None for a column of the user's own."""
        wanted = header.strip()
        return next((column.id for column in self.columns if wanted in column.headers()), None)


@dataclass(frozen=True, slots=True)
class Plan:
    """The sheets of a process, the events first."""

    template: Template
    sheets: tuple[SheetPlan, ...]

    def sheet(self, sheet_id: str) -> SheetPlan | None:
        """The sheet of a table; None where the process has none of that name."""
        return next((sheet for sheet in self.sheets if sheet.id == sheet_id), None)


def plan_of(template: Template) -> Plan:
    """What a process asks for, sheet by sheet."""
    roles = template.case
    first = (roles.id, roles.activity, roles.time, roles.resource)
    loggable = [item for item in template.attributes.values() if item.table is None]
    events = [item for item in loggable if item.level != "case"]
    cases = [item for item in loggable if item.level == "case"]
    of_case = template.attributes.get(roles.id)
    if of_case is not None:
        events = [of_case, *(item for item in events if item.id != roles.id)]
    sheets = [
        SheetPlan(
            EVENTS,
            Message("Event list"),
            Message("One row for each event of a case: what happened, when, and who did it."),
            _columns(template, events, first),
        )
    ]
    if len(cases) > 1:
        sheets.append(
            SheetPlan(
                CASES,
                template.cases or Message("Case list"),
                Message("One row for each case, under the same number as its events."),
                _columns(template, cases, (roles.id,)),
            )
        )
    for table in template.tables.values():
        items = [template.attributes[name] for name in table.attributes]
        sheets.append(
            SheetPlan(table.id, table.name, table.meaning, _columns(template, items, table.key, table.key))
        )
    if roles.currency is not None:
        sheets.append(_rates())
    return Plan(template, tuple(sheets))


def _columns(
    template: Template, items: Iterable[Attribute], first: tuple[str | None, ...], key: tuple[str, ...] = ()
) -> tuple[Column, ...]:
    """The attributes as columns: those that every row needs first, then by tier, else as they are declared."""
    columns = [_column(template, item, key) for item in items]
    places = {name: place for place, name in enumerate(first)}
    return tuple(sorted(columns, key=lambda one: (places.get(one.id, len(places)), _TIERS.index(one.tier))))


def _column(template: Template, item: Attribute, key: tuple[str, ...]) -> Column:
    return Column(
        id=item.id,
        type=item.type,
        tier="required" if item.id in key else item.tier,
        name=item.name,
        meaning=item.meaning,
        why=item.why,
        where=template.places.get(item.where or ""),
        fields=fields_of(template, item.id, item.fields, "attributes"),
        values=item.values,
        examples=item.examples,
    )


def fields_of(template: Template, name: str, own: Mapping[str, str], table: str) -> Mapping[str, str]:
    """A thing's names in systems; in a variant for one system those of its own sources, and no other system's."""
    if template.system is None:
        return own
    found: dict[str, None] = {}
    for source in template.sources.values():
        found.update(dict.fromkeys(_sourced(source, name, table)))
    if not found and template.system in own:
        return {template.system: own[template.system]}
    return {template.system: ", ".join(found)} if found else {}


def _sourced(source: Mapping[str, Any], name: str, table: str) -> list[str]:
    """Where a source of a system has an attribute, or what tells that an activity happened."""
    record = source.get("record") or ""
    fields = source.get(table, {}).get(name, [])
    named = [fields] if isinstance(fields, str) else list(fields)
    if table == "events":
        kinds = [kind for kind, activity in source.get("activities", {}).items() if activity == name]
        named += [f"{source.get('time', '')} ({source.get('activity', '')} = {kind})" for kind in kinds]
        named += [f"{what} changes" for what, meant in source.get("changes", {}).items() if meant == name]
        for what, values in source.get("changes_to", {}).items():
            named += [f"{what} = {value}" for value, meant in values.items() if meant == name]
    return [f"{record}.{one}" if record else one for one in named]


def _rates() -> SheetPlan:
    day, currency, rate = RATE_FIELDS
    return SheetPlan(
        RATES,
        Message("Exchange rates"),
        Message("One row for each day and currency; without them, amounts in several currencies stay apart."),
        (
            Column(
                day,
                "date",
                "required",
                Message("Rate day"),
                Message("The day from which the rate holds."),
                Message("Each amount is converted at the rate of its day."),
                Message("The rate table of the ERP, or the central bank."),
                examples=("2026-01-31",),
            ),
            Column(
                currency,
                "cat",
                "required",
                Message("Foreign currency"),
                Message("The three-letter code of the currency that is converted."),
                Message("Says for which amounts the rate holds."),
                Message("The rate table of the ERP, or the central bank."),
                examples=("USD",),
            ),
            Column(
                rate,
                "num",
                "required",
                Message("Exchange rate"),
                Message("What one unit of that currency is worth in the currency of the project."),
                Message("Totals over several currencies can be given."),
                Message("The rate table of the ERP, or the central bank."),
                examples=("0.92",),
            ),
        ),
    )


def sheet_title(say: Callable[[Any], str], name: Text | Message, taken: Iterable[str] = ()) -> str:
    """A sheet's name as a spreadsheet allows it: short, without forbidden marks, and no other's."""
    base = _FORBIDDEN.sub(" ", say(name)).strip()[:_LONGEST_TITLE]
    known = {one.casefold() for one in taken}
    title, count = base, 1
    while title.casefold() in known:
        count += 1
        title = f"{base[: _LONGEST_TITLE - 3]} {count}"
    return title
