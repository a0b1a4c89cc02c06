"""Confidence intervals as the field has them: Wilson and Newcombe for shares, the bootstrap over cases for the rest.

A case is what is drawn, never a row: several reminders of one invoice say less than as many of several. From some
thousand cases on the bootstrap says what its limit says, so that is taken: the linearised variance for means and
ratios, Woodruff's interval for medians, and the two combined to that of a difference (MOVER).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

__all__ = ["Interval", "Sample", "difference", "interval", "newcombe", "wilson"]

Floats = NDArray[np.float64]
_DRAWS = 1000
# From so many cases on the limit of the bootstrap is taken instead of the bootstrap.
_MANY = 5000
# Bias-corrected intervals take one more estimate a case: for small samples, which need them.
_FEW = 500


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the limits of its confidence interval; `method` is how they were found."""

    value: float
    low: float
    high: float
    method: str


@dataclass(frozen=True, slots=True)
class Sample:
    """The rows of a population: `top` and `bottom` of each, and the `case` that each belongs to.

    A mean is Σ top ÷ Σ bottom with bottoms of 1, a share that of hits, a weighted mean and a ratio as they say; the
    median is that of `top`.
    """

    statistic: Literal["share", "mean", "median", "ratio"]
    top: Floats
    bottom: Floats
    case: NDArray[np.int64]

    @property
    def n(self) -> int:
        return len(self.top)

    def by_case(self) -> tuple[Floats, Floats]:
        """Tops and bottoms added up case by case."""
        _, codes = np.unique(self.case, return_inverse=True)
        top, bottom = (np.bincount(codes, weights=own).astype(np.float64) for own in (self.top, self.bottom))
        return top, bottom

    @property
    def alone(self) -> bool:
        """Whether every row is of a case of its own."""
        return len(np.unique(self.case)) == len(self.case)


def wilson(hits: float, n: int, confidence: float = 0.95) -> Interval:
    """A share of independent rows with Wilson's score interval.

    >>> found = wilson(81, 263)
    >>> round(found.low, 4), round(found.high, 4)
    (0.2553, 0.3662)
    """
    # Takes as long to import as all else of this package: only what asks for an interval waits for it.
    from scipy.stats import binomtest

    limits = binomtest(int(hits), n).proportion_ci(confidence, method="wilson")
    return Interval(hits / n, float(limits.low), float(limits.high), "Wilson")


def _normal(confidence: float) -> float:
    """How many standard deviations either way hold so much of a normal distribution."""
    return float(ndtri(0.5 + confidence / 2))


