"""One KPI looked at closely: over time by a field, value by value, and in two populations held against each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.draw.axis import Measure
from workbench.draw.charts import lines
from workbench.draw.prose import notice
from workbench.draw.table import Column, table
from workbench.draw.view import View
from workbench.errors import WorkbenchError, unknown_name
from workbench.log.frames import objects
from workbench.measure import Figure, case_attributes, figures, trend_frame
from workbench.measure.compare import baseline_and_now, before_and_after, compare_frame, two_segments
from workbench.measure.trend import Every
from workbench.messages import Message
from workbench.pages.base import Page
from workbench.pages.compared import compared

__all__ = ["EVERY", "Question", "breakdowns", "group_name", "question_of", "steps"]

EVERY: dict[Every, Message] = {
    "week": Message("week by week"),
    "month": Message("month by month"),
    "quarter": Message("quarter by quarter"),
    "year": Message("year by year"),
}
_KINDS: dict[str, Measure] = {"days": "days", "ratio": "percent", "money": "money", "money_per_day": "money"}
# So many lines can be told apart in one chart.
_LINES = 6
_GROUPS = 40
_TYPES = ("cat", "bool")


@dataclass(frozen=True)
class Question:
    """What is asked of one KPI: a field (none: all together), periods and how far back, and two populations.

    Compared are what came before `since` and after it; else the values `first` and `second` of the field; else the
    project's baseline and now.
    """

    kpi: str
    by: str | None = None
    every: Every = "month"
    months: int = 24
    since: date | None = None
    first: str = ""
    second: str = ""


def breakdowns(page: Page) -> list[str]:
    """The fields by which a KPI can be broken down: categories and yes or no, and who did it."""
    currency, meta = page.template.case.currency, page.prepared.meta
    names = [own.name for own in meta.attributes if own.type in _TYPES and own.name != currency]
    people = page.template.case.resource
    return list(dict.fromkeys([*names, *([people] if people and "resource" in meta.filled else [])]))


def question_of(page: Page, kpi: str, by: str, **asked: Any) -> Question:
    """The question, its gap filled: the field by which parts of the log are told apart best; "-" asks for none.

    Raises WorkbenchError for a KPI, a field or a period that there is not.
    """
    page.template.kpi(kpi)
    known = breakdowns(page)
    if by and by != "-" and by not in known:
        raise unknown_name("attribute", by, [*known, "-"], where="by")
    if asked["every"] not in EVERY:
        raise unknown_name("period", asked["every"], EVERY, where="every")
    best = [name for name in case_attributes(page.prepared) if name in known]
    return Question(kpi, None if by == "-" else by or next(iter(best), None), **asked)


def steps(page: Page, asked: Question) -> list[tuple[str, Callable[[], View]]]:
    """What is worked out one after the other, each with what a reader who waits is told."""
    return [
        (page.say("The course of the KPI …"), lambda: _course(page, asked)),
        (page.say("Part by part …"), lambda: _parts(page, asked)),
        (page.say("Two populations …"), lambda: _populations(page, asked)),
    ]


# ------------------------------------------------------------------ over time
def _course(page: Page, asked: Question) -> View:
    frame = trend_frame(page.prepared, [asked.kpi], months=asked.months, by=asked.by, every=asked.every)
    if asked.by is None:
        frame = frame.assign(group=objects(None for _ in range(len(frame))))
    parts = []
    for currency in dict.fromkeys(None if pd.isna(code) else str(code) for code in frame["currency"]):
        own = frame[frame["currency"].isna() if currency is None else frame["currency"] == currency]
        if own["value"].notna().any():
            parts.append(_chart(page, asked, own, currency))
    if parts:
        return page.view("course", "", Markup("").join(parts), frame)
    reasons = [page.reason(reason) for reason in frame["reason"] if isinstance(reason, Message)]
    said = page.say("{kpi} has no value in these periods", kpi=page.kpi_name(asked.kpi))
    if reasons:
        said = page.say("{what}: {reason}", what=said, reason=reasons[-1])
    return page.view("course", "", notice(said, "note"), frame)


def _chart(page: Page, asked: Question, own: pd.DataFrame, currency: str | None) -> Markup:
    own = own.assign(key=[_key(group) for group in own["group"]])
    named = {_key(group): group_name(page, asked.by, group) for group in own["group"]}
    sizes = own[own["value"].notna()].groupby("key")["n"].sum().sort_values(ascending=False, kind="stable")
    kept = [str(key) for key in sizes.index[:_LINES]]
    shown = own[own["key"].isin(kept)]
    parted = asked.by is not None
    return lines(
        shown,
        "month",
        "value",
        page.speech,
        title=_finding(page, asked, shown, named, currency),
        description=_about(page, asked, len(sizes), len(kept)),
        kind=_KINDS.get(page.template.kpi(asked.kpi).unit, "number"),
        currency=currency or _only(page),
        series="key" if parted else None,
        series_labels={key: named[key] for key in kept} if parted else None,
        x_label=page.say("Period from"),
        y_label=page.kpi_name(asked.kpi),
    )


def _finding(
    page: Page, asked: Question, shown: pd.DataFrame, named: dict[str, str], currency: str | None
) -> str:
    """What the chart shows, in a sentence: who is highest and lowest now, or where it began and where it is."""
    known = shown[shown["value"].notna()]
    kpi, unit = page.kpi_name(asked.kpi), page.template.kpi(asked.kpi).unit

    def said(row: Any) -> str:
        return page.speech.figure(float(row["value"]), unit, currency or _only(page))

    last = known[known["month"] == known["month"].max()]
    now = _period(page, asked.every, last["month"].iloc[0])
    # Nothing ranks people.
    if asked.by is not None and asked.by == page.template.case.resource:
        return page.say("{kpi} by {field}", kpi=kpi, field=page.attribute(asked.by))
    if asked.by is not None and len(last) > 1:
        high, low = last.loc[last["value"].idxmax()], last.loc[last["value"].idxmin()]
        if said(high) == said(low):
            return page.say("{kpi}, {period}: {value} in every group", kpi=kpi, period=now, value=said(high))
        return page.say(
            "{kpi}, {period}: highest for {high} ({most}), lowest for {low} ({least})",
            kpi=kpi,
            period=now,
            high=named[high["key"]],
            most=said(high),
            low=named[low["key"]],
            least=said(low),
        )
    first = known.sort_values("month", kind="stable").iloc[0]
    return page.say(
        "{kpi}: {before} ({start}), then {value} ({end})",
        kpi=kpi,
        before=said(first),
        start=_period(page, asked.every, first["month"]),
        value=said(last.iloc[0]),
        end=now,
    )


def _period(page: Page, every: Every, first: date) -> str:
    """A period by its name: a month, a quarter, a year, the week that begins on a day."""
    if every == "week":
        return page.say("week of {day}", day=page.speech.day(first))
    if every == "year":
        return str(first.year)
    return page.speech.month(first) if every == "month" else page.speech.quarter(first)


def _about(page: Page, asked: Question, found: int, kept: int) -> str:
    every = page.say(EVERY[asked.every])
    if asked.by is None:
        return page.say("All together, {every}; a period without a value is a gap.", every=every)
    field = page.attribute(asked.by)
    if found > kept:
        return page.say(
            "By {field}, {every}: the {n} largest of {all} groups; groups too small to be shown by name are one.",
            field=field,
            every=every,
            n=kept,
            all=found,
        )
    return page.say(
        "By {field}, {every}; groups too small to be shown by name are one.", field=field, every=every
    )


# ------------------------------------------------------------------ part by part
def _parts(page: Page, asked: Question) -> View:
    """The KPI in its own period, in all and for each value of the field."""
    whole = figures(page.prepared, [asked.kpi])
    split = [] if asked.by is None else figures(page.prepared, [asked.kpi], by=asked.by)
    split = [figure for figure in split if figure.n or figure.value is not None]
    split.sort(key=lambda figure: (figure.group is None, figure.merged, -figure.n))
    found = [*whole, *split]
    labels = [page.say("All together")] * len(whole)
    labels += [group_name(page, asked.by, figure.group) for figure in split]
    frame = pd.DataFrame(
        {
            "group": objects(labels),
            "value": pd.Series([figure.value for figure in found], dtype="float64"),
            "median": pd.Series([_median(figure) for figure in found], dtype="float64"),
            "unit": [figure.unit for figure in found],
            "currency": objects(figure.currency or _only(page) for figure in found),
            "n": [figure.n for figure in found],
            "pending": [figure.pending for figure in found],
            "because": objects(page.reason(figure.reason) or None for figure in found),
        }
    )
    columns = [
        Column("group", page.say("Part") if asked.by is None else page.attribute(asked.by), "strong"),
        Column("value", page.kpi_name(asked.kpi), "figure", currency="currency"),
        Column("median", page.say("Median"), "figure", currency="currency", optional=True),
        Column("n", page.say("Rows behind it"), "number"),
        Column("pending", page.say("Not yet decided"), "number"),
        Column("because", page.say("Reason where there is no value"), optional=True),
    ]
    return page.view("parts", "", table(frame, columns, page.speech, limit=_GROUPS), frame)


def _median(figure: Figure) -> float | None:
    median = figure.stats.get("median")
    return None if median is None or median == figure.value else float(median)


# ------------------------------------------------------------------ two populations
def _populations(page: Page, asked: Question) -> View:
    """Before and after, two values of the field, or baseline and now, with how sure the difference is."""
    log = page.prepared
    if asked.since is not None:
        pair = before_and_after(log, asked.since)
        day = page.speech.day(asked.since)
        names = (page.say("Before {day}", day=day), page.say("From {day} on", day=day))
    elif asked.first or asked.second:
        if asked.by is None:
            raise WorkbenchError(
                Message("Two values are compared of a field, and none is chosen"),
                where="by",
                remedy=Message("Choose a field"),
            )
        pair = two_segments(log, asked.by, [asked.first, asked.second])
        names = (group_name(page, asked.by, asked.first), group_name(page, asked.by, asked.second))
    else:
        pair, names = baseline_and_now(log), (page.say("Baseline"), page.say("Now"))
    frame = compare_frame(*pair, [asked.kpi])
    title = page.say("{first} against {second}", first=names[0], second=names[1])
    body = Markup("<h3>{}</h3>{}").format(title, compared(page, frame, *names))
    return page.view("populations", "", body, frame)


# ------------------------------------------------------------------ in words
def _only(page: Page) -> str | None:
    currencies: Sequence[str] = page.prepared.meta.currencies
    return currencies[0] if len(currencies) == 1 else page.prepared.meta.settings.currency


def _key(group: Any) -> str:
    """What tells groups apart: one merged of small ones is no value, and neither is having none."""
    if group is None or pd.isna(group):
        return "missing"
    return "merged" if isinstance(group, Message) else f"value {group}"


def group_name(page: Page, by: str | None, group: Any) -> str:
    """A value of the field as a reader calls it; yes and no in words, small groups together, none at all."""
    if group is None or pd.isna(group):
        return page.say("not known")
    if isinstance(group, Message):
        return page.say("all others")
    known = None if by is None else page.prepared.meta.attribute(by)
    if known is not None and known.type == "bool":
        return page.speech.yes_no(str(group).lower() == "true")
    return str(group)
