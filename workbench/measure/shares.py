"""Shares: decided rows that pass, over decided rows; and funnels."""

from __future__ import annotations

from typing import Any

import ibis

from workbench.log.conditions import answer_all
from workbench.log.sheet import Sheet
from workbench.measure.context import Context, Money, as_int, moment_name, population
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.rows import Rows, Unavailable, finish, in_period, when_moment
from workbench.template.kpis import ShareKPI
from workbench.template.words import Moment

__all__ = ["share_figures", "share_rows"]

_MISSING = "\uffff"
_DEFAULT_WHEN = {"cases": "started", "events": "time", "pair": "opened"}


def share_rows(context: Context, kpi: ShareKPI, period: Period) -> Rows | Unavailable:
    """Rows with a yes/no: "in" once decided, "pending" while a limit runs, "unknown" where data is missing."""
    sheet, doubtful = population(context, kpi)
    if sheet is None:
        return Unavailable("the log shows no such event")
    moment = sheet.point(_when(kpi, sheet))
    in_period(sheet, moment, period)
    if kpi.stages:
        return _funnel(context, kpi, sheet, moment.day)
    found = answer_all(sheet, kpi.that)
    rows = sheet.table
    hit = rows[found.value]
    pending = rows[found.pending] if found.pending else ibis.literal(False)
    unknown = hit.isnull() | rows[doubtful].isnull() if doubtful is not None else hit.isnull()
    state = ibis.cases((pending, "pending"), (unknown, "unknown"), else_="in")
    return finish(
        context, kpi, sheet, state=state, value=hit.cast("int64"), hit=hit, day=moment.day
    )


def _when(kpi: ShareKPI, sheet: Sheet) -> Moment:
    found = when_moment(kpi, _DEFAULT_WHEN[sheet.noun])
    assert found is not None
    return found


def _funnel(context: Context, kpi: ShareKPI, sheet: Sheet, day: str) -> Rows | Unavailable:
    """A row per case and stage reached: did it later reach any stage beyond? Open ones still in it are pending."""
    base = sheet.table
    parts = []
    for index, stage in enumerate(kpi.stages[:-1]):
        beyond = kpi.stages[index + 1 :]
        reached, later = sheet.earliest((stage,)), sheet.latest(tuple(beyond))
        rows = base.mutate(stage=ibis.literal(stage), moved=(later >= reached).fill_null(False))
        parts.append(rows.filter(reached.notnull()))
    sheet.table = ibis.union(*parts)
    rows = sheet.table
    pending = ~rows["moved"] & (rows["status"] == "open")
    return finish(
        context,
        kpi,
        sheet,
        state=ibis.ifelse(pending, "pending", "in"),
        value=rows["moved"].cast("int64"),
        hit=rows["moved"],
        part=rows["stage"],
        day=day,
    )


def share_figures(context: Context, kpi: ShareKPI, period: Period, rows: Rows) -> list[Figure]:
    """The share by count, by value beside it, with n, pending and unknown; one figure per group."""
    parted = bool(kpi.stages) or kpi.parts is not None
    overall = _summaries(context, kpi, rows, parts=False)
    by_part = _summaries(context, kpi, rows, parts=True) if parted else {}
    order = {stage: index for index, stage in enumerate(kpi.stages)}
    figures = []
    for (group, _), stats in sorted(overall.items()):
        found_parts = [
            (part, found) for (of_group, part), found in by_part.items() if of_group == group
        ]
        found_parts.sort(key=lambda item: (order.get(item[0], len(order)), item[0]))
        parts = tuple(Part(part, found["share"], found["n"], _bounds(kpi, found)) for part, found in found_parts)
        for currency, value, reason in _headlines(kpi, stats):
            figures.append(
                Figure(
                    kpi.id,
                    kpi.unit,
                    value,
                    stats["n"],
                    period,
                    pending=stats["pending"],
                    unknown=stats["unknown"],
                    when=moment_name(_when(kpi, rows.sheet)),
                    currency=currency,
                    group=None if group == _MISSING else context.group_of(group),
                    reason=reason,
                    stats=_details(kpi, stats),
                    parts=parts,
                )
            )
    return figures


