"""Balances: a case's open amount as a step function of time, rebuilt from events.

A ledger row says that from `time` until `until` (open-ended at the last one) a case's balance was `balance`,
after a movement of `delta` by an event. A balance *at* an instant counts everything before it.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from workbench.log.draft import Draft
from workbench.log.keys import ORDER, in_case
from workbench.template.model import Ledger, LedgerEntry

__all__ = ["balance_at", "build_ledger", "has_amounts"]


def has_amounts(draft: Draft, ledger: Ledger) -> bool:
    """Whether the log carries the amounts that open this ledger; without them it only knows open from closed."""
    return any(draft.find(name) is not None for entry in ledger.plus for name in entry.sum)


def build_ledger(draft: Draft, ledger: Ledger) -> ir.Table:
    """Columns case_key, time, rank, ord, sub, activity, delta, balance, until, known, started, paid.

    `started` says that the balance has been opened, `paid` sums what payments and credits (entries, not
    clearings) took away so far, `has_payment` says whether the case has any payment amount at all; a credit memo is
    none. Without amounts in the log the balance is 1 while open and 0 after; with them a case whose opening amount is
    missing has no rows here and is unknown to every figure.
    """
    amounts = has_amounts(draft, ledger)
    parts = [_entry(draft, entry, +1, amounts) for entry in ledger.plus]
    parts += [_entry(draft, entry, -1, amounts) for entry in ledger.minus] if amounts else []
    resting = [entry for entry in ledger.minus if entry.missing == "rest" or not amounts]
    parts += _clearings(draft, ledger, resting, amounts)
    moves = draft.engine.keep(ibis.union(*[part for part in parts if part is not None]), f"moves_{ledger.id}")

    # What a reduction without an amount takes is what stands open then: of the sum S of all written amounts so far,
    # that much more than what such reductions took before - the running maximum of S over them.
    everything, earlier = in_case(moves, preceding=(None, 0)), in_case(moves, preceding=(None, 1))
    moves = moves.mutate(written=moves["delta"].fill_null(0).sum().over(everything))
    at_take = ibis.ifelse(moves["role"] == "take", moves["written"], ibis.null("int64"))
    moves = moves.mutate(
        taken=ibis.greatest(at_take.max().over(everything).fill_null(0), 0),
        taken_before=ibis.greatest(at_take.max().over(earlier).fill_null(0), 0),
    )
    totals = moves.group_by("case_key").aggregate(
        total=moves["delta"].fill_null(0).sum() - moves["taken"].max(),
        opened=(moves["role"] == "plus").any(),
        unknown=((moves["role"] == "plus") & moves["delta"].isnull()).any(),
        has_payment=(moves["is_payment"] & (moves["delta"].fill_null(0) != 0)).any(),
    )
    totals = totals.filter(totals["opened"] & ~totals["unknown"]).drop("opened", "unknown")
    moves = moves.join(totals, "case_key")
    turn = ibis.row_number().over(
        ibis.window(group_by=[moves["case_key"], moves["role"]], order_by=[moves[key] for key in ORDER])
    )
    # What is taken back after the clearing (a payment that bounced) is open again, and nothing it has cleared.
    after = in_case(moves, following=(1, None))
    returned = ibis.ifelse(moves["role"] == "minus", moves["delta"].fill_null(0), 0).sum().over(after)
    rest = ibis.greatest(moves["total"] - ibis.greatest(returned.fill_null(0), 0), 0)
    moves = moves.mutate(
        delta=ibis.cases(
            (moves["role"] == "take", moves["taken_before"] - moves["taken"]),
            (moves["role"] == "clear", ibis.ifelse(turn == 0, -rest, 0)),
            else_=moves["delta"].fill_null(0),
        )
    )
    running = in_case(moves, preceding=(None, 0))
    nothing = ibis.literal(0, type="int64")
    moves = moves.mutate(
        balance=moves["delta"].sum().over(running),
        started=(moves["role"] == "plus").cast("int32").max().over(running) == 1,
        paid=ibis.ifelse(moves["role"] == "minus", -moves["delta"], nothing).sum().over(running),
        until=moves["time"].lead(1).over(in_case(moves)),
    )
    return draft.engine.keep(
        moves.select(
            "case_key",
            *ORDER,
            "day",
            "activity",
            "role",
            "delta",
            "balance",
            "until",
            "started",
            "paid",
            "has_payment",
        ).order_by("case_key", *ORDER),
        f"ledger_{ledger.id}",
    )


def balance_at(ledger: ir.Table, rows: ir.Table, time: str, *, name: str = "balance_then") -> ir.Table:
    """Rows (with case_key and a time column) with the case's balance just before that time, 0 before it opened."""
    moments = rows.select(at_case=rows["case_key"], at_time=rows[time]).distinct()
    steps = ledger.select("case_key", "time", "until", "balance")
    # Joined by case alone and filtered: a join by the times as well would go through them line by line.
    found = moments.join(steps, moments["at_case"] == steps["case_key"])
    found = found.filter(
        (found["time"] < found["at_time"]) & (found["until"].isnull() | (found["until"] >= found["at_time"]))
    ).select("at_case", "at_time", step_balance="balance")
    joined = rows.left_join(found, [rows["case_key"] == found["at_case"], rows[time] == found["at_time"]])
    return joined.mutate(**{name: joined["step_balance"].fill_null(0)}).drop(
        "at_case", "at_time", "step_balance"
    )


