"""Yes, no, unknown or pending: the tests of the vocabulary, answered for every row of a sheet.

An answer is a nullable boolean (null = unknown, because the data does not say) and, where a time limit still
runs at as-of, a second one that says so. A row is decided only when its limit has gone by, whatever has already
happened: counting early successes but not early failures flatters every recent period.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import singledispatch
from typing import Any

import ibis
import ibis.expr.types as ir
from pandas.api.types import is_list_like

from workbench.log import reaching
from workbench.log.comparisons import compared
from workbench.log.eventvalues import sum_of, varies
from workbench.log.keys import first_of, last_of
from workbench.log.sheet import Sheet, as_of_end, sheet_of
from workbench.template import words
from workbench.template.base import Declared

__all__ = ["Answer", "answer", "answer_all", "keep_where", "microseconds", "steps_back", "working_limit"]

_DAY = timedelta(days=1) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as expressions over the sheet: `value` (true, false, null = unknown), `pending` (None = never)."""

    value: Any
    pending: Any | None = None


def microseconds(days: float) -> int:
    """A number of days as microseconds, the unit in which durations are kept."""
    return round(days * _DAY)


def answer_all(sheet: Sheet, tests: Iterable[Declared]) -> Answer:
    """All of the tests: false if one is false, unknown if one is unknown, pending while any limit runs."""
    return _joined([answer(test, sheet) for test in tests], all_of=True)


def keep_where(sheet: Sheet, tests: Iterable[Declared]) -> Any | None:
    """Leave the rows that pass, and those for which it is unknown; answers what is null for the latter."""
    tests = tuple(tests)
    if not tests:
        return None
    value = sheet.add("belongs", answer_all(sheet, tests).value)
    sheet.filter(value.isnull() | value)
    return value


@singledispatch
def answer(test: Any, sheet: Sheet) -> Answer:
    """The answer to one test for every row of the sheet."""
    raise NotImplementedError(f"no meaning for {type(test).__name__}")


def _joined(answers: list[Answer], *, all_of: bool) -> Answer:
    """Three-valued and/or of answers; pending while any of them is."""
    value: Any = ibis.literal(all_of)
    pending = None
    for found in answers:
        value = value & found.value if all_of else value | found.value
        if found.pending is not None:
            pending = found.pending if pending is None else pending | found.pending
    return Answer(value, pending)


@answer.register
def _(test: words.AttributeTest, sheet: Sheet) -> Answer:
    column = sheet.column(test.attribute)
    missing = ibis.null("boolean") if test.or_missing is None else ibis.literal(test.or_missing)
    if column is None:
        return Answer(missing)
    if test.one_of is not None:
        given = [sheet.log.policy(choice) for choice in test.one_of]
        # A value of the policy may itself be a list.
        value = column.isin([one for found in given for one in (found if is_list_like(found) else [found])])
    else:
        value = compared(sheet, column, test, test.attribute)
    return Answer(value if test.or_missing is None else value.fill_null(test.or_missing))


@answer.register
def _(test: words.ClosingTest, sheet: Sheet) -> Answer:
    name = f"closing_{test.closing}"
    if name not in sheet.table.columns:
        return Answer(ibis.null("boolean"))
    return Answer(compared(sheet, sheet.table[name], test, test.closing))


# ---------------------------------------------------------------------- cases
@answer.register
def _(test: words.HasTest, sheet: Sheet) -> Answer:
    return Answer(sheet.has(test.has))


@answer.register
def _(test: words.LacksTest, sheet: Sheet) -> Answer:
    return Answer(~sheet.has(test.lacks))


@answer.register
def _(test: words.CountTest, sheet: Sheet) -> Answer:
    if not test.where:
        return Answer(compared(sheet, sheet.count(test.count), test, None))
    name = sheet.name("count")
    events = sheet_of(sheet.log, test.count, test)
    if events is None:
        sheet.table = sheet.table.mutate(**{name: ibis.literal(0, type="int64")})
    else:
        found = answer_all(events, test.where)
        passing = events.table.filter(found.value.fill_null(False))
        sheet.attach(passing.group_by("case_key").aggregate(**{name: passing.count()}), ["case_key"])
    return Answer(compared(sheet, sheet.table[name].fill_null(0), test, None))


