"""Terms that look at a case, or into a pair, before they are summed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.log.beside import own_currency
from workbench.log.conditions import keep_where
from workbench.log.inside import inside
from workbench.log.ledgers import balance_at
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet, sheet_of, with_case
from workbench.measure.context import Context
from workbench.measure.figure import Period
from workbench.measure.rows import Unavailable, in_period
from workbench.messages import Message
from workbench.template.words import BalanceTerm, CaseTerm, LapseTerm, MovedTerm, SumTerm

__all__ = ["balance_when", "case_by_case", "divided", "lapsed", "moved_since", "of_the_case", "product"]

_SECOND = 1_000_000
# Money in minor units and a share: what their product holds exactly.
_AMOUNT, _FACTOR, _EXACT = "decimal(24, 6)", "decimal(12, 6)", "decimal(36, 12)"


def product(log: PreparedLog, sheet: Sheet, term: SumTerm, column: ir.Value) -> ir.Value | Unavailable:
    """The amount of each row: an attribute, times another one or a number of the policy, exact and not yet divided.

    An amount that is worth money in the project's currency gives the rows that currency.
    """
    amount: Any = column
    if term.times is not None:
        named = term.times.startswith("policy.")
        factor = ibis.literal(log.policy(term.times)) if named else sheet.column(term.times)
        if factor is None:
            return Unavailable(Message("the log has no {what}", what=term.times))
        amount = amount.cast(_AMOUNT) * factor.cast(_FACTOR)
    if term.worth:
        currency = own_currency(log.meta.settings, log.meta.currencies)
        sheet.table = sheet.table.mutate(case_currency=ibis.literal(currency))
        amount = amount * 10 ** log.meta.digits(currency)
    return amount


def divided(term: SumTerm, amount: ir.Value) -> ir.Value:
    """An amount, or a sum of amounts, by what the term divides it by: rounded far below what can be paid."""
    return amount if term.divided_by == 1 else (amount / term.divided_by).cast(_EXACT)


def of_the_case(sheet: Sheet, name: str) -> ir.Value | None:
    """An attribute of each row's case, whatever the row itself says of it."""
    cases = sheet.log.cases
    if name not in cases.columns:
        return None
    own = sheet.name("of_case")
    sheet.attach(cases.select("case_key", **{own: cases[name]}), ["case_key"])
    return sheet.table[own]


def balance_when(
    context: Context, term: BalanceTerm, period: Period, parts: str | None
) -> Sheet | Unavailable:
    """What was open at a moment of each case, of the cases whose moment falls into the period."""
    ledger = context.log.ledgers.get(term.balance)
    if ledger is None:
        return Unavailable(Message("the log shows no event that opens {what}", what=term.balance))
    sheet = sheet_of(context.log, ("cases",), (term, context.breakdown, parts), include_neutral=True)
    assert sheet is not None  # there are cases in every log
    keep_where(sheet, term.where)
    point = sheet.point(term.at)
    if point.time is None:
        return Unavailable(Message("{what} is no moment of a balance", what=term.at))
    sheet.filter(point.time.notnull())
    in_period(sheet, point, period)
    sheet.table = sheet.table.mutate(t_day=point.day, t_then=point.time)
    sheet.table = balance_at(ledger, sheet.table, "t_then", name="t_balance")
    balance = sheet.table["t_balance"]
    if term.side != "net":
        sheet.filter(balance > 0 if term.side == "debit" else balance < 0)
    sheet.table = sheet.table.mutate(t_amount=sheet.table["t_balance"])
    return sheet


def moved_since(context: Context, term: MovedTerm, period: Period, parts: str | None) -> Sheet | Unavailable:
    """What moved a balance at or after a moment of each case, of the cases whose moment falls into the period."""
    ledger = context.log.ledgers.get(term.moved)
    if ledger is None:
        return Unavailable(Message("the log has no balance of {what}", what=term.moved))
    codes = context.log.codes(term.by) or context.log.codes(term.else_by)
    steps = ledger.filter(ledger["activity"].isin(list(codes)))
    steps = steps.select("case_key", step_time="time", step_delta="delta")
    sheet = Sheet(context.log, "cases", with_case(context.log, steps, (term, context.breakdown, parts)))
    point = sheet.point(str(term.since))
    if point.time is None:
        return Unavailable(Message("{what} is no moment of a balance", what=term.since))
    sheet.table = sheet.table.mutate(t_day=point.day, t_then=point.time, t_amount=-sheet.table["step_delta"])
    sheet.filter((sheet.table["step_time"] >= sheet.table["t_then"]).fill_null(False))
    in_period(sheet, sheet.point(str(term.since)), period)
    return sheet


def lapsed(context: Context, term: LapseTerm, period: Period, parts: str | None) -> Sheet | Unavailable:
    """Seconds inside closed pairs, by the day on which they were closed."""
    sheet = sheet_of(context.log, term.of, (term, context.breakdown, parts))
    if sheet is None:
        return Unavailable(Message("the log shows no {what}", what=" or ".join(term.of)))
    point = sheet.point("closed")
    sheet.filter(point.day.notnull())
    in_period(sheet, point, period)
    found = inside(sheet, term.lapse)
    sheet.table = sheet.table.mutate(
        t_amount=found.cast("float64") / _SECOND, t_day=sheet.table["closed_day"]
    )
    return sheet


def case_by_case(
    context: Context,
    term: CaseTerm,
    period: Period,
    parts: str | None,
    rows_of: Callable[[Context, Any, Period], Sheet | Unavailable],
) -> Sheet | Unavailable:
    """Terms summed case by case, each case no less than the floor if there is one; `rows_of` gives a term's rows."""
    taken = []
    for signed in term.each_case:
        rows = rows_of(Context(context.log), signed.term, period)
        if isinstance(rows, Unavailable):
            return rows
        amount = rows.table["t_amount"].cast(_EXACT) * signed.sign
        taken.append(rows.table.select("case_key", taken=amount))
    every = ibis.union(*taken) if len(taken) > 1 else taken[0]
    summed = every.group_by("case_key").aggregate(taken=every["taken"].sum())
    sheet = Sheet(context.log, "cases", with_case(context.log, summed, (term, context.breakdown, parts)))
    amount = sheet.table["taken"]
    if term.floor is not None:
        amount = ibis.greatest(amount, ibis.literal(term.floor).cast(_EXACT))
    sheet.table = sheet.table.mutate(t_amount=amount, t_day=ibis.literal(period.end))
    return sheet
