"""DSO by exhaustion."""

from __future__ import annotations

from datetime import date

import pandas as pd

from workbench.log.days import month_bounds
from workbench.log.frames import as_day, one_value
from workbench.measure.context import Context
from workbench.measure.figure import Figure, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import Unavailable
from workbench.measure.sums import Sums, add_sums, signed_sums
from workbench.measure.terms import monthly_sums, term_frame
from workbench.messages import Message
from workbench.template.kpis import FunctionKPI
from workbench.template.words import BalanceTerm, SignedTerm, SumTerm

__all__ = ["dso_countback"]


def dso_countback(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """DSO by exhaustion: how many days of sales the receivables at month end stand for, walking back by months.

    Subtract a month's sales and add its days while the remainder covers them; of the last month add
    remainder / sales x its days. A month without sales adds its days and consumes nothing. When history is
    exhausted the value is None and the reason says "more than x". No words go back from month to month until a sum
    is used up. `with`: balance (a ledger), sales (a sum).
    """
    ledger = str(kpi.with_["balance"])
    sales = SumTerm.model_validate(kpi.with_["sales"])
    top = signed_sums(context, (SignedTerm(plus=BalanceTerm(balance=ledger)),), period, None)
    if isinstance(top, Unavailable):
        return top
    started = context.log.cases.aggregate(first=context.log.cases["start_day"].min())
    first = as_day(one_value(context.log.frame(started)))
    flows = {} if first is None else _monthly_sales(context, sales, first, period.end)
    if isinstance(flows, Unavailable):
        return flows
    months = [((month.end - month.start).days + 1, flow) for month, flow in flows.items() if month.start]
    figures = []
    several = len({currency for _, currency, _ in top}) > 1
    for (group, currency, _), (balance, n) in sorted(top.items()):
        days, remainder, exhausted = 0.0, balance, True
        for length, flow in months:
            sold = flow.get((group, currency, ""), (0, 0))[0]
            if sold > 0 and remainder < sold:
                days += float(remainder / sold) * length
                exhausted = False
                break
            days += length
            remainder -= max(sold, 0)
            if remainder <= 0:
                exhausted = False
                break
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                None if exhausted else days,
                n,
                period,
                currency=currency if several else None,
                group=context.group_of(group),
                reason=Message(
                    "more than {days} days: the log's sales do not reach further back", days=f"{days:g}"
                )
                if exhausted
                else None,
            )
        )
    if figures:
        return figures
    return (
        [Figure(kpi.id, kpi.unit, 0.0, 0, period)]
        if months
        else Unavailable(Message("no sales before the period's end"))
    )


def _monthly_sales(
    context: Context, sales: SumTerm, first: date, last: date
) -> dict[Period, Sums] | Unavailable:
    """The sales of each month from the last one back to the first, from one statement."""
    months = []
    start, end = month_bounds(last, back=0)
    while end >= first:
        months.append(Period(start, end))
        start, end = month_bounds(last, back=len(months))
    found = monthly_sums(context, sales, months[::-1]) if months else {}
    if isinstance(found, Unavailable):
        return found
    flows: dict[Period, Sums] = {month: {} for month in months}
    for month, flow in flows.items():
        add_sums(context, SignedTerm(plus=sales), found[month], flow)
    return flows


def _rows(context: Context, kpi: FunctionKPI, period: Period) -> pd.DataFrame | Unavailable:
    """The open balances at the period's end and all sales up to it."""
    terms: dict[str, BalanceTerm | SumTerm] = {
        "balance": BalanceTerm(balance=str(kpi.with_["balance"])),
        "sales": SumTerm.model_validate(kpi.with_["sales"]),
    }
    frames = []
    for name, term in terms.items():
        frame = term_frame(context, term, period)
        if isinstance(frame, Unavailable):
            return frame
        frames.append(frame.assign(term=name))
    return pd.concat(frames, ignore_index=True)


register("dso_countback", rows=_rows, figures=dso_countback)
