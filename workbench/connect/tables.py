"""A source as a table: its columns under safe names, its rows numbered as a spreadsheet shows them.

CSV is read as text, every cell of it, so that `00123`, `1E5`, `NA` and `null` stay what they are; Parquet
files and data frames keep their types. What holds no data table is refused, with the reason and the place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.connect.csvfile import CSVFile, open_csv
from workbench.connect.stage import LARGE, Stage
from workbench.errors import Finding, WorkbenchError, unknown_name
from workbench.messages import Message
from workbench.sql import ident, literal

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SourceColumn", "SourceTable", "open_file", "open_frame"]

_PARQUET = (".parquet", ".pq")
_OTHER = {
    ".xlsx": Message("This is an Excel workbook; only CSV and Parquet can be read"),
    ".xls": Message("This is an Excel workbook; only CSV and Parquet can be read"),
    ".ods": Message("This is a spreadsheet; only CSV and Parquet can be read"),
    ".xes": Message("This is an XES log; only CSV and Parquet can be read"),
    ".gz": Message("This is a compressed file; only CSV and Parquet can be read"),
    ".zip": Message("This is an archive; only CSV and Parquet can be read"),
    ".json": Message("This is a JSON file; only CSV and Parquet can be read"),
    ".xml": Message("This is an XML file; only CSV and Parquet can be read"),
}
_PACKED = Message("This is a compressed file or an Excel workbook; only CSV and Parquet can be read")


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
class SourceTable:
    """A source that can be read: `relation` has `row` (0-based) and the columns by their safe names.

    `first_row` is what a spreadsheet would call the first data row: 2 where a header stands in row 1. `quick`
    says that reading single columns again and again costs little, as in Parquet. `lines` gives a text file's rows
    with the header, unnumbered.
    """

    where: str
    relation: str
    columns: tuple[SourceColumn, ...]
    large: bool
    first_row: int
    findings: tuple[Finding, ...] = ()
    quick: bool = False
    lines: str | None = None

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


def open_file(
    stage: Stage,
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    skip: int = 0,
) -> SourceTable:
    """A CSV or Parquet file as a table.

    Raises WorkbenchError when the file is missing, is of another kind, or holds no data table.
    """
    if not path.is_file():
        raise WorkbenchError(
            Message("There is no such file"),
            where=str(path),
            remedy=Message("Mend the source's path in project.toml"),
        )
    if path.stat().st_size == 0:
        raise WorkbenchError(Message("The file is empty"), where=str(path), remedy=Message("Export it again"))
    with open(path, "rb") as file:
        magic = file.read(4)
    if magic == b"PAR1" or path.suffix.lower() in _PARQUET:
        return _open_parquet(stage, path)
    if path.suffix.lower() in _OTHER or magic.startswith((b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")):
        raise WorkbenchError(
            _OTHER.get(path.suffix.lower(), _PACKED),
            where=str(path),
            remedy=Message("Save it as CSV (UTF-8) or Parquet"),
        )
    return _from_csv(open_csv(stage, path, encoding=encoding, delimiter=delimiter, skip=skip))


def _from_csv(file: CSVFile) -> SourceTable:
    return SourceTable(
        where=file.where,
        relation=file.relation,
        columns=tuple(SourceColumn(name, sql, "VARCHAR") for name, sql in file.columns),
        large=file.large,
        first_row=file.first_row,
        findings=file.findings,
        quick=file.kept,
        lines=file.lines,
    )


def _open_parquet(stage: Stage, path: Path) -> SourceTable:
    import duckdb

    file = literal(str(stage.readable(path)))
    try:
        described = stage.rows(f"DESCRIBE SELECT * FROM read_parquet({file})")
    except duckdb.Error as error:
        raise WorkbenchError(
            Message(
                "The file cannot be read as Parquet: {fault}", fault=str(error).splitlines()[0].rstrip(".")
            ),
            where=str(path),
            remedy=Message("Write it again; it may be cut off"),
        ) from error
    numbered = all(str(name).lower() != "file_row_number" for name, *_ in described)
    return _typed(
        stage,
        where=path.name,
        described=described,
        origin=f"read_parquet({file}{', file_row_number = true' if numbered else ''})",
        large=path.stat().st_size > LARGE // 4,
        row="file_row_number" if numbered else "row_number() OVER () - 1",
    )


def open_frame(stage: Stage, frame: pd.DataFrame, *, name: str = "data frame") -> SourceTable:
    """A pandas frame as a table; its columns keep their types, columns of mixed objects become text."""
    import pandas as pd

    if frame.columns.has_duplicates:
        doubled = frame.columns[frame.columns.duplicated()][0]
        raise WorkbenchError(
            Message("Two columns are called {name}", name=repr(doubled)),
            where=name,
            remedy=Message("Rename one of them"),
        )
    safe = frame.copy(deep=False)
    for column in safe.columns:
        kind = pd.api.types.infer_dtype(safe[column], skipna=True)
        if safe[column].dtype == object and (kind.startswith("mixed") or kind == "unknown-array"):
            safe[column] = safe[column].map(str, na_action="ignore")
    names = [str(column) for column in safe.columns]
    safe.columns = pd.Index([f"f{number}" for number in range(len(names))])
    registered = stage.register("frame", safe)
    described = stage.rows(f"DESCRIBE SELECT * FROM {registered}")
    origin = (
        f"(SELECT {', '.join(f'f{i} AS {ident(label)}' for i, label in enumerate(names))} FROM {registered})"
    )
    renamed = [(label, *rest[1:]) for label, rest in zip(names, described, strict=True)]
    return _typed(
        stage, where=name, described=renamed, origin=origin, large=len(frame) > 2_000_000, first_row=0
    )


def _typed(
    stage: Stage,
    *,
    where: str,
    described: list[tuple[Any, ...]],
    origin: str,
    large: bool,
    first_row: int = 1,
    row: str = "row_number() OVER () - 1",
) -> SourceTable:
    columns = tuple(
        SourceColumn(str(name), f"c{number}", str(kind)) for number, (name, kind, *_) in enumerate(described)
    )
    select = ", ".join(f"{_plain(column)} AS {column.sql}" for column in columns)
    relation = f"(SELECT {row} AS row, {select} FROM {origin})"
    # Nested values can only ever be text here.
    columns = tuple(SourceColumn(column.name, column.sql, _plain_type(column.type)) for column in columns)
    return SourceTable(where, relation, columns, large, first_row, quick=True)


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
