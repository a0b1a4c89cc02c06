"""Cases and events as plain frames, with names for codes and money in major units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from workbench.discover.shown import unlinked_events
from workbench.log.frames import in_major_units
from workbench.log.prepared import PreparedLog

__all__ = ["CaseDurations", "amounts_among", "case_durations", "case_frame", "event_frame"]


@dataclass(frozen=True, slots=True)
class CaseDurations:
    """How long cases take from their first to their last recorded event, in seconds; None where there is no case."""

    cases: int
    mean: float | None
    median: float | None
    p90: float | None


def case_durations(log: PreparedLog) -> CaseDurations:
    """Of the cases that have ended; of all that have an event where the process knows no end."""
    cases = log.cases.filter(log.cases["start"].notnull())
    cases = cases.filter(cases["status"].isnull() | (cases["status"] == "ended"))
    span = cases["end"].delta(cases["start"], unit="microsecond")
    found = log.frame(
        cases.aggregate(
            n=cases.count(),
            total=span.sum(),
            median=span.cast("float64").quantile(0.5),
            p90=span.cast("float64").quantile(0.9),
        )
    ).iloc[0]
    n = int(found["n"])
    if not n:
        return CaseDurations(0, None, None, None)
    return CaseDurations(
        n, float(found["total"]) / n / 1e6, float(found["median"]) / 1e6, float(found["p90"]) / 1e6
    )


def case_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per case: case_id, start, end, duration_seconds, events, status, ended, ended_by, variant, attributes.

    Times are naive UTC. Cases without any event stand here too, with empty times. Money is in major units of
    the case's currency.
    """
    attributes = log.attributes_in(log.cases)
    cases = log.cases.select(
        "case_id",
        "start",
        "end",
        "n_events",
        "status",
        "ended",
        "ended_by",
        "variant",
        "case_currency",
        *attributes,
    )
    frame = log.frame(cases.order_by("case_id"))
    frame["n_events"] = frame["n_events"].fillna(0).astype("int64")
    frame["ended_by"] = [
        None if pd.isna(code) else log.meta.activities[int(code)] for code in frame["ended_by"]
    ]
    frame["variant"] = frame["variant"].astype("Int64")
    frame.insert(3, "duration_seconds", (frame["end"] - frame["start"]).dt.total_seconds())
    frame = in_major_units(log, frame, amounts_among(log, attributes), currency="case_currency")
    return frame.rename(columns={"n_events": "events", "case_currency": "currency_of_case"})


def event_frame(log: PreparedLog, *, derived: bool = True) -> pd.DataFrame:
    """One row per event in case order: case_id, activity, time (naive UTC), resource, is_derived, attributes."""
    attributes = log.attributes_in(log.events)
    events = unlinked_events(log, derived=derived)
    key = log.cases.select("case_key", "case_id", "case_currency")
    events = events.join(key, "case_key").order_by("case_id", "pos")
    frame = log.frame(
        events.select("case_id", "activity", "time", "resource", "is_derived", "case_currency", *attributes)
    )
    frame["activity"] = [log.meta.activities[int(code)] for code in frame["activity"]]
    frame = in_major_units(log, frame, amounts_among(log, attributes), currency="case_currency")
    return frame.drop(columns="case_currency")


def amounts_among(log: PreparedLog, names: Iterable[str]) -> list[str]:
    """Those attributes that are money."""
    found = {name: log.meta.attribute(name) for name in names}
    return [name for name, attribute in found.items() if attribute is not None and attribute.type == "money"]
