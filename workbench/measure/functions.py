"""The few KPIs that no words can say, as named functions; templates name them, nothing else runs.

Each gets the context, the KPI and its period, and answers with figures (or why there are none).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
import pandas as pd

from workbench.errors import unknown_name
from workbench.log.conditions import answer_all, microseconds
from workbench.log.days import month_bounds
from workbench.log.frames import as_day, one_value
from workbench.log.ledgers import balance_at
from workbench.log.sheet import as_of_end, sheet_of
from workbench.measure.context import MISSING, Context, Money, as_float, as_int
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.rows import DAY, Unavailable
from workbench.measure.sums import signed_sums
from workbench.template.kpis import FunctionKPI
from workbench.template.words import BalanceTerm, SignedTerm, SumTerm

__all__ = ["function_figures", "registered"]

Answer = list[Figure] | Unavailable
_registry: dict[str, Callable[[Context, FunctionKPI, Period], Answer]] = {}


def registered(name: str) -> Callable[[Any], Any]:
    """Make a function nameable in templates: `function = "name"`."""

    def wrap(function: Callable[[Context, FunctionKPI, Period], Answer]) -> Any:
        _registry[name] = function
        return function

    return wrap


def function_figures(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """The figures of a KPI that names a function."""
    if kpi.function not in _registry:
        raise unknown_name("KPI function", kpi.function, _registry, where=f"KPI {kpi.id}")
    return _registry[kpi.function](context, kpi, period)


@registered("dso_countback")
def dso_countback(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """DSO by exhaustion: how many days of sales the receivables at month end stand for, walking back by months.

    Subtract a month's sales and add its days while the remainder covers them; of the last month add
    remainder / sales x its days. A month without sales adds its days and consumes nothing. When history is
    exhausted the value is None and the reason says "more than x".
    """
    ledger = str(kpi.with_["balance"])
    sales = SumTerm.model_validate(kpi.with_["sales"])
    top = signed_sums(context, (SignedTerm(plus=BalanceTerm(balance=ledger)),), period, None)
    if isinstance(top, Unavailable):
        return top
    started = context.log.cases.aggregate(first=context.log.cases["start_day"].min())
    first = as_day(one_value(context.log.frame(started)))
    months: list[tuple[int, dict[tuple[str, str, str], Any]]] = []
    back = 0
    while first is not None:
        start, end = month_bounds(period.end, back=back)
        if end < first:
            break
        flow = signed_sums(context, (SignedTerm(plus=sales),), Period(start, end), None)
        if isinstance(flow, Unavailable):
            return flow
        months.append(((end - start).days + 1, flow))
        back += 1
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
                reason=f"more than {days:g} days: the log's sales do not reach further back"
                if exhausted
                else None,
            )
        )
    return figures or [Figure(kpi.id, kpi.unit, 0.0, 0, period)]


@registered("cash_after")
def cash_after(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """Cash that came in within W days of an action and before the next one, over the balance at the action.

    `with`: pair, sum (amount of the closing events), ledger, within_days. Actions whose W days still run are
    pending; those of a case whose balance is not known are unknown.
    """
    log = context.log
    pair_name, ledger_name = str(kpi.with_["pair"]), str(kpi.with_["ledger"])
    days = float(log.policy(kpi.with_["within_days"]))
    sheet = sheet_of(log, (pair_name,), (kpi, context.breakdown))
    ledger = log.ledgers.get(ledger_name)
    if sheet is None or ledger is None:
        return Unavailable("the log shows no such event or balance")
    if kpi.where:
        found = answer_all(sheet, kpi.where)
        sheet.filter(found.value.fill_null(False))
    if period.start is not None:
        opened = sheet.table["opened_day"]
        sheet.filter(opened >= ibis.literal(period.start), opened <= ibis.literal(period.end))
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(f"these rows have no attribute {context.by!r}")
    sheet.table = sheet.table.mutate(g=group.fill_null(MISSING))
    rows = balance_at(ledger, sheet.table, "opened")
    left = as_of_end(log).delta(rows["opened"], unit="microsecond")
    decided = rows.filter(left > microseconds(days))
    cash = _cash_between(log, kpi, pair_name, decided, days)
    joined = decided.left_join(cash, ["case_key", "pos"])
    frame = log.frame(
        joined.group_by(["g", "case_currency"]).aggregate(
            balance=joined["balance_then"].sum(), cash=joined["cash"].sum(), n=joined.count()
        )
    )
    waiting = rows.filter(left <= microseconds(days))
    pending = log.frame(waiting.group_by(["g", "case_currency"]).aggregate(n=waiting.count()))
    money = Money(log)
    shown = {currency: found for currency, (found, _) in money.factors(log.meta.currencies).items()}
    figures = []
    for name, found_rows in frame.groupby("g"):
        parts = list(money.split(found_rows, ("balance", "cash")))
        for currency, sums in parts:
            mine = found_rows[found_rows["case_currency"].map(shown) == currency]
            later = pending[(pending["g"] == name) & (pending["case_currency"].map(shown) == currency)]
            value = float(sums["cash"] / sums["balance"]) if sums["balance"] > 0 else None
            figures.append(
                Figure(
                    kpi.id,
                    kpi.unit,
                    value,
                    int(mine["n"].sum()),
                    period,
                    pending=int(later["n"].sum()),
                    when="opened",
                    currency=currency if len(parts) > 1 else None,
                    group=context.group_of(name),
                    reason=None if value is not None else "no balance was open",
                )
            )
    return figures or Unavailable("no decided row")


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


@registered("stalled")
def stalled(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """Open deals that have stayed in their stage longer than nine in ten won deals ever did.

    `with`: pair (stage visits), won (activities that make a deal won), parts (attribute or "opening_activity"),
    value (money attribute; given when the KPI's unit is money). Counts them, or sums their value.
    """
    log = context.log
    sheet = sheet_of(log, (str(kpi.with_["pair"]),), (kpi, context.breakdown))
    if sheet is None:
        return Unavailable("the log shows no such event")
    won = sheet.add("won", sheet.has(tuple(kpi.with_["won"])))
    state = log.template.pairs[str(kpi.with_["pair"])].state
    rows = sheet.table
    stage = rows[state] if state in rows.columns else _activity_name(log, rows["activity"])
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(f"these rows have no attribute {context.by!r}")
    money = kpi.unit == "money"
    weight = sheet.column(str(kpi.with_["value"])) if money else None
    if money and weight is None:
        return Unavailable(f"the log has no {kpi.with_['value']}")
    rows = rows.mutate(
        stage=stage.cast("string").fill_null(""),
        g=group.fill_null(MISSING),
        span=rows["closed"].delta(rows["opened"], unit="microsecond"),
        idle=as_of_end(log).delta(rows["opened"], unit="microsecond"),
        amount=weight.fill_null(0) if weight is not None else ibis.literal(1, type="int64"),
    )
    done = rows.filter(won & rows["span"].notnull())
    limits = done.group_by("stage").aggregate(limit=done["span"].cast("float64").quantile(0.9))
    waiting = rows.filter((rows["became"] == "open") & (rows["status"] == "open"))
    waiting = waiting.left_join(limits, "stage").drop("stage_right")
    late = (waiting["idle"].cast("float64") > waiting["limit"]).fill_null(False)
    frame = log.frame(
        waiting.mutate(case_currency=waiting["case_currency"] if money else ibis.literal(""))
        .group_by(["g", "stage", "case_currency"])
        .aggregate(
            n=ibis._.count(),
            late=late.sum(),
            amount=waiting["amount"].sum(where=late),
            limit=waiting["limit"].max(),
            unknown=waiting["limit"].isnull().sum(),
        )
    )
    return _stalled_figures(context, kpi, period, frame, money) or Unavailable("no deal is open")


def _stalled_figures(
    context: Context, kpi: FunctionKPI, period: Period, frame: pd.DataFrame, money: bool
) -> list[Figure]:
    factors = Money(context.log).factors(frame["case_currency"]) if money else {}
    shown: dict[tuple[str, str | None], list[Any]] = {}
    for record in frame.to_dict("records"):
        currency, factor = factors[str(record["case_currency"])] if money else (None, 1)
        amount = as_int(record["amount"]) * float(factor) if money else float(as_int(record["late"]))
        shown.setdefault((str(record["g"]), currency), []).append((record, amount))
    figures = []
    for (group, currency), found in sorted(shown.items(), key=str):
        parts = tuple(
            Part(
                str(record["stage"]),
                amount,
                as_int(record["n"]),
                {"limit_days": round((as_float(record["limit"]) or 0.0) / DAY, 6)},
            )
            for record, amount in sorted(found, key=lambda item: str(item[0]["stage"]))
        )
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                sum(amount for _, amount in found),
                sum(as_int(record["n"]) for record, _ in found),
                period,
                unknown=sum(as_int(record["unknown"]) for record, _ in found),
                currency=currency,
                group=context.group_of(group),
                parts=parts,
            )
        )
    return figures


def _activity_name(log: Any, column: Any) -> Any:
    return ibis.cases(*[(column == code, name) for code, name in enumerate(log.meta.activities)])
