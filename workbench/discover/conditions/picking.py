"""Which events stay where a filter trims cases: those of some days, those between two activities."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from workbench.discover.shown import shown_whole
from workbench.log.engine import Narrowing
from workbench.log.prepared import PreparedLog

__all__ = ["between_days", "between_ends"]


def between_days(first: date | None, last: date | None) -> Narrowing:
    """What leaves the events of some days, both included."""

    def narrowed(events: ir.Table) -> ir.Table:
        if first is not None:
            events = events.filter(events["day"] >= ibis.literal(first))
        return events if last is None else events.filter(events["day"] <= ibis.literal(last))

    return narrowed


def between_ends(
    log: PreparedLog, first: tuple[int, ...], last: tuple[int, ...], *, derived: bool
) -> Narrowing:
    """What leaves the events from the first of some activities to the last of others in their case."""
    events = shown_whole(log, derived=derived)
    is_first, is_last = events["activity"].isin(first), events["activity"].isin(last)
    bounds = (
        events.filter(is_first | is_last)
        .group_by("case_key")
        .aggregate(since=events["pos"].min(where=is_first), until=events["pos"].max(where=is_last))
    )
    if first:
        bounds = bounds.filter(bounds["since"].notnull())
    if last:
        bounds = bounds.filter(bounds["until"].notnull())
    if first and last:
        bounds = bounds.filter(bounds["since"] <= bounds["until"])
    whole = log.events if log.ordered is None else log.ordered
    return log.engine.picking(
        whole,
        bounds.select(
            "case_key",
            since=bounds["since"].fill_null(-1),
            until=bounds["until"].fill_null(2**31 - 1),
        ),
    )
