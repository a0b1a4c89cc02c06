"""The performance spectrum: each case's way from one activity to another as a line over time, slow ones told apart."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import pandas as pd

from workbench.discover.shown import shown_events
from workbench.errors import unknown_name
from workbench.log.prepared import PreparedLog

__all__ = ["Spectrum", "spectrum_frame"]


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The lines, `shown` of all `times` that the one directly followed the other."""

    frame: pd.DataFrame
    shown: int
    times: int


def spectrum_frame(
    log: PreparedLog, source: str, target: str, *, most: int = 500, derived: bool = True
) -> Spectrum:
    """Each time `target` directly followed `source`: case_id, begun, done (naive UTC), seconds, quarter (1–4).

    `quarter` says in which quarter of all these times it lies, 4 the slowest. Of more than `most` an even choice over
    time is shown, the same each time. Raises WorkbenchError for an activity that the log does not have.
    """
    codes = []
    for name in (source, target):
        code = log.meta.code(name)
        if code is None:
            raise unknown_name("activity", name, log.meta.activities, where="spectrum")
        codes.append(code)
    events = shown_events(log, derived=derived)
    found = events.filter(events["activity"] == codes[0], events["next_activity"] == codes[1])
    found = found.select("case_key", "time", "to_next")
    ordered = ibis.window(order_by=[found["time"], found["case_key"]])
    by_time = ibis.window(order_by=[found["to_next"], found["case_key"]])
    ranked = log.engine.keep(
        found.mutate(
            turn=ibis.row_number().over(ordered),
            quarter=ibis.ntile(4).over(by_time),
        ),
        "spectrum",
    )
    times = int(log.engine.frame(ranked.aggregate(n=ranked.count()))["n"].iloc[0])
    step = max(1, -(-times // most))
    kept = ranked.filter(ranked["turn"] % step == 0).join(log.cases.select("case_key", "case_id"), "case_key")
    frame = log.frame(kept.order_by("turn").select("case_id", "time", "to_next", "quarter"))
    frame["seconds"] = frame["to_next"].astype("float64") / 1e6
    frame["done"] = frame["time"] + pd.to_timedelta(frame["to_next"], unit="us")
    frame["quarter"] = frame["quarter"].astype("int64") + 1
    frame = frame.rename(columns={"time": "begun"})[["case_id", "begun", "done", "seconds", "quarter"]]
    return Spectrum(frame, len(frame), times)
