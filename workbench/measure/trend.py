"""Trends: the values of KPIs over time, in all or for each value of an attribute."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.errors import unknown_name
from workbench.log.days import month_start
from workbench.log.frames import as_day, objects
from workbench.log.prepared import PreparedLog
from workbench.measure.context import MISSING, Context
from workbench.measure.evaluate import BUILDERS, evaluated, figures, keep_answers, of_today, reason_without
from workbench.measure.figure import Figure, Period
from workbench.measure.periods import last_full_month, months_back, months_in, named_period
from workbench.measure.reconcile import reconcile
from workbench.measure.rows import Unavailable
from workbench.measure.terms import Term, monthly_sums
from workbench.measure.threads import each
from workbench.messages import Message
from workbench.template.kpis import KPI, AverageKPI, CombineKPI, RatioKPI, TotalKPI
from workbench.template.words import BalanceTerm

__all__ = ["Every", "trend_frame"]

Every = Literal["week", "month", "quarter", "year"]
# id, group, currency, first day, value, n, pending, reason
Line = tuple[Any, ...]

_COLUMNS = ["id", "group", "currency", "month", "value", "n", "pending", "reason"]
_LENGTHS = {"week": 0, "month": 1, "quarter": 3, "year": 12}
# Between the period and the group in what rows are grouped by; no text of a log holds it.
_AND = "\ufffc"
_NOTHING = Message("nothing of the kind in this period")


def trend_frame(
    log: PreparedLog,
    ids: Iterable[str],
    *,
    months: int = 12,
    by: str | None = None,
    every: Every = "month",
    known_at: Callable[[date], PreparedLog] | None = None,
) -> pd.DataFrame:
    """KPIs over time: one row per id, (group,) currency and period, with value, n, pending, and why there is no value.

    `month` is the first day of each of the full months, quarters or years within the last `months` full months, or of
    each full (ISO) week from their beginning to as-of; none before the log began, oldest first. A KPI over the whole
    log or a month is that of the period alone; one over a window is that of the window that ends with the period's
    last full month; a balance is that at the period's end. So the last point of a monthly or a window KPI is its
    figure. What rests on the deals that were open at a period's end needs the log as it was then, which `known_at`
    gives. With `by` every value of the attribute has a row in every period, also where nothing happened. Durations,
    shares and averages of all periods and groups are one statement, totals and ratios by month one for each of their
    terms. Raises WorkbenchError for an unknown KPI, attribute or length of period.
    """
    if every not in _LENGTHS:
        raise unknown_name("period", every, _LENGTHS, where="every")
    Context(log, by).check_breakdown()
    wanted = [log.template.kpi(name) for name in dict.fromkeys(ids)]
    span = _periods(log, months, every)
    contexts = {period: Context(log, by, period) for period in span}
    parts = {part.id: part for kpi in wanted for part in _with_parts(log, kpi)}
    for kpi in parts.values():
        if span and _by_period(kpi) and reason_without(log, kpi) is None:
            for period, found in _of_rows(log, kpi, span, by, every).items():
                contexts[period].memo[("figures", kpi.id)] = found
    if span and every != "week":
        _share_terms(Context(log, by), parts.values(), contexts)
    balances = {kpi.reconciled for kpi in parts.values() if kpi.reconciled is not None}
    for ledger in sorted(balances):
        check = reconcile(log, ledger)
        for context in contexts.values():
            context.memo[("check", ledger)] = check
    then = _as_known(log, wanted, span, by, known_at)
    lines = _lines(log, wanted, contexts, then)
    if by is not None:
        lines = _every_group(lines, [period.start for period in span])
    for context in contexts.values():
        for one in (context, *(found for found in context.memo.values() if isinstance(found, Context))):
            keep_answers(one)
    frame = pd.DataFrame(lines, columns=_COLUMNS)
    for name in ("group", "currency", "reason"):
        frame[name] = objects(line[_COLUMNS.index(name)] for line in lines)
    frame = frame.astype({"value": "float64", "n": "int64", "pending": "int64"})
    return frame if by is not None else frame.drop(columns="group")


def _as_known(
    log: PreparedLog,
    wanted: Iterable[KPI],
    span: Iterable[Period],
    by: str | None,
    known_at: Callable[[date], PreparedLog] | None,
) -> dict[tuple[Period, str], list[Figure]]:
    """The figures of what only the as-of day tells, at the end of each period, from the log as it was known then."""
    names = [kpi.id for kpi in wanted if any(of_today(part) for part in _with_parts(log, kpi))]
    found: dict[tuple[Period, str], list[Figure]] = {}
    if not names or known_at is None:
        return found
    for period in span:
        if period.end < log.as_of:
            for figure in figures(known_at(period.end), names, by=by):
                found.setdefault((period, figure.id), []).append(figure)
    return found


def _every_group(lines: list[Line], starts: list[date | None]) -> list[Line]:
    """Every value of the attribute in every period: what had nothing in one is a gap, not a shorter line."""
    found: dict[tuple[Any, ...], dict[date | None, Line]] = {}
    for line in lines:
        found.setdefault(line[:3], {})[line[3]] = line
    series: dict[str, list[tuple[Any, ...]]] = {}
    for key in found:
        series.setdefault(key[0], []).append(key)
    result: list[Line] = []
    for keys in series.values():
        # The line that only says that nothing was there in a period is of no group.
        real = [key for key in keys if any(line[4] is not None or line[5] for line in found[key].values())]
        for key in sorted(real or keys[:1], key=lambda key: (key[1] or MISSING, key[2] or "")):
            result += [found[key].get(start, (*key, start, None, 0, 0, _NOTHING)) for start in starts]
    return result


# ------------------------------------------------------------------ periods
def _periods(log: PreparedLog, months: int, every: Every) -> list[Period]:
    """The full periods of one length within the last full months, oldest first, from when the log began."""
    begun = as_day(log.frame(log.cases.aggregate(first=log.cases["start_day"].min()))["first"].iloc[0])
    last = last_full_month(log.as_of)
    if begun is None or begun > last.end or months < 1:
        return []
    span = months_back(last, months)
    assert span.start is not None
    first = max(span.start, month_start(begun))
    return _weeks(first, log.as_of) if every == "week" else _months(first, last.end, _LENGTHS[every])


def _months(first: date, end: date, length: int) -> list[Period]:
    """The spans of so many calendar months that lie wholly between two days: quarters and years as they are counted."""
    whole = months_in(Period(first, end))
    begins = [n for n, month in enumerate(whole) if month.start and (month.start.month - 1) % length == 0]
    return [Period(whole[n].start, whole[n + length - 1].end) for n in begins if n + length <= len(whole)]


def _weeks(first: date, end: date) -> list[Period]:
    """The weeks from Monday to Sunday that lie wholly between two days."""
    monday = first + timedelta(days=-first.weekday() % 7)
    count = ((end - monday).days + 1) // 7
    return [Period(monday + timedelta(days=7 * n), monday + timedelta(days=7 * n + 6)) for n in range(count)]


def _lines(
    log: PreparedLog,
    wanted: list[KPI],
    contexts: dict[Period, Context],
    then: dict[tuple[Period, str], list[Figure]],
) -> list[Line]:
    """A line per KPI, period and group, of what is known already or worked out now."""

    def told(asked: tuple[KPI, Period]) -> list[Figure]:
        kpi, period = asked
        context = contexts[period]
        known = then.get((period, kpi.id)) or context.memo.get(("figures", kpi.id))
        return known or evaluated(_windowed(context, kpi), kpi)

    asked = [(kpi, period) for kpi in wanted for period in contexts]
    return [
        (own.id, own.group, own.currency, period.start, own.value, own.n, own.pending, own.reason)
        for (_, period), found in zip(asked, each(log, told, asked), strict=True)
        for own in found
    ]


def _windowed(context: Context, kpi: KPI) -> Context:
    """The request with the window that ends with its period, for a KPI over a window."""
    if kpi.period != "window" or context.period is None:
        return context
    window = _asked(kpi, context.period)

    def of_window() -> Context:
        known = dict(context.memo)  # others may be putting something into it
        shared = {key: found for key, found in known.items() if key[0] in ("check", "term")}
        return Context(context.log, context.by, window, memo=shared)

    return context.once(("window", window), of_window)


def _asked(kpi: KPI, period: Period) -> Period:
    """The period of a KPI that ends with a period: as `period_of` has it, but for windows."""
    if kpi.period == "window":
        return named_period("window", period.end)
    return Period(None, period.end) if kpi.period == "asof" else period


# ------------------------------------------------------------------ what all periods share
def _with_parts(log: PreparedLog, kpi: KPI) -> list[KPI]:
    """A KPI and all that it is combined of."""
    if not isinstance(kpi, CombineKPI):
        return [kpi]
    return [kpi, *(found for name in kpi.figures for found in _with_parts(log, log.template.kpi(name)))]


def _by_period(kpi: KPI) -> bool:
    """Whether the KPI's rows fall into one period each, so that twelve months are one statement and not twelve."""
    dated = not isinstance(kpi, AverageKPI) or kpi.when is not None
    return type(kpi) in BUILDERS and dated and kpi.period in ("all", "month") and kpi.reconciled is None


