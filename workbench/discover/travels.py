"""Cases on their way over the map: when each was at which activity, for an animation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
import pandas as pd

from workbench.discover.shown import shown_events
from workbench.errors import unknown_name
from workbench.log.frames import activity_names, objects
from workbench.log.prepared import PreparedLog

__all__ = ["Travels", "travel_frame"]


@dataclass(frozen=True, eq=False)
class Travels:
    """The events of `shown` of all `cases`, case by case."""

    frame: pd.DataFrame
    shown: int
    cases: int


def travel_frame(
    log: PreparedLog, *, colour: str | None = None, most: int = 1_000, derived: bool = True
) -> Travels:
    """Events of the map in case order: case_id, activity, time (naive UTC) and `colour`, a case attribute's value.

    Of more cases than `most`, every so-manieth by its first event is taken, the same ones each time. Raises
    WorkbenchError for a case attribute that the log does not have.
    """
    events = shown_events(log, derived=derived)
    begun = events.group_by("case_key").aggregate(begun=events["time"].min())
    names = ["case_key", "case_id"]
    if colour is not None:
        found = log.meta.attribute(colour)
        column = colour if found is None else found.name
        if column not in log.cases.columns:
            raise unknown_name("case attribute", colour, log.attributes_in(log.cases), where="animation")
        told = log.cases.select(*names, colour=log.cases[column].cast("string"))
    else:
        told = log.cases.select(*names, colour=ibis.null("string"))
    rows = begun.join(told, "case_key")
    turn = ibis.row_number().over(ibis.window(order_by=[rows["begun"], rows["case_id"]]))
    ranked = log.engine.keep(rows.mutate(turn=turn), "travels")
    cases = int(log.engine.frame(ranked.aggregate(n=ranked.count()))["n"].iloc[0])
    step = max(1, -(-cases // most))
    kept = ranked.filter(ranked["turn"] % step == 0).select("case_key", "case_id", "colour", "turn")
    frame = log.frame(
        events.join(kept, "case_key")
        .order_by("turn", "pos")
        .select("case_id", "activity", "time", "colour", "turn")
    )
    shown: Any = frame["turn"].nunique()
    frame["activity"] = activity_names(log, frame["activity"])
    frame["colour"] = objects(None if pd.isna(value) else str(value) for value in frame["colour"])
    return Travels(frame.drop(columns="turn"), int(shown), cases)
