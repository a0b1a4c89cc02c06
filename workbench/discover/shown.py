"""The events of the map, and of all that is seen like it: which are shown, and what follows which among them."""

from __future__ import annotations

import ibis.expr.types as ir

from workbench.log.links import linked, linked_along
from workbench.log.prepared import PreparedLog

__all__ = ["linked_events", "shown_events", "unlinked_events"]


def shown_events(log: PreparedLog, *, derived: bool) -> ir.Table:
    """Events of the map with `workbench.log.links.LINKS`: the stored ones, or said anew where events are left out."""
    if derived and not log.hidden:
        return log.events.filter(log.events["is_shown"])
    if not log.engine.keeps_order:
        return linked(unlinked_events(log, derived=derived))
    # Of all cases, in their stored order, and narrowed afterwards: what is narrowed need not have one.
    whole = log.events if log.ordered is None else log.ordered
    events = linked_along(_shown(whole, log, derived=derived))
    return events if log.narrowing is None else log.narrowing(events)


def linked_events(log: PreparedLog, *, derived: bool) -> ir.Table:
    """Events among which are all that some event of the map follows: to be asked for their `next_activity` first."""
    # No event is stored as followed that is not shown.
    return log.events if derived and not log.hidden else shown_events(log, derived=derived)


def unlinked_events(log: PreparedLog, *, derived: bool) -> ir.Table:
    """Events of the map where what follows which is not asked: `shown_events` without the linking."""
    return _shown(log.events, log, derived=derived)


def _shown(events: ir.Table, log: PreparedLog, *, derived: bool) -> ir.Table:
    shown: ir.Table = events.filter(events["is_shown"])
    if log.hidden:
        shown = shown.filter(shown["activity"].notin(log.hidden))
    return shown if derived else shown.filter(~shown["is_derived"])
