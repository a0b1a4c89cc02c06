"""Ageing: what is open and how late it is, now and at the ends of the months before."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import pandas as pd

from workbench.log.days import month_start
from workbench.log.frames import as_day
from workbench.log.prepared import PreparedLog
from workbench.measure.context import Context, Money, as_decimal, as_int
from workbench.measure.terms import bands_of, carries_amounts, open_rows
from workbench.template.words import BalanceTerm

__all__ = ["ageing_frame"]

_COLUMNS = ["ledger", "day", "currency", "band", "over_days", "up_to_days", "cases", "balance"]
_UNKNOWN = "unknown"


def ageing_frame(
    log: PreparedLog,
    *,
    months: int = 12,
    side: Literal["debit", "credit"] = "debit",
    aged: str | None = None,
) -> pd.DataFrame:
    """Debit balances by how many days they are past due: at as-of, and at the end of each of the last `months` months.

    One row per ledger, day, currency and band: `over_days` and `up_to_days` are the band's bounds in days past
    due (the first band has no lower one, the last no upper one), `cases` and `balance` what is open in it, in
    major units. Every band is there, empty ones with nought; cases without a due date are in the band "unknown",
    which is there only where there are such. A log without amounts knows cases only: `balance` and `currency` are
    empty. Past days are seen with what is known at as-of. Days in order, the latest last.

    `side="credit"` shows what is owed to customers instead, below nought: netting would hide debt. With `aged`, the
    name of another date (the invoice date), bands count days since that date; nothing is then "not due".
    """
    days = _days(log, months)
    parts = []
    for name, declared in log.template.ledgers.items():
        if not declared.bands or name not in log.ledgers:
            continue
        amounts = carries_amounts(log, declared)
        frame = _summed(log, BalanceTerm(balance=name, side=side), days, aged)
        shown: dict[str, tuple[str | None, Decimal]] = dict(Money(log).factors(log.meta.currencies))
        if not amounts:
            shown = {currency: (None, Decimal(0)) for currency in log.meta.currencies}
        sums: dict[tuple[date, str | None, str], tuple[int, Decimal]] = {}
        for record in frame.to_dict("records"):
            currency, factor = shown[str(record["currency"])]
            day = as_day(record["day"])
            assert day is not None
            key = (day, currency, str(record["band"]))
            cases, balance = sums.get(key, (0, Decimal(0)))
            sums[key] = cases + as_int(record["cases"]), balance + as_decimal(record["balance"]) * factor
        bands = bands_of(declared, since_due=aged is None)
        if any(band == _UNKNOWN for _, _, band in sums):
            bands.append((_UNKNOWN, None, None))
        for day in days:
            for currency in sorted({found for found, _ in shown.values()}, key=str):
                for band, lower, upper in bands:
                    cases, balance = sums.get((day, currency, band), (0, Decimal(0)))
                    amount = float(balance) if amounts else None
                    parts.append((name, day, currency, band, lower, upper, cases, amount))
    result = pd.DataFrame(parts, columns=_COLUMNS)
    result["currency"] = pd.Series([part[2] for part in parts], dtype=object)
    result[["over_days", "up_to_days"]] = result[["over_days", "up_to_days"]].astype("Int64")
    return result.astype({"balance": "float64", "cases": "int64"})


def _days(log: PreparedLog, months: int) -> list[date]:
    """The ends of the last months before as-of's own, from the log's beginning on, and as-of."""
    begun = as_day(log.frame(log.cases.aggregate(first=log.cases["start_day"].min()))["first"].iloc[0])
    found = [log.as_of]
    for _ in range(months):
        end = month_start(found[-1]) - timedelta(days=1)
        if begun is None or end < begun:
            break
        found.append(end)
    return found[::-1]


def _summed(log: PreparedLog, term: BalanceTerm, days: list[date], aged: str | None) -> pd.DataFrame:
    """Columns day, currency, band, cases and balance (minor units): one statement for all days."""
    rows = open_rows(Context(log), term, days, aged=aged).table
    return log.frame(
        rows.group_by(day=rows["t_day"], currency=rows["case_currency"], band=rows["t_band"]).aggregate(
            cases=rows.count(), balance=rows["t_amount"].sum().cast("int64")
        )
    )