@answer.register
def _(test: words.SumTest, sheet: Sheet) -> Answer:
    total = sum_of(sheet, test.sum, test.of, test)
    if test.less is not None:
        total = total - sum_of(sheet, test.less.sum, test.less.of, test)
    return Answer(compared(sheet, total, test, test.sum))


@answer.register
def _(test: words.VariesTest, sheet: Sheet) -> Answer:
    return Answer(varies(sheet, test))


@answer.register
def _(test: words.ExistsTest, sheet: Sheet) -> Answer:
    events = sheet_of(sheet.log, test.exists, test)
    name = sheet.name("exists")
    if events is None:
        return Answer(ibis.literal(False))
    found = answer_all(events, test.where)
    told = events.table.select("case_key", told=found.value)
    # Rows that do not pass say nothing of their case.
    told = told.filter(told["told"].isnull() | told["told"])
    seen = told.group_by("case_key").aggregate(
        **{name: told["told"].notnull().any(), f"{name}_unknown": told["told"].isnull().any()}
    )
    sheet.attach(seen, ["case_key"])
    some, unknown = sheet.table[name].fill_null(False), sheet.table[f"{name}_unknown"].fill_null(False)
    return Answer(ibis.cases((some, True), (unknown, ibis.null("boolean")), else_=False))


@answer.register
def _(test: words.RepeatsTest, sheet: Sheet) -> Answer:
    if sheet.noun == "events":
        return Answer(reaching.repeated(sheet))
    log = sheet.log
    iterative = [declared.id for declared in log.template.activities.values() if declared.iterative]
    again = log.events.filter(~log.events["is_derived"], log.events["occurrence"] > 1)
    codes = log.meta.codes(iterative)
    if codes:
        again = again.filter(~again["activity"].isin(codes))
    name = sheet.name("repeats")
    twice = again.select("case_key").distinct().mutate(**{name: ibis.literal(True)})
    sheet.attach(twice, ["case_key"])
    return Answer(sheet.table[name].fill_null(False))


@answer.register
def _(test: words.BackwardTest, sheet: Sheet) -> Answer:
    backward: Any = ibis.literal(False)
    for found in steps_back(sheet, test).values():
        backward = backward | found
    return Answer(backward)


def steps_back(sheet: Sheet, test: words.BackwardTest) -> dict[str, ir.BooleanValue]:
    """Per activity of the ordered stages that the log shows, whether it came after a later stage in the case."""
    template = sheet.log.template
    stages = template.path.ideal if test.backward == "ideal" else test.backward
    steps = [template.expand((stage,)) for stage in stages]
    found: dict[str, ir.BooleanValue] = {}
    for later in range(1, len(steps)):
        reached = sheet.earliest(steps[later])
        for earlier in range(later):
            # Only the first occurrence of an iterative activity can be a step back: its repeats are normal.
            for name in steps[earlier]:
                declared = template.activities.get(name)
                repeatable = declared is not None and declared.iterative
                column = first_of(name) if repeatable else last_of(name)
                if column in sheet.table.columns:
                    back = (sheet.table[column] > reached).fill_null(False)
                    found[name] = found[name] | back if name in found else back
    return found


@answer.register
def _(test: words.StatusTest, sheet: Sheet) -> Answer:
    return Answer(sheet.table["status"].isin(list(test.status)))


@answer.register
def _(test: words.MomentTest, sheet: Sheet) -> Answer:
    done = sheet.point(test.moment)
    limit_point = sheet.point(test.by)
    days = int(sheet.log.policy(test.plus_days))
    limit = limit_point.day + ibis.interval(days=days)
    met = (done.day <= limit).fill_null(False)
    unknown = limit.isnull() | _without_balance(sheet, test.moment)
    value = ibis.ifelse(unknown, ibis.null("boolean"), met)
    return Answer(value, (limit > ibis.literal(sheet.log.as_of)).fill_null(False))


