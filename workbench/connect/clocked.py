"""Dates whose time of day stands in another column, proposed as one time before it is asked what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workbench.connect.draft import Draft
from workbench.connect.profile import ColumnProfile, profile
from workbench.connect.stage import Stage
from workbench.connect.timeofday import clock_pairs, is_day_name, with_time_of_day

__all__ = ["with_clocks"]


def with_clocks(stage: Stage, draft: Draft, mapping: Mapping[str, str]) -> Draft:
    """The draft with its sure pairs of a date and a time of day read as one, and the others as questions.

    What the user gives a meaning of its own in `mapping` is no one's time of day.
    """
    dates = [name for name, found in draft.columns.items() if _holds_days(found)]
    if not dates:
        return draft
    pairs = clock_pairs(stage, draft.table, dates, but={*mapping.values()})
    sure = {one.name: one.column for one in pairs if one.applied}
    draft.choices += pairs
    if not sure:
        return draft
    table = with_time_of_day(stage, draft.table, sure)
    joined = replace(table, columns=tuple(table.column(name) for name in sure))
    draft.table = table
    draft.columns = {**draft.columns, **profile(stage, joined)}
    return draft


def _holds_days(found: ColumnProfile) -> bool:
    """Whether a column holds dates, or numbers of eight digits that are some."""
    return found.kind == "date" or (found.kind == "counted" and is_day_name(found.column.name))