def _headlines(kpi: ShareKPI, stats: dict[str, Any]) -> list[tuple[str | None, float | None, str | None]]:
    """What is shown as the value: the share, or its value-weighted form in each currency."""
    if kpi.headline == "share":
        return [(None, stats["share"], None if stats["share"] is not None else "no decided row")]
    if stats["gap"] is not None and kpi.weight_gap is not None and stats["gap"] > kpi.weight_gap:
        reason = f"{stats['gap']:.0%} of the rows that fail have no positive {kpi.weight}"
        return [(None, None, reason)]
    weighted = stats["weighted"]
    if not weighted:
        return [(None, None, f"no decided row has {kpi.weight}")]
    alone = len(weighted) == 1
    return [
        (None if alone else currency, value, None if value is not None else f"no {kpi.weight} to weigh by")
        for currency, value in weighted
    ]


def _details(kpi: ShareKPI, stats: dict[str, Any]) -> dict[str, Any]:
    details: dict[str, Any] = {"share": stats["share"], "hits": stats["hits"], "pending_hits": stats["pending_hits"]}
    if len(stats["weighted"]) == 1:
        details["weighted"] = stats["weighted"][0][1]
    return details | _bounds(kpi, stats)


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


def _summaries(
    context: Context, kpi: ShareKPI, rows: Rows, *, parts: bool
) -> dict[tuple[str, str], dict[str, Any]]:
    table = rows.table.mutate(
        g=rows.table["r_group"].fill_null(_MISSING), p=rows.table["r_part"].fill_null("") if parts else ibis.literal("")
    )
    inside, hit = table["r_state"] == "in", table["r_hit"].fill_null(False)
    pending = table["r_state"] == "pending"
    main = context.log.frame(
        table.group_by(["g", "p"]).aggregate(
            n=inside.sum(),
            hits=(inside & hit).sum(),
            pending=pending.sum(),
            pending_hits=(pending & hit).sum(),
            unknown=(table["r_state"] == "unknown").sum(),
            misses=(inside & ~hit).sum(),
            weightless=(inside & ~hit & ~(table["r_weight"] > 0).fill_null(False)).sum(),
        )
    )
    weights = _weighted(context, kpi, table)
    result = {}
    for record in main.to_dict("records"):
        key = (str(record["g"]), str(record["p"]))
        counts = {name: as_int(value) for name, value in record.items() if name not in ("g", "p")}
        n, misses = counts["n"], counts["misses"]
        result[key] = {
            **counts,
            "share": counts["hits"] / n if n else None,
            "gap": counts["weightless"] / misses if misses else None,
            "weighted": weights.get(key, []),
        }
    return result


def _weighted(
    context: Context, kpi: ShareKPI, table: Any
) -> dict[tuple[str, str], list[tuple[str, float | None]]]:
    if kpi.weight is None:
        return {}
    rows = table.filter((table["r_state"] == "in") & table["r_weight"].notnull())
    if kpi.weight_gap is not None:
        rows = rows.filter(rows["r_weight"] > 0)
    sums = context.log.frame(
        rows.group_by(["g", "p", "case_currency"]).aggregate(
            whole=rows["r_weight"].sum(), passing=rows["r_weight"].sum(where=rows["r_hit"].fill_null(False))
        )
    )
    result: dict[tuple[str, str], list[tuple[str, float | None]]] = {}
    for (group, part), frame in sums.groupby(["g", "p"]):
        result[(str(group), str(part))] = [
            (currency, float(found["passing"] / found["whole"]) if found["whole"] > 0 else None)
            for currency, found in Money(context.log).split(frame, ("whole", "passing"))
        ]
    return result
