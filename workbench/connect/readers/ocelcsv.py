"""OCEL as one flat table: a row for each event, a column `ocel:type:…` for the objects of each type."""

from __future__ import annotations

from pathlib import Path

from workbench.connect.fields import stripped
from workbench.connect.readers.faults import Faults
from workbench.connect.readers.objectlog import NormalForm
from workbench.connect.readers.options import OBJECT_COLUMN
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.sql import literal

__all__ = ["is_ocel_table", "read_ocel_table"]

_FIXED = {"ocel:eid": "eid", "ocel:activity": "activity", "ocel:timestamp": "time"}


def is_ocel_table(table: SourceTable) -> bool:
    """Whether the columns of a table are those of an object-centric log."""
    names = {column.name for column in table.columns}
    return not table.roles and set(_FIXED) <= names and any(name.startswith(OBJECT_COLUMN) for name in names)


def read_ocel_table(stage: Stage, table: SourceTable, path: Path) -> NormalForm:
    """The normal form of such a table. Its objects are those that its events name."""
    table = table.kept(stage, table.columns)
    fixed = [f"{stripped(table.column(name))} AS {short}" for name, short in _FIXED.items()]
    types = [column for column in table.columns if column.name.startswith(OBJECT_COLUMN)]
    others = [column for column in table.columns if column not in types and column.name not in _FIXED]
    eid = stripped(table.column("ocel:eid"))
    cells = [
        f"SELECT row AS event, {eid} AS eid, {literal(column.name.removeprefix(OBJECT_COLUMN))} AS type, "
        f"{_ids(stripped(column))} AS ids, {number} AS place FROM {table.relation}"
        for number, column in enumerate(types)
    ]
    links = f"SELECT event, eid, type, place, unnest(ids) AS oid FROM ({' UNION ALL '.join(cells)})"
    linked = stage.keep(
        "ocel_cells", f"SELECT *, row_number() OVER () - 1 AS row FROM ({links})", large=table.large
    )
    return NormalForm(
        where=table.where,
        path=path,
        events=f"(SELECT *, {', '.join(fixed)} FROM {table.relation})",
        event_attributes={column.name: column.sql for column in others},
        objects=f"(SELECT min(row) AS row, oid, type FROM {linked} WHERE oid <> '' GROUP BY oid, type)",
        object_attributes={},
        links=f"(SELECT * FROM {linked} WHERE oid <> '')",
        large=table.large,
        faults=Faults(table.where),
    )


def _ids(cell: str) -> str:
    """The ids in a cell: a list as Python or JSON writes it, or one id alone."""
    quoted = r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\""""
    found = f"regexp_extract_all({cell}, {literal(quoted)})"
    escaped, bare = literal("\\'"), literal("'")
    in_quotes = f"list_transform({found}, lambda one: replace(one[2:-2], {escaped}, {bare}))"
    plain = f"list_transform(string_split(trim({cell}, '[] '), ','), lambda one: trim(one))"
    return (
        f"CASE WHEN {cell} IS NULL THEN [] WHEN left({cell}, 1) <> '[' THEN [{cell}] "
        f"WHEN regexp_matches({cell}, '[''\"]') THEN {in_quotes} ELSE {plain} END"
    )
