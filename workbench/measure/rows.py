"""The rows behind a figure: which thing, which case, when, its value or its yes/no, and whether it counts.

Every kind of KPI first builds such rows and then aggregates them; the drill-down of a figure is the same
table, so it can never disagree with the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.log.said import Said
from workbench.log.sheet import Point, Sheet, as_text
from workbench.measure.context import Context
from workbench.measure.figure import Period
from workbench.messages import Message
from workbench.template.kpis import BaseKPI
from workbench.template.words import Moment

__all__ = ["DAY", "Rows", "Unavailable", "finish", "in_period", "part_of", "when_moment"]

DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Why a figure has no rows at all."""

    reason: Message


@dataclass(frozen=True, slots=True)
class Rows:
    """A sheet with the standard columns r_state, r_value, r_hit, r_weight, r_group, r_part and r_day.

    `r_state` is "in" for rows that count; durations know "open", "never" and "out of order", shares "pending"
    and "unknown". `r_value` is in microseconds, minor units or counts; `r_end` is how long a row was watched.
    `remembered` ones come from those of a whole log (`workbench.measure.keptrows`), of a share added up by case.
    """

    sheet: Sheet
    money: bool = False
    # What is asked of remembered rows for one choice of cases is asked in the same words for the next.
    key: Hashable | None = None

    @property
    def table(self) -> ir.Table:
        return self.sheet.table

    @property
    def remembered(self) -> bool:
        return self.key is not None

    def asking(self, what: Hashable, make: Callable[[ir.Table], ir.Table]) -> ir.Table | Said:
        """What is made of the rows, to be asked of the log; `what` says all that it hangs on besides the rows."""
        if self.key is None:
            return make(self.table)
        return self.sheet.log.alike((self.key, what), lambda: make(self.table))


def when_moment(kpi: BaseKPI, default: Moment | None) -> Moment | None:
    """The moment that puts a row into a period: the KPI's own, else its kind's default."""
    return kpi.when if kpi.when is not None else default


def in_period(sheet: Sheet, point: Point | None, period: Period) -> None:
    """Leave the rows whose moment falls into the period; one without a start takes all up to its end.

    Up to as-of that is all that is known, limits that are still to come included.
    """
    if point is None or (period.start is None and period.end >= sheet.log.as_of):
        return
    if period.start is None:
        sheet.filter(point.day <= ibis.literal(period.end))
        return
    sheet.filter(point.day >= ibis.literal(period.start), point.day <= ibis.literal(period.end))


def finish(
    context: Context,
    kpi: BaseKPI,
    sheet: Sheet,
    *,
    state: ir.Value,
    value: ir.Value,
    hit: ir.Value | None = None,
    end: ir.Value | None = None,
    part: ir.Value | None = None,
    day: ir.Value | None = None,
    money: bool = False,
) -> Rows | Unavailable:
    """Put the standard columns on a sheet."""
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(Message("these rows have no attribute {what}", what=repr(context.by)))
    weight = sheet.column(kpi.weight) if kpi.weight is not None else None
    columns: dict[str, Any] = {
        "r_state": state,
        "r_value": value,
        "r_hit": hit if hit is not None else ibis.null("boolean"),
        "r_end": end if end is not None else ibis.null("int64"),
        "r_weight": weight if weight is not None else ibis.null("int64"),
        "r_group": group,
        "r_part": part if part is not None else part_of(context, sheet, kpi.parts, group),
        "r_day": day if day is not None else ibis.null("date"),
    }
    sheet.table = sheet.table.mutate(**columns)
    return Rows(sheet, money)


def part_of(context: Context, sheet: Sheet, name: str | None, group: ir.Value) -> ir.Value:
    """The part a row belongs to: an attribute's value, the activity that opened it, or the state it was in.

    Values of an attribute that too few cases of the row's group show are one part, "other"; states and activities
    are steps of the process, which tell of nobody.
    """
    if name is None:
        return ibis.literal("")
    stepwise = name == "state"
    if stepwise:
        state = sheet.log.template.pairs[sheet.label[0]].state
        name = state if state is not None and state in sheet.table.columns else "opening_activity"
    if name == "opening_activity":
        column = sheet.table["activity"]
        return ibis.cases(*[(column == code, label) for code, label in enumerate(sheet.log.meta.activities)])
    found = sheet.column(name)
    if found is None:
        return ibis.literal("unknown")
    part = as_text(found)
    return (part if stepwise else context.merged_part(part, name, group)).fill_null("unknown")
