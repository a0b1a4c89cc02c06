"""What the runs come to: medians and spreads, each target with what was found, how costs grow with size."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import linear_regression, median
from typing import Any

from benchmarks.work import Kind

__all__ = ["Curve", "Found", "Spread", "fitted", "found", "merged", "spread"]

Runs = Mapping[str, list[Mapping[str, Any]]]

_AT_LEAST: frozenset[Kind] = frozenset(("times_faster", "times_less_memory"))


@dataclass(frozen=True, slots=True)
class Spread:
    """Several runs in three numbers."""

    middle: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Found:
    """What was found where a target stands; `middle` is compared with the limit."""

    kind: Kind
    limit: float
    value: Spread

    @property
    def met(self) -> bool:
        enough = self.kind in _AT_LEAST
        return self.value.middle >= self.limit if enough else self.value.middle <= self.limit

    @property
    def reached(self) -> float:
        """How much of the target is reached: 1 and more where it is met."""
        value = self.value.middle
        return value / self.limit if self.kind in _AT_LEAST else self.limit / value


def merged(results: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Several files of results as one, the later ones' works in the place of the earlier ones'.

    Raises ValueError where they were not measured on the same machine with the same versions.
    """
    first, *others = results
    whole = {**first, "works": dict(first["works"])}
    for other in others:
        for name in ("machine", "versions"):
            if other[name] != whole[name]:
                raise ValueError(f"The results are not of the same {name}")
        whole["works"] |= other["works"]
        whole["date"] = max(whole["date"], other["date"])
    return whole


def spread(runs: list[Mapping[str, Any]], name: str) -> Spread:
    """Median, least and most of one of what each run tells."""
    return _spread([float(run[name]) for run in runs])


def _spread(values: list[float]) -> Spread:
    return Spread(median(values), min(values), max(values))


def _ratio(above: list[Mapping[str, Any]], below: list[Mapping[str, Any]], name: str) -> Spread:
    """Of the medians; its spread is that of the runs in pairs, one beside the other in time."""
    pairs = [float(up[name]) / float(down[name]) for up, down in zip(above, below, strict=False)]
    middle = spread(above, name).middle / spread(below, name).middle
    return Spread(middle, min(pairs), max(pairs))


def found(work: Mapping[str, Any]) -> list[Found]:
    """Each target of a work with what was found; none where no figure of it is told."""
    if "runs" not in work:
        return []
    return [
        Found(target["kind"], target["limit"], _value(target["kind"], work["runs"]))
        for target in work["targets"]
    ]


def _value(kind: Kind, runs: Runs) -> Spread:
    ours, peer = runs["ours"], runs["peer"]
    if kind == "times_faster":
        return _ratio(peer, ours, "seconds")
    if kind == "times_slower":
        return _ratio(ours, peer, "seconds")
    if kind == "times_less_memory":
        return _ratio(peer, ours, "memory")
    if kind == "memory":
        # A limit that a machine sets is kept by every run or by none.
        value = spread(ours, "memory")
        return Spread(value.most, value.least, value.most)
    return spread(ours, "seconds")


@dataclass(frozen=True, slots=True)
class Curve:
    """seconds = factor · events ^ exponent, through the medians of the sizes measured."""

    factor: float
    exponent: float

    def seconds(self, events: float) -> float:
        return float(self.factor * events**self.exponent)

    def events(self, seconds: float) -> float:
        """How many events are worked through in so much time."""
        return float((seconds / self.factor) ** (1 / self.exponent))


def fitted(points: Mapping[float, float]) -> Curve | None:
    """Least squares through the logarithms of events and seconds; None with fewer than two sizes."""
    if len(points) < 2:
        return None
    slope, intercept = linear_regression(
        [math.log(events) for events in points], [math.log(seconds) for seconds in points.values()]
    )
    return Curve(math.exp(intercept), slope)
