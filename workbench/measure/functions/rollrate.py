"""How receivables age from one month end to the next: what rolls into a later band, and what is paid meanwhile."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.log.days import month_end
from workbench.log.sheet import as_text
from workbench.measure.context import MISSING, Context, Money, as_int
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import Unavailable
from workbench.measure.terms import balances_on, bands_of
from workbench.messages import Message
from workbench.template.kpis import FunctionKPI
from workbench.template.words import BalanceTerm

__all__ = ["roll_rate", "roll_rows"]

_UNKNOWN = "unknown"
_SUMS = ("balance", "rolled", "written_off", "cured")


def roll_rows(context: Context, kpi: FunctionKPI, period: Period) -> ir.Table | Unavailable:
    """A row per case open at the beginning of each month of the period: its band then, its balance, what became of it.

    Columns case_id, g, case_currency, step (which month), band, band_after, balance, rolled, written_off, cured
    (minor units). `rolled` is what is open in a later band at the month's end, and what was written off in it;
    `cured` what was paid, at most the balance. The rest stays in its band, or was credited or cancelled.
    """
    log = context.log
    ledger = str(kpi.with_["balance"])
    declared = log.template.ledgers[ledger]
    if not declared.bands:
        return Unavailable(Message("the log has no {what}", what=declared.due))
    cuts = _cuts(period)
    sheet = balances_on(context, BalanceTerm(balance=ledger), cuts)
    if isinstance(sheet, Unavailable):
        return sheet
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(Message("these rows have no attribute {what}", what=repr(context.by)))
    late = sheet.table["t_overdue"]
    place: ir.Value = sum(
        ((late > edge).cast("int64") for edge in declared.bands), ibis.literal(0, type="int64")
    )
    when = ibis.cases(
        *[(sheet.table["t_day"] == ibis.literal(day), number) for number, day in enumerate(cuts)]
    )
    open_at = sheet.table.mutate(
        g=as_text(group).fill_null(MISSING), place=place, step=when.cast("int64")
    ).select("case_key", "case_id", "g", "case_currency", "step", "place", band="t_band", balance="t_amount")
    after = open_at.select(
        after_case="case_key",
        after_step=open_at["step"] - 1,
        place_after="place",
        band_after="band",
        left="balance",
    )
    rows = open_at.filter(open_at["step"] < len(cuts) - 1)
    rows = rows.left_join(
        after, [rows["case_key"] == after["after_case"], rows["step"] == after["after_step"]]
    ).drop("after_case", "after_step")
    rows = rows.select(*rows.columns)
    moved = _moved(context, kpi, cuts)
    rows = rows.left_join(
        moved, [rows["case_key"] == moved["moved_case"], rows["step"] == moved["moved_step"]]
    ).drop("moved_case", "moved_step")
    rows = rows.select(*rows.columns)
    nothing = ibis.literal(0, type="int64")
    lost = ibis.greatest(rows["lost"].fill_null(nothing), nothing)
    later = (rows["place_after"] > rows["place"]).fill_null(False)
    return rows.select(
        "case_id",
        "g",
        "case_currency",
        "step",
        "band",
        "band_after",
        "balance",
        rolled=ibis.ifelse(later, rows["left"], nothing) + lost,
        written_off=lost,
        cured=ibis.least(ibis.greatest(rows["received"].fill_null(nothing), nothing), rows["balance"]),
    )


def _cuts(period: Period) -> list[Any]:
    """The day before the period, the month ends within it, and its last day."""
    first = period.start if period.start is not None else period.end.replace(day=1)
    days = [first - timedelta(days=1)]
    while days[-1] < period.end:
        days.append(min(month_end(days[-1] + timedelta(days=1)), period.end))
    return days


def _moved(context: Context, kpi: FunctionKPI, cuts: list[Any]) -> ir.Table:
    """What was written off and what was paid per case between two cuts: moved_case, moved_step, lost, received.

    Where payments are known a settlement pays nothing: what they left open is forgiven.
    """
    log = context.log
    lost, paid = (list(log.codes(tuple(kpi.with_[name]))) for name in ("written_off", "paid"))
    steps = log.ledgers[str(kpi.with_["balance"])]
    day = steps["day"]
    number = ibis.cases(
        *[
            ((day > ibis.literal(low)) & (day <= ibis.literal(high)), place)
            for place, (low, high) in enumerate(pairwise(cuts))
        ],
        else_=-1,
    )
    steps = steps.mutate(step=number.cast("int64"))
    steps = steps.filter((steps["step"] >= 0) & steps["activity"].isin([*lost, *paid]))
    nothing = ibis.literal(0, type="int64")
    delta = steps["delta"].cast("int64")
    received = steps["activity"].isin(paid) & ~((steps["role"] == "clear") & steps["has_payment"])
    return steps.group_by(moved_case=steps["case_key"], moved_step=steps["step"]).aggregate(
        lost=ibis.ifelse(steps["activity"].isin(lost), -delta, nothing).sum().cast("int64"),
        received=ibis.ifelse(received, -delta, nothing).sum().cast("int64"),
    )


def roll_rate(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """The share of a month end's receivables that is one band older, or written off, a month later - or was paid.

    `with`: balance (a ledger with bands), shows ("rolled" or "cured"), written_off and paid (activities that move
    the balance). No words follow one balance of a case to another. Cases without a due date are unknown.
    """
    asked = tuple((name, str(kpi.with_[name])) for name in ("balance", "written_off", "paid"))
    sums = context.once(("rolled", asked, period), lambda: _rolled(context, kpi, period))
    if isinstance(sums, Unavailable):
        return sums
    shows = str(kpi.with_["shows"])
    bands = [name for name, _, _ in bands_of(context.log.template.ledgers[str(kpi.with_["balance"])])]
    grid = sorted({(group, currency) for group, currency, _ in sums})
    several = len({currency for _, currency in grid}) > 1
    figures = []
    for group, currency in grid:
        own = {band: found for (g, c, band), found in sums.items() if (g, c) == (group, currency)}
        unknown = as_int(own.pop(_UNKNOWN, {}).get("n", 0))
        whole = {name: sum((found[name] for found in own.values()), Fraction(0)) for name in ("n", *_SUMS)}
        value = _share(whole, shows)
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                value,
                int(whole["n"]),
                period,
                unknown=unknown,
                currency=currency if several else None,
                group=context.group_of(group),
                reason=None if value is not None else Message("nothing to divide by in the period"),
                stats={name: float(whole[name]) for name in _SUMS},
                parts=tuple(
                    Part(
                        band,
                        _share(own[band], shows),
                        int(own[band]["n"]),
                        {name: float(own[band][name]) for name in _SUMS},
                    )
                    for band in bands
                    if band in own
                ),
            )
        )
    return figures or Unavailable(Message("nothing was open when the period began"))


def _rolled(
    context: Context, kpi: FunctionKPI, period: Period
) -> dict[tuple[str, str, str], dict[str, Fraction]] | Unavailable:
    """What `roll_rows` comes to per group, shown currency and band: both rates share it."""
    rows = roll_rows(context, kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    frame = context.log.frame(
        rows.group_by(["g", "case_currency", "band"]).aggregate(
            n=rows.count(), **{name: rows[name].sum() for name in _SUMS}
        )
    )
    factors = Money(context.log).factors(context.log.meta.currencies)
    sums: dict[tuple[str, str, str], dict[str, Fraction]] = {}
    for record in frame.to_dict("records"):
        currency, factor = factors[str(record["case_currency"])]
        own = sums.setdefault(
            (str(record["g"]), currency, str(record["band"])), dict.fromkeys(("n", *_SUMS), Fraction(0))
        )
        own["n"] += as_int(record["n"])
        for name in _SUMS:
            own[name] += Fraction(as_int(record[name])) * Fraction(factor)
    return sums


def _share(sums: dict[str, Fraction], shows: str) -> float | None:
    return float(sums[shows] / sums["balance"]) if sums["balance"] > 0 else None


register("roll_rate", rows=roll_rows, figures=roll_rate)
