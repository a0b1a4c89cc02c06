"""The dotted chart: every event a dot, over time and case by case, of as many cases as an eye can take in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.discover.shown import unlinked_events
from workbench.errors import unknown_name
from workbench.log.frames import activity_names
from workbench.log.prepared import PreparedLog

__all__ = ["DOTTED_ORDERS", "Dotted", "dotted_frame"]

DOTTED_ORDERS = ("start", "duration", "end")
"""By what the cases of a dotted chart can be put in order."""
_EPOCH = ibis.timestamp("1970-01-01 00:00:00")


@dataclass(frozen=True, eq=False)
class Dotted:
    """The dots, of how many `shown` of all `cases` with an event.

    Of all of them, not only of those shown: when half had begun (`half_begun`), and from their first event to their
    last the seconds that half of them take at most and that one in four exceeds (`half_take`, `quarter_exceeds`).
    Of no case they are NaT and NaN.
    """

    frame: pd.DataFrame
    shown: int
    cases: int
    half_begun: pd.Timestamp
    half_take: float
    quarter_exceeds: float


def dotted_frame(
    log: PreparedLog,
    *,
    order: str = "start",
    since: Literal["calendar", "start"] = "calendar",
    most: int = 1_800,
    derived: bool = False,
) -> Dotted:
    """Events as dots: case_id, place (0: the first case), activity, time (naive UTC), seconds (since its case began).

    Cases are put in order by their first event, their duration or their last event. Of more events than `most` those of
    some cases are shown, evenly spread over that order, whole case by whole case; which, is the same each time. With
    `since="start"` the caller draws `seconds`, else `time`; the dots are the same. Raises WorkbenchError for an order
    that there is not.
    """
    if order not in DOTTED_ORDERS:
        raise unknown_name("order", order, DOTTED_ORDERS, where="dotted")
    events = unlinked_events(log, derived=derived)
    counted = events.group_by("case_key").aggregate(
        dots=events.count(), begun=events["time"].min(), done=events["time"].max()
    )
    rows = counted.join(log.cases.select("case_key", "case_id"), "case_key")
    rows = rows.mutate(taken=rows["done"].delta(rows["begun"], unit="microsecond"))
    by: dict[str, ir.Value] = {
        "start": rows["begun"],
        "duration": rows["taken"],
        "end": rows["done"],
    }
    turn = ibis.row_number().over(ibis.window(order_by=[by[order], rows["case_id"]]))
    ranked = log.engine.keep(rows.mutate(turn=turn), "dotted")
    taken = ranked["taken"].cast("float64") / 1e6
    begun = ranked["begun"].delta(_EPOCH, unit="microsecond").cast("float64") / 1e6
    whole = log.engine.frame(
        ranked.aggregate(
            n=ranked.count(),
            dots=ranked["dots"].sum(),
            begun=begun.quantile(0.5),
            half=taken.quantile(0.5),
            slow=taken.quantile(0.75),
        )
    ).iloc[0]
    cases, dots = int(whole["n"]), 0 if pd.isna(whole["dots"]) else int(whole["dots"])
    step = max(1, -(-dots // most))
    kept = ranked.filter(ranked["turn"] % step == 0).select(
        "case_key", "case_id", "begun", place=ranked["turn"] // step
    )
    joined = events.join(kept, "case_key")
    frame = log.frame(
        joined.select(
            "case_id",
            "place",
            "activity",
            "time",
            seconds=joined["time"].delta(joined["begun"], unit="microsecond"),
        ).order_by("place", "time")
    )
    frame["activity"] = activity_names(log, frame["activity"])
    frame["seconds"] = frame["seconds"].astype("float64") / 1e6
    frame["place"] = frame["place"].astype("int64")
    # Cases are not all of one length: those beyond what can be drawn are left out whole, from the end.
    fits = frame.groupby("place").size().cumsum() <= most
    frame = frame[frame["place"].isin(fits.index[fits])]
    return Dotted(
        frame,
        shown=frame["place"].nunique(),
        cases=cases,
        half_begun=pd.Timestamp(float(whole["begun"]), unit="s", tz="UTC"),
        half_take=float(whole["half"]),
        quarter_exceeds=float(whole["slow"]),
    )
