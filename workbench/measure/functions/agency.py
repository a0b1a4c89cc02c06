"""What agencies bring back of what they are given, after their fees."""

from __future__ import annotations

from decimal import Decimal

import ibis
import ibis.expr.types as ir

from workbench.log.ledgers import balance_at
from workbench.log.sheet import as_text, sheet_of
from workbench.measure.context import MISSING, Context, Money, as_decimal, as_int
from workbench.measure.figure import Figure, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import Unavailable
from workbench.messages import Message
from workbench.template.kpis import FunctionKPI

__all__ = ["agency_recovery", "placed_rows"]

_SUMS = ("placed", "recovered", "fee")


def placed_rows(context: Context, kpi: FunctionKPI, period: Period) -> ir.Table | Unavailable:
    """A row per case handed over, by its first hand-over: case_id, g, case_currency, placed, recovered, fee.

    Minor units: the balance just before the hand-over, the payments after it, and all fees that the case shows.
    """
    log = context.log
    sheet = sheet_of(log, kpi.of, (kpi, context.breakdown))
    ledger = log.ledgers.get(str(kpi.with_["ledger"]))
    if sheet is None or ledger is None:
        return Unavailable(Message("the log shows no such event or balance"))
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(Message("these rows have no attribute {what}", what=repr(context.by)))
    place = sheet.add(
        "place", ibis.row_number().over(ibis.window(group_by=sheet.table["case_key"], order_by="pos"))
    )
    sheet.filter(place == 0, sheet.table["ended_kind"].fill_null("") != "end")
    if period.start is not None:
        day = sheet.table["day"]
        sheet.filter(day >= ibis.literal(period.start), day <= ibis.literal(period.end))
    handed = sheet.table.mutate(g=as_text(group).fill_null(MISSING), handed=sheet.table["time"])
    handed = handed.select("case_key", "case_id", "g", "case_currency", "handed", handed_pos=handed["pos"])
    rows = balance_at(ledger, handed, "handed")
    rows = rows.select(*handed.columns, placed=rows["balance_then"].fill_null(0))
    since = rows.select(of="case_key", from_pos="handed_pos")
    events = log.events
    events = events.select(
        "case_key", "activity", "pos", paid=events[str(kpi.with_["sum"])], asked=events[str(kpi.with_["fee"])]
    )
    # Most events move no money: they are left out before all of them are looked up.
    events = events.filter((events["paid"].fill_null(0) != 0) | (events["asked"].fill_null(0) != 0))
    events = events.join(since, events["case_key"] == since["of"])
    paying = events["activity"].isin(list(log.codes((str(kpi.with_["paid"]),))))
    later = events["pos"] > events["from_pos"]
    moves = events.group_by(of="of").aggregate(
        recovered=events["paid"].sum(where=paying & later), fee=events["asked"].sum()
    )
    rows = rows.left_join(moves, rows["case_key"] == moves["of"])
    nothing = ibis.literal(0, type="int64")
    return rows.select(
        "case_id",
        "g",
        "case_currency",
        "placed",
        recovered=rows["recovered"].fill_null(nothing),
        fee=rows["fee"].fill_null(nothing),
    )


def agency_recovery(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """(Recovered - fees) / placed over the cases handed to an agency; below nought where fees ate more than came in.

    `of` is the hand-over; `with`: paid (activity), sum and fee (money attributes), ledger. No words take a balance
    at an event and what came after it.
    """
    rows = placed_rows(context, kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    frame = context.log.frame(
        rows.group_by(["g", "case_currency"]).aggregate(
            n=rows.count(), **{name: rows[name].sum() for name in _SUMS}
        )
    )
    factors = Money(context.log).factors(context.log.meta.currencies)
    sums: dict[tuple[str, str], tuple[int, dict[str, Decimal]]] = {}
    for record in frame.to_dict("records"):
        shown, factor = factors[str(record["case_currency"])]
        n, own = sums.get((str(record["g"]), shown), (0, dict.fromkeys(_SUMS, Decimal(0))))
        money = {name: own[name] + as_decimal(record[name]) * factor for name in _SUMS}
        sums[str(record["g"]), shown] = (n + as_int(record["n"]), money)
    several = len({currency for _, currency in sums}) > 1
    figures = []
    for (group, currency), (n, own) in sorted(sums.items()):
        value = float((own["recovered"] - own["fee"]) / own["placed"]) if own["placed"] > 0 else None
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                value,
                n,
                period,
                when=" or ".join(kpi.of),
                currency=currency if several else None,
                group=context.group_of(group),
                reason=None if value is not None else Message("nothing to divide by in the period"),
                stats={name: float(own[name]) for name in _SUMS},
            )
        )
    return figures or Unavailable(Message("nothing was handed over in the period"))


register("agency_recovery", rows=placed_rows, figures=agency_recovery)
