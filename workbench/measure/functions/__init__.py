"""The KPIs that no words can say: each module registers its own."""

from __future__ import annotations

from workbench.measure.functions import (
    balancedays,
    calibration,
    capital,
    cash,
    compared,
    countback,
    rollrate,
    stalled,
    unapplied,
    velocity,
    workload,
)
from workbench.measure.functions.registry import function_figures, function_rows

__all__ = [
    "balancedays",
    "calibration",
    "capital",
    "cash",
    "compared",
    "countback",
    "function_figures",
    "function_rows",
    "rollrate",
    "stalled",
    "unapplied",
    "velocity",
    "workload",
]
