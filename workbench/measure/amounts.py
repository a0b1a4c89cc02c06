"""Money in the log: each amount and what all its values come to; the cases' amounts by whatever parts them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from workbench.log.prepared import PreparedLog
from workbench.measure.context import Money, as_decimal, as_int

__all__ = ["amount_columns", "amount_frame", "amounts_by", "shown_worth"]

_PREFIX = "amount_"
_COLUMNS = ["name", "level", "currency", "n", "total", "mean", "median"]


def amount_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per amount and currency in which it is shown: what a reader holds against the source system's own sums.

    Columns name (of the attribute), level ("case" or "event": where each value is counted once), currency, n (rows
    with a value), total, mean and median in major units. A median is there only where all values share one currency.
    Amounts without any value have no row. Cancelled cases count; derived events do not.
    """
    names = dict.fromkeys(found.name for found in log.meta.attributes if found.type == "money")
    of_cases = [name for name in names if name in log.cases.columns]
    of_events = [name for name in names if name in log.events.columns and name not in of_cases]
    lines = [*_lines(log, "case", log.cases, of_cases)]
    if of_events:
        keys = log.cases.select("case_key", "case_currency")
        recorded = log.events.filter(~log.events["is_derived"]).select("case_key", *of_events)
        lines += _lines(log, "event", recorded.join(keys, "case_key"), of_events)
    order = {name: place for place, name in enumerate(names)}
    lines.sort(key=lambda line: (line["level"], order[line["name"]], line["currency"]))
    return pd.DataFrame(lines, columns=_COLUMNS)


def _lines(log: PreparedLog, level: str, table: ir.Table, names: list[str]) -> list[dict[str, Any]]:
    if not names:
        return []
    asked: dict[str, ir.Value] = {}
    for place, name in enumerate(names):
        amount = table[name]
        asked |= {
            f"n_{place}": amount.count(),
            f"total_{place}": amount.sum(),
            f"median_{place}": amount.cast("float64").median(),
        }
    frame = log.frame(table.group_by("case_currency").aggregate(**asked))
    factors = Money(log).factors(log.meta.currencies)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in frame.to_dict("records"):
        currency, factor = factors[str(row["case_currency"])]
        for place, name in enumerate(names):
            n = as_int(row[f"n_{place}"])
            if not n:
                continue
            own = found.setdefault((name, currency), {"n": 0, "total": as_decimal(0), "medians": []})
            own["n"] += n
            own["total"] += as_decimal(row[f"total_{place}"]) * factor
            own["medians"].append(float(as_decimal(row[f"median_{place}"]) * factor))
    return [
        {
            "name": name,
            "level": level,
            "currency": currency,
            "n": own["n"],
            "total": float(own["total"]),
            "mean": float(own["total"] / own["n"]),
            "median": own["medians"][0] if len(own["medians"]) == 1 else None,
        }
        for (name, currency), own in found.items()
    ]


def amounts_by(
    log: PreparedLog, rows: ir.Table, by: Sequence[str]
) -> dict[tuple[str, ...], dict[str, float]]:
    """The sums of `amount` (minor units) by some columns of text, as `amount_<currency>` in major units.

    `rows` carry `case_currency`. There is one sum for each currency in which money is shown, and none where no row
    has an amount.
    """
    frame = log.frame(rows.group_by([*by, "case_currency"]).aggregate(amount=rows["amount"].sum()))
    factors = Money(log).factors(log.meta.currencies)
    sums: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in frame.to_dict("records"):
        if pd.isna(row["amount"]):
            continue
        currency, factor = factors[str(row["case_currency"])]
        own = sums.setdefault(tuple(str(row[name]) for name in by), {})
        own[_PREFIX + currency] = (
            own.get(_PREFIX + currency, as_decimal(0)) + as_decimal(row["amount"]) * factor
        )
    return {key: {name: float(total) for name, total in own.items()} for key, own in sums.items()}


def shown_worth(log: PreparedLog, worth: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Amounts of cases by currency as they are shown: in the project's own where every currency has a rate.

    `worth` has currency, cases, what stands in `by` and perhaps amount (major units). The rates are those of as-of, as
    for every other sum of money.
    """
    factors = Money(log).factors(log.meta.currencies)
    shown, rates = {}, {}
    for currency, (target, factor) in factors.items():
        shown[currency], rates[currency] = target, float(factor.scaleb(log.meta.digits(currency)))
    own = worth["currency"]
    found = worth.assign(currency=own.map(shown).fillna(own))
    numbers = ["cases"]
    if "amount" in worth:
        found["amount"] = worth["amount"].astype("float64") * own.map(rates).astype("float64").fillna(1.0)
        numbers.append("amount")
    found = found.groupby([*by, "currency"], dropna=False, as_index=False, sort=False)[numbers].sum()
    for name in by:  # what stood for nothing
        found[name] = found[name].astype("object").where(found[name].notna(), None)
    return found


def amount_columns(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """The columns that `amounts_by` gave a frame, each with its currency."""
    return [(str(name), str(name)[len(_PREFIX) :]) for name in frame if str(name).startswith(_PREFIX)]
