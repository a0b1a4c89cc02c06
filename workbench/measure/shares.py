"""Shares: decided rows that pass, over decided rows; and funnels."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.log.conditions import answer_all
from workbench.log.sheet import Sheet
from workbench.measure.context import MISSING, Context, Money, as_int, moment_name, population
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.rows import Rows, Unavailable, finish, in_period, when_moment
from workbench.measure.stages import stage_rows, stages_of
from workbench.messages import Message
from workbench.template.kpis import ShareKPI
from workbench.template.words import Moment

__all__ = ["share_figures", "share_rows", "tally"]

_DEFAULT_WHEN = {"cases": "started", "events": "time", "pair": "opened", "table": "started"}


def share_rows(context: Context, kpi: ShareKPI, period: Period) -> Rows | Unavailable:
    """Rows with a yes/no: "in" once decided, "pending" while a limit runs, "unknown" where data is missing."""
    sheet, doubtful = population(context, kpi)
    if sheet is None:
        return Unavailable(Message("the log shows no such event"))
    moment = sheet.point(_when(kpi, sheet))
    in_period(sheet, moment, period)
    if kpi.stages:
        return _funnel(context, kpi, sheet, moment.day)
    found = answer_all(sheet, kpi.that)
    hit = found.value
    pending = found.pending if found.pending is not None else ibis.literal(False)
    unknown = hit.isnull() | doubtful.isnull() if doubtful is not None else hit.isnull()
    state = ibis.cases((pending, "pending"), (unknown, "unknown"), else_="in")
    return finish(context, kpi, sheet, state=state, value=hit.cast("int64"), hit=hit, day=moment.day)


def _when(kpi: ShareKPI, sheet: Sheet) -> Moment:
    found = when_moment(kpi, _DEFAULT_WHEN[sheet.noun])
    assert found is not None
    return found


def _funnel(context: Context, kpi: ShareKPI, sheet: Sheet, day: Any) -> Rows | Unavailable:
    """A row per case and stage reached: did it later reach any stage beyond? Open ones still in it are pending."""
    name = sheet.add("day", day).get_name()
    sheet.table = stage_rows(sheet, kpi.stages, stages_of(context.log, kpi.stages))
    rows = sheet.table
    return finish(
        context,
        kpi,
        sheet,
        state=ibis.ifelse(rows["waits"], "pending", "in"),
        value=rows["moved"].cast("int64"),
        hit=rows["moved"],
        part=rows["stage"],
        day=rows[name],
    )


def share_figures(context: Context, kpi: ShareKPI, period: Period, rows: Rows) -> list[Figure]:
    """The share by count, by value beside it, with n, pending and unknown; one figure per group."""
    parted = bool(kpi.stages) or kpi.parts is not None
    overall = _counted(context, kpi, period, rows, parts=False)
    by_part = _counted(context, kpi, period, rows, parts=True) if parted else {}
    stages = stages_of(context.log, kpi.stages) if kpi.stages else ()
    order = {stage: index for index, stage in enumerate(stages)}
    figures = []
    for (group, _), stats in sorted(overall.items()):
        found_parts = [(part, found) for (of_group, part), found in by_part.items() if of_group == group]
        found_parts.sort(key=lambda item: (order.get(item[0], len(order)), item[0]))
        parts = tuple(
            Part(part, found["share"], found["n"], _bounds(kpi, found)) for part, found in found_parts
        )
        for currency, value, reason, counts in _headlines(kpi, stats):
            figures.append(
                Figure(
                    kpi.id,
                    kpi.unit,
                    value,
                    counts["n"],
                    period,
                    pending=counts["pending"],
                    unknown=counts["unknown"],
                    when=moment_name(_when(kpi, rows.sheet)),
                    currency=currency,
                    group=context.group_of(group),
                    reason=reason,
                    stats=_details(kpi, stats),
                    parts=parts,
                )
            )
    return figures


Headline = tuple[str | None, float | None, Message | None, dict[str, int]]


def _headlines(kpi: ShareKPI, stats: dict[str, Any]) -> list[Headline]:
    """What is shown as the value: the share, or its value-weighted form in each currency with its own counts."""
    if kpi.headline == "share":
        return [
            (None, stats["share"], None if stats["share"] is not None else Message("no decided row"), stats)
        ]
    if stats["gap"] is not None and kpi.weight_gap is not None and stats["gap"] > kpi.weight_gap:
        reason = Message(
            "{share} of the rows that fail have no positive {what}",
            share=f"{stats['gap']:.0%}",
            what=kpi.weight,
        )
        return [(None, None, reason, stats)]
    weighted = stats["weighted"]
    nothing = Message("no decided row has {what}", what=kpi.weight)
    alone = len(weighted) <= 1
    return [
        (
            None if alone else currency,
            value,
            None if value is not None else nothing,
            stats if alone else counts,
        )
        for currency, value, counts in weighted
    ] or [(None, None, nothing, stats)]


def _details(kpi: ShareKPI, stats: dict[str, Any]) -> dict[str, Any]:
    details: dict[str, Any] = {
        "share": stats["share"],
        "hits": stats["hits"],
        "pending_hits": stats["pending_hits"],
    }
    if len(stats["weighted"]) == 1:
        details["weighted"] = stats["weighted"][0][1]
    bounds = _bounds(kpi, stats)
    return details | {name: bounds[name] for name in ("low", "high") if name in bounds}


def _bounds(kpi: ShareKPI, stats: dict[str, Any]) -> dict[str, Any]:
    """For a funnel: the share if every open case failed, and if every one went on."""
    if not kpi.stages:
        return {"pending": stats["pending"]} if stats["pending"] else {}
    whole = stats["n"] + stats["pending"]
    if not whole:
        return {}
    return {
        "pending": stats["pending"],
        "low": stats["hits"] / whole,
        "high": (stats["hits"] + stats["pending"]) / whole,
    }


_COUNTS = ("n", "hits", "pending", "pending_hits", "unknown", "misses", "weightless")
_SUMS = (*_COUNTS, "whole", "passing")


def tally(kpi: ShareKPI, rows: ir.Table, keys: list[str]) -> ir.Table:
    """What a share is told from, added up by keys; such sums can be added up again."""
    inside, hit = rows["r_state"] == "in", rows["r_hit"].fill_null(False)
    pending = rows["r_state"] == "pending"
    weight = rows["r_weight"]
    weighty = inside & (weight > 0 if kpi.weight_gap is not None else weight.notnull()).fill_null(False)
    return rows.group_by(keys).aggregate(
        n=rows.count(where=inside),
        hits=rows.count(where=inside & hit),
        pending=rows.count(where=pending),
        pending_hits=rows.count(where=pending & hit),
        unknown=rows.count(where=rows["r_state"] == "unknown"),
        misses=rows.count(where=inside & ~hit),
        weightless=rows.count(where=inside & ~hit & ~(weight > 0).fill_null(False)),
        whole=weight.sum(where=weighty),
        passing=weight.sum(where=weighty & hit),
    )


def _counted(
    context: Context, kpi: ShareKPI, period: Period, rows: Rows, *, parts: bool
) -> dict[tuple[str, str], dict[str, Any]]:
    """The summaries of a share; one by number and its like by value are two readings of the same."""
    rests_on = (kpi.of, kpi.where, kpi.that, kpi.when, kpi.stages, kpi.parts, kpi.weight, kpi.weight_gap)
    return context.once(
        ("share", *rests_on, period, context.by_case, parts),
        lambda: _summaries(context, kpi, rows, parts=parts),
    )


def _summaries(
    context: Context, kpi: ShareKPI, rows: Rows, *, parts: bool
) -> dict[tuple[str, str], dict[str, Any]]:
    """Counts and shares by (group, part), and the value-weighted share in each currency in which it can be shown."""

    def sums(table: ir.Table) -> ir.Table:
        table = table.mutate(
            g=table["r_group"].fill_null(MISSING),
            p=table["r_part"].fill_null("") if parts else ibis.literal(""),
        )
        keys = ["g", "p", "case_currency"]
        if rows.remembered:
            return table.group_by(keys).aggregate(**{name: table[name].sum() for name in _SUMS})
        return tally(kpi, table, keys)

    frame = context.log.frame(rows.asking(("share", parts), sums))
    result = {}
    for (group, part), found in frame.groupby(["g", "p"]):
        counts = {name: as_int(found[name].sum()) for name in _COUNTS}
        n, misses = counts["n"], counts["misses"]
        result[(str(group), str(part))] = {
            **counts,
            "share": counts["hits"] / n if n else None,
            "gap": counts["weightless"] / misses if misses else None,
            "weighted": _weighted(context, kpi, found),
        }
    return result


def _weighted(context: Context, kpi: ShareKPI, frame: Any) -> list[tuple[str, float | None, dict[str, int]]]:
    """The value-weighted share per shown currency, with the counts of the rows in it."""
    if kpi.weight is None:
        return []
    money = Money(context.log)
    shown = money.factors(frame["case_currency"])
    currencies = frame["case_currency"].map(lambda currency: shown[str(currency)][0])
    result = []
    for currency, sums in money.split(frame, ("whole", "passing")):
        mine = frame[currencies == currency]
        counts = {name: as_int(mine[name].sum()) for name in _COUNTS}
        result.append(
            (currency, float(sums["passing"] / sums["whole"]) if sums["whole"] > 0 else None, counts)
        )
    return result
