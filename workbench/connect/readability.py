"""What could not be read: undecided columns with both readings, and the first values that do not fit.

A question to the user blocks; a value that does not fit is counted, named with its row, and left out.
"""

from __future__ import annotations

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
from workbench.escape import toml_text
from workbench.messages import LANGUAGES, Message, Translated, either
from workbench.places import in_column

__all__ = ["date_text", "undecided", "unreadable"]

_FIRST = 3
_ORDERS = {
    "day first": Message("day first"),
    "month first": Message("month first"),
    "two-digit year first": Message("two-digit year first"),
    "year first": Message("year first"),
}


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
    place = table.named(int(row))
    choices = [
        Message("{date} ({order})", date=_date_said(found), order=_ORDERS.get(order, order))
        for order, found in zip(proof.readings, readings, strict=True)
    ]
    if proof.verdict == "ambiguous":
        rule = "ambiguous_date"
        message = Message(
            "The dates of {name!r} have two readings: {value!r} in row {row} is {choices}",
            name=name,
            value=str(value),
            row=place,
            choices=either(choices),
        )
    else:
        rule = "mixed_dates"
        message = Message(
            "The dates of {name!r} are written in more than one order of day and month: {value!r} in row {row} "
            "fits another than most",
            name=name,
            value=str(value),
            row=place,
        )
    formats = either(f"{toml_text(name)} = {toml_text(one['format'])}" for one in shown)
    remedy = Message(
        "Say which under [sources.formats] of {source!r}: {formats}", source=source, formats=formats
    )
    if proof.verdict == "mixed" and len({one.where for one in table.places}) > 1:
        remedy = _source_each(formats)
    return Finding(
        rule=rule,
        severity="block",
        message=message,
        remedy=remedy,
        count=proof.present,
        share=1.0,
        where=in_column(table.where, name),
        data={"readings": shown, "value": value},
    )


def _source_each(formats: Any) -> Message:
    """What answers for files that differ: no one format is right for them all."""
    return Message(
        "If the files differ, make each a source of its own and say in its formats: {formats}",
        formats=formats,
    )


def date_text(value: Any) -> str:
    """A date as it cannot be misread."""
    if not isinstance(value, datetime):
        return "no date"
    clock = value.strftime(" %H:%M") if (value.hour, value.minute) != (0, 0) else ""
    return f"{value.day} {value.strftime('%B')} {value.year:04d}{clock}"


def _date_said(value: Any) -> Translated:
    """A date as it cannot be misread, its month in words in every language."""
    from babel.dates import format_date

    if not isinstance(value, datetime):
        return Translated({"en": "no date", "fr": "aucune date", "es": "ninguna fecha", "zh": "无日期"})
    clock = value.strftime(" %H:%M") if (value.hour, value.minute) != (0, 0) else ""
    others = {
        language: format_date(value, "long", locale=language) + clock
        for language in LANGUAGES
        if language != "en"
    }
    return Translated({"en": date_text(value), **others})


def _by_sibling(name: str, sibling: str, reading: Any, table: SourceTable, count: int) -> Finding:
    return Finding(
        rule="format_by_sibling",
        severity="note",
        message=Message(
            "{name!r} alone has two readings; it is read as {format}, as {sibling!r} must be",
            name=name,
            format=repr(reading.written),
            sibling=sibling,
        ),
        remedy=Message(
            "If the two columns are written differently, declare the format under [sources.formats]"
        ),
        count=count,
        where=in_column(table.where, name),
        data={"format": reading.written, "decided_by": sibling},
    )


def _nothing_read(
    severity: Severity, kind: str, name: str, present: int, table: SourceTable, source: str
) -> Finding:
    if kind == "date":
        message = Message(
            "None of the {count} values of {name!r} is a date in any recognised format",
            count=present,
            name=name,
        )
    else:
        message = Message(
            "None of the {count} values of {name!r} is a number in any recognised format",
            count=present,
            name=name,
        )
    return Finding(
        rule=f"unparseable_{kind}",
        severity=severity,
        message=message,
        remedy=Message(
            "See whether it is the right column, or declare its format in [sources.formats], {source!r}",
            source=source,
        ),
        count=present,
        share=1.0,
        where=in_column(table.where, name),
    )


def _ask_number(name: str, proof: NumberProof, table: SourceTable, source: str) -> Finding:
    value, row, point, comma = proof.example
    place = table.named(int(row))
    if proof.verdict == "ambiguous":
        rule = "ambiguous_number"
        message = Message(
            "The numbers of {name!r} have two readings: {value!r} in row {row} is {point} or {comma}",
            name=name,
            value=str(value),
            row=place,
            point=f"{point:g}",
            comma=f"{comma:g}",
        )
    else:
        rule = "mixed_numbers"
        message = Message(
            "{name!r} mixes decimal points and decimal commas: {value!r} in row {row} fits another than most",
            name=name,
            value=str(value),
            row=place,
        )
    formats = either(f"{toml_text(name)} = {toml_text(text)}" for text in NUMBER_FORMATS)
    remedy = Message(
        "Say which under [sources.formats] of {source!r}: {formats}", source=source, formats=formats
    )
    if proof.verdict == "mixed" and len({one.where for one in table.places}) > 1:
        remedy = _source_each(formats)
    return Finding(
        rule=rule,
        severity="block",
        message=message,
        remedy=remedy,
        count=proof.present,
        share=1.0,
        where=in_column(table.where, name),
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
    reading = readings.times.get(item.column.name)
    if item.type in ("date", "ts") and reading is not None and reading.plain:
        return True
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
    shown = [{"value": str(value), "row": table.at(int(row))[1]} for value, row in first]
    name = item.column.name
    named = [
        Message("{value!r} in row {row}", value=str(value), row=table.named(int(row))) for value, row in first
    ]
    if item.type in ("date", "ts"):
        rule = "unparseable_date"
        message = Message(
            "{count} of {total} values of {name!r} are no date: {values}",
            count=count,
            total=total,
            name=name,
            values=named,
        )
    elif item.type == "bool":
        rule = "unparseable_bool"
        message = Message(
            "{count} of {total} values of {name!r} are no yes or no: {values}",
            count=count,
            total=total,
            name=name,
            values=named,
        )
    else:
        rule = "unparseable_number"
        message = Message(
            "{count} of {total} values of {name!r} are no number: {values}",
            count=count,
            total=total,
            name=name,
            values=named,
        )
    return Finding(
        rule=rule,
        severity="warn",
        message=message,
        remedy=Message("Mend them in the source; until then they count as missing"),
        count=count,
        share=count / total,
        where=in_column(table.where, name),
        rows=tuple(shown),
        data={"values": shown},
    )
