"""Parts of the log side by side: how many cases, worth how much, and how each does by the KPIs that compare them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.draw.table import Column, table
from workbench.measure import figure_columns
from workbench.pages.base import Page
from workbench.pages.cards import value_columns

__all__ = ["side_by_side"]

_SHOWN = 40


def side_by_side(page: Page, frame: pd.DataFrame, kpis: Sequence[str]) -> Markup:
    """The rows of `segment_frame` as a table; below each figure stands what is behind it."""
    rows = frame.to_dict("records")
    shown = frame.assign(
        by=[_dimension(page, row["attribute"]) for row in rows], label=[_part(page, row) for row in rows]
    )
    columns = [
        Column("by", page.say("By")),
        Column("label", page.say("Part")),
        Column("cases", page.say("Cases"), "number"),
        Column("share", page.say("Share"), "bar"),
        *value_columns(page, frame),
        Column("median_seconds", page.say("Median time"), "duration"),
    ]
    for kpi in kpis:
        for name, currency in figure_columns(page.prepared, frame, kpi):
            label = page.kpi_name(kpi)
            if currency is not None and len(page.prepared.meta.currencies) > 1:
                label = page.say("{name} ({currency})", name=label, currency=currency)
            unit = page.template.kpi(kpi).unit
            shown[f"{name} behind"] = [_behind(page, row, name, unit, currency) for row in rows]
            columns.append(
                Column(name, label, "figure", unit=unit, currency=currency, beneath=f"{name} behind")
            )
    return table(shown, columns, page.speech, limit=_SHOWN)


def _behind(page: Page, row: Mapping[Hashable, Any], name: str, unit: str, currency: str | None) -> str:
    """What stands behind a figure: hits of all for a share, what amounts come to together, how many if not all."""
    if pd.isna(row[name]):
        return ""
    n = int(row[f"{name}_n"])
    hits, total = row.get(f"{name}_hits"), row.get(f"{name}_total")
    if hits is not None and not pd.isna(hits):
        return page.say("{hits} of {n}", hits=int(hits), n=n)
    if unit == "money" and total is not None and not pd.isna(total):
        whole = page.speech.figure(float(total), unit, currency)
        return page.say("{n}, together {total}", n=n, total=whole)
    return "" if n == int(row["cases"]) else page.say("based on {n}", n=n)


def _dimension(page: Page, attribute: str | None) -> str:
    return page.say("Segment") if attribute is None or pd.isna(attribute) else page.attribute(attribute)


def _part(page: Page, row: Mapping[Hashable, Any]) -> str:
    """A declared segment by its name, a yes or a no in words, any other value as it stands in the data."""
    if not pd.isna(row["segment"]):
        return page.say(page.template.segments[row["segment"]].name)
    if row["merged"]:
        return page.say("all others")
    if pd.isna(row["value"]):
        return page.say("not known")
    known = page.prepared.meta.attribute(row["attribute"])
    if known is not None and known.type == "bool":
        return page.speech.yes_no(str(row["value"]) == "true")
    return str(row["value"])
