"""The cases that pass each activity and each path of the map, and what they are worth, each case counted once."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.discover.shown import linked_events, shown_events
from workbench.discover.wayflow import PASSED, knows_flow, links_by_ways, travelled
from workbench.log.answered import answered
from workbench.log.frames import activity_names, amount_in, in_major_units
from workbench.log.prepared import PreparedLog

__all__ = ["broken_frame", "passing_frame", "worth_cases", "worth_frame"]


@answered
def passing_frame(log: PreparedLog, *, derived: bool = True) -> pd.DataFrame:
    """One row per path of the map: source, target, cases – how many cases take it at least once; most cases first."""
    if knows_flow(log, derived=derived):
        passed = links_by_ways(log)
        counted = passed.group_by(["activity", "next_activity"]).aggregate(cases=passed["cases"].sum())
    else:
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
    by_ways = knows_flow(log, derived=derived)
    summed = log.alike(
        ("worth", derived, by_ways),
        lambda: _worth_of_ways(log) if by_ways else _worth(log, derived=derived),
    )
    frame = in_major_units(log, log.frame(summed), ["amount"], currency="case_currency")
    return _named(log, frame.rename(columns={"case_currency": "currency"}), ["currency", "cases", "amount"])


def _with_amounts(log: PreparedLog) -> ir.Table:
    """The cases that have an amount and a currency: case_key, variant, case_currency, amount in minor units."""
    cases = log.cases.select("case_key", "variant", "case_currency", amount=amount_in(log, log.cases))
    return cases.filter(cases["amount"].notnull() & cases["case_currency"].notnull())


def _worth(log: PreparedLog, *, derived: bool) -> ir.Table:
    events = shown_events(log, derived=derived)
    nodes = (
        events.select("case_key", "activity")
        .distinct()
        .mutate(next_activity=ibis.null(events["next_activity"].type()))
    )
    links = events.filter(events["next_activity"].notnull())
    links = links.select("case_key", "activity", "next_activity").distinct()
    passed = nodes.union(links).join(_with_amounts(log), "case_key")
    return passed.group_by(["activity", "next_activity", "case_currency"]).aggregate(
        cases=passed.count(), amount=passed["amount"].sum()
    )


def _worth_of_ways(log: PreparedLog) -> ir.Table:
    """The same by ways: what cases of one way are worth passes each of its links once."""
    cases = _with_amounts(log)
    ways = cases.group_by(["variant", "case_currency"]).aggregate(
        cases=cases.count(), amount=cases["amount"].sum()
    )
    passed = travelled(log, ways)
    passed = passed.filter((passed["source"] >= 0) & ((passed["target"] >= 0) | (passed["target"] == PASSED)))
    passed = passed.mutate(
        activity=passed["source"],
        next_activity=ibis.ifelse(passed["target"] == PASSED, ibis.null("int32"), passed["target"]),
    )
    return passed.group_by(["activity", "next_activity", "case_currency"]).aggregate(
        cases=passed["cases"].sum(), amount=passed["amount"].sum()
    )


def worth_cases(log: PreparedLog) -> pd.DataFrame:
    """The currencies of the cases that have an amount, and how many have which: currency, cases; most cases first."""
    cases = _with_amounts(log)
    known = cases.filter(cases["variant"].notnull() & (cases["case_currency"] != "XXX"))
    found = log.frame(known.group_by(currency=known["case_currency"]).aggregate(cases=known.count()))
    found["cases"] = found["cases"].astype("int64")
    return found.sort_values(["cases", "currency"], ascending=[False, True], ignore_index=True)


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
    order = [name for name in ("cases", "source", "target", "currency") if name in found.columns]
    return found.sort_values(order, ascending=[name != "cases" for name in order], ignore_index=True)


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
