"""Trends: the values of KPIs month by month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.log.days import month_start
from workbench.log.frames import as_day, objects
from workbench.log.prepared import PreparedLog
from workbench.measure.context import MISSING, Context
from workbench.measure.evaluate import BUILDERS, evaluated, keep_answers, reason_without
from workbench.measure.figure import Figure, Period
from workbench.measure.periods import WINDOW_MONTHS, last_full_month, months_back
from workbench.measure.reconcile import reconcile
from workbench.measure.rows import Unavailable
from workbench.messages import Message
from workbench.template.kpis import KPI, AverageKPI, CombineKPI

__all__ = ["trend_frame"]

_COLUMNS = ["id", "currency", "month", "value", "n", "pending", "reason"]


def trend_frame(log: PreparedLog, ids: Iterable[str], *, months: int = 12) -> pd.DataFrame:
    """KPIs by month: one row per id, currency and month, with value, n, pending, and the reason for having no value.

    `month` is the first day of each of the last full months, at most `months` of them and none before the log
    began, oldest first. A KPI over the whole log or a month is that of the month alone; one over a window is that
    of the window that ends with the month; a balance is that at the month's end. So the last point of a monthly or
    a window KPI is its figure. Raises WorkbenchError for an unknown KPI.
    """
    wanted = [log.template.kpi(name) for name in dict.fromkeys(ids)]
    span = _months(log, months)
    contexts = {month.start: Context(log, None, month) for month in span}
    parts = {part.id: part for kpi in wanted for part in _with_parts(log, kpi)}
    for kpi in parts.values():
        if span and _by_month(kpi) and reason_without(log, kpi) is None:
            for month, found in _monthly(log, kpi, span).items():
                contexts[month].memo[("figures", kpi.id)] = found
    balances = {kpi.reconciled for kpi in parts.values() if kpi.reconciled is not None}
    for ledger in sorted(balances):
        check = reconcile(log, ledger)
        for context in contexts.values():
            context.memo[("check", ledger)] = check
    lines = [
        (figure.id, figure.currency, month, figure.value, figure.n, figure.pending, figure.reason)
        for kpi in wanted
        for month, context in contexts.items()
        for figure in evaluated(_windowed(context, kpi), kpi)
    ]
    for context in contexts.values():
        for own in (context, *(found for found in context.memo.values() if isinstance(found, Context))):
            keep_answers(own)
    frame = pd.DataFrame(lines, columns=_COLUMNS)
    for name in ("currency", "reason"):
        frame[name] = objects(line[_COLUMNS.index(name)] for line in lines)
    return frame.astype({"value": "float64", "n": "int64", "pending": "int64"})


def _months(log: PreparedLog, count: int) -> list[Period]:
    """The last full months, oldest first, from the one in which the log began."""
    begun = as_day(log.frame(log.cases.aggregate(first=log.cases["start_day"].min()))["first"].iloc[0])
    found: list[Period] = []
    last = last_full_month(log.as_of)
    for back in range(count):
        month = months_back(last, back + 1)
        assert month.start is not None
        if begun is None or month.start < month_start(begun):
            break
        found.append(Period(month.start, last.end if not back else _end_before(found[0])))
        found = [found[-1], *found[:-1]]
    return found


def _end_before(month: Period) -> date:
    assert month.start is not None
    return month.start.fromordinal(month.start.toordinal() - 1)


def _windowed(context: Context, kpi: KPI) -> Context:
    """The request with the window that ends with its month, for a KPI over a window."""
    if kpi.period != "window" or context.period is None:
        return context
    window = months_back(context.period, WINDOW_MONTHS)

    def of_window() -> Context:
        checks = {key: value for key, value in context.memo.items() if key[0] == "check"}
        return Context(context.log, None, window, memo=checks)

    return context.once(("window", window), of_window)


def _with_parts(log: PreparedLog, kpi: KPI) -> list[KPI]:
    """A KPI and all that it is combined of."""
    if not isinstance(kpi, CombineKPI):
        return [kpi]
    return [kpi, *(found for name in kpi.figures for found in _with_parts(log, log.template.kpi(name)))]


def _by_month(kpi: KPI) -> bool:
    """Whether the KPI's rows fall into one month each, so that twelve months are one statement and not twelve."""
    dated = not isinstance(kpi, AverageKPI) or kpi.when is not None
    return type(kpi) in BUILDERS and dated and kpi.period in ("all", "month") and kpi.reconciled is None


def _monthly(log: PreparedLog, kpi: KPI, months: list[Period]) -> dict[date | None, list[Figure]]:
    """The figures of a KPI in each month, from its rows of all months grouped by the month of their own day."""
    whole = Period(months[0].start, months[-1].end)
    rows_of, figures_of = BUILDERS[type(kpi)]
    rows = rows_of(Context(log), kpi, whole)
    nothing = {month.start: [Context(log).null(kpi, month, Message("no such row"))] for month in months}
    if isinstance(rows, Unavailable):
        return {month.start: [Context(log).null(kpi, month, rows.reason)] for month in months}
    day = rows.sheet.table["r_day"]
    rows.sheet.table = rows.sheet.table.mutate(r_group=_month_text(day).fill_null(MISSING))
    found = dict(nothing)
    grouped = figures_of(Context(log, by="month"), kpi, whole, rows)
    for month in months:
        assert month.start is not None
        own = [figure for figure in grouped if figure.group == f"{month.start:%Y%m}"]
        if own:
            found[month.start] = [replace(figure, group=None, period=month) for figure in own]
    return found


def _month_text(day: ir.DateValue) -> ir.StringValue:
    """A day's month as YYYYMM."""
    return (day.year().cast("int64") * 100 + day.month().cast("int64")).cast(ibis.dtype("string"))
