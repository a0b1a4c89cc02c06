"""Conditions that cases meet or do not: the filters of the explorers, of project.toml and of the command line."""

from __future__ import annotations

from workbench.discover.conditions.base import Condition
from workbench.discover.conditions.being import Case, Performance, Status, Time
from workbench.discover.conditions.happening import Activity, Ends, Follows, Variant
from workbench.discover.conditions.judged import Ready, Rule
from workbench.discover.conditions.kinds import KINDS, condition_of, conditions_of
from workbench.discover.conditions.narrow import cases_meeting, narrowed
from workbench.discover.conditions.ready import ready_filter, ready_reason
from workbench.discover.conditions.saved import (
    delete_filter,
    rename_filter,
    save_filter,
    saved_filters,
)
from workbench.discover.conditions.values import Attribute, Range

__all__ = [
    "KINDS",
    "Activity",
    "Attribute",
    "Case",
    "Condition",
    "Ends",
    "Follows",
    "Performance",
    "Range",
    "Ready",
    "Rule",
    "Status",
    "Time",
    "Variant",
    "cases_meeting",
    "condition_of",
    "conditions_of",
    "delete_filter",
    "narrowed",
    "ready_filter",
    "ready_reason",
    "rename_filter",
    "save_filter",
    "saved_filters",
]
