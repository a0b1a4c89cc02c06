"""What a project decides about its log, apart from where the data comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
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


@dataclass(frozen=True, slots=True)
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
