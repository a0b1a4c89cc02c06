"""A log being derived: its events so far, its cases, and how names are looked up in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import ibis.expr.types as ir

from workbench.log.engine import Engine
from workbench.log.meta import LogMeta
from workbench.template import Template

__all__ = ["Draft", "policy_value"]


@dataclass(frozen=True, slots=True)
class Draft:
    """Events carry the ordering columns of `keys.ORDER`; cases are keyed; both lie in the engine."""

    engine: Engine
    template: Template
    meta: LogMeta
    events: ir.Table
    cases: ir.Table
    days: ir.Table

    def events_of(self, names: Iterable[str]) -> ir.Table | None:
        """The events of some activities or groups; None when the log can show none of them."""
        known = self.meta.recorded | set(self.template.derived)
        codes = self.meta.codes(name for name in self.template.expand(tuple(names)) if name in known)
        if not codes:
            return None
        return self.events.filter(self.events["activity"].isin(codes))

    def with_case(self, rows: ir.Table) -> ir.Table:
        """Rows of events with their case's attributes; an event's own value goes before its case's."""
        own = set(rows.columns)
        wanted = [name for name in self.cases.columns if name not in own]
        return rows.join(self.cases.select("case_key", *wanted), "case_key")

    def find(self, name: str) -> str | None:
        """The table that carries an attribute: "event", "case", or None."""
        if name in self.events.columns:
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
