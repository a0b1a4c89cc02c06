"""Step 2, Discover: the process as it is - map, variants, cases, calendar."""

from __future__ import annotations

from workbench.discover.bridge import pm4py_frame
from workbench.discover.calendar import day_frame, knows_ends, month_frame, weekday_frame
from workbench.discover.casepage import CASE_ORDERS, CasePage, case_page, one_case
from workbench.discover.cases import CaseDurations, case_durations, case_frame, event_frame
from workbench.discover.conditions import Condition, condition_of, conditions_of, narrowed
from workbench.discover.dotted import DOTTED_ORDERS, Dotted, dotted_frame
from workbench.discover.examples import example_frame, history_frame, longest_frame
from workbench.discover.filters import filtered, hiding
from workbench.discover.handovers import handover_frame
from workbench.discover.map import STATISTICS, activity_frame, map_frame
from workbench.discover.meetings import meeting_frame
from workbench.discover.models import MinedOn, ProcessModel, mined
from workbench.discover.parting import PartingDays, parted, parting_days
from workbench.discover.passing import broken_frame, passing_frame, worth_cases, worth_frame
from workbench.discover.repeats import repeat_frame, return_frame
from workbench.discover.simplify import ReadableMap, simplified
from workbench.discover.size import LogSize, log_size
from workbench.discover.spectrum import Spectrum, spectrum_frame
from workbench.discover.travels import Travels, travel_frame
from workbench.discover.values import value_frame
from workbench.discover.variants import variant_frame
from workbench.discover.wayworth import way_worth_frame

__all__ = [
    "CASE_ORDERS",
    "DOTTED_ORDERS",
    "STATISTICS",
    "CaseDurations",
    "CasePage",
    "Condition",
    "Dotted",
    "LogSize",
    "MinedOn",
    "PartingDays",
    "ProcessModel",
    "ReadableMap",
    "Spectrum",
    "Travels",
    "activity_frame",
    "broken_frame",
    "case_durations",
    "case_frame",
    "case_page",
    "condition_of",
    "conditions_of",
    "day_frame",
    "dotted_frame",
    "event_frame",
    "example_frame",
    "filtered",
    "handover_frame",
    "hiding",
    "history_frame",
    "knows_ends",
    "log_size",
    "longest_frame",
    "map_frame",
    "meeting_frame",
    "mined",
    "month_frame",
    "narrowed",
    "one_case",
    "parted",
    "parting_days",
    "passing_frame",
    "pm4py_frame",
    "repeat_frame",
    "return_frame",
    "simplified",
    "spectrum_frame",
    "travel_frame",
    "value_frame",
    "variant_frame",
    "way_worth_frame",
    "weekday_frame",
    "worth_cases",
    "worth_frame",
]
