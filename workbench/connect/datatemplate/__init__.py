"""The data template: the workbook that a company fills in, and that loads without a mapping."""

from __future__ import annotations

from workbench.connect.datatemplate.dictionary import Entry, ListedActivity, activity_list, data_dictionary
from workbench.connect.datatemplate.filled import FilledTemplate, filled_template, propose_filled
from workbench.connect.datatemplate.plan import Plan, plan_of
from workbench.connect.datatemplate.workbook import write_data_template

__all__ = [
    "Entry",
    "FilledTemplate",
    "ListedActivity",
    "Plan",
    "activity_list",
    "data_dictionary",
    "filled_template",
    "plan_of",
    "propose_filled",
    "write_data_template",
]
