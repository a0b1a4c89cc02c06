"""Segments: how parts of the log differ - the template's named parts, and the values of a case attribute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
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
from workbench.measure.context import MISSING, Money, as_decimal
from workbench.measure.evaluate import figures
from workbench.messages import Message
from workbench.template.model import Segment

__all__ = ["case_attributes", "segment_frame"]

_MOST_VALUES, _FEWEST_VALUES, _BEST = 12, 2, 3
_OTHER = "\ufffe"
_IN, _OUT = "in", "out"
_KEYS = ("cases", "share", "mean_seconds", "median_seconds")


def segment_frame(
    log: PreparedLog,
    *,
    kpis: Iterable[str] = (),
    attributes: Iterable[str] | None = None,
    least: int = 5,
) -> pd.DataFrame:
    """One row per declared segment and per value of some case attributes, with what sets it apart.

    Columns attribute and value (empty for a segment) or segment (its id; segments may overlap), merged, cases,
    share of all cases, mean_seconds and median_seconds (first to last event), `amount_<currency>` per currency in
    which money is shown, and a column per KPI of `kpis` (`<id>_<currency>` where it has several), whose values
    are those of a breakdown by the attribute. `attributes` defaults to the three categorical ones that say most
    (`case_attributes`). Values of fewer than `least` cases are one row, "other", with `merged` true, so that
    nobody is singled out; cases without a value have none. Cancelled cases are left out. Raises WorkbenchError
    for an attribute that cases do not have, or an unknown KPI.
    """
    chosen = list(case_attributes(log) if attributes is None else attributes)
    wanted = [log.template.kpi(name).id for name in kpis]
    rows: list[dict[str, Any]] = []
    for segment in log.template.segments.values():
        grouping = _of_segment(log, segment)
        for group, facts in _facts(log, grouping, wanted).items():
            if group == _IN:
                rows.append(
                    {"attribute": None, "segment": segment.id, "value": None, "merged": False, **facts}
                )
    for name in chosen:
        grouping, labels = _of_attribute(log, name, least)
        for group, facts in _facts(log, grouping, wanted).items():
            merged = group == _OTHER
            value = Message("other") if merged else labels.get(group)
            rows.append({"attribute": name, "segment": None, "value": value, "merged": merged, **facts})
    known = dict.fromkeys(["attribute", "segment", "value", "merged", *_KEYS, *wanted])
    frame = pd.DataFrame(rows, columns=list(known | dict.fromkeys(name for row in rows for name in row)))
    split = [
        name
        for name in wanted
        if frame[name].isna().all() and any(str(key).startswith(f"{name}_") for key in frame)
    ]
    frame = frame.drop(columns=split)
    for name in ("attribute", "segment", "value"):
        frame[name] = objects(row[name] for row in rows)
    return frame


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


def _of_segment(log: PreparedLog, segment: Segment) -> ir.Table:
    """Columns case_key, part: whether each case belongs; unknown counts as not."""
    sheet = sheet_of(log, ("cases",), segment.where)
    assert sheet is not None
    belongs = answer_all(sheet, segment.where).value.fill_null(False)
    return sheet.table.select("case_key", part=ibis.ifelse(belongs, _IN, _OUT))


def _of_attribute(log: PreparedLog, name: str, least: int) -> tuple[ir.Table, dict[str, Any]]:
    """Columns case_key, part (the value as text, or that of the merged ones), and what each part is called."""
    found = log.meta.attribute(name)
    column = found.name if found is not None else name
    sheet = sheet_of(log, ("cases",), (column,))
    assert sheet is not None
    if column not in sheet.table.columns:
        raise unknown_name("case attribute", name, log.attributes_in(log.cases), where=Message("segments"))
    rows = sheet.table.select("case_key", part=as_text(sheet.table[column]))
    counts = log.frame(rows.group_by("part").aggregate(n=rows.count()))
    small = [
        str(row["part"]) for row in counts.to_dict("records") if row["n"] < least and not pd.isna(row["part"])
    ]
    if small:
        rows = rows.mutate(part=ibis.ifelse(rows["part"].isin(small), _OTHER, rows["part"]))
    return rows, {str(part): str(part) for part in counts["part"] if not pd.isna(part)}


def _facts(log: PreparedLog, grouping: ir.Table, kpis: list[str]) -> dict[str, dict[str, Any]]:
    """Per part its size, durations, amounts and KPIs; the largest part first."""
    grouping = log.engine.keep(grouping, "parts")
    cases = log.cases.select(
        "case_key",
        "case_currency",
        span=log.cases["end"].delta(log.cases["start"], unit="microsecond"),
        amount=amount_in(log, log.cases),
    )
    rows = grouping.join(cases, "case_key")
    rows = rows.mutate(part=rows["part"].fill_null(MISSING))
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
        _add_amounts(log, rows, result)
    if kpis:
        _add_figures(log, grouping, kpis, result)
    log.engine.drop(grouping)
    return result


def _add_amounts(log: PreparedLog, rows: ir.Table, result: dict[str, dict[str, Any]]) -> None:
    frame = log.frame(rows.group_by(["part", "case_currency"]).aggregate(amount=rows["amount"].sum()))
    factors = Money(log).factors(log.meta.currencies)
    for row in frame.to_dict("records"):
        if pd.isna(row["amount"]):
            continue
        currency, factor = factors[str(row["case_currency"])]
        own, name = result[str(row["part"])], f"amount_{currency}"
        own[name] = own.get(name, 0.0) + float(as_decimal(row["amount"]) * factor)


def _add_figures(
    log: PreparedLog, grouping: ir.Table, kpis: list[str], result: dict[str, dict[str, Any]]
) -> None:
    """The KPIs of each part, by the breakdown that `figures` knows: the part is laid over the log as an attribute."""
    name = "part"
    while name in log.cases.columns or log.meta.attribute(name) is not None:
        name += "_"
    cases = log.cases.left_join(grouping.rename(**{name: "part"}), "case_key").drop("case_key_right")
    meta = replace(log.meta, attributes=(*log.meta.attributes, LogAttribute(name, "case", "cat", name)))
    # It is another log than the one whose answers are kept.
    for figure in figures(replace(log, cases=cases, meta=meta, answers=None), kpis, by=name):
        part = MISSING if figure.group is None else figure.group
        if part in result:
            result[part][figure.id if figure.currency is None else f"{figure.id}_{figure.currency}"] = (
                figure.value
            )
