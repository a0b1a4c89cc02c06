"""Chance, a column at a time: every draw gives one value for each of n things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["DAY", "FAR", "HOUR", "MINUTE", "Dice", "Floats", "Ints", "Mask", "chance_of"]

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]

MINUTE = 60
HOUR = 3_600
DAY = 86_400

FAR = 1 << 40
"""A moment (in seconds) that never comes; as a day number it is just as far away."""


class Dice:
    """Draws for the n rows of a chunk. The order of the calls is part of what a seed means.

    The generator's every random number comes from here, seeded by (seed, chunk): what a chunk holds depends
    neither on the memory of the machine nor on the other chunks.
    """

    def __init__(self, seed: Sequence[int], n: int) -> None:
        self._rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(seed))))
        self.n = n

    def of(self, n: int) -> Dice:
        """The same stream, for things of another number (customers instead of invoices)."""
        dice = object.__new__(Dice)
        dice._rng = self._rng
        dice.n = n
        return dice

    def share(self) -> Floats:
        """Anything from 0 up to 1, evenly."""
        return self._rng.random(self.n)

    def chance(self, probability: float | Floats) -> Mask:
        """Yes with this probability: one for all, or one for each."""
        return self.share() < probability

    def between(self, bounds: Sequence[float]) -> Floats:
        """Anything in [low, high), evenly."""
        low, high = bounds
        return low + (high - low) * self.share()

    def whole(self, bounds: Sequence[int]) -> Ints:
        """A whole number in [low, high], both included."""
        low, high = bounds
        return self._rng.integers(low, high + 1, self.n)

    def seconds(self, bounds: Sequence[float], unit: int) -> Ints:
        """A time span in [low, high) units, in seconds."""
        return (self.between(bounds) * unit).astype(np.int64)

    def pick(self, shares: ArrayLike) -> Ints:
        """An index of `shares`, as often as its share says (they need not add up to one)."""
        reach = np.cumsum(np.asarray(shares, dtype=np.float64))
        found = np.searchsorted(reach, self.share() * reach[-1], side="right")
        return np.asarray(np.minimum(found, len(reach) - 1), dtype=np.int64)

    def pick_by(self, table: ArrayLike, row: Ints) -> Ints:
        """As `pick`, where each thing has its own row of shares."""
        reach = np.cumsum(np.asarray(table, dtype=np.float64), axis=1)
        reach /= reach[:, -1:]
        return np.asarray((self.share()[:, None] >= reach[row, :-1]).sum(axis=1), dtype=np.int64)

    def gamma(self, mean: ArrayLike, shape: float) -> Floats:
        """Positive and skewed to the right, as waiting times are."""
        return self._rng.standard_gamma(shape, self.n) * (np.asarray(mean) / shape)

    def lognormal(self, median: ArrayLike, spread: float) -> Floats:
        """Positive, with a long tail, as amounts are; `spread` in factors of e."""
        return np.asarray(median) * np.exp(spread * self._rng.standard_normal(self.n))


def chance_of(log_odds: ArrayLike) -> Floats:
    """The probability that belongs to log-odds."""
    return 1.0 / (1.0 + np.exp(-np.asarray(log_odds, dtype=np.float64)))
