"""The work list: what is due, in which case, for whom and why, the most pressing first.

It comes from the template alone: limits of rules that still run or have passed, deadlines of pairs, and balances
past due. It lists cases, never people: whoever was last at work on a case stands beside it and is not counted.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.log.frames import amount_in, as_day, in_major_units, objects
from workbench.log.prepared import PreparedLog
from workbench.measure.context import Context, Money
from workbench.measure.terms import carries_amounts, open_rows
from workbench.messages import Message
from workbench.template.rules import ResponseRule
from workbench.template.words import BalanceTerm

__all__ = ["worklist_frame"]

_COLUMNS = [
    "case_id",
    "partner",
    "resource",
    "kind",
    "id",
    "due",
    "days_left",
    "balance",
    "currency",
    "why",
]


def worklist_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per case and thing that is due in it.

    Columns case_id, partner, resource (the last person known to have worked on the case), kind and id of what is
    due, due (local day), days_left (negative = overdue), balance (what is open by the first ledger, else the case
    amount; major units), currency, why (a message). Kinds: *rule* - the step that a rule asks for is not done
    yet, id is the rule; *deadline* - a pair's deadline has passed and it is still open; *balance* - money is past
    due and nothing else is listed for the case. What is overdue comes first, by days overdue × money, then what
    is due soonest. Money in several currencies is compared by the project's rates; without rates the most
    pressing of each currency take turns.
    """
    parts = [part for part in (_of_rules(log), _of_deadlines(log), _of_balances(log)) if part is not None]
    if not parts:
        return pd.DataFrame(columns=_COLUMNS)
    due = ibis.union(*parts) if len(parts) > 1 else parts[0]
    frame = log.frame(due.join(_cases(log), "case_key"))
    if frame.empty:
        return pd.DataFrame(columns=_COLUMNS)
    covered = set(frame.loc[frame["kind"] != "balance", "case_id"])
    frame = frame[(frame["kind"] != "balance") | ~frame["case_id"].isin(covered)]
    # A case may meet a rule several times; the first that is due stands for all.
    frame = frame.sort_values(["due", "case_id"]).drop_duplicates(["case_id", "kind", "id"])
    frame["due"] = objects(as_day(day) for day in frame["due"]).to_numpy()
    frame["days_left"] = [(day - log.as_of).days for day in frame["due"]]
    frame = _pressing_first(log, frame)
    frame["why"] = objects(_why(log, row) for row in frame.to_dict("records"))
    frame = in_major_units(log, frame, ["balance"])
    for name in ("partner", "resource"):
        frame[name] = objects(None if pd.isna(value) else value for value in frame[name])
    return frame[_COLUMNS]


def _pressing_first(log: PreparedLog, frame: pd.DataFrame) -> pd.DataFrame:
    factors = Money(log).factors(log.meta.currencies)
    money = [
        float(factors[own][1]) * value
        for own, value in zip(frame["currency"], frame["balance"].astype("float64"), strict=True)
    ]
    frame = frame.assign(shown=[factors[own][0] for own in frame["currency"]], money=money)
    frame["money"] = frame["money"].fillna(0.0)
    frame["late"] = frame["days_left"] < 0
    frame["press"] = (-frame["days_left"] * frame["money"]).where(frame["late"], -frame["days_left"])
    order = ["late", "press", "days_left", "money", "case_id", "id"]
    frame = frame.sort_values(order, ascending=[False, False, True, False, True, True])
    frame["turn"] = frame.groupby(["late", "shown"]).cumcount()
    return frame.sort_values(["late", "turn"], ascending=[False, True], kind="stable", ignore_index=True)


# ---------------------------------------------------------------------- what is due
def _due(rows: ir.Table, kind: str, name: ir.Value, day: ir.Value, activity: ir.Value) -> ir.Table:
    return rows.select(
        "case_key",
        kind=ibis.literal(kind),
        id=name.cast("string"),
        due=day.cast("date"),
        activity=activity.cast("int32"),
    )


def _of_rules(log: PreparedLog) -> ir.Table | None:
    """Limits of responses that run or have passed while the step they ask for has not come."""
    parts = []
    for rule in log.template.rules.values():
        if not isinstance(rule, ResponseRule) or rule.within is None:
            continue
        verdicts = log.verdicts
        rows = verdicts.filter((verdicts["rule"] == rule.id) & verdicts["limit_day"].notnull())
        # Pending means that the limit runs, whatever has already happened.
        rows = rows.filter(
            (rows["verdict"] == "pending") | ((rows["verdict"] == "broken") & (rows["reason"] == "never"))
        )
        rows = _waiting_pairs(log, rule, rows) if rule.pair is not None else _unanswered(log, rule, rows)
        if rows is not None:
            parts.append(_due(rows, "rule", rows["rule"], rows["limit_day"], rows["activity"]))
    return None if not parts else ibis.union(*parts) if len(parts) > 1 else parts[0]


