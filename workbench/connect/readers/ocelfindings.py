"""What telling an object-centric log for one type of object does to it: convergence, divergence, dangling links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.connect.readers.objectlog import NormalForm
from workbench.connect.stage import Stage
from workbench.errors import Finding
from workbench.messages import Message
from workbench.sql import literal

__all__ = ["flattening_findings"]


def flattening_findings(
    stage: Stage, log: NormalForm, links: str, chosen: Any, types: Sequence[Any]
) -> list[Finding]:
    """The findings on a log whose `links` (event, oid, type) are told for the type `chosen`."""
    found = [
        _convergence(stage, log, links, chosen),
        _divergence(stage, log, links, chosen),
        _dangling(stage, log, links),
    ]
    return [one for one in found if one is not None]


def _convergence(stage: Stage, log: NormalForm, links: str, chosen: Any) -> Finding | None:
    if not chosen.shared:
        return None
    rows = int(stage.row(f"SELECT count(*) FROM {links} WHERE type = {literal(chosen.name)}")[0])
    return Finding(
        rule="convergence",
        severity="warn",
        message=Message(
            "{count} of {events} events concern several {name!r} and are told for each: {repeats} rows are repeats",
            count=chosen.shared,
            events=chosen.events,
            name=chosen.name,
            repeats=rows - chosen.events,
        ),
        remedy=Message(
            "Counts of events, and sums over events, are too high by the repeats; counts of cases are not"
        ),
        count=chosen.shared,
        share=chosen.shared / chosen.events,
        where=log.where,
        data={"repeats": rows - chosen.events},
    )


def _divergence(stage: Stage, log: NormalForm, links: str, chosen: Any) -> Finding | None:
    """Where a case has several events of one activity for different objects of another type."""
    name = literal(chosen.name)
    pairs = (
        f"SELECT c.oid, e.activity, o.type, count(DISTINCT o.oid) AS objects, count(DISTINCT c.event) AS events "
        f"FROM {links} AS c JOIN {links} AS o ON o.event = c.event AND o.type <> {name} "
        f"JOIN {log.events} AS e ON e.row = c.event WHERE c.type = {name} "
        "GROUP BY ALL HAVING count(DISTINCT o.oid) > 1 AND count(DISTINCT c.event) > 1"
    )
    rows = stage.rows(
        f"SELECT type, activity, count(*) AS cases, sum(events) FROM ({pairs}) GROUP BY ALL "
        "ORDER BY cases DESC, type, activity"
    )
    if not rows:
        return None
    cases = int(stage.row(f"SELECT count(DISTINCT oid) FROM ({pairs})")[0])
    told = [
        Message(
            "{activity!r} for several {type!r} in {cases} cases",
            activity=str(activity),
            type=str(kind),
            cases=int(count),
        )
        for kind, activity, count, _ in rows[:5]
    ]
    return Finding(
        rule="divergence",
        severity="warn",
        message=Message(
            "In {cases} cases an activity happens to different objects, whose order means nothing: {activities}",
            cases=cases,
            activities=told,
        ),
        remedy=Message(
            "What follows what between such events is by chance; see them as the log of the other object"
        ),
        count=cases,
        share=cases / chosen.objects,
        where=log.where,
        data={
            "activities": [
                {"activity": str(activity), "type": str(kind), "cases": int(count), "events": int(events)}
                for kind, activity, count, events in rows
            ]
        },
    )


def _dangling(stage: Stage, log: NormalForm, links: str) -> Finding | None:
    count, first = stage.row(f"SELECT count(*), min(oid) FROM {links} WHERE type IS NULL")
    known = f"SELECT eid FROM {log.events} WHERE eid IS NOT NULL"
    lost, event = stage.row(
        f"SELECT count(*), min(eid) FROM {log.links} WHERE eid IS NULL OR eid NOT IN ({known})"
    )
    if not count and not lost:
        return None
    message = Message(
        "{count} relations name an object that the log does not have, such as {name!r}, and are left out",
        count=int(count), name=str(first),
    )  # fmt: skip
    if not count:
        message = Message(
            "{count} relations name an event that the log does not have, such as {name!r}, and are left out",
            count=int(lost), name=str(event),
        )  # fmt: skip
    return Finding(
        rule="dangling_object",
        severity="warn",
        message=message,
        remedy=Message("Export the log again with all its objects and events"),
        count=int(count) + int(lost),
        where=log.where,
    )