def _share_terms(base: Context, kpis: Iterable[KPI], contexts: dict[Period, Context]) -> None:
    """Put into each period's request the term sums of totals and ratios, worked out for all periods at once."""
    for kpi in kpis:
        if isinstance(kpi, TotalKPI):
            terms, parts = kpi.top, kpi.parts
        elif isinstance(kpi, RatioKPI):
            terms, parts = (*kpi.top, *kpi.bottom), None
        else:
            continue
        asked = {period: _asked(kpi, period) for period in contexts}
        for signed in terms:
            sums = _term_by_period(base, signed.term, list(asked.values()), parts)
            for own, period in asked.items():
                if period in sums:
                    contexts[own].memo[("term", signed.term, period, parts)] = sums[period]


def _term_by_period(
    base: Context, term: Term, periods: list[Period], parts: str | None
) -> dict[Period, pd.DataFrame]:
    """The sums of a term in each period: a balance on its day, a flow as the flows of the period's months."""
    if isinstance(term, BalanceTerm):
        found = monthly_sums(base, term, periods, parts=parts)
        return {} if isinstance(found, Unavailable) else found
    covered = {period: months_in(period) for period in periods if period.start is not None}
    months = sorted({month for own in covered.values() for month in own}, key=lambda month: month.end)
    flows = monthly_sums(base, term, months, parts=parts) if months else {}
    if isinstance(flows, Unavailable):
        return {}
    return {
        period: pd.concat([flows[month] for month in own], ignore_index=True)
        for period, own in covered.items()
    }


