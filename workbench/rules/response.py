"""Something must follow, within a limit if there is one."""

from __future__ import annotations

from math import ceil
from typing import Any

import ibis

from workbench.log.conditions import answer, microseconds, working_limit
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet, as_of_end, sheet_of
from workbench.rules.precedence import triggers
from workbench.template.rules import ResponseRule, Within
from workbench.template.words import WithinTest

__all__ = ["judge_response"]


def judge_response(log: PreparedLog, rule: ResponseRule) -> Sheet | None:
    """pending while the limit runs; then ok, excused by what came first, or broken (late, or never)."""
    return _by_pair(log, rule) if rule.pair is not None else _by_events(log, rule)


def _by_pair(log: PreparedLog, rule: ResponseRule) -> Sheet | None:
    assert rule.pair is not None
    sheet = sheet_of(log, (rule.pair,), rule)
    if sheet is None:
        return None
    closed = sheet.table["closed"].notnull()
    if rule.within is None:
        verdict = ibis.cases((closed, "ok"), (sheet.table["became"] == "open", "pending"), else_="broken")
        sheet.table = sheet.table.mutate(verdict=verdict, reason=_reason(verdict, closed))
        return sheet
    found = answer(WithinTest(within_days=rule.within.days, calendar=rule.within.calendar), sheet)
    met, pending = found.value, found.pending
    verdict = ibis.cases((pending, "pending"), (met, "ok"), else_="broken")
    days = float(log.policy(rule.within.days))
    if rule.within.calendar == "business":
        limit_day = working_limit(sheet, "opened_day", days)
    else:
        limit_day = _days_later(sheet.table["opened_day"], days)
    sheet.table = sheet.table.mutate(
        verdict=verdict, reason=_reason(verdict, sheet.table["closed"].notnull()), limit_day=limit_day
    )
    return sheet


def _days_later(day: Any, days: float) -> Any:
    """The local day on which a limit of some days is over."""
    return day + ibis.interval(days=ceil(days))


def _by_events(log: PreparedLog, rule: ResponseRule) -> Sheet | None:
    sheet, doubtful = triggers(log, rule)
    if sheet is None:
        return None
    _attach_next(log, sheet, rule.then, "then")
    _attach_next(log, sheet, rule.unless, "unless")
    excused = _open_during(log, sheet, rule)
    rows = sheet.table
    if rule.within is None:
        late: Any = ibis.literal(False)
        pending: Any = rows["then_pos"].isnull() & (rows["status"] == "open")
        unknown: Any = ibis.literal(False)
        in_limit: Any = ibis.literal(True)
        limit_day: Any = ibis.null("date")
    else:
        late, in_limit, pending, unknown, limit_day = _limits(log, sheet, rule.within)
        rows = sheet.table
    if doubtful is not None:
        unknown = unknown | doubtful.isnull()
    came = rows["then_pos"].notnull()
    # What excuses must come first in time, and before the limit is over.
    first = rows["unless_pos"].notnull() & in_limit & (~came | (rows["unless_pos"] < rows["then_pos"]))
    verdict = ibis.cases(
        (unknown, "unknown"),
        (pending, "pending"),
        (first | excused, "excused"),
        (came & ~late, "ok"),
        else_="broken",
    )
    sheet.table = rows.mutate(verdict=verdict, reason=_reason(verdict, came), limit_day=limit_day)
    return sheet


def _reason(verdict: Any, came: Any) -> Any:
    return ibis.ifelse(verdict == "broken", ibis.ifelse(came, "late", "never"), ibis.null("string"))


