"""The cases that pass each activity and each path of the map, and what they are worth, each case counted once."""

from __future__ import annotations

import ibis
import pandas as pd

from workbench.discover.shown import linked_events, shown_events
from workbench.log.answered import answered
from workbench.log.frames import activity_names, amount_in, in_major_units
from workbench.log.prepared import PreparedLog

__all__ = ["broken_frame", "passing_frame", "worth_frame"]


@answered
def passing_frame(log: PreparedLog, *, derived: bool = True) -> pd.DataFrame:
    """One row per path of the map: source, target, cases – how many cases take it at least once; most cases first."""
    events = linked_events(log, derived=derived)
    links = events.filter(events["next_activity"].notnull())
    counted = links.group_by(["activity", "next_activity"]).aggregate(cases=links["case_key"].nunique())
    return _named(log, log.frame(counted), ["cases"])


@answered
def worth_frame(log: PreparedLog, *, derived: bool = True) -> pd.DataFrame:
    """What passes each activity and path: source, target (None: the activity itself), currency, cases, amount.

    `amount` is the sum of the cases' amounts in major units, each case counted once; a row per currency, never summed
    across them. Cases without an amount or without a currency are left out. Empty where the process has no amount.
    """
    cases = log.cases.select("case_key", "case_currency", amount=amount_in(log, log.cases))
    cases = cases.filter(cases["amount"].notnull() & cases["case_currency"].notnull())
    events = shown_events(log, derived=derived)
    nodes = (
        events.select("case_key", "activity")
        .distinct()
        .mutate(next_activity=ibis.null(events["next_activity"].type()))
    )
    links = events.filter(events["next_activity"].notnull())
    links = links.select("case_key", "activity", "next_activity").distinct()
    passed = nodes.union(links).join(cases, "case_key")
    summed = passed.group_by(["activity", "next_activity", "case_currency"]).aggregate(
        cases=passed.count(), amount=passed["amount"].sum()
    )
    frame = in_major_units(log, log.frame(summed), ["amount"], currency="case_currency")
    return _named(log, frame.rename(columns={"case_currency": "currency"}), ["currency", "cases", "amount"])


def _named(log: PreparedLog, frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    target = [
        None if pd.isna(code) else name
        for code, name in zip(
            frame["next_activity"],
            activity_names(log, frame["next_activity"].fillna(0).astype("int64")),
            strict=True,
        )
    ]
    found = pd.DataFrame(
        {
            "source": activity_names(log, frame["activity"]),
            "target": pd.Series(target, dtype="object"),
            **{name: frame[name] for name in columns},
        }
    )
    found["cases"] = found["cases"].astype("int64")
    return found.sort_values(["cases", "source", "target"], ascending=[False, True, True], ignore_index=True)


@answered
def broken_frame(log: PreparedLog) -> pd.DataFrame:
    """Where policy rules are broken: activity (whose events a rule is asked of), rule, times, cases; most first."""
    broken = log.verdicts.filter((log.verdicts["verdict"] == "broken") & log.verdicts["activity"].notnull())
    frame = log.frame(
        broken.group_by(["activity", "rule"]).aggregate(
            times=broken.count(), cases=broken["case_key"].nunique()
        )
    )
    found = pd.DataFrame(
        {
            "activity": activity_names(log, frame["activity"]),
            "rule": frame["rule"],
            "times": frame["times"].astype("int64"),
            "cases": frame["cases"].astype("int64"),
        }
    )
    return found.sort_values(["times", "activity", "rule"], ascending=[False, True, True], ignore_index=True)
