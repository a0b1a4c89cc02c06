"""What a project decides about its log, apart from where the data comes from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

__all__ = ["ControlTotal", "ExchangeRate", "Settings"]


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """Receivables at the end of a day as somebody else states them (the ledger, the auditor)."""

    date: date
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """One unit of `currency` is worth `rate` units of the project's currency from `date` on."""

    date: date
    currency: str
    rate: Decimal


@dataclass(frozen=True)
class Settings:
    """Zone, currency, calendar, policy and the like; every value has the default of the domain.

    `policy` overrides the template's values; `weekend` holds ISO weekdays that are not worked.
    """

    zone: str = "UTC"
    currency: str = "XXX"
    as_of: date | None = None
    tie_order: Literal["source", "activities"] = "source"
    policy: Mapping[str, Any] = field(default_factory=dict)
    weekend: tuple[int, ...] = (6, 7)
    holidays: tuple[date, ...] = ()
    control: tuple[ControlTotal, ...] = ()
    rates: tuple[ExchangeRate, ...] = ()
    baseline: tuple[date, date] | None = None
    targets: Mapping[str, Any] = field(default_factory=dict)
    # Groups of fewer cases than this are shown as one.
    least: int = 5

    def rate(self, currency: str, day: date) -> Decimal | None:
        """Units of the project's currency for one of `currency` on a day: the last rate until then."""
        rates = self._rates.get(currency, [])
        place = bisect_right(rates, day, key=lambda rate: rate.date)
        return rates[place - 1].rate if place else None

    @cached_property
    def _rates(self) -> Mapping[str, list[ExchangeRate]]:
        """The rates of each currency by their day; of one day the first holds."""
        found: dict[str, list[ExchangeRate]] = {}
        for rate in reversed(self.rates):
            found.setdefault(rate.currency, []).append(rate)
        return {currency: sorted(rates, key=lambda rate: rate.date) for currency, rates in found.items()}
