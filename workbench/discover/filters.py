"""Narrowing a log to some of its cases by what is asked for most, and passing over activities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workbench.discover.conditions import Activity, Attribute, Condition, Time, narrowed
from workbench.errors import unknown_name
from workbench.log.prepared import PreparedLog

__all__ = ["filtered", "hiding"]


def filtered(
    log: PreparedLog,
    *,
    has: tuple[str, ...] = (),
    lacks: tuple[str, ...] = (),
    started: tuple[date | None, date | None] | None = None,
    attributes: Mapping[str, Any],
) -> PreparedLog:
    """The cases that pass every condition, with all that belongs to them; stored links stay valid.

    A short way of saying `narrowed` (`workbench.discover.conditions`). Raises WorkbenchError for an activity or a
    case attribute that the log does not have.
    """
    conditions: list[Condition] = []
    for name, wanted in attributes.items():
        found = log.meta.attribute(name)
        if (name if found is None else found.name) not in log.cases.columns:
            known = [
                attribute.name for attribute in log.meta.attributes if attribute.name in log.cases.columns
            ]
            raise unknown_name("case attribute", name, known, where="filter")
        conditions.append(Attribute(name=name, values=wanted))
    conditions += [Activity(any=(name,)) for name in has]
    conditions += [Activity(any=(name,), exclude=True) for name in lacks]
    if started is not None and any(started):
        conditions.append(Time(mode="started", first=started[0], last=started[1]))
    return narrowed(log, conditions)


def hiding(log: PreparedLog, activities: tuple[str, ...]) -> PreparedLog:
    """The log whose map and variants pass over activities; raises WorkbenchError for one that it does not have."""
    codes: list[int] = []
    for name in activities:
        found = log.codes((name,))
        if not found:
            raise unknown_name("activity", name, log.meta.activities, where="hide")
        codes += found
    return log.hiding(codes)