def _attach_next(log: PreparedLog, sheet: Sheet, names: tuple[str, ...], stem: str) -> None:
    """Columns {stem}_pos, {stem}_time and {stem}_day: the first such event after each row's own."""
    codes = list(log.codes(names)) if names else []
    events = log.events.filter(log.events["activity"].isin(codes)) if codes else log.events.limit(0)
    marks = events.select(
        "case_key",
        **{f"{stem}_pos": events["pos"], f"{stem}_time": events["time"], f"{stem}_day": events["day"]},
    )
    rows = sheet.table.select("case_key", "pos")
    later = rows.join(marks, "case_key")
    later = later.filter(later[f"{stem}_pos"] > later["pos"])
    nearest = later.group_by(["case_key", "pos"]).aggregate(
        **{
            f"{stem}_pos": later[f"{stem}_pos"].min(),
            f"{stem}_time": later[f"{stem}_time"].min(),
            f"{stem}_day": later[f"{stem}_day"].min(),
        }
    )
    sheet.attach(nearest, ["case_key", "pos"])


def _open_during(log: PreparedLog, sheet: Sheet, rule: ResponseRule) -> Any:
    """Whether a pair that suspends the rule was open at the triggering event."""
    if rule.unless_during is None or rule.unless_during not in log.pairs:
        return ibis.literal(False)
    pair = log.pairs[rule.unless_during]
    spans = pair.select("case_key", span_from=pair["opened"], span_to=pair["closed"])
    rows = sheet.table.select("case_key", "pos", "time")
    hit = rows.join(spans, "case_key")
    hit = hit.filter(
        (hit["span_from"] <= hit["time"]) & (hit["span_to"].isnull() | (hit["span_to"] > hit["time"]))
    )
    name = sheet.name("during")
    sheet.attach(
        hit.select("case_key", "pos").distinct().mutate(**{name: ibis.literal(True)}), ["case_key", "pos"]
    )
    return sheet.table[name].fill_null(False)


def _limits(log: PreparedLog, sheet: Sheet, within: Within) -> tuple[Any, Any, Any, Any, Any]:
    """late (the answer came after the limit), in_limit (so did the excuse), pending, unknown, the limit's day."""
    days = float(log.policy(within.days))
    attribute = within.after
    dated = attribute is not None or _is_date_event(log, sheet)
    if within.calendar == "elapsed" and not dated:
        rows = sheet.table
        limit = microseconds(days)
        left = as_of_end(log).delta(rows["time"], unit="microsecond")
        late = (rows["then_time"].delta(rows["time"], unit="microsecond") > limit).fill_null(False)
        in_limit = (rows["unless_time"].delta(rows["time"], unit="microsecond") <= limit).fill_null(False)
        limit_day = _days_later(rows["day"], days)
        return late, in_limit, left <= limit, ibis.literal(False), limit_day
    base = sheet.column(attribute) if attribute is not None else _base_day(log, sheet)
    if base is None:
        nothing = ibis.literal(False)
        return nothing, nothing, nothing, ibis.literal(True), ibis.null("date")
    start = sheet.add("base", base)
    if within.calendar == "business":
        limit_day = working_limit(sheet, start.get_name(), days)
    else:
        limit_day = start + ibis.interval(days=int(days))
    rows = sheet.table
    late = (rows["then_day"] > limit_day).fill_null(False)
    in_limit = (rows["unless_day"] <= limit_day).fill_null(False)
    pending = (limit_day > ibis.literal(log.as_of)).fill_null(False)
    return late, in_limit, pending, start.isnull(), limit_day


def _is_date_event(log: PreparedLog, sheet: Sheet) -> bool:
    """Whether the trigger stands for a date: the limit then counts whole days from that date."""
    return _date_behind(log, sheet) is not None


def _date_behind(log: PreparedLog, sheet: Sheet) -> str | None:
    for declared in log.template.derived.values():
        if declared.derive == "date_passed" and sheet.label == (declared.id,):
            return declared.date
    return None


def _base_day(log: PreparedLog, sheet: Sheet) -> Any:
    """The day from which a limit in days counts: the date itself for a passed date, else the event's day."""
    behind = _date_behind(log, sheet)
    return sheet.column(behind) if behind is not None else sheet.table["day"]
