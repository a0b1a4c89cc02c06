"""Averages: a number per row - how many events, or an attribute."""

from __future__ import annotations

from typing import Any

import ibis

from workbench.log.inside import inside
from workbench.log.sheet import Sheet
from workbench.measure.context import MISSING, Context, Money, as_float, as_int, moment_name, population
from workbench.measure.figure import Figure, Period
from workbench.measure.rows import Rows, Unavailable, finish, in_period, when_moment
from workbench.messages import Message
from workbench.template.kpis import AverageKPI

__all__ = ["average_figures", "average_rows"]


def average_rows(context: Context, kpi: AverageKPI, period: Period) -> Rows | Unavailable:
    """A row per case (or event, or pair) with its count or its attribute; null attributes are unknown."""
    sheet, _ = population(context, kpi)
    if sheet is None:
        return Unavailable(Message("the log shows no such event"))
    when = when_moment(kpi, None)
    moment = sheet.point(when) if when is not None else None
    in_period(sheet, moment, period)
    money = False
    if kpi.value is not None:
        column = sheet.column(kpi.value)
        if column is None:
            return Unavailable(Message("the log has no {what}", what=kpi.value))
        declared = context.log.meta.attribute_of(kpi.of, kpi.value)
        money = declared is not None and declared.type == "money"
        value: Any = column
    elif kpi.inside is not None:
        value = inside(sheet, kpi.inside)
    elif kpi.until is not None:
        value = _count_until(sheet, kpi)
    else:
        value = sheet.count(kpi.count)
    state = ibis.ifelse(value.isnull(), "unknown", "in")
    return finish(
        context, kpi, sheet, state=state, value=value, day=moment.day if moment else None, money=money
    )


def _count_until(sheet: Sheet, kpi: AverageKPI) -> Any:
    """Events of the case before the first event of `until`, by their place in the case."""
    log = sheet.log
    stops = log.events.filter(log.events["activity"].isin(list(log.codes((str(kpi.until),)))))
    last = stops.group_by("case_key").aggregate(stop=stops["pos"].min())
    events = log.events.filter(log.events["activity"].isin(list(log.codes(kpi.count))))
    joined = events.select("case_key", "pos").join(last, "case_key")
    before = joined.filter(joined["pos"] < joined["stop"])
    name = sheet.name("count")
    sheet.attach(before.group_by("case_key").aggregate(**{name: before.count()}), ["case_key"])
    return sheet.table[name].fill_null(0)


def average_figures(context: Context, kpi: AverageKPI, period: Period, rows: Rows) -> list[Figure]:
    """n, mean, median, P90 and total per group; money apart by currency unless rates join it."""
    table = rows.table.mutate(g=rows.table["r_group"].fill_null(MISSING))
    if not rows.money:
        table = table.mutate(case_currency=ibis.literal(""))
    inside = table["r_state"] == "in"
    value = table["r_value"]
    frame = context.log.frame(
        table.group_by(["g", "case_currency"]).aggregate(
            n=inside.sum(),
            total=value.sum(where=inside),
            median=value.cast("float64").quantile(0.5, where=inside),
            p90=value.cast("float64").quantile(0.9, where=inside),
            unknown=(~inside).sum(),
        )
    )
    figures = []
    for group, found in frame.groupby("g"):
        for currency, stats in _by_currency(context, rows, found):
            value_shown = stats[kpi.headline]
            figures.append(
                Figure(
                    kpi.id,
                    kpi.unit,
                    value_shown,
                    stats["n"],
                    period,
                    unknown=stats["unknown"],
                    when=moment_name(kpi.when),
                    currency=currency,
                    group=context.group_of(group),
                    reason=None if value_shown is not None else Message("nothing of the kind in this period"),
                    stats={
                        name: stats[name]
                        for name in ("mean", "median", "p90", "total")
                        if stats[name] is not None
                    },
                )
            )
    return figures


def _by_currency(context: Context, rows: Rows, frame: Any) -> list[tuple[str | None, dict[str, Any]]]:
    """Statistics per shown currency; medians only where all rows share one, since they cannot be added."""
    factors = Money(context.log).factors(frame["case_currency"]) if rows.money else {}
    shown: dict[str | None, dict[str, Any]] = {}
    for record in frame.to_dict("records"):
        currency, factor = factors[str(record["case_currency"])] if rows.money else (None, 1)
        mine = shown.setdefault(currency, {"n": 0, "total": 0.0, "unknown": 0, "sources": 0})
        mine["n"] += as_int(record["n"])
        mine["unknown"] += as_int(record["unknown"])
        mine["total"] += (as_float(record["total"]) or 0.0) * float(factor)
        mine["sources"] += 1
        for name in ("median", "p90"):
            number = as_float(record[name])
            mine[name] = None if number is None else number * float(factor)
    for stats in shown.values():
        stats["mean"] = stats["total"] / stats["n"] if stats["n"] else None
        if not stats["n"]:
            stats["total"] = None
        if stats.pop("sources") > 1:
            stats["median"] = stats["p90"] = None
    return sorted(shown.items(), key=lambda item: item[0] or "")
