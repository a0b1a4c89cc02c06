"""How long things take when some have not happened yet, and some never will."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["incidence_median", "incidence_medians"]


def incidence_medians(
    counts: pa.Table, groups: Sequence[str]
) -> Iterator[tuple[tuple[Any, ...], float | None]]:
    """The censoring-aware median of each combination of some columns, beside what they hold there.

    `counts` has columns value, event, competing and censored: how many rows ended so after how long. There may be as
    many as cases: groups are told apart by number, and all of them are put in order at once.
    """
    if not counts.num_rows:
        return
    of_group = np.zeros(counts.num_rows, dtype="int64")
    names: list[list[Any]] = []
    for name in groups:
        coded = counts[name].combine_chunks().dictionary_encode()
        names.append(coded.dictionary.to_pylist())
        of_group = of_group * len(names[-1]) + coded.indices.to_numpy()
    value, *kinds = (counts[name].to_numpy() for name in ("value", "event", "competing", "censored"))
    order = np.argsort(value)
    # Groups are few: as small numbers they are put in order in one pass.
    small = of_group[order].astype(np.min_scalar_type(int(of_group.max())))
    order = order[np.argsort(small, kind="stable")]
    of_group, value = of_group[order], value[order]
    firsts = np.flatnonzero(np.diff(of_group, prepend=-1) | np.diff(value, prepend=-1))
    of_group, value = of_group[firsts], value[firsts]
    event, competing, censored = (np.add.reduceat(kind[order], firsts).astype("float64") for kind in kinds)
    starts = np.flatnonzero(np.diff(of_group, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(value)], strict=True):
        code, key = int(of_group[start]), []
        for values in reversed(names):
            code, place = divmod(code, len(values))
            key.append(values[place])
        rows = slice(start, end)
        yield (
            tuple(reversed(key)),
            incidence_median(value[rows], event[rows], competing[rows], censored[rows]),
        )


def incidence_median(
    value: np.ndarray[Any, Any],
    event: np.ndarray[Any, Any],
    competing: np.ndarray[Any, Any],
    censored: np.ndarray[Any, Any],
) -> float | None:
    """The duration by which half of all have reached the event: the honest median beside the naive one.

    `value` are distinct durations in their order; the others say how many rows had the event, a competing end
    (written off, lost) or were censored (still open) then. Aalen-Johansen's cumulative incidence, which is
    Kaplan-Meier's where nothing competes; None when half is never reached. Worked on counts per duration,
    since libraries want one row per case.
    """
    if not value.size:
        return None
    leaving = event + competing + censored
    at_risk = leaving.sum() - np.concatenate(([0.0], np.cumsum(leaving)[:-1]))
    staying = 1 - (event + competing) / at_risk
    surviving_before = np.concatenate(([1.0], np.cumprod(staying)[:-1]))
    incidence = np.cumsum(surviving_before * event / at_risk)
    # Products of fractions miss one half by a hair: 0.49999999999999994 is half.
    reached = np.flatnonzero(incidence >= 0.5 - 1e-9)
    return float(value[reached[0]]) if reached.size else None
