"""CSV of any dialect, opened by DuckDB and checked to be a table.

DuckDB's sniffer finds the delimiter and the line ends. Left to itself it also skips rows that it does not
understand and takes quotation marks for text, so the first row, quotes and comments are fixed here: a row is
either in the table or the file is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from workbench.connect.barlist import BarList, bar_list
from workbench.connect.csvframe import Around, around, line_cells, named_delimiter, without_end
from workbench.connect.encodings import Decoded, as_utf8, with_plain_newlines
from workbench.connect.headers import distinct, headed, is_data, is_day, title_note
from workbench.connect.stage import LARGE, Stage
from workbench.connect.tables import Place
from workbench.connect.totals import REASON, end_note
from workbench.errors import Finding, WorkbenchError
from workbench.messages import Message
from workbench.places import at_row
from workbench.sql import ident, literal

__all__ = ["CSVFile", "open_csv"]

# RFC 4180 first; then quotes escaped by a backslash, as MySQL and Spark write them; then no quotes at all.
_QUOTES = (('"', '"'), ('"', "\\"), ("", ""))
_MAX_LINE = 16 * 2**20
_MAX_COLUMNS = 1000
# A large file of up to so many columns is kept as a whole when it is opened: writing columns that nobody needs
# costs less than reading the text twice.
_FEW_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class CSVFile:
    """An opened CSV: `relation` gives `row` (0-based, without the header) and the columns by safe names.

    `lines` gives the columns of all rows, the header first, unnumbered and in the order of the file. `kept` says
    that the relation no longer is the text itself, but a file in which single columns are quick to read. `headers` are
    the rows of the header as they are written, column by column; `places` says where rows do not follow the first.
    """

    where: str
    relation: str
    lines: str
    columns: tuple[tuple[str, str], ...]
    large: bool
    kept: bool
    first_row: int
    rows: int
    findings: tuple[Finding, ...] = ()
    settings: Mapping[str, str | int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)
    headers: tuple[tuple[str, ...], ...] = ()
    places: tuple[Place, ...] = ()


def open_csv(
    stage: Stage,
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    skip: int = 0,
    header_rows: int = 1,
    totals: bool = True,
) -> CSVFile:
    """A CSV file as a relation of text columns.

    A header of two `header_rows` has names in the first that head those below and to the right. Titles above it and
    (where `totals` are no rows) remarks below the table are left out, which is told. Raises WorkbenchError where the
    file is no text, has no common delimiter, has rows of different lengths, or where no row can be the header of a
    table.
    """
    decoded = as_utf8(stage, path, encoding=encoding)
    named = named_delimiter(decoded.path)
    delimiter = delimiter or named
    lead = skip or int(named is not None)
    printed = None if delimiter or skip or header_rows > 1 else bar_list(stage, decoded.path, path)
    try:
        if printed is not None:
            file = _printed(stage, printed, path)
        elif header_rows > 1:
            upper = line_cells(decoded.path, delimiter, lead)
            file = _opened(stage, decoded.path, path, delimiter, lead + 1, upper)
        else:
            file = _opened(stage, decoded.path, path, delimiter, lead)
    except WorkbenchError:
        if header_rows > 1 or printed is not None:
            raise
        found = around(decoded.path, delimiter=delimiter, skip=lead, fixed=skip > 0)
        if found is None or (found.below and not totals):
            raise
        file = _inside(stage, decoded.path, path, found, titles=found.above > lead)
    if decoded.encoding == "utf-8":
        return file
    return replace(file, findings=(_encoding_note(stage, file, decoded), *file.findings))


def _opened(
    stage: Stage, text: Path, path: Path, delimiter: str | None, skip: int, upper: Sequence[str] = ()
) -> CSVFile:
    _refuse_too_wide(text, path, delimiter, skip)
    text, options = _dialect(stage, text, path, delimiter, skip)
    return _header(stage, text, options, path, skip, upper)


def _printed(stage: Stage, printed: BarList, path: Path) -> CSVFile:
    """A printed list as the table that it shows."""
    file = _opened(stage, printed.text, path, ",", 0)
    return replace(
        file,
        first_row=printed.first_row,
        findings=tuple(printed.findings),
        dropped=printed.dropped,
        places=tuple(printed.places),
    )


def _inside(stage: Stage, text: Path, path: Path, found: Around, *, titles: bool) -> CSVFile:
    """The table within a file that has more around it, and what that is."""
    if found.below:
        text = without_end(stage, text, found.end)
    file = _opened(stage, text, path, found.delimiter, found.above)
    findings, settings, dropped = [], {}, {}
    if titles:
        findings.append(title_note(path.name, found.above, found.title))
        settings["skip"] = found.above
    if found.below:
        count = len(found.below)
        dropped[REASON] = count
        findings.append(end_note(path.name, count, str(file.first_row + file.rows), found.below[0]))
    return replace(file, findings=tuple(findings), settings=settings, dropped=dropped)


def _refuse_too_wide(text: Path, path: Path, delimiter: str | None, skip: int) -> None:
    """A first row of many thousand cells is no header; told before the engine plans as many columns."""
    with open(text, encoding="utf-8-sig") as file:
        for _ in range(skip):
            file.readline(_MAX_LINE)
        first = file.readline(_MAX_LINE)
    cells = max(first.count(one) for one in (delimiter or ",;\t|")) + 1
    if cells > _MAX_COLUMNS:
        raise WorkbenchError(
            Message(
                "The first row has {cells} cells; a table of more than {most} columns is not read",
                cells=cells,
                most=_MAX_COLUMNS,
            ),
            where=at_row(path, skip + 1),
            remedy=Message(
                "Export the columns that matter, or turn the table so that its columns become rows"
            ),
        )


def _dialect(stage: Stage, text: Path, path: Path, delimiter: str | None, skip: int) -> tuple[Path, str]:
    """A way to read the file in which all its sampled rows have the same number of cells."""
    fault = ""
    for attempt in (text, None):
        # Second attempt: line ends made alike. Exports glued together from several tools mix them.
        candidate = stage.readable(attempt) if attempt else with_plain_newlines(stage, text)
        for quote, escape in _QUOTES:
            options = (
                f"all_varchar = true, header = false, skip = {skip}, comment = '', strict_mode = true, "
                f"max_line_size = {_MAX_LINE}, quote = {literal(quote)}, escape = {literal(escape)}"
            )
            if delimiter is not None:
                options += f", delim = {literal(delimiter)}"
            try:
                found, width = stage.row(
                    f"SELECT Delimiter, len(Columns) FROM sniff_csv({literal(str(candidate))}, {options})"
                )
            except duckdb.OutOfMemoryException:
                raise
            except duckdb.Error as error:
                fault = fault or str(error)
                continue
            if width > 1:
                return candidate, f"{options}, delim = {literal(found)}"
    raise _no_table(stage, text, path, fault)


def _header(stage: Stage, text: Path, options: str, path: Path, skip: int, upper: Sequence[str]) -> CSVFile:
    """The columns that hold anything, by the names in the first row and the one above. Refuses what is no table."""
    source = f"read_csv({literal(str(text))}, {options})"
    read = [str(row[0]) for row in stage.rows(f"DESCRIBE SELECT * FROM {source}")]
    lines = (
        f"SELECT {', '.join(f'{ident(name)} AS c{number}' for number, name in enumerate(read))} FROM {source}"
    )
    cells = ", ".join(f"c{number}" for number in range(len(read)))
    large = path.stat().st_size > LARGE
    kept = large and len(read) <= _FEW_COLUMNS
    rows = f"(SELECT row_number() OVER () - 1 AS row, {cells} FROM ({lines}))"
    try:
        # Every cell of the file is looked at here, so that a broken row is met now and not half-way.
        if kept:
            rows = stage.numbered("source", lines, cells)
        header = stage.rows(f"SELECT * EXCLUDE row FROM {rows} WHERE row = 0 LIMIT 1")
        names = [str(cell).strip() if cell is not None else "" for row in header for cell in row]
        written = [names, *([[*upper, *[""] * len(names)]] if upper else [])]
        if upper:
            names = headed(upper, names)
        looked_at = [number for number in range(len(read)) if not (kept and names and names[number])]
        counts = ", ".join(["count(*)", *(f"count(c{number})" for number in looked_at)])
        total, *filled = stage.row(f"SELECT {counts} FROM {rows if kept else f'({lines})'}")
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise _broken(str(error), path) from error
    if total <= 1:
        raise WorkbenchError(
            Message("The file has a header and no rows"),
            where=str(path),
            remedy=Message("Export it again with data"),
        )
    own = {
        number
        for number, count in zip(looked_at, filled, strict=True)
        if count > (header[0][number] is not None)
    }
    used = [number for number, name in enumerate(names) if name or number in own]
    _refuse_no_header(names, used, path, skip)
    labels = distinct([names[number] for number in used])
    columns = tuple((name, f"c{number}") for number, name in zip(used, labels, strict=True))
    relation = f"(SELECT row - 1 AS row, {', '.join(sql for _, sql in columns)} FROM {rows} WHERE row > 0)"
    headers = tuple(tuple(one[number] for number in used) for one in written)
    return CSVFile(path.name, relation, lines, columns, large, kept, skip + 2, total - 1, headers=headers)


def _refuse_no_header(names: list[str], used: list[int], path: Path, skip: int) -> None:
    row = skip + 1
    nameless = [number for number in used if not names[number]]
    # One column without a name is the row number that data frames write; more are no header.
    if len(nameless) > 1:
        raise WorkbenchError(
            Message(
                "There is no data table: {nameless} of {columns} columns with values have no name in row {row}, "
                "as in a pivot table or below a title",
                nameless=len(nameless),
                columns=len(used),
                row=str(row),
            ),
            where=at_row(path, row, column=nameless[0] + 1),
            remedy=Message("Export the rows themselves; for mere title lines set skip = N in the source"),
        )
    data = [number for number in used if is_data(names[number])]
    if 2 * len(data) > len(used) or any(is_day(names[number]) for number in used):
        shown = next((number for number in used if is_day(names[number])), (data or [0])[0])
        raise WorkbenchError(
            Message(
                "Row {row} holds data where the names of the columns should be ({value!r})",
                row=str(row),
                value=names[shown],
            ),
            where=at_row(path, row, column=shown + 1),
            remedy=Message("Add a first row that names the columns"),
        )


def _broken(error: str, path: Path) -> WorkbenchError:
    """DuckDB's account of an unreadable row as one line."""
    line = re.search(r"CSV Error on Line: (\d+)", error)
    where = Message("{file}, line {line}", file=str(path), line=line[1]) if line else str(path)
    counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", error)
    if counts:
        message = Message(
            "The row has {cells} cells where the header has {wanted}",
            cells=int(counts[2]),
            wanted=int(counts[1]),
        )
        remedy = Message("Export it again with text in quotes, or mend the row")
    elif "unterminated quote" in error:
        message = Message("A quotation mark is opened and not closed")
        remedy = Message("Close it, or double every quotation mark inside a text")
    elif "Maximum line size" in error or "maximum_line_size" in error.lower():
        message = Message("A row is longer than {size} MB", size=_MAX_LINE // 2**20)
        remedy = Message("See whether a quotation mark is left open, or leave that column out of the export")
    else:
        message = Message("The file cannot be read as CSV: {fault}", fault=error.splitlines()[0].rstrip("."))
        remedy = Message("Export it again as CSV (UTF-8, comma, text in quotes)")
    return WorkbenchError(message, where=where, remedy=remedy)


def _no_table(stage: Stage, text: Path, path: Path, fault: str) -> WorkbenchError:
    """Why no delimiter gives all rows the same number of cells: told by the first row that differs."""
    with open(text, encoding="utf-8-sig", newline=None) as file:
        lines = [line.rstrip("\n") for _, line in zip(range(1000), file, strict=False)]
    first = lines[0] if lines else ""
    delimiter = max(",;\t|", key=first.count)
    width = first.count(delimiter) + 1
    if width == 1:
        return WorkbenchError(
            Message(
                "There is no data table: the first row has no comma, semicolon, tab or bar between names"
            ),
            where=at_row(path, 1),
            remedy=Message(
                'Where another character separates the columns, name it in the source: delimiter = "^"'
            ),
        )
    if '"' not in "".join(lines):
        for number, line in enumerate(lines[1:], start=2):
            cells = line.count(delimiter) + 1
            if line and cells != width:
                return WorkbenchError(
                    Message(
                        "There is no data table: row 1 has {wanted} cells and row {row} has {cells}",
                        wanted=width,
                        row=str(number),
                        cells=cells,
                    ),
                    where=at_row(path, number),
                    remedy=Message(
                        "Export the rows themselves, text in quotes; for title lines set skip = N"
                    ),
                )
    return _broken(fault, path)


def _encoding_note(stage: Stage, file: CSVFile, decoded: Decoded) -> Finding:
    """Which encoding was taken, with a text of the file that shows whether it is right."""
    cells = ", ".join(sql for _, sql in file.columns)
    sample = stage.rows(
        f"SELECT v FROM (SELECT unnest([{cells}]) AS v FROM {file.relation}) "
        "WHERE regexp_matches(v, '[^\\x00-\\x7F]') LIMIT 1"
    )
    shown = str(sample[0][0])[:60] if sample else None
    message, remedy = _encoding_said(decoded, shown), ""
    if decoded.guessed:
        line = f'encoding = "{decoded.encoding}"'
        remedy = Message("If letters look wrong, name the encoding in the source: {line}", line=line)
    return Finding(
        rule="encoding",
        severity="note",
        message=message,
        remedy=remedy,
        where=file.where,
        data={"encoding": decoded.encoding},
    )


def _encoding_said(decoded: Decoded, example: str | None) -> Message:
    name = decoded.encoding
    if example is None:
        if decoded.guessed:
            return Message("The file was taken for {encoding}", encoding=name)
        return Message("The file is {encoding}", encoding=name)
    if decoded.guessed:
        return Message("The file was taken for {encoding}, for example {text!r}", encoding=name, text=example)
    return Message("The file is {encoding}, for example {text!r}", encoding=name, text=example)
