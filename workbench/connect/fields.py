"""The fields of a source: which column fills which attribute, as which type, and how its text is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from workbench.connect.clock import Clock
from workbench.connect.numbers import (
    MONEY,
    NUMBER_FORMATS,
    NumberProof,
    NumberReading,
    declared_number,
    prove_numbers,
)
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.connect.timeproof import TimeProof, prove_plain, prove_times, words_of
from workbench.connect.times import OFFSET, TimeReading, declared_reading, is_missing, typed_reading
from workbench.errors import WorkbenchError, did_you_mean
from workbench.log.raw import AttributeType
from workbench.messages import Message
from workbench.places import in_project, in_source
from workbench.project import Column
from workbench.sql import literal
from workbench.template import Template

__all__ = [
    "FALSE",
    "TRUE",
    "Field",
    "Readings",
    "clocked",
    "is_present",
    "read_columns",
    "resolve_fields",
    "sql_type",
    "stripped",
]

TRUE = (
    "yes",
    "y",
    "true",
    "t",
    "1",
    "x",
    "on",
    "oui",
    "o",
    "vrai",
    "sí",
    "si",
    "s",
    "verdadero",
    "是",
    "真",
    "对",
)
FALSE = ("no", "n", "false", "f", "0", "off", "non", "faux", "falso", "否", "假", "不是", "错")

_SQL_TYPES: dict[AttributeType, str] = {
    "id": "VARCHAR",
    "str": "VARCHAR",
    "cat": "VARCHAR",
    "num": "DOUBLE",
    "pct": "DOUBLE",
    "money": MONEY,
    "bool": "BOOLEAN",
    "date": "DATE",
    "ts": "TIMESTAMP",
}
_BLANKS = literal(" \t\r\n\u00a0")
_NUMERIC = ("num", "pct", "money")
_TIMES = ("date", "ts")


def sql_type(kind: AttributeType) -> str:
    """The type that an attribute has in the log."""
    return _SQL_TYPES[kind]


def stripped(column: SourceColumn) -> str:
    """A column as text without outer blanks; empty is NULL. Whole numbers stored as 12.0 are 12."""
    if column.type in ("DOUBLE", "FLOAT"):
        whole = f"{column.sql} = trunc({column.sql}) AND abs({column.sql}) < 1e15"
        integer = f"CAST(CAST({column.sql} AS BIGINT) AS VARCHAR)"
        return f"(CASE WHEN {whole} THEN {integer} ELSE CAST({column.sql} AS VARCHAR) END)"
    if column.type == "TIMESTAMP WITH TIME ZONE":
        return f"CAST(timezone('UTC', {column.sql}) AS VARCHAR)"
    text = column.sql if column.type == "VARCHAR" else f"CAST({column.sql} AS VARCHAR)"
    return f"nullif(trim({text}, {_BLANKS}), '')"


def is_present(column: SourceColumn, kind: AttributeType) -> str:
    """Whether a cell holds a value: NULL, NIL and the like are none where numbers or dates are meant."""
    if not column.is_text:
        return f"{column.sql} IS NOT NULL"
    if kind in (*_NUMERIC, *_TIMES, "bool"):
        return f"NOT {is_missing(f'CAST({column.sql} AS VARCHAR)')}"
    return f"{stripped(column)} IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute and the column that fills it. `level` may be both: of the case and of each event."""

    name: str
    type: AttributeType
    level: str
    column: SourceColumn
    take: str = "first"
    cumulative: bool = False
    # Where the text of another column says the value: that column, and the values by text.
    label: SourceColumn | None = None
    by_label: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Readings:
    """How the text columns of a source are read. A column that could not be decided has no reading."""

    times: Mapping[str, TimeReading] = field(default_factory=dict)
    numbers: Mapping[str, NumberReading] = field(default_factory=dict)
    time_proofs: Mapping[str, TimeProof] = field(default_factory=dict)
    number_proofs: Mapping[str, NumberProof] = field(default_factory=dict)

    def value(self, item: Field, zone: str) -> str:
        """The field's value as SQL of its type; NULL where its column is undecided."""
        if item.label is None:
            return self._own_value(item, zone)
        known = ", ".join(f"{literal(text)}: {literal(str(value))}" for text, value in item.by_label.items())
        told = f"CAST(MAP {{{known}}}[{stripped(item.label)}] AS {sql_type(item.type)})"
        own = None if item.column == item.label else self._own_value(item, zone)
        return told if own is None else f"coalesce({own}, {told})"

    def _own_value(self, item: Field, zone: str) -> str:
        column, kind = item.column, item.type
        if kind in ("id", "cat"):
            return stripped(column)
        if kind == "str":
            return f"nullif(CAST({column.sql} AS VARCHAR), '')" if column.is_text else stripped(column)
        if kind == "bool":
            return _boolean(column)
        if kind in _NUMERIC:
            number = self.numbers.get(column.name)
            if number is None:
                return f"CAST(NULL AS {sql_type(kind)})"
            return number.number(column.sql, sql_type(kind))
        if kind == "date":
            return self.day(column, zone)
        return self.utc(column, zone)

    def utc(self, column: SourceColumn, zone: str) -> str:
        reading = self.times.get(column.name)
        return "CAST(NULL AS TIMESTAMP)" if reading is None else reading.utc(column.sql, zone)

    def day(self, column: SourceColumn, zone: str) -> str:
        reading = self.times.get(column.name)
        return "CAST(NULL AS DATE)" if reading is None else reading.day(column.sql, zone)


