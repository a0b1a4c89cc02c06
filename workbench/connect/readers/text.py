"""Text files (CSV, TSV), read as text, every cell of it: `00123`, `1E5`, `NA` and `null` stay what they are."""

from __future__ import annotations

from pathlib import Path

from workbench.connect.csvfile import open_csv
from workbench.connect.readers.options import Options
from workbench.connect.repeated import without_repeated_headers
from workbench.connect.stage import Stage
from workbench.connect.subtotals import without_subtotals
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.connect.totals import without_totals

__all__ = ["open_text"]


def open_text(stage: Stage, path: Path, options: Options) -> SourceTable:
    """A CSV file of any dialect as a table. WorkbenchError where it holds no data table."""
    file = open_csv(
        stage,
        path,
        encoding=options.encoding,
        delimiter=options.delimiter,
        skip=options.skip,
        header_rows=options.header_rows,
        totals=options.totals == "drop",
    )
    table = SourceTable(
        where=file.where,
        relation=file.relation,
        columns=tuple(SourceColumn(name, sql, "VARCHAR") for name, sql in file.columns),
        large=file.large,
        first_row=file.first_row,
        findings=file.findings,
        quick=file.kept,
        lines=file.lines,
        settings=file.settings,
        dropped=file.dropped,
        places=file.places,
    )
    table = without_repeated_headers(stage, table, file.headers)
    return (
        without_totals(stage, without_subtotals(stage, table, file.rows), file.rows)
        if options.totals == "drop"
        else table
    )
