"""A source as a table: its columns under safe names, its rows numbered as a spreadsheet shows them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.connect.stage import Stage
from workbench.errors import Finding, unknown_name
from workbench.messages import Message
from workbench.sql import ident

__all__ = ["Place", "SourceColumn", "SourceTable", "typed_table"]


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column: its name in the source, its safe name in SQL, its type in DuckDB (CSV: VARCHAR)."""

    name: str
    sql: str
    type: str

    @property
    def is_text(self) -> bool:
        return self.type == "VARCHAR"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run of rows begins: from `row` of the relation on they stand in the file `where` from `first_row` on."""

    row: int
    where: str
    first_row: int


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A source that can be read: `relation` has `row` (0-based) and the columns by their safe names.

    `first_row` is what a spreadsheet would call the first data row: 2 where a header stands in row 1. `quick`
    says that reading single columns again and again costs little, as in Parquet. `lines` gives a text file's rows
    with the header, unnumbered. `points` are columns of text in which every value is a number with a decimal point,
    as the cells of a spreadsheet say. `dropped` counts rows of the source that the relation leaves out, by reason.
    `by_file` are columns that the files of a folder write in several ways, brought into one form when they were opened.
    `places` says where rows stand that do not simply follow the first. `settings` are keys of the source that opening
    it decided on (which sheet, which row holds the header): written into `project.toml`, they make the next opening
    decide the same. `roles` are the columns that the format itself, as event logs do, gives a role: case, activity,
    time, … `digest` tells the rows of a database from those of another time.
    """

    where: str
    relation: str
    columns: tuple[SourceColumn, ...]
    large: bool
    first_row: int
    findings: tuple[Finding, ...] = ()
    quick: bool = False
    lines: str | None = None
    settings: Mapping[str, str | int] = field(default_factory=dict)
    points: frozenset[str] = frozenset()
    by_file: frozenset[str] = frozenset()
    dropped: Mapping[str, int] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""

    def at(self, row: int) -> tuple[str, int]:
        """The file that a row of the relation stands in, and the number that a spreadsheet gives it there."""
        number = bisect_right(self.places, row, key=lambda place: place.row)
        if not number:
            return self.where, row + self.first_row
        place = self.places[number - 1]
        return place.where, row - place.row + place.first_row

    def named(self, row: int) -> str:
        """A row's number as a sentence gives it, with its file where the source has several."""
        where, number = self.at(row)
        return str(number) if where == self.where else f"{number} ({where})"

    def column(self, name: str, *, key: str = "") -> SourceColumn:
        """The column of that name: exactly, else when only one fits but for capitals.

        Raises WorkbenchError naming the nearest columns; `key` says which entry of the project asked for it.
        """
        exact = [column for column in self.columns if column.name == name]
        loose = [column for column in self.columns if column.name.casefold() == name.strip().casefold()]
        for found in (exact, loose):
            if len(found) == 1:
                return found[0]
        names = [column.name for column in self.columns]
        where = Message("{file}, needed by {key}", file=self.where, key=key) if key else self.where
        raise unknown_name("column", name, names, where=where)

    def kept(self, stage: Stage, columns: tuple[SourceColumn, ...]) -> SourceTable:
        """The same table with these columns only, read once and kept where reading again is costly."""
        chosen = tuple(dict.fromkeys(columns))
        if self.quick:
            return replace(self, columns=chosen)
        if self.large and self.lines is not None:
            numbered = stage.numbered("source", self.lines, ", ".join(column.sql for column in chosen))
            relation = f"(SELECT * REPLACE (row - 1 AS row) FROM {numbered} WHERE row > 0)"
            return replace(self, relation=relation, columns=chosen, quick=True)
        select = ", ".join(["row", *(column.sql for column in chosen)])
        kept = stage.keep("source", f"SELECT {select} FROM {self.relation}", large=self.large)
        return replace(self, relation=kept, columns=chosen)


def typed_table(
    *,
    where: str,
    described: Sequence[tuple[Any, ...]],
    origin: str,
    large: bool,
    first_row: int = 1,
    row: str = "row_number() OVER () - 1",
    findings: tuple[Finding, ...] = (),
    settings: Mapping[str, str | int] | None = None,
) -> SourceTable:
    """A table whose columns have types of their own: `described` as the engine describes `origin`, which holds it.

    `row` is the expression of a row's number, from 0. Nested values become text, which is all they can be in a log.
    """
    columns = tuple(
        SourceColumn(str(name), f"c{number}", str(kind)) for number, (name, kind, *_) in enumerate(described)
    )
    select = ", ".join(f"{_plain(column)} AS {column.sql}" for column in columns)
    relation = f"(SELECT {row} AS row, {select} FROM {origin})"
    columns = tuple(SourceColumn(column.name, column.sql, _plain_type(column.type)) for column in columns)
    return SourceTable(
        where, relation, columns, large, first_row, findings, quick=True, settings=settings or {}
    )


_SIMPLE = (
    "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP", "DECIMAL", "DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT",
    "TINYINT", "HUGEINT", "UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT",
)  # fmt: skip


def _plain_type(kind: str) -> str:
    return kind if kind.startswith(_SIMPLE) and not kind.endswith("]") else "VARCHAR"


def _plain(column: SourceColumn) -> str:
    """A column's expression: as it is, or as text where its type is none that a log can carry."""
    quoted = ident(column.name)
    return quoted if _plain_type(column.type) == column.type else f"CAST({quoted} AS VARCHAR)"
