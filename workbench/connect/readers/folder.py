"""Files of one kind put together: the months of an export, or its deliveries one after another.

Where later files bring rows again that have changed since, the source names the columns that tell a row
(`replaces`): the last file that has such a row counts, and how many were replaced, new or unchanged is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from workbench.connect.readers.byfile import in_one_form
from workbench.connect.readers.options import Options
from workbench.connect.stage import Stage
from workbench.connect.tables import Place, SourceColumn, SourceTable
from workbench.errors import Finding
from workbench.messages import Message, quoted

__all__ = ["put_together"]

_MOST_PLACES = 10_000
_SHOWN = 5


def put_together(stage: Stage, path: Path, tables: Sequence[SourceTable], options: Options) -> SourceTable:
    """The tables of several files, in their order, as one. A column is the one of its name in each of them."""
    if len(tables) > 1:
        tables = in_one_form(stage, path.name, tables)
    names = list(dict.fromkeys(column.name for table in tables for column in table.columns))
    columns = tuple(
        SourceColumn(name, f"c{number}", _type(tables, name)) for number, name in enumerate(names)
    )
    large = any(table.large for table in tables)
    counts = [int(stage.row(f"SELECT count(*) FROM {table.relation}")[0]) for table in tables]
    offsets = [0, *accumulate(counts)][:-1]
    parts = " UNION ALL ".join(
        f"SELECT {number} AS _file, row + {offset} AS row, {_cells(table, columns)} FROM {table.relation}"
        for number, (table, offset) in enumerate(zip(tables, offsets, strict=True))
    )
    whole = stage.keep("files", parts, large=large)
    places = tuple(
        place for table, offset in zip(tables, offsets, strict=True) for place in _places(table, offset)
    )
    dropped: Counter[str] = Counter()
    for table in tables:
        dropped.update(table.dropped)
    cells = ", ".join(column.sql for column in columns)
    found = replace(
        tables[0],
        where=path.name,
        relation=f"(SELECT row, {cells} FROM {whole})",
        columns=columns,
        large=large,
        findings=(*_files(path, tables, options), *_lacking(path, tables, names), *_once(tables)),
        quick=True,
        lines=None,
        settings=dict(set.intersection(*(set(table.settings.items()) for table in tables))),
        points=frozenset.intersection(*(table.points for table in tables)),
        by_file=frozenset.union(*(table.by_file for table in tables)),
        dropped=dropped,
        places=places,
    )
    if options.replaces:
        keys = [found.column(name, key="replaces") for name in options.replaces]
        return _replaced(stage, found, whole, keys)
    repeated = _repeated(stage, whole, cells)
    return replace(found, findings=(*found.findings, *_overlap(path, repeated, sum(counts))))


def _type(tables: Sequence[SourceTable], name: str) -> str:
    """The type that a column has in all files, else text."""
    types = {column.type for table in tables for column in table.columns if column.name == name}
    return types.pop() if len(types) == 1 else "VARCHAR"


def _cells(table: SourceTable, columns: Sequence[SourceColumn]) -> str:
    own = {column.name: column for column in table.columns}
    return ", ".join(
        f"CAST({own[column.name].sql if column.name in own else 'NULL'} AS {column.type}) AS {column.sql}"
        for column in columns
    )


def _places(table: SourceTable, offset: int) -> list[Place]:
    inner = [Place(place.row + offset, place.where, place.first_row) for place in table.places]
    if inner and inner[0].row == offset:
        return inner
    return [Place(offset, table.where, table.first_row), *inner]


@dataclass(frozen=True, slots=True)
class _Tally:
    """Rows of earlier files that a later one brings again, changed or not, and rows that are new in later files."""

    replaced: int
    again: int
    new: int


def _replaced(stage: Stage, table: SourceTable, whole: str, keys: Sequence[SourceColumn]) -> SourceTable:
    """The rows of the last file that has them, and what became of the earlier ones."""
    by_key = ", ".join(column.sql for column in keys)
    cells = ", ".join(column.sql for column in table.columns)
    named = " AND ".join(f"{column.sql} IS NOT NULL" for column in keys)
    # A row without its key is no other row's: it stays.
    marked = stage.keep(
        "deliveries",
        f"SELECT row, {cells}, _file, "
        f"CASE WHEN {named} THEN max(_file) OVER (PARTITION BY {by_key}) ELSE _file END AS _last, "
        f"CASE WHEN {named} THEN min(_file) OVER (PARTITION BY {by_key}) ELSE _file END AS _first, "
        f"max(_file) OVER (PARTITION BY {cells}) AS _alike FROM {whole}",
        large=table.large,
    )
    again, replaced, new = stage.row(
        "SELECT count(*) FILTER (_file < _last AND _alike = _last), "
        "count(*) FILTER (_file < _last AND _alike < _last), "
        f"count(*) FILTER (_file = _last AND _first = _file AND _file > 0) FROM {marked}"
    )
    tally = _Tally(int(replaced), int(again), int(new))
    kept = stage.keep(
        "current",
        f"SELECT row_number() OVER (ORDER BY row) - 1 AS row, row AS _before, {cells} "
        f"FROM {marked} WHERE _file = _last",
        large=table.large,
    )
    runs = stage.rows(
        f"SELECT min(row), min(_before) FROM {kept} GROUP BY _before - row ORDER BY 1 LIMIT {_MOST_PLACES}"
    )
    stage.drop(marked)
    stage.drop(whole)
    reasons = {"replaced": tally.replaced, "came_again": tally.again}
    return replace(
        table,
        relation=f"(SELECT row, {cells} FROM {kept})",
        findings=(*table.findings, _delivered(table, tally, keys)),
        dropped={**table.dropped, **{reason: count for reason, count in reasons.items() if count}},
        places=_moved(table, [(int(row), int(before)) for row, before in runs]),
    )


def _moved(table: SourceTable, runs: Sequence[tuple[int, int]]) -> tuple[Place, ...]:
    """Where rows stand that have moved up: each run of them, and within it each place where a file begins."""
    found = []
    for number, (row, before) in enumerate(runs):
        end = runs[number + 1][0] if number + 1 < len(runs) else None
        found.append(Place(row, *table.at(before)))
        for place in table.places:
            moved = place.row - before + row
            if moved > row and (end is None or moved < end):
                found.append(Place(moved, place.where, place.first_row))
    return tuple(found)


def _repeated(stage: Stage, whole: str, cells: str) -> int:
    """How many rows an earlier file has in the very same form."""
    alike = f"SELECT count(*) AS n, min(_file) AS first, max(_file) AS last FROM {whole} GROUP BY {cells}"
    return int(stage.row(f"SELECT coalesce(sum(n - 1), 0) FROM ({alike}) WHERE first < last")[0])


def _files(path: Path, tables: Sequence[SourceTable], options: Options) -> list[Finding]:
    if len(tables) == 1:
        return []
    return [
        Finding(
            rule="files",
            severity="note",
            message=Message(
                "Files put together in the order of their names: {count}, from {first!r} to {last!r}",
                count=len(tables),
                first=tables[0].where,
                last=tables[-1].where,
            ),
            remedy="" if options.replaces else _name_the_key(),
            count=len(tables),
            where=path.name,
            data={"files": [table.where for table in tables]},
        )
    ]


def _lacking(path: Path, tables: Sequence[SourceTable], names: Sequence[str]) -> list[Finding]:
    """Columns that some of the files do not have: the months before they were added to the export."""
    found = []
    for name in names:
        without = [table.where for table in tables if name not in {column.name for column in table.columns}]
        if without:
            found.append(
                Finding(
                    rule="column_not_in_all_files",
                    severity="warn",
                    message=Message(
                        "The column {name!r} is not in all files, it is missing in {count}: {files}",
                        name=name,
                        count=len(without),
                        files=quoted(without[:_SHOWN]),
                    ),
                    remedy=Message("See whether it has another name there; its rows have no value for it"),
                    count=len(without),
                    share=len(without) / len(tables),
                    where=path.name,
                    data={"column": name, "files": without},
                )
            )
    return found


def _once(tables: Sequence[SourceTable]) -> list[Finding]:
    """What was found in each file; what is merely noted is said of the first file only."""
    found: dict[object, Finding] = {}
    for number, one in enumerate(one for table in tables for one in table.findings):
        found.setdefault((one.rule,) if one.severity == "note" else number, one)
    return list(found.values())


def _delivered(table: SourceTable, tally: _Tally, keys: Sequence[SourceColumn]) -> Finding:
    return Finding(
        rule="deliveries",
        severity="note",
        message=Message(
            "By {names}, later files replaced rows: {replaced}, brought rows again unchanged: {again}, "
            "and brought new ones: {new}",
            names=quoted(column.name for column in keys),
            replaced=tally.replaced,
            again=tally.again,
            new=tally.new,
        ),
        count=tally.replaced,
        where=table.where,
        data={"replaced": tally.replaced, "unchanged": tally.again, "new": tally.new},
    )


def _name_the_key() -> Message:
    return Message(
        "If later files bring rows again, name the columns that tell a row in the source: {line}",
        line='replaces = ["…"]',
    )


def _overlap(path: Path, repeated: int, rows: int) -> list[Finding]:
    if not repeated:
        return []
    return [
        Finding(
            rule="rows_in_several_files",
            severity="warn",
            message=Message(
                "{count} of {rows} rows stand in an earlier file in the same form, and count twice",
                count=repeated,
                rows=rows,
            ),
            remedy=_name_the_key(),
            count=repeated,
            share=repeated / rows,
            where=path.name,
        )
    ]
