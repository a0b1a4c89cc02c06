"""What could not be read: undecided columns with both readings, and the first values that do not fit.

A question to the user blocks; a value that does not fit is counted, named with its row, and left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from workbench.connect.fields import Field, Readings, is_present
from workbench.connect.numbers import NUMBER_FORMATS, NumberProof
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.connect.timeproof import TimeProof
from workbench.connect.times import TimeReading
from workbench.errors import Finding, Severity

__all__ = ["date_text", "undecided", "unreadable"]

_FIRST = 3


def undecided(
    readings: Readings, table: SourceTable, source: str, *, times: Iterable[SourceColumn] = ()
) -> list[Finding]:
    """Columns whose format only their owner knows, and those that another column of the file decided.

    A column without one date or number in it blocks where it gives the `times` of events, and warns elsewhere.
    """
    vital = {column.name for column in times}
    findings = []
    for name, proof in readings.time_proofs.items():
        if proof.verdict in ("ambiguous", "mixed"):
            findings.append(_ask_date(name, proof, table, source))
        elif proof.verdict == "sibling":
            findings.append(_by_sibling(name, proof.decided_by, proof.reading, table, proof.present))
        elif proof.verdict == "none" and proof.present:
            severity: Severity = "block" if name in vital else "warn"
            findings.append(_nothing_read(severity, "date", name, proof.present, table, source))
    for name, number in readings.number_proofs.items():
        if number.verdict in ("ambiguous", "mixed"):
            findings.append(_ask_number(name, number, table, source))
        elif number.verdict == "sibling":
            findings.append(_by_sibling(name, number.decided_by, number.reading, table, number.present))
        elif number.verdict == "none" and number.present:
            findings.append(_nothing_read("warn", "number", name, number.present, table, source))
    return findings


def _ask_date(name: str, proof: TimeProof, table: SourceTable, source: str) -> Finding:
    value, row, *readings = proof.example
    shown = [
        {"order": order, "format": reading.written, "reading": date_text(found)}
        for (order, reading), found in zip(proof.readings.items(), readings, strict=True)
    ]
    place = f"row {int(row) + table.first_row}"
    if proof.verdict == "ambiguous":
        rule = "ambiguous_date"
        choices = " or ".join(f"{one['reading']} ({one['order']})" for one in shown)
        message = f"The dates of {name!r} have two readings: {value!r} in {place} is {choices}"
    else:
        rule = "mixed_dates"
        message = (
            f"The dates of {name!r} are written in more than one order of day and month: {value!r} in "
            f"{place} fits another than most"
        )
    formats = " or ".join(f"{_toml(name)} = {_toml(one['format'])}" for one in shown)
    return Finding(
        rule=rule,
        severity="block",
        message=message,
        remedy=f"Say which under [sources.formats] of {source!r}: {formats}",
        count=proof.present,
        share=1.0,
        where=f"{table.where}, column {name!r}",
        data={"readings": shown, "value": value},
    )


def date_text(value: Any) -> str:
    """A date as it cannot be misread."""
    if not isinstance(value, datetime):
        return "no date"
    clock = value.strftime(" %H:%M") if (value.hour, value.minute) != (0, 0) else ""
    return f"{value.day} {value.strftime('%B')} {value.year:04d}{clock}"


def _by_sibling(name: str, sibling: str, reading: Any, table: SourceTable, count: int) -> Finding:
    return Finding(
        rule="format_by_sibling",
        severity="note",
        message=f"{name!r} alone has two readings; it is read as {reading.written!r}, as {sibling!r} must be",
        remedy="If the two columns are written differently, declare the format under [sources.formats]",
        count=count,
        where=f"{table.where}, column {name!r}",
        data={"format": reading.written, "decided_by": sibling},
    )


def _nothing_read(
    severity: Severity, kind: str, name: str, present: int, table: SourceTable, source: str
) -> Finding:
    return Finding(
        rule=f"unparseable_{kind}",
        severity=severity,
        message=f"None of the {present} values of {name!r} is a {kind} in any recognised format",
        remedy=f"See whether it is the right column, or declare its format in [sources.formats], {source!r}",
        count=present,
        share=1.0,
        where=f"{table.where}, column {name!r}",
    )


def _ask_number(name: str, proof: NumberProof, table: SourceTable, source: str) -> Finding:
    value, row, point, comma = proof.example
    place = f"row {int(row) + table.first_row}"
    if proof.verdict == "ambiguous":
        rule = "ambiguous_number"
        message = f"The numbers of {name!r} have two readings: {value!r} in {place} is {point:g} or {comma:g}"
    else:
        rule = "mixed_numbers"
        message = (
            f"{name!r} mixes decimal points and decimal commas: {value!r} in {place} fits another than most"
        )
    formats = " or ".join(f"{_toml(name)} = {_toml(text)}" for text in NUMBER_FORMATS)
    return Finding(
        rule=rule,
        severity="block",
        message=message,
        remedy=f"Say which under [sources.formats] of {source!r}: {formats}",
        count=proof.present,
        share=1.0,
        where=f"{table.where}, column {name!r}",
        data={"value": value, "readings": [point, comma]},
    )


def unreadable(
    stage: Stage,
    table: SourceTable,
    fields: Sequence[Field],
    times: Iterable[SourceColumn],
    readings: Readings,
    zone: str,
) -> list[Finding]:
    """Values that are there and cannot be read, column by column: how many, and the first with their rows."""
    wanted = {item.column.name: item for item in fields if item.type not in ("id", "str", "cat")}
    for column in times:
        wanted[column.name] = Field(column.name, "ts", "event", column)
    checked = [
        item for item in wanted.values() if _has_reading(readings, item) and not _read_whole(readings, item)
    ]
    if not checked:
        return []
    tests = {item.column.name: _fails(readings, item, zone) for item in checked}
    counts = ", ".join(f"count(*) FILTER ({test})" for test in tests.values())
    present = ", ".join(f"count(*) FILTER ({is_present(item.column, item.type)})" for item in checked)
    found = stage.row(f"SELECT {counts}, {present} FROM {table.relation}")
    findings = []
    for number, item in enumerate(checked):
        count, total = int(found[number]), int(found[number + len(checked)])
        if count:
            findings.append(_unread(stage, table, item, tests[item.column.name], count, total))
    return findings


def _has_reading(readings: Readings, item: Field) -> bool:
    if item.type == "bool":
        return item.column.is_text
    known: dict[str, Any] = {**readings.times} if item.type in ("date", "ts") else {**readings.numbers}
    reading = known.get(item.column.name)
    return reading is not None and not (isinstance(reading, TimeReading) and not item.column.is_text)


def _read_whole(readings: Readings, item: Field) -> bool:
    """Whether a proof has shown already that every value is read."""
    known: dict[str, Any] = {**readings.number_proofs, **readings.time_proofs}
    proof = known.get(item.column.name)
    return item.type != "bool" and proof is not None and proof.unread == 0


def _fails(readings: Readings, item: Field, zone: str) -> str:
    return f"{is_present(item.column, item.type)} AND ({readings.value(item, zone)}) IS NULL"


def _unread(stage: Stage, table: SourceTable, item: Field, test: str, count: int, total: int) -> Finding:
    first = stage.rows(
        f"SELECT CAST({item.column.sql} AS VARCHAR), row FROM {table.relation} "
        f"WHERE {test} ORDER BY row LIMIT {_FIRST}"
    )
    shown = [{"value": str(value), "row": int(row) + table.first_row} for value, row in first]
    named = ", ".join(f"{one['value']!r} in row {one['row']}" for one in shown)
    kind = {"date": "date", "ts": "date", "bool": "yes or no"}.get(item.type, "number")
    return Finding(
        rule={"date": "unparseable_date", "yes or no": "unparseable_bool"}.get(kind, "unparseable_number"),
        severity="warn",
        message=f"{count} of {total} values of {item.column.name!r} are no {kind}: {named}",
        remedy="Mend them in the source; until then they count as missing",
        count=count,
        share=count / total,
        where=f"{table.where}, column {item.column.name!r}",
        data={"values": shown},
    )


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
