"""Files of one folder that write dates or numbers otherwise: each is read as it proves itself, and that is told.

An American month before a European one makes a column that no format reads. Where every file is certain by itself they
are brought into one form; where one is not, the column is asked about as any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workbench.connect.numbers import NumberProof, prove_numbers
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.connect.timeproof import TimeProof, prove_times
from workbench.errors import Finding
from workbench.messages import Message
from workbench.places import in_column
from workbench.sql import literal

__all__ = ["in_one_form"]

_SAMPLE = 200
_DATED = r"^\s*\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}\b"
_NUMBERED = r"\d[.,]\d"
_CERTAIN = ("proven", "sibling", "alike")


def in_one_form(stage: Stage, path: str, tables: Sequence[SourceTable]) -> list[SourceTable]:
    """The tables with the columns that their files write in several ways all written in one, told of the first."""
    shared = [name for name in _texts(tables) if sum(_has(table, name) for table in tables) > 1]
    found, findings = list(tables), []
    dates = [name for name in shared if _looks(stage, tables, name, _DATED)]
    dated = [prove_times(stage, table.relation, _columns(table, dates)) for table in tables] if dates else []
    for name in dates:
        proofs = [one.get(name) for one in dated]
        orders = [proof.order if proof is not None else "" for proof in proofs]
        if len({order for order in orders if order}) > 1 and all(map(_is_day, proofs)):
            found = [_days(table, name, proof) for table, proof in zip(found, proofs, strict=True)]
            findings.append(_told(path, name, tables, orders))
    others = [name for name in shared if name not in dates and _looks(stage, tables, name, _NUMBERED)]
    numbers = (
        [prove_numbers(stage, table.relation, _columns(table, others)) for table in tables] if others else []
    )
    for name in others:
        counted = [one.get(name) for one in numbers]
        marks = [_mark(proof) for proof in counted]
        if {mark for mark in marks if mark} == {".", ","} and all(map(_is_number, counted)):
            found = [_points(table, name, mark == ",") for table, mark in zip(found, marks, strict=True)]
            findings.append(_told(path, name, tables, marks))
    found[0] = replace(found[0], findings=(*found[0].findings, *findings))
    return found


def _texts(tables: Sequence[SourceTable]) -> list[str]:
    return list(dict.fromkeys(column.name for table in tables for column in table.columns if column.is_text))


def _has(table: SourceTable, name: str) -> bool:
    return any(column.name == name and column.is_text for column in table.columns)


def _columns(table: SourceTable, names: Sequence[str]) -> list[SourceColumn]:
    return [column for column in table.columns if column.name in names and column.is_text]


def _looks(stage: Stage, tables: Sequence[SourceTable], name: str, pattern: str) -> bool:
    """Whether the first values of a column in any file are of a kind that may be written in several ways."""
    for table in tables:
        for column in _columns(table, [name]):
            first = f"(SELECT {column.sql} AS v FROM {table.relation} WHERE {column.sql} IS NOT NULL LIMIT {_SAMPLE})"
            if stage.row(
                f"SELECT coalesce(bool_or(regexp_matches(v, {literal(pattern)})), false) FROM {first}"
            )[0]:
                return True
    return False


def _is_day(proof: TimeProof | None) -> bool:
    """Whether a file's dates are read for certain; one without any says nothing against it."""
    if proof is None or not proof.present:
        return True
    return proof.verdict in _CERTAIN and proof.reading is not None and not proof.reading.offsets


def _is_number(proof: NumberProof | None) -> bool:
    """Whether a file's numbers are read for certain, or have no mark at all."""
    return proof is None or not proof.present or proof.reading is not None


def _mark(proof: NumberProof | None) -> str:
    """The decimal mark that a file proves; whole numbers prove none."""
    if proof is None or proof.reading is None or proof.verdict not in ("proven", "sibling"):
        return ""
    return proof.reading.mark or ""


def _days(table: SourceTable, name: str, proof: TimeProof | None) -> SourceTable:
    """The table with a column's dates as 2026-01-25; what cannot be read stays, and is told later."""
    reading = proof.reading if proof is not None else None
    if reading is None:
        return table
    sql = table.column(name).sql
    time = reading.wall(sql)
    written = f"CAST(CAST({time} AS DATE) AS VARCHAR)" if reading.date_only else f"CAST({time} AS VARCHAR)"
    return _with(table, name, f"coalesce({written}, {sql})")


def _points(table: SourceTable, name: str, commas: bool) -> SourceTable:
    """The table with a column's numbers with a decimal point: in the file of commas the two marks change places."""
    if not _has(table, name):
        return table
    sql = table.column(name).sql
    made = _with(table, name, f"translate({sql}, '.,', ',.')" if commas else sql)
    return replace(made, points=made.points | {name})


def _with(table: SourceTable, name: str, value: str) -> SourceTable:
    column = table.column(name)
    relation = f"(SELECT * REPLACE ({value} AS {column.sql}) FROM {table.relation})"
    return replace(table, relation=relation, lines=None, by_file=table.by_file | {name})


_WRITTEN: Mapping[str, Message] = {
    "day first": Message("day first"),
    "month first": Message("month first"),
    "year first": Message("year first"),
    "two-digit year first": Message("two-digit year first"),
    ".": Message("decimal point"),
    ",": Message("decimal comma"),
}


def _told(path: str, name: str, tables: Sequence[SourceTable], written: Sequence[str]) -> Finding:
    """That the files differ, with the first of each way."""
    first = {how: table.where for table, how in reversed(list(zip(tables, written, strict=True))) if how}
    ways = [Message("{how} in {file}", how=_WRITTEN.get(how, how), file=file) for how, file in first.items()]
    return Finding(
        rule="formats_by_file",
        severity="warn",
        message=Message(
            "The files write {name!r} in different ways, and each is read as it proves: {ways}",
            name=name,
            ways=ways,
        ),
        remedy=Message(
            "See whether that is right; else make each file a source of its own with its `formats`"
        ),
        count=len(first),
        where=in_column(path, name),
        data={"column": name, "files": {file: how for how, file in first.items()}},
    )
