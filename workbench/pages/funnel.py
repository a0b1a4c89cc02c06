"""The funnel drawn: how many reach each stage and go on, over all months and for each month of creation."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from workbench.draw.charts import bars
from workbench.draw.prose import details
from workbench.draw.table import Column, table
from workbench.measure import funnel_frame
from workbench.pages.base import Page

__all__ = ["funnel_drawn"]

_MONTHS = 24


def funnel_drawn(page: Page) -> Markup:
    """The rows of `funnel_frame` as a chart, a table of the stages, and the cohorts folded below."""
    frame = funnel_frame(page.prepared)
    if frame.empty:
        return Markup("")
    whole = frame[[month is None for month in frame["cohort"]]]
    names = {str(stage): page.activity(str(stage)) for stage in whole["stage"]}
    shown = whole.assign(label=[names[str(stage)] for stage in whole["stage"]])
    chart = bars(
        shown,
        "label",
        "reached",
        page.speech,
        title=_narrowest(page, whole),
        description=page.say("Cases that reached each stage, of all {n}.", n=int(whole["cases"].iloc[0])),
        horizontal=True,
        x_label=page.say("Stage"),
        y_label=page.say("Reached"),
    )
    return chart + _stages(page, shown) + _cohorts(page, frame, names)


def _narrowest(page: Page, whole: pd.DataFrame) -> str:
    known = whole[whole["share"].notna()]
    if known.empty:
        return page.say("No case has gone on from a stage or ended there")
    worst = known.sort_values("share", kind="stable").iloc[0]
    return page.say(
        "Narrowest stage: {stage}, {share} go on",
        stage=page.activity(str(worst["stage"])),
        share=page.speech.percent(float(worst["share"])),
    )


def _stages(page: Page, shown: pd.DataFrame) -> Markup:
    columns = [
        Column("label", page.say("Stage")),
        Column("reached", page.say("Reached"), "number"),
        Column("moved", page.say("Went on"), "number"),
        Column("open", page.say("Still in it"), "number"),
        Column("share", page.say("Share that goes on"), "bar"),
        Column("low", page.say("At least"), "percent"),
        Column("high", page.say("At most"), "percent"),
        Column("median_days", page.say("Median days to the next stage"), "days"),
    ]
    return table(shown, columns, page.speech, limit=None)


def _cohorts(page: Page, frame: pd.DataFrame, names: dict[str, str]) -> Markup:
    """A row per month of creation, the last ones first: the share that goes on from each stage, the open apart."""
    months = sorted({month for month in frame["cohort"] if month is not None}, reverse=True)
    if not months:
        return Markup("")
    rows = {(row["cohort"], str(row["stage"])): row for row in frame.to_dict("records")}
    shown = pd.DataFrame({"cohort": months})
    shown["cases"] = [
        next(row["cases"] for (day, _), row in rows.items() if day == month) for month in months
    ]
    columns = [
        Column("cohort", page.say("Created in"), "month"),
        Column("cases", page.say("Cases"), "number"),
    ]
    for place, (stage, name) in enumerate(names.items()):
        found = [rows.get((month, stage)) for month in months]
        shown[f"share_{place}"] = pd.Series(
            [None if row is None else row["share"] for row in found], dtype="float64"
        )
        shown[f"open_{place}"] = [
            page.say("{n} still in it", n=int(row["open"])) if row is not None and row["open"] else ""
            for row in found
        ]
        columns.append(Column(f"share_{place}", name, "percent", beneath=f"open_{place}"))
    folded = table(shown, columns, page.speech, limit=_MONTHS)
    return details(page.say("Share that goes on, by month of creation"), folded)
