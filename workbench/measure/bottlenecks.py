"""Bottlenecks: where cases wait, how long, and how much money waits with them."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.discover.shown import shown_events
from workbench.log.frames import activity_names, amount_in, objects
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import as_of_end
from workbench.measure.context import Money, as_float

__all__ = ["COST_OF_CAPITAL", "bottleneck_frame"]

# The policy value that turns money that waits into what its waiting costs a year (a share); nought = not said.
COST_OF_CAPITAL = "policy.cost_of_capital"

_MINUTE, _SECOND, _MINUTES_A_DAY, _DAYS_A_YEAR = 60_000_000, 1_000_000, 1440, 365
_COLUMNS = [
    "source",
    "target",
    "currency",
    "cases",
    "waits",
    "total_seconds",
    "mean_seconds",
    "median_seconds",
    "p90_seconds",
    "share",
    "money_days",
    "money_share",
    "capital_cost",
]


def bottleneck_frame(log: PreparedLog, *, derived: bool = True) -> pd.DataFrame:
    """The waits of the process, the costliest first: between two activities of the map, and those that last still.

    One row per source, target and currency: cases, waits (how often), total, mean, median and P90 in seconds,
    `share` of all waiting time; `money_days` (case amount × days waited, in major units; credit notes count as
    nought), `money_share` of the currency's, and `capital_cost`, which is empty unless the policy names a cost of
    capital. A row without `target` is what open cases wait now, from their last event to as-of. Without amounts
    there is one row per edge, `currency` and the money columns are empty, and the longest total comes first.
    """
    rows = _waits(log, shown_events(log, derived=derived))
    edges = ["activity", "next_activity", "currency"]
    wait = rows["wait"]
    times = log.frame(
        rows.group_by(edges).aggregate(
            cases=rows["case_key"].nunique(),
            waits=rows.count(),
            total=wait.sum(),
            median=wait.cast("float64").quantile(0.5),
            p90=wait.cast("float64").quantile(0.9),
        )
    )
    if times.empty:
        return pd.DataFrame(columns=_COLUMNS)
    times = times.merge(_money(log, rows), on=edges, how="left")
    total = times["total"].astype("float64")
    rate = as_float(log.policy(COST_OF_CAPITAL))
    frame = pd.DataFrame(
        {
            "source": activity_names(log, times["activity"]),
            "target": activity_names(log, [None if code < 0 else code for code in times["next_activity"]]),
            "currency": objects(currency or None for currency in times["currency"]),
            "cases": times["cases"].astype("int64"),
            "waits": times["waits"].astype("int64"),
            "total_seconds": total / _SECOND,
            "mean_seconds": total / times["waits"] / _SECOND,
            "median_seconds": times["median"].astype("float64") / _SECOND,
            "p90_seconds": times["p90"].astype("float64") / _SECOND,
            "share": total / total.sum() if total.sum() else 0.0,
            "money_days": times["money_days"].astype("float64"),
            "money_share": times["money_share"].astype("float64"),
        }
    )
    frame["capital_cost"] = frame["money_days"] * (rate / _DAYS_A_YEAR) if rate else float("nan")
    size = frame["money_share"].fillna(0.0) if frame["money_share"].notna().any() else frame["share"]
    order = frame.assign(size=size, last=frame["target"].fillna("")).sort_values(
        ["size", "share", "source", "last", "currency"], ascending=[False, False, True, True, True]
    )
    return order[_COLUMNS].reset_index(drop=True)


def _waits(log: PreparedLog, events: ir.Table) -> ir.Table:
    """A row per wait: case_key, activity, next_activity (-1 = still waiting), wait (µs), amount, currency."""
    cases = log.cases
    amount = amount_in(log, cases)
    known = cases.select(
        "case_key", "status", "case_currency", amount=ibis.ifelse(amount < 0, 0, amount).cast("int64")
    )
    rows = events.select("case_key", "activity", "next_activity", "time", "to_next").join(known, "case_key")
    ended = rows["next_activity"].isnull()
    rows = rows.filter(~ended | (rows["status"] == "open").fill_null(False))
    now = as_of_end(log).delta(rows["time"], unit="microsecond")
    with_money = log.template.case.amount in cases.columns
    return rows.select(
        "case_key",
        "activity",
        "case_currency",
        "amount",
        next_activity=rows["next_activity"].fill_null(-1),
        wait=ibis.coalesce(rows["to_next"], now),
        currency=Money(log).shown(rows["case_currency"]) if with_money else ibis.literal(""),
    )


def _money(log: PreparedLog, rows: ir.Table) -> pd.DataFrame:
    """money_days and money_share by edge and shown currency; empty where no case has an amount.

    Minor units times whole minutes stay whole numbers, so that two threads never give two sums.
    """
    edges = ["activity", "next_activity", "currency"]
    minutes = (rows["wait"] // _MINUTE).cast("decimal(18, 0)")
    product = rows["amount"].cast("decimal(20, 0)") * minutes
    frame = log.frame(
        rows.mutate(product=product)
        .group_by([*edges, "case_currency"])
        .aggregate(product=lambda table: table["product"].sum())
    )
    factors = {own: float(factor) for own, (_, factor) in Money(log).factors(log.meta.currencies).items()}
    frame["money_days"] = (
        frame["product"].astype("float64") * frame["case_currency"].map(factors).astype("float64")
    ) / _MINUTES_A_DAY
    sums = pd.DataFrame(frame.groupby(edges, as_index=False).agg({"money_days": _known_sum}))
    whole = sums.groupby("currency")["money_days"].transform("sum")
    sums["money_share"] = sums["money_days"] / whole.where(whole > 0)
    return sums


def _known_sum(values: pd.Series[float]) -> float:
    """The sum of what is known; unknown where nothing is."""
    return float(values.sum(min_count=1))
