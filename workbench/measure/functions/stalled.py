"""Deals that stand still."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.log.sheet import as_of_end, sheet_of
from workbench.measure.casesums import of_the_case
from workbench.measure.context import MISSING, Context, Money, as_float, as_int
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import DAY, Unavailable
from workbench.messages import Message
from workbench.template.kpis import FunctionKPI

__all__ = ["stalled", "stalled_rows"]


def stalled_rows(context: Context, kpi: FunctionKPI, period: Period) -> ir.Table | Unavailable:
    """A row per open deal: case_id, stage, how long it has been there, the limit of its stage, late or not.

    The limit is the 90th percentile of the visits that won deals paid to the stage; unknown where none did.
    """
    log = context.log
    pair = log.template.pairs[str(kpi.with_["pair"])]
    sheet = sheet_of(log, (pair.id,), (kpi, context.breakdown))
    if sheet is None:
        return Unavailable(Message("the log shows no such event"))
    won = sheet.add("won", sheet.has(tuple(kpi.with_["won"])))
    # A value told before the stage began is the deal's all the same.
    value = str(kpi.with_["value"]) if kpi.unit == "money" else ""
    weight = of_the_case(sheet, value) if value in log.cases.columns else sheet.column(value)
    if kpi.unit == "money" and weight is None:
        return Unavailable(Message("the log has no {what}", what=kpi.with_["value"]))
    rows = sheet.table
    names = enumerate(log.meta.activities)
    activity = ibis.cases(*[(rows["activity"] == code, name) for code, name in names])
    stage = rows[pair.state] if pair.state in rows.columns else activity
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(Message("these rows have no attribute {what}", what=repr(context.by)))
    rows = rows.mutate(
        stage=stage.cast("string").fill_null(""),
        g=group.fill_null(MISSING),
        span=rows["closed"].delta(rows["opened"], unit="microsecond"),
        idle=as_of_end(log).delta(rows["opened"], unit="microsecond"),
        amount=weight if weight is not None else ibis.literal(1, type="int64"),
    )
    done = rows.filter(won & rows["span"].notnull())
    limits = done.group_by("stage").aggregate(limit=done["span"].cast("float64").quantile(0.9))
    waiting = rows.filter((rows["became"] == "open") & (rows["status"] == "open")).left_join(limits, "stage")
    return waiting.select(
        "case_id",
        "g",
        "stage",
        "opened",
        "idle",
        "limit",
        "amount",
        "case_currency",
        late=waiting["idle"].cast("float64") > waiting["limit"],
    )


def stalled(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """Open deals that have stayed in their stage longer than nine in ten won deals ever did.

    `with`: pair (stage visits), won (activities that make a deal won), value (money attribute; for a KPI in
    money). Counts them, or sums their value; a stalled deal without a positive value is unknown then.
    No words make a limit of what other cases took.
    """
    rows = stalled_rows(context, kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    money = kpi.unit == "money"
    late = rows["late"].fill_null(False)
    valued = (rows["amount"] > 0).fill_null(False)
    rows = rows.mutate(
        is_late=late, worthless=late & ~valued, currency=rows["case_currency"] if money else ibis.literal("")
    )
    frame = context.log.frame(
        rows.group_by(["g", "stage", "currency"]).aggregate(
            n=rows.count(),
            late=rows["is_late"].sum(),
            amount=rows["amount"].sum(where=rows["is_late"] & ~rows["worthless"]),
            limit=rows["limit"].max(),
            unknown=(rows["limit"].isnull() | rows["worthless"]).sum(),
            worthless=rows["worthless"].sum(),
        )
    ).rename(columns={"currency": "case_currency"})
    figures = _stalled_figures(context, kpi, period, frame, money)
    if not figures and context.by is None:
        return _nothing(context, kpi, period)
    return figures or Unavailable(Message("no deal is open"))


def _nothing(context: Context, kpi: FunctionKPI, period: Period) -> list[Figure]:
    """No deal is open: nought stands still, as a balance is nought where all is paid."""
    money = kpi.unit == "money"
    shown = {shown for shown, _ in Money(context.log).factors(context.log.meta.currencies).values()}
    currencies: list[str | None] = [*sorted(shown)] if money else [None]
    return [Figure(kpi.id, kpi.unit, 0.0, 0, period, currency=code) for code in currencies]


@dataclass
class _Standing:
    """What stands still in a stage, in one shown currency."""

    amount: float = 0.0
    n: int = 0
    late: int = 0
    worthless: int = 0
    unknown: int = 0
    limit: float | None = None


def _stalled_figures(
    context: Context, kpi: FunctionKPI, period: Period, frame: pd.DataFrame, money: bool
) -> list[Figure]:
    factors = Money(context.log).factors(frame["case_currency"]) if money else {}
    shown: dict[tuple[str, str | None], dict[str, _Standing]] = {}
    for record in frame.to_dict("records"):
        currency, factor = factors[str(record["case_currency"])] if money else (None, 1)
        stages = shown.setdefault((str(record["g"]), currency), {})
        stage = stages.setdefault(str(record["stage"]), _Standing())
        late = as_int(record["late"])
        stage.amount += as_int(record["amount"]) * float(factor) if money else late
        stage.n += as_int(record["n"])
        stage.late += late
        stage.worthless += as_int(record["worthless"])
        stage.unknown += as_int(record["unknown"])
        stage.limit = as_float(record["limit"])
    figures = []
    for (group, currency), stages in sorted(shown.items(), key=str):
        found = list(stages.values())
        late, worthless = sum(stage.late for stage in found), sum(stage.worthless for stage in found)
        unvalued = late > 0 and late == worthless
        parts = tuple(
            Part(
                name,
                stage.amount if not stage.late or stage.late > stage.worthless else None,
                stage.n,
                {} if stage.limit is None else {"limit_days": stage.limit / DAY},
            )
            for name, stage in sorted(stages.items())
        )
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                None if unvalued else sum(stage.amount for stage in found),
                sum(stage.n for stage in found),
                period,
                unknown=sum(stage.unknown for stage in found),
                currency=currency,
                group=context.group_of(group),
                reason=Message("no stalled deal has {what}", what=kpi.with_["value"]) if unvalued else None,
                parts=() if unvalued else parts,
            )
        )
    return figures


register("stalled", rows=stalled_rows, figures=stalled, of_today=True)
