"""What each kind of problem costs, case by case: days lost and money concerned.

Every problem that can be found is a set of cases, each with its own days and its own money. So problems of all
kinds can be sized alike, and what two of them count both is known exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.discover.shown import shown_events
from workbench.log.frames import activity_names, amount_in
from workbench.log.prepared import PreparedLog
from workbench.measure.context import Context, Money
from workbench.measure.evaluate import BUILDERS, period_of, reason_without
from workbench.measure.figure import Period
from workbench.measure.functions import function_rows
from workbench.measure.lateness import BEYOND_LIMIT, breach_days, days_over
from workbench.measure.periods import now_period
from workbench.measure.progress import progress_frame
from workbench.measure.rows import DAY, Rows, Unavailable
from workbench.measure.terms import is_money, term_rows
from workbench.messages import Message
from workbench.template.kpis import (
    KPI,
    CombineKPI,
    DurationKPI,
    FunctionKPI,
    RatioKPI,
    ShareKPI,
    TotalKPI,
)
from workbench.template.words import BalanceTerm

__all__ = ["Kind", "Loss", "losses"]

Kind = Literal["target", "rule", "open", "wait", "rework"]
# So many paths and activities are looked at, those that lose the most time first.
_PATHS, _ACTIVITIES = 12, 12
# From so many finished ones on, nine in ten of them say what takes too long.
_ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Loss:
    """One problem: `cases` has a row per case with case_key, days, amount (major units) and currency.

    Days and amount are empty where they are not known. `cases` is None where no case can be held to account for
    the problem, as for a missed target of a balance. `basis` says what the days are, or why there are none.
    """

    kind: Kind
    id: str
    cases: pd.DataFrame | None
    basis: Message


def losses(log: PreparedLog) -> Iterator[Loss]:
    """Every problem that can be found in a log, unranked; one that concerns no case is left out."""
    for found in (_missed(log), _broken(log), _declared(log), _waits(log), _repeated(log)):
        for loss in found:
            if loss.cases is None or len(loss.cases):
                yield loss


# ------------------------------------------------------------------ targets
def _missed(log: PreparedLog) -> Iterator[Loss]:
    """KPIs that miss their target now: the rows that fail it, each with what it is beyond it."""
    goals = progress_frame(log)
    period = now_period(log.as_of)
    missed = goals[goals["met"].eq(False)]
    for name, lines in missed.groupby("id", sort=False):
        kpi = log.template.kpi(str(name))
        if isinstance(kpi, CombineKPI) and kpi.op == "complement" and kpi.figures[0] in set(missed["id"]):
            continue  # what is late and what is in time is one problem
        found = [_beyond_line(log, kpi, period, line) for line in lines.to_dict("records")]
        known = [frame for frame in found if frame is not None]
        frame = pd.concat(known, ignore_index=True) if known else None
        yield Loss("target", kpi.id, frame, _basis(log, kpi, frame, Message("days beyond the target")))


def _beyond_line(log: PreparedLog, kpi: KPI, period: Period, line: Mapping[Any, Any]) -> pd.DataFrame | None:
    """The cases that keep a figure from its target, of one in several currencies those of its own."""
    low, high = (None if pd.isna(line[name]) else float(line[name]) for name in ("target_low", "target_high"))
    frame = _beyond(log, kpi, period, (low, high), float(line["now"]))
    return (
        frame if frame is None or line["currency"] is None else frame[frame["currency"] == line["currency"]]
    )


def _basis(log: PreparedLog, kpi: KPI, frame: pd.DataFrame | None, timed: Message) -> Message:
    """What the days of a KPI's cases are: `timed` for one that measures time."""
    if frame is None:
        return Message("no days: no single case can be held to account for it")
    if isinstance(kpi, CombineKPI):
        return _basis(log, log.template.kpi(kpi.figures[0]), frame, timed)
    if frame["days"].isna().all():
        return Message("no days: the figure counts or weighs cases, and measures no time")
    if isinstance(kpi, ShareKPI):
        return BEYOND_LIMIT
    return Message("days past due") if isinstance(kpi, RatioKPI | TotalKPI) else timed


