"""Money in whole cents, and the dated exchange rates between the currencies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np

from workbench.generate.dice import Dice, Floats, Ints, Mask
from workbench.generate.worktime import EPOCH

__all__ = ["part_of", "rate_rows", "to_cents"]


def to_cents(amount: Floats, *, at_least: float = 0.01) -> Ints:
    """Amounts in whole cents, none below a minimum."""
    return np.asarray(np.rint(np.maximum(amount, at_least) * 100), dtype=np.int64)


def part_of(cents: Ints, share: Floats, where: Mask | bool = True) -> Ints:
    """A share of amounts in whole cents, at least one cent less than all of it; nothing elsewhere."""
    return np.where(where, np.clip(np.rint(cents * share).astype(np.int64), 1, cents - 1), 0)


def rate_rows(
    currencies: Mapping[str, Mapping[str, Any]], *, first_day: int, last_day: int, seed: int
) -> list[list[str]]:
    """A rate for every currency and day, wandering from its start: rows of date, currency, rate.

    The rate says what one unit is worth in the project's currency, to six decimals.
    """
    days = last_day - first_day + 1
    paths = {}
    for number, (currency, entry) in enumerate(currencies.items()):
        dice = Dice((seed, _RATES, number), days)
        steps = np.log(dice.lognormal(1.0, entry["daily"]))
        # Pulled back to where it came from, so that a long history stays plausible.
        path = np.empty(days)
        level = 0.0
        for day, step in enumerate(steps):
            level = 0.985 * level + step
            path[day] = level
        paths[currency] = entry["rate"] * np.exp(path)
    return [
        [(EPOCH + timedelta(days=first_day + day)).isoformat(), currency, f"{paths[currency][day]:.6f}"]
        for day in range(days)
        for currency in paths
    ]


_RATES = 1_000_003
"""Tells the stream of the rates from those of the chunks."""
