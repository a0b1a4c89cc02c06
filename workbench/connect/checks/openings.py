"""Whether each case is opened once: an id that is several cases, or no event that opens any."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.connect.checks.sums import Checked, row_of
from workbench.connect.mainsource import TypedSource
from workbench.errors import Finding
from workbench.messages import Message, either
from workbench.places import in_column
from workbench.project import CasesSource
from workbench.sql import ident

__all__ = ["no_start_event", "repeated_cases"]

_BLOCKING = 0.05
_FIRST = 5


def no_start_event(log: Checked) -> Iterator[Finding]:
    """A process that something opens, and a log without it: ages and open balances have no beginning."""
    opening = [one for one in log.log.template.activities.values() if one.kind == "start"]
    seen = {name for name, _ in log.by_activity}
    if not opening or not log.events or any(one.id in seen for one in opening):
        return
    named = either(Message("{id!r} ({name})", id=one.id, name=one.name) for one in opening)
    remedy = Message("Map its date under [sources.events]")
    if any(source.kind == "events" for source in log.log.sources):
        remedy = Message("Map the label that means it under [sources.activities]")
    yield Finding(
        rule="no_start_event",
        severity="warn",
        message=Message(
            "No event opens the process: there is no {activity}; what counts from it is not known",
            activity=named,
        ),
        remedy=remedy,
    )


def repeated_cases(log: Checked) -> Iterator[Finding]:
    """Wide sources in which several rows share a case id although each row opens a case.

    Two documents of one number become one case with the events of both. A source that only adds events to the
    cases of another (payments) may have many rows for each.
    """
    opening = {one.id for one in log.log.template.activities.values() if one.kind == "start"}
    for spec in log.log.project.sources:
        source = next((one for one in log.log.sources if one.name == spec.name), None)
        if source is None or not isinstance(spec, CasesSource):
            continue
        opens = bool(opening & set(spec.events))
        if opens or len(log.log.sources) == 1:
            yield from _repeated(log, source, spec, opens=opens)


def _repeated(log: Checked, source: TypedSource, spec: CasesSource, *, opens: bool) -> Iterator[Finding]:
    kept = f"(SELECT * FROM {source.typed} WHERE _reason IS NULL)"
    by_case = f"SELECT case_id, count(*) AS n, min(_row) AS first FROM {kept} GROUP BY case_id"
    total, rows, cases = log.stage.row(
        "SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (n > 1), 0), count(*) FILTER (n > 1) "
        f"FROM ({by_case})"
    )
    if not rows:
        return
    share = int(rows) / int(total)
    first = log.stage.rows(
        f"SELECT case_id, first FROM ({by_case}) WHERE n > 1 ORDER BY first LIMIT {_FIRST}"
    )
    key = _distinguishing(log, source, kept)
    remedy = Message("If they are several cases, make the id of each one unique in the source")
    if key is not None:
        remedy = Message(
            "If they are several cases, join {column!r} to {case!r} in the source: both together are unique",
            column=key,
            case=spec.case,
        )
    table = log.log.tables[source.name]
    yield Finding(
        rule="repeated_case",
        severity="block" if opens and share >= _BLOCKING else "warn",
        message=Message(
            "{rows} rows share a case id with another row, first {case!r}: they are read as {cases} cases",
            rows=int(rows),
            case=str(first[0][0]),
            cases=int(cases),
        ),
        remedy=remedy,
        count=int(rows),
        share=share,
        where=in_column(source.name, spec.case),
        rows=tuple({"case": str(case), **row_of(table, row)} for case, row in first),
        data={"cases": int(cases), "unique_with": key},
    )


def _distinguishing(log: Checked, source: TypedSource, kept: str) -> str | None:
    """The column that tells apart the rows of one case id: of several, the one with the fewest values."""
    able = [item for item in source.fields if item.type in ("cat", "id")]
    if not able:
        return None
    counts = ", ".join(
        f"count(DISTINCT (case_id, {ident(item.name)})) FILTER ({ident(item.name)} IS NOT NULL), "
        f"count(DISTINCT {ident(item.name)})"
        for item in able
    )
    total, *found = log.stage.row(f"SELECT count(*), {counts} FROM {kept}")
    unique = [
        (int(values), place)
        for place, (pairs, values) in enumerate(zip(found[::2], found[1::2], strict=True))
        if pairs == total
    ]
    return able[min(unique)[1]].column.name if unique else None