def _beyond(
    log: PreparedLog, kpi: KPI, period: Period, within: tuple[float | None, float | None], now: float
) -> pd.DataFrame | None:
    """The cases behind a figure that keep it from its bounds."""
    if isinstance(kpi, CombineKPI) and kpi.op == "complement":
        flipped = tuple(None if bound is None else 1 - bound for bound in reversed(within))
        return _beyond(log, log.template.kpi(kpi.figures[0]), period, (flipped[0], flipped[1]), 1 - now)
    low, high = within
    context = Context(log, None, period)
    own = period_of(context, kpi)
    too_high = high is not None and now > high
    if isinstance(kpi, RatioKPI | TotalKPI):
        return _of_terms(context, kpi, own, 1 - high / now) if too_high and high is not None else None
    if type(kpi) not in BUILDERS:
        return None
    rows = BUILDERS[type(kpi)][0](context, kpi, own)
    if isinstance(rows, Unavailable) or rows.sheet.noun == "table":
        return None  # rows beside the log belong to no case
    table = rows.table
    inside = table["r_state"] == "in"
    if isinstance(kpi, ShareKPI):
        return None if kpi.stages else _failing(log, kpi, rows, hits=too_high)
    if isinstance(kpi, DurationKPI):
        unit = DAY if kpi.unit == "days" else DAY // 24
        value = table["r_value"].cast("float64")
        bound = ibis.literal(float((high if too_high else low) or 0.0) * unit)
        beyond = value - bound if too_high else bound - value
        return _by_case(log, table.filter(inside & (beyond > 0)), days=beyond / DAY)
    bound = ibis.literal(float((high if too_high else low) or 0.0))
    value = table["r_value"].cast("float64")
    if rows.money:
        factors = Money(log).factors(log.meta.currencies)
        rates = [(table["case_currency"] == name, float(factor)) for name, (_, factor) in factors.items()]
        value = value * ibis.cases(*rates)
    return _by_case(log, table.filter(inside & ((value > bound) if too_high else (value < bound))))


# ------------------------------------------------------------------ rules
def _broken(log: PreparedLog) -> Iterator[Loss]:
    """Rules that are broken, with the cases that break them."""
    verdicts = log.verdicts.filter(log.verdicts["verdict"] == "broken")
    pairs = verdicts.select("rule", "case_key").distinct()
    for rule, frame in _amounts(log, pairs, "rule"):
        days, basis = breach_days(log, log.template.rules[rule])
        yield Loss("rule", rule, frame.assign(days=frame["case_key"].map(days).astype("float64")), basis)


# ------------------------------------------------------------------ what the process declares
def _declared(log: PreparedLog) -> Iterator[Loss]:
    """What waits or is lost now by the KPIs that the template calls problems: overdue, unposted, stalled, unbilled."""
    for name in log.template.problems:
        kpi = log.template.kpi(name)
        if reason_without(log, kpi) is None:
            found = _behind(Context(log), kpi)
            if found is not None:
                yield Loss("open", kpi.id, found, _basis(log, kpi, found, _timed(kpi)))


def _timed(kpi: KPI) -> Message:
    """What the days of something declared are, where it measures time."""
    if isinstance(kpi, DurationKPI):
        waits = Message("days beyond the median of those that have ended")
        return Message("days since it began") if kpi.to == "asof" else waits
    return Message("days beyond the limit of the stage")


def _behind(context: Context, kpi: KPI) -> pd.DataFrame | None:
    period = period_of(context, kpi)
    if isinstance(kpi, RatioKPI | TotalKPI):
        return _of_terms(context, kpi, period, 1.0)
    if isinstance(kpi, FunctionKPI):
        return _of_function(context, kpi, period)
    if type(kpi) not in BUILDERS:
        return None
    rows = BUILDERS[type(kpi)][0](context, kpi, period)
    if isinstance(rows, Unavailable):
        return None
    if isinstance(kpi, DurationKPI):
        return _unfinished(context.log, kpi, rows)
    if isinstance(kpi, ShareKPI):
        return _failing(context.log, kpi, rows, hits=kpi.good != "high")
    table = rows.table
    failing = table["r_value"] > 0 if kpi.good != "high" else ~(table["r_value"] > 0)
    return _by_case(context.log, table.filter((table["r_state"] == "in") & failing.fill_null(False)))


def _failing(log: PreparedLog, kpi: ShareKPI, rows: Rows, *, hits: bool) -> pd.DataFrame:
    """The decided rows of a share that pass its test, or those that do not, by what they are beyond its limit."""
    days = None if hits else days_over(log, kpi, rows)
    table = rows.table
    # Rows and days are of one table: the limit is a column of it by now.
    failing = (table["r_hit"] if hits else ~table["r_hit"]).fill_null(False)
    table = table.mutate(over=ibis.null("float64") if days is None else days)
    return _by_case(log, table.filter((table["r_state"] == "in") & failing), days=table["over"])