def _waiting_pairs(log: PreparedLog, rule: ResponseRule, rows: ir.Table) -> ir.Table | None:
    pair = log.pairs.get(str(rule.pair))
    if pair is None:
        return None
    waiting = pair.filter(pair["became"] == "open").select("case_key", "pos")
    return rows.semi_join(waiting, ["case_key", "pos"])


def _unanswered(log: PreparedLog, rule: ResponseRule, rows: ir.Table) -> ir.Table:
    """Triggers in open cases after which neither the answer nor an excuse has come."""
    open_cases = log.cases.filter(log.cases["status"] == "open").select("case_key")
    rows = rows.semi_join(open_cases, "case_key")
    codes = list(log.codes((*rule.then, *rule.unless)))
    events = log.events.filter(log.events["activity"].isin(codes))
    last = events.group_by("case_key").aggregate(last_answer=events["pos"].max())
    joined = rows.left_join(last, "case_key").drop("case_key_right")
    rows = joined.filter(joined["last_answer"].isnull() | (joined["last_answer"] <= joined["pos"]))
    suspending = log.pairs.get(rule.unless_during) if rule.unless_during is not None else None
    if suspending is None:
        return rows
    held = suspending.filter(suspending["became"] == "open").select("case_key").distinct()
    return rows.anti_join(held, "case_key")


def _of_deadlines(log: PreparedLog) -> ir.Table | None:
    """Pairs that are open though their deadline has passed, in cases where they still matter."""
    parts = []
    for name, declared in log.template.pairs.items():
        if declared.deadline is None or name not in log.pairs:
            continue
        pair = log.pairs[name]
        rows = pair.filter((pair["became"] == "open") & (pair["deadline"] < ibis.literal(log.as_of)))
        parts.append(_due(rows, "deadline", ibis.literal(name), rows["deadline"], rows["activity"]))
    return None if not parts else ibis.union(*parts) if len(parts) > 1 else parts[0]


def _of_balances(log: PreparedLog) -> ir.Table | None:
    """Open cases whose balance is past due."""
    parts = []
    for name, declared in log.template.ledgers.items():
        if declared.due is None or name not in log.ledgers:
            continue
        rows = open_rows(Context(log), BalanceTerm(balance=name), [log.as_of]).table
        if declared.due not in rows.columns:
            continue
        rows = rows.filter((rows["t_overdue"] > 0).fill_null(False) & (rows["status"] == "open"))
        parts.append(_due(rows, "balance", ibis.literal(name), rows[declared.due], ibis.null("int32")))
    return None if not parts else ibis.union(*parts) if len(parts) > 1 else parts[0]


# ---------------------------------------------------------------------- for whom, and how much
def _cases(log: PreparedLog) -> ir.Table:
    """Columns case_key, case_id, partner, resource, balance (minor units), currency, last_day of each case."""
    cases, role = log.cases, log.template.case.partner
    own = cases.select(
        "case_key",
        "case_id",
        currency=cases["case_currency"],
        last_day=cases["end_day"],
        partner=cases[role].cast("string") if role in cases.columns else ibis.null("string"),
        amount=amount_in(log, cases),
    )
    own = own.left_join(_last_people(log), "case_key").drop("case_key_right")
    ledger = next((name for name in log.template.ledgers if name in log.ledgers), None)
    if ledger is None or not carries_amounts(log, log.template.ledgers[ledger]):
        return own.rename(balance="amount")
    rows = open_rows(Context(log), BalanceTerm(balance=ledger), [log.as_of]).table
    found = own.left_join(rows.select("case_key", balance="t_amount"), "case_key")
    return found.drop("case_key_right", "amount")


def _last_people(log: PreparedLog) -> ir.Table:
    """Columns case_key, resource: who did the last event of each case that no machine did."""
    role = log.template.case.automated
    events = log.events.filter(log.events["resource"].notnull() & ~log.events["is_derived"])
    if role is not None and role in events.columns:
        events = events.filter(~events[role].fill_null(False))
    return events.group_by("case_key").aggregate(resource=events["resource"].argmax(events["pos"]))


def _why(log: PreparedLog, row: dict[Any, Any]) -> Message:
    template = log.template
    if row["kind"] == "balance":
        return _past_due(row["due"], as_day(row["last_day"]))
    activity = log.meta.activities[int(row["activity"])]
    declared = template.activities.get(activity) or template.derived.get(activity)
    after = declared.name if declared is not None else activity
    if row["kind"] == "deadline":
        return Message("{activity}: the deadline has passed and it is not met", activity=after)
    return Message("{rule} (after: {activity})", rule=template.rules[str(row["id"])].name, activity=after)


def _past_due(due: date, last: date | None) -> Message:
    if last is None:
        return Message("past due since {due}", due=due)
    return Message("past due since {due}, no step since {last}", due=due, last=last)
