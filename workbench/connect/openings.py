"""Whether each case is opened once: an id that is several cases, or no event that opens any."""

from __future__ import annotations

from workbench.connect.logtables import LogTables
from workbench.connect.mainsource import TypedSource
from workbench.connect.stage import Stage
from workbench.errors import Finding
from workbench.messages import Message, either
from workbench.places import in_column
from workbench.project import CasesSource
from workbench.sql import ident, text_list

__all__ = ["no_start_event", "repeated_cases"]

_BLOCKING = 0.05


def no_start_event(stage: Stage, log: LogTables, events: int) -> Finding | None:
    """A process that something opens, and a log without it: ages and open balances have no beginning."""
    opening = [one for one in log.template.activities.values() if one.kind == "start"]
    if not opening or not events:
        return None
    ids = text_list(sorted(one.id for one in opening))
    if stage.row(f"SELECT count(*) FROM (SELECT 1 FROM {log.events} WHERE activity IN {ids} LIMIT 1)")[0]:
        return None
    named = either(Message("{id!r} ({name})", id=one.id, name=one.name) for one in opening)
    remedy = Message("Map its date under [sources.events]")
    if any(source.kind == "events" for source in log.sources):
        remedy = Message("Map the label that means it under [sources.activities]")
    return Finding(
        rule="no_start_event",
        severity="warn",
        message=Message(
            "No event opens the process: there is no {activity}; what counts from it is not known",
            activity=named,
        ),
        remedy=remedy,
    )


def repeated_cases(stage: Stage, log: LogTables) -> list[Finding]:
    """Wide sources in which several rows share a case id although each row opens a case.

    Two documents of one number become one case with the events of both. A source that only adds events to the
    cases of another (payments) may have many rows for each.
    """
    opening = {one.id for one in log.template.activities.values() if one.kind == "start"}
    findings = []
    for spec in log.project.sources:
        source = next((one for one in log.sources if one.name == spec.name), None)
        if source is None or not isinstance(spec, CasesSource):
            continue
        opens = bool(opening & set(spec.events))
        if opens or len(log.sources) == 1:
            found = _repeated(stage, source, spec, opens=opens)
            findings += [found] if found is not None else []
    return findings


def _repeated(stage: Stage, source: TypedSource, spec: CasesSource, *, opens: bool) -> Finding | None:
    kept = f"(SELECT * FROM {source.typed} WHERE _reason IS NULL)"
    by_case = f"SELECT case_id, count(*) AS n, min(_row) AS first FROM {kept} GROUP BY case_id"
    total, rows, cases, example = stage.row(
        "SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (n > 1), 0), count(*) FILTER (n > 1), "
        f"arg_min(case_id, first) FILTER (n > 1) FROM ({by_case})"
    )
    if not rows:
        return None
    share = int(rows) / int(total)
    key = _distinguishing(stage, source, kept)
    remedy = Message("If they are several cases, make the id of each one unique in the source")
    if key is not None:
        remedy = Message(
            "If they are several cases, join {column!r} to {case!r} in the source: both together are unique",
            column=key,
            case=spec.case,
        )
    return Finding(
        rule="repeated_case",
        severity="block" if opens and share >= _BLOCKING else "warn",
        message=Message(
            "{rows} rows share a case id with another row, first {case!r}: they are read as {cases} cases",
            rows=int(rows),
            case=str(example),
            cases=int(cases),
        ),
        remedy=remedy,
        count=int(rows),
        share=share,
        where=in_column(source.name, spec.case),
        data={"cases": int(cases), "unique_with": key},
    )


def _distinguishing(stage: Stage, source: TypedSource, kept: str) -> str | None:
    """The column that tells apart the rows of one case id: of several, the one with the fewest values."""
    able = [item for item in source.fields if item.type in ("cat", "id")]
    if not able:
        return None
    counts = ", ".join(
        f"count(DISTINCT (case_id, {ident(item.name)})) FILTER ({ident(item.name)} IS NOT NULL), "
        f"count(DISTINCT {ident(item.name)})"
        for item in able
    )
    total, *found = stage.row(f"SELECT count(*), {counts} FROM {kept}")
    unique = [
        (int(values), place)
        for place, (pairs, values) in enumerate(zip(found[::2], found[1::2], strict=True))
        if pairs == total
    ]
    return able[min(unique)[1]].column.name if unique else None
