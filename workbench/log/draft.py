"""A log being derived: its events so far, its cases, and how names are looked up in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from workbench.log.engine import Engine
from workbench.log.keys import ORDER
from workbench.log.meta import LogMeta
from workbench.template import Template

__all__ = ["SPINE", "Draft", "policy_value"]


# What deriving works on: little enough a row to be ordered again in no time. All else stays in `details`.
SPINE = ("case_key", *ORDER, "day", "activity", "is_derived", "src_order")


@dataclass(frozen=True, slots=True)
class Draft:
    """A log while it is derived: its events, its cases, its calendar.

    While events are put in order they lie in two tables: `events` has the columns `SPINE`, and `pos` once every
    case is numbered; `details` has what else an event carries, by `src_order`, which names an event (negative for
    a derived one). Once they are in order, `events` has everything and `details` is None. `filled`
    names the attributes that an activity's events carry, by its code; `batches` counts how often derived events
    were put in.
    """

    engine: Engine
    template: Template
    meta: LogMeta
    events: ir.Table
    details: ir.Table | None
    cases: ir.Table
    days: ir.Table
    filled: Mapping[int, frozenset[str]] = field(default_factory=dict)
    batches: int = 0

    def events_of(self, names: Iterable[str], *wanted: str | None) -> ir.Table | None:
        """The events of some activities or groups; None when the log can show none of them.

        Those of the wanted attributes that events carry are joined, nothing else.
        """
        known = self.meta.recorded | set(self.template.derived)
        codes = self.meta.codes(name for name in self.template.expand(tuple(names)) if name in known)
        if not codes:
            return None
        return self.with_details(self.events.filter(self.events["activity"].isin(codes)), *wanted)

    def with_details(self, rows: ir.Table, *wanted: str | None) -> ir.Table:
        """Rows of events with those of the wanted attributes that events carry."""
        if self.details is None:
            return rows
        found = dict.fromkeys(column for name in wanted if name and (column := self._detail(name)))
        if not found:
            return rows
        return rows.join(self.details.select("src_order", *found), "src_order")

    def with_all_details(self, rows: ir.Table) -> ir.Table:
        """Rows of events with all that events carry; a derived one stands in no source."""
        if self.details is None:
            return rows
        rows = rows.join(self.details, "src_order")
        own = ibis.ifelse(rows["is_derived"], ibis.null("int64"), rows["src_order"])
        return rows.mutate(src_order=own)

    @property
    def carried(self) -> tuple[str, ...]:
        """All columns that events carry, wherever they lie."""
        return (*self.events.columns, *([] if self.details is None else self.details.columns))

    def _detail(self, name: str) -> str | None:
        assert self.details is not None
        if name == self.template.case.resource and "resource" in self.details.columns:
            return "resource"
        return name if name in self.details.columns else None

    def with_case(self, rows: ir.Table, *wanted: str | None) -> ir.Table:
        """Rows of events with those of the wanted attributes that only their case has."""
        found = [name for name in wanted if name and name in self.cases.columns and name not in rows.columns]
        return rows.join(self.cases.select("case_key", *found), "case_key") if found else rows

    def find(self, name: str) -> str | None:
        """The table that carries an attribute: "event", "case", or None."""
        if name in self.carried:
            return "event"
        return "case" if name in self.cases.columns else None

    def column(self, rows: ir.Table, name: str) -> ir.Value | None:
        """An attribute's column in rows, or None when the log does not have it."""
        if name == self.template.case.resource and "resource" in rows.columns:
            return rows["resource"]
        return rows[name] if name in rows.columns else None

    def policy(self, value: object) -> object:
        """A declared value with `policy.x` replaced by the project's or the template's number."""
        return policy_value(value, self.template, self.meta)


def policy_value(value: object, template: Template, meta: LogMeta) -> object:
    """What a declared value stands for: itself, or the policy parameter that it names."""
    if isinstance(value, str) and value.startswith("policy."):
        name = value.removeprefix("policy.")
        given = meta.settings.policy.get(name, template.policy.get(name))
        return tuple(given) if isinstance(given, list) else given
    return value
