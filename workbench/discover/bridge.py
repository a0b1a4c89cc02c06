"""The events as pm4py wants them, without the formatting that pm4py would do itself."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import numpy as np
import numpy.typing as npt
import pandas as pd

from workbench.discover.cases import amounts_among
from workbench.discover.shown import unlinked_events
from workbench.errors import unknown_name
from workbench.log.frames import in_major_units
from workbench.log.prepared import PreparedLog

__all__ = ["pm4py_frame"]

_CASE = "case:concept:name"
_NAMES = {
    "activity": "concept:name",
    "time": "time:timestamp",
    "resource": "org:resource",
    "lifecycle": "lifecycle:transition",
}
# What `pm4py.format_dataframe` notes on a frame: functions that are not told a column's name look here.
_NOTES = {
    "pm4py:param:activity_key": "concept:name",
    "pm4py:param:timestamp_key": "time:timestamp",
    "pm4py:param:group_key": "org:group",
    "pm4py:param:transition_key": "lifecycle:transition",
    "pm4py:param:resource_key": "org:resource",
    "pm4py:param:case_id_key": _CASE,
}


def pm4py_frame(
    log: PreparedLog, *, attributes: str | Iterable[str] | None = (), derived: bool = False
) -> pd.DataFrame:
    """One row per event, cases by their id and events in case order, as `pm4py.format_dataframe` would leave it.

    Columns case:concept:name, concept:name, time:timestamp (UTC), org:resource and lifecycle:transition where the
    log knows any, the attributes asked for (None: all that there are), those of cases with `case:` before their
    name, and pm4py's own @@index and @@case_index; with derived events also is_derived. Money is in major units.
    Names are strings: pm4py refuses categories for cases and activities. Raises WorkbenchError for an attribute
    that the log does not have.
    """
    of_events, of_cases = _placed(log, attributes)
    events = unlinked_events(log, derived=derived)
    built_in = ["activity", "time", *(name for name in ("resource", "lifecycle") if name in log.meta.filled)]
    marks = ["is_derived"] if derived else []
    frame = log.frame(events.select("case_key", "pos", *built_in, *marks, *of_events))
    # A filter answers in the order of its threads. Its parts are in order, so that a stable sort is a merge.
    order = np.argsort(_turn(frame), kind="stable")
    frame = frame.take(order).reset_index(drop=True)
    cases = log.frame(log.cases.select("case_key", "case_id", "case_currency", *of_cases)).sort_values(
        "case_key"
    )
    keys = frame["case_key"].to_numpy()
    places = np.searchsorted(cases["case_key"].to_numpy(), keys)
    told = cases.take(places).set_axis(frame.index)
    amounts = amounts_among(log, of_events)
    if amounts:
        frame["case_currency"] = told["case_currency"]
        frame = in_major_units(log, frame, amounts, currency="case_currency")
    if amounts_among(log, of_cases):
        told = in_major_units(log, told, amounts_among(log, of_cases), currency="case_currency")
    starts = np.diff(keys, prepend=keys[:1]) != 0
    result = {
        _CASE: told["case_id"],
        **{_NAMES[name]: frame[name] for name in built_in},
        **{name: frame[name] for name in (*marks, *of_events)},
        **{f"case:{name}": told[name] for name in of_cases},
        "@@index": frame.index.to_numpy(),
        "@@case_index": np.cumsum(starts),
    }
    activities = pd.Series(log.meta.activities, dtype="str")
    result["concept:name"] = activities.take(frame["activity"].to_numpy()).set_axis(frame.index)
    result["time:timestamp"] = _utc(frame["time"])
    handed = pd.DataFrame(result)
    handed.attrs.update(_NOTES)
    return handed


def _placed(log: PreparedLog, attributes: str | Iterable[str] | None) -> tuple[list[str], list[str]]:
    """The attributes asked for as they stand in the events and in the cases; one may stand in both."""
    known = {table: log.attributes_in(rows) for table, rows in (("events", log.events), ("cases", log.cases))}
    if attributes is None:
        return known["events"], known["cases"]
    asked = [attributes] if isinstance(attributes, str) else list(dict.fromkeys(attributes))
    found = {name: log.meta.attribute(name) for name in asked}
    columns = {name: attribute.name for name, attribute in found.items() if attribute is not None}
    for name in asked:
        if not any(columns.get(name) in names for names in known.values()):
            raise unknown_name("attribute", name, [*known["events"], *known["cases"]], where="to_pm4py")
    wanted = list(dict.fromkeys(columns.values()))
    return [name for name in wanted if name in known["events"]], [
        name for name in wanted if name in known["cases"]
    ]


def _turn(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    """One number an event that grows in the order of cases and, in a case, of its events."""
    places = frame["pos"].to_numpy()
    return np.asarray(frame["case_key"].to_numpy() * (places.max(initial=0) + 1) + places, dtype=np.int64)


def _utc(times: pd.Series[pd.Timestamp]) -> pd.Series[pd.Timestamp]:
    """Times in UTC and in nanoseconds, which pm4py divides by 10**9 without asking."""
    with suppress(pd.errors.OutOfBoundsDatetime):  # before 1677 and after 2262 there are no nanoseconds
        times = times.dt.as_unit("ns")
    return times.dt.tz_localize("UTC")