def clocked(table: SourceTable, readings: Readings, clock: Clock) -> tuple[SourceTable, Readings]:
    """A large table with its times read once beside their columns, and the readings that find them there."""
    times = {column: readings.times[column.name] for column in table.columns if column.name in readings.times}
    if not times:
        return table, readings
    beside = ", ".join(reading.beside(column.sql) for column, reading in times.items())
    ready = {column.name: replace(reading, clock=clock) for column, reading in times.items()}
    relation = f"(SELECT *, {beside} FROM {table.relation})"
    return replace(table, relation=relation), replace(readings, times={**readings.times, **ready})


def _boolean(column: SourceColumn) -> str:
    if column.type == "BOOLEAN":
        return column.sql
    known = [
        f"{literal(word)}: {value}" for value, words in (("true", TRUE), ("false", FALSE)) for word in words
    ]
    return f"MAP {{{', '.join(known)}}}[lower({stripped(column)})]"


def resolve_fields(
    attributes: Mapping[str, Column],
    template: Template,
    table: SourceTable,
    *,
    source: str,
    wide: bool = False,
) -> tuple[Field, ...]:
    """The fields that `[sources.attributes]` asks for.

    In a wide source, and in a lookup by case, everything is of the case; what the template means of an event
    (a payment's amount) also stands at each of the case's events, where those that it belongs to find it.

    Raises WorkbenchError for an attribute that neither the template nor the project describes, and for a
    column that is not there.
    """
    fields = []
    for name, spec in attributes.items():
        known = template.attributes.get(name)
        kind = spec.type or (known.type if known else None)
        if kind is None:
            hint = did_you_mean(name, template.attributes)
            own = f'{name} = {{ column = "{spec.column}", type = "cat", level = "case" }}'
            remedy = Message("To keep it as your own, say its type: {line}", line=own)
            raise WorkbenchError(
                Message(
                    "The template {process} has no attribute {name!r}", process=template.process, name=name
                ),
                where=in_source(source),
                remedy=Message("{question} {remedy}", question=hint, remedy=remedy) if hint else remedy,
            )
        level = spec.level or (known.level if known else "case")
        if wide:
            level = "both" if level == "event" else "case"
        column = table.column(spec.column, key=f"{source}.attributes.{name}")
        take = spec.take or (known.take if known else "first")
        fields.append(Field(name, kind, level, column, take, spec.cumulative))
    return tuple(fields)


