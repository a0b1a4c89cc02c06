"""What the generator knows and an analysis has to find out: exact counts and sums, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from workbench.generate.dice import Ints, Mask

__all__ = ["Tally", "as_decimal", "rate", "sums_by"]

Key = tuple[str, ...]


class Tally:
    """Whole numbers under names. Their sums do not depend on the order in which chunks are added."""

    def __init__(self) -> None:
        self._values: dict[Key, int] = {}

    def add(self, key: Key, value: int) -> None:
        """Add to the number of this name."""
        self._values[key] = self._values.get(key, 0) + value

    def count(self, section: str, **counts: Mask | int) -> None:
        """Add counts to a section: a mask counts where it is true."""
        for name, value in counts.items():
            self.add((section, name), value if isinstance(value, int) else int(value.sum()))

    def section(self, *prefix: str) -> dict[str, int]:
        """The numbers one level below a prefix."""
        depth = len(prefix)
        return {
            key[depth]: n
            for key, n in self._values.items()
            if key[:depth] == prefix and len(key) == depth + 1
        }

    def groups(self, cause: str) -> Iterator[tuple[str, int, int]]:
        """Group, cases and hits of a planted cause."""
        for key, n in self._values.items():
            if key[:2] == ("cause", cause) and key[3] == "n":
                yield key[2], n, self._values[*key[:3], "hits"]


def sums_by(codes: Ints, amounts: Ints, size: int) -> list[int]:
    """Exact sums of whole amounts by code; weights of `bincount` would be rounded doubles."""
    sums = np.zeros(size, dtype=np.int64)
    np.add.at(sums, codes, amounts)
    return [int(value) for value in sums]


def as_decimal(cents: int) -> str:
    """An amount in whole cents as text: `'1234.50'`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def rate(hits: int, n: int) -> float | None:
    """A share to six decimals, or None where there is nothing to divide by."""
    return round(hits / n, 6) if n else None
