"""What came next in each case: said beside every event when a log is prepared, and said anew for fewer events.

Cases, once in order, are never sorted again. Whoever leaves out events (activities hidden, derived ones left out)
links those that remain along the order in which they are stored, which reads the log once and holds none of it.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.log.keys import in_case

__all__ = ["LINKS", "linked", "linked_along"]

LINKS = ("previous_activity", "next_activity", "to_next")
"""Activity codes of the events before and after one in its case, and the microseconds until the next."""


def linked(events: ir.Table) -> ir.Table:
    """Events with `LINKS` and `occurrence`, the how-manieth of its activity in the case (from 1), by `pos`.

    For events in any order.
    """
    order = in_case(events, "pos")
    alike = ibis.window(group_by=[events["case_key"], events["activity"]], order_by=events["pos"])
    return events.mutate(
        previous_activity=events["activity"].lag(1).over(order),
        next_activity=events["activity"].lead(1).over(order),
        to_next=events["time"].lead(1).over(order).delta(events["time"], unit="microsecond"),
        occurrence=(ibis.row_number().over(alike) + 1).cast("int32"),
    )


def linked_along(events: ir.Table) -> ir.Table:
    """Events with `LINKS` said anew, for events that an engine hands over in case order.

    Only of what lies in the order of its cases (`Engine.keeps_order`) and was not joined to anything.
    """
    key = events["case_key"]
    goes_on = key.lead(1) == key
    return events.mutate(
        previous_activity=ibis.ifelse(key.lag(1) == key, events["activity"].lag(1), ibis.null("int32")),
        next_activity=ibis.ifelse(goes_on, events["activity"].lead(1), ibis.null("int32")),
        to_next=ibis.ifelse(
            goes_on, events["time"].lead(1).delta(events["time"], unit="microsecond"), ibis.null("int64")
        ),
    )
