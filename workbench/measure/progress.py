"""Have we got where we wanted? Each KPI with a target: its baseline, its value now, and the target."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.log.frames import as_day, objects, one_value
from workbench.log.prepared import PreparedLog
from workbench.measure.evaluate import figures, of_today
from workbench.measure.figure import Figure
from workbench.measure.periods import baseline_period, now_period
from workbench.measure.targets import aim, target_of
from workbench.template.kpis import Target

__all__ = ["progress_frame"]


def progress_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per KPI with a target (and currency): baseline, now, change, the target in the KPI's unit, met, distance.

    Baseline is the project's, else the first three full months; now is the last three. A relative target is
    turned into a value by the baseline; `met` is None where either is missing.
    """
    targets = {
        kpi.id: found for kpi in log.template.kpis.values() if (found := target_of(log, kpi)) is not None
    }
    unknown = set(log.meta.settings.targets) - set(log.template.kpis)
    if unknown:
        log.template.kpi(min(unknown))
    first = as_day(one_value(log.frame(log.cases.aggregate(first=log.cases["start_day"].min()))))
    if first is None or not targets:
        return pd.DataFrame(columns=_COLUMNS)
    periods = {
        "baseline": baseline_period(log.meta.settings.baseline, first),
        "now": now_period(log.as_of),
    }
    values = {
        name: {(figure.id, figure.currency): figure for figure in figures(log, list(targets), period=period)}
        for name, period in periods.items()
    }
    # What only the as-of day tells is now what it is then.
    today = [name for name in targets if of_today(log.template.kpi(name))]
    values["now"] |= {(figure.id, figure.currency): figure for figure in figures(log, today)}
    keys = list(dict.fromkeys([*values["baseline"], *values["now"]]))
    rows = [
        _line(log, key, targets[key[0]], values["baseline"].get(key), values["now"].get(key)) for key in keys
    ]
    return pd.DataFrame(rows, columns=_COLUMNS).assign(reason=objects(row["reason"] for row in rows))


_COLUMNS = [
    "id",
    "name",
    "unit",
    "currency",
    "baseline",
    "now",
    "change",
    "target_low",
    "target_high",
    "met",
    "distance",
    "reason",
]


def _line(
    log: PreparedLog, key: tuple[str, str | None], target: Target, before: Figure | None, now: Figure | None
) -> dict[str, Any]:
    kpi = log.template.kpi(key[0])
    base = None if before is None else before.value
    value = None if now is None else now.value
    held = aim(kpi, target, value, base)
    reason = next((figure.reason for figure in (now, before) if figure is not None and figure.reason), None)
    return {
        "id": kpi.id,
        "name": kpi.name.en,
        "unit": kpi.unit,
        "currency": key[1],
        "baseline": base,
        "now": value,
        "change": None if base is None or value is None else value - base,
        "target_low": held.low,
        "target_high": held.high,
        "met": held.met,
        "distance": held.distance,
        "reason": reason,
    }
