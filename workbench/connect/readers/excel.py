"""Spreadsheets (.xlsx, .xlsb, .xls, .ods): the sheet that holds a table, from its header down, cell by cell as text.

Dates come out as dates and numbers as they are shown; nothing that a sheet shows and its file does not say plainly,
errors, leading zeros, lost digits, goes without a word.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.connect.headers import Header, distinct, header_of, is_data, is_day, title_note
from workbench.connect.readers.allsheets import EVERY, alike_sheets, all_sheets
from workbench.connect.readers.cells import LONGEST, as_texts
from workbench.connect.readers.options import Options
from workbench.connect.readers.sheetfindings import sheet_findings
from workbench.connect.readers.sheetxml import SheetFacts
from workbench.connect.readers.workbook import Sheet, Workbook
from workbench.connect.repeated import without_repeated_headers
from workbench.connect.stage import LARGE, Stage
from workbench.connect.subtotals import without_subtotals
from workbench.connect.tables import Place, SourceColumn, SourceTable
from workbench.connect.totals import without_totals
from workbench.errors import Finding, WorkbenchError
from workbench.messages import Message, quoted
from workbench.sql import literal

__all__ = ["open_excel"]

_HEAD = 100
_BATCH = 16_384
_MOST_COLUMNS = 1000
_MOST_PLACES = 10_000


def open_excel(stage: Stage, path: Path, options: Options) -> SourceTable:
    """A sheet of a workbook as a table, or all of one shape as one (`sheet = "*"`).

    WorkbenchError where none holds a table, or the workbook cannot be read.
    """
    book = Workbook.open(stage, path)
    every = options.sheet == EVERY
    name, sheet, header = _chosen(book, replace(options, sheet=None) if every else options)
    alike = [] if options.sheet and not every else _alike(book, name, header, options)
    if every and alike:
        tables = [_read(stage, path, name, sheet, header, book.told(name), options)]
        for other, own in alike:
            again = book.sheet(other)
            tables.append(_read(stage, path, other, again, own, book.told(other), options))
        book.book.close()
        return all_sheets(stage, path, [name, *(other for other, _ in alike)], tables, options)
    facts = book.told(name)
    book.book.close()
    table = _read(stage, path, name, sheet, header, facts, options)
    if every:
        return replace(table, settings={**table.settings, "sheet": EVERY})
    if alike:
        # Which of them is meant is not decided, and asked again whenever the workbook is opened.
        settings = {key: value for key, value in table.settings.items() if key != "sheet"}
        note = alike_sheets(path.name, name, [other for other, _ in alike])
        return replace(table, settings=settings, findings=(note, *table.findings))
    return replace(table, findings=(*_chosen_note(book, name, options, path.name), *table.findings))


def _alike(book: Workbook, name: str, header: Header, options: Options) -> list[tuple[str, Header]]:
    """The other visible sheets that have the names of a header, and data below them."""
    found = []
    for other in book.visible:
        if other == name:
            continue
        try:
            sheet = book.sheet(other)
        except WorkbenchError:  # a sheet that cannot be read is no table like this one
            continue
        rows = sheet.head(_HEAD + options.skip)
        own = header_of(rows, sheet.merged(), skip=options.skip, rows_of_it=options.header_rows)
        if own is not None and own.names == header.names and _has_data(rows[own.above + own.rows :]):
            found.append((other, own))
    return found


def _read(
    stage: Stage, path: Path, name: str, sheet: Sheet, header: Header, facts: SheetFacts, options: Options
) -> SourceTable:
    """The rows of a sheet below its header, and what is known of them."""
    filled = _Filled(header, facts, first_column=sheet.first_column)
    target = stage.file("sheet", ".parquet")
    _write(target, sheet, filled)
    if not filled.rows:
        raise WorkbenchError(
            Message("The sheet {name!r} has a header and no rows", name=name),
            where=str(path),
            remedy=Message("Export it again with data"),
        )
    where = path.name
    findings = []
    if header.above and not options.skip:
        findings.append(title_note(where, header.above, header.title))
    findings += sheet_findings(where, name, facts, filled.padded, filled.lossy)
    settings: dict[str, str | int] = {"sheet": name}
    settings |= {"skip": header.above} if header.above else {}
    settings |= {"header_rows": header.rows} if header.rows > 1 else {}
    columns = filled.columns()
    relation = stage.view(
        "sheet",
        f"SELECT file_row_number AS row, {', '.join(one.sql for one in columns)} "
        f"FROM read_parquet({literal(str(target))}, file_row_number = true)",
        over=target,
    )
    table = SourceTable(
        where,
        relation,
        columns,
        large=target.stat().st_size > LARGE // 4,
        first_row=filled.first_row,
        findings=tuple(findings),
        quick=True,
        settings=settings,
        points=filled.points(),
        places=tuple(filled.places),
    )
    table = replace(table, places=tuple(replace(place, where=where) for place in table.places))
    if header.rows == 1:
        names = [header.names[int(column.sql[1:])] for column in columns]
        table = without_repeated_headers(stage, table, [names])
    return (
        without_totals(stage, without_subtotals(stage, table, filled.rows), filled.rows)
        if options.totals == "drop"
        else table
    )


def _chosen(book: Workbook, options: Options) -> tuple[str, Sheet, Header]:
    """The sheet that is named, else the first visible one that holds a table with data below its header."""
    names = [options.sheet] if options.sheet else [*book.visible]
    fallback: tuple[str, Sheet, Header] | None = None
    for name in names:
        sheet = book.sheet(name)
        rows = sheet.head(_HEAD + options.skip)
        header = header_of(rows, sheet.merged(), skip=options.skip, rows_of_it=options.header_rows)
        if header is None:
            continue
        if len(header.names) > _MOST_COLUMNS:
            raise _too_wide(book.path, len(header.names))
        if len(names) == 1 or _has_data(rows[header.above + header.rows :]):
            return name, sheet, header
        fallback = fallback or (name, sheet, header)
    if fallback is None:
        raise _no_table(book, names)
    return fallback


def _has_data(rows: Sequence[Sequence[str]]) -> bool:
    return any(is_day(cell) or is_data(cell) for row in rows for cell in row)


def _no_table(book: Workbook, names: Sequence[str]) -> WorkbenchError:
    if not names:
        return WorkbenchError(
            Message("The workbook has no visible sheet"),
            where=str(book.path),
            remedy=Message("Name a hidden one in the source: {line}", line=_line(book.hidden)),
        )
    return WorkbenchError(
        Message(
            "There is no data table in the sheets {names}: no row names all columns below it",
            names=quoted(names),
        ),
        where=str(book.path),
        remedy=Message(
            "Export the rows themselves; where a header stands further down, say how many rows are above it: skip = N"
        ),
    )


def _line(names: Sequence[str]) -> str:
    return f'sheet = "{names[0] if names else "…"}"'


def _too_wide(path: Path, cells: int) -> WorkbenchError:
    return WorkbenchError(
        Message(
            "The first row has {cells} cells; a table of more than {most} columns is not read",
            cells=cells,
            most=_MOST_COLUMNS,
        ),
        where=str(path),
        remedy=Message("Export the columns that matter, or turn the table so that its columns become rows"),
    )


def _chosen_note(book: Workbook, name: str, options: Options, where: str) -> list[Finding]:
    """Which sheet was taken, where it was not said and there are others."""
    others = [one for one in (*book.visible, *book.hidden) if one != name]
    if options.sheet or not others:
        return []
    return [
        Finding(
            rule="sheet",
            severity="note",
            message=Message(
                "The sheet {name!r} was read; the workbook also has {others}",
                name=name,
                others=quoted(others),
            ),
            remedy=Message("If it is another, name it in the source: {line}", line=_line(others)),
            where=where,
            data={"sheet": name, "others": others},
        )
    ]


@dataclass(slots=True)
class _Filled:
    """A sheet on its way into a file: its header, and what is met below it.

    `rows` were written, the first from `first_row`. `places` are where blank rows were left out between them. For each
    column `fractions` and `others` count cells that are numbers with a part behind the point, and no numbers.
    """

    header: Header
    facts: SheetFacts
    first_column: int
    rows: int = 0
    first_row: int = 0
    places: list[Place] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    fractions: dict[int, int] = field(default_factory=dict)
    others: dict[int, int] = field(default_factory=dict)
    padded: dict[str, int] = field(default_factory=dict)
    lossy: dict[str, list[int]] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return self.header.names

    def columns(self) -> tuple[SourceColumn, ...]:
        """The columns that have a name or hold anything."""
        kept = [number for number, name in enumerate(self.names) if name or number in self.used]
        labels = distinct([self.names[number] for number in kept])
        return tuple(
            SourceColumn(label, f"c{number}", "VARCHAR") for number, label in zip(kept, labels, strict=True)
        )

    def points(self) -> frozenset[str]:
        """The columns of numbers some of which have a part behind the point, and no others."""
        able = {f"c{number}" for number in self.fractions if not self.others.get(number)}
        return frozenset(column.name for column in self.columns() if column.sql in able)

    def batch(self, rows: Sequence[tuple[int, Sequence[Any]]]) -> pa.RecordBatch:
        """Rows with their numbers as a spreadsheet counts, as columns of text."""
        for number, _ in rows:
            self._place(number)
        columns = list(zip(*(cells for _, cells in rows), strict=True))
        numbers = [number for number, _ in rows]
        arrays = [
            pa.array(self._texts(place, columns[place], numbers), pa.string())
            for place in range(len(self.names))
        ]
        return pa.RecordBatch.from_arrays(arrays, names=[f"c{place}" for place in range(len(self.names))])

    def _place(self, number: int) -> None:
        if not self.rows:
            self.first_row = number
        last = self.places[-1] if self.places else Place(0, "", self.first_row)
        if number != self.rows - last.row + last.first_row and len(self.places) < _MOST_PLACES:
            self.places.append(Place(self.rows, "", number))
        self.rows += 1

    def _texts(self, place: int, values: Sequence[Any], numbers: Sequence[int]) -> list[str | None]:
        kinds = set(map(type, values))
        texts = as_texts(values, kinds)
        if place not in self.used and any(text is not None for text in texts):
            self.used.add(place)
        if float in kinds:
            self._count(place, values, numbers)
            widths = self.facts.padded.get(place + self.first_column)
            if widths:
                self._pad(place, texts, values, numbers, widths)
        elif kinds - {str} or any(text is not None for text in texts):
            self.others[place] = self.others.get(place, 0) + 1
        return texts

    def _count(self, place: int, values: Sequence[Any], numbers: Sequence[int]) -> None:
        floats = [value for value in values if type(value) is float]
        if any(not value.is_integer() for value in floats):
            self.fractions[place] = self.fractions.get(place, 0) + 1
        if len(floats) + sum(value == "" for value in values if type(value) is str) < len(values):
            self.others[place] = self.others.get(place, 0) + 1
        if max(map(abs, floats)) >= LONGEST:
            self.lossy.setdefault(self.names[place], []).extend(
                number
                for value, number in zip(values, numbers, strict=True)
                if type(value) is float and value.is_integer() and abs(value) >= LONGEST
            )

    def _pad(
        self,
        place: int,
        texts: list[str | None],
        values: Sequence[Any],
        numbers: Sequence[int],
        widths: dict[int, Any],
    ) -> None:
        """Numbers as they are shown, with the zeros in front."""
        for width, rows in widths.items():
            shown = set(rows[bisect_left(rows, numbers[0] - 1) : bisect_left(rows, numbers[-1])])
            for at, number in enumerate(numbers):
                value = values[at]
                if number - 1 in shown and type(value) is float and value.is_integer() and value >= 0:
                    text = texts[at] or ""
                    if len(text) < width:
                        texts[at] = text.zfill(width)
                        self.padded[self.names[place]] = self.padded.get(self.names[place], 0) + 1


def _write(target: Path, sheet: Sheet, filled: _Filled) -> None:
    """The rows below the header, a batch at a time."""
    schema = pa.schema([(f"c{place}", pa.string()) for place in range(len(filled.names))])
    with pq.ParquetWriter(target, schema) as writer:
        for batch in _batches(_below(sheet, filled.header)):
            writer.write_batch(filled.batch(batch))


def _below(sheet: Sheet, header: Header) -> Iterator[tuple[int, Sequence[Any]]]:
    """The rows below the header that hold anything, by their number."""
    first = header.above + header.rows
    for number, cells in sheet.rows():
        if number > first and any(cell != "" for cell in cells):
            yield number, cells


def _batches(rows: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[list[tuple[int, Sequence[Any]]]]:
    for first in rows:
        yield [first, *islice(rows, _BATCH - 1)]
