"""Tables beside the log: credit requests, leads, spend, targets - rows that are no event and belong to no case.

A row is known from the moment that its table begins with, and some of its columns only from a later one: a request
is open until it is decided. A filter of cases narrows a table that says to which partner its rows belong, or that
has all the attributes that were filtered by; others it leaves whole, and their figures say so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbench.log.days import FIRST_DAY, LAST_DAY
from workbench.log.engine import Engine
from workbench.log.frames import as_day
from workbench.log.keys import log_name
from workbench.log.meta import LogAttribute
from workbench.log.minor import in_minor_units, minor_units
from workbench.log.raw import RawLog
from workbench.log.settings import Settings
from workbench.template import Template

__all__ = ["ROW", "Narrow", "Tables", "begins_of", "follows", "known_at", "local_day", "record_tables"]

Tables = Mapping[str, ir.Table]
# What narrows a table as a log was narrowed, or None where it cannot.
Narrow = Callable[[ir.Table], ir.Table | None]

ROW = "row_key"
_DAY = pd.Timedelta(days=1)


def local_day(column: str) -> str:
    """The column with the local day of a time of a table."""
    return f"{column}__day"


def record_tables(
    raw: RawLog,
    template: Template,
    settings: Settings,
    engine: Engine,
    currencies: tuple[str, ...],
    activities: tuple[str, ...],
) -> tuple[dict[str, ir.Table], dict[str, tuple[LogAttribute, ...]]]:
    """The tables beside a raw log and what their columns are.

    Each row has a number (`row_key`, in the order of the key), a currency (`case_currency`: its own, else the
    project's, else the only one of the log), money in minor units of it, and a local day beside each time.
    """
    default = own_currency(settings, currencies)
    tables, columns = {}, {}
    for name, table in sorted(raw.side.items()):
        named = table.rename({log_name(own): own for own in table.columns})
        columns[name] = tuple(
            LogAttribute(column, "table", _kind(name, column, kind, template), column)
            for column, kind in named.schema().items()
        )
        if by_activity(template, name) and template.case.activity in named.columns:
            named = _by_id(named, template, engine, activities, raw.named)
        tables[name] = _recorded(named, name, template, settings.zone, default, engine)
    return tables, columns


def own_currency(settings: Settings, currencies: tuple[str, ...]) -> str:
    """The currency of money that names none: the project's, or the only one of the log."""
    return (
        currencies[0] if len(currencies) == 1 and settings.currency not in currencies else settings.currency
    )


def by_activity(template: Template, name: str) -> bool:
    """Whether a table says what each activity takes; every event of it has that."""
    declared = template.tables.get(name)
    return declared is not None and declared.key == (template.case.activity,)


def _by_id(
    table: ir.Table,
    template: Template,
    engine: Engine,
    activities: tuple[str, ...],
    named: Mapping[str, str],
) -> ir.Table:
    """A table by activity with the activities as the log calls them: by id, or by any name there is for one.

    That is a name that the process has for it, in any language, or the one that the sources call it by.
    """
    role = template.case.activity
    known = {
        _loose(name): declared.id
        for declared in template.events()
        for name in (declared.id, *declared.name.all(), *declared.aliases)
    }
    known |= {_loose(name): activity for name, activity in named.items()}
    known |= {_loose(name): name for name in activities}
    given = engine.frame(table.select(role).distinct())[role].dropna().astype(str)
    renamed = {
        name: known[_loose(name)]
        for name in sorted(given)
        if name not in activities and _loose(name) in known
    }
    return table.mutate(**{role: table[role].substitute(renamed)}) if renamed else table


def _loose(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _kind(table: str, column: str, kind: dt.DataType, template: Template) -> str:
    """What a column holds: what the process says of the attribute, else what it was read as."""
    declared = template.attributes.get(column)
    own = template.tables.get(table)
    if declared is not None and own is not None and column in own.attributes:
        return declared.type
    if kind.is_decimal():
        return "money"
    if kind.is_numeric():
        return "num"
    plain = {"is_date": "date", "is_timestamp": "ts", "is_boolean": "bool"}
    return next((found for asked, found in plain.items() if getattr(kind, asked)()), "cat")


def _recorded(
    table: ir.Table, name: str, template: Template, zone: str, default: str, engine: Engine
) -> ir.Table:
    schema = table.schema()
    role = template.case.currency
    currency: ir.Value = ibis.literal(default)
    if role is not None and role in schema and schema[role].is_string():
        currency = ibis.coalesce(table[role].strip().upper().nullif(""), currency)
    declared = template.tables.get(name)
    key = [own for own in (declared.key if declared is not None else ()) if own in schema]
    order = [*key, *[own for own in schema if own not in key]]
    number = ibis.row_number().over(ibis.window(order_by=[table[own] for own in order])).cast("int64")
    rows = table.mutate(**{ROW: number}, case_currency=currency)
    money = [own for own, kind in schema.items() if kind.is_decimal()]
    times = [own for own, kind in schema.items() if kind.is_timestamp()]
    asked = {f"{own}_{end}": getattr(table[own], end)() for own in times for end in ("min", "max")}
    if money:
        found = engine.frame(rows.select("case_currency").distinct())["case_currency"]
        scale = minor_units(rows, sorted(found.astype(str)))
        rows = rows.mutate(**{own: in_minor_units(rows[own], scale) for own in money})
    if asked:
        ends = engine.frame(table.aggregate(**asked)).iloc[0]
        days = {
            local_day(own): _day_in_zone(
                rows[own], zone, as_day(ends[f"{own}_min"]), as_day(ends[f"{own}_max"])
            )
            for own in times
        }
        rows = rows.mutate(**{own: rows[own].cast("timestamp(6)") for own in times}, **days)
    return engine.keep(rows.order_by(ROW), "beside_recorded")


def _day_in_zone(time: ir.Value, zone: str, first: date | None, last: date | None) -> ir.Value:
    """The local day of instants between two days, by the zone's own clock: any engine can count it out."""
    if first is None or last is None:
        return ibis.null("date")
    first, last = max(first - 2 * _DAY, FIRST_DAY), min(last + 2 * _DAY, LAST_DAY)
    days = pd.date_range(first, last + timedelta(days=1), freq="D", unit="us")
    local = days.tz_localize(zone, nonexistent="shift_forward", ambiguous=np.ones(len(days), dtype=bool))
    begins = local.tz_convert("UTC").tz_localize(None).as_unit("us")
    length = begins[1:] - begins[:-1]
    ahead = (days - begins)[:-1]
    # Days of 24 hours in a row are counted from one midnight; a longer or shorter one stands alone.
    alone = np.asarray(length != _DAY)
    change = np.flatnonzero(alone[1:] | alone[:-1] | np.asarray(ahead[1:] != ahead[:-1])) + 1
    starts = [0, *change.tolist()]
    branches = []
    for place, start in enumerate(starts):
        end = begins[starts[place + 1]] if place + 1 < len(starts) else begins[-1]
        value = (
            ibis.literal(days[start].date())
            if alone[start]
            else (time + ibis.interval(seconds=int(ahead[start].total_seconds()))).date()
        )
        branches.append((time < ibis.literal(end.to_pydatetime(), type="timestamp(6)"), value))
    return ibis.ifelse(time.isnull(), ibis.null("date"), ibis.cases(*branches, else_=time.date()))


# ---------------------------------------------------------------------- what was known on a day
def begins_of(name: str, table: ir.Table, template: Template) -> str | None:
    """The column with the moment from which on a row is known; a table of the project's own may have one date."""
    declared = template.tables.get(name)
    if declared is not None:
        begins = declared.begins or declared.dated
        return begins if begins in table.columns else None
    schema = table.schema()
    dated = [
        own
        for own, kind in schema.items()
        if (kind.is_date() or kind.is_timestamp()) and not own.endswith(local_day(""))
    ]
    return dated[0] if len(dated) == 1 else None


def known_at(tables: Tables, template: Template, as_of: date) -> dict[str, ir.Table]:
    """The rows of the tables as they were known at the end of a day."""
    return {name: _known(name, table, template, as_of) for name, table in tables.items()}


def _known(name: str, table: ir.Table, template: Template, as_of: date) -> ir.Table:
    begins = begins_of(name, table, template)
    if begins is not None:
        day = _day(table, begins)
        table = table.filter(day.isnull() | (day <= ibis.literal(as_of)))
    declared = template.tables.get(name)
    hidden = {}
    for moment, columns in (declared.known if declared is not None else {}).items():
        if moment not in table.columns:
            continue
        later = (_day(table, moment) > ibis.literal(as_of)).fill_null(False)
        for own in (moment, local_day(moment), *columns):
            if own in table.columns:
                hidden[own] = ibis.ifelse(later, ibis.null(table[own].type()), table[own])
    return table.mutate(**hidden) if hidden else table


def _day(table: ir.Table, moment: str) -> ir.Value:
    return table[local_day(moment)] if local_day(moment) in table.columns else table[moment]


# ---------------------------------------------------------------------- what a filter of cases means for them
def follows(
    tables: Tables, cases: ir.Table, template: Template, alike: Narrow | None = None
) -> tuple[dict[str, ir.Table], frozenset[str]]:
    """Tables narrowed to some cases, and the names of those that no filter of cases can narrow.

    `alike` narrows a table by the very attributes by which the cases were chosen, where it has them all.
    """
    found, whole = {}, set()
    for name, table in tables.items():
        declared = template.tables.get(name)
        key = declared.key if declared is not None else ()
        if by_activity(template, name):  # what an activity takes is the same for all cases
            found[name] = table
            continue
        partner = template.case.partner
        narrowed = None if alike is None else alike(table)
        if narrowed is None and partner in table.columns and partner in cases.columns:
            narrowed = table.semi_join(cases.select(partner).distinct(), partner)
        if narrowed is None and key == (template.case.id,):
            keys = cases.select(**{template.case.id: cases["case_id"]})
            narrowed = table.semi_join(keys, template.case.id)
        if narrowed is None:
            whole.add(name)
        found[name] = table if narrowed is None else narrowed
    return found, frozenset(whole)
