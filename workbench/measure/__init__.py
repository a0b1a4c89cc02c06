"""Step 3, Measure: KPIs over the prepared log, and where days and money are lost."""

from __future__ import annotations

from workbench.measure.ageing import ageing_frame
from workbench.measure.amounts import amount_columns, amount_frame, shown_worth
from workbench.measure.bottlenecks import bottleneck_frame
from workbench.measure.drilldown import figure_rows
from workbench.measure.evaluate import figures, kpi_frame, remember
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.funnel import funnel_frame
from workbench.measure.outcomes import outcome_frame, outcome_quarter_frame
from workbench.measure.periods import baseline_period, named_period, now_period
from workbench.measure.problems import focused_ids, problem_cases, problem_frame, problem_rows
from workbench.measure.progress import progress_frame
from workbench.measure.readiness import readiness_frame, unlocks_frame
from workbench.measure.rework import rework_frame, rework_totals
from workbench.measure.rhythm import rhythm_frame
from workbench.measure.sections import SectionFigures, section_figures
from workbench.measure.segments import case_attributes, figure_columns, segment_frame
from workbench.measure.targets import bounds, target_of
from workbench.measure.trend import trend_frame
from workbench.measure.waits import wait_frame

__all__ = [
    "Figure",
    "Part",
    "Period",
    "SectionFigures",
    "ageing_frame",
    "amount_columns",
    "amount_frame",
    "baseline_period",
    "bottleneck_frame",
    "bounds",
    "case_attributes",
    "figure_columns",
    "figure_rows",
    "figures",
    "focused_ids",
    "funnel_frame",
    "kpi_frame",
    "named_period",
    "now_period",
    "outcome_frame",
    "outcome_quarter_frame",
    "problem_cases",
    "problem_frame",
    "problem_rows",
    "progress_frame",
    "readiness_frame",
    "remember",
    "rework_frame",
    "rework_totals",
    "rhythm_frame",
    "section_figures",
    "segment_frame",
    "shown_worth",
    "target_of",
    "trend_frame",
    "unlocks_frame",
    "wait_frame",
]
