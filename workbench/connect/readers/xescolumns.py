"""The columns of an XES log: their names and types, which of them are case, activity and time, and what is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from workbench.connect.readers.faults import Faults
from workbench.connect.readers.textrows import TextRows
from workbench.connect.readers.xesheader import Header
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.errors import Finding
from workbench.messages import Message, quoted

__all__ = ["CASE", "EVENT", "Kinds", "xes_columns"]

CASE, EVENT = "trace", "event"
Key = tuple[str, str]
Kinds = dict[Key, dict[str, int]]
"""The types that a column's values are declared as, each with the line where it first stands."""

_CASE_ID = "case:concept:name"
_ROLES = {
    "activity": "concept:name",
    "time": "time:timestamp",
    "resource": "org:resource",
    "lifecycle": "lifecycle:transition",
}
_NUMBERED: Key = (CASE, "")
_SHOWN = 8


def xes_columns(
    stage: Stage,
    path: Path,
    rows: TextRows,
    kinds: Kinds,
    header: Header,
    faults: Faults,
    *,
    traces: int,
) -> SourceTable:
    """The rows of a log as a table with names and types."""
    findings = list(faults.findings())
    chosen: dict[str, tuple[str, str]] = {}  # name -> expression and type
    order = sorted(rows.columns, key=lambda key: (key[0] != CASE, rows.columns[key]))
    for key in order:
        if key == _NUMBERED:
            continue
        scope, name = key
        column = f"case:{name}" if scope == CASE else name
        if column in chosen:  # a log that was flattened and packed again tells its cases twice
            told = _told_twice(stage, rows, column, name, path)
            if told is None:
                continue
            findings.append(told)
            column = f"event:{name}"
        chosen[column] = _typed(f"c{rows.columns[key]}", kinds[key])
    findings += _mixed(kinds, path)
    findings += _identify(stage, rows, chosen, header, path, traces)
    findings += _needed(stage, rows, header, path, traces)
    if any(keys != (_ROLES["activity"],) for keys in header.classifiers.values()):
        findings.append(_classified(header, chosen, path))
    columns, select = [], []
    for number, (name, (expression, kind)) in enumerate(chosen.items()):
        columns.append(SourceColumn(name, f"x{number}", kind))
        select.append(f"{expression} AS x{number}")
    return SourceTable(
        where=path.name,
        relation=f"(SELECT row, {', '.join(select)} FROM {rows.relation})",
        columns=tuple(columns),
        large=rows.large,
        first_row=1,
        findings=tuple(findings),
        quick=True,
        roles={"case": _CASE_ID, **{role: name for role, name in _ROLES.items() if name in chosen}},
    )


def _typed(column: str, kinds: Mapping[str, int]) -> tuple[str, str]:
    """A column's expression and type. Times stay text: their offsets tell the zone."""
    declared = set(kinds)
    if declared == {"int"}:
        return f"CAST({column} AS BIGINT)", "BIGINT"
    if declared and declared <= {"int", "float"}:
        return f"CAST({column} AS DOUBLE)", "DOUBLE"
    if declared == {"boolean"}:
        return f"CAST({column} AS BOOLEAN)", "BOOLEAN"
    return column, "VARCHAR"


def _told_twice(stage: Stage, rows: TextRows, column: str, name: str, path: Path) -> Finding | None:
    """A finding where the events of a trace say otherwise than the trace; None where they repeat it."""
    own, copy = rows.columns[CASE, name.removeprefix("case:")], rows.columns[EVENT, name]
    differ = int(
        stage.row(
            f"SELECT count(*) FROM {rows.relation} WHERE c{copy} <> c{own} OR (c{own} IS NULL AND c{copy} IS NOT NULL)"
        )[0]
    )
    if not differ:
        return None
    return Finding(
        rule="log_told_twice",
        severity="warn",
        message=Message(
            "{count} events have another {name!r} than their trace; it is kept as {column!r}",
            count=differ,
            name=name,
            column=f"event:{name}",
        ),
        remedy=Message("See which of the two is right, and map that one"),
        count=differ,
        share=differ / rows.count,
        where=path.name,
    )


def _mixed(kinds: Kinds, path: Path) -> list[Finding]:
    mixed = [
        (name, sorted(found))
        for (_, name), found in kinds.items()
        if len(found) > 1 and not set(found) <= {"int", "float"}
    ]
    return [
        Finding(
            rule="log_mixed_types",
            severity="note",
            message=Message(
                "{name!r} is declared as {types}; all its values are read as text", name=name, types=types
            ),
            remedy=Message("Nothing need be done; say the attribute's `type` in project.toml if it has one"),
            count=1,
            where=path.name,
        )
        for name, types in mixed[:_SHOWN]
    ]


