"""How much there is to chase for each of those who chase it."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.log.sheet import as_text
from workbench.measure.context import MISSING, Context, Money, as_float, as_int
from workbench.measure.figure import Figure, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import Unavailable
from workbench.measure.terms import balances_on
from workbench.messages import Message
from workbench.template.kpis import FunctionKPI
from workbench.template.words import BalanceTerm

__all__ = ["workload", "workload_rows"]


def workload_rows(context: Context, kpi: FunctionKPI, period: Period) -> ir.Table | Unavailable:
    """A row per case past due with a balance: case_id, g, case_currency, days_past_due, balance, resource.

    The case is with whoever made its last event of `by` up to the day; null where nobody has made one.
    """
    log = context.log
    sheet = balances_on(
        context, BalanceTerm(balance=str(kpi.with_["balance"]), part="past_due"), [period.end]
    )
    if isinstance(sheet, Unavailable):
        return sheet
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(Message("these rows have no attribute {what}", what=repr(context.by)))
    codes = list(log.codes(tuple(kpi.with_["by"])))
    events = log.events.filter(
        log.events["activity"].isin(codes)
        & log.events["resource"].notnull()
        & (log.events["day"] <= ibis.literal(period.end))
    )
    last = events.group_by("case_key").aggregate(pos=events["pos"].max())
    who = events.join(last, ["case_key", "pos"]).select(with_case="case_key", resource="resource")
    rows = sheet.table.mutate(g=as_text(group).fill_null(MISSING))
    rows = rows.select(
        "case_key", "case_id", "g", "case_currency", days_past_due="t_overdue", balance="t_amount"
    )
    rows = rows.left_join(who, rows["case_key"] == who["with_case"])
    return rows.select("case_id", "g", "case_currency", "days_past_due", "balance", "resource")


def workload(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """Open overdue cases, or their balances, per person who has any: the mean, and how evenly they are spread.

    `with`: balance, by (the activities of those who chase). No words say who had a case on a day. `median`, `p90`
    and `most` are over persons, none of whom is named; a case that nobody has chased yet is unknown.
    """
    rows = workload_rows(context, kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    loaded = rows.group_by(["g", "case_currency", "resource"]).aggregate(
        n=rows.count(), balance=rows["balance"].sum()
    )
    # The same in number and in money.
    asked = ("workload", str(kpi.with_), period, context.by_case)
    frame = context.once(asked, lambda: context.log.frame(loaded))
    money = kpi.unit == "money"
    factors = Money(context.log).factors(context.log.meta.currencies)
    loads: dict[tuple[str, str | None], dict[str | None, tuple[int, Any]]] = {}
    for record in frame.to_dict("records"):
        shown, factor = factors[str(record["case_currency"])]
        own = loads.setdefault((str(record["g"]), shown if money else None), {})
        person = None if pd.isna(record["resource"]) else str(record["resource"])
        n, balance = own.get(person, (0, 0))
        own[person] = (n + as_int(record["n"]), balance + as_int(record["balance"]) * factor)
    figures = []
    for (group, currency), own in sorted(loads.items(), key=str):
        unknown = own.pop(None, (0, 0))[0]
        spread = pd.Series([float(balance if money else n) for n, balance in own.values()], dtype="float64")
        stats = {"median": spread.median(), "p90": spread.quantile(0.9), "most": spread.max()}
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                as_float(spread.mean()),
                sum(n for n, _ in own.values()),
                period,
                unknown=unknown,
                currency=currency,
                group=context.group_of(group),
                reason=None if own else Message("nobody has chased what is past due"),
                stats={"people": len(own), **{name: as_float(value) for name, value in stats.items()}},
            )
        )
    return figures or Unavailable(Message("nothing is past due"))


register("workload", rows=workload_rows, figures=workload)
