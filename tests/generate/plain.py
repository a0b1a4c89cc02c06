"""Small plain-pandas questions that several tests ask of generated data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from .conftest import Written

__all__ = ["as_of", "cents_of", "first_time", "observed", "office_hours", "rates", "workdays_after"]


def as_of(written: Written) -> pd.Timestamp:
    """The cut-off day."""
    return pd.Timestamp(written.project["as_of"])


def first_time(written: Written, activity: str, case: str) -> pd.Series[Any]:
    """When each case first had an activity."""
    return written.of(activity).groupby(case)["event_time"].min()


def cents_of(text: str) -> int:
    """`'12.34'` as 1234."""
    return round(float(text) * 100)


def office_hours(written: Written) -> pd.Series[Any]:
    """Whether each event lies between 8 and 18 on a working day of the project's calendar."""
    time = written.events["event_time"]
    free = pd.to_datetime(written.project["calendar"]["holidays"])
    worked = (time.dt.day_of_week < 5) & ~time.dt.normalize().isin(free)
    return worked & (time.dt.hour >= 8) & (time.dt.hour < 18)


def workdays_after(written: Written, day: pd.Series[Any], number: int) -> pd.Series[Any]:
    """So many working days later than (working) days, by numpy's business days."""
    free = np.array(written.project["calendar"]["holidays"], dtype="datetime64[D]")
    days = day.to_numpy().astype("datetime64[D]")
    return pd.Series(np.busday_offset(days, number, roll="backward", holidays=free), index=day.index)


def observed(written: Written, cause: str) -> dict[str, tuple[int, int]]:
    """What truth.json says was seen of a cause: group -> (cases, hits)."""
    entry = next(entry for entry in written.truth["causes"] if entry["id"] == cause)
    return {group["group"]: (group["n"], group["hits"]) for group in entry["observed"]}


def recount(cause: dict[str, Any], cases: pd.DataFrame, hit: pd.Series[Any]) -> dict[str, tuple[int, int]]:
    """The same from the cases: `day` is the day that decides the period, `hit` the outcome."""
    planted, kind = cause["planted"], cause["kind"]
    groups: dict[str, pd.Series[Any]] = {}
    meets = pd.Series(True, index=cases.index)
    for attribute, value in planted.get("conditions", {}).items():
        meets &= cases[attribute] == value
    if kind == "non_linear":
        low, high = planted["edges"]
        value = cases[planted["attribute"]]
        groups = {"low": value < low, "middle": value.between(low, high, "left"), "high": value >= high}
    elif kind == "interaction":
        first, second = planted["conditions"]
        one = cases[first] == planted["conditions"][first]
        other = cases[second] == planted["conditions"][second]
        groups = {"both": one & other, first: one & ~other, second: ~one & other, "neither": ~one & ~other}
    elif kind == "time_limited":
        until = pd.Timestamp(planted["to"]) + timedelta(days=1)
        during = (cases["day"] >= planted["from"]) & (cases["day"] < until)
        groups = {"during": meets & during, "before and after": meets & ~during}
    else:
        groups = {"with": meets, "without": ~meets}
        if kind == "confounded":
            for name in sorted(cases[planted["behind"]].unique()):
                behind = cases[planted["behind"]] == name
                groups |= {f"with, {name}": meets & behind, f"without, {name}": ~meets & behind}
    return {name: (int(inside.sum()), int((inside & hit).sum())) for name, inside in groups.items()}


def rates(groups: dict[str, tuple[int, int]]) -> dict[str, float]:
    """Hits per case of each group."""
    return {name: hits / n for name, (n, hits) in groups.items() if n}