def _unfinished(log: PreparedLog, kpi: DurationKPI, rows: Rows) -> pd.DataFrame:
    """The ages of what is open; of a time to an end, what waits longer than nine in ten that have ended."""
    table = rows.table
    if kpi.to == "asof":
        ages = table.filter(table["r_state"] == "in")
        return _by_case(log, ages, days=ages["r_value"].cast("float64") / DAY, weight=kpi.weight)
    done = table["r_state"] == "in"
    value = table["r_value"].cast("float64")
    usual = log.frame(
        table.aggregate(
            n=done.sum(), median=value.quantile(0.5, where=done), limit=value.quantile(0.9, where=done)
        )
    ).iloc[0]
    enough = int(usual["n"] or 0) >= _ENOUGH
    median, limit = (float(usual[name]) if enough else 0.0 for name in ("median", "limit"))
    late = table.filter((table["r_state"] == "open") & (table["r_end"].cast("float64") > limit))
    return _by_case(log, late, days=(late["r_end"].cast("float64") - median) / DAY, weight=kpi.weight)


def _of_terms(
    context: Context, kpi: RatioKPI | TotalKPI, period: Period, share: float
) -> pd.DataFrame | None:
    """The cases behind what a total or a ratio adds, with `share` of their amounts; past due has its days."""
    frames = []
    for signed in kpi.top:
        if signed.sign < 0:
            continue
        sheet = term_rows(context, signed.term, period)
        if isinstance(sheet, Unavailable):
            return None
        table = sheet.table
        overdue = isinstance(signed.term, BalanceTerm) and signed.term.part == "past_due"
        days = table["t_overdue"].cast("float64") if overdue else ibis.null("float64")
        amount = table["t_amount"] if is_money(context.log, signed.term) else ibis.null("int64")
        table = table.filter(table["t_amount"].fill_null(0) > 0)
        frames.append(_by_case(context.log, table, days=days, amount=amount))
    if not frames:
        return None
    whole = pd.concat(frames, ignore_index=True)
    return _added(whole.assign(amount=whole["amount"] * share))


def _of_function(context: Context, kpi: FunctionKPI, period: Period) -> pd.DataFrame | None:
    """The cases of a function's rows that it calls `late`, by `idle` beyond its `limit`, with all their money."""
    frame = function_rows(context, kpi, period)
    if isinstance(frame, Unavailable) or "case_id" not in frame.columns:
        return None
    if "late" in frame.columns:
        frame = frame[frame["late"].fillna(False).astype(bool)]
    ids = ibis.memtable(frame[["case_id"]].drop_duplicates(), schema={"case_id": "string"})
    facts = _by_case(context.log, context.log.cases.semi_join(ids, "case_id"), ids=True)
    days = frame["idle"] - frame["limit"] if {"idle", "limit"} <= set(frame.columns) else float("nan")
    by_case = frame.assign(days=days).groupby("case_id")["days"].sum(min_count=1) / DAY
    facts["days"] = facts.pop("case_id").map(by_case).astype("float64")
    return facts


# ------------------------------------------------------------------ waits and rework
def _waits(log: PreparedLog) -> Iterator[Loss]:
    """The slowest tenth of each path from one activity to the next, by what it waits beyond the path's median."""
    events = shown_events(log, derived=True)
    rows = events.filter(events["next_activity"].notnull()).select(
        "case_key", "activity", "next_activity", wait=events["to_next"].cast("float64")
    )
    edges = ["activity", "next_activity"]
    usual = rows.group_by(edges).aggregate(
        n=rows.count(), median=rows["wait"].quantile(0.5), limit=rows["wait"].quantile(0.9)
    )
    usual = log.engine.keep(usual.filter(usual["n"] >= _ENOUGH), "usual")
    joined = rows.join(usual, edges)
    slow = joined.filter(joined["wait"] > joined["limit"])
    slow = slow.select("case_key", *edges, days=(slow["wait"] - slow["median"]) / DAY)
    worst = log.frame(slow.group_by(edges).aggregate(days=slow["days"].sum()))
    worst = worst.sort_values(["days", *edges], ascending=[False, True, True]).head(_PATHS)
    for source, target in zip(worst["activity"], worst["next_activity"], strict=True):
        own = slow.filter(slow["activity"] == int(source), slow["next_activity"] == int(target))
        start, end = activity_names(log, [source, target])
        basis = Message("days beyond the median of the path")
        yield Loss("wait", f"{start} > {end}", _by_case(log, own, days=own["days"]), basis)
    log.engine.drop(usual)


