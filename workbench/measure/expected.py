"""What a unit of people or deals would show if it did as everybody does with the same work: standardisation.

Two sellers with different territories cannot be held side by side by their win rates alone. Indirect standardisation
holds each beside the value that its own mix of strata (segment × size, say) would have given, had every row of a
stratum done as the stratum did on average.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

from workbench.measure.smallgroups import OTHER, small_groups

__all__ = ["Cell", "Gap", "Held", "gap_within", "standardised"]

_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Cell:
    """The rows of one unit in one stratum: how many, the sum of their values and of their squares."""

    unit: str
    stratum: str
    n: int
    total: float
    squares: float


@dataclass(frozen=True, slots=True)
class Held:
    """A unit beside what its work lets expect: means per row, and between what chance alone would leave them.

    `low` and `high` hold 95 % of what the unit would show if the rows of each stratum had been dealt out at random.
    `adjusted` is the mean of all rows × observed ÷ expected. `members` counts the units merged into it.
    """

    unit: str
    n: int
    observed: float
    expected: float
    low: float
    high: float
    adjusted: float | None
    members: int = 1

    @property
    def outside(self) -> bool:
        """Whether it lies further from the expected value than chance leaves."""
        slack = 1e-9 * max(1.0, abs(self.expected))
        return not self.low - slack <= self.observed <= self.high + slack


@dataclass(frozen=True, slots=True)
class Gap:
    """How much one unit lies above another within the same strata, with its 95 % interval."""

    value: float
    low: float
    high: float


def standardised(cells: Iterable[Cell], *, least: int) -> list[Held]:
    """Each unit beside its expected value, by name and not by rank; units of fewer than `least` rows are one, OTHER.

    Fewer rows than the project's privacy allows would tell of single cases, and of single people.

    The spread that chance leaves is that of drawing a unit's rows from each stratum without putting them back
    (hypergeometric for a yes/no, as in Cochran–Mantel–Haenszel): a stratum that one unit has alone tells nothing.
    """
    found = list(cells)
    sizes: dict[str, int] = {}
    for cell in found:
        sizes[cell.unit] = sizes.get(cell.unit, 0) + cell.n
    small = small_groups(sizes, least)
    strata = _strata(found)
    own: dict[str, dict[str, tuple[int, float]]] = {}
    for cell in found:
        mine = own.setdefault(OTHER if cell.unit in small else cell.unit, {})
        n, total = mine.get(cell.stratum, (0, 0.0))
        mine[cell.stratum] = (n + cell.n, total + cell.total)
    rows, whole = sum(n for n, _, _ in strata.values()), sum(n * mean for n, mean, _ in strata.values())
    held = []
    for unit, parts in sorted(own.items()):
        n = sum(count for count, _ in parts.values())
        observed = math.fsum(total for _, total in parts.values()) / n
        expected = math.fsum(count * strata[name][1] for name, (count, _) in parts.items()) / n
        variance = math.fsum(_by_chance(count, *strata[name]) for name, (count, _) in parts.items())
        reach = _Z * math.sqrt(variance) / n
        adjusted = whole / rows * observed / expected if expected else None
        members = len(small) if unit == OTHER else 1
        held.append(Held(unit, n, observed, expected, expected - reach, expected + reach, adjusted, members))
    return held


def gap_within(cells: Iterable[Cell], first: str, second: str) -> Gap | None:
    """The mean of `first` less that of `second`, compared only within strata that both have (Mantel–Haenszel).

    Strata weigh n₁ n₂ ÷ (n₁ + n₂): the weighted difference of means, of rates where the values are yes and no. None
    where no stratum has both. The interval takes each stratum's own variances.
    """
    by_stratum: dict[str, dict[str, Cell]] = {}
    for cell in cells:
        by_stratum.setdefault(cell.stratum, {})[cell.unit] = cell
    both = [pair for pair in by_stratum.values() if first in pair and second in pair]
    weights, gaps, variances = [], [], []
    for pair in both:
        one, two = pair[first], pair[second]
        weights.append(one.n * two.n / (one.n + two.n))
        gaps.append(one.total / one.n - two.total / two.n)
        variances.append(_variance(one) / one.n + _variance(two) / two.n)
    if not weights:
        return None
    whole = math.fsum(weights)
    value = math.fsum(w * gap for w, gap in zip(weights, gaps, strict=True)) / whole
    spread = math.sqrt(math.fsum(w * w * v for w, v in zip(weights, variances, strict=True))) / whole
    return Gap(value, value - _Z * spread, value + _Z * spread)


def _strata(cells: Iterable[Cell]) -> Mapping[str, tuple[int, float, float]]:
    """Of each stratum over all units: rows, mean, variance."""
    sums: dict[str, list[float]] = {}
    for cell in cells:
        mine = sums.setdefault(cell.stratum, [0, 0.0, 0.0])
        mine[0] += cell.n
        mine[1] += cell.total
        mine[2] += cell.squares
    return {
        name: (int(n), total / n, max(0.0, squares / n - (total / n) ** 2))
        for name, (n, total, squares) in sums.items()
    }


def _variance(cell: Cell) -> float:
    return max(0.0, cell.squares / cell.n - (cell.total / cell.n) ** 2)


def _by_chance(count: int, rows: int, _: float, variance: float) -> float:
    """The variance of a sum of `count` values drawn from a stratum without putting them back."""
    return count * variance * (rows - count) / (rows - 1) if rows > 1 else 0.0
