"""What fewer days of sales in the books would set free."""

from __future__ import annotations

import pandas as pd

from workbench.errors import WorkbenchError
from workbench.log.frames import as_day
from workbench.measure.context import Context, Money, as_float
from workbench.measure.figure import Figure, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.periods import baseline_period
from workbench.measure.rows import Unavailable
from workbench.measure.sums import ratio_figures, sum_rows
from workbench.measure.targets import bounds, target_of
from workbench.messages import Message
from workbench.template.kpis import FunctionKPI, RatioKPI

__all__ = ["capital_released"]


def capital_released(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """The money that a DSO at its target would release: (DSO - target) x sales a day; negative when it is met.

    `with`: dso (a KPI that is a ratio in days, with a target), cost_of_capital. No words know the target of
    another KPI. `capital_cost` is what that money costs a year, where the policy says it.
    """
    dso = _dso(context, kpi)
    found = ratio_figures(context, dso, period)
    if isinstance(found, Unavailable):
        return found
    target = target_of(context.log, dso)
    if target is None:
        return Unavailable(Message("no target is set for {kpi}", kpi=dso.id))
    rate = as_float(context.log.policy(kpi.with_["cost_of_capital"]))
    before = None
    if target.change_pct is not None or target.change_points is not None:
        before = _before(context, dso)
    figures = []
    for figure in found:
        base = (before or {}).get(figure.currency)
        _, goal = bounds(target, base, "low")
        reason = figure.reason
        value = None
        stats = {}
        if figure.value is not None and goal is None:
            reason = Message("the target of {kpi} needs a baseline", kpi=dso.id)
        elif figure.value is not None and goal is not None:
            a_day = figure.stats["bottom"] / period.days
            value = (figure.value - goal) * a_day
            stats = {"dso": figure.value, "target": goal, "sales_per_day": a_day}
            stats |= {"capital_cost": value * rate} if rate else {}
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                value,
                figure.n,
                period,
                currency=figure.currency or _only(context),
                group=figure.group,
                reason=reason,
                stats=stats,
            )
        )
    return figures


def _dso(context: Context, kpi: FunctionKPI) -> RatioKPI:
    dso = context.log.template.kpi(str(kpi.with_["dso"]))
    if not isinstance(dso, RatioKPI) or dso.times is None:
        raise WorkbenchError(
            Message("{kpi} is no ratio in days", kpi=dso.id), where=Message("KPI {id}", id=kpi.id)
        )
    return dso


def _before(context: Context, dso: RatioKPI) -> dict[str | None, float | None]:
    """The baseline of the whole log, which a target of all is set against."""
    log = context.log
    first = as_day(log.frame(log.cases.aggregate(first=log.cases["start_day"].min()))["first"].iloc[0])
    if first is None:
        return {}
    found = ratio_figures(Context(log), dso, baseline_period(log.meta.settings.baseline, first))
    return {} if isinstance(found, Unavailable) else {figure.currency: figure.value for figure in found}


def _only(context: Context) -> str | None:
    """The currency in which all money of the log is shown, where it is one."""
    shown = {found for found, _ in Money(context.log).factors(context.log.meta.currencies).values()}
    return shown.pop() if len(shown) == 1 else None


def _rows(context: Context, kpi: FunctionKPI, period: Period) -> pd.DataFrame | Unavailable:
    """The rows of the DSO: open balances and sales."""
    return sum_rows(context, _dso(context, kpi), period)


register("capital_released", rows=_rows, figures=capital_released)
