"""Narrowing a log to some of its cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis

from workbench.errors import WorkbenchError, unknown_name
from workbench.log.prepared import PreparedLog
from workbench.messages import Message

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

    Raises WorkbenchError for an activity or a case attribute that the log does not have.
    """
    cases = log.cases
    for name, wanted in attributes.items():
        found = log.meta.attribute(name)
        column = found.name if found is not None else name
        if column not in cases.columns:
            known = [attribute.name for attribute in log.meta.attributes if attribute.name in cases.columns]
            raise unknown_name("case attribute", name, known, where="filter")
        if found is not None and found.type == "money":
            raise WorkbenchError(
                Message("{name} is an amount", name=name),
                where="filter",
                remedy=Message("Filter by a category instead"),
            )
        cases = cases.filter(cases[column].isin(_listed(wanted)))
    if started is not None:
        first, last = started
        if first is not None:
            cases = cases.filter(cases["start_day"] >= ibis.literal(first))
        if last is not None:
            cases = cases.filter(cases["start_day"] <= ibis.literal(last))
    keys = cases.select("case_key")
    for names, wanted_in in ((has, True), (lacks, False)):
        for name in names:
            codes = _codes(log, name, where="filter")
            showing = (
                log.events.filter(log.events["activity"].isin(list(codes))).select("case_key").distinct()
            )
            keys = keys.semi_join(showing, "case_key") if wanted_in else keys.anti_join(showing, "case_key")
    wanted_of = {name: sorted(map(repr, _listed(attributes[name]))) for name in sorted(attributes)}
    return log.within(keys, said=repr((wanted_of, has, lacks, started)))


def hiding(log: PreparedLog, activities: tuple[str, ...]) -> PreparedLog:
    """The log whose map and variants pass over activities; raises WorkbenchError for one that it does not have."""
    codes = [code for name in activities for code in _codes(log, name, where="hide")]
    return log.hiding(codes)


def _codes(log: PreparedLog, name: str, *, where: str) -> tuple[int, ...]:
    """The codes of an activity or of a group."""
    codes = log.codes((name,))
    if not codes:
        raise unknown_name("activity", name, log.meta.activities, where=where)
    return codes


def _listed(wanted: Any) -> list[Any]:
    """One value or several, as several."""
    return list(wanted) if isinstance(wanted, list | tuple | set) else [wanted]
