"""Figures that a plainer log tells another way: revisions by the quotes after the first, stages by their names."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.measure.averages import average_figures, average_rows
from workbench.measure.context import Context, population
from workbench.measure.figure import Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import Rows, Unavailable, finish, in_period
from workbench.measure.shares import share_figures, share_rows
from workbench.measure.stages import stages_gone_back
from workbench.template.kpis import AverageKPI, FunctionKPI, ShareKPI

__all__ = ["counted", "counted_rows", "moved_back", "moved_back_rows"]

_SHOWN = ("case_id", "case_currency", "r_group", "r_state", "r_value", "r_day")


def _said(kpi: FunctionKPI, kind: str, **more: Any) -> dict[str, Any]:
    """What a KPI says, as one of another kind."""
    own = {name: value for name, value in dict(kpi).items() if name not in ("kind", "function", "with_")}
    return {**own, "kind": kind, **more}


# ---------------------------------------------------------------------- events, or those of another after the first
def _average(context: Context, kpi: FunctionKPI) -> tuple[AverageKPI, bool]:
    """The average that the log allows, and whether the first of what is counted is left out."""
    count, otherwise = tuple(kpi.with_["count"]), tuple(kpi.with_["otherwise"])
    plain = any(context.log.knows(name) for name in count)
    return AverageKPI(**_said(kpi, "average", count=count if plain else otherwise)), not plain


def _counted(context: Context, kpi: FunctionKPI, period: Period) -> tuple[AverageKPI, Rows] | Unavailable:
    average, less = _average(context, kpi)
    rows = average_rows(context, average, period)
    if isinstance(rows, Unavailable):
        return rows
    if less:
        value = rows.table["r_value"]
        nothing = ibis.literal(0, type="int64")
        rows.sheet.table = rows.table.mutate(r_value=ibis.greatest(value - 1, nothing))
    return average, rows


def counted_rows(context: Context, kpi: FunctionKPI, period: Period) -> ir.Table | Unavailable:
    """A row per case with its number, in `r_value`."""
    found = _counted(context, kpi, period)
    return found if isinstance(found, Unavailable) else found[1].table.select(*_SHOWN)


def counted(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """Events per case; in a log that records none of them, those of another activity after the case's first.

    `with`: count, otherwise (activities). No words choose between two activities by what the whole log records.
    """
    found = _counted(context, kpi, period)
    if isinstance(found, Unavailable):
        return found
    average, rows = found
    return average_figures(context, average, period, rows)


# ---------------------------------------------------------------------- back to an earlier stage
def _moved(context: Context, kpi: FunctionKPI, period: Period) -> tuple[ShareKPI, Rows] | Unavailable:
    share = ShareKPI(**_said(kpi, "share", that=[{"breaks": [str(kpi.with_["rule"])]}]))
    rule: Any = context.log.template.rules[str(kpi.with_["rule"])]
    sheet, _ = population(context, share)
    assert sheet is not None
    back = stages_gone_back(sheet.log, rule.stages)
    if back is None:
        rows = share_rows(context, share, period)
        return rows if isinstance(rows, Unavailable) else (share, rows)
    moment = sheet.point(kpi.when if kpi.when is not None else "started")
    in_period(sheet, moment, period)
    joined = sheet.table.join(back, "case_key")
    sheet.table = joined.select(*joined.columns)
    hit = sheet.table["went_back"]
    made = finish(
        context, share, sheet, state=ibis.literal("in"), value=hit.cast("int64"), hit=hit, day=moment.day
    )
    return made if isinstance(made, Unavailable) else (share, made)


def moved_back_rows(context: Context, kpi: FunctionKPI, period: Period) -> ir.Table | Unavailable:
    """A row per case with stages; `r_value` is 1 where it went back to an earlier one."""
    found = _moved(context, kpi, period)
    return found if isinstance(found, Unavailable) else found[1].table.select(*_SHOWN)


def moved_back(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """The share of cases that went back to an earlier stage: by a rule of order, or by the stages that are named.

    `with`: rule (of kind order). No words know the order of stages that a log only names in an attribute; it is that
    of the funnel, and cases without any named stage are left out.
    """
    found = _moved(context, kpi, period)
    if isinstance(found, Unavailable):
        return found
    share, rows = found
    return share_figures(context, share, period, rows)


register("counted_or_repeats", rows=counted_rows, figures=counted)
register("moved_back", rows=moved_back_rows, figures=moved_back)
