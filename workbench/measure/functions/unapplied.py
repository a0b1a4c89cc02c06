"""Cash that came in and is not yet set against what it pays."""

from __future__ import annotations

from decimal import Decimal

import ibis
import ibis.expr.types as ir

from workbench.log.sheet import Sheet, with_case
from workbench.measure.context import MISSING, Context, Money, as_decimal, as_int
from workbench.measure.figure import Figure, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import Unavailable
from workbench.messages import Message
from workbench.template.kpis import FunctionKPI

__all__ = ["unapplied", "unapplied_rows"]


def unapplied_rows(context: Context, kpi: FunctionKPI, period: Period) -> ir.Table | Unavailable:
    """A row per case whose receipts and applications differ: case_id, g, case_currency, received, applied, amount.

    What a posting applies is the amount on its own row; one without an amount applies the payment that it is paired
    with. `amount` is received less applied: below nought where more was applied than came in.
    """
    log, pair = context.log, context.log.template.pairs[str(kpi.with_["pair"])]
    name = str(kpi.with_["sum"])
    payments = log.pairs.get(pair.id)
    if payments is None or name not in log.events.columns:
        return Unavailable(Message("the log has no {what}", what=name))
    last = ibis.literal(period.end)
    payments = payments.filter(payments["opened_day"] <= last)
    posted = log.events.filter(log.events["activity"].isin(list(log.codes(pair.closes))))
    posted = posted.filter(posted["day"] <= last)
    nothing = ibis.literal(0, type="int64")
    received = payments.select("case_key", received=payments[name].cast("int64"), applied=nothing)
    written = posted.filter(posted[name].notnull())
    own = written.select("case_key", received=nothing, applied=written[name].cast("int64"))
    silent = posted.filter(posted[name].isnull()).select("case_key", closed_pos="pos")
    paired = payments.select("case_key", "closed_pos", whole=payments[name].cast("int64"))
    paired = paired.join(silent, ["case_key", "closed_pos"])
    whole = paired.select("case_key", received=nothing, applied="whole")
    moves = ibis.union(received, own, whole)
    sums = moves.group_by("case_key").aggregate(
        received=moves["received"].sum().fill_null(0), applied=moves["applied"].sum().fill_null(0)
    )
    sums = sums.filter(sums["received"] != sums["applied"])
    sheet = Sheet(log, "cases", with_case(log, sums, (kpi, context.breakdown)))
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(Message("these rows have no attribute {what}", what=repr(context.by)))
    rows = sheet.table.mutate(g=group.fill_null(MISSING))
    return rows.select(
        "case_id", "g", "case_currency", "received", "applied", amount=rows["received"] - rows["applied"]
    )


def unapplied(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """Σ received − applied over the cases where more came in than was applied, at the end of the period.

    `with`: pair (a payment until it is posted), sum (the amount that both carry). No words say that a posting without
    an amount applies the whole payment. What was applied beyond what came in is never netted: it stands beside, as
    `over_applied`.
    """
    rows = unapplied_rows(context, kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    left, over = rows["amount"] > 0, rows["amount"] < 0
    frame = context.log.frame(
        rows.group_by(["g", "case_currency"]).aggregate(
            n=left.sum(), amount=rows["amount"].sum(where=left), over=rows["amount"].sum(where=over)
        )
    )
    factors = Money(context.log).factors(context.log.meta.currencies)
    sums: dict[tuple[str, str], tuple[int, Decimal, Decimal]] = {}
    if context.by is None:
        sums = {("", shown): (0, Decimal(0), Decimal(0)) for shown, _ in factors.values()}
    for record in frame.to_dict("records"):
        shown, factor = factors[str(record["case_currency"])]
        n, amount, beyond = sums.get((str(record["g"]), shown), (0, Decimal(0), Decimal(0)))
        sums[str(record["g"]), shown] = (
            n + as_int(record["n"]),
            amount + as_decimal(record["amount"]) * factor,
            beyond - as_decimal(record["over"]) * factor,
        )
    return [
        Figure(
            kpi.id,
            kpi.unit,
            float(amount),
            n,
            period,
            currency=currency,
            group=context.group_of(group),
            stats={"over_applied": float(beyond)},
        )
        for (group, currency), (n, amount, beyond) in sorted(sums.items())
    ]


register("unapplied_cash", rows=unapplied_rows, figures=unapplied)
