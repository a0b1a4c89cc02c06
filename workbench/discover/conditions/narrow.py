"""A log narrowed by conditions, all of which must hold."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import ibis.expr.types as ir

from workbench.discover.conditions.base import Condition
from workbench.discover.conditions.matching import is_one_of
from workbench.discover.conditions.values import Attribute
from workbench.log.beside import Narrow
from workbench.log.keys import log_name
from workbench.log.prepared import PreparedLog

__all__ = ["cases_meeting", "narrowed"]


def narrowed(log: PreparedLog, conditions: Iterable[Condition]) -> PreparedLog:
    """The cases that meet every condition, with all that belongs to them; in whatever order they are given.

    Each is asked of the log as it is, also beside one that trims its events. Stored links stay valid; where events
    are trimmed, what follows what is said anew among those that are shown, and KPIs, rules and pairs stay those of
    the whole cases. Raises WorkbenchError for a name or a value that the log does not have.

    >>> narrowed(log, [condition_of({"kind": "activity", "any": ["escalated"]})])      # doctest: +SKIP
    """
    asked = tuple(conditions)
    if not asked:
        return log
    keys = cases_meeting(log, asked).select("case_key")
    sentences = tuple(condition.said(log) for condition in asked)
    found = log.within(keys, said=_fingerprint(asked), alike=_alike(log, asked))
    filters = (*log.meta.filters, *sentences)
    recorded = replace(found.recorded, meta=replace(found.recorded.meta, filters=filters))
    found = replace(found, meta=replace(found.meta, filters=filters), recorded=recorded)
    return found.trimmed(trim for condition in asked if (trim := condition.trimming(log)) is not None)


def cases_meeting(log: PreparedLog, conditions: Iterable[Condition]) -> ir.Table:
    """The cases of a log that meet every condition, as they stand in it."""
    cases = log.cases
    tables: list[tuple[Condition, ir.Table]] = []
    for condition in conditions:
        met = condition.met(log)
        if isinstance(met, ir.Table):
            tables.append((condition, met))
        else:
            cases = cases.filter(~met if condition.exclude else met)
    for condition, met in tables:
        cases = cases.anti_join(met, "case_key") if condition.exclude else cases.semi_join(met, "case_key")
    return cases


def _fingerprint(conditions: tuple[Condition, ...]) -> str:
    """What the cases were chosen by, the same in whatever order: for the answers that are kept."""
    return "\n".join(
        sorted(
            {json.dumps(one.record(), sort_keys=True, ensure_ascii=False, default=str) for one in conditions}
        )
    )


def _alike(log: PreparedLog, conditions: tuple[Condition, ...]) -> Narrow | None:
    """What narrows a table beside the log by the same attributes, where these are all that is asked for."""
    asked = [one for one in conditions if isinstance(one, Attribute) and one.of_cases(log)]
    if len(asked) < len(conditions):
        return None

    def alike(table: ir.Table) -> ir.Table | None:
        if not {log_name(one.name) for one in asked} <= set(table.columns):
            return None
        met = [is_one_of(table[log_name(one.name)], one.values, one.name) for one in asked]
        return table.filter(
            *[~found if one.exclude else found for one, found in zip(asked, met, strict=True)]
        )

    return alike
