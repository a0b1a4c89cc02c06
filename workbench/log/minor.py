"""Money as whole minor units of its currency: exact, and added up without rounding."""

from __future__ import annotations

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from workbench.log.meta import currency_digits

__all__ = ["in_minor_units", "minor_units"]


def minor_units(rows: ir.Table, currencies: Iterable[str]) -> ir.IntegerValue:
    """Minor units per major unit of each row's `case_currency`: a constant where all currencies agree."""
    factors = {currency: 10 ** currency_digits(currency) for currency in currencies}
    if len(set(factors.values())) <= 1:
        return ibis.literal(next(iter(factors.values()), 100), type="int64")
    first, *rest = factors.items()
    column = rows["case_currency"]
    branches = [(column == currency, ibis.literal(factor, type="int64")) for currency, factor in rest]
    return ibis.cases(*branches, else_=ibis.literal(first[1], type="int64"))


def in_minor_units(amount: ir.Value, scale: ir.IntegerValue) -> ir.Value:
    """Integer minor units: exact for what a decimal can hold, rounded half away from zero beyond."""
    return (amount.cast("decimal(24, 6)") * scale).round(0).cast("int64")
