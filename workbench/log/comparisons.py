"""Comparisons: an attribute against a literal, a policy value or another attribute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from workbench.log.sheet import Sheet
from workbench.template import words
from workbench.template.base import AttributeValue

__all__ = ["compared"]


def _right_side(sheet: Sheet, value: Any, left: str | None) -> Any:
    """The right side of a comparison: another attribute, or a number in the unit of the left attribute."""
    if isinstance(value, AttributeValue):
        column = sheet.column(value.attribute)
        return ibis.null("float64") if column is None else column
    if value == "asof":
        return ibis.literal(sheet.log.as_of)
    literal = sheet.log.policy(value)
    if left is not None and _is_money(sheet, left) and isinstance(literal, int | float):
        return ibis.literal(float(literal)) * _minor_units(sheet)
    return ibis.literal(literal)


def _is_money(sheet: Sheet, name: str) -> bool:
    declared = sheet.log.meta.attribute_of(sheet.label, name)
    return declared is not None and declared.type == "money"


def _minor_units(sheet: Sheet) -> Any:
    """Minor units per major unit of each row's currency."""
    log = sheet.log
    factors = {currency: 10 ** log.meta.digits(currency) for currency in log.meta.currencies}
    if len(set(factors.values())) <= 1:
        return next(iter(factors.values()), 100)
    column = sheet.table["case_currency"]
    return ibis.cases(*[(column == currency, factor) for currency, factor in factors.items()])


def compared(sheet: Sheet, left: Any, test: words.Comparison, name: str | None) -> Any:
    """All comparisons that a test carries; null on either side makes it unknown."""
    checks: list[Any] = []
    operators: tuple[tuple[str, Callable[[Any, Any], Any]], ...] = (
        ("is_", lambda a, b: a == b),
        ("at_least", lambda a, b: a >= b),
        ("at_most", lambda a, b: a <= b),
        ("over", lambda a, b: a > b),
        ("under", lambda a, b: a < b),
    )
    for word, operator in operators:
        value = getattr(test, word)
        if value is not None:
            checks.append(operator(left, _right_side(sheet, value, name)))
    result = checks[0] if checks else left.notnull()
    for check in checks[1:]:
        result = result & check
    return result
