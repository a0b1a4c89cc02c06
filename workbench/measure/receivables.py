"""Receivables beside each other: what stands open and why, in days of sales and in money, month by month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Literal

import pandas as pd

from workbench.log.days import month_end, month_start
from workbench.log.frames import as_day, objects
from workbench.log.prepared import PreparedLog
from workbench.measure.ageing import ageing_frame
from workbench.measure.balancedays import UNKNOWN, Held, Sold, held, phase_names, sold
from workbench.measure.context import MISSING, Context, as_float
from workbench.measure.evaluate import reason_without
from workbench.measure.figure import Period
from workbench.measure.functions.balancedays import DAYS_A_YEAR, dso_by_phase
from workbench.measure.functions.registry import named_by
from workbench.measure.periods import WINDOW_MONTHS, last_full_month, months_back, named_period
from workbench.measure.rows import Unavailable
from workbench.measure.trend import trend_frame
from workbench.template.kpis import FunctionKPI
from workbench.template.words import SumTerm

__all__ = ["dso_explained_frame", "receivables_frame"]

_EXPLAINED = [
    "from", "to", "group", "currency", "phase", "past_due", "days", "days_of_total", "share", "money_days",
    "balance", "capital_cost", "sales", "cases",
]  # fmt: skip


def dso_explained_frame(
    log: PreparedLog,
    *,
    by: str | None = None,
    every: Literal["month"] | None = None,
    months: int = 12,
    least: int | None = None,
) -> pd.DataFrame:
    """DSO explained by process: what the money in receivables was waiting for, in days of sales and in money.

    One row per period, group, currency and phase, phases in the order of the process. Without `every` the DSO window
    that ends with the last full month; with "month" the windows that end with each of the last `months` full months,
    oldest first. `by` is an attribute of the log; groups of fewer than `least` cases (default: what the project's
    privacy says) are one, "other".

    `days` are days of the group's own sales and add up to its balance-days DSO; `days_of_total` are days of all sales
    of the currency, so that they add up over groups to the DSO of all. `share` is the phase's part of its group's
    whole, `money_days` money × days in major units, `balance` the money that stood there on average, `capital_cost`
    what it cost in the period at the project's cost of capital (empty without one), `sales` those of the group,
    `cases` those that went through the phase. Empty where the process has no phases or the log no amounts. Raises
    WorkbenchError for an unknown attribute.
    """
    context = Context(log, by, least=least)
    context.check_breakdown()
    context = context.attributed()
    lines: list[dict[str, Any]] = []
    windows = _windows(log, every, months)
    for kpi in log.template.kpis.values() if windows else ():
        if (
            isinstance(kpi, FunctionKPI)
            and named_by(kpi) is dso_by_phase
            and reason_without(log, kpi) is None
        ):
            lines += _explained(context, kpi, windows)
    frame = pd.DataFrame(lines, columns=_EXPLAINED)
    for name in ("group", "currency"):
        frame[name] = objects(line[name] for line in lines)
    return frame.astype({"capital_cost": "float64", "days": "float64", "days_of_total": "float64"})


def _windows(log: PreparedLog, every: str | None, months: int) -> list[Period]:
    """The DSO window now, or those that end with each of the last full months since the log began."""
    now = named_period("window", log.as_of)
    if every is None:
        return [now]
    begun = as_day(log.frame(log.cases.aggregate(first=log.cases["start_day"].min()))["first"].iloc[0])
    found: list[Period] = []
    last = last_full_month(log.as_of)
    while begun is not None and len(found) < months and last.end >= begun:
        found.append(months_back(last, WINDOW_MONTHS))
        last = months_back(last, 2)
        assert last.start is not None
        last = Period(last.start, month_end(last.start))
    return found[::-1]


def _explained(context: Context, kpi: FunctionKPI, windows: Sequence[Period]) -> Iterator[dict[str, Any]]:
    log = context.log
    ledger = log.template.ledgers[str(kpi.with_["balance"])]
    open_days = held(context, ledger.id, windows, phases=True)
    sales = _sales(context, SumTerm.model_validate(kpi.with_["sales"]), windows)
    if isinstance(open_days, Unavailable) or isinstance(sales, Unavailable):
        return
    rate = as_float(log.policy(kpi.with_["cost_of_capital"]))
    late = {phase.id: phase.past_due for phase in ledger.phases}
    for window in windows:
        own, turnover = open_days[window], sales[window]
        for group, currency in _grid(own):
            whole = sum(
                (days for (g, c, _), (days, _) in own.items() if (g, c) == (group, currency)), Fraction(0)
            )
            bottom = turnover.get((group, currency), Fraction(0))
            total = sum((amount for (_, c), amount in turnover.items() if c == currency), Fraction(0))
            for phase in phase_names(ledger):
                days, cases = own.get((group, currency, phase), (Fraction(0), 0))
                if phase == UNKNOWN and not cases:
                    continue
                yield {
                    "from": window.start,
                    "to": window.end,
                    "group": context.group_of(group),
                    "currency": currency,
                    "phase": phase,
                    "past_due": late.get(phase),
                    "days": float(days / bottom) if bottom > 0 else None,
                    "days_of_total": float(days / total) if total > 0 else None,
                    "share": float(days / whole) if whole else None,
                    "money_days": float(days),
                    "balance": float(days / window.days),
                    "capital_cost": float(days) * rate / DAYS_A_YEAR if rate else None,
                    "sales": float(bottom),
                    "cases": cases,
                }


def _grid(own: Held) -> list[tuple[str, str]]:
    """Groups with their currencies; rows without the attribute last."""
    return sorted({(group, currency) for group, currency, _ in own}, key=lambda key: (key[0] == MISSING, key))


def _sales(context: Context, term: SumTerm, windows: Sequence[Period]) -> Mapping[Period, Sold] | Unavailable:
    """The sales of windows of whole months, from one statement for all their months."""
    if len(windows) <= 1:
        return sold(context, term, windows)
    covered = {window: list(_months_of(window)) for window in windows}
    by_month = sold(
        context,
        term,
        sorted({month for own in covered.values() for month in own}, key=lambda month: month.end),
    )
    if isinstance(by_month, Unavailable):
        return by_month
    result: dict[Period, Sold] = {}
    for window, own in covered.items():
        sums: Sold = {}
        for month in own:
            for key, amount in by_month[month].items():
                sums[key] = sums.get(key, Fraction(0)) + amount
        result[window] = sums
    return result


def _months_of(window: Period) -> Iterator[Period]:
    last = Period(month_start(window.end), window.end)
    while window.start is not None and last.start is not None and last.start >= window.start:
        yield last
        before = months_back(last, 2).start
        assert before is not None
        last = Period(before, month_end(before))


def receivables_frame(log: PreparedLog, *, months: int = 12) -> pd.DataFrame:
    """Receivables month by month, all that a credit manager looks at side by side.

    One row per ledger, month (its first day) and currency, oldest first, of the last full months since the log began.
    `receivables` is what was open at the month's end, then each age band and `past_due` (its share), then the KPIs
    that the ledger names, by their ids: those over a window for the window that ends with the month, the others for
    the month or its end. For another day look at the log as of it: `log.at(day)`. Empty for a process without a
    ledger, a log without amounts, or one that has seen no full month.
    """
    named = [name for name, found in log.template.ledgers.items() if found.figures]
    parts = [_beside(log, name, months) for name in (named if _windows(log, "month", 1) else ())]
    parts = [part for part in parts if len(part)]
    return (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=["ledger", "month", "currency"])
    )


def _beside(log: PreparedLog, ledger: str, months: int) -> pd.DataFrame:
    aged = ageing_frame(log, months=months + 1)
    aged = aged[(aged["ledger"] == ledger) & aged["balance"].notna()]
    if aged.empty:
        return aged
    names = list(log.template.ledgers[ledger].figures)
    trend = trend_frame(log, names, months=months)
    lines = []
    for month in dict.fromkeys(trend["month"]):
        end = month_end(_day(month))
        at_end = aged[aged["day"] == end]
        for currency in dict.fromkeys(at_end["currency"]):
            own = at_end[at_end["currency"] == currency]
            bands = dict(zip(own["band"], own["balance"], strict=True))
            late = float(own.loc[(own["over_days"] >= 0).fillna(False).astype(bool), "balance"].sum())
            whole = float(own["balance"].sum())
            figures = trend[
                (trend["month"] == month) & (trend["currency"].isna() | (trend["currency"] == currency))
            ]
            lines.append(
                {
                    "ledger": ledger, "month": _day(month), "currency": currency, "receivables": whole, **bands,
                    "past_due": late / whole if whole else None,
                    **dict(zip(figures["id"], figures["value"], strict=True)),
                }
            )  # fmt: skip
    bands_seen = list(dict.fromkeys(aged["band"]))
    order = ["ledger", "month", "currency", "receivables", *bands_seen, "past_due", *names]
    frame = pd.DataFrame(lines, columns=order)
    return frame.astype(dict.fromkeys(order[3:], "float64"))


def _day(value: Any) -> date:
    found = as_day(value)
    assert found is not None
    return found
