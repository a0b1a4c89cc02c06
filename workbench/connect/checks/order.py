"""The order of events: sent twice, at one time, in several steps, or against the order of the process."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from workbench.connect.checks.sums import ENOUGH, Checked, first_cases, row_of
from workbench.connect.clock import to_local
from workbench.connect.lifecycle import several_steps
from workbench.errors import Finding
from workbench.messages import Message
from workbench.project import EventsSource
from workbench.sql import ident

__all__ = ["duplicates", "inversions", "lifecycle_steps", "ties"]

_SHOWN = 3
_FIRST = 5
_MANY_TIES = 0.2
_MANY_INVERTED = 0.05


def duplicates(log: Checked) -> Iterator[Finding]:
    """Rows that are alike in every mapped field: sent twice, or truly two events in the same second.

    They are looked for among the events that share case and time with another.
    """
    repeats = 0
    first: list[tuple[str, str, dict[str, object]]] = []
    for source in log.log.sources:
        if source.kind != "events":
            continue
        fields = (ident(item.name) for item in source.fields)
        alike = ["case_id", "_activity", "_time", "_resource", "_lifecycle", *fields]
        group = f"hash({', '.join(alike)})"
        same_time = f"{log.tied} AS t ON t.case_id = e.case_id AND t.time = e._time"
        kept = f"FROM {source.typed} AS e SEMI JOIN {same_time} WHERE _reason IS NULL"
        more = int(log.stage.row(f"SELECT count(*) - count(DISTINCT {group}) {kept}")[0])
        repeats += more
        if more and not first:
            table = log.log.tables[source.name]
            first = [
                (str(case), str(activity), row_of(table, row))
                for case, activity, row in log.stage.rows(
                    f"SELECT any_value(case_id), any_value(_activity), min(_row) {kept} GROUP BY {group} "
                    f"HAVING count(*) > 1 ORDER BY 3 LIMIT {_FIRST}"
                )
            ]
    if not first:
        return
    case, activity, _ = first[0]
    yield Finding(
        rule="duplicate_events",
        severity="warn",
        message=Message(
            "{count} events repeat another in every mapped field, first {activity!r} of case {case!r}; all are "
            "kept",
            count=repeats,
            activity=activity,
            case=case,
        ),
        remedy=Message('If they were exported twice, set duplicates = "drop" in the source'),
        count=repeats,
        share=repeats / log.events,
        rows=tuple({"case": case, **row} for case, _, row in first),
    )


def ties(log: Checked) -> Iterator[Finding]:
    """Events that share their time with another of the case: only the source's order tells them apart."""
    if not log.events:
        return
    tied = int(log.stage.row(f"SELECT coalesce(sum(n), 0) FROM {log.tied}")[0])
    if not tied:
        return
    project = log.log.project
    ordered = all(isinstance(s, EventsSource) and s.order for s in project.sources if s.kind == "events")
    if project.tie_order == "activities":
        message = Message(
            "{count} of {events} events share their time with another of the same case; the template's order of "
            "activities decides",
            count=tied,
            events=log.events,
        )
    else:
        message = Message(
            "{count} of {events} events share their time with another of the same case; the order of the source "
            "decides",
            count=tied,
            events=log.events,
        )
    remedy = Message("If the file is not in the order of events, name a column with it as `order`")
    if ordered:
        remedy = Message('To order by activity instead, set tie_order = "activities"')
    yield Finding(
        rule="tied_times",
        severity="warn" if tied / log.events >= _MANY_TIES else "note",
        message=message,
        remedy=remedy,
        count=tied,
        share=tied / log.events,
        rows=first_cases(
            log.stage,
            f"SELECT case_id, {to_local('min(time)', log.log.zone)} FROM {log.tied} GROUP BY case_id",
        ),
    )


def lifecycle_steps(log: Checked) -> Iterator[Finding]:
    """Activities that are told in several rows, by their transition."""
    found = several_steps(log.stage, log.log, log.events)
    if found is not None:
        yield found


def inversions(log: Checked) -> Iterator[Finding]:
    """Cases in which an activity of the ideal path comes on an earlier day than one that must precede it.

    By days, since one of two systems may know no time of day. A few are the process; many are a wrong column.
    """
    pairs = list(combinations(range(len(log.path)), 2))
    if not pairs:
        return
    tests = ", ".join(
        f"count(*) FILTER (p{b} < p{a}), count(p{a}) FILTER (p{b} IS NOT NULL)" for a, b in pairs
    )
    counts = [int(count) for count in log.stage.row(f"SELECT {tests} FROM {log.by_case}")]
    both = {pair: (counts[2 * n], counts[2 * n + 1]) for n, pair in enumerate(pairs)}
    found = [(pair, wrong, total) for pair, (wrong, total) in both.items() if wrong and total >= ENOUGH]
    if not found:
        return
    found.sort(key=lambda one: (-one[1], one[0]))
    template = log.log.template
    shown = [
        Message(
            "{later} before {earlier} in {count} of {total} cases",
            later=template.activities[log.path[b]].name,
            earlier=template.activities[log.path[a]].name,
            count=wrong,
            total=total,
        )
        for (a, b), wrong, total in found[:_SHOWN]
    ]
    any_of = " OR ".join(f"p{b} < p{a}" for (a, b), _, _ in found)
    count = int(log.stage.row(f"SELECT count(*) FROM {log.by_case} WHERE {any_of}")[0])
    cases = int(log.stage.row(f"SELECT count(*) FROM {log.by_case}")[0])
    yield Finding(
        rule="order_inverted",
        severity="warn" if any(wrong / total >= _MANY_INVERTED for _, wrong, total in found) else "note",
        message=Message(
            "{count} cases have activities on an earlier day than what precedes them in the ideal path: {pairs}",
            count=count,
            pairs=shown,
        ),
        remedy=Message(
            "If that cannot be, see whether two date columns are exchanged or one is in another format; if it can, "
            "step 4 shows it as a deviation"
        ),
        count=count,
        share=count / cases,
        rows=first_cases(log.stage, f"SELECT case_id FROM {log.by_case} WHERE {any_of}"),
        data={
            "pairs": [
                {"earlier": log.path[a], "later": log.path[b], "cases": wrong, "with_both": total}
                for (a, b), wrong, total in found
            ]
        },
    )
