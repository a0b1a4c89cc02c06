"""The events of the map, and of all that is seen like it: which are shown, and what follows which among them."""

from __future__ import annotations

import ibis.expr.types as ir

from workbench.log.links import linked, linked_along
from workbench.log.prepared import PreparedLog

__all__ = ["linked_events", "shown_events", "shown_whole", "unlinked_events", "whole_ways"]


def shown_events(log: PreparedLog, *, derived: bool) -> ir.Table:
    """Events of the map with `workbench.log.links.LINKS`: the stored ones, or said anew where events are left out."""
    if whole_ways(log, derived=derived):
        return log.events.filter(log.events["is_shown"])
    if not log.engine.keeps_order:
        return linked(unlinked_events(log, derived=derived))
    # Of all cases, in their stored order, and narrowed afterwards: what is narrowed need not have one.
    events = linked_along(_shown(_whole(log), log, derived=derived))
    return events if log.narrowing is None else log.narrowing(events)


def linked_events(log: PreparedLog, *, derived: bool) -> ir.Table:
    """Events among which are all that some event of the map follows: to be asked for their `next_activity` first."""
    # No event is stored as followed that is not shown.
    return log.events if whole_ways(log, derived=derived) else shown_events(log, derived=derived)


def unlinked_events(log: PreparedLog, *, derived: bool) -> ir.Table:
    """Events of the map where what follows which is not asked: `shown_events` without the linking."""
    if not log.trims:
        return _shown(log.events, log, derived=derived)
    events = shown_whole(log, derived=derived)
    return events if log.narrowing is None else log.narrowing(events)


def shown_whole(log: PreparedLog, *, derived: bool) -> ir.Table:
    """The same of all cases, whatever the log is narrowed to."""
    return _shown(_whole(log), log, derived=derived)


def whole_ways(log: PreparedLog, *, derived: bool) -> bool:
    """Whether the map shows every event that is stored as shown, so that stored links and variants are its own."""
    return derived and not log.hidden and not log.trims


def _whole(log: PreparedLog) -> ir.Table:
    return log.events if log.ordered is None else log.ordered


def _shown(events: ir.Table, log: PreparedLog, *, derived: bool) -> ir.Table:
    # First of all: some count the stored rows.
    for trim in log.trims:
        events = trim.narrowed(events)
    shown: ir.Table = events.filter(events["is_shown"])
    if log.hidden:
        shown = shown.filter(shown["activity"].notin(log.hidden))
    return shown if derived else shown.filter(~shown["is_derived"])