def newcombe(first: Interval, second: Interval, method: str = "Newcombe") -> Interval:
    """The difference second - first from the two intervals: Newcombe's hybrid score for two Wilson intervals.

    >>> found = newcombe(wilson(48, 80), wilson(56, 70))
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    gap = second.value - first.value
    low = gap - sqrt((second.value - second.low) ** 2 + (first.high - first.value) ** 2)
    high = gap + sqrt((second.high - second.value) ** 2 + (first.value - first.low) ** 2)
    return Interval(gap, low, high, method)


def interval(sample: Sample, *, confidence: float = 0.95, seed: int = 0) -> Interval:
    """The estimate of a sample with its interval."""
    if sample.statistic == "share" and sample.alone:
        return wilson(sample.top.sum(), sample.n, confidence)
    estimate = _Estimate(sample)
    if _one_sided(sample):
        # Nothing that is drawn from equal rows differs: as many cases tell how far that goes.
        return wilson(estimate.cases if sample.top[0] else 0, estimate.cases, confidence)
    if estimate.cases > _MANY:
        return _limit(sample, confidence)
    return _bootstrapped((estimate,), confidence, seed)


def _one_sided(sample: Sample) -> bool:
    """Whether all rows of a share pass, or none."""
    return sample.statistic == "share" and bool((sample.top == sample.top[0]).all())


def difference(first: Sample, second: Sample, *, confidence: float = 0.95, seed: int = 0) -> Interval:
    """The difference second - first of two independent samples with its interval."""
    samples = (first, second)
    if first.statistic == "share" and (all(one.alone for one in samples) or any(map(_one_sided, samples))):
        own = [interval(one, confidence=confidence, seed=seed) for one in samples]
        return newcombe(own[0], own[1])
    both = (_Estimate(first), _Estimate(second))
    if max(estimate.cases for estimate in both) > _MANY:
        return newcombe(_limit(first, confidence), _limit(second, confidence), method="MOVER")
    return _bootstrapped(both, confidence, seed)


class _Estimate:
    """A sample's estimate from any draw of its cases."""

    def __init__(self, sample: Sample) -> None:
        self.median = sample.statistic == "median"
        _, codes = np.unique(sample.case, return_inverse=True)
        self.cases = int(codes.max()) + 1 if len(codes) else 0
        order = np.argsort(codes, kind="stable")
        self.values = sample.top[order]
        self.starts = np.searchsorted(codes[order], np.arange(self.cases + 1))
        self.top, self.bottom = sample.by_case()

    def __call__(self, drawn: NDArray[Any], axis: int = -1) -> Any:
        picked = drawn.astype(np.int64)
        if not self.median:
            with np.errstate(divide="ignore", invalid="ignore"):
                return self.top[picked].sum(axis=axis) / self.bottom[picked].sum(axis=axis)
        if len(self.values) == self.cases:
            return np.median(self.values[picked], axis=axis)
        flat = picked.reshape(-1, picked.shape[-1])
        return np.array([self._median(cases) for cases in flat]).reshape(picked.shape[:-1])

    def _median(self, cases: NDArray[np.int64]) -> float:
        """The median of all rows of some cases, each as often as it was drawn."""
        times = np.bincount(cases, minlength=self.cases)
        return float(np.median(np.repeat(self.values, np.repeat(times, np.diff(self.starts)))))


def _bootstrapped(estimates: tuple[_Estimate, ...], confidence: float, seed: int) -> Interval:
    """The bootstrap over cases of one estimate, or of the difference of two that are drawn apart."""

    def statistic(*drawn: NDArray[Any], axis: int = -1) -> Any:
        found = [estimate(np.asarray(cases), axis) for estimate, cases in zip(estimates, drawn, strict=True)]
        return found[0] if len(found) == 1 else found[1] - found[0]

    cases = [np.arange(estimate.cases) for estimate in estimates]
    value = float(statistic(*cases))
    small = max(len(own) for own in cases) <= _FEW and not any(estimate.median for estimate in estimates)
    if min(len(own) for own in cases) < 2 or all(_constant(estimate) for estimate in estimates):
        return Interval(value, value, value, "constant" if min(map(len, cases)) > 1 else "one case")
    # As above: only what draws waits for it.
    from scipy.stats import bootstrap

    found = bootstrap(
        cases,
        statistic,
        n_resamples=_DRAWS,
        batch=max(1, 2_000_000 // max(len(own) for own in cases)),
        vectorized=True,
        confidence_level=confidence,
        method="BCa" if small else "percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(value, float(found.low), float(found.high), "bootstrap over cases")


def _constant(estimate: _Estimate) -> bool:
    """Whether every draw gives the same: nothing can be said of how far that goes."""
    if estimate.median:
        return bool((estimate.values == estimate.values[0]).all())
    value = estimate.top.sum() / estimate.bottom.sum()
    return bool(np.allclose(estimate.top, value * estimate.bottom, rtol=1e-12, atol=0))


def _limit(sample: Sample, confidence: float) -> Interval:
    """What the bootstrap over many cases comes to: linearised variance, or Woodruff's interval for a median."""
    z = _normal(confidence)
    if sample.statistic != "median":
        top, bottom = sample.by_case()
        value = float(top.sum() / bottom.sum())
        spread = (top - value * bottom) / bottom.mean()
        error = z * float(spread.std(ddof=1)) / sqrt(len(spread))
        return Interval(value, value - error, value + error, "linearised")
    value = float(np.median(sample.top))
    below = Sample("mean", (sample.top <= value).astype(float), np.ones(sample.n), sample.case)
    share = _limit(below, confidence)
    error = (share.high - share.low) / 2
    low, high = np.quantile(sample.top, [max(0.5 - error, 0.0), min(0.5 + error, 1.0)])
    return Interval(value, float(low), float(high), "Woodruff")
