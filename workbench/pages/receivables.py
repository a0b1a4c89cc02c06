"""Where the days of sales stand: DSO explained by process, its course, its segments, and receivables side by side."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.draw.charts import stacked
from workbench.draw.prose import details, notice
from workbench.draw.table import Column, table
from workbench.draw.view import View
from workbench.draw.waterfall import waterfall
from workbench.draw.words import is_missing
from workbench.measure import case_attributes
from workbench.measure.receivables import dso_explained_frame, receivables_frame
from workbench.pages.base import Page

__all__ = ["receivables"]


def receivables(page: Page) -> View:
    """DSO by what the money waits for: now, month by month, by segment; below, all month ends beside each other."""
    log = page.prepared
    now = dso_explained_frame(log)
    now = now[now["days"].notna()].reset_index(
        drop=True
    )  # a currency without sales in the window has no days
    if now.empty:
        said = page.say(
            "This log has no receivables with due dates and sales from which days of sales could be told."
        )
        return page.view("receivables", page.say("DSO by process"), notice(said, "note"))
    course = dso_explained_frame(log, every="month")
    parts = []
    own_currency = log.meta.settings.currency
    now = now.sort_values("currency", key=lambda column: column != own_currency, kind="stable")
    for currency in dict.fromkeys(now["currency"]):
        own = now[now["currency"] == currency]
        parts.append(_now(page, own, currency))
        parts.append(_course(page, course[course["currency"] == currency]))
    parts.append(_segments(page))
    parts.append(_beside(page, receivables_frame(log)))
    return page.view("receivables", _headline(page, now), Markup("").join(parts), now)


def _headline(page: Page, frame: pd.DataFrame) -> str:
    """How many days of sales stand open, and how many of them after the due date; of the first currency alone."""
    own = frame[frame["currency"] == frame["currency"].iloc[0]]
    late = own["past_due"].fillna(False).astype(bool)
    return page.say(
        "{days} of sales stand open, {late} of them after the due date",
        days=page.speech.figure(float(own["days"].sum()), "days"),
        late=page.speech.figure(float(own.loc[late, "days"].sum()), "days"),
    )


def _names(page: Page) -> dict[str, str]:
    """The phases as a reader says them."""
    declared = (phase for ledger in page.template.ledgers.values() for phase in ledger.phases)
    return {**{phase.id: page.say(phase.name) for phase in declared}, "unknown": page.say("no due date")}


def _now(page: Page, own: pd.DataFrame, currency: str) -> Markup:
    late = own["past_due"].fillna(False).astype(bool)
    held = Column("balance", page.say("Money held on average"), "money", currency=currency, exact=True)
    columns = [Column("share", page.say("Share"), "percent"), held]
    if own["capital_cost"].notna().any():
        cost = page.say("Cost of capital in the period")
        columns.append(Column("capital_cost", cost, "money", currency=currency, exact=True))
    return waterfall(
        own,
        "phase",
        "days",
        page.speech,
        title=_worst(page, own[late]),
        description=page.say(
            "Days of sales by what the money waited for, {first} to {last}.",
            first=page.speech.day(own["from"].iloc[0]),
            last=page.speech.day(own["to"].iloc[0]),
        ),
        labels=_names(page),
        whole=page.say("DSO, balance-days"),
        kind="days",
        highlight=own.loc[late, "phase"].tolist(),
        x_label=page.say("Phase"),
        y_label=page.say("Days of sales"),
        columns=columns,
    )


def _worst(page: Page, late: pd.DataFrame) -> str:
    """In which phase after the due date most days are lost, and how much money stands there."""
    first = late.sort_values(["days", "phase"], ascending=[False, True]).head(1)
    if first.empty or not float(first["days"].iloc[0]):
        return page.say("Nothing stands open after its due date")
    return page.say(
        "After the due date most days go by in: {phase}, {days}, {money} on average",
        phase=_names(page)[first["phase"].iloc[0]],
        days=page.speech.figure(float(first["days"].iloc[0]), "days"),
        money=page.speech.figure(float(first["balance"].iloc[0]), "money", first["currency"].iloc[0]),
    )


def _course(page: Page, course: pd.DataFrame) -> Markup:
    wholes = course.groupby("to", sort=False)["days"].sum(min_count=1).dropna()
    if len(wholes) < 2:
        return Markup("")
    names = _names(page)
    shown = course[course["phase"].isin(course.loc[course["days"].fillna(0) > 0, "phase"])]
    return stacked(
        shown,
        "to",
        "days",
        "phase",
        page.speech,
        title=page.say(
            "From {before} in {then} to {after} in {now}",
            before=page.speech.figure(float(wholes.iloc[0]), "days"),
            then=page.speech.month(wholes.index[0]),
            after=page.speech.figure(float(wholes.iloc[-1]), "days"),
            now=page.speech.month(wholes.index[-1]),
        ),
        description=page.say("Days of sales over the last three full months, at each month end, by phase."),
        series_labels={name: names[name] for name in dict.fromkeys(shown["phase"])},
        kind="days",
        ordered=False,
    )


def _segments(page: Page) -> Markup:
    """The phases of each part of the log, by the field that most cases have."""
    found = case_attributes(page.prepared)
    if not found:
        return Markup("")
    frame = dso_explained_frame(page.prepared, by=found[0])
    names = _names(page)
    lines = []
    for _, own in frame.groupby(["group", "currency"], sort=False, dropna=False):
        group, currency = own["group"].iloc[0], own["currency"].iloc[0]
        line: dict[str, Any] = dict(zip(own["phase"], own["days"], strict=True))
        late = own["past_due"].fillna(False).astype(bool)
        lines.append(
            {
                "group": page.say("not said") if is_missing(group) else group,
                "currency": currency,
                "whole": own["days"].sum(min_count=1),
                "contribution": own["days_of_total"].sum(min_count=1),
                "late_money": own.loc[late, "balance"].sum(),
                **line,
            }
        )
    shown = pd.DataFrame(lines).sort_values("contribution", ascending=False)
    phases = [name for name in dict.fromkeys(frame["phase"]) if shown[name].fillna(0).gt(0).any()]
    columns = [
        Column("group", page.attribute(found[0])),
        Column("whole", page.say("DSO, balance-days"), "days"),
        *(Column(name, names[name], "days") for name in phases),
        Column("contribution", page.say("Part of the DSO of all"), "days"),
        Column("late_money", page.say("Money held past due on average"), "money", currency="currency"),
    ]
    return details(page.say("By {field}", field=page.attribute(found[0])), table(shown, columns, page.speech))


def _beside(page: Page, frame: pd.DataFrame) -> Markup:
    """Every month end with its receivables and the figures that rest on them, the last one first."""
    if frame.empty:
        return Markup("")
    parts = []
    for name, own in frame.groupby("ledger", sort=False):
        ledger = page.template.ledgers[str(name)]
        columns = [
            Column("month", page.say("Month"), "month"),
            Column("receivables", page.say("Open balance"), "money", currency="currency"),
            Column("past_due", page.say("Past due"), "percent"),
            *(
                Column(
                    kpi, page.kpi_name(kpi), "figure", unit=page.template.kpi(kpi).unit, currency="currency"
                )
                for kpi in ledger.figures
                if own[kpi].notna().any()
            ),
        ]
        parts.append(table(own.iloc[::-1], columns, page.speech, limit=None))
    return details(page.say("Receivables month by month"), Markup("").join(parts))
