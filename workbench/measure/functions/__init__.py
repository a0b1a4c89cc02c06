"""The KPIs that no words can say: each module registers its own."""

from __future__ import annotations

from workbench.measure.functions import cash, countback, stalled
from workbench.measure.functions.registry import function_figures, function_rows

__all__ = ["cash", "countback", "function_figures", "function_rows", "stalled"]