def _repeated(log: PreparedLog) -> Iterator[Loss]:
    """What is done again though once should do, with the days from its first to its last time in a case."""
    expected = log.meta.codes(found.id for found in log.template.activities.values() if found.iterative)
    events = shown_events(log, derived=False)
    events = events.filter(~events["activity"].isin(list(expected)))
    rows = events.group_by(["case_key", "activity"]).aggregate(
        n=events.count(), first=events["time"].min(), last=events["time"].max()
    )
    rows = rows.filter(rows["n"] > 1)
    rows = rows.mutate(days=rows["last"].delta(rows["first"], unit="microsecond").cast("float64") / DAY)
    worst = log.frame(rows.group_by("activity").aggregate(cases=rows.count()))
    worst = worst.sort_values(["cases", "activity"], ascending=[False, True]).head(_ACTIVITIES)
    for code in worst["activity"]:
        own = rows.filter(rows["activity"] == int(code))
        frame = _by_case(log, own, days=own["days"])
        yield Loss(
            "rework", log.meta.activities[int(code)], frame, Message("days from its first to its last time")
        )


# ------------------------------------------------------------------ case by case
def _by_case(
    log: PreparedLog,
    rows: ir.Table,
    *,
    days: ir.Value | None = None,
    amount: ir.Value | None = None,
    weight: str | None = None,
    ids: bool = False,
) -> pd.DataFrame:
    """Rows as one line a case: their days added up; their own money (of `weight` or `amount`), else the case's."""
    own = amount if amount is not None else _money_of(log, rows, weight)
    table = rows.select(
        "case_key",
        days=days.cast("float64") if days is not None else ibis.null("float64"),
        own=own if own is not None else ibis.null("int64"),
    )
    table = table.group_by("case_key").aggregate(days=table["days"].sum(), own=table["own"].sum())
    cases = log.cases
    known = cases.select("case_key", "case_id", "case_currency", whole=amount_in(log, cases))
    table = table.join(known, "case_key")
    frame = log.frame(
        table.select(
            "case_key",
            *(["case_id"] if ids else []),
            "days",
            "case_currency",
            amount=table["own"] if own is not None else _positive(table["whole"]),
        )
    )
    return _shown(log, frame)


def _positive(amount: ir.IntegerValue) -> ir.IntegerValue:
    """Amounts with credit notes as nought; what is unknown stays so on every engine."""
    return ibis.ifelse(amount < 0, 0, amount).cast("int64")


def _money_of(log: PreparedLog, rows: ir.Table, weight: str | None) -> ir.Value | None:
    declared = log.meta.attribute(weight) if weight is not None else None
    if declared is None or declared.type != "money" or "r_weight" not in rows.columns:
        return None
    return rows["r_weight"]


def _amounts(log: PreparedLog, rows: ir.Table, key: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Pairs of a key and a case as one frame for each key, with the cases' amounts and without days."""
    cases = log.cases
    amount = _positive(amount_in(log, cases))
    known = cases.select("case_key", "case_currency", amount=amount)
    whole = _shown(log, log.frame(rows.join(known, "case_key")).assign(days=float("nan")))
    for name, frame in whole.groupby(key, sort=False):
        yield str(name), frame.drop(columns=key).reset_index(drop=True)


def _shown(log: PreparedLog, frame: pd.DataFrame) -> pd.DataFrame:
    """Amounts in minor units as major ones of the currency in which they are shown."""
    factors = Money(log).factors(log.meta.currencies)
    own = frame.pop("case_currency")
    rates = own.map({name: float(factor) for name, (_, factor) in factors.items()}).astype("float64")
    frame["amount"] = frame["amount"].astype("float64") * rates
    frame["currency"] = own.map({name: shown for name, (shown, _) in factors.items()})
    return frame.astype({"case_key": "int64", "days": "float64"})


def _added(frames: pd.DataFrame | Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Several lines of a case as one."""
    whole = frames if isinstance(frames, pd.DataFrame) else pd.concat(list(frames), ignore_index=True)
    sums = whole.groupby(["case_key", "currency"], as_index=False, dropna=False)[["days", "amount"]]
    added: Any = sums.sum(min_count=1)
    return pd.DataFrame(added)
