"""Who hands work over to whom: the next one to act in the same case."""

from __future__ import annotations

import pandas as pd

from workbench.discover.shown import unlinked_events
from workbench.errors import unknown_name
from workbench.log.keys import in_case
from workbench.log.prepared import PreparedLog

__all__ = ["handover_frame"]


def handover_frame(log: PreparedLog, *, by: str | None = None, derived: bool = False) -> pd.DataFrame:
    """One row per pair of resources: source, target, count, share of all handovers; most frequent first.

    A handover is an event that says who did it and the next one of its case that does; events that do not say are
    passed over. Who goes on with their own work hands over to themselves, as source and target. `by` names another
    attribute of events: their team, the system that they come from. A log without resources has no handovers.
    Raises WorkbenchError for what is no attribute of events.
    """
    events = unlinked_events(log, derived=derived)
    name = "resource" if by in (None, log.template.case.resource) else str(by)
    known = [found.name for found in log.meta.attributes if found.name in events.columns]
    if name != "resource" and name not in known:
        raise unknown_name("event attribute", name, known, where="by")
    events = events.filter(events[name].notnull())
    links = events.select(source=events[name], target=events[name].lead(1).over(in_case(events, "pos")))
    links = links.filter(links["target"].notnull())
    frame = log.frame(links.group_by(["source", "target"]).aggregate(count=links.count()))
    frame["count"] = frame["count"].astype("int64")
    frame["share"] = frame["count"] / frame["count"].sum()
    return frame.sort_values(["count", "source", "target"], ascending=[False, True, True], ignore_index=True)
