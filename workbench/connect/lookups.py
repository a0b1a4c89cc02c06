"""Related tables joined to the main sources by key, and what does not join.

A key without a partner is never passed over: it is counted, and where the lookup has one that is nearly alike
(GTXPro, GTX Pro) it is named, for the user to accept with `same`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from workbench.connect.fields import Field, Readings, stripped
from workbench.connect.names import loosely
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.errors import Finding, WorkbenchError, did_you_mean
from workbench.escape import toml_text
from workbench.messages import Message
from workbench.places import in_column, in_source
from workbench.project import LookupSource
from workbench.sql import ident, literal

__all__ = [
    "COMPARED",
    "Lookup",
    "build_lookup",
    "in_series",
    "near_keys",
    "near_spellings",
    "same_line",
    "unmatched",
]

_SHOWN = 5
_NEAR = 85
COMPARED = 200
"""Of how many values of a table other spellings are looked for: of names, not of the numbers of documents."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A typed lookup: table `name` with the column `key` and one column per field, by attribute name."""

    spec: LookupSource
    name: str
    key: str
    fields: tuple[Field, ...]

    def on(self, value: str) -> str:
        """The main source's side of the join: its text, with accepted spellings replaced."""
        if not self.spec.same:
            return value
        cases = " ".join(f"WHEN {literal(main)} THEN {literal(own)}" for main, own in self.spec.same.items())
        return f"CASE {value} {cases} ELSE {value} END"


def build_lookup(
    stage: Stage,
    spec: LookupSource,
    table: SourceTable,
    fields: Sequence[Field],
    readings: Readings,
    zone: str,
    *,
    number: int,
) -> tuple[Lookup, int, list[Finding]]:
    """A lookup with one row per key, the number of rows that were used, and what is wrong with it."""
    column = table.column(spec.key, key=f"{spec.name}.key")
    key = f"key{number}"
    values = [f"{readings.value(item, zone)} AS {ident(item.name)}" for item in fields]
    typed = ", ".join([f"row AS _row{number}", f"{stripped(column)} AS {key}", *values])
    rows, keyed, used = stage.row(
        f"SELECT count(*), count(v), count(DISTINCT v) FROM (SELECT {stripped(column)} AS v FROM {table.relation})"
    )
    one_each = f"SELECT {typed} FROM {table.relation}"
    if rows > keyed:
        one_each = f"SELECT * FROM ({one_each}) WHERE {key} IS NOT NULL"
    if keyed > used:
        one_each += f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY _row{number}) = 1"
    if table.quick and keyed == used:
        name = stage.view("lookup", one_each)
    else:
        name = stage.keep("lookup", one_each, large=table.large)
    findings = []
    if keyed > used:
        findings.append(
            Finding(
                rule="duplicate_key",
                severity="warn",
                message=Message(
                    "{count} rows repeat a key of {column!r}; the first row of each key counts",
                    count=keyed - used,
                    column=spec.key,
                ),
                remedy=Message("Name a column that is unique as `key`, or take the repeated rows away"),
                count=keyed - used,
                share=(keyed - used) / rows,
                where=in_column(table.where, spec.key),
            )
        )
    _check_same(stage, spec, name, key, table)
    return Lookup(spec, name, key, tuple(fields)), used, findings


def _check_same(stage: Stage, spec: LookupSource, name: str, key: str, table: SourceTable) -> None:
    for own in spec.same.values():
        if not stage.row(f"SELECT count(*) FROM {name} WHERE {key} = {literal(own)}")[0]:
            keys = [str(value) for (value,) in stage.rows(f"SELECT {key} FROM {name} LIMIT 10000")]
            raise WorkbenchError(
                Message("`same` names {name!r}, which is no key of the lookup", name=own),
                where=Message("{place} ({file})", place=in_source(spec.name), file=table.where),
                remedy=did_you_mean(own, keys) or Message("Write it as it stands in the lookup's file"),
            )


