"""Balance-days: how much money stood open for how long, and in which phase of the process it stood there.

A balance of 100 that is open for 30 days is 3,000 balance-days. They are summed as whole minor units times whole
microseconds, so that the parts add up to the whole exactly, on every engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.log.days import day_table, first_instant
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet, as_text, with_case
from workbench.measure.context import MISSING, Context, Money, as_int
from workbench.measure.figure import Period
from workbench.measure.rows import DAY, Unavailable
from workbench.measure.terms import carries_amounts, monthly_sums, term_sums
from workbench.messages import Message
from workbench.template.model import Ledger
from workbench.template.words import SumTerm

__all__ = ["UNKNOWN", "Held", "Sold", "balance_day_rows", "held", "phase_names", "sold"]

# (group, currency, phase) -> (balance-days in major units, number of cases); a whole has the phase "".
Held = dict[tuple[str, str, str], tuple[Fraction, int]]
# (group, currency) -> sales in major units
Sold = dict[tuple[str, str], Fraction]

UNKNOWN = "unknown"
_WHOLE = ""
_BALANCE, _DUE, _NO_DUE, _FIRST_ASKED = range(4)


def held(
    context: Context, ledger: str, periods: Sequence[Period], *, phases: bool = False
) -> Mapping[Period, Held] | Unavailable:
    """The balance-days of each period per group and shown currency; with `phases`, of each phase of the ledger.

    Debit balances only. The sums of several periods, which may overlap, come from one statement.
    """
    question = ("held", ledger, tuple(periods), phases)
    return context.once(question, lambda: _held(context, ledger, periods, phases))


def phase_names(ledger: Ledger) -> list[str]:
    """The phases of a ledger in the order in which money goes through them; last, where no due date is known.

    Before and after the due date alike, what is asked last is what an open balance begins with.
    """
    asked = [*ledger.phases[::-1]]
    in_turn = [phase for side in (False, True) for phase in asked if phase.past_due is side]
    return [*(phase.id for phase in in_turn), UNKNOWN]


def sold(context: Context, sales: SumTerm, periods: Sequence[Period]) -> Mapping[Period, Sold] | Unavailable:
    """What was sold in each period per group and shown currency, exact."""
    factors = Money(context.log).factors(context.log.meta.currencies)
    frames: dict[Period, pd.DataFrame] = {}
    if _months(periods):
        found = monthly_sums(context, sales, sorted(periods, key=lambda period: period.end))
        if isinstance(found, Unavailable):
            return found
        frames = found
    for period in periods:
        frame = frames[period] if period in frames else term_sums(context, sales, period)
        if isinstance(frame, Unavailable):
            return frame
        frames[period] = frame
    result: dict[Period, Sold] = {}
    for period in periods:
        own: Sold = {}
        for record in frames[period].to_dict("records"):
            currency, factor = factors[str(record["case_currency"])]
            key = (str(record["g"]), currency)
            own[key] = own.get(key, Fraction(0)) + _exact(record["amount"]) * Fraction(factor)
        result[period] = own
    return result


def balance_day_rows(
    context: Context, ledger: str, period: Period, *, phases: bool = False
) -> pd.DataFrame | Unavailable:
    """A row per case (and phase) with a balance in the period: case_id, phase, balance_days in major units."""
    spells = _spells(context, ledger, [period], phases)
    if isinstance(spells, Unavailable):
        return spells
    names = ("case_id", "case_currency", "phase", "held")
    frame = context.log.frame(
        Sheet(context.log, "cases", with_case(context.log, spells, ())).table.select(*names)
    )
    digits = {name: 10 ** context.log.meta.digits(name) for name in context.log.meta.currencies}
    frame["balance_days"] = [
        float(_exact(amount) / (DAY * digits[str(currency)]))
        for amount, currency in zip(frame["held"], frame["case_currency"], strict=True)
    ]
    return frame.drop(columns=["held", *([] if phases else ["phase"])])


# ---------------------------------------------------------------------- the statement
def _months(periods: Sequence[Period]) -> bool:
    """Whether the periods are calendar months of their own, whose sums one statement gives."""
    return len(periods) > 1 and all(
        period.start is not None
        and period.start.day == 1
        and (period.end + timedelta(days=1)).day == 1
        and (period.start.year, period.start.month) == (period.end.year, period.end.month)
        for period in periods
    )


def _held(
    context: Context, ledger: str, periods: Sequence[Period], phases: bool
) -> Mapping[Period, Held] | Unavailable:
    log = context.log
    spells = _spells(context, ledger, periods, phases)
    if isinstance(spells, Unavailable):
        return spells
    sheet = Sheet(log, "cases", with_case(log, spells, (context.breakdown,)))
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(Message("these rows have no attribute {what}", what=repr(context.by)))
    rows = sheet.table.mutate(g=as_text(group).fill_null(MISSING))
    frame = log.frame(
        rows.group_by(["period", "g", "case_currency", "phase"]).aggregate(
            held=rows["held"].sum(), n=rows.count()
        )
    )
    factors = Money(log).factors(log.meta.currencies)
    result: dict[Period, Held] = {period: {} for period in periods}
    for record in frame.to_dict("records"):
        currency, factor = factors[str(record["case_currency"])]
        own = result[periods[as_int(record["period"])]]
        key = (str(record["g"]), currency, str(record["phase"]))
        days, n = own.get(key, (Fraction(0), 0))
        own[key] = (days + _exact(record["held"]) * Fraction(factor) / DAY, n + as_int(record["n"]))
    return result


def _exact(value: Any) -> Fraction:
    """A whole number of minor units as an engine gives it; nothing is nought."""
    return Fraction(0) if value is None or pd.isna(value) else Fraction(value)


def _spells(context: Context, ledger: str, periods: Sequence[Period], phases: bool) -> ir.Table | Unavailable:
    """Columns period (its place), case_key, phase and held: minor units × µs of the positive balances."""
    log = context.log
    declared = log.template.ledgers[ledger]
    if ledger not in log.ledgers:
        return Unavailable(Message("the log shows no event that opens {what}", what=ledger))
    if not carries_amounts(log, declared):
        return Unavailable(Message("the log has no {what}", what=declared.plus[0].sum[0]))
    if phases and not declared.phases:
        return Unavailable(Message("{what} has no phases", what=ledger))
    spans = _spans(log, periods)
    first, last = spans["opens"].min(), spans["shuts"].max()
    steps = log.ledgers[ledger].select("case_key", "time", "until", "balance", "delta")
    steps = steps.filter(steps["time"] < ibis.literal(last.to_pydatetime(), type="timestamp(6)"))
    if phases:
        rows = _told_apart(log, declared, steps, first.to_pydatetime(), last.to_pydatetime())
    else:
        rows = steps.mutate(phase=ibis.literal(_WHOLE))
    rows = rows.filter(rows["balance"] > 0).select("case_key", "time", "until", "balance", "phase")
    table = ibis.memtable(spans, schema={"period": "int64", "opens": "timestamp(6)", "shuts": "timestamp(6)"})
    both = rows.cross_join(table)
    both = both.select(*both.columns)
    both = both.filter(
        (both["time"] < both["shuts"]) & (both["until"].isnull() | (both["until"] > both["opens"]))
    )
    since = ibis.greatest(both["time"], both["opens"])
    up_to = ibis.least(ibis.coalesce(both["until"], both["shuts"]), both["shuts"])
    both = both.mutate(lasted=up_to.delta(since, unit="microsecond"))
    both = both.filter(both["lasted"] > 0)
    both = both.mutate(product=both["balance"].cast("decimal(20, 0)") * both["lasted"].cast("decimal(18, 0)"))
    return both.group_by(["period", "case_key", "phase"]).aggregate(held=both["product"].sum())


def _spans(log: PreparedLog, periods: Sequence[Period]) -> pd.DataFrame:
    """Each period from its first instant up to the first that is no longer in it."""
    zone = log.meta.settings.zone
    begun = pd.Timestamp(1900, 1, 1)
    return pd.DataFrame(
        {
            "period": range(len(periods)),
            "opens": [
                begun if found.start is None else first_instant(found.start, zone) for found in periods
            ],
            "shuts": [first_instant(found.end + timedelta(days=1), zone) for found in periods],
        }
    )


# ---------------------------------------------------------------------- phases
def _told_apart(log: PreparedLog, ledger: Ledger, steps: ir.Table, first: Any, last: Any) -> ir.Table:
    """The balance of each case between any two moments at which it or its phase changes.

    Every change is a row - a movement of the balance, the due date going by, something opened or closed - and the
    running sums of these rows say what holds until the next one. All that changes in one instant is one row.
    """
    start, end = (ibis.literal(moment, type="timestamp(6)") for moment in (first, last))
    touched = steps.filter((steps["balance"] > 0) & (steps["until"].isnull() | (steps["until"] > start)))
    keys = log.engine.keep(touched.select("case_key").distinct(), "open_cases")
    asked = list(dict.fromkeys((phase.during, phase.after) for phase in ledger.phases))
    changes = [_change(steps, "time", _BALANCE, steps["delta"]), *_due(log, ledger, first, last)]
    for place, (during, after) in enumerate(asked):
        changes += _asked(log, during, after, _FIRST_ASKED + place)
    rows = ibis.union(*changes).semi_join(keys, "case_key")
    rows = rows.filter(rows["time"].notnull() & (rows["time"] < end))
    # What happened before all periods only matters in sum.
    rows = rows.mutate(time=ibis.greatest(rows["time"], start))
    codes = [_BALANCE, _DUE, _NO_DUE, *(_FIRST_ASKED + place for place in range(len(asked)))]
    nothing = ibis.literal(0, type="int64")
    rows = rows.group_by(["case_key", "time"]).aggregate(
        **{
            f"d{code}": ibis.ifelse(rows["code"] == code, rows["step"], nothing).sum().cast("int64")
            for code in codes
        }
    )
    so_far = ibis.window(group_by=rows["case_key"], order_by=rows["time"], preceding=(None, 0))
    in_turn = ibis.window(group_by=rows["case_key"], order_by=rows["time"])
    rows = rows.mutate(
        **{f"s{code}": rows[f"d{code}"].sum().over(so_far).cast("int64") for code in codes},
        until=rows["time"].lead(1).over(in_turn),
    )
    branches: list[tuple[ir.BooleanValue, str]] = [(rows[f"s{_NO_DUE}"] > 0, UNKNOWN)]
    for phase in ledger.phases:
        holds = (rows[f"s{_DUE}"] > 0) == ibis.literal(phase.past_due)
        if phase.during is not None or phase.after:
            holds = holds & (rows[f"s{_FIRST_ASKED + asked.index((phase.during, phase.after))}"] > 0)
        branches.append((holds, phase.id))
    return rows.mutate(phase=ibis.cases(*branches, else_=UNKNOWN), balance=rows[f"s{_BALANCE}"])


def _change(table: ir.Table, time: str, code: int, step: ir.Value) -> ir.Table:
    return table.select(
        "case_key",
        time=table[time].cast("timestamp(6)"),
        code=ibis.literal(code, type="int64"),
        step=step.cast("int64"),
    )


def _asked(log: PreparedLog, during: str | None, after: tuple[str, ...], code: int) -> list[ir.Table]:
    """When what a phase asks for begins and ends in each case."""
    changes = []
    if during is not None and during in log.pairs:
        rows = log.pairs[during].select("case_key", "opened", "closed", "stopped", "became")
        ended = log.cases.select("case_key", "ended")
        rows = rows.join(ended.filter(ended["ended"].notnull()), "case_key", how="left").drop(
            "case_key_right"
        )
        rows = rows.select(*rows.columns)
        over = ibis.cases(
            (rows["became"] == "closed", rows["closed"]),
            (rows["became"] == "stopped", rows["stopped"]),
            (rows["became"] == "ended", rows["ended"]),
            else_=ibis.null("timestamp(6)"),
        )
        rows = rows.mutate(over=over)
        changes += [
            _change(rows, "opened", code, ibis.literal(1)),
            _change(rows, "over", code, ibis.literal(-1)),
        ]
    if after:
        events = log.events.filter(log.events["activity"].isin(list(log.codes(after))))
        first = events.group_by("case_key").aggregate(since=events["time"].min())
        changes.append(_change(first, "since", code, ibis.literal(1)))
    return changes


def _due(log: PreparedLog, ledger: Ledger, first: Any, last: Any) -> list[ir.Table]:
    """The first instant of the day after each case's due date - long ago is soon enough - and who has none."""
    cases = log.cases
    start = ibis.literal(first, type="timestamp(6)")
    if ledger.due is None or ledger.due not in cases.columns:
        return [_change(cases.select("case_key", since=start), "since", _NO_DUE, ibis.literal(1))]
    since, until = (
        pd.Timestamp(first).date() - timedelta(days=2),
        pd.Timestamp(last).date() + timedelta(days=2),
    )
    days = day_table(since, until, log.meta.settings).select("day", "midnight")
    dated = cases.select("case_key", due=cases[ledger.due])
    without = dated.filter(dated["due"].isnull()).select("case_key", since=start)
    dated = dated.filter(dated["due"].notnull())
    after = ibis.greatest(dated["due"] + ibis.interval(days=1), ibis.literal(since))
    found = dated.mutate(day=after.cast("date")).join(days, "day")
    one = ibis.literal(1)
    return [_change(found, "midnight", _DUE, one), _change(without, "since", _NO_DUE, one)]
