"""The censoring-aware median against statsmodels, on data of hypothesis."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.measure.survival import incidence_medians

with warnings.catch_warnings():
    # Not of our doing: a dependency of statsmodels talks while it is imported.
    warnings.simplefilter("ignore", DeprecationWarning)
    from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

CENSORED, EVENT, COMPETING = 0, 1, 2
ROWS = st.lists(st.tuples(st.integers(1, 30), st.sampled_from([CENSORED, EVENT, COMPETING])), min_size=1)


def counts(rows: list[tuple[int, int]]) -> pd.DataFrame:
    """Rows of (duration, what became of it) as the counts per duration that the measure works on."""
    frame = pd.DataFrame(rows, columns=["value", "kind"])
    names = {"event": EVENT, "competing": COMPETING, "censored": CENSORED}
    flags = {name: (frame["kind"] == kind).astype(int) for name, kind in names.items()}
    return frame.assign(**flags).groupby("value", as_index=False)[list(names)].sum()


def incidence_median(counts: pd.DataFrame) -> float | None:
    """The median of a group between two others, of which one has nothing and the other ends at once."""
    early = counts.assign(event=1, competing=0, censored=0, group="a", part="x")
    late = counts[:0].assign(group="b", part="")
    rows = pd.concat([counts.assign(group="b", part="x"), early, late]).sample(frac=1, random_state=1)
    found = dict(incidence_medians(pa.Table.from_pandas(rows, preserve_index=False), ["group", "part"]))
    assert found.keys() <= {("a", "x"), ("b", "x")}
    return found.get(("b", "x"))


def curve_median(times: np.ndarray, incidence: np.ndarray) -> float | None:
    reached = times[incidence >= 0.5 - 1e-9]
    return float(reached[0]) if reached.size else None


@given(ROWS)
def test_without_competing_ends_it_is_kaplan_meier(rows: list[tuple[int, int]]) -> None:
    rows = [(value, EVENT if kind else CENSORED) for value, kind in rows]
    if not any(kind for _, kind in rows):
        assert incidence_median(counts(rows)) is None
        return
    times, status = (np.array(column) for column in zip(*rows, strict=True))
    theirs = SurvfuncRight(times, status)
    assert incidence_median(counts(rows)) == curve_median(theirs.surv_times, 1 - theirs.surv_prob)


@given(ROWS)
def test_with_competing_ends_it_is_aalen_johansen(rows: list[tuple[int, int]]) -> None:
    if {EVENT, COMPETING} - {kind for _, kind in rows}:
        return
    times, status = (np.array(column) for column in zip(*rows, strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):  # in its standard errors, when nobody is left
        theirs = CumIncidenceRight(times, status)
    assert incidence_median(counts(rows)) == curve_median(theirs.times, theirs.cinc[0])


def test_by_hand() -> None:
    """Four rows: done at 1, lost at 2, open at 3, done at 4. Incidence: 1/4, then 1/4 + 1/2 × 1 = 3/4 at 4."""
    rows = [(1, EVENT), (2, COMPETING), (3, CENSORED), (4, EVENT)]
    assert incidence_median(counts(rows)) == 4


def test_exactly_half_is_half() -> None:
    assert incidence_median(counts([(1, EVENT)] * 3 + [(5, CENSORED)] * 3)) == 1


@pytest.mark.parametrize("rows", [[(3, CENSORED)], [(1, EVENT), (2, COMPETING), (2, COMPETING)]])
def test_half_is_never_reached(rows: list[tuple[int, int]]) -> None:
    assert incidence_median(counts(rows)) is None


def test_nothing_at_all() -> None:
    assert incidence_median(counts([])) is None
