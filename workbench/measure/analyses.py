"""What the six steps offer beside KPIs and rules, and what a log must say for each: map, segments, ageing, …

One table of needs by the roles that a template gives its words, so that every process has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pandas as pd

from workbench.log.frames import objects
from workbench.log.prepared import PreparedLog, lacking
from workbench.measure.segments import case_attributes
from workbench.messages import Message
from workbench.template import Template

__all__ = ["ANALYSES", "Analysis", "analysis_frame", "analysis_needs"]

_COLUMNS = ["kind", "id", "verdict", "n", "missing", "reason"]
_MONTHS_TO_COMPARE = 2
_MANY_TIES = 0.2

Need = tuple[str, ...]
Needs = Callable[[Template], Iterator[Need]]


def _nothing(template: Template) -> Iterator[Need]:
    yield from ()


def _roles(*roles: str) -> Needs:
    def needs(template: Template) -> Iterator[Need]:
        for role in roles:
            name = getattr(template.case, role)
            if name is not None:
                yield (name,)

    return needs


def _path(template: Template) -> Iterator[Need]:
    # A path of one activity is none: its first and its last are what a deviation is told by.
    if template.path.ideal:
        yield template.path.ideal[:-1]
        yield (
            template.path.ideal[-1],
            *(one.id for one in template.activities.values() if one.kind == "end+"),
        )


def _ends(template: Template) -> Iterator[Need]:
    ends = tuple(one.id for one in template.events() if one.kind.startswith("end"))
    if ends:
        yield ends


def _ledgers(template: Template) -> Iterator[Need]:
    for ledger in template.ledgers.values():
        yield (ledger.id,)
        if template.case.amount:
            yield (template.case.amount,)


def _due(template: Template) -> Iterator[Need]:
    yield from _ledgers(template)
    for ledger in template.ledgers.values():
        if ledger.due:
            yield (ledger.due,)


@dataclass(frozen=True)
class Analysis:
    """A view of the notebooks: its name, what the log must say, what the template must declare, how it is counted.

    `months` is how many months of history it takes.
    """

    id: str
    name: Message
    counts: str = "cases"
    needs: Needs = _nothing
    declared: Callable[[Template], bool] = field(default=lambda template: True)
    months: int = 0


ANALYSES: tuple[Analysis, ...] = (
    Analysis("map", Message("Process map"), "events"),
    Analysis("variants", Message("Variants")),
    Analysis("volume", Message("Volume over time"), "events", months=_MONTHS_TO_COMPARE),
    Analysis("bottlenecks", Message("Bottlenecks"), "events"),
    Analysis("rework", Message("Rework"), "events"),
    Analysis("segments", Message("Segments side by side")),
    Analysis("resources", Message("Teams and hand-overs"), "events", _roles("resource")),
    Analysis(
        "outcomes",
        Message("How cases end"),
        needs=_ends,
        declared=lambda template: any(one.kind.startswith("end") for one in template.events()),
    ),
    Analysis(
        "ageing",
        Message("Ageing of open balances"),
        needs=_due,
        declared=lambda template: bool(template.ledgers),
    ),
    Analysis(
        "conformance",
        Message("Conformance to the ideal path"),
        needs=_path,
        declared=lambda template: bool(template.path.ideal),
    ),
    Analysis("causes", Message("Breaches and their causes"), declared=lambda template: bool(template.rules)),
    Analysis(
        "automation",
        Message("Automation potential"),
        "events",
        _roles("automated"),
        declared=lambda template: template.case.automated is not None,
    ),
    Analysis(
        "worklist",
        Message("Work list"),
        needs=_due,
        declared=lambda template: bool(template.ledgers or template.rules),
    ),
    Analysis("trend", Message("Before, now and target"), months=2 * 3),
)


def analysis_needs(log: PreparedLog, analysis: Analysis) -> list[Need]:
    """What an analysis needs and the log does not know, each a tuple of alternatives."""
    needs = dict.fromkeys(analysis.needs(log.template))
    return [need for need in needs if not any(map(log.knows, need))]


def analysis_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per analysis that the process has: kind ("analysis"), id, verdict, n, missing, reason.

    *ready*, *partly* (it can be had, and the reason says what it leaves out) or *not*, as for KPIs and rules.
    """
    events, cases, months = _extent(log)
    lines = []
    for analysis in ANALYSES:
        if not analysis.declared(log.template):
            continue
        n = events if analysis.counts == "events" else cases
        missing = [
            names[0] if len(names) == 1 else _either(log, names) for names in analysis_needs(log, analysis)
        ]
        verdict, reason = _verdict(log, analysis, n, months, analysis_needs(log, analysis))
        lines.append(("analysis", analysis.id, verdict, 0 if verdict == "not" else n, missing, reason))
    frame = pd.DataFrame(lines, columns=_COLUMNS)
    for position, name in ((4, "missing"), (5, "reason")):
        frame[name] = objects(line[position] for line in lines)
    return frame.astype({"n": "int64"})


def _either(log: PreparedLog, names: Need) -> Message:
    first = log.template.activities.get(names[0])
    return Message(
        "{name} or another of {count}", name=first.name if first else names[0], count=len(names) - 1
    )


def _verdict(
    log: PreparedLog, analysis: Analysis, n: int, months: int, unmet: list[Need]
) -> tuple[str, Message | None]:
    if unmet:
        return "not", lacking(unmet[0][0])
    if not n:
        return "not", Message("the log has no event")
    if analysis.id == "segments" and not case_attributes(log):
        return "not", Message("no attribute of the case tells parts of the log apart")
    if months < analysis.months:
        verdict = "not" if months < analysis.months / 2 else "partly"
        return verdict, Message(
            "the log has {months} full months, and {wanted} are wanted", months=months, wanted=analysis.months
        )
    tied = next((one for one in log.meta.findings if one.rule == "tied_times"), None)
    if (
        analysis.id in ("map", "variants", "conformance")
        and tied is not None
        and (tied.share or 0) >= _MANY_TIES
    ):
        return "partly", Message("many events share their time: their order is the source's")
    if analysis.id == "conformance":
        absent = [name for name in log.template.path.ideal if not log.knows(name)]
        if absent:
            return "partly", Message("{count} activities of the ideal path never occur", count=len(absent))
    return "ready", None


def _extent(log: PreparedLog) -> tuple[int, int, int]:
    """Recorded events, cases, and full months from the first event to as-of."""
    recorded = log.events.filter(~log.events["is_derived"])
    row = log.frame(recorded.aggregate(n=recorded.count(), first=recorded["day"].min())).iloc[0]
    cases = int(log.frame(log.cases.aggregate(n=log.cases.count())).iloc[0]["n"])
    if not row["n"]:
        return 0, cases, 0
    first = pd.Timestamp(row["first"])
    last = pd.Timestamp(log.as_of) + pd.Timedelta(days=1)
    months = (last.year - first.year) * 12 + last.month - first.month - (first.day > 1)
    return int(row["n"]), cases, max(months, 0)
