"""Evidence: for every broken rule the cases that show it best, and what is at stake."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.errors import unknown_name
from workbench.log.frames import activity_names, amount_in, in_major_units, objects
from workbench.log.prepared import PreparedLog
from workbench.measure.context import Money
from workbench.rules import why_broken

__all__ = ["evidence_frame", "stake_frame"]

_EVIDENCE = [
    "rule",
    "case_id",
    "partner",
    "time",
    "activity",
    "reason",
    "resource",
    "limit_day",
    "amount",
    "currency",
]
_STAKES = ["rule", "currency", "cases", "events", "amount", "owner", "owner_events"]


def evidence_frame(log: PreparedLog, rule: str | None = None, *, limit: int = 5) -> pd.DataFrame:
    """Up to `limit` cases per broken rule, each with the first event that breaks it, the largest amount first.

    Columns rule, case_id, partner (by the template's role), time, activity, reason (a message), resource,
    limit_day, amount of the case in major units, currency. Equal amounts stand by time. Amounts in several
    currencies are compared by the project's rates; without rates the largest of each currency take turns.
    Raises WorkbenchError for an unknown rule; a group's name asks for all of its rules.
    """
    rows = _broken(log, rule)
    first = rows.mutate(
        turn=ibis.row_number().over(
            ibis.window(
                group_by=[rows["rule"], rows["case_key"]],
                order_by=[rows["time"], rows["pos"], rows["case_id"]],
            )
        )
    )
    first = first.filter(first["turn"] == 0)
    # A missing amount counts as none: left to the engines, each would sort it in its own way.
    size = Money(log).size(first["amount"], first["case_currency"]).fill_null(0.0)
    first = first.mutate(size=-size, shown=Money(log).shown(first["case_currency"]))
    order = [first["size"], first["time"], first["case_id"]]
    place = ibis.row_number().over(ibis.window(group_by=[first["rule"], first["shown"]], order_by=order))
    first = first.mutate(place=place)
    first = first.filter(first["place"] < limit)
    frame = log.frame(first).sort_values(["place", "shown", "case_id"])
    rank = {name: position for position, name in enumerate(log.template.rules)}
    frame = frame.assign(rank=frame["rule"].map(rank)).sort_values("rank", kind="stable")
    frame = frame.groupby("rule", sort=False).head(limit).reset_index(drop=True)
    frame = in_major_units(log, frame.rename(columns={"case_currency": "currency"}), ["amount"])
    frame["activity"] = activity_names(log, frame["activity"])
    frame["reason"] = objects(
        why_broken(log.template.rules[str(name)], None if pd.isna(code) else str(code))
        for name, code in zip(frame["rule"], frame["reason"], strict=True)
    )
    for name in ("partner", "resource"):
        frame[name] = objects(None if pd.isna(value) else value for value in frame[name])
    return frame[_EVIDENCE]


def stake_frame(log: PreparedLog) -> pd.DataFrame:
    """What the broken rules are about: one row per rule, in the policy's order, and currency.

    Columns rule, currency (the project's where rates allow it, else each case's own), cases and events that
    break it, amount (the value of these cases, in major units; empty where no case has one), owner (who was at
    work at most of these events, whatever their currency) and owner_events. A rule that nobody breaks has no row.
    """
    rows = _broken(log, None)
    by_case = rows.group_by(["rule", "case_currency", "case_key"]).aggregate(
        events=rows.count(), amount=rows["amount"].max()
    )
    sums = by_case.group_by(["rule", "case_currency"]).aggregate(
        cases=by_case.count(), events=by_case["events"].sum(), amount=by_case["amount"].sum()
    )
    frame = log.frame(sums)
    factors = Money(log).factors(log.meta.currencies)
    frame["currency"] = [factors[str(own)][0] for own in frame["case_currency"]]
    rates = pd.Series([float(factors[str(own)][1]) for own in frame["case_currency"]], dtype="float64")
    frame["amount"] = frame["amount"].astype("float64") * rates
    keys = ["rule", "currency"]
    counts = frame.groupby(keys, as_index=False)[["cases", "events"]].sum()
    frame = counts.merge(frame.groupby(keys)["amount"].sum(min_count=1), on=keys)
    named = rows.filter(rows["resource"].notnull())
    owners = log.frame(named.group_by(["rule", "resource"]).aggregate(owner_events=named.count()))
    owners = owners.sort_values(["rule", "owner_events", "resource"], ascending=[True, False, True])
    owners = owners.drop_duplicates("rule").rename(columns={"resource": "owner"})
    frame = frame.merge(owners, on="rule", how="left")
    rank = {name: position for position, name in enumerate(log.template.rules)}
    frame = frame.assign(rank=frame["rule"].map(rank)).sort_values(
        ["rank", "cases", "currency"], ascending=[True, False, True], ignore_index=True
    )
    frame["owner"] = objects(None if pd.isna(value) else value for value in frame["owner"])
    frame["owner_events"] = frame["owner_events"].astype("Int64")
    return frame.astype({"cases": "int64", "events": "int64"})[_STAKES]


def _broken(log: PreparedLog, rule: str | None) -> ir.Table:
    """The verdicts that are breaches, with their case's id, currency, amount and partner."""
    verdicts = log.verdicts.filter(log.verdicts["verdict"] == "broken")
    if rule is not None:
        members = log.template.rule_members(rule)
        if not members:
            raise unknown_name("rule", rule, log.template.rules)
        verdicts = verdicts.filter(verdicts["rule"].isin(list(members)))
    cases = log.cases
    role = log.template.case.partner
    partner = cases[role].cast("string") if role in cases.columns else ibis.null("string")
    known = cases.select(
        "case_key", "case_id", "case_currency", amount=amount_in(log, cases), partner=partner
    )
    return verdicts.join(known, "case_key")
