"""DSO by balance-days: the time that money stood open, weighted by its amount, and the phases in which it did."""

from __future__ import annotations

from fractions import Fraction

import ibis
import pandas as pd

from workbench.log.days import month_end
from workbench.log.sheet import as_text
from workbench.measure.balancedays import Held, balance_day_rows, held, phase_names, sold
from workbench.measure.context import MISSING, Context, Money, as_float, as_int
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import Unavailable
from workbench.measure.terms import balances_on, term_frame
from workbench.messages import Message
from workbench.template.kpis import FunctionKPI
from workbench.template.words import BalanceTerm, SumTerm

__all__ = ["DAYS_A_YEAR", "dso_balance_days", "dso_by_phase", "dso_published"]

DAYS_A_YEAR = 365


def dso_balance_days(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """The time outstanding weighted by value: balance-days of a period over what was sold in it (Little's law).

    `with`: balance (a ledger), sales (a sum). No words say an integral of a balance over time.
    """
    return _figures(context, kpi, period, phases=False)


def dso_by_phase(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """The same, part by part: what the money was waiting for while it stood open.

    `with`: balance (a ledger with phases), sales, cost_of_capital. The parts are in days of the group's own sales
    and add up to the whole; `balance` beside each is the money that stood there on average, `capital_cost` what it
    cost in the period, where the policy names a cost of capital. No words tell apart what holds for a case at each
    moment.
    """
    return _figures(context, kpi, period, phases=True)


def _figures(context: Context, kpi: FunctionKPI, period: Period, *, phases: bool) -> Answer:
    ledger = str(kpi.with_["balance"])
    found = held(context, ledger, [period], phases=phases)
    sales = sold(context, SumTerm.model_validate(kpi.with_["sales"]), [period])
    if isinstance(found, Unavailable):
        return found
    if isinstance(sales, Unavailable):
        return sales
    open_days, turnover = found[period], sales[period]
    grid = sorted({(group, currency) for group, currency, _ in open_days} | set(turnover))
    several = len({currency for _, currency in grid}) > 1
    rate = as_float(context.log.policy(kpi.with_["cost_of_capital"])) if phases else None
    figures = []
    for group, currency in grid:
        own = {phase: found for (g, c, phase), found in open_days.items() if (g, c) == (group, currency)}
        bottom = turnover.get((group, currency), Fraction(0))
        top = sum((days for days, _ in own.values()), Fraction(0))
        parts: tuple[Part, ...] = ()
        if phases and bottom > 0:
            names = [name for name in phase_names(context.log.template.ledgers[ledger]) if name in own]
            parts = tuple(
                Part(name, float(own[name][0] / bottom), own[name][1], _money(own[name][0], period, rate))
                for name in names
            )
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                float(top / bottom) if bottom > 0 else None,
                _cases(context, ledger, period, group, currency)
                if phases
                else sum(n for _, n in own.values()),
                period,
                currency=currency if several else None,
                group=context.group_of(group),
                reason=None if bottom > 0 else Message("nothing to divide by in the period"),
                stats={"balance_days": float(top), "sales": float(bottom)},
                parts=parts,
            )
        )
    return figures or Unavailable(Message("the period holds nothing to divide by"))


def _cases(context: Context, ledger: str, period: Period, group: str, currency: str) -> int:
    """How many cases had a balance: one may go through several phases."""
    found = held(context, ledger, [period])
    own: Held = {} if isinstance(found, Unavailable) else found[period]
    return own.get((group, currency, ""), (Fraction(0), 0))[1]


def _money(days: Fraction, period: Period, rate: float | None) -> dict[str, float]:
    found = {"balance": float(days / period.days)} if period.start is not None else {}
    return {**found, "capital_cost": float(days) * rate / DAYS_A_YEAR} if rate else found


def _rows(context: Context, kpi: FunctionKPI, period: Period) -> pd.DataFrame | Unavailable:
    """The balance-days of each case, and the sales of the period."""
    ledger, phases = str(kpi.with_["balance"]), kpi.function == "dso_by_phase"
    days = balance_day_rows(context, ledger, period, phases=phases)
    sales = term_frame(context, SumTerm.model_validate(kpi.with_["sales"]), period)
    if isinstance(days, Unavailable):
        return days
    if isinstance(sales, Unavailable):
        return sales
    days = days.rename(columns={"case_currency": "currency"})
    sales = sales.rename(columns={"amount": "sales"}).drop(columns="part")
    return pd.concat([days.assign(term="balance_days"), sales.assign(term="sales")], ignore_index=True)