def _identify(
    stage: Stage,
    rows: TextRows,
    chosen: dict[str, tuple[str, str]],
    header: Header,
    path: Path,
    traces: int,
) -> list[Finding]:
    """Makes the case id where traces have no name, and the activity where only a classifier tells it."""
    findings = []
    number = f"c{rows.columns[_NUMBERED]}"
    if _CASE_ID not in chosen:
        chosen[_CASE_ID] = (number, "VARCHAR")
        findings.append(
            Finding(
                rule="log_unnamed_traces",
                severity="warn",
                message=Message("The traces have no name; each is numbered by its place in the file"),
                remedy=Message("Map another column as `case` if one identifies the case"),
                count=traces,
                where=path.name,
            )
        )
    else:
        named = chosen[_CASE_ID][0]
        repeated = int(
            stage.row(
                f"SELECT count(*) FROM (SELECT {named} AS k FROM {rows.relation} WHERE {named} IS NOT NULL "
                f"GROUP BY k HAVING count(DISTINCT {number}) > 1)"
            )[0]
        )
        if repeated:
            findings.append(
                Finding(
                    rule="log_repeated_traces",
                    severity="warn",
                    message=Message(
                        "{count} case names stand at several traces, whose events are one case here",
                        count=repeated,
                    ),
                    remedy=Message("Map another column as `case` if they are different cases"),
                    count=repeated,
                    share=repeated / traces,
                    where=path.name,
                )
            )
    if _ROLES["activity"] not in chosen:
        for name, keys in header.classifiers.items():
            if keys and all(key in chosen for key in keys):
                parts = ", ".join(f"CAST({chosen[key][0]} AS VARCHAR)" for key in keys)
                chosen[_ROLES["activity"]] = (f"concat_ws('+', {parts})", "VARCHAR")
                findings.append(
                    Finding(
                        rule="log_classified",
                        severity="note",
                        message=Message(
                            "The events have no 'concept:name'; the classifier {name!r} makes the activity of {keys}",
                            name=name,
                            keys=quoted(keys),
                        ),
                        remedy=Message("Map another column as `activity` if it is not meant"),
                        where=path.name,
                    )
                )
                break
    return findings


def _classified(header: Header, chosen: Mapping[str, object], path: Path) -> Finding:
    told = [
        Message("{name!r} ({keys})", name=name, keys=" + ".join(keys))
        for name, keys in list(header.classifiers.items())[:_SHOWN]
    ]
    return Finding(
        rule="log_classifiers",
        severity="note",
        message=Message(
            "The log names its events in {count} ways: {classifiers}",
            count=len(header.classifiers),
            classifiers=told,
        ),
        remedy=Message(
            "The activity is 'concept:name'; map another column as `activity` to see the events in another way"
        ),
        count=len(header.classifiers),
        where=path.name,
        data={"classifiers": {name: list(keys) for name, keys in header.classifiers.items()}},
    )


def _needed(stage: Stage, rows: TextRows, header: Header, path: Path, traces: int) -> list[Finding]:
    """Findings on what every event or trace should have by the log's own word, and lacks."""
    wanted = list(header.needed)[:100]
    if not wanted:
        return []
    number = f"c{rows.columns[_NUMBERED]}"
    counts = []
    for key in wanted:
        place = rows.columns.get(key)
        value = "false" if place is None else f"c{place} IS NOT NULL"
        counts.append(
            f"count(*) FILTER (NOT ({value}))"
            if key[0] == EVENT
            else f"count(DISTINCT {number}) FILTER (NOT ({value}))"
        )
    lacking = stage.row(f"SELECT {', '.join(counts)} FROM {rows.relation}")
    findings = []
    for key, count in zip(wanted, lacking, strict=True):
        if not count:
            continue
        every = rows.count if key[0] == EVENT else traces
        message = Message(
            "{count} of {every} traces lack {name!r}, declared for each; its default {value!r} is not put in",
            count=int(count), every=every, name=key[1], value=header.needed[key],
        )  # fmt: skip
        if key[0] == EVENT:
            message = Message(
                "{count} of {every} events lack {name!r}, declared for each; its default {value!r} is not put in",
                count=int(count), every=every, name=key[1], value=header.needed[key],
            )  # fmt: skip
        findings.append(
            Finding(
                rule="log_lacks_declared",
                severity="warn",
                message=message,
                remedy=Message("Fill it where the log was made, if the default is what is meant"),
                count=int(count),
                share=int(count) / every,
                where=path.name,
                data={"attribute": key[1], "scope": key[0]},
            )
        )
    return findings[:_SHOWN]