def read_columns(
    stage: Stage,
    table: SourceTable,
    fields: Sequence[Field],
    *,
    times: Iterable[SourceColumn] = (),
    formats: Mapping[str, tuple[str, ...]],
    source: str,
) -> Readings:
    """The readings of all date, time and number columns of a source: declared, else proven.

    `times` are columns read as times besides the fields: event times. Raises WorkbenchError for a format that
    is none, or that is declared for a column which is not there.
    """
    wanted = {column.name: column for column in times}
    wanted |= {item.column.name: item.column for item in fields if item.type in _TIMES}
    numbers = {item.column.name: item.column for item in fields if item.type in _NUMERIC}
    declared = {table.column(name, key=f"{source}.formats").name: text for name, text in formats.items()}
    # What one format cannot be right for has been read file by file.
    declared = {name: text for name, text in declared.items() if name not in table.by_file}
    given: dict[str, TimeReading] = {}
    for name, column in wanted.items():
        typed = typed_reading(column.type)
        if typed is not None:
            given[name] = typed
        elif name in declared:
            given[name] = _declared_time(stage, table, column, declared[name], source)
    proofs = prove_times(
        stage, table.relation, [column for name, column in wanted.items() if name not in given]
    )
    times_read = given | {name: proof.reading for name, proof in proofs.items() if proof.reading is not None}
    marks: dict[str, NumberReading] = {}
    for name, column in numbers.items():
        if not column.is_text:
            marks[name] = NumberReading(None)
        elif name in declared:
            marks[name] = declared_number(declared[name][0], where=in_project(f"{source}.formats.{name}"))
        elif name in table.points:
            marks[name] = NumberReading(".")
    number_proofs = prove_numbers(
        stage, table.relation, [column for name, column in numbers.items() if name not in marks]
    )
    marks |= {name: proof.reading for name, proof in number_proofs.items() if proof.reading is not None}
    for item in fields:
        if item.type == "pct" and item.column.name in marks:
            marks[item.column.name] = _percent(stage, table, item, marks[item.column.name])
    return Readings(times_read, marks, proofs, number_proofs)


def _declared_time(
    stage: Stage, table: SourceTable, column: SourceColumn, formats: tuple[str, ...], source: str
) -> TimeReading:
    where = in_project(f"{source}.formats.{column.name}")
    if any(text in NUMBER_FORMATS for text in formats):
        raise WorkbenchError(
            Message("{format!r} is a number format, and the column is read as dates", format=formats[0]),
            where=where,
            remedy=Message('Write a date format such as "%d/%m/%Y"'),
        )
    words = None
    if any("%b" in text or "%B" in text for text in formats):
        value = f"CAST({column.sql} AS VARCHAR)"
        words = words_of(stage, f"(SELECT {value} AS v FROM {table.relation} WHERE NOT {is_missing(value)})")
    reading = declared_reading(stage, formats, words or {}, where=where)
    if reading.kind != "iso" or not column.is_text:
        return reading
    # "iso" is what a proposal writes for any column in that form: whether its times carry offsets, and whether they
    # are times at all, is seen from the values, as where nothing is declared.
    plain = prove_plain(stage, table.relation, column.sql)
    if plain is not None and plain.reading is not None:
        return plain.reading
    offset = f"regexp_matches(trim({column.sql}), {literal(OFFSET)})"
    return replace(reading, offsets=bool(stage.row(f"SELECT bool_or({offset}) FROM {table.relation}")[0]))


def _percent(stage: Stage, table: SourceTable, item: Field, reading: NumberReading) -> NumberReading:
    """A share over 150 % is none: a column that goes beyond gives percentages as 15, not as 0.15."""
    top = stage.row(f"SELECT max(abs({reading.number(item.column.sql, 'DOUBLE')})) FROM {table.relation}")[0]
    return NumberReading(reading.mark, points=top is not None and top > 1.5)
