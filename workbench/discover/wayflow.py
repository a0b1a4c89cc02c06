"""What follows what, counted once a way instead of once a case: of most logs there are far fewer ways than cases."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.log.answered import answered
from workbench.log.prepared import PreparedLog

__all__ = [
    "END",
    "PASSED",
    "START",
    "flow_frame",
    "knows_flow",
    "links_by_ways",
    "passed_by_ways",
    "travelled",
]

START, END, PASSED = -1, -2, -3
"""Beside codes of activities: before the first event, after the last one, and that a case has an activity at all."""

# With fewer cases to a way the links of all ways would be as many as the events, and had to be held besides.
_CASES_TO_A_WAY = 4


def knows_flow(log: PreparedLog, *, derived: bool) -> bool:
    """Whether the flow is counted by ways: while somebody looks at one choice of the cases after another.

    Only then is it worth to take the ways apart first; and only where events are left out by activity, which a way
    tells, not by when they were.
    """
    memory = log.memory
    if memory is None or not derived or log.trims:
        return False
    if "flow" not in memory.kept:
        whole = memory.log
        known = whole.frame(whole.variants.aggregate(ways=whole.variants.count()))["ways"].iloc[0]
        cases = whole.frame(whole.cases.aggregate(cases=whole.cases.count()))["cases"].iloc[0]
        memory.kept["flow"] = bool(known * _CASES_TO_A_WAY <= cases)
    found: bool = memory.kept["flow"]
    return found


@answered
def flow_frame(log: PreparedLog) -> pd.DataFrame:
    """How often something follows something among the shown events: source, target, n; codes of activities.

    From `START` to the first event and from the last one to `END` there is one a case; to `PASSED` goes in how many
    cases an activity occurs.
    """

    def counts() -> ir.Table:
        rows = _travelled(log)
        return rows.group_by(["source", "target"]).aggregate(n=(rows["cases"] * rows["times"]).sum())

    return log.frame(log.alike("flow", counts))


def passed_by_ways(log: PreparedLog) -> ir.Table:
    """Each way of the cases with each of its activities once: variant, activity (code), cases."""
    rows = _travelled(log)
    return rows.filter(rows["target"] == PASSED).select("variant", "cases", activity="source")


def links_by_ways(log: PreparedLog) -> ir.Table:
    """Each way of the cases with each of its links once: variant, activity, next_activity (codes), cases."""
    rows = _travelled(log)
    rows = rows.filter((rows["source"] >= 0) & (rows["target"] >= 0))
    return rows.select("variant", "cases", activity="source", next_activity="target")


def travelled(log: PreparedLog, ways: ir.Table) -> ir.Table:
    """What is known of ways, a row a variant or more, beside each of their links: `source`, `target`, `times`."""
    return ways.join(_links(log), "variant")


def _travelled(log: PreparedLog) -> ir.Table:
    """The links of the ways that the cases have, with how many have each."""
    cases = log.cases.filter(log.cases["variant"].notnull())
    return travelled(log, cases.group_by("variant").aggregate(cases=cases.count()))


def _links(log: PreparedLog) -> ir.Table:
    """The links of each way of the whole log: variant, source, target, times; once for all choices of its cases."""
    memory = log.memory
    assert memory is not None
    key = ("links", log.hidden)
    if key not in memory.kept:
        memory.kept[key] = log.engine.keep(_taken_apart(memory.log, log.hidden), "links")
    found: ir.Table = memory.kept[key]
    return found


def _taken_apart(log: PreparedLog, hidden: tuple[int, ...]) -> ir.Table:
    ways = log.variants.select("variant", step=log.variants["path"].split(","))
    steps = ways.unnest("step", offset="place")
    steps = steps.select("variant", "place", code=steps["step"].cast("int32"))
    if hidden:
        steps = steps.filter(steps["code"].notin(hidden))
    along = ibis.window(group_by=steps["variant"], order_by=steps["place"])
    steps = steps.mutate(
        before=steps["code"].lag().over(along).fill_null(START),
        after=steps["code"].lead().over(along).fill_null(END),
    )
    first = steps.filter(steps["before"] == START)
    once = steps.select("variant", "code").distinct()
    rows = ibis.union(
        steps.select("variant", source="code", target="after"),
        first.select("variant", source="before", target="code"),
        once.select("variant", source="code", target=ibis.literal(PASSED, "int32")),
    )
    return rows.group_by(["variant", "source", "target"]).aggregate(times=rows.count().cast("int32"))
