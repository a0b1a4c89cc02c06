"""How long things take when some have not happened yet, and some never will."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["incidence_median"]


def incidence_median(counts: pd.DataFrame) -> float | None:
    """The duration by which half of all have reached the event: the honest median beside the naive one.

    `counts` has one row per distinct duration: `value`, and how many rows had the `event`, a `competing` end
    (written off, lost) or were `censored` (still open) then. Aalen-Johansen's cumulative incidence, which is
    Kaplan-Meier's where nothing competes; None when half is never reached. Worked on counts per duration,
    since libraries want one row per case.
    """
    if counts.empty:
        return None
    ordered = counts.sort_values("value")
    event = ordered["event"].to_numpy(dtype="float64")
    competing = ordered["competing"].to_numpy(dtype="float64")
    leaving = event + competing + ordered["censored"].to_numpy(dtype="float64")
    at_risk = leaving.sum() - np.concatenate(([0.0], np.cumsum(leaving)[:-1]))
    staying = 1 - (event + competing) / at_risk
    surviving_before = np.concatenate(([1.0], np.cumprod(staying)[:-1]))
    incidence = np.cumsum(surviving_before * event / at_risk)
    # Products of fractions miss one half by a hair: 0.49999999999999994 is half.
    reached = np.flatnonzero(incidence >= 0.5 - 1e-9)
    return float(ordered["value"].to_numpy()[reached[0]]) if reached.size else None
