"""Sales velocity: the money a day that the open deals come to, if they fare as deals did over the last year."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.log.sheet import as_text, sheet_of
from workbench.measure.context import MISSING, Context, Money, as_int
from workbench.measure.figure import Figure, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import DAY, Unavailable
from workbench.messages import Message
from workbench.template.kpis import FunctionKPI
from workbench.template.words import HasTest, MomentTest

__all__ = ["velocity", "velocity_rows"]

_SUMS = ("open", "won", "decided", "valued", "amount", "timed", "span")


def velocity_rows(context: Context, kpi: FunctionKPI, period: Period) -> ir.Table | Unavailable:
    """A row per deal that is open and qualified, or was decided in the last months.

    Columns case_id, g, case_currency, is_open, is_won, amount (of won deals with one above nought, minor units),
    span (created to won, microseconds; null where the order is wrong).
    """
    log = context.log
    created, qualified, won, lost = (str(kpi.with_[name]) for name in ("created", "qualified", "won", "lost"))
    value = str(kpi.with_["value"])
    asked = (HasTest(has=(qualified, won, lost)), MomentTest(moment=(created, won, lost), by=won))
    sheet = sheet_of(log, kpi.of, (kpi, asked, context.breakdown))
    assert sheet is not None
    group = context.group_column(sheet)
    amount = sheet.column(value)
    if group is None or amount is None:
        missing = repr(context.by) if group is None else value
        return Unavailable(Message("these rows have no attribute {what}", what=missing))
    is_won, is_lost = sheet.has((won,)), sheet.has((lost,))
    is_open = ~is_won & ~is_lost & (sheet.table["status"] == "open")
    if log.knows(qualified):
        is_open = is_open & sheet.has((qualified,))
    decided = sheet.point((won, lost))
    begins, ends = sheet.point(created), sheet.point(won)
    assert begins.time is not None
    assert ends.time is not None
    span = ends.time.delta(begins.time, unit="microsecond")
    since = ibis.literal(_year_before(period.end, as_int(kpi.with_["months"])))
    recent = (decided.day > since) & (decided.day <= ibis.literal(period.end))
    rows = sheet.table.mutate(
        g=as_text(group).fill_null(MISSING),
        is_open=is_open,
        is_won=is_won,
        decided_on=decided.day,
        amount=ibis.ifelse(is_won & (amount > 0), amount, ibis.null("int64")),
        span=ibis.ifelse(is_won & (span >= 0), span, ibis.null("int64")),
    )
    rows = rows.filter(is_open | recent.fill_null(False))
    return rows.select("case_id", "g", "case_currency", "is_open", "is_won", "decided_on", "amount", "span")


def _year_before(day: date, months: int) -> date:
    return (pd.Timestamp(day) - pd.DateOffset(months=months)).date()


def velocity(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """Open qualified deals x win rate x mean won value / mean won cycle, the last three over the last months.

    `with`: created, qualified, won, lost (activities), value (money attribute), months. No words give the parts of a
    product populations and periods of their own. All open deals count where the log has no qualification:
    `qualified_only` is then false.
    """
    rows = velocity_rows(context, kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    shut = ~rows["is_open"]
    frame = context.log.frame(
        rows.group_by(["g", "case_currency"]).aggregate(
            open=rows["is_open"].sum(),
            decided=shut.sum(),
            won=(shut & rows["is_won"]).sum(),
            valued=rows["amount"].count(),
            amount=rows["amount"].sum(),
            timed=rows["span"].count(),
            span=rows["span"].sum(),
        )
    )
    factors = Money(context.log).factors(context.log.meta.currencies)
    sums: dict[tuple[str, str], dict[str, Fraction]] = {}
    for record in frame.to_dict("records"):
        shown, factor = factors[str(record["case_currency"])]
        mine = sums.setdefault((str(record["g"]), shown), dict.fromkeys(_SUMS, Fraction(0)))
        for name in _SUMS:
            scale = Fraction(factor) if name == "amount" else 1
            mine[name] += as_int(record[name]) * scale
    only = context.log.knows(str(kpi.with_["qualified"]))
    figures = []
    for (group, currency), found in sorted(sums.items()):
        value, reason = _product(found)
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                value,
                int(found["open"]),
                period,
                currency=currency,
                group=context.group_of(group),
                reason=reason,
                stats=_behind(found) | {"qualified_only": only},
            )
        )
    return figures or Unavailable(Message("no deal is open"))


def _product(found: dict[str, Fraction]) -> tuple[float | None, Message | None]:
    if not found["decided"]:
        return None, Message("no deal was decided in the last months")
    if not found["valued"]:
        return None, Message("no won deal has a value")
    if found["span"] <= 0:
        return None, Message("the won deals have no length")
    rate = found["won"] / found["decided"]
    days = found["span"] / found["timed"] / DAY
    return float(found["open"] * rate * (found["amount"] / found["valued"]) / days), None


def _behind(found: dict[str, Fraction]) -> dict[str, Any]:
    stats: dict[str, Any] = {name: int(found[name]) for name in ("open", "won", "decided")}
    if found["valued"]:
        stats["mean_won_value"] = float(found["amount"] / found["valued"])
    if found["timed"]:
        stats["mean_won_days"] = float(found["span"] / found["timed"] / DAY)
    return stats


register("sales_velocity", rows=velocity_rows, figures=velocity, of_today=True)
