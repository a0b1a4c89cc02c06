"""Intervals hold what they promise, and are those of the libraries and of the literature."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
)
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from workbench.measure.intervals import Interval, Sample, difference, interval, newcombe, wilson

SIMULATIONS = 200


def sample(values: object, statistic: str = "mean", case: object = None) -> Sample:
    top = np.asarray(values, dtype=float)
    keys = np.arange(len(top)) if case is None else np.asarray(case)
    return Sample(statistic, top, np.ones(len(top)), keys)  # type: ignore[arg-type]


@pytest.mark.parametrize(("hits", "n"), [(0, 5), (1, 29), (81, 263), (7, 7), (500, 1000)])
def test_a_share_is_that_of_statsmodels(hits: int, n: int) -> None:
    found = interval(sample([1.0] * hits + [0.0] * (n - hits), "share"))
    assert (found.low, found.high) == pytest.approx(proportion_confint(hits, n, method="wilson"))
    assert found.method == "Wilson"


@pytest.mark.parametrize(("first", "second"), [((48, 80), (56, 70)), ((0, 10), (9, 10)), ((5, 56), (0, 29))])
def test_a_difference_of_shares_is_newcombes(first: tuple[int, int], second: tuple[int, int]) -> None:
    """The examples (a), (g) and (d) of Newcombe (1998), as statsmodels has them."""
    found = newcombe(wilson(*first), wilson(*second))
    theirs = confint_proportions_2indep(*second, *first, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx(theirs, abs=1e-9)


def test_many_means_are_welchs_and_the_bootstrap_agrees() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.gamma(2, 10, 6000), rng.gamma(2, 11, 7000)
    found = difference(sample(a), sample(b))
    welch = CompareMeans(DescrStatsW(b), DescrStatsW(a)).tconfint_diff(usevar="unequal")
    assert (found.low, found.high) == pytest.approx(welch, rel=5e-3)
    few = difference(sample(a[:2000]), sample(b[:2000]))
    welch = CompareMeans(DescrStatsW(b[:2000]), DescrStatsW(a[:2000])).tconfint_diff(usevar="unequal")
    assert (few.low, few.high) == pytest.approx(welch, rel=0.1, abs=0.1)
    assert (found.method, few.method) == ("MOVER", "bootstrap over cases")


def test_many_medians_are_their_order_statistics() -> None:
    """Woodruff's limits are the values at the ranks that the binomial distribution of the median says."""
    values = np.random.default_rng(2).lognormal(3, 1, 9001)
    found = interval(sample(values, "median"))
    ordered = np.sort(values)
    low, high = (int(rank) for rank in stats.binom.ppf([0.025, 0.975], 9001, 0.5))
    assert (found.low, found.high) == pytest.approx((ordered[low], ordered[high]), rel=2e-3)


def covered(found: Interval, truth: float) -> bool:
    return found.low <= truth <= found.high


def test_differences_are_covered_as_often_as_they_say() -> None:
    """95 % intervals of small samples hold the truth in some 95 of 100 samples: shares, means, medians."""
    rng = np.random.default_rng(3)
    hits = {"share": 0, "mean": 0, "median": 0}
    for _ in range(SIMULATIONS):
        shares = [sample(rng.random(n) < p, "share") for n, p in ((40, 0.3), (60, 0.5))]
        hits["share"] += covered(difference(shares[0], shares[1]), 0.2)
        waits = [rng.gamma(2, scale, 50) for scale in (5, 8)]
        hits["mean"] += covered(difference(sample(waits[0]), sample(waits[1]), seed=4), 6.0)
        medians = [sample(own, "median") for own in waits]
        truth = stats.gamma.median(2, scale=8) - stats.gamma.median(2, scale=5)
        hits["median"] += covered(difference(medians[0], medians[1], seed=4), truth)
    assert all(0.90 * SIMULATIONS <= found <= 0.99 * SIMULATIONS for found in hits.values()), hits


def clustered(rng: np.random.Generator, cases: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Cases with one to eight rows that are nearly alike."""
    rows = rng.integers(1, 9, cases)
    case = np.repeat(np.arange(cases), rows)
    return np.repeat(rng.normal(10, 3, cases), rows) + rng.normal(0, 0.5, len(case)), case


def test_rows_of_one_case_are_not_counted_as_many() -> None:
    """Drawn row by row the same interval would hold the truth far too seldom."""
    rng = np.random.default_rng(5)
    by_case = by_row = 0
    for _ in range(SIMULATIONS):
        values, case = clustered(rng, 60)
        by_case += covered(interval(sample(values, case=case), seed=6), 10.0)
        by_row += covered(interval(sample(values), seed=6), 10.0)
    assert by_case >= 0.89 * SIMULATIONS
    assert by_row < 0.75 * SIMULATIONS


def test_a_share_with_several_rows_a_case_and_no_hit_still_has_a_width() -> None:
    none = sample(np.zeros(30), "share", np.repeat(np.arange(10), 3))
    assert (interval(none).low, interval(none).high) == pytest.approx(
        proportion_confint(0, 10, method="wilson")
    )
    gap = difference(none, sample(np.tile([0, 1, 1, 1, 1, 1], 5), "share", np.repeat(np.arange(10), 3)))
    assert gap.low < 5 / 6 < gap.high


def test_the_same_seed_gives_the_same_interval_and_another_a_like_one() -> None:
    values = np.random.default_rng(7).gamma(2, 10, 80)
    first, again, other = (interval(sample(values, "median"), seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert other.low == pytest.approx(first.low, rel=0.1)


def test_one_case_has_no_width_that_means_anything() -> None:
    found = interval(sample([3.0]))
    assert (found.low, found.high, found.method) == (3.0, 3.0, "one case")


def weighted(top: object, bottom: object) -> Sample:
    own = np.asarray(top, dtype=float)
    return Sample("ratio", own, np.asarray(bottom, dtype=float), np.arange(len(own)))


def test_cases_of_one_ratio_differ_in_nothing() -> None:
    """A fifth of 10, of 25 and of 40: whichever are drawn, it stays a fifth."""
    found = interval(weighted([2, 5, 8], [10, 25, 40]))
    assert (found.value, found.low, found.high, found.method) == (0.2, 0.2, 0.2, "constant")
    assert interval(weighted([2, 5, 9], [10, 25, 40])).method == "bootstrap over cases"


def test_many_ratios_have_the_linearised_variance() -> None:
    """By the textbook: what each case is beyond the ratio of all, over the mean weight; and as the bootstrap has it."""
    rng = np.random.default_rng(8)
    bottom = rng.gamma(3, 100, 6000)
    top = bottom * np.clip(rng.normal(0.3, 0.2, 6000), 0, 1)
    ratio = top.sum() / bottom.sum()
    error = 1.959964 * np.std((top - ratio * bottom) / 300, ddof=1) / np.sqrt(6000)
    found = interval(weighted(top, bottom))
    assert found.method == "linearised"
    # Their mean weight is 300 but for chance.
    assert (found.value - found.low, found.high - found.value) == pytest.approx((error, error), rel=0.03)
    few = interval(weighted(top[:4000], bottom[:4000]))
    assert few.method == "bootstrap over cases"
    assert (few.high - few.low) / (found.high - found.low) == pytest.approx(np.sqrt(6000 / 4000), rel=0.1)
