"""What happens inside a pair: events, hand-offs, the longest wait, between its opening and its closing."""

from __future__ import annotations

from typing import Literal

import ibis
import ibis.expr.types as ir

from workbench.log.sheet import Sheet

__all__ = ["Inside", "inside"]

Inside = Literal["events", "resource_changes", "longest_gap", "duration"]


def inside(sheet: Sheet, what: Inside) -> ir.Value:
    """A number per closed pair, null for others: counts, or microseconds for the longest gap and the duration.

    Recorded events of the case count, the opening and the closing one included but for `events`, which are those
    strictly between. A hand-off is an event by another resource than the event before it that names one.
    """
    closed = sheet.table["closed"].notnull()
    if what == "duration":
        return sheet.table["closed"].delta(sheet.table["opened"], unit="microsecond")
    events = sheet.log.events
    if what == "resource_changes" and "resource" not in events.columns:
        return ibis.null("int64")
    who = events["resource"] if "resource" in events.columns else ibis.null("string")
    steps = events.filter(~events["is_derived"]).select("case_key", at="pos", when="time", who=who)
    rows = sheet.table.filter(closed).select("case_key", "pos", "closed_pos")
    found = rows.join(steps, "case_key")
    found = found.filter((found["at"] >= found["pos"]) & (found["at"] <= found["closed_pos"]))
    if what == "events":
        found = found.filter((found["at"] > found["pos"]) & (found["at"] < found["closed_pos"]))
    elif what == "resource_changes":
        found = found.filter(found["who"].notnull())
    order = ibis.window(group_by=[found["case_key"], found["pos"]], order_by=found["at"])
    found = found.mutate(
        gap=found["when"].delta(found["when"].lag(1).over(order), unit="microsecond"),
        changed=(found["who"] != found["who"].lag(1).over(order)).fill_null(False),
    )
    name = sheet.name("inside")
    totals = {
        "events": found.count(),
        "resource_changes": found["changed"].sum(),
        "longest_gap": found["gap"].max(),
    }
    sheet.attach(found.group_by(["case_key", "pos"]).aggregate(**{name: totals[what]}), ["case_key", "pos"])
    counted = sheet.table[name].cast("int64")
    return ibis.ifelse(sheet.table["closed"].notnull(), counted.fill_null(0), ibis.null("int64"))
