"""The funnel by cohort: of the cases that began in a month, how many reached each stage, and how fast."""

from __future__ import annotations

import ibis
import pandas as pd

from workbench.log.conditions import keep_where
from workbench.log.frames import as_day, objects
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import sheet_of
from workbench.measure.rows import DAY
from workbench.measure.stages import stage_rows, stages_of
from workbench.template.kpis import ShareKPI

__all__ = ["funnel_frame"]

_COLUMNS = [
    "cohort", "stage", "cases", "reached", "moved", "open", "share", "low", "high", "median_days"
]  # fmt: skip


def funnel_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per month in which cases began and stage, the last stage left out; and one for all months together.

    Columns cohort (first day of the month; None for all), stage (an activity, or the value of the attribute that
    names stages), cases (that began in the month), reached, moved (on to any stage beyond), open (still in it),
    share = moved ÷ (reached − open), low and high (if every open case stopped there, if every one went on),
    median_days (from the stage to the first one beyond, of those that moved). The stages and the moment that a case
    begins are those of the template's funnel KPI. Empty where it has none.
    """
    funnels = [kpi for kpi in log.template.kpis.values() if isinstance(kpi, ShareKPI) and kpi.stages]
    if not funnels:
        return pd.DataFrame(columns=_COLUMNS)
    kpi = funnels[0]
    stages = stages_of(log, kpi.stages)
    sheet = sheet_of(log, kpi.of, kpi, include_neutral=kpi.include_neutral)
    assert sheet is not None
    keep_where(sheet, kpi.where)
    began = sheet.point(kpi.when if kpi.when is not None else "started")
    first = ibis.coalesce(began.day, sheet.table["start_day"])
    sheet.table = sheet.table.mutate(cohort=first.truncate("M"))
    cases = sheet.table
    sizes = log.frame(cases.group_by("cohort").aggregate(cases=cases.count()))
    rows = stage_rows(sheet, kpi.stages, stages)
    rows = rows.mutate(days=rows["went"].delta(rows["reached"], unit="microsecond").cast("float64") / DAY)
    kept = log.engine.keep(rows.select("cohort", "stage", "moved", "waits", "days"), "funnel")
    sums = {
        "reached": kept.count(),
        "moved": kept["moved"].sum(),
        "open": kept["waits"].sum(),
        "median_days": kept["days"].quantile(0.5, where=kept["moved"]),
    }
    months = log.frame(kept.group_by("cohort", "stage").aggregate(**sums))
    whole = log.frame(kept.group_by("stage").aggregate(**sums))
    log.engine.drop(kept)
    sizes = sizes[sizes["cohort"].notna()]
    months = months[months["cohort"].notna()].merge(sizes, on="cohort")
    whole = whole.assign(cases=int(sizes["cases"].sum()), cohort=None)
    frame = pd.concat([whole, months], ignore_index=True) if len(months) else whole
    frame["cohort"] = objects(as_day(day) for day in frame["cohort"])
    places = {stage: place for place, stage in enumerate(stages)}
    frame["place"] = [places[str(stage)] for stage in frame["stage"]]
    frame["when"] = ["" if day is None else day.isoformat() for day in frame["cohort"]]
    frame = frame.sort_values(["when", "place"], ignore_index=True)
    for name in ("cases", "reached", "moved", "open"):
        frame[name] = frame[name].astype("int64")
    decided = frame["reached"] - frame["open"]
    frame["share"] = (frame["moved"] / decided).where(decided > 0)
    frame["low"] = frame["moved"] / frame["reached"]
    frame["high"] = (frame["moved"] + frame["open"]) / frame["reached"]
    frame["median_days"] = frame["median_days"].astype("float64")
    return frame[_COLUMNS]