def _entry(draft: Draft, entry: LedgerEntry, sign: int, amounts: bool) -> ir.Table | None:
    """The movements of one entry; `None` when the log never shows its activity."""
    events = draft.events_of((entry.of,), *entry.sum, entry.dated)
    if events is None:
        return None
    events = draft.with_case(events, *entry.sum, entry.dated)
    amount: ir.Value = ibis.literal(1, type="int64")
    if amounts:
        found = [draft.column(events, name) for name in entry.sum]
        present = [column for column in found if column is not None]
        amount = ibis.coalesce(*present).cast("int64") if present else ibis.null("int64")
        if entry.missing == "rest":
            # Those without one take what is open (`_clearings`): two movements of one event would have no order.
            events = events.mutate(amount=amount)
            events = events.filter(events["amount"].notnull())
            amount = events["amount"]
    if not amounts:
        # Without amounts a case is opened once, by its first opening event.
        events = events.mutate(turn=ibis.row_number().over(in_case(events)), amount=amount)
        amount = ibis.ifelse(events["turn"] == 0, events["amount"], ibis.literal(0, type="int64"))
    time, day, rank = events["time"], events["day"], events["rank"]
    dated = draft.column(events, entry.dated) if entry.dated else None
    if dated is not None:
        # Booked on a document date: at the first instant of that local day, before what else that day brings.
        days = draft.days.select("day", "midnight").rename(booked="day", booked_at="midnight")
        events = events.mutate(booked=dated, booking=dated, amount=amount).left_join(days, "booked")
        time = ibis.coalesce(events["booked_at"], events["time"])
        day = ibis.coalesce(events["booking"], events["day"])
        rank = ibis.ifelse(events["booked_at"].isnull(), events["rank"], ibis.literal(-1, type="int32"))
        amount = events["amount"]
    return events.select(
        "case_key",
        time=time,
        rank=rank.cast("int32"),
        ord=events["ord"],
        sub=events["sub"],
        day=day,
        activity=events["activity"],
        role=ibis.literal("plus" if sign > 0 else "minus"),
        delta=amount * sign,
        is_payment=ibis.literal(sign < 0 and entry.payment),
    )


def _clearings(draft: Draft, ledger: Ledger, resting: list[LedgerEntry], amounts: bool) -> list[ir.Table]:
    """Events without an amount of their own: clearings, and reductions of which nobody wrote the amount down."""
    found = draft.events_of(tuple(ledger.clears)) if ledger.clears else None
    parts = [] if found is None else [_unwritten(found, "clear")]
    for entry in resting:
        if entry.missing != "rest":
            continue
        events = draft.events_of((entry.of,), *entry.sum)
        if events is None:
            continue
        columns = [draft.column(events, name) for name in entry.sum] if amounts else []
        present = [column for column in columns if column is not None]
        if present:
            events = events.filter(ibis.coalesce(*present).isnull())
        parts.append(_unwritten(events, "take"))
    return parts


def _unwritten(events: ir.Table, role: str) -> ir.Table:
    """Movements whose amount is still to be worked out."""
    return events.select(
        "case_key",
        "time",
        rank=events["rank"].cast("int32"),
        ord=events["ord"],
        sub=events["sub"],
        day=events["day"],
        activity=events["activity"],
        role=ibis.literal(role),
        delta=ibis.null("int64"),
        is_payment=ibis.literal(False),
    )
