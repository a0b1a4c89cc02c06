"""Trends: the values of KPIs month by month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.log.days import month_start
from workbench.log.frames import as_day, objects
from workbench.log.prepared import PreparedLog
from workbench.measure.context import MISSING, Context
from workbench.measure.evaluate import BUILDERS, evaluated, keep_answers, reason_without
from workbench.measure.figure import Figure, Period
from workbench.measure.periods import WINDOW_MONTHS, last_full_month, months_back, months_in
from workbench.measure.reconcile import reconcile
from workbench.measure.rows import Unavailable
from workbench.measure.terms import Term, monthly_sums
from workbench.messages import Message
from workbench.template.kpis import KPI, AverageKPI, CombineKPI, RatioKPI, TotalKPI
from workbench.template.words import BalanceTerm

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
    contexts = {month: Context(log, None, month) for month in span}
    parts = {part.id: part for kpi in wanted for part in _with_parts(log, kpi)}
    for kpi in parts.values():
        if span and _by_month(kpi) and reason_without(log, kpi) is None:
            for month, found in _monthly(log, kpi, span).items():
                contexts[month].memo[("figures", kpi.id)] = found
    _share_terms(log, parts.values(), contexts)
    balances = {kpi.reconciled for kpi in parts.values() if kpi.reconciled is not None}
    for ledger in sorted(balances):
        check = reconcile(log, ledger)
        for context in contexts.values():
            context.memo[("check", ledger)] = check
    lines = [
        (figure.id, figure.currency, month.start, figure.value, figure.n, figure.pending, figure.reason)
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
    last = last_full_month(log.as_of)
    if begun is None or begun > last.end or count < 1:
        return []
    span = months_back(last, count)
    assert span.start is not None
    return months_in(Period(max(span.start, month_start(begun)), last.end))


def _windowed(context: Context, kpi: KPI) -> Context:
    """The request with the window that ends with its month, for a KPI over a window."""
    if kpi.period != "window" or context.period is None:
        return context
    window = _asked(kpi, context.period)

    def of_window() -> Context:
        shared = {key: found for key, found in context.memo.items() if key[0] in ("check", "term")}
        return Context(context.log, None, window, memo=shared)

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


def _share_terms(log: PreparedLog, kpis: Iterable[KPI], contexts: dict[Period, Context]) -> None:
    """Put into each month's request the term sums of totals and ratios, worked out for all months at once."""
    for kpi in kpis:
        if isinstance(kpi, TotalKPI):
            terms, parts = kpi.top, kpi.parts
        elif isinstance(kpi, RatioKPI):
            terms, parts = (*kpi.top, *kpi.bottom), None
        else:
            continue
        asked = {month: _asked(kpi, month) for month in contexts}
        for signed in terms:
            sums = _term_by_period(log, signed.term, list(asked.values()), parts)
            for month, period in asked.items():
                if period in sums:
                    contexts[month].memo[("term", signed.term, period, parts)] = sums[period]


def _asked(kpi: KPI, month: Period) -> Period:
    """The period of a KPI that ends with a month: as `period_of` has it, but for windows."""
    if kpi.period == "window":
        return months_back(month, WINDOW_MONTHS)
    return Period(None, month.end) if kpi.period == "asof" else month


def _term_by_period(
    log: PreparedLog, term: Term, periods: list[Period], parts: str | None
) -> dict[Period, pd.DataFrame]:
    """The sums of a term in each period: a balance on its day, a flow as the flows of the period's months."""
    if isinstance(term, BalanceTerm):
        found = monthly_sums(Context(log), term, periods, parts=parts)
        return {} if isinstance(found, Unavailable) else found
    covered = {period: months_in(period) for period in periods if period.start is not None}
    months = sorted({month for own in covered.values() for month in own}, key=lambda month: month.end)
    flows = monthly_sums(Context(log), term, months, parts=parts) if months else {}
    if isinstance(flows, Unavailable):
        return {}
    return {
        period: pd.concat([flows[month] for month in own], ignore_index=True)
        for period, own in covered.items()
    }


def _monthly(log: PreparedLog, kpi: KPI, months: list[Period]) -> dict[Period, list[Figure]]:
    """The figures of a KPI in each month, from its rows of all months grouped by the month of their own day."""
    whole = Period(months[0].start, months[-1].end)
    rows_of, figures_of = BUILDERS[type(kpi)]
    rows = rows_of(Context(log), kpi, whole)
    if isinstance(rows, Unavailable):
        return {month: [Context(log).null(kpi, month, rows.reason)] for month in months}
    found = {
        month: [Context(log).null(kpi, month, Message("nothing of the kind in this period"))]
        for month in months
    }
    day = rows.sheet.table["r_day"]
    rows.sheet.table = rows.sheet.table.mutate(r_group=_month_text(day).fill_null(MISSING))
    grouped = figures_of(Context(log, by="month"), kpi, whole, rows)
    for month in months:
        assert month.start is not None
        own = [figure for figure in grouped if figure.group == f"{month.start:%Y%m}"]
        if own:
            found[month] = [replace(figure, group=None, period=month) for figure in own]
    return found


def _month_text(day: ir.DateValue) -> ir.StringValue:
    """A day's month as YYYYMM."""
    return (day.year().cast("int64") * 100 + day.month().cast("int64")).cast(ibis.dtype("string"))
