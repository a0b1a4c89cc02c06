"""Narrowing a log to some of its cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pandas as pd
from pandas.api.types import is_list_like

from workbench.errors import WorkbenchError, unknown_name
from workbench.log.keys import log_name
from workbench.log.prepared import PreparedLog
from workbench.messages import Message, either

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
        cases = cases.filter(_is_one_of(cases[column], _listed(wanted), name))
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

    def alike(table: ir.Table) -> ir.Table | None:
        """A table beside the log by the same attributes, where these are all that is asked for and it has them."""
        columns = {name: log_name(name) for name in attributes}
        if has or lacks or started is not None or not set(columns.values()) <= set(table.columns):
            return None
        wanted = [_is_one_of(table[columns[name]], _listed(of), name) for name, of in attributes.items()]
        return table.filter(*wanted)

    narrowed = log.within(
        keys, said=repr((wanted_of, has, lacks, started)), alike=alike if attributes else None
    )
    filters = (*log.meta.filters, *_said(log, has, lacks, started, attributes))
    recorded = replace(narrowed.recorded, meta=replace(narrowed.recorded.meta, filters=filters))
    return replace(narrowed, meta=replace(narrowed.meta, filters=filters), recorded=recorded)


def _said(
    log: PreparedLog,
    has: tuple[str, ...],
    lacks: tuple[str, ...],
    started: tuple[date | None, date | None] | None,
    attributes: Mapping[str, Any],
) -> Iterator[Message]:
    """The conditions as a reader is told them, beside every figure of the narrowed log."""
    for name, wanted in attributes.items():
        found = log.meta.attribute(name)
        values = [Message("not given") if pd.isna(value) else str(value) for value in _listed(wanted)]
        yield Message("{name} is {values}", name=name if found is None else found.name, values=either(values))
    for name in has:
        yield Message("with {activity}", activity=_name_of(log, name))
    for name in lacks:
        yield Message("without {activity}", activity=_name_of(log, name))
    if started is not None and any(started):
        first, last = started
        if last is None:
            yield Message("started from {first} on", first=first)
        elif first is None:
            yield Message("started until {last}", last=last)
        else:
            yield Message("started from {first} to {last}", first=first, last=last)


def _name_of(log: PreparedLog, name: str) -> Any:
    """An activity as its readers call it, in every language; a group by its id."""
    known = log.template.activities.get(name) or log.template.derived.get(name)
    return name if known is None else known.name


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
    return list(wanted) if is_list_like(wanted) else [wanted]


def _is_one_of(column: ir.Column, wanted: list[Any], name: str) -> ir.BooleanValue:
    """Whether a case has one of the values; a missing one (None, NaN) is that of a case without any."""
    given = [value for value in wanted if not pd.isna(value)]
    found: ir.BooleanValue = column.isin([_value(value, column.type(), name) for value in given])
    return found if len(given) == len(wanted) else found | column.isnull()


def _value(value: Any, kind: dt.DataType, name: str) -> ir.Scalar:
    """A value as the attribute has it. WorkbenchError where it can have none like it: 1 among texts."""
    try:
        found = ibis.literal(value, type=kind)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise _no_such_value(value, kind, name) from error
    # A text would be made of a number, a whole number of 1.5, a yes of any text.
    if (kind.is_string() and not isinstance(value, str)) or (
        (kind.is_integer() or kind.is_boolean()) and found.op().value != value
    ):
        raise _no_such_value(value, kind, name)
    return found


def _no_such_value(value: Any, kind: dt.DataType, name: str) -> WorkbenchError:
    if kind.is_string():
        remedy = Message("Give a text")
    elif kind.is_boolean():
        remedy = Message("Give true or false")
    elif kind.is_date():
        remedy = Message("Give a date, as in 2026-01-31")
    else:
        remedy = Message("Give a number")
    return WorkbenchError(
        Message("{name} has no value like {value}", name=name, value=repr(value)),
        where="filter",
        remedy=remedy,
    )
