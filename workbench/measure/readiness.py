"""Readiness: which KPIs and rules this log can answer, and which one field would answer the most of the others.

It stands in step 3 and not in step 1, which shows it: whether a figure can be had is known by the words in which
it is said, and those are worked out here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from workbench.log.frames import objects
from workbench.log.prepared import PreparedLog, lacking
from workbench.measure.evaluate import figures
from workbench.measure.figure import Figure
from workbench.measure.needs import needs_of, rules_of
from workbench.messages import Message, either
from workbench.rules import checkable, needs_of_rule
from workbench.template import Template
from workbench.template.base import mentioned
from workbench.template.kpis import KPI, CombineKPI, LaterKPI
from workbench.template.rules import BaseRule

__all__ = ["Locked", "locked", "readiness_frame", "sources", "unlocks_frame"]

_COLUMNS = ["kind", "id", "verdict", "n", "missing", "reason"]
_UNLOCKS = ["missing", "with", "kind", "kpis", "rules", "unlocks", "ids"]
# Names of which the log must know one.
Need = tuple[str, ...]


# ---------------------------------------------------------------------- verdicts
def readiness_frame(log: PreparedLog, *, found: Sequence[Figure] | None = None) -> pd.DataFrame:
    """One row per KPI and per rule: kind ("kpi", "rule"), id, verdict, n, missing, reason.

    *ready*: it has a value and nothing of it is left out. *partly*: it has a value, and the reason says what is
    left out (rows of which the data does not say, a weight, a rule, an independent check). *not*: it has none.
    `missing` lists what the log would have to carry, each the name of an attribute, activity or policy value;
    where one of several would do, a message that names them. `found` are the figures if they are at hand.
    """
    by_id: dict[str, list[Figure]] = {}
    for figure in found if found is not None else figures(log):
        by_id.setdefault(figure.id, []).append(figure)
    lines = [_kpi_line(log, kpi, by_id.get(kpi.id, [])) for kpi in log.template.kpis.values()]
    counts = _verdict_counts(log)
    lines += [_rule_line(log, rule, counts.get(rule.id, {})) for rule in log.template.rules.values()]
    frame = pd.DataFrame(lines, columns=_COLUMNS)
    for position, name in ((4, "missing"), (5, "reason")):
        frame[name] = objects(line[position] for line in lines)
    return frame.astype({"n": "int64"})


Line = tuple[str, str, str, int, list[str], Message | None]


def _kpi_line(log: PreparedLog, kpi: KPI, found: list[Figure]) -> Line:
    n = sum(figure.n for figure in found)
    valued = [figure for figure in found if figure.value is not None]
    unmet = [_said(log.template, need) for need in _unmet(log, kpi)]
    if not valued:
        reason = found[0].reason if found else Message("nothing of the kind in this period")
        return "kpi", kpi.id, "not", n, unmet, reason
    reason, missing = _left_out(log, kpi, found)
    return "kpi", kpi.id, "ready" if reason is None else "partly", n, missing, reason


def _left_out(log: PreparedLog, kpi: KPI, found: list[Figure]) -> tuple[Message | None, list[str]]:
    """What a figure that has a value does not say, the weightiest first; None when it says all."""
    without = [figure for figure in found if figure.value is None]
    if without and any(figure.reason for figure in without):
        return without[0].reason, []
    unchecked = [
        rule
        for name in rules_of(log.template, kpi)
        if checkable(log, rule := log.template.rules[name]) is not None
    ]
    if unchecked:
        missing = [_said(log.template, need) for rule in unchecked for need in _unmet_by_rule(log, rule)]
        return (
            Message("without rules that cannot be checked: {rules}", rules=[rule.id for rule in unchecked]),
            list(dict.fromkeys(missing)),
        )
    unknown = sum(figure.unknown for figure in found)
    if unknown:
        return Message("rows of which the data does not say enough: {n}", n=unknown), []
    lacking = [
        name for name in (kpi.weight, kpi.parts) if name in log.template.attributes and not log.knows(name)
    ]
    if lacking:
        return Message("without what is said by {what}", what=lacking), [str(name) for name in lacking]
    if kpi.reconciled is not None and not any(figure.stats.get("reconciled") for figure in found):
        stated = log.template.ledgers[kpi.reconciled].stated
        missing = [stated] if stated is not None and not log.knows(stated) else []
        return Message("not held against anything independent"), missing
    return None, []


def _rule_line(log: PreparedLog, rule: BaseRule, counts: dict[str, int]) -> Line:
    n, unknown = counts.get("events", 0), counts.get("unknown", 0)
    missing = checkable(log, rule)
    unmet = [_said(log.template, need) for need in _unmet_by_rule(log, rule)]
    if missing is not None:
        return "rule", rule.id, "not", 0, unmet, lacking(missing)
    if not n:
        return "rule", rule.id, "not", 0, [], Message("no event triggers it")
    if not unknown:
        return "rule", rule.id, "ready", n, [], None
    reason = Message("rows of which the data does not say enough: {n}", n=unknown)
    return "rule", rule.id, "not" if unknown == n else "partly", n, _unsaid(log, rule), reason


def _unsaid(log: PreparedLog, rule: BaseRule) -> list[str]:
    """Fields and policy values that a rule looks at and the log or the project does not give."""
    template = log.template
    parameters = {f"policy.{name}" for name in template.policy}
    return sorted(
        name
        for name in mentioned(rule)
        if (name in template.attributes or name in parameters) and not log.knows(name)
    )


def _verdict_counts(log: PreparedLog) -> dict[str, dict[str, int]]:
    verdicts = log.verdicts
    frame = log.frame(
        verdicts.group_by("rule").aggregate(
            events=verdicts.count(), unknown=(verdicts["verdict"] == "unknown").sum()
        )
    )
    return {
        str(row["rule"]): {"events": int(row["events"]), "unknown": int(row["unknown"])}
        for row in frame.to_dict("records")
    }


# ---------------------------------------------------------------------- needs
def _unmet(log: PreparedLog, kpi: KPI) -> list[Need]:
    """What a KPI, and all that it is combined of, needs and the log does not know."""
    needs = list(needs_of(log.template, kpi))
    if isinstance(kpi, CombineKPI):
        needs += [need for name in kpi.figures for need in _unmet(log, log.template.kpi(name))]
    return [need for need in dict.fromkeys(needs) if not any(map(log.knows, need))]


def _unmet_by_rule(log: PreparedLog, rule: BaseRule) -> list[Need]:
    needs = dict.fromkeys(needs_of_rule(log.template, rule))
    return [need for need in needs if not any(map(log.knows, need))]


def _said(template: Template, need: Need) -> Any:
    """A need as a name; where one of several would do, as a message that names them."""
    names = template.expand(need)
    return names[0] if len(names) == 1 else either(_text(template, name) for name in names)


def _text(template: Template, name: str) -> Any:
    declared: Any = (
        template.activities.get(name) or template.derived.get(name) or template.attributes.get(name)
    )
    return declared.name if declared is not None else name


# ---------------------------------------------------------------------- what one more field would do
@dataclass(frozen=True, slots=True)
class Locked:
    """A KPI, rule or analysis without an answer: each of `needs` must be met, and of `rules` the needs of one."""

    kind: str
    id: str
    needs: tuple[frozenset[str], ...]
    rules: tuple[tuple[frozenset[str], ...], ...] = ()

    def opened_by(self, given: frozenset[str]) -> bool:
        return all(need & given for need in self.needs) and (
            not self.rules or any(all(need & given for need in needs) for needs in self.rules)
        )

    def names(self) -> Iterator[str]:
        for needs in (self.needs, *self.rules):
            for need in needs:
                yield from need


def unlocks_frame(log: PreparedLog) -> pd.DataFrame:
    """What the log lacks, by how many KPIs and rules it alone would make possible, the most first.

    One row per attribute, activity or policy value: missing, with, kind, kpis, rules, unlocks (both together) and
    their ids. A field counts for a KPI only when nothing else is missing. Behind the single fields stand pairs:
    `with` names the second, and they count what only both together open. It says what could be asked, not that
    the answer has rows.
    """
    shut = list(locked(log))
    names = sorted({name for one in shut for name in one.names()})
    lines = []
    alone: dict[str, set[str]] = {}
    for name in names:
        opened = [one for one in shut if one.opened_by(frozenset({name}))]
        alone[name] = {one.id for one in opened}
        if opened:
            lines.append(_unlock_line(log, name, None, opened))
    for first, second in combinations(names, 2):
        opened = [
            one
            for one in shut
            if one.id not in alone[first] | alone[second] and one.opened_by(frozenset({first, second}))
        ]
        if opened:
            lines.append(_unlock_line(log, first, second, opened))
    frame = pd.DataFrame(lines, columns=_UNLOCKS)
    frame["with"] = objects(line[1] for line in lines)
    frame = frame.assign(paired=frame["with"].notna(), second=frame["with"].fillna(""))
    frame = frame.sort_values(
        ["paired", "unlocks", "missing", "second"], ascending=[True, False, True, True], ignore_index=True
    )
    return frame[_UNLOCKS]


def _unlock_line(log: PreparedLog, name: str, other: str | None, opened: list[Locked]) -> tuple[Any, ...]:
    rules = sum(one.kind == "rule" for one in opened)
    ids = [one.id for one in opened]
    return name, other, _kind(log.template, name), len(opened) - rules, rules, len(opened), ids


def _kind(template: Template, name: str) -> str:
    if name.startswith("policy."):
        return "policy"
    return "activity" if name in template.activities else "attribute"


def locked(log: PreparedLog) -> Iterator[Locked]:
    """The KPIs and rules that need what the log does not have."""
    template = log.template

    def each(needs: Iterable[Need]) -> tuple[frozenset[str], ...]:
        return tuple(sources(log, need) for need in needs)

    for kpi in template.kpis.values():
        if isinstance(kpi, LaterKPI):
            continue
        rules = [template.rules[name] for name in rules_of(template, kpi)]
        blocked = [_unmet_by_rule(log, rule) for rule in rules]
        stuck = tuple(map(each, blocked)) if rules and all(blocked) else ()
        unmet = _unmet(log, kpi)
        if unmet or stuck:
            yield Locked("kpi", kpi.id, each(unmet), stuck)
    for rule in template.rules.values():
        if unmet := _unmet_by_rule(log, rule):
            yield Locked("rule", rule.id, each(unmet))


def sources(log: PreparedLog, need: Need) -> frozenset[str]:
    """The recorded things of which one would meet a need: a derived event rests on what it is derived from."""
    found: set[str] = set()
    template = log.template
    for name in template.expand(need):
        ledger, derived = template.ledgers.get(name), template.derived.get(name)
        by_delta = next((one for one in template.derived.values() if one.delta == name), None)
        if ledger is not None:
            found |= sources(log, tuple(entry.of for entry in ledger.plus))
        elif derived is not None and derived.derive == "ledger_zero":
            found |= sources(log, (str(derived.ledger),))
        elif derived is not None and derived.derive == "deadline_missed":
            found |= sources(log, template.pairs[str(derived.pair)].opens)
        elif derived is not None:
            found.add(str(derived.date or derived.attribute))
        elif by_delta is not None:
            found.add(str(by_delta.attribute))
        else:
            found.add(name)
    return frozenset(found)
