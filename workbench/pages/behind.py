"""What stands behind a figure, folded away: its definition, period, filter, rows, target, rules, and how it spreads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
from markupsafe import Markup

from workbench.draw.prose import details, entries
from workbench.draw.table import Column, table
from workbench.log.frames import objects
from workbench.measure import Figure
from workbench.measure.explain import END
from workbench.measure.reference import DIRECTIONS, MOMENTS
from workbench.messages import Message, either
from workbench.pages.base import Page
from workbench.pages.cards import said_bounds, said_period

__all__ = ["all_kpis", "behind"]

# What a figure says of its rows one by one, and the same in working days.
_SPREAD = {
    "mean": Message("Mean"),
    "median": Message("Median"),
    "p90": Message("P90"),
    "weighted_mean": Message("Mean, weighted by amount"),
}
_CHECKS = {
    True: Message("reconciled with what the data says itself"),
    False: Message("does not agree with what the data says itself"),
    None: Message("not reconciled"),
}


def behind(page: Page, figure: Figure) -> Markup:
    """All that a reader needs in order to trust a figure, or to know why there is none."""
    return entries(_entries(page, figure))


def all_kpis(page: Page, found: Sequence[Figure]) -> Markup:
    """Every KPI of the process and of the project in a table; its name opens what stands behind it."""
    frame = pd.DataFrame(
        {
            "id": [figure.id for figure in found],
            "name": objects(details(page.kpi_name(figure.id), behind(page, figure)) for figure in found),
            "value": pd.Series([figure.value for figure in found], dtype="float64"),
            "unit": [figure.unit for figure in found],
            "currency": [figure.currency for figure in found],
            "n": [figure.n for figure in found],
            "pending": [figure.pending for figure in found],
            "unknown": [figure.unknown for figure in found],
            "period": [said_period(page, figure) for figure in found],
            "reason": [page.reason(figure.reason) for figure in found],
        }
    )
    columns = [
        Column("id", page.say("Id"), "code"),
        Column("name", page.say("KPI"), "html", width="24em"),
        Column("value", page.say("Value"), "figure", currency="currency"),
        Column("n", page.say("Rows behind it"), "number"),
        Column("pending", page.say("Not yet decided"), "number"),
        Column("unknown", page.say("Unknown"), "number"),
        Column("period", page.say("Period")),
        Column("reason", page.say("Reason where there is no value")),
    ]
    return table(frame, columns, page.speech, limit=None)


def _entries(page: Page, figure: Figure) -> Iterator[tuple[str, str]]:
    kpi = page.template.kpi(figure.id)
    yield page.say("Id"), figure.id
    yield page.say("What it says"), page.say(figure.definition or kpi.note)
    if figure.reason is not None:
        yield page.say("Why there is no value"), page.reason(figure.reason)
    if figure.when is not None:
        yield page.say("Counts in the period of"), _moment(page, figure.when)
    yield page.say("Period"), said_period(page, figure)
    yield page.say("Filter"), _filter(page, figure)
    yield page.say("Rows behind it"), page.speech.number(figure.n)
    yield page.say("Not yet decided"), page.speech.number(figure.pending)
    yield page.say("Unknown"), page.speech.number(figure.unknown)
    yield from _spread(page, figure)
    if figure.good is not None:
        yield page.say("Direction"), page.say(DIRECTIONS[figure.good])
    yield page.say("Target"), _target(page, figure)
    if figure.rules:
        yield page.say("Rules counted"), page.speech.listing([_rule(page, name) for name in figure.rules])
    for name, reason in figure.left_out.items():
        yield (
            page.say("Rule left out"),
            page.say("{rule}: {reason}", rule=_rule(page, name), reason=page.reason(reason)),
        )
    if "reconciled" in figure.stats:
        check = _CHECKS[figure.stats["reconciled"]]
        yield page.say("Balance"), page.say(check)


def _rule(page: Page, name: str) -> str:
    return f"{name} {page.rule_name(name)}"


def _filter(page: Page, figure: Figure) -> str:
    if not figure.filter:
        return page.say("none, the whole log")
    return page.speech.listing([page.reason(said) for said in figure.filter])


def _moment(page: Page, when: str) -> str:
    """The moment that puts a row into the period: an activity, a date, the end of the case or of the period."""
    if when == END:
        return page.say("end of the period")
    names = when.removeprefix("first of ").split(" or ")
    return page.say(either([_named(page, name) for name in names]))


def _named(page: Page, name: str) -> str:
    if name in MOMENTS:
        return page.say(MOMENTS[name])
    last = name.removeprefix("last ")
    return page.known(name) if last == name else page.say("last {activity}", activity=page.known(last))


def _spread(page: Page, figure: Figure) -> Iterator[tuple[str, str]]:
    """Mean, median, P90 and the mean by amount, in working days too; the median that counts open cases as open."""
    stats, said = figure.stats, page.speech.figure
    for name, label in _SPREAD.items():
        value = stats.get(name)
        if value is None or "median" not in stats:
            continue
        shown = said(value, figure.unit, figure.currency, exact=True)
        worked = stats.get(f"{name}_business_days")
        if worked is not None:
            shown = page.say(
                "{value}; {days} in working days", value=shown, days=said(worked, "days", exact=True)
            )
        yield page.say(label), shown
    if "km_median" in stats:
        median = stats["km_median"]
        yield (
            page.say("Median with what is still open taken into account"),
            page.say("not reached yet") if median is None else said(median, figure.unit, exact=True),
        )


def _target(page: Page, figure: Figure) -> str:
    """The target and how far this very figure is from it; on a card the last three months are held against it."""
    if figure.target is None:
        return page.say("none is set")
    if figure.aim is None or (figure.aim.low is None and figure.aim.high is None):
        return page.say("a change against the baseline, for which there is no value")
    wanted = said_bounds(page, figure.aim.low, figure.aim.high, figure.unit, figure.currency)
    if figure.aim.distance is None:
        return wanted
    if not figure.aim.distance:
        return page.say("{target}: met", target=wanted)
    away = page.speech.figure(figure.aim.distance, figure.unit, figure.currency)
    return page.say("{target}: missed by {distance}", target=wanted, distance=away)