def unmatched(stage: Stage, lookup: Lookup, column: SourceColumn, table: SourceTable) -> Finding | None:
    """The values of the main source that the lookup does not have, the nearest of its keys beside."""
    value = lookup.on(stripped(column))
    missing = stage.rows(
        f"SELECT v, count(*) AS n FROM (SELECT {value} AS v FROM {table.relation}) "
        f"WHERE v IS NOT NULL AND v NOT IN (SELECT {lookup.key} FROM {lookup.name}) "
        "GROUP BY v ORDER BY n DESC, v"
    )
    if not missing:
        return None
    total = stage.row(f"SELECT count({value}) FROM {table.relation}")[0]
    rows = sum(int(count) for _, count in missing)
    keys = [str(key) for (key,) in stage.rows(f"SELECT {lookup.key} FROM {lookup.name} ORDER BY 1")]
    shown = [_nearest(str(value), int(count), keys) for value, count in missing[:_SHOWN]]
    pairs = same_line((one["value"], one["near"]) for one in shown if one["near"])
    remedy = Message(
        "Add the missing keys to {lookup!r}, or see whether `to` is the right column", lookup=lookup.spec.name
    )
    if pairs:
        remedy = Message(
            "Accept the spelling in source {lookup!r}: {line}",
            lookup=lookup.spec.name,
            line=pairs,
        )
    return Finding(
        rule="unmatched_join",
        severity="warn",
        message=Message(
            "{rows} rows find no partner in {lookup!r} ({count} values: {values})",
            rows=rows,
            lookup=lookup.spec.name,
            count=len(missing),
            values=in_series(shown),
        ),
        remedy=remedy,
        count=rows,
        share=rows / total,
        where=in_column(table.where, column.name),
        data={"lookup": lookup.spec.name, "values": shown},
    )


def in_series(values: Sequence[Mapping[str, Any]]) -> Message:
    """Each value with the rows that have it, and with the key that is nearly the same."""
    said = [
        Message(
            "{value!r} in {rows} rows, nearly {near!r}",
            value=one["value"],
            rows=one["rows"],
            near=one["near"],
        )
        if one["near"]
        else Message("{value!r} in {rows} rows", value=one["value"], rows=one["rows"])
        for one in values
    ]
    return reduce(lambda first, second: Message("{first}; {second}", first=first, second=second), said)


def near_keys(
    stage: Stage, main: SourceTable, to: SourceColumn, lookup: SourceTable, key: SourceColumn
) -> dict[str, str]:
    """Values of the main column that a lookup lacks, each with the key that is nearly the same, if one is."""
    keys = [
        str(one)
        for (one,) in stage.rows(f"SELECT DISTINCT {stripped(key)} FROM {lookup.relation} ORDER BY 1")
    ]
    value = stripped(to)
    missing = stage.rows(
        f"SELECT v, count(*) FROM (SELECT {value} AS v FROM {main.relation}) WHERE v IS NOT NULL "
        f"AND v NOT IN (SELECT {stripped(key)} FROM {lookup.relation} WHERE {stripped(key)} IS NOT NULL) "
        "GROUP BY v ORDER BY 2 DESC, 1 LIMIT 50"
    )
    near = {str(one): _nearest(str(one), int(count), keys)["near"] for one, count in missing}
    return {one: key for one, key in near.items() if key}


def near_spellings(lacking: Sequence[str], lonely: Sequence[str]) -> dict[str, str]:
    """Values that a table lacks, each with that of the table's own, used by nobody, that is nearly the same.

    What differs in a number is another thing and no other spelling: C-3 may be C3, but not C-4.
    """
    near = {one: _nearest(one, 1, lonely)["near"] for one in lacking} if lonely else {}
    return {one: own for one, own in near.items() if own and _numbers(one) == _numbers(own)}


def _numbers(text: str) -> list[str]:
    return [number.lstrip("0") for number in re.findall(r"\d+", text)]


def _nearest(value: str, rows: int, keys: Sequence[str]) -> Mapping[str, Any]:
    """A value with its rows and the key that is nearly the same, None where none is."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(
        loosely(value), {key: loosely(key) for key in keys}, scorer=fuzz.ratio, score_cutoff=_NEAR
    )
    return {"value": value, "rows": rows, "near": str(found[2]) if found and loosely(value) else None}


def same_line(pairs: Iterable[tuple[str, str]]) -> str:
    """Spellings (the log's, the related file's) as they can be pasted into project.toml; empty without any."""
    written = (f"{toml_text(one)} = {toml_text(own)}" for one, own in pairs)
    line = ", ".join(written)
    return f"same = {{ {line} }}" if line else ""
