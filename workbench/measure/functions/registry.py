"""The few KPIs that no words can say, as named functions; templates name them, nothing else runs.

A function has two halves that look at the same rows: `rows` builds the table, `figures` aggregates it, so that
the drill-down of such a figure cannot disagree with it either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from workbench.errors import unknown_name
from workbench.measure.context import Context
from workbench.measure.figure import Figure, Period
from workbench.measure.rows import Unavailable
from workbench.messages import Message
from workbench.template.kpis import FunctionKPI

__all__ = [
    "Answer",
    "function_figures",
    "function_rows",
    "function_texts",
    "is_of_today",
    "named_by",
    "register",
]

Answer = list[Figure] | Unavailable
Table = ir.Table | pd.DataFrame | Unavailable


@dataclass(frozen=True, slots=True)
class _Function:
    rows: Callable[[Context, FunctionKPI, Period], Any]
    figures: Callable[[Context, FunctionKPI, Period], Answer]
    of_today: bool = False


_registry: dict[str, _Function] = {}


def register(
    name: str,
    *,
    rows: Callable[[Context, FunctionKPI, Period], Any],
    figures: Callable[[Context, FunctionKPI, Period], Answer],
    of_today: bool = False,
) -> None:
    """Make a function nameable in templates: `function = "name"`.

    `of_today` says that it answers from what is open at as-of, and so for no earlier day.
    """
    _registry[name] = _Function(rows, figures, of_today)


def _named(kpi: FunctionKPI) -> _Function:
    if kpi.function not in _registry:
        raise unknown_name("KPI function", kpi.function, _registry, where=Message("KPI {id}", id=kpi.id))
    return _registry[kpi.function]


def function_figures(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """The figures of a KPI that names a function."""
    return _named(kpi).figures(context, kpi, period)


def function_rows(context: Context, kpi: FunctionKPI, period: Period) -> pd.DataFrame | Unavailable:
    """The rows behind them; an `amount` column is money in minor units of `case_currency`."""
    found = _named(kpi).rows(context, kpi, period)
    return context.log.frame(found) if isinstance(found, ir.Table) else found


def named_by(kpi: FunctionKPI) -> Callable[[Context, FunctionKPI, Period], Answer]:
    """The function that a KPI names, for analyses that explain its figure further."""
    return _named(kpi).figures


def is_of_today(kpi: FunctionKPI) -> bool:
    """Whether the function that a KPI names answers for the as-of day only."""
    return _named(kpi).of_today


def function_texts() -> dict[str, str]:
    """What each function of the program says of itself; an analyst's own is not among them."""
    own = {
        name: found.figures
        for name, found in _registry.items()
        if found.figures.__module__.startswith("workbench.")
    }
    return {name: function.__doc__ or "" for name, function in own.items()}
