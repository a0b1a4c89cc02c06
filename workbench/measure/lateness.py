"""What missing a limit or breaking a rule costs in days: what lies beyond the limit, else what such cases took longer.

A limit says itself how late something was. A rule without one (a skipped level, a missing approval) only lets the
cases that break it be held beside those that keep it: that is a comparison and no proof that the breach was the cause.
"""

from __future__ import annotations

from math import ceil

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbench.log.conditions import working_limit
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet
from workbench.measure.intervals import Sample, difference
from workbench.measure.rows import DAY, Rows
from workbench.messages import Message
from workbench.template.kpis import ShareKPI
from workbench.template.rules import BaseRule, ResponseRule
from workbench.template.words import MomentTest, WithinTest

__all__ = ["BEYOND_LIMIT", "breach_days", "days_over"]

BEYOND_LIMIT = Message("days from the limit until it was done, or until the case's end or the as-of day")

# From so many finished cases on either side, what the one took longer is worth a word.
_ENOUGH = 10


def breach_days(log: PreparedLog, rule: BaseRule) -> tuple[pd.Series[float], Message]:
    """The days lost by each case that breaks a rule, by its key, and what these days are, or why there are none.

    Where the rule has a limit: the whole days from it until the thing was done; until the case's end, or the as-of
    day, where it never was. Several breaches of a case add up. Otherwise the time of each finished case beyond the
    mean of the finished cases that keep the rule, if the difference of the means leaves out nought at 95 %.
    """
    if isinstance(rule, ResponseRule) and rule.within is not None:
        return _beyond_limit(log, rule), BEYOND_LIMIT
    return _beside_keepers(log, rule)


def days_over(log: PreparedLog, kpi: ShareKPI, rows: Rows) -> ir.Value | None:
    """For a share of what is done within a limit, by how many whole days each row is beyond it; None for others.

    What is never done counts until the case's end, or the as-of day. A pair that something else may stop (a reminder
    by the next one) was not late when it was stopped.
    """
    test, sheet = kpi.that[0], rows.sheet
    if len(kpi.that) > 1 or not isinstance(test, MomentTest | WithinTest):
        return None
    if isinstance(test, WithinTest) and log.template.pairs[sheet.label[0]].stops:
        return None
    limit = sheet.add("limit_day", _limit(log, test, sheet)).get_name()
    done = sheet.point(test.moment).day if isinstance(test, MomentTest) else sheet.table["closed_day"]
    done_day = sheet.add("done_day", done).get_name()
    until = sheet.name("until")
    sheet.attach(_until(log).select("case_key", **{until: "until"}), ["case_key"])
    table = sheet.table
    return _over(table[done_day], table[until], table[limit])


def _limit(log: PreparedLog, test: MomentTest | WithinTest, sheet: Sheet) -> ir.Value:
    if isinstance(test, MomentTest):
        return sheet.point(test.by).day + ibis.interval(days=int(log.policy(test.plus_days)))
    days = float(log.policy(test.within_days))
    if test.calendar == "business":
        limit: ir.Value = working_limit(sheet, "opened_day", days)
        return limit
    return sheet.table["opened_day"] + ibis.interval(days=ceil(days))


def _until(log: PreparedLog) -> ir.Table:
    """The day until which each case is watched: its end, for an open one as-of."""
    cases = log.cases
    return cases.select(
        "case_key", until=ibis.ifelse(cases["status"] == "open", ibis.literal(log.as_of), cases["end_day"])
    )


def _over(done: ir.Value, until: ir.Value, limit: ir.Value) -> ir.Value:
    late = ibis.coalesce(done, until).delta(limit, unit="day")
    return ibis.ifelse(late < 0, 0, late).cast("float64")


def _beyond_limit(log: PreparedLog, rule: ResponseRule) -> pd.Series[float]:
    verdicts = log.verdicts
    broken = verdicts.filter((verdicts["rule"] == rule.id) & (verdicts["verdict"] == "broken"))
    rows = broken.select("case_key", "pos", "limit_day")
    done = _done(log, rule, rows)
    rows = rows.left_join(done, ["case_key", "pos"]).select("case_key", "limit_day", "done_day")
    rows = rows.join(_until(log), "case_key")
    rows = rows.select("case_key", days=_over(rows["done_day"], rows["until"], rows["limit_day"]))
    frame = log.frame(rows.group_by("case_key").aggregate(days=rows["days"].sum()))
    return frame.set_index("case_key")["days"].astype("float64")


def _done(log: PreparedLog, rule: ResponseRule, rows: ir.Table) -> ir.Table:
    """The day on which what a breach waited for was done at last: case_key, pos, done_day; no row for never."""
    if rule.pair is not None:
        pair = log.pairs[rule.pair]
        return pair.filter(pair["closed"].notnull()).select("case_key", "pos", done_day="closed_day")
    events = log.events.filter(log.events["activity"].isin(list(log.codes(rule.then))))
    later = rows.select("case_key", "pos").join(
        events.select("case_key", then_pos="pos", then_day="day"), "case_key"
    )
    later = later.filter(later["then_pos"] > later["pos"])
    return later.group_by(["case_key", "pos"]).aggregate(done_day=later["then_day"].min())


def _beside_keepers(log: PreparedLog, rule: BaseRule) -> tuple[pd.Series[float], Message]:
    """Each finished case that breaks a rule by what it took longer than the mean of those that keep it."""
    verdicts = log.verdicts.filter(log.verdicts["rule"] == rule.id)
    kept = verdicts["verdict"].isin(["ok", "tie", "excused"])
    judged = verdicts.group_by("case_key").aggregate(
        broken=(verdicts["verdict"] == "broken").any(), kept=kept.all()
    )
    cases = log.cases.filter(log.cases["status"] != "open")
    took = cases["end"].delta(cases["start"], unit="microsecond").cast("float64") / DAY
    rows = judged.join(cases.select("case_key", took=took), "case_key")
    frame = log.frame(rows.filter(rows["broken"] | rows["kept"]).order_by("case_key"))
    breaking, keeping = frame[frame["broken"]], frame[~frame["broken"]]
    nothing: pd.Series[float] = pd.Series(dtype="float64")
    if min(len(breaking), len(keeping)) < _ENOUGH:
        return nothing, Message(
            "no days: the rule has no limit, and fewer than {n} finished cases break it or keep it", n=_ENOUGH
        )
    samples = [_sample(part["took"].to_numpy(dtype="float64")) for part in (keeping, breaking)]
    if difference(*samples).low <= 0:
        return nothing, Message(
            "no days: the rule has no limit, and cases that break it take no longer than those that keep it"
        )
    beyond = breaking.set_index("case_key")["took"].astype("float64") - float(keeping["took"].mean())
    return beyond, Message(
        "what finished cases that break it took beyond the mean of those that keep it: a comparison, no cause"
    )


def _sample(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Sample:
    return Sample("mean", values, np.ones(len(values)), np.arange(len(values)))
