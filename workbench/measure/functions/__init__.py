"""The KPIs that no words can say: each module registers its own."""

from __future__ import annotations

from workbench.measure.functions import (
    agency,
    balancedays,
    calibration,
    capital,
    cash,
    compared,
    countback,
    fallbacks,
    productivity,
    rollrate,
    stalled,
    unapplied,
    velocity,
    workload,
)
from workbench.measure.functions.registry import function_figures, function_rows, is_of_today

__all__ = [
    "agency",
    "balancedays",
    "calibration",
    "capital",
    "cash",
    "compared",
    "countback",
    "fallbacks",
    "function_figures",
    "function_rows",
    "is_of_today",
    "productivity",
    "rollrate",
    "stalled",
    "unapplied",
    "velocity",
    "workload",
]
