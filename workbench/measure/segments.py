"""Segments: how parts of the log differ - the template's named parts, and the values of a case attribute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.errors import unknown_name
from workbench.log.conditions import answer_all
from workbench.log.frames import amount_in, objects
from workbench.log.meta import LogAttribute
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import as_text, sheet_of
from workbench.measure.amounts import amounts_by
from workbench.measure.context import MISSING, Money
from workbench.measure.evaluate import figures
from workbench.measure.smallgroups import OTHER, merged, other, small_groups
from workbench.messages import Message

__all__ = ["case_attributes", "figure_columns", "segment_frame"]

_MOST_VALUES, _FEWEST_VALUES, _BEST = 12, 2, 3
_IN, _OUT, _OUTSIDE = "in", "out", "\ufffd"
# What stands behind a figure beside its n: how many rows pass a test, what all amounts come to.
_BEHIND = ("hits", "total")
_KEYS = ("cases", "share", "mean_seconds", "median_seconds")


def segment_frame(
    log: PreparedLog,
    *,
    kpis: Iterable[str] = (),
    attributes: Iterable[str] | None = None,
    least: int | None = None,
) -> pd.DataFrame:
    """One row per declared segment and per value of some case attributes, with what sets it apart.

    Columns attribute and value (empty for a segment) or segment (its id; segments may overlap), merged, cases,
    share of all cases, mean_seconds and median_seconds (first to last event), `amount_<currency>` per currency in
    which money is shown, and a column per KPI of `kpis` (`<id>_<currency>` where it is money or has several values),
    whose values are those of a breakdown by the attribute; what stands behind each is in `…_n`, `…_hits` (of a share)
    and `…_total` (of an average). `attributes` defaults to the three categorical ones that say most
    (`case_attributes`). Values of fewer than `least` cases (default: what the project's privacy says) are one row,
    "other", with `merged` true, so that nobody is singled out; cases without a value have none. Cancelled cases are
    left out. Raises WorkbenchError for an attribute that cases do not have, or an unknown KPI.
    """
    chosen = list(case_attributes(log) if attributes is None else attributes)
    wanted = [log.template.kpi(name).id for name in kpis]
    laid = _laid_over(log, chosen, log.meta.settings.least if least is None else least)
    rows: list[dict[str, Any]] = []
    for name, labels in laid.parts.items():
        for part, facts in _facts(laid.log, name, wanted).items():
            if part in labels:
                rows.append({**labels[part], **facts})
    log.engine.drop(laid.log.cases)
    known = dict.fromkeys(["attribute", "segment", "value", "merged", *_KEYS, *wanted])
    frame = pd.DataFrame(rows, columns=list(known | dict.fromkeys(name for row in rows for name in row)))
    # A figure of money stands in a column for each currency; the one without a currency is then empty.
    split = [name for name in wanted if (name, None) not in figure_columns(log, frame, name)]
    frame = frame.drop(columns=[name for key in split for name in (key, f"{key}_n") if name in frame])
    for name in ("attribute", "segment", "value"):
        frame[name] = objects(row[name] for row in rows)
    return frame


def figure_columns(log: PreparedLog, frame: pd.DataFrame, kpi: str) -> list[tuple[str, str | None]]:
    """The columns in which `segment_frame` put a KPI, each with its currency; None where it has none."""
    shown = sorted({currency for currency, _ in Money(log).factors(log.meta.currencies).values()})
    split = [(f"{kpi}_{currency}", currency) for currency in shown if f"{kpi}_{currency}" in frame]
    own: list[tuple[str, str | None]] = [(kpi, None)] if kpi in frame else []
    return [*split] if split and (not own or frame[kpi].isna().all()) else own


def case_attributes(log: PreparedLog) -> list[str]:
    """The case attributes by which parts of the log are told apart: categories of 2 to 12 values, at most three.

    Those that most cases have come first, of equally filled ones those with fewer values; an attribute that most
    cases lack says little and is left out.
    """
    names = [
        found.name
        for found in log.meta.attributes
        if found.type in ("cat", "bool")
        and found.name in log.cases.columns
        and found.name not in log.events.columns
        and found.name != log.template.case.currency
    ]
    if not names:
        return []
    cases = log.cases
    counts: dict[str, ir.Value] = {}
    for name in names:
        counts |= {f"{name}__values": cases[name].nunique(), f"{name}__filled": cases[name].count()}
    found = log.frame(cases.aggregate(all__cases=cases.count(), **counts)).iloc[0]
    ranked = sorted(
        (-int(found[f"{name}__filled"]), int(found[f"{name}__values"]), name)
        for name in dict.fromkeys(names)
        if _FEWEST_VALUES <= int(found[f"{name}__values"]) <= _MOST_VALUES
        and 2 * int(found[f"{name}__filled"]) >= int(found["all__cases"])
    )
    return [name for _, _, name in ranked[:_BEST]]


@dataclass(frozen=True, slots=True)
class _Laid:
    """The log with every way to part its cases as an attribute of theirs.

    `parts`: the attribute's name, and for each of its values that is worth a row what that row begins with.
    """

    log: PreparedLog
    parts: dict[str, dict[str, dict[str, Any]]]


def _laid_over(log: PreparedLog, attributes: list[str], least: int) -> _Laid:
    """Segments and attributes laid over the cases once, so that any figure can be broken down by them.

    Cases that no part is about (cancelled ones) are in a part of their own.
    """
    columns = {name: _column(log, name) for name in attributes}
    segments = log.template.segments.values()
    sheet = sheet_of(log, ("cases",), (tuple(found.where for found in segments), tuple(columns.values())))
    assert sheet is not None
    parts: dict[str, dict[str, dict[str, Any]]] = {}
    values: dict[str, ir.Value] = {}
    for segment in segments:
        name = _fresh(log, len(parts))
        belongs = answer_all(sheet, segment.where).value.fill_null(False)
        values[name] = sheet.add(name, ibis.ifelse(belongs, _IN, _OUT))
        parts[name] = {_IN: {"attribute": None, "segment": segment.id, "value": None, "merged": False}}
    for column in columns.values():
        values[_fresh(log, len(values))] = as_text(sheet.table[column])
    table = log.engine.keep(sheet.table.select("case_key", **values), "parts")
    for attribute, name in zip(attributes, list(values)[len(parts) :], strict=True):
        counts = log.frame(table.group_by(part=table[name]).aggregate(n=table.count())).dropna(
            subset=["part"]
        )
        sizes = {str(part): int(n) for part, n in zip(counts["part"], counts["n"], strict=True)}
        table = table.mutate(**{name: merged(table[name], sizes, small_groups(sizes, least))})
        named: dict[str, Any] = {str(part): str(part) for part in counts["part"]}
        parts[name] = {
            part: {"attribute": attribute, "segment": None, "value": value, "merged": part == OTHER}
            for part, value in (named | {OTHER: other(), MISSING: None}).items()
        }
    joined = log.cases.left_join(table.mutate(here=ibis.literal(True)), "case_key")
    own = {name: ibis.ifelse(joined["here"].isnull(), _OUTSIDE, joined[name]) for name in parts}
    cases = log.engine.keep(joined.select(*log.cases.columns, **own), "cases_in_parts")
    extra = tuple(LogAttribute(name, "case", "cat", name) for name in parts)
    meta = replace(log.meta, attributes=(*log.meta.attributes, *extra))
    # It is another log than the one whose answers are kept.
    return _Laid(replace(log, cases=cases, meta=meta, answers=None), parts)


def _column(log: PreparedLog, name: str) -> str:
    found = log.meta.attribute(name)
    column = found.name if found is not None else name
    if column not in log.cases.columns:
        raise unknown_name("case attribute", name, log.attributes_in(log.cases), where=Message("segments"))
    return column


def _fresh(log: PreparedLog, number: int) -> str:
    """A name that nothing in the log has."""
    name = f"part_{number}"
    while name in log.cases.columns or log.meta.attribute(name) is not None:
        name += "_"
    return name


def _facts(log: PreparedLog, name: str, kpis: list[str]) -> dict[str, dict[str, Any]]:
    """Per part its size, durations, amounts and KPIs; the largest part first."""
    cases = log.cases
    rows = cases.select(
        "case_currency",
        part=cases[name].fill_null(MISSING),
        span=cases["end"].delta(cases["start"], unit="microsecond"),
        amount=amount_in(log, cases),
    )
    rows = rows.filter(rows["part"] != _OUTSIDE)
    span = rows["span"]
    sizes = log.frame(
        rows.group_by("part").aggregate(
            cases=rows.count(), spans=span.count(), total=span.sum(), median=span.cast("float64").median()
        )
    ).sort_values(["cases", "part"], ascending=[False, True])
    whole = int(sizes["cases"].sum())
    result: dict[str, dict[str, Any]] = {}
    for row in sizes.to_dict("records"):
        spans = int(row["spans"])
        result[str(row["part"])] = {
            "cases": int(row["cases"]),
            "share": int(row["cases"]) / whole,
            "mean_seconds": float(row["total"]) / spans / 1e6 if spans else None,
            "median_seconds": float(row["median"]) / 1e6 if spans else None,
        }
    if log.template.case.amount in log.cases.columns:
        for (part,), amounts in amounts_by(log, rows, ["part"]).items():
            result[part] |= amounts
    for figure in figures(log, kpis, by=name, least=1):
        part = OTHER if figure.merged else MISSING if figure.group is None else figure.group
        if part in result:
            key = figure.id if figure.currency is None else f"{figure.id}_{figure.currency}"
            result[part] |= {key: figure.value, f"{key}_n": figure.n}
            result[part] |= {f"{key}_{fact}": figure.stats[fact] for fact in _BEHIND if fact in figure.stats}
    return result
