"""Terms: flows and balances summed per group, currency and part - what totals and ratios are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.errors import unknown_name
from workbench.log.conditions import keep_where
from workbench.log.days import first_instant
from workbench.log.frames import in_major_units
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Point, Sheet, sheet_of, with_case
from workbench.measure.casesums import (
    balance_when,
    case_by_case,
    divided,
    lapsed,
    moved_since,
    of_the_case,
    product,
)
from workbench.measure.context import MISSING, Context
from workbench.measure.figure import Period
from workbench.measure.rows import Unavailable, in_period, part_of
from workbench.messages import Message
from workbench.places import in_project
from workbench.template.model import Ledger
from workbench.template.words import BalanceTerm, CaseTerm, CountTerm, LapseTerm, MovedTerm, SumTerm

__all__ = [
    "Term",
    "aged_from",
    "ages_of",
    "balance_rows",
    "balances_on",
    "band_name",
    "bands_of",
    "carries_amounts",
    "is_money",
    "monthly_sums",
    "open_rows",
    "term_frame",
    "term_rows",
    "term_sums",
]

Term = SumTerm | CountTerm | BalanceTerm | MovedTerm | LapseTerm | CaseTerm


def is_money(log: PreparedLog, term: Term) -> bool:
    """Whether a term is an amount in minor units: a balance, a movement, or a money attribute."""
    if isinstance(term, SumTerm):
        declared = log.meta.attribute_of(term.of, term.sum)
        return term.worth or (declared is not None and declared.type == "money")
    if isinstance(term, CaseTerm):
        return is_money(log, term.each_case[0].term)
    return not isinstance(term, CountTerm | LapseTerm)


def term_rows(
    context: Context, term: Term, period: Period, *, parts: str | None = None
) -> Sheet | Unavailable:
    """The rows of a term with columns t_amount, t_group and t_part."""
    sheet: Sheet | Unavailable
    if isinstance(term, BalanceTerm):
        if term.at_moment:
            sheet = balance_when(context, term, period, parts)
        else:
            sheet = balance_rows(context, term, period, parts=parts)
    elif isinstance(term, MovedTerm):
        sheet = (moved_since if term.since else _moved)(context, term, period, parts)
    elif isinstance(term, LapseTerm):
        sheet = lapsed(context, term, period, parts)
    elif isinstance(term, CaseTerm):
        sheet = case_by_case(context, term, period, parts, term_rows)
    else:
        sheet = _flow(context, term, period, parts)
    return sheet if isinstance(sheet, Unavailable) else _parted(context, sheet, parts)


def _parted(context: Context, sheet: Sheet, parts: str | None) -> Sheet | Unavailable:
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(Message("these rows have no attribute {what}", what=repr(context.by)))
    part: Any = ibis.literal("")
    if parts == "band" and "t_band" in sheet.table.columns:
        part = sheet.table["t_band"]
    elif parts is not None and parts != "band":
        part = part_of(context, sheet, parts, group)
    sheet.table = sheet.table.mutate(t_group=group.fill_null(MISSING), t_part=part)
    return sheet


def term_sums(
    context: Context, term: Term, period: Period, *, parts: str | None = None
) -> pd.DataFrame | Unavailable:
    """Columns g, p, case_currency, amount (minor units, or a plain number), n."""
    return context.once(("term", term, period, parts), lambda: _summed(context, term, period, parts))


def term_frame(
    context: Context, term: Term, period: Period, *, parts: str | None = None
) -> pd.DataFrame | Unavailable:
    """The rows of a term for people: case_id, amount (money in major units of `currency`), part, days past due."""
    sheet = term_rows(context, term, period, parts=parts)
    if isinstance(sheet, Unavailable):
        return sheet
    names = {"case_id": "case_id", "amount": "t_amount", "currency": "case_currency", "part": "t_part"}
    names |= {"days_past_due": "t_overdue"} if "t_overdue" in sheet.table.columns else {}
    frame = context.log.frame(
        sheet.table.select(**{name: sheet.table[column] for name, column in names.items()})
    )
    return in_major_units(context.log, frame, ["amount"]) if is_money(context.log, term) else frame


def monthly_sums(
    context: Context, term: Term, months: Sequence[Period], *, parts: str | None = None
) -> dict[Period, pd.DataFrame] | Unavailable:
    """What `term_sums` says of each of some months in a row, from one statement for all of them.

    A balance may be asked for in any periods that end in different months.
    """
    if isinstance(term, LapseTerm | CaseTerm) or _of_moments(term):
        found = {month: term_sums(context, term, month, parts=parts) for month in months}
        return next((sums for sums in found.values() if isinstance(sums, Unavailable)), None) or {
            month: sums for month, sums in found.items() if not isinstance(sums, Unavailable)
        }
    if isinstance(term, BalanceTerm):
        days = {_balance_day(term, month): month for month in months}
        sheet = balances_on(context, term, list(days), parts=parts)
        months_of = {_month_number(day): month for day, month in days.items()}
    else:
        whole = Period(months[0].start, months[-1].end)
        if isinstance(term, MovedTerm):
            sheet = _moved(context, term, whole, parts)
        else:
            sheet = _flow(context, term, whole, parts)
        months_of = {_month_number(month.end): month for month in months}
    if not isinstance(sheet, Unavailable):
        sheet = _parted(context, sheet, parts)
    if isinstance(sheet, Unavailable):
        return sheet
    day = sheet.table["t_day"]
    frame = _sums_by(context, term, sheet, month=(day.year() * 100 + day.month()).cast("int64"))
    return {
        month: frame[frame["month"] == number].drop(columns="month") for number, month in months_of.items()
    }


def _of_moments(term: Term) -> bool:
    """Whether a term asks each case for a moment of its own."""
    return (isinstance(term, BalanceTerm) and term.at_moment) or (
        isinstance(term, MovedTerm) and term.since is not None
    )


def _month_number(day: date) -> int:
    return day.year * 100 + day.month


def _summed(context: Context, term: Term, period: Period, parts: str | None) -> pd.DataFrame | Unavailable:
    sheet = term_rows(context, term, period, parts=parts)
    return sheet if isinstance(sheet, Unavailable) else _sums_by(context, term, sheet)


def _sums_by(context: Context, term: Term, sheet: Sheet, **keys: ir.Value) -> pd.DataFrame:
    rows = sheet.table.mutate(**keys)
    if not is_money(context.log, term):
        rows = rows.mutate(case_currency=ibis.literal(""))
    # A sum is divided once: exact, whatever the order of adding, and far less work than dividing every row.
    amount = rows["t_whole" if isinstance(term, SumTerm) else "t_amount"]
    summed = rows.group_by(
        g=rows["t_group"],
        p=rows["t_part"],
        case_currency=rows["case_currency"],
        **{name: rows[name] for name in keys},
    ).aggregate(amount=amount.sum(), n=(amount.fill_null(0) != 0).sum())
    if isinstance(term, SumTerm):
        summed = summed.mutate(amount=divided(term, summed["amount"]))
    return context.log.frame(summed)


def _flow(
    context: Context, term: SumTerm | CountTerm, period: Period, parts: str | None
) -> Sheet | Unavailable:
    sheet = sheet_of(context.log, term.of, (term, context.breakdown, parts))
    if sheet is None:
        return Unavailable(Message("the log shows no {what}", what=" or ".join(term.of)))
    keep_where(sheet, term.where)
    moment = (
        term.dated or {"cases": "started", "events": "time", "pair": "opened", "table": "started"}[sheet.noun]
    )
    point = sheet.point(moment)
    fallback = "time" if sheet.noun == "events" else None
    if term.dated is not None and fallback is not None:
        # A document date that is missing on a row gives way to the event's own day.
        own = sheet.point(fallback)
        point = Point(ibis.coalesce(point.day, own.day), None)
    in_period(sheet, point, period)
    whole: Any = ibis.literal(1, type="int64")
    if isinstance(term, SumTerm):
        column = of_the_case(sheet, term.sum) if term.of_case else sheet.column(term.sum)
        if column is None:
            return Unavailable(Message("the log has no {what}", what=term.sum))
        whole = product(context.log, sheet, term, column)
        if isinstance(whole, Unavailable):
            return whole
    amount = divided(term, whole) if isinstance(term, SumTerm) else whole
    sheet.table = sheet.table.mutate(t_whole=whole, t_amount=amount, t_day=point.day)
    if term.since is not None:
        age = ibis.literal(period.end).delta(sheet.point(term.since).day, unit="day")
        sheet.table = sheet.table.mutate(t_band=_band(age, ages_of(term)))
    return sheet


def _moved(context: Context, term: MovedTerm, period: Period, parts: str | None) -> Sheet | Unavailable:
    ledger = context.log.ledgers.get(term.moved)
    if ledger is None:
        return Unavailable(Message("the log has no balance of {what}", what=term.moved))
    codes = list(context.log.codes(term.by))
    steps = ledger.filter(ledger["activity"].isin(codes))
    sheet = Sheet(context.log, "events", with_case(context.log, steps, (term, context.breakdown, parts)))
    if period.start is not None:
        sheet.filter(
            sheet.table["day"] >= ibis.literal(period.start), sheet.table["day"] <= ibis.literal(period.end)
        )
    sheet.table = sheet.table.mutate(t_amount=-sheet.table["delta"], t_day=sheet.table["day"])
    return sheet


def balance_rows(
    context: Context, term: BalanceTerm, period: Period, *, parts: str | None = None
) -> Sheet | Unavailable:
    """Cases with a balance just before the period began, or at the end of its last day, with their age band.

    `t_overdue` is whole days past due on that day (null without a due date), `t_band` its band.
    """
    return balances_on(context, term, [_balance_day(term, period)], parts=parts)


def _balance_day(term: BalanceTerm, period: Period) -> date:
    """The day at whose end a balance is wanted."""
    if term.at == "end":
        return period.end
    assert period.start is not None
    return period.start - timedelta(days=1)


def balances_on(
    context: Context, term: BalanceTerm, days: Sequence[date], *, parts: str | None = None
) -> Sheet | Unavailable:
    """Cases with a balance at the end of each of some days (`t_day`), of the part that the term asks for."""
    log = context.log
    declared = log.template.ledgers[term.balance]
    if term.balance not in log.ledgers:
        return Unavailable(Message("the log shows no event that opens {what}", what=term.balance))
    if not carries_amounts(log, declared):
        return Unavailable(Message("the log has no {what}", what=declared.plus[0].sum[0]))
    aged = aged_from(log, declared) if parts == "band" else None
    sheet = open_rows(context, term, days, parts=parts, aged=aged)
    keep_where(sheet, term.where)
    if term.part != "all":
        if declared.due is None or sheet.column(declared.due) is None:
            return Unavailable(Message("the log has no {what}", what=declared.due))
        late = sheet.table["t_overdue"] > 0
        sheet.filter(late if term.part == "past_due" else ~late)
    return sheet


def carries_amounts(log: PreparedLog, ledger: Ledger) -> bool:
    """Whether the log has the amounts of a ledger; without them its balance only tells open from closed."""
    return any(log.meta.attribute(name) for entry in ledger.plus for name in entry.sum)


def open_rows(
    context: Context,
    term: BalanceTerm,
    days: Sequence[date],
    *,
    parts: str | None = None,
    aged: str | None = None,
) -> Sheet:
    """Cases with a balance at the end of each of some days on the term's side.

    Columns t_day, t_amount, t_overdue (whole days past due on that day) and t_band, by days past due; with `aged` by
    days since that date of the case, or since the day on which its balance was opened where it has none.
    """
    log = context.log
    declared = log.template.ledgers[term.balance]
    zone = log.meta.settings.zone
    ends = [first_instant(day + timedelta(days=1), zone).to_pydatetime() for day in days]
    steps = log.ledgers[term.balance]
    at: ir.Value = ibis.literal(ends[0], type="timestamp(6)")
    on: ir.Value = ibis.literal(days[0])
    if len(days) > 1:
        frame = pd.DataFrame({"t_on": list(days), "t_at": ends})
        steps = steps.cross_join(ibis.memtable(frame, schema={"t_on": "date", "t_at": "timestamp(6)"}))
        steps = steps.select(*steps.columns)
        at, on = steps["t_at"], steps["t_on"]
    steps = steps.mutate(t_day=on, t_at=at)
    at = steps["t_at"]
    steps = steps.filter((steps["time"] < at) & (steps["until"].isnull() | (steps["until"] >= at)))
    steps = steps.select("case_key", "balance", "t_day")
    sheet = Sheet(log, "cases", with_case(log, steps, (term, context.breakdown, parts, aged or "")))
    balance = sheet.table["balance"]
    if term.side == "debit":
        sheet.filter(balance > 0)
    elif term.side == "credit":
        sheet.filter(balance < 0)
    due = sheet.column(declared.due) if declared.due is not None else None
    overdue = ibis.null("int64") if due is None else sheet.table["t_day"].delta(due, unit="day")
    sheet.table = sheet.table.mutate(t_amount=sheet.table["balance"], t_overdue=overdue)
    age = sheet.table["t_overdue"] if aged is None else _age(sheet, term.balance, aged)
    band = _band(age, bands_of(declared, since_due=aged is None))
    sheet.table = sheet.table.mutate(t_band=band)
    return sheet


def aged_from(log: PreparedLog, ledger: Ledger) -> str | None:
    """The date from which the project lets balances age; None for the due date."""
    since = log.policy(ledger.aged) if ledger.aged is not None else None
    if not since or since == ledger.due:
        return None
    dates = {name for name, found in log.template.attributes.items() if found.type == "date"}
    if since not in dates and log.meta.attribute(str(since)) is None:
        raise unknown_name("date", str(since), dates, where=in_project("[policy]"))
    return str(since)


def _age(sheet: Sheet, ledger: str, since: str) -> ir.IntegerValue:
    """Days since a date of the case, or since its balance was opened where it has none."""
    steps = sheet.log.ledgers[ledger]
    steps = steps.filter(steps["role"] == "plus")
    booked = sheet.name("booked")
    sheet.attach(steps.group_by("case_key").aggregate(**{booked: steps["day"].min()}), ["case_key"])
    own, opened = sheet.column(since), sheet.table[booked]
    begun = opened if own is None else ibis.coalesce(own.cast("date"), opened)
    age: ir.IntegerValue = sheet.table["t_day"].delta(begun, unit="day")
    return age


def bands_of(ledger: Ledger, *, since_due: bool = True) -> list[tuple[str, int | None, int | None]]:
    """The age bands of a ledger in their order: name, more days past due than, and at most; None = no bound.

    Counted from another date than the due date nothing is "not due": the first band begins with that day.
    """
    if not since_due:
        return _ages(tuple(edge for edge in ledger.bands if edge > 0))
    return _between(ledger.bands)


def ages_of(term: SumTerm | CountTerm) -> list[tuple[str, int | None, int | None]]:
    """The age bands of a flow in their order; the first begins with the day itself."""
    return _ages(term.bands)


def _ages(edges: tuple[int, ...]) -> list[tuple[str, int | None, int | None]]:
    found = _between(edges)
    return [(f"0-{edges[0]}", None, edges[0]), *found[1:]] if edges else found


def _between(edges: tuple[int, ...]) -> list[tuple[str, int | None, int | None]]:
    lowers: tuple[int | None, ...] = (None, *edges)
    uppers: tuple[int | None, ...] = (*edges, None)
    return [(band_name(low, high), low, high) for low, high in zip(lowers, uppers, strict=True)]


def band_name(lower: int | None, upper: int | None) -> str:
    """What an ageing band is called: not_due, 1-30, ..., >120.

    >>> band_name(None, 0), band_name(0, 30), band_name(120, None)
    ('not_due', '1-30', '>120')
    """
    if lower is None:
        return "not_due" if upper == 0 else f"<={upper}"
    return f">{lower}" if upper is None else f"{lower + 1}-{upper}"


def _band(age: Any, bands: Sequence[tuple[str, int | None, int | None]]) -> Any:
    """Bands by upper edge in days; rows of which the age is not known are "unknown"."""
    branches = [(age <= upper, name) for name, _, upper in bands if upper is not None]
    return ibis.cases((age.isnull(), "unknown"), *branches, else_=bands[-1][0])
