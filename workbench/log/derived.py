"""Events that no system recorded: due date passed, paid in full, promise broken, a value changed.

They are derived against the recorded order and put in by ordering columns, never by positions: inserting an
event renumbers the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from workbench.log.draft import Draft
from workbench.log.keys import ORDER, in_case
from workbench.log.ledgers import balance_at
from workbench.template.model import Derived

__all__ = ["EVENT_COLUMNS", "date_passed", "deadline_missed", "ledger_zero", "value_changed"]

# What a derived event consists of; all other columns of an event are empty for it.
EVENT_COLUMNS = ("case_key", *ORDER, "day", "activity")


def _event(rows: ir.Table, draft: Draft, derived: Derived, **columns: ir.Value) -> ir.Table:
    code = draft.meta.code(derived.id)
    return rows.select(
        "case_key",
        time=columns["time"],
        rank=ibis.literal(columns.get("rank", 0), type="int32"),
        ord=columns.get("ord", ibis.literal(-1, type="int64")),
        sub=ibis.literal(columns.get("sub", 0), type="int32"),
        day=columns["day"],
        activity=ibis.literal(code, type="int32"),
        **{name: value for name, value in columns.items() if name not in EVENT_COLUMNS},
    )


def date_passed(draft: Draft, derived: Derived, ledgers: Mapping[str, ir.Table]) -> ir.Table | None:
    """00:00 of the day after a case's date, while the ledger then has a balance above its tolerance."""
    if derived.date is None or derived.date not in draft.cases.columns:
        return None
    cases = draft.cases.select("case_key", on=draft.cases[derived.date])
    cases = cases.filter(cases["on"].notnull())
    days = draft.days.rename(next_day="day")
    due = cases.mutate(next_day=cases["on"] + ibis.interval(days=1)).join(
        days.select("next_day", "midnight"), "next_day"
    )
    due = due.filter(due["next_day"] <= ibis.literal(draft.meta.as_of))
    if derived.while_ is not None:
        due = balance_at(ledgers[derived.while_], due, "midnight")
        due = _with_tolerance(draft, due, draft.template.ledgers[derived.while_].tolerance)
        due = due.filter(due["balance_then"] > due["tolerance"])
    return _event(due, draft, derived, time=due["midnight"], day=due["next_day"], rank=-1)


def ledger_zero(draft: Draft, derived: Derived, ledgers: Mapping[str, ir.Table]) -> ir.Table:
    """The first moment after the last invoice at which payments or credits leave no more than the tolerance open.

    A case that is invoiced again after it was paid is paid once all of it is. A payment that bounces later opens the
    balance again, not the case. A settlement (a clearing activity in `by`)
    counts only in a case without payment data: with it, what the payments left open was forgiven, not paid. A balance
    opened after it was prepaid is paid when it opens.
    """
    assert derived.ledger is not None
    declared = draft.template.ledgers[derived.ledger]
    steps = ledgers[derived.ledger]
    by = draft.template.expand(derived.by)
    paying = draft.meta.codes(
        activity for activity in by if activity not in draft.template.expand(declared.clears)
    )
    settling = draft.meta.codes(
        activity for activity in by if activity in draft.template.expand(declared.clears)
    )
    opening = draft.meta.codes(entry.of for entry in declared.plus)
    paid = steps["activity"].isin(paying) | (steps["activity"].isin(opening) & (steps["paid"] > 0))
    settled = steps["activity"].isin(settling) & ~steps["has_payment"]
    later = steps["activity"].isin(opening).cast("int32").max().over(in_case(steps, following=(1, None)))
    steps = steps.mutate(by_money=paid | settled, opens_later=later.fill_null(0) == 1)
    zero = _with_tolerance(draft, steps, declared.tolerance)
    zero = zero.filter(zero["started"] & ~zero["opens_later"] & (zero["balance"] <= zero["tolerance"]))
    first = zero.mutate(turn=ibis.row_number().over(in_case(zero)))
    # What a write-off brought to nought is not paid, whatever comes in later.
    first = first.filter((first["turn"] == 0) & first["by_money"])
    return first.select(
        "case_key",
        "time",
        rank=first["rank"],
        ord=first["ord"],
        sub=ibis.literal(1, type="int32"),
        day=first["day"],
        activity=ibis.literal(draft.meta.code(derived.id), type="int32"),
    )


def deadline_missed(draft: Draft, derived: Derived, rows: ir.Table) -> ir.Table:
    """00:00 of the day after the deadline of a pair's rows when it was not closed by then."""
    late = rows.filter(
        rows["deadline"].notnull()
        & (rows["deadline"] < ibis.literal(draft.meta.as_of))
        & (rows["closed_day"].isnull() | (rows["closed_day"] > rows["deadline"]))
    )
    late = late.mutate(next_day=late["deadline"] + ibis.interval(days=1))
    days = draft.days.select(next_day="day", midnight="midnight")
    late = late.join(days, "next_day")
    return _event(
        late, draft, derived, time=late["midnight"], day=late["next_day"], rank=-1, ord=late["opened_ord"]
    )


def value_changed(draft: Draft, derived: Derived) -> ir.Table | None:
    """Directly after each event whose attribute differs from the last value that the case showed."""
    assert derived.attribute is not None
    events = draft.with_details(draft.events, derived.attribute, "resource")
    column = draft.column(events, derived.attribute)
    if column is None:
        return None
    rows = events.mutate(value=column)
    rows = rows.filter(rows["value"].notnull())
    rows = rows.mutate(previous=rows["value"].lag(1).over(in_case(rows)))
    changed = rows.filter(rows["previous"].notnull() & (rows["value"] != rows["previous"]))
    if derived.direction != "any":
        up = changed["value"] > changed["previous"]
        changed = changed.filter(up if derived.direction == "up" else ~up)
    if derived.after:
        earlier = draft.events_of(derived.after)
        if earlier is None:
            return None
        since = earlier.group_by("case_key").aggregate(since=earlier["time"].min())
        changed = changed.join(since, "case_key")
        changed = changed.filter(changed["time"] > changed["since"])
    extra = {}
    if derived.delta is not None:
        value, previous = changed["value"], changed["previous"]
        step = value.delta(previous, unit="day") if value.type().is_date() else value - previous
        extra[derived.delta] = step.cast("float64")
    return changed.select(
        "case_key",
        "time",
        rank=changed["rank"].cast("int32"),
        ord=changed["ord"],
        sub=ibis.literal(2, type="int32"),
        day=changed["day"],
        activity=ibis.literal(draft.meta.code(derived.id), type="int32"),
        resource=changed["resource"],
        **extra,
    )


def _with_tolerance(draft: Draft, rows: ir.Table, value: object) -> ir.Table:
    """Rows of cases with a tolerance given in major units as minor ones of each case's own currency."""
    amount = Decimal(str(draft.policy(value) or 0))
    minor = {
        currency: int(amount.scaleb(draft.meta.digits(currency)).to_integral_value())
        for currency in draft.meta.currencies
    }
    if len(set(minor.values())) <= 1:
        return rows.mutate(tolerance=ibis.literal(next(iter(minor.values()), 0), type="int64"))
    cases = draft.cases
    own = ibis.cases(*[(cases["case_currency"] == currency, units) for currency, units in minor.items()])
    return rows.join(cases.select("case_key", tolerance=own.cast("int64")), "case_key")
