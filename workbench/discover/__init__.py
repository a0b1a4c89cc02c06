"""Step 2, Discover: the process as it is - map, variants, cases, calendar."""

from __future__ import annotations

from workbench.discover.bridge import pm4py_frame
from workbench.discover.calendar import day_frame, knows_ends, month_frame, weekday_frame
from workbench.discover.cases import CaseDurations, case_durations, case_frame, event_frame
from workbench.discover.examples import example_frame, history_frame
from workbench.discover.filters import filtered, hiding
from workbench.discover.handovers import handover_frame
from workbench.discover.map import STATISTICS, activity_frame, map_frame
from workbench.discover.meetings import meeting_frame
from workbench.discover.models import MinedOn, ProcessModel, mined
from workbench.discover.repeats import repeat_frame
from workbench.discover.simplify import ReadableMap, simplified
from workbench.discover.size import LogSize, log_size
from workbench.discover.variants import variant_frame

__all__ = [
    "STATISTICS",
    "CaseDurations",
    "LogSize",
    "MinedOn",
    "ProcessModel",
    "ReadableMap",
    "activity_frame",
    "case_durations",
    "case_frame",
    "day_frame",
    "event_frame",
    "example_frame",
    "filtered",
    "handover_frame",
    "hiding",
    "history_frame",
    "knows_ends",
    "log_size",
    "map_frame",
    "meeting_frame",
    "mined",
    "month_frame",
    "pm4py_frame",
    "repeat_frame",
    "simplified",
    "variant_frame",
    "weekday_frame",
]
