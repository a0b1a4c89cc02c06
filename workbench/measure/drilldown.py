"""The rows behind a figure: the table that it aggregates, so the two can never disagree."""

from __future__ import annotations

import pandas as pd

from workbench.log.frames import in_major_units
from workbench.log.prepared import PreparedLog
from workbench.measure.context import Context
from workbench.measure.evaluate import BUILDERS, period_of, reason_without
from workbench.measure.figure import Period
from workbench.measure.functions import function_rows
from workbench.measure.rows import Unavailable
from workbench.measure.sums import sum_rows
from workbench.template.kpis import KPI, CombineKPI, DurationKPI, FunctionKPI, RatioKPI, TotalKPI

__all__ = ["figure_rows"]

_AMOUNTS = ("amount", "balance", "cash", "received", "applied", "rolled", "written_off", "cured")


def figure_rows(log: PreparedLog, kpi_id: str, *, period: Period | None = None) -> pd.DataFrame:
    """The rows behind a KPI's figure, with case_id; empty where the figure cannot be computed.

    Durations, shares and averages: day, part, state ("in" counts; "pending", "unknown", "open", "never", "out of
    order" do not), hit or value, weight. Totals and ratios: term, sign, amount, currency, part. Durations are
    timedeltas, money is in major units of `currency`.
    """
    context = Context(log, None, period)
    kpi = log.template.kpi(kpi_id)
    if isinstance(kpi, CombineKPI):
        frames = [figure_rows(log, name, period=period).assign(figure=name) for name in kpi.figures]
        return pd.concat(frames, ignore_index=True)
    if reason_without(log, kpi) is not None:
        return pd.DataFrame()
    own = period_of(context, kpi)
    if isinstance(kpi, TotalKPI | RatioKPI):
        found = sum_rows(context, kpi, own)
    elif isinstance(kpi, FunctionKPI):
        found = _of_function(context, kpi, own)
    else:
        found = _of_kind(context, kpi, own)
    return pd.DataFrame() if isinstance(found, Unavailable) else found


def _of_function(context: Context, kpi: FunctionKPI, period: Period) -> pd.DataFrame | Unavailable:
    frame = function_rows(context, kpi, period)
    if isinstance(frame, Unavailable) or "case_currency" not in frame.columns:
        return frame
    frame = frame.rename(columns={"case_currency": "currency"}).drop(columns="g", errors="ignore")
    amounts = [
        name for name in _AMOUNTS if name in frame.columns and (name != "amount" or kpi.unit == "money")
    ]
    return in_major_units(context.log, frame, amounts)


def _of_kind(context: Context, kpi: KPI, period: Period) -> pd.DataFrame | Unavailable:
    rows = BUILDERS[type(kpi)][0](context, kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    table = rows.table
    names = ("day", "part", "state", "hit", "value", "weight")
    columns = {name: table[f"r_{name}"] for name in names}
    frame = context.log.frame(
        table.select(case_id=table["case_id"], currency=table["case_currency"], **columns)
    )
    if isinstance(kpi, DurationKPI):
        frame["value"] = pd.to_timedelta(frame["value"], unit="us")
    weight = context.log.meta.attribute(kpi.weight) if kpi.weight is not None else None
    amounts = ["weight"] if weight is not None and weight.type == "money" else []
    frame = in_major_units(context.log, frame, [*amounts, *(["value"] if rows.money else [])])
    return frame.dropna(axis="columns", how="all")
