"""KPI cards: a figure with its target, what stands behind it, and how it moved."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd
from markupsafe import Markup

from workbench.draw.cards import Card
from workbench.draw.sparkline import sparkline
from workbench.draw.table import Column
from workbench.i18n import Message
from workbench.measure import Figure, amount_columns
from workbench.pages.base import Page

__all__ = [
    "NO_TARGET",
    "kpi_card",
    "said_bounds",
    "said_period",
    "target_columns",
    "targets_met",
    "value_columns",
    "with_target",
]

Verdict = Literal["met", "missed", "none"]
NO_TARGET = Message("No target is set yet; a target stands in project.toml under [targets].")


def said_bounds(page: Page, low: float | None, high: float | None, unit: str, currency: str | None) -> str:
    """A target as a reader says it: at least, at most, between."""
    said = page.speech.figure
    if low is not None and high is not None:
        return page.say("{low} to {high}", low=said(low, unit, currency), high=said(high, unit, currency))
    if low is not None:
        return page.say("at least {value}", value=said(low, unit, currency))
    if high is not None:
        return page.say("at most {value}", value=said(high, unit, currency))
    return ""


def kpi_card(
    page: Page,
    figure: Figure,
    *,
    trend: Sequence[float | None],
    goal: Mapping[Hashable, Any] | None,
    behind: Markup,
) -> Card:
    """The card of one figure; `goal` is its row of baseline, now and target, `trend` its last full months."""
    kpi = page.template.kpi(figure.id)
    name = page.say(kpi.name)
    if figure.currency is not None and len(page.prepared.meta.currencies) > 1:
        name = page.say("{name} ({currency})", name=name, currency=figure.currency)
    facts = [_behind(page, figure)]
    if figure.stats.get("median") is not None and figure.value == figure.stats.get("mean"):
        median = page.speech.figure(figure.stats["median"], kpi.unit, figure.currency)
        facts.append(page.say("median {value}", value=median))
    if figure.pending:
        facts.append(page.say("{n} not yet decided", n=figure.pending))
    if figure.unknown:
        facts.append(page.say("{n} unknown", n=figure.unknown))
    facts.append(said_period(page, figure))
    if figure.stats.get("reconciled", True) is None:
        facts.append(page.say("not reconciled"))
    target = ""
    verdict: Verdict = "none"
    if goal is not None:
        wanted = said_bounds(
            page, _number(goal["target_low"]), _number(goal["target_high"]), kpi.unit, figure.currency
        )
        # A target is held against the last three full months, which are not the days of the figure above it.
        now = _number(goal["now"])
        said_now = page.speech.figure(now, kpi.unit, figure.currency)
        target = page.say("{wanted}, now {now}", wanted=wanted, now=said_now) if now is not None else wanted
        verdict = _verdict(goal["met"])
    return Card(
        label=name,
        value=None if figure.value is None else page.speech.figure(figure.value, kpi.unit, figure.currency),
        target=target or None,
        verdict=verdict,
        facts=tuple(facts),
        trend=_trend(name, trend, page),
        note=behind,
        reason=page.reason(figure.reason) or None,
    )


def _behind(page: Page, figure: Figure) -> str:
    """How many rows stand behind a figure; of a share by count, how many of them pass."""
    if figure.n and figure.value == figure.stats.get("share"):
        return page.say("{hits} of {n}", hits=figure.stats["hits"], n=figure.n)
    return page.say("based on {n}", n=figure.n)


def said_period(page: Page, figure: Figure) -> str:
    start, end = figure.period.start, figure.period.end
    if start is None:
        return page.say("up to {day}", day=end)
    return page.say("{start} to {end}", start=start, end=end)


def with_target(page: Page, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of baseline, now and target (`progress_frame`) with what a reader is told of them."""
    records = frame.to_dict("records")
    wanted = [
        said_bounds(
            page, _number(row["target_low"]), _number(row["target_high"]), row["unit"], row["currency"]
        )
        for row in records
    ]
    return frame.assign(
        label=[page.kpi_name(row["id"]) for row in records],
        wanted=wanted,
        verdict=[
            # A target that nothing can be held against yet is not a missing target.
            "unknown" if target and pd.isna(row["met"]) else _verdict(row["met"])
            for row, target in zip(records, wanted, strict=True)
        ],
        because=[page.reason(row["reason"]) for row in records],
    )


def target_columns(page: Page) -> list[Column]:
    """The columns of such rows: KPI, baseline, now, target, verdict."""
    return [
        Column("label", page.say("KPI")),
        Column("baseline", page.say("Baseline"), "figure", currency="currency"),
        Column("now", page.say("Now"), "figure", currency="currency"),
        Column("wanted", page.say("Target")),
        Column("verdict", page.say("Verdict"), "verdict"),
    ]


def value_columns(page: Page, frame: pd.DataFrame) -> list[Column]:
    """A column for each currency in which a frame sums the amounts of cases."""
    found = amount_columns(frame)
    return [
        Column(
            name,
            page.say("Value") if len(found) == 1 else page.say("Value in {currency}", currency=currency),
            "money",
            currency=currency,
        )
        for name, currency in found
    ]


def targets_met(page: Page, frame: pd.DataFrame) -> str | None:
    """How many targets are met; None where there is none to judge."""
    met = frame["met"].dropna().astype(bool)
    return page.say("{n} of {total} targets are met", n=int(met.sum()), total=len(met)) if len(met) else None


def _trend(name: str, values: Sequence[float | None], page: Page) -> Markup | None:
    if sum(value is not None for value in values) < 2:
        return None
    return sparkline(values, label=page.say("{name}, the last {n} full months", name=name, n=len(values)))


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _verdict(met: Any) -> Verdict:
    """Whether a target is met; "none" where nothing can be said."""
    if pd.isna(met):
        return "none"
    return "met" if met else "missed"