def _without_balance(sheet: Sheet, moment: Any) -> Any:
    """Whether a moment rests on a balance that nobody knows: an invoice without an amount is not unpaid."""
    derived = sheet.log.template.derived.get(moment) if isinstance(moment, str) else None
    ledger = sheet.log.ledgers.get(str(derived.ledger)) if derived is not None else None
    if ledger is None:
        return ibis.literal(False)
    name = sheet.name("balanced")
    sheet.attach(ledger.select("case_key").distinct().mutate(**{name: ibis.literal(True)}), ["case_key"])
    return sheet.table[name].isnull()


@answer.register
def _(test: words.KeepsTest, sheet: Sheet) -> Answer:
    broken, pending, unknown = _verdicts(sheet, test.keeps)
    value = ibis.cases((broken, False), (unknown, ibis.null("boolean")), else_=True)
    return Answer(value, pending)


@answer.register
def _(test: words.BreaksTest, sheet: Sheet) -> Answer:
    broken, pending, unknown = _verdicts(sheet, test.breaks)
    value = ibis.cases((broken, True), (unknown, ibis.null("boolean")), else_=False)
    return Answer(value, pending)


def _verdicts(sheet: Sheet, names: tuple[str, ...]) -> tuple[Any, Any, Any]:
    """Per row's case: a rule broken, still pending, or unknown. `R02.skipped` looks at one reason only."""
    verdicts = sheet.log.verdicts
    wanted: Any = ibis.literal(False)
    for name in names:
        rule, _, reason = name.partition(".")
        members = list(sheet.log.template.rule_members(rule))
        match = verdicts["rule"].isin(members)
        if reason:
            # Another reason for breaking the rule is no breach of this kind.
            match = match & ((verdicts["reason"] == reason) | (verdicts["verdict"] != "broken"))
        wanted = wanted | match
    rows = verdicts.filter(wanted)
    stem = sheet.name("verdict")
    summary = rows.group_by("case_key").aggregate(
        **{f"{stem}_{kind}": (rows["verdict"] == kind).any() for kind in ("broken", "pending", "unknown")}
    )
    sheet.attach(summary, ["case_key"])
    flags = [sheet.table[f"{stem}_{kind}"].fill_null(False) for kind in ("broken", "pending", "unknown")]
    return flags[0], flags[1], flags[2]


# ---------------------------------------------------------------------- events
@answer.register
def _(test: words.AfterTest, sheet: Sheet) -> Answer:
    return Answer((sheet.earliest(test.after) < sheet.table["time"]).fill_null(False))


@answer.register
def _(test: words.BeforeTest, sheet: Sheet) -> Answer:
    return Answer((sheet.latest(test.before) > sheet.table["time"]).fill_null(False))


@answer.register
def _(test: words.DuringTest, sheet: Sheet) -> Answer:
    pairs = sheet_of(sheet.log, (test.during,), test)
    if pairs is None:
        return Answer(ibis.literal(False))
    found = answer_all(pairs, test.where)
    spans = pairs.table.select(
        "case_key", span_from=pairs.table["opened"], span_to=pairs.table["closed"], inside=found.value
    )
    rows = sheet.table.select("case_key", "pos", "time")
    hit = rows.join(spans, "case_key")
    hit = hit.filter(
        (hit["span_from"] < hit["time"]) & (hit["span_to"].isnull() | (hit["span_to"] > hit["time"]))
    )
    name = sheet.name("during")
    seen = hit.group_by(["case_key", "pos"]).aggregate(
        **{name: hit["inside"].fill_null(False).any(), f"{name}_unknown": hit["inside"].isnull().any()}
    )
    sheet.attach(seen, ["case_key", "pos"])
    some, unknown = sheet.table[name].fill_null(False), sheet.table[f"{name}_unknown"].fill_null(False)
    return Answer(ibis.cases((some, True), (unknown, ibis.null("boolean")), else_=False))


# ---------------------------------------------------------------------- pairs
@answer.register
def _(test: words.OutcomeTest, sheet: Sheet) -> Answer:
    return Answer(sheet.table["became"].isin(list(test.outcome)))