def _of_rows(
    log: PreparedLog, kpi: KPI, periods: list[Period], by: str | None, every: Every
) -> dict[Period, list[Figure]]:
    """The figures of a KPI in each period (and group), from the rows of all periods, each in that of its own day."""
    first, context = periods[0], Context(log, by)
    rows_of, figures_of = BUILDERS[type(kpi)]
    rows = rows_of(context, kpi, Period(first.start, periods[-1].end))
    if isinstance(rows, Unavailable):
        return {period: [context.null(kpi, period, rows.reason)] for period in periods}
    table = rows.sheet.table
    key = _number(table["r_day"], first, every).fill_null(MISSING)
    if by is not None:
        key = key + _AND + table["r_group"].fill_null(MISSING)
    rows.sheet.table = table.mutate(r_group=key)
    found: dict[str, list[Figure]] = {}
    for figure in figures_of(Context(log, "period"), kpi, first, rows):
        number, _, group = (figure.group or MISSING).partition(_AND)
        named = group if by is not None and group != MISSING else None
        found.setdefault(number, []).append(replace(figure, group=named))
    return {
        period: [replace(figure, period=period) for figure in found.get(_named(period, first, every), ())]
        or [context.null(kpi, period, _NOTHING)]
        for period in periods
    }


def _number(day: ir.DateValue, first: Period, every: Every) -> ir.StringValue:
    """Which period a day is in: the first month of it as YYYYMM, or the number of the week."""
    if every == "week":
        number = day.delta(ibis.literal(first.start), unit="day") // 7
    else:
        length = _LENGTHS[every]
        month = (day.month().cast("int64") - 1) // length * length + 1
        number = day.year().cast("int64") * 100 + month
    return number.cast("int64").cast(ibis.dtype("string"))


def _named(period: Period, first: Period, every: Every) -> str:
    assert period.start is not None
    assert first.start is not None
    return str((period.start - first.start).days // 7) if every == "week" else f"{period.start:%Y%m}"
