"""From a raw log to recorded events and cases: keys for names, minor units for money, one stable order.

This is the only stage that belongs to reading; all that follows is derived from its two tables, again for
every as-of date that somebody asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.log.beside import record_tables
from workbench.log.engine import Engine, Progress, silent
from workbench.log.frames import as_day
from workbench.log.keys import log_name
from workbench.log.meta import LogAttribute, LogMeta
from workbench.log.minor import in_minor_units, minor_units
from workbench.log.raw import RawLog
from workbench.log.settings import Settings
from workbench.messages import Message
from workbench.template import Template

__all__ = ["Recorded", "record"]

# The columns that an event has beside case, activity and time, if its source has them.
_BUILT_IN = ("resource", "lifecycle")


@dataclass(frozen=True, slots=True)
class Recorded:
    """Recorded events in case order and the cases they belong to, before anything is derived.

    `history` says from which day on a case had which value (`workbench.log.raw`), by `case_key`. `tables` are those
    beside the log (`workbench.log.beside`), `unfiltered` the ones that a filter of cases left whole.
    """

    events: ir.Table
    cases: ir.Table
    meta: LogMeta
    history: ir.Table | None = None
    tables: Mapping[str, ir.Table] = field(default_factory=dict)
    unfiltered: frozenset[str] = frozenset()
    whole: Recorded | None = None

    @property
    def unnarrowed(self) -> Recorded:
        """All that was recorded, of a log that was narrowed to some cases too."""
        return self.whole or self


def record(
    raw: RawLog, template: Template, settings: Settings, engine: Engine, *, progress: Progress = silent
) -> Recorded:
    """Give cases and activities their keys, money its minor units and events their order.

    Case keys follow the case ids' alphabetical order and activity codes the template's order, so neither
    depends on the order of rows in a source. Raises WorkbenchError where the raw log has no case at all.
    """
    raw = _without_clashes(raw)
    progress("cases", 0.0)
    currency = _currency(raw, template, settings)
    found = engine.frame(raw.cases.select(currency=currency).distinct())["currency"]
    currencies = tuple(sorted(found.astype(str)))
    if not currencies:
        raise WorkbenchError(
            Message("The sources hold no case"),
            remedy=Message("See the row accounting of `workbench check`"),
        )
    cases = _cases(raw, currency, currencies, engine)
    progress("events", 0.4)
    names = _activity_names(raw, template, engine)
    events = _events(raw, settings, engine, cases, currencies, names)
    seen = _seen(events, engine)
    as_of = settings.as_of or raw.last_update or _last_day(seen)
    if as_of is None:
        raise WorkbenchError(
            Message("No event has a time, so there is no as-of date"),
            remedy=Message("Give `as_of` in project.toml"),
        )
    attributes = tuple(
        LogAttribute(found.name, found.level, found.type, found.label) for found in raw.attributes
    )
    tables, columns = record_tables(raw, template, settings, engine, currencies, names)
    meta = LogMeta(
        settings=settings,
        as_of=as_of,
        activities=names,
        attributes=attributes,
        currencies=currencies,
        recorded=frozenset(names[code] for code in seen["activity"].astype(int)),
        filled=frozenset(name for name in _BUILT_IN if name in seen and seen[name].sum() > 0),
        accounting=tuple(asdict(source) for source in raw.accounting),
        findings=tuple(raw.findings),
        tables=columns,
    )
    history = None if raw.history is None else _history(raw, raw.history, engine, cases, currencies)
    progress("events", 1.0)
    return Recorded(events, cases, meta, history, tables)


def _seen(events: ir.Table, engine: Engine) -> pd.DataFrame:
    """The recorded activities by code, each with its last day (up to today, and any) and how much is filled."""
    past = events["day"] <= ibis.literal(date.today())
    filled = {name: events[name].count() for name in _BUILT_IN if name in events.columns}
    return engine.frame(
        events.group_by("activity").aggregate(
            past=events["day"].max(where=past), any=events["day"].max(), **filled
        )
    )


def _last_day(seen: pd.DataFrame) -> date | None:
    """The day of the last recorded event. What claims to lie in the future was not recorded: a typing error in
    one date must not make every open invoice years overdue (the data check names it)."""
    for name in ("past", "any"):
        days = [day for value in seen[name] if (day := as_day(value)) is not None]
        if days:
            return max(days)
    return None


def _without_clashes(raw: RawLog) -> RawLog:
    """The raw log with attributes renamed that are called like one of the log's own columns."""
    renamed = {
        found.name: log_name(found.name) for found in raw.attributes if log_name(found.name) != found.name
    }
    if not renamed:
        return raw

    def rename(table: ir.Table, level: str) -> ir.Table:
        own = {found.name for found in raw.attributes if found.level == level} & renamed.keys()
        own &= set(table.columns)
        return table.rename({renamed[name]: name for name in own}) if own else table

    return replace(
        raw,
        events=rename(raw.events, "event"),
        history=None if raw.history is None else rename(raw.history, "case"),
        cases=rename(raw.cases, "case"),
        attributes=tuple(replace(found, name=log_name(found.name)) for found in raw.attributes),
    )


