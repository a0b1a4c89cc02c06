"""What an action brought in."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.log.conditions import answer_all, microseconds
from workbench.log.ledgers import balance_at
from workbench.log.sheet import as_of_end, sheet_of
from workbench.measure.context import MISSING, Context, Money
from workbench.measure.figure import Figure, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import Unavailable
from workbench.messages import Message
from workbench.template.kpis import FunctionKPI

__all__ = ["cash_after", "cash_rows"]


def cash_rows(context: Context, kpi: FunctionKPI, period: Period) -> ir.Table | Unavailable:
    """A row per action: case_id, opened, balance at the action, cash that followed, state "in" or "pending"."""
    log = context.log
    pair_name, ledger_name = str(kpi.with_["pair"]), str(kpi.with_["ledger"])
    days = float(log.policy(kpi.with_["within_days"]))
    sheet = sheet_of(log, (pair_name,), (kpi, context.breakdown))
    ledger = log.ledgers.get(ledger_name)
    if sheet is None or ledger is None:
        return Unavailable(Message("the log shows no such event or balance"))
    if kpi.where:
        found = answer_all(sheet, kpi.where)
        sheet.filter(found.value.fill_null(False))
    if period.start is not None:
        opened = sheet.table["opened_day"]
        sheet.filter(opened >= ibis.literal(period.start), opened <= ibis.literal(period.end))
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(Message("these rows have no attribute {what}", what=repr(context.by)))
    sheet.table = sheet.table.mutate(g=group.fill_null(MISSING))
    rows = balance_at(ledger, sheet.table, "opened")
    cash = _cash_between(log, kpi, pair_name, rows, days)
    left = as_of_end(log).delta(rows["opened"], unit="microsecond")
    rows = rows.mutate(state=ibis.ifelse(left > microseconds(days), "in", "pending"))
    joined = rows.left_join(cash, ["case_key", "pos"])
    joined = joined.mutate(balance=joined["balance_then"], cash=joined["cash"].fill_null(0))
    return joined.select("case_id", "opened", "state", "g", "case_currency", "balance", "cash")


def cash_after(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """Cash that came in within W days of an action and before the next one, over the balance at the action.

    `with`: pair, sum (amount of the closing events), ledger, within_days. Actions whose W days still run are
    pending. No words add up what comes within days and before something else.
    """
    log = context.log
    rows = cash_rows(context, kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    decided = rows["state"] == "in"
    frame = log.frame(
        rows.group_by(["g", "case_currency"]).aggregate(
            balance=rows["balance"].sum(where=decided),
            cash=rows["cash"].sum(where=decided),
            n=decided.sum(),
            pending=(~decided).sum(),
        )
    )
    money = Money(log)
    shown = {currency: found for currency, (found, _) in money.factors(log.meta.currencies).items()}
    figures = []
    for name, found_rows in frame.groupby("g"):
        parts = list(money.split(found_rows, ("balance", "cash")))
        for currency, sums in parts:
            mine = found_rows[found_rows["case_currency"].map(shown) == currency]
            value = float(sums["cash"] / sums["balance"]) if sums["balance"] > 0 else None
            figures.append(
                Figure(
                    kpi.id,
                    kpi.unit,
                    value,
                    int(mine["n"].sum()),
                    period,
                    pending=int(mine["pending"].sum()),
                    when="opened",
                    currency=currency if len(parts) > 1 else None,
                    group=context.group_of(name),
                    reason=None if value is not None else Message("no balance was open"),
                )
            )
    return figures or Unavailable(Message("nothing of the kind in this period"))


def _cash_between(log: Any, kpi: FunctionKPI, pair: str, rows: Any, days: float) -> Any:
    """Per opening event the cash of closing events within the limit and before whatever stopped it."""
    codes = list(log.codes(log.template.pairs[pair].closes))
    events = log.events.filter(log.events["activity"].isin(codes))
    amount = str(kpi.with_["sum"])
    if amount not in events.columns:
        paid = events.select(
            "case_key", paid_pos=events["pos"], paid_time=events["time"], paid=ibis.literal(0)
        )
    else:
        paid = events.select(
            "case_key", paid_pos=events["pos"], paid_time=events["time"], paid=events[amount]
        )
    openings = rows.select("case_key", "pos", "opened", "stopped_pos")
    hits = openings.join(paid, "case_key")
    hits = hits.filter(
        (hits["paid_pos"] > hits["pos"])
        & (hits["paid_time"].delta(hits["opened"], unit="microsecond") <= microseconds(days))
        & (hits["stopped_pos"].isnull() | (hits["paid_pos"] < hits["stopped_pos"]))
    )
    return hits.group_by(["case_key", "pos"]).aggregate(cash=hits["paid"].sum())


register("cash_after", rows=cash_rows, figures=cash_after)
