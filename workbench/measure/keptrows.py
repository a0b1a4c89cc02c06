"""The rows behind a figure, worked out once of a whole log for whoever looks at one choice of its cases after another.

Most rows hang on their own case alone. Those of a choice are then those of the whole log whose case was chosen, and
all that is left to do for a choice is to add them up: half the work for the cards of a million events. What shares are
told from is added up by case already, however many events a case has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.log.prepared import PreparedLog
from workbench.log.reaching import Reaching
from workbench.log.sheet import Sheet
from workbench.measure.context import Context
from workbench.measure.durations import with_working_days
from workbench.measure.figure import Period
from workbench.measure.rows import Rows, Unavailable
from workbench.measure.shares import tally
from workbench.template.base import Declared, mentioned
from workbench.template.kpis import BaseKPI, DurationKPI, ShareKPI

__all__ = ["kept_rows", "remembered"]

_COLUMNS = (
    "case_key", "case_currency", "r_state", "r_value", "r_hit", "r_weight", "r_group", "r_part", "r_day", "r_end",
    "r_begun", "r_over", "r_worked",
)  # fmt: skip
Build = Callable[[Context, Any, Period], Rows | Unavailable]


@dataclass(frozen=True, slots=True)
class _Kept:
    """Rows of the whole log as the engine holds them, and what a sheet of them has to say of itself."""

    table: ir.Table
    noun: str
    label: tuple[str, ...]
    money: bool


def kept_rows(context: Context, kpi: BaseKPI, period: Period, build: Build) -> Rows | Unavailable | None:
    """The rows of a KPI as `build` makes them, from those of the whole log; None where that is not remembered.

    Nor is it where a row hangs on more than its case, or on who asks: on other cases, on tables beside the log, on
    groups that are merged where they are small.
    """
    log = context.log
    memory = log.memory
    if memory is None or log.narrowing is None or log.narrowing is memory.log.narrowing:
        return None
    found = remembered(context, kpi, period, build)
    if not isinstance(found, _Kept):
        return found
    sheet = Sheet(log, found.noun, partial(log.narrowing, found.table), found.label)
    return Rows(sheet, found.money, (kpi, period))


def remembered(context: Context, kpi: BaseKPI, period: Period, build: Build) -> _Kept | Unavailable | None:
    """The rows of the whole log for any choice of its cases, worked out when they are asked for first."""
    memory = context.log.memory
    if memory is None or context.by is not None or not _of_its_case(context.log, kpi):
        return None
    key = ("rows", kpi, period)
    if key not in memory.kept:
        memory.kept[key] = _worked_out(memory.log, kpi, period, build)
    found: _Kept | Unavailable | None = memory.kept[key]
    return found


def _worked_out(log: PreparedLog, kpi: BaseKPI, period: Period, build: Build) -> _Kept | Unavailable | None:
    rows = build(Context(log), kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    if "case_key" not in rows.table.columns:
        return None
    table = log.engine.set_aside(_to_be_kept(log, kpi, rows.table), "rows")
    return _Kept(table, rows.sheet.noun, rows.sheet.label, rows.money)


def _to_be_kept(log: PreparedLog, kpi: BaseKPI, rows: ir.Table) -> ir.Table:
    if isinstance(kpi, ShareKPI):
        return tally(kpi, rows, ["case_key", "case_currency", "r_group", "r_part"])
    if isinstance(kpi, DurationKPI):  # in their order, in which fractions are added up
        rows = with_working_days(log, rows.mutate(r_place=ibis.row_number())).order_by("r_place")
    return rows.select(*[name for name in _COLUMNS if name in rows.columns])


def _of_its_case(log: PreparedLog, kpi: BaseKPI) -> bool:
    if kpi.parts is not None or (isinstance(kpi, ShareKPI) and kpi.stages):
        return False
    beside = {name for key, table in log.template.tables.items() for name in (key, *table.gives)}
    return not beside & mentioned(kpi) and not _reaches(kpi)


def _reaches(entry: Any) -> bool:
    """Whether a test somewhere inside an entry looks beyond the case."""
    if isinstance(entry, list | tuple):
        return any(map(_reaches, entry))
    if not isinstance(entry, Declared):
        return False
    return isinstance(entry, Reaching) or any(
        _reaches(getattr(entry, name)) for name in type(entry).model_fields
    )