# ---------------------------------------------------------------------- the published formula
def dso_published(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """Age times amount of the open invoices over the sales of each invoice's month: published, but not a DSO.

    `with`: balance, dated (the document date), sales. At the period's end. Invoices of a month without sales (all
    cancelled since) are unknown. No words multiply an age by a balance.
    """
    rows = _open(context, kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    months = sorted({_month(day) for day in rows["month"]}, key=lambda month: month.end)
    sales = sold(context, SumTerm.model_validate(kpi.with_["sales"]), months)
    if isinstance(sales, Unavailable):
        return sales
    factors = Money(context.log).factors(context.log.meta.currencies)
    sums: dict[tuple[str, str], tuple[Fraction, int, int]] = {}
    aged: dict[tuple[str, str, Period], tuple[Fraction, int]] = {}
    for record in rows.to_dict("records"):
        currency, factor = factors[str(record["case_currency"])]
        key = (str(record["g"]), currency, _month(record["month"]))
        before, n = aged.get(key, (Fraction(0), 0))
        amount = Fraction(record["aged"]) * Fraction(factor)
        aged[key] = (before + amount, n + as_int(record["n"]))
    for (group, currency, month), (amount, n) in aged.items():
        bottom = sales[month].get((group, currency), Fraction(0))
        days, cases, unknown = sums.get((group, currency), (Fraction(0), 0, 0))
        if bottom > 0:
            sums[group, currency] = (days + amount / bottom, cases + n, unknown)
        else:
            sums[group, currency] = (days, cases, unknown + n)
    several = len({currency for _, currency in sums}) > 1
    figures = [
        Figure(
            kpi.id,
            kpi.unit,
            float(days),
            n,
            period,
            unknown=unknown,
            currency=currency if several else None,
            group=context.group_of(group),
        )
        for (group, currency), (days, n, unknown) in sorted(sums.items())
    ]
    return figures or [Figure(kpi.id, kpi.unit, 0.0, 0, period)]


def _month(first: object) -> Period:
    day = pd.Timestamp(str(first)).date()
    return Period(day.replace(day=1), month_end(day))


def _aged(context: Context, kpi: FunctionKPI, period: Period) -> ibis.Table | Unavailable:
    """The open invoices at the period's end, with their age in whole days since the document date."""
    ledger, dated = str(kpi.with_["balance"]), str(kpi.with_["dated"])
    sheet = balances_on(context, BalanceTerm(balance=ledger), [period.end], parts=dated)
    if isinstance(sheet, Unavailable):
        return sheet
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(Message("these rows have no attribute {what}", what=repr(context.by)))
    own = sheet.column(dated)
    day = sheet.table["start_day"] if own is None else ibis.coalesce(own, sheet.table["start_day"])
    rows = sheet.table.mutate(g=as_text(group).fill_null(MISSING), document_day=day)
    return rows.mutate(age=ibis.literal(period.end).delta(rows["document_day"], unit="day"))


def _open(context: Context, kpi: FunctionKPI, period: Period) -> pd.DataFrame | Unavailable:
    rows = _aged(context, kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    product = rows["t_amount"].cast("decimal(20, 0)") * rows["age"].cast("decimal(18, 0)")
    rows = rows.mutate(product=product, month=rows["document_day"].truncate("M"))
    return context.log.frame(
        rows.group_by(["g", "case_currency", "month"]).aggregate(aged=rows["product"].sum(), n=rows.count())
    )


def _published_rows(context: Context, kpi: FunctionKPI, period: Period) -> object:
    rows = _aged(context, kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    return rows.select("case_id", "g", "case_currency", "document_day", "age", balance=rows["t_amount"])


register("dso_balance_days", rows=_rows, figures=dso_balance_days)
register("dso_by_phase", rows=_rows, figures=dso_by_phase)
register("dso_published", rows=_published_rows, figures=dso_published)
