"""The sections of a process alone, drawn: lists, figures across an attribute, parts beside what is expected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.draw.table import Column, table
from workbench.log.frames import objects
from workbench.measure import Figure, Part, SectionFigures
from workbench.pages.base import Page
from workbench.pages.funnel import funnel_drawn

__all__ = ["section_drawn", "section_rows"]

_LIMIT = 40
# What stands beside the value of a part, where its figure has it.
_BESIDE = ("expected", "low", "high", "adjusted", "forecast", "actual", "share")


def section_drawn(page: Page, found: SectionFigures) -> Markup:
    """One section: its name, then what it has of a funnel, a list, a table across, parts."""
    blocks = [funnel_drawn(page)] if found.section.funnel else []
    if found.listed:
        blocks.append(_list(page, found.listed))
    if found.across:
        blocks.append(_across(page, found))
    blocks += [_parts(page, figure) for figure in found.parted]
    body = Markup("").join(block for block in blocks if block)
    return Markup("<h3>{}</h3>{}").format(page.say(found.section.name), body) if body else Markup("")


def section_rows(sections: Iterable[SectionFigures]) -> pd.DataFrame:
    """All figures of all sections as one frame, a figure's parts below it with what stands beside them."""
    rows: list[dict[str, Any]] = []
    for found in sections:
        for figure in found.figures:
            base = {
                "section": found.id,
                "id": figure.id,
                "group": figure.group,
                "unit": figure.unit,
                "currency": figure.currency,
            }
            rows.append({**base, "part": None, "value": figure.value, "n": figure.n})
            rows += [
                {**base, "part": part.key, "value": part.value, "n": part.n}
                | {name: part.stats.get(name) for name in _BESIDE}
                for part in figure.parts
            ]
    columns = ["section", "id", "group", "part", "value", "unit", "currency", "n", *_BESIDE]
    return pd.DataFrame(rows, columns=columns)


def _label(page: Page, figure: Figure) -> str:
    name = page.kpi_name(figure.id)
    if figure.currency is not None and len(page.prepared.meta.currencies) > 1:
        return page.say("{name} ({currency})", name=name, currency=figure.currency)
    return name


def _list(page: Page, found: list[Figure]) -> Markup:
    frame = pd.DataFrame(
        {
            "name": [_label(page, figure) for figure in found],
            "value": pd.Series([figure.value for figure in found], dtype="float64"),
            "median": pd.Series([figure.stats.get("median") for figure in found], dtype="float64"),
            "low": pd.Series([figure.stats.get("low") for figure in found], dtype="float64"),
            "high": pd.Series([figure.stats.get("high") for figure in found], dtype="float64"),
            "unit": [figure.unit for figure in found],
            "currency": [figure.currency or _only(page) for figure in found],
            "n": [figure.n for figure in found],
            "pending": [figure.pending for figure in found],
        }
    )
    columns = [
        Column("name", page.say("KPI")),
        Column("value", page.say("Value"), "figure", currency="currency"),
        Column("median", page.say("Median"), "figure", currency="currency", optional=True),
        Column("low", page.say("Interval from"), "figure", currency="currency", optional=True),
        Column("high", page.say("to"), "figure", currency="currency", optional=True),
        Column("n", page.say("Rows behind it"), "number"),
        Column("pending", page.say("Not yet decided"), "number"),
    ]
    return table(frame, columns, page.speech, limit=None)


def _only(page: Page) -> str | None:
    currencies = page.prepared.meta.currencies
    return currencies[0] if len(currencies) == 1 else page.prepared.meta.settings.currency


def _across(page: Page, found: SectionFigures) -> Markup:
    """A row per value of the attribute, and one below it for each part where the figures have other parts."""
    rows: dict[tuple[str | None, str | None], dict[str, Any]] = {}
    units: dict[str, Figure] = {}
    parted: str | None = None
    for figure in found.across:
        name = figure.id if figure.currency is None else f"{figure.id}_{figure.currency}"
        units.setdefault(name, figure)
        row = rows.setdefault((figure.group, None), {})
        row[name] = figure.value
        row.setdefault("n", figure.n)
        by = page.template.kpi(figure.id).parts
        if by is None or by == found.section.by:
            continue
        parted = by
        for part in figure.parts:
            row = rows.setdefault((figure.group, part.key), {})
            row[name] = part.value
            row.setdefault("n", part.n)
    order = sorted(rows, key=lambda key: (key[0] is None, key[0] or "", key[1] is not None, key[1] or ""))
    frame = pd.DataFrame([rows[key] for key in order])
    frame["group"] = [page.say("not known") if group is None else group for group, _ in order]
    frame["part"] = objects(
        page.say("All together") if part is None else _part_label(page, part) for _, part in order
    )
    columns = [Column("group", page.attribute(str(found.section.by)))]
    if parted is not None:
        columns.append(Column("part", page.attribute(parted)))
    columns.append(Column("n", page.say("Rows behind it"), "number"))
    for name, figure in units.items():
        frame[name] = frame[name].astype("float64")
        currency = figure.currency or _only(page)
        columns.append(Column(name, _label(page, figure), "figure", unit=figure.unit, currency=currency))
    return table(frame, columns, page.speech, limit=_LIMIT)


def _parts(page: Page, figure: Figure) -> Markup:
    """The parts of a figure, each beside what is expected of it and what chance leaves around that."""
    unit = _part_unit(page, figure)
    shown = list(figure.parts)
    frame = pd.DataFrame(
        {
            "part": [_part_label(page, part.key) for part in shown],
            "n": [part.n for part in shown],
            "value": pd.Series([part.value for part in shown], dtype="float64"),
            **{
                name: pd.Series([part.stats.get(name) for part in shown], dtype="float64") for name in _BESIDE
            },
            "verdict": [_verdict(page, part) for part in shown],
        }
    )
    labels = {
        "expected": page.say("Expected"),
        "low": page.say("Chance from"),
        "high": page.say("to"),
        "adjusted": page.say("Adjusted"),
        "forecast": page.say("Mean probability"),
        "actual": page.say("Share won"),
    }
    currency = figure.currency or _only(page)
    columns = [
        Column("part", page.say("Part")),
        Column("n", page.say("Rows behind it"), "number"),
        Column("value", page.say("Value"), "figure", unit=unit, currency=currency),
        *(
            Column(name, label, "figure", unit=unit, currency=currency, optional=True)
            for name, label in labels.items()
        ),
        Column("share", page.say("Share"), "bar", optional=True),
        Column("verdict", page.say("Against the expected value"), optional=True),
    ]
    caption = page.say("{kpi}, part by part", kpi=_label(page, figure))
    return table(frame, columns, page.speech, limit=_LIMIT, caption=caption)


def _part_unit(page: Page, figure: Figure) -> str:
    """The unit of the parts: that of the KPI that is judged, where the figure counts those beyond chance."""
    judged = getattr(page.template.kpi(figure.id), "with_", {}).get("of")
    return figure.unit if judged is None else page.template.kpi(str(judged)).unit


def _verdict(page: Page, part: Part) -> str | None:
    if "outside" not in part.stats or part.value is None:
        return None
    if not part.stats["outside"]:
        return page.say("within chance")
    return page.say("above") if part.value > part.stats["expected"] else page.say("below")


def _part_label(page: Page, key: str) -> str:
    if key == "other":
        return page.say("all others")
    declared = page.template.activities.get(key) or page.template.derived.get(key)
    return key if declared is None else page.activity(key)
