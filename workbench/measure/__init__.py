"""Step 3, Measure: KPIs over the prepared log."""

from __future__ import annotations

from workbench.measure.drilldown import figure_rows
from workbench.measure.evaluate import figures
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.periods import baseline_period, named_period, now_period
from workbench.measure.targets import bounds, target_of

__all__ = [
    "Figure",
    "Part",
    "Period",
    "baseline_period",
    "bounds",
    "figure_rows",
    "figures",
    "named_period",
    "now_period",
    "target_of",
]
