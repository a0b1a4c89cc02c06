"""Durations: time between two moments of a row."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Mapping
from itertools import accumulate
from math import ceil, floor, fsum
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet, as_of_end
from workbench.measure.context import (
    MISSING,
    Context,
    Money,
    as_decimal,
    as_float,
    as_int,
    moment_name,
    population,
)
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.rows import DAY, Rows, Unavailable, finish, in_period, when_moment
from workbench.measure.survival import incidence_medians
from workbench.messages import Message
from workbench.template.kpis import DurationKPI

__all__ = ["duration_figures", "duration_rows"]

_COLUMNS = (
    "r_state", "r_value", "r_begun", "r_over", "r_end", "r_weight", "r_group", "r_part", "case_currency",
)  # fmt: skip
_UNITS = {"days": DAY, "hours": DAY // 24}


def duration_rows(context: Context, kpi: DurationKPI, period: Period) -> Rows | Unavailable:
    """Rows that have the first moment: finished ("in"), still open, never to be finished, or out of order."""
    sheet, doubtful = population(context, kpi)
    if sheet is None:
        return Unavailable(Message("the log shows no such event"))
    of_pair = sheet.noun == "pair"
    begin = sheet.point(kpi.from_ or ("opened" if of_pair else "started"))
    finish_moment = kpi.to or ("closed" if of_pair else "ended")
    end = sheet.point(finish_moment)
    when = when_moment(kpi, finish_moment)
    moment = end if when == finish_moment else sheet.point(when) if when is not None else None
    sheet.filter(begin.day.notnull())
    in_period(sheet, moment, period)
    rows = sheet.table
    if begin.time is None or end.time is None:
        value = end.day.delta(begin.day, unit="day") * DAY
        watched = ibis.literal(context.log.as_of).delta(begin.day, unit="day") * DAY
        lived = rows["ended_day"].delta(begin.day, unit="day") * DAY
    else:
        value = end.time.delta(begin.time, unit="microsecond")
        watched = as_of_end(context.log).delta(begin.time, unit="microsecond")
        lived = rows["ended"].delta(begin.time, unit="microsecond")
    if kpi.negative == "zero":
        value = ibis.ifelse(value < 0, 0, value)
    gone = rows["became"].isin(["ended", "stopped"]) if of_pair else rows["status"] == "ended"
    state = ibis.cases(
        (value.isnull() & gone.fill_null(False), "never"),
        (value.isnull(), "open"),
        ((value < 0) & (kpi.negative == "drop"), "out of order"),
        else_="in",
    )
    if doubtful is not None:
        state = ibis.ifelse(doubtful.isnull(), "unknown", state)
    how_long = ibis.cases((state == "in", value), (state == "never", lived), else_=watched)
    sheet.table = sheet.table.mutate(r_begun=begin.day, r_over=end.day)
    return finish(
        context, kpi, sheet, state=state, value=value, end=how_long, day=moment.day if moment else None
    )


def duration_figures(context: Context, kpi: DurationKPI, period: Period, rows: Rows) -> list[Figure]:
    """n, mean, median, P90, value-weighted mean and censoring-aware median; one figure per group.

    Mean, median, P90 and value-weighted mean stand in working days beside.
    """
    kept, table = rows, None
    if not rows.remembered:  # several aggregates over the same rows: they are worked out once
        table = context.log.engine.keep(rows.table.select(*_COLUMNS), "rows")
        kept = Rows(Sheet(context.log, rows.sheet.noun, table, rows.sheet.label), rows.money)
    lasted = _lasted(context, kpi, kept)
    overall = _summaries(context, kpi, kept, lasted, parts=False)
    by_part = _summaries(context, kpi, kept, lasted, parts=True) if kpi.parts else {}
    if table is not None:
        context.log.engine.drop(table)
    figures = []
    for (group, _), stats in sorted(overall.items()):
        parts = tuple(
            Part(part, found["value"], found["n"], _details(found))
            for (of_group, part), found in sorted(by_part.items())
            if of_group == group and found["n"]
        )
        for currency, value, n in stats.pop("headlines"):
            figures.append(
                Figure(
                    kpi.id,
                    kpi.unit,
                    value,
                    n,
                    period,
                    unknown=stats["unknown"],
                    when=moment_name(
                        when_moment(kpi, kpi.to or ("closed" if rows.sheet.noun == "pair" else "ended"))
                    ),
                    currency=currency,
                    group=context.group_of(group),
                    reason=None if value is not None else Message("no finished row"),
                    stats=_details(stats),
                    parts=parts,
                )
            )
    return figures


_DETAILS = (
    "mean", "median", "p90", "weighted_mean", "km_median", "mean_business_days", "median_business_days",
    "p90_business_days", "weighted_mean_business_days", "open", "never", "out_of_order",
)  # fmt: skip


def _details(stats: dict[str, Any]) -> dict[str, Any]:
    return {name: stats[name] for name in _DETAILS if name in stats}


def _summaries(
    context: Context, kpi: DurationKPI, rows: Rows, lasted: pa.Table | None, *, parts: bool
) -> dict[tuple[str, str], dict[str, Any]]:
    """Statistics by (group, part); the part is empty where parts are not asked for."""
    unit = _UNITS[kpi.unit]

    def summed(table: ir.Table) -> ir.Table:
        table = _grouped(table, parts=parts)
        inside = table["r_state"] == "in"
        value = table["r_value"]
        total = value.cast("float64") if kpi.unit == "hours" else value
        return table.group_by(["g", "p"]).aggregate(
            n=inside.sum(),
            total=total.sum(where=inside),
            median=value.cast("float64").quantile(0.5, where=inside),
            p90=value.cast("float64").quantile(0.9, where=inside),
            open=(table["r_state"] == "open").sum(),
            never=(table["r_state"] == "never").sum(),
            out_of_order=(table["r_state"] == "out of order").sum(),
            unknown=(table["r_state"] == "unknown").sum(),
        )

    main = context.log.frame(rows.asking(("durations", parts), summed))
    weights = _weighted(context, kpi, rows, unit, parts=parts)
    curves = {} if lasted is None else _curves(lasted, parts=parts)
    worked = _in_business_days(context, kpi, rows, parts=parts)
    result: dict[tuple[str, str], dict[str, Any]] = {}
    for record in main.to_dict("records"):
        key = (str(record["g"]), str(record["p"]))
        n = as_int(record["n"])
        stats: dict[str, Any] = {
            "n": n,
            "mean": float(record["total"]) / unit / n if n else None,
            "median": _in_unit(record["median"], unit),
            "p90": _in_unit(record["p90"], unit),
            **{name: as_int(record[name]) for name in ("open", "never", "out_of_order", "unknown")},
        }
        stats |= worked.get(key, {})
        by_currency = weights.get(key, [])
        if len(by_currency) == 1:
            stats["weighted_mean"] = by_currency[0][1]
        if key in curves:
            stats["km_median"] = _in_unit(curves[key], unit)
        if kpi.headline == "weighted_mean" and len(by_currency) > 1:
            stats["headlines"] = by_currency
        else:
            stats["headlines"] = [(None, stats.get(kpi.headline), n)]
        stats["value"] = stats["headlines"][0][1]
        result[key] = stats
    return result


def _grouped(table: ir.Table, *, parts: bool) -> ir.Table:
    """Rows with their group and part as keys."""
    part = table["r_part"].fill_null("") if parts else ibis.literal("")
    return table.mutate(g=table["r_group"].fill_null(MISSING), p=part)


def _in_business_days(
    context: Context, kpi: DurationKPI, rows: Rows, *, parts: bool
) -> dict[tuple[str, str], dict[str, float]]:
    """Mean, median, P90 and value-weighted mean in working days by (group, part).

    Rows are counted by their number of days first: there are few such numbers, however many rows there are.
    """

    def counts(table: ir.Table) -> ir.Table:
        if "r_worked" not in table.columns:
            table = with_working_days(context.log, table)
        table = _grouped(table, parts=parts)
        table = table.filter((table["r_state"] == "in") & table["r_worked"].notnull())
        days = table["r_worked"]
        table = table.mutate(worked=ibis.greatest(days, 0) if kpi.negative == "zero" else days)
        keys = ["g", "p", "case_currency", "worked"]
        return table.group_by(keys).aggregate(n=table.count(), weight=table["r_weight"].sum())

    counted = context.log.frame(rows.asking(("working days", parts), counts))
    factors = Money(context.log).factors(counted["case_currency"].dropna().astype(str))
    found: dict[tuple[str, str], list[dict[Hashable, Any]]] = {}
    for record in counted.sort_values("worked").to_dict("records"):
        found.setdefault((str(record["g"]), str(record["p"])), []).append(record)
    result: dict[tuple[str, str], dict[str, float]] = {}
    for key, records in found.items():
        by_days: dict[int, int] = {}
        for record in records:
            days, n = as_int(record["worked"]), as_int(record["n"])
            by_days[days] = by_days.get(days, 0) + n
        stats = {
            "mean_business_days": sum(days * n for days, n in by_days.items()) / sum(by_days.values()),
            "median_business_days": quantile_of_counts(by_days, 0.5),
            "p90_business_days": quantile_of_counts(by_days, 0.9),
        }
        known = [one for one in records if not (pd.isna(one["weight"]) or pd.isna(one["case_currency"]))]
        if len({factors[str(one["case_currency"])][0] for one in known}) == 1:
            weights = [
                (float(as_decimal(one["weight"]) * factors[str(one["case_currency"])][1]), one["worked"])
                for one in known
            ]
            whole = fsum(weight for weight, _ in weights)
            if whole:
                stats["weighted_mean_business_days"] = fsum(weight * days for weight, days in weights) / whole
        result[key] = stats
    return result


def with_working_days(log: PreparedLog, rows: ir.Table) -> ir.Table:
    """Rows with `r_worked`: working days after the first day up to and with the last, by the project's calendar.

    Nothing for rows without the one or the other.
    """
    days = log.days
    for day, working in (("r_begun", "r_before"), ("r_over", "r_after")):
        calendar = days.select(**{f"{working}_day": days["day"], working: days["working"]})
        rows = rows.left_join(calendar, rows[day] == calendar[f"{working}_day"]).drop(f"{working}_day")
    return rows.mutate(r_worked=rows["r_after"] - rows["r_before"]).drop("r_before", "r_after")


def quantile_of_counts(counts: Mapping[int, int], share: float) -> float:
    """A quantile by linear interpolation of values that are counted, by value in their order.

    >>> quantile_of_counts({0: 1, 4: 1, 10: 2}, 0.5)
    7.0
    """
    values, until = list(counts), list(accumulate(counts.values()))
    place = (until[-1] - 1) * share
    low, high = (float(values[bisect_right(until, at)]) for at in (floor(place), ceil(place)))
    return low + (high - low) * (place - floor(place))


def _in_unit(value: Any, unit: int) -> float | None:
    number = as_float(value)
    return None if number is None else number / unit


def _weighted(
    context: Context, kpi: DurationKPI, rows: Rows, unit: int, *, parts: bool
) -> dict[tuple[str, str], list[tuple[str, float | None, int]]]:
    """Value-weighted means (and n) by (group, part), one per currency in which the weights can be shown."""
    if kpi.weight is None:
        return {}

    def weighed(table: ir.Table) -> ir.Table:
        table = _grouped(table, parts=parts)
        table = table.filter((table["r_state"] == "in") & table["r_weight"].notnull())
        # Whole days times minor units stay exact; finer durations are fractions anyway.
        amount = table["r_value"].cast("float64") / unit * table["r_weight"].cast("float64")
        return table.group_by(["g", "p", "case_currency"]).aggregate(
            weight=table["r_weight"].sum(), product=amount.sum(), n=table.count()
        )

    sums = context.log.frame(rows.asking(("weights", parts), weighed))
    money = Money(context.log)
    result: dict[tuple[str, str], list[tuple[str, float | None, int]]] = {}
    for (group, part), frame in sums.groupby(["g", "p"]):
        shown = money.factors(frame["case_currency"])
        counts = frame.groupby(frame["case_currency"].map(lambda name, shown=shown: shown[str(name)][0]))[
            "n"
        ].sum()
        result[(str(group), str(part))] = [
            (
                currency,
                float(found["product"] / found["weight"]) if found["weight"] else None,
                int(counts[currency]),
            )
            for currency, found in money.split(frame, ("weight", "product"))
        ]
    return result


def _lasted(context: Context, kpi: DurationKPI, rows: Rows) -> pa.Table | None:
    """How many rows of a group and part lasted how long, and what became of them; None where that is not asked.

    Where negative durations are kept or flattened there is no censoring-aware median.
    """
    if kpi.negative != "drop" or kpi.to == "asof":
        return None

    def counts(table: ir.Table) -> ir.Table:
        table = table.filter(table["r_state"].isin(["in", "open", "never"]) & (table["r_end"] >= 0))
        names = {"g": table["r_group"].fill_null(MISSING), "value": table["r_end"]}
        if kpi.parts:
            names["p"] = table["r_part"].fill_null("")
        return table.group_by(**names).aggregate(
            event=(table["r_state"] == "in").sum(),
            competing=(table["r_state"] == "never").sum(),
            censored=(table["r_state"] == "open").sum(),
        )

    return context.log.arrow(rows.asking("lasted", counts))


def _curves(lasted: pa.Table, *, parts: bool) -> dict[tuple[str, str], float | None]:
    """Censoring-aware medians by (group, part)."""
    medians = incidence_medians(lasted, ["g", "p"] if parts else ["g"])
    return {(str(key[0]), str(key[1]) if parts else ""): median for key, median in medians}