@answer.register
def _(test: words.WithinTest, sheet: Sheet) -> Answer:
    days = float(sheet.log.policy(test.within_days))
    rows = sheet.table
    if test.calendar == "elapsed":
        span = rows["closed"].delta(rows["opened"], unit="microsecond")
        left = as_of_end(sheet.log).delta(rows["opened"], unit="microsecond")
        return Answer((span <= microseconds(days)).fill_null(False), left <= microseconds(days))
    if test.calendar == "days":
        span = rows["closed_day"].delta(rows["opened_day"], unit="day")
        left = ibis.literal(sheet.log.as_of).delta(rows["opened_day"], unit="day")
    else:
        limit = working_limit(sheet, "opened_day", days)
        met = (sheet.table["closed_day"] <= limit).fill_null(False)
        return Answer(met, (limit > ibis.literal(sheet.log.as_of)).fill_null(False))
    return Answer((span <= days).fill_null(False), left < days)


def working_limit(sheet: Sheet, start: str, days: float) -> Any:
    """The last day by which no more than `days` working days have gone by since a day of each row.

    Received on a Thursday with one working day to go: Friday counts, and so does the weekend behind it, since no
    further working day has begun.
    """
    calendar = sheet.log.days
    begun, first_after = sheet.name("working"), sheet.name("beyond")
    sheet.attach(calendar.select(**{start: calendar["day"], begun: calendar["working"]}), [start])
    reached = calendar.group_by("working").aggregate(first=calendar["day"].min())
    target = sheet.add("target", sheet.table[begun] + int(days) + 1).get_name()
    sheet.attach(reached.select(**{target: reached["working"], first_after: reached["first"]}), [target])
    return sheet.table[first_after] - ibis.interval(days=1)


@answer.register
def _(test: words.InTimeTest, sheet: Sheet) -> Answer:
    rows = sheet.table
    met = (rows["closed_day"] <= rows["deadline"]).fill_null(False)
    value = ibis.ifelse(rows["deadline"].isnull(), ibis.null("boolean"), met)
    return Answer(value, (rows["deadline"] > ibis.literal(sheet.log.as_of)).fill_null(False))


@answer.register
def _(test: words.InsideTest, sheet: Sheet) -> Answer:
    codes = sheet.log.codes(test.inside)
    name = sheet.name("inside")
    events = sheet.log.events
    marks = events.filter(events["activity"].isin(list(codes))).select("case_key", mark=events["pos"])
    rows = sheet.table.select("case_key", "pos", "closed_pos")
    hit = rows.join(marks, "case_key")
    hit = hit.filter(
        (hit["mark"] > hit["pos"]) & (hit["closed_pos"].isnull() | (hit["mark"] < hit["closed_pos"]))
    )
    seen = hit.select("case_key", "pos").distinct().mutate(**{name: ibis.literal(True)})
    sheet.attach(seen, ["case_key", "pos"])
    return Answer(sheet.table[name].fill_null(False))


@answer.register
def _(test: words.ClosedByTest, sheet: Sheet) -> Answer:
    codes = list(sheet.log.codes(test.closed_by))
    by = sheet.table["closed_by"]
    return Answer(ibis.ifelse(by.isnull(), ibis.null("boolean"), by.isin(codes)))


# ---------------------------------------------------------------------- beyond the case
@answer.register
def _(test: reaching.Reaching, sheet: Sheet) -> Answer:
    return Answer(reaching.beyond(test, sheet, answer_all))


# ---------------------------------------------------------------------- together
@answer.register
def _(test: words.AnyTest, sheet: Sheet) -> Answer:
    return _joined([answer(part, sheet) for part in test.any], all_of=False)


@answer.register
def _(test: words.AllTest, sheet: Sheet) -> Answer:
    return _joined([answer(part, sheet) for part in test.all], all_of=True)


@answer.register
def _(test: words.NotTest, sheet: Sheet) -> Answer:
    found = answer(test.not_, sheet)
    return Answer(~found.value, found.pending)
