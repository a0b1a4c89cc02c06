"""The smallest sets of further fields that open the most: what to ask the keepers of the data for, in which order.

A field alone often opens nothing, because figures want two or three together. The plan takes, step by step, the set
that opens the most for each field of it (greedy set cover); what a step opens counts with all that is asked before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

import pandas as pd

from workbench.errors import Finding
from workbench.log.frames import objects
from workbench.log.prepared import PreparedLog
from workbench.measure.analyses import ANALYSES, analysis_frame, analysis_needs
from workbench.measure.figure import Figure
from workbench.measure.readiness import Locked, locked, readiness_frame, sources
from workbench.messages import Message

__all__ = ["plan_frame", "plan_of", "readiness_findings"]

_STEPS = 8
_LARGEST = 5
_CHOICES = 64
_SHOWN = 8


def plan_frame(log: PreparedLog) -> pd.DataFrame:
    """One row a step: step, fields (to be added to those of the steps before), opens (ids), n, total.

    `opens` are KPIs, rules and analyses that have all they need once these fields are there; `total` counts those of
    all steps so far. It says what could be asked, not that the answer has rows.
    """
    lines = []
    total = 0
    for step, (fields, opened) in enumerate(plan_of([*locked(log), *_analyses(log)]), start=1):
        total += len(opened)
        lines.append((step, sorted(fields), sorted(opened), len(opened), total))
    frame = pd.DataFrame(lines, columns=["step", "fields", "opens", "n", "total"])
    for position, name in ((1, "fields"), (2, "opens")):
        frame[name] = objects(line[position] for line in lines)
    return frame


def plan_of(shut: Sequence[Locked]) -> list[tuple[frozenset[str], set[str]]]:
    """The steps of the plan: the fields of each, and the ids that they open."""
    given: frozenset[str] = frozenset()
    steps: list[tuple[frozenset[str], set[str]]] = []
    while len(steps) < _STEPS and (best := _best(shut, given)) is not None:
        fields, opened = best
        given |= fields
        shut = [one for one in shut if one.id not in opened]
        steps.append((fields, opened))
    return steps


def _best(shut: Sequence[Locked], given: frozenset[str]) -> tuple[frozenset[str], set[str]] | None:
    """The set of fields that opens the most for each of its fields; of equals the larger, then the first by name."""
    candidates = {fields for one in shut for fields in _enough(one, given) if 0 < len(fields) <= _LARGEST}
    best: tuple[float, int, list[str]] | None = None
    found = None
    for fields in sorted(candidates, key=sorted):
        opened = {one.id for one in shut if one.opened_by(given | fields)}
        rank = (-len(opened) / len(fields), -len(opened), sorted(fields))
        if opened and (best is None or rank < best):
            best, found = rank, (fields, opened)
    return found


def _enough(one: Locked, given: frozenset[str]) -> Iterator[frozenset[str]]:
    """Sets of fields each of which opens a figure, as far as there are not too many ways."""
    for rule in one.rules or ((),):
        unmet = [sorted(need) for need in (*one.needs, *rule) if not need & given]
        yield from map(frozenset, islice(product(*unmet), _CHOICES))


def _analyses(log: PreparedLog) -> Iterator[Locked]:
    for analysis in ANALYSES:
        if analysis.declared(log.template) and (unmet := analysis_needs(log, analysis)):
            yield Locked("analysis", analysis.id, tuple(sources(log, need) for need in unmet))


def readiness_findings(log: PreparedLog, *, found: Sequence[Figure] | None = None) -> list[Finding]:
    """Readiness in the words of the data check: a note for each KPI, rule and analysis, then the plan's steps."""
    frames = [readiness_frame(log, found=found), analysis_frame(log)]
    notes = [
        Finding(
            rule="readiness",
            severity="note",
            message=_said(str(row["id"]), str(row["verdict"]), row["reason"]),
            count=int(row["n"]),
            data={
                "kind": str(row["kind"]),
                "id": str(row["id"]),
                "verdict": str(row["verdict"]),
                "n": int(row["n"]),
                "missing": [str(name) for name in row["missing"]],
                "reason": None if row["reason"] is None else str(row["reason"]),
            },
        )
        for frame in frames
        for row in frame.to_dict("records")
    ]
    return notes + [
        Finding(
            rule="unlocks",
            severity="note",
            message=Message(
                "With {fields}, {n} more KPIs, rules and analyses are possible: {ids}",
                fields=row["fields"],
                n=int(row["n"]),
                ids=row["opens"][:_SHOWN],
            ),
            remedy=Message("Ask for these fields, and map them"),
            count=int(row["n"]),
            data={name: row[name] for name in ("step", "fields", "opens", "total")},
        )
        for row in plan_frame(log).to_dict("records")
    ]


def _said(name: str, verdict: str, reason: Message | None) -> Message:
    if verdict == "ready":
        return Message("{name} can be computed", name=name)
    if verdict == "partly":
        return Message("{name} can be computed in part: {reason}", name=name, reason=reason or "")
    return Message("{name} cannot be computed: {reason}", name=name, reason=reason or "")
