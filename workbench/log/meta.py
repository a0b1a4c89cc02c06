"""What a log knows about itself beside its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workbench.errors import Finding
from workbench.log.keys import log_name
from workbench.log.settings import Settings
from workbench.messages import Message

__all__ = ["LogAttribute", "LogMeta", "currency_digits"]


def currency_digits(currency: str) -> int:
    """Decimal places of a currency's minor unit by ISO 4217; 2 for an unspecified one.

    >>> currency_digits("JPY"), currency_digits("EUR"), currency_digits("XXX")
    (0, 2, 2)
    """
    from babel.numbers import get_currency_precision

    return 2 if currency == "XXX" else int(get_currency_precision(currency))


@dataclass(frozen=True, slots=True)
class LogAttribute:
    """An attribute as it stands in the log; `label` is the name that its source gave it."""

    name: str
    level: str
    type: str
    label: str


@dataclass(frozen=True, slots=True)
class LogMeta:
    """The log's activities by code, its attributes, currencies, as-of date, and how it was read.

    `recorded` are the activities that the log can show (once derived, with the derivable ones); `filled` the
    built-in columns (resource, lifecycle) that hold any value; `tables` the columns of each table beside the log.
    """

    settings: Settings
    as_of: date
    activities: tuple[str, ...]
    attributes: tuple[LogAttribute, ...]
    currencies: tuple[str, ...]
    recorded: frozenset[str]
    accounting: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()
    filled: frozenset[str] = frozenset()
    # What the log was narrowed to, condition by condition, for whoever reads its figures.
    filters: tuple[Message, ...] = ()
    tables: Mapping[str, tuple[LogAttribute, ...]] = field(default_factory=dict)

    def code(self, activity: str) -> int | None:
        """The code of an activity, or None for one that this log never shows."""
        try:
            return self.activities.index(activity)
        except ValueError:
            return None

    def codes(self, activities: Iterable[str]) -> tuple[int, ...]:
        """The codes of those activities that the log can show."""
        return tuple(code for code in map(self.code, activities) if code is not None)

    def attribute(self, name: str) -> LogAttribute | None:
        """An attribute by its name in the log or by the column name that its source gave it."""
        by_name = {attribute.name: attribute for attribute in self.attributes}
        by_label = {attribute.label: attribute for attribute in reversed(self.attributes)}
        return by_name.get(name) or by_name.get(log_name(name)) or by_label.get(name)

    def attribute_of(self, of: tuple[str, ...], name: str) -> LogAttribute | None:
        """An attribute of the rows of a noun: a column of a table beside the log, else an attribute of the log."""
        if len(of) == 1 and of[0] in self.tables:
            return next((found for found in self.tables[of[0]] if found.name == log_name(name)), None)
        return self.attribute(name)

    def digits(self, currency: str) -> int:
        return currency_digits(currency)
