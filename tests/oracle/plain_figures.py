"""What a figure is, for the oracle: an exact value with its n and pending, by KPI id and currency.

`Figures` collects them. A share is counted from rows of yes, no and pending; a duration from seconds; nothing
here knows a KPI. Plain Python and exact fractions throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

__all__ = ["DAY", "Figure", "Figures", "duration", "mean", "quantile", "ratio", "share"]

DAY = 86_400


@dataclass(frozen=True)
class Figure:
    """An exact value (None: cannot be computed). n and pending are None where the definition names none."""

    value: Fraction | None
    n: int | None = None
    pending: int | None = None
    parts: Mapping[str, Fraction] = field(default_factory=dict)
    stats: Mapping[str, Fraction | None] = field(default_factory=dict)


Figures = dict[tuple[str, str | None], Figure]


def ratio(top: Fraction | int, bottom: Fraction | int) -> Fraction | None:
    """Undefined, never 0, when there is nothing to divide by."""
    return Fraction(top) / bottom if bottom > 0 else None


def mean(values: Iterable[Fraction]) -> Fraction | None:
    values = list(values)
    return ratio(sum(values, Fraction(0)), len(values))


def quantile(values: Iterable[Fraction], share: Fraction) -> Fraction | None:
    """By linear interpolation between the two neighbours."""
    ordered = sorted(values)
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def duration(values: Iterable[Fraction], weights: Iterable[Fraction] = ()) -> Figure:
    """Mean as the value; median, P90 and the weighted mean beside it."""
    values, weights = list(values), list(weights)
    stats = {"median": quantile(values, Fraction(1, 2)), "p90": quantile(values, Fraction(9, 10))}
    if weights:
        total = sum((value * weight for value, weight in zip(values, weights, strict=True)), Fraction(0))
        stats["weighted_mean"] = ratio(total, sum(weights, Fraction(0)))
    return Figure(mean(values), n=len(values), stats=stats)


def share(verdicts: Iterable[bool | None]) -> Figure:
    """Yes among the decided; None is pending."""
    verdicts = list(verdicts)
    decided = [verdict for verdict in verdicts if verdict is not None]
    return Figure(ratio(sum(decided), len(decided)), n=len(decided), pending=len(verdicts) - len(decided))
