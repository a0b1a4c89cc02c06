"""What collectors bring in a day, beside what the invoices in their hands let expect."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet, as_text, with_case
from workbench.measure.context import MISSING, Context, Money, as_int
from workbench.measure.expected import Cell, standardised
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import Unavailable
from workbench.measure.smallgroups import OTHER, OTHER_PART
from workbench.messages import Message
from workbench.template.kpis import FunctionKPI

__all__ = ["hold_rows", "productivity"]


def hold_rows(context: Context, kpi: FunctionKPI, period: Period) -> ir.Table | Unavailable:
    """A row per time that an invoice was in one collector's hands: from an action of theirs to the next one's.

    Columns case_id, g, currency, unit (who), stratum (segment x age past due when it began), began, amount (what
    came of it meanwhile, in the KPI's unit). What machines do takes no invoice out of anybody's hands.
    """
    log = context.log
    holds = _holds(context, kpi)
    if period.start is not None:
        holds = holds.filter(
            holds["began"] >= ibis.literal(period.start), holds["began"] <= ibis.literal(period.end)
        )
    rows = holds.left_join(_came_of(context, kpi, holds), ["case_key", "start_pos"])
    rows = rows.select(*holds.columns, "came", resource=rows["who"])
    sheet = Sheet(log, "cases", with_case(log, rows, (kpi, context.breakdown)))
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(Message("these rows have no attribute {what}", what=repr(context.by)))
    currency = sheet.table["case_currency"]
    money = Money(log)
    came = sheet.table["came"].fill_null(0)
    is_money = kpi.unit == "money"
    return sheet.table.select(
        "case_id",
        "began",
        g=as_text(group).fill_null(MISSING),
        currency=money.shown(currency) if is_money else ibis.literal(""),
        unit=sheet.table["who"],
        stratum=_stratum(sheet, kpi),
        value=money.size(came, currency) if is_money else came.cast("float64"),
    )


def _actions(context: Context, kpi: FunctionKPI) -> ir.Table:
    """What people did: case_key, pos, day, who."""
    return context.once(
        ("actions", kpi.of), lambda: context.log.engine.keep(_people(context, kpi), "actions")
    )


def _people(context: Context, kpi: FunctionKPI) -> ir.Table:
    log = context.log
    codes = list(log.codes(kpi.of))
    events = log.events.filter(log.events["activity"].isin(codes) & log.events["resource"].notnull())
    return _by_people(log, events).select("case_key", "pos", "day", who="resource")


def _by_people(log: PreparedLog, events: ir.Table) -> ir.Table:
    """Events without those that are known to be a machine's, in whosever name it acted."""
    flag = log.template.case.automated
    return events.filter(~events[flag].fill_null(False)) if flag in events.columns else events


def _holds(context: Context, kpi: FunctionKPI) -> ir.Table:
    """case_key, who, start_pos, began, end_pos (where the next one takes over; null for the last)."""
    return context.once(
        ("holds", kpi.of), lambda: context.log.engine.keep(_hands(_actions(context, kpi)), "holds")
    )


def _hands(actions: ir.Table) -> ir.Table:
    along = ibis.window(group_by=actions["case_key"], order_by=actions["pos"])
    before = actions["who"].lag().over(along)
    starts = actions.mutate(before=before)
    starts = starts.filter(starts["before"].isnull() | (starts["before"] != starts["who"]))
    along = ibis.window(group_by=starts["case_key"], order_by=starts["pos"])
    return starts.select(
        "case_key", "who", start_pos="pos", began="day", end_pos=starts["pos"].lead().over(along)
    )


def _came_of(context: Context, kpi: FunctionKPI, holds: ir.Table) -> ir.Table:
    """case_key, start_pos, came: the sum of an attribute, or the number, of the events of `count` in each hold."""
    log = context.log
    codes = list(log.codes(tuple(kpi.with_["count"])))
    events = log.events.filter(log.events["activity"].isin(codes))
    if kpi.with_.get("own"):
        events = _by_people(log, events)
    one: ir.Value = ibis.literal(1, type="int64")
    if "sum" in kpi.with_:
        one = events[str(kpi.with_["sum"])].cast("int64").fill_null(0)
    events = events.select(of="case_key", at="pos", doer="resource", one=one)
    joined = holds.join(events, holds["case_key"] == events["of"])
    inside = (joined["at"] >= joined["start_pos"]) & (
        joined["end_pos"].isnull() | (joined["at"] < joined["end_pos"])
    )
    joined = joined.filter(inside)
    if kpi.with_.get("own"):
        joined = joined.filter(joined["doer"] == joined["who"])
    return joined.group_by("case_key", "start_pos").aggregate(came=joined["one"].sum().cast("int64"))


def _stratum(sheet: Sheet, kpi: FunctionKPI) -> ir.Value:
    """The strata that the log has, and the ageing band in which the invoice was when the hold began."""
    ledger = sheet.log.template.ledgers[str(kpi.with_["ledger"])]
    due = sheet.column(str(ledger.due)) if ledger.due is not None else None
    band: ir.Value = ibis.literal("-")
    if due is not None:
        late = sheet.table["began"].delta(due, unit="day")
        edges = [(late <= edge, f"{edge}") for edge in ledger.bands]
        band = ibis.cases((late.isnull(), "-"), *edges, else_="over")
    text: ir.Value = ibis.literal("")
    for name in kpi.with_["strata"]:
        column = sheet.column(str(name))
        if column is not None:
            text = text + as_text(column).fill_null("?") + " · "
    return text + band


def productivity(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """What comes of a collector's day: cash, invoices paid in full, promises, touches; each collector as a part.

    `of` are the actions of those who chase; `with`: count (what is counted), sum (the amount of it), own (only what
    they did themselves), strata, ledger. No words say in whose hands an invoice is. A day is one on which the
    collector acted. `expected`, `low` and `high` are indirect standardisation by segment x age; the parts stand by
    name, never ranked, and collectors with fewer invoices than the project's privacy lets stand alone are one.
    """
    rows = hold_rows(context, kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    frame = context.log.frame(
        rows.group_by(["g", "currency", "unit", "stratum"]).aggregate(
            n=rows.count(), total=rows["value"].sum(), squares=(rows["value"] * rows["value"]).sum()
        )
    )
    days = _days(context, kpi, period)
    figures = []
    for group, currency in sorted(set(zip(frame["g"], frame["currency"], strict=True))):
        own = frame[(frame["g"] == group) & (frame["currency"] == currency)].sort_values(["unit", "stratum"])
        cells = [
            Cell(
                str(row["unit"]),
                str(row["stratum"]),
                as_int(row["n"]),
                float(row["total"]),
                float(row["squares"]),
            )
            for row in own.to_dict("records")
        ]
        worked = {name: days.get((str(group), name), 0) for name in {cell.unit for cell in cells}}
        whole = sum(worked.values())
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                sum(cell.total for cell in cells) / whole if whole else None,
                sum(cell.n for cell in cells),
                period,
                currency=str(currency) or None,
                group=context.group_of(group),
                reason=None if whole else Message("nobody acted in the period"),
                stats={"people": len(worked), "days": whole},
                parts=_parts(cells, worked, context.fewest),
            )
        )
    return figures or Unavailable(Message("nobody acted in the period"))


def _parts(cells: list[Cell], worked: dict[str, int], least: int) -> tuple[Part, ...]:
    held = standardised(cells, least=least)
    named = {one.unit for one in held}
    parts = []
    for one in held:
        days = sum(n for name, n in worked.items() if (name if name in named else OTHER) == one.unit)
        if not days:
            continue
        scale = one.n / days
        stats: dict[str, Any] = {
            "expected": one.expected * scale,
            "low": max(0.0, one.low * scale),
            "high": one.high * scale,
            "outside": one.outside,
            "days": days,
        }
        if one.members > 1:
            stats["merged"] = one.members
        parts.append(Part(OTHER_PART if one.unit == OTHER else one.unit, one.observed * scale, one.n, stats))
    return tuple(parts)


def _days(context: Context, kpi: FunctionKPI, period: Period) -> dict[tuple[str, str], int]:
    """On how many days each collector acted, per group."""
    return context.once(("acted", kpi.of, period), lambda: _acted(context, kpi, period))


def _acted(context: Context, kpi: FunctionKPI, period: Period) -> dict[tuple[str, str], int]:
    actions = _actions(context, kpi)
    if period.start is not None:
        actions = actions.filter(
            actions["day"] >= ibis.literal(period.start), actions["day"] <= ibis.literal(period.end)
        )
    actions = actions.mutate(resource=actions["who"])
    sheet = Sheet(context.log, "cases", with_case(context.log, actions, (kpi, context.breakdown)))
    group = context.group_column(sheet)
    assert group is not None
    rows = sheet.table.mutate(g=as_text(group).fill_null(MISSING))
    frame: pd.DataFrame = context.log.frame(rows.group_by(["g", "who"]).aggregate(days=rows["day"].nunique()))
    return {
        (str(g), str(who)): as_int(n)
        for g, who, n in zip(frame["g"], frame["who"], frame["days"], strict=True)
    }


register("productivity", rows=hold_rows, figures=productivity)