def _currency(raw: RawLog, template: Template, settings: Settings) -> ir.StringValue:
    """The currency of each case: its own, else the project's."""
    role = template.case.currency
    default = ibis.literal(settings.currency)
    if role is None or role not in raw.cases.columns:
        return default
    given = raw.cases[role].cast("string").strip().upper()
    return ibis.coalesce(given.nullif(""), default)


def _cases(raw: RawLog, currency: ir.StringValue, currencies: tuple[str, ...], engine: Engine) -> ir.Table:
    """Cases with key and currency, money in minor units."""
    cases = raw.cases
    keyed = cases.mutate(
        case_key=ibis.row_number().over(ibis.window(order_by=cases["case_id"])).cast("int64"),
        case_currency=currency,
    )
    scale = minor_units(keyed, currencies)
    money = {
        found.name: in_minor_units(keyed[found.name], scale)
        for found in raw.attributes
        if found.level == "case" and found.type == "money"
    }
    return _held(raw, engine)(keyed.mutate(**money).order_by("case_key"), "cases_recorded")


def _activity_names(raw: RawLog, template: Template, engine: Engine) -> tuple[str, ...]:
    """All activities by code: the declared ones in the template's order, then the log's own by name."""
    declared = [*template.activities, *template.derived]
    seen = set(engine.frame(raw.events.select("activity").distinct())["activity"].dropna().astype(str))
    return (*declared, *sorted(seen - set(declared)))


def _events(
    raw: RawLog,
    settings: Settings,
    engine: Engine,
    cases: ir.Table,
    currencies: tuple[str, ...],
    names: tuple[str, ...],
) -> ir.Table:
    codes = ibis.memtable(
        {"activity_name": list(names), "code": list(range(len(names)))},
        schema={"activity_name": "string", "code": "int32"},
    )
    events = raw.events.rename(activity_name="activity")
    events = events.join(codes, "activity_name").drop("activity_name").rename(activity="code")
    key = cases.select("case_id", "case_key", "case_currency")
    events = events.join(key, "case_id").drop("case_id")
    scale = minor_units(events, currencies)
    money = {
        found.name: in_minor_units(events[found.name], scale)
        for found in raw.attributes
        if found.level == "event" and found.type == "money"
    }
    tie = events["activity"].cast("int64") * (2**40) if settings.tie_order == "activities" else 0
    events = events.mutate(**money, ord=events["src_order"] + tie).drop("case_currency")
    return _held(raw, engine)(events.order_by("case_key", "time", "ord"), "events_recorded")


def _held(raw: RawLog, engine: Engine) -> Callable[[ir.Table, str], ir.Table]:
    """Where a raw log's tables are held: in memory when they are worked through in one go, else aside."""
    events = sum(source.events for source in raw.accounting)
    large = engine.range_events is not None and events > engine.range_events
    return engine.set_aside if large else engine.keep


def _history(
    raw: RawLog, history: ir.Table, engine: Engine, cases: ir.Table, currencies: tuple[str, ...]
) -> ir.Table:
    """The history of case attributes by case key, money in minor units."""
    rows = history.join(cases.select("case_id", "case_key", "case_currency"), "case_id").drop("case_id")
    scale = minor_units(rows, currencies)
    money = {
        found.name: in_minor_units(rows[found.name], scale)
        for found in raw.attributes
        if found.level == "case" and found.type == "money" and found.name in rows.columns
    }
    rows = rows.mutate(**money).drop("case_currency")
    return engine.keep(rows.order_by("case_key", "turn"), "history_recorded")
