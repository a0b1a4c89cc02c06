"""Step 3, Measure: KPIs over the prepared log."""

from __future__ import annotations

from workbench.measure.drilldown import figure_rows
from workbench.measure.evaluate import figures
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.periods import baseline_period, named_period, now_period

__all__ = [
    "Figure",
    "Part",
    "Period",
    "baseline_period",
    "figure_rows",
    "figures",
    "named_period",
    "now_period",
]
