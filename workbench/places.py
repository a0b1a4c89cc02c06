"""Where something stands, as a reader finds it: in a file, at a row or column, at a key of project.toml."""

from __future__ import annotations

from workbench.messages import Message

__all__ = ["at_key", "at_line", "at_row", "in_column", "in_project", "in_sheet", "in_source"]


def in_column(file: str, column: str, *, row: int | None = None) -> Message:
    """A column of a file or source by its name, and the row where one is meant.

    >>> in_column("sales.csv", "Due")
    "sales.csv, column 'Due'"
    """
    if row is None:
        return Message("{file}, column {column!r}", file=file, column=column)
    return Message("{file}, column {column!r}, row {row}", file=file, column=column, row=str(row))


def at_row(file: object, row: int, *, column: int | None = None) -> Message:
    """A row of a file as a spreadsheet counts, and the column's number where that is known."""
    if column is None:
        return Message("{file}, row {row}", file=str(file), row=str(row))
    return Message("{file}, row {row}, column {column}", file=str(file), row=str(row), column=str(column))


def in_sheet(file: object, sheet: str) -> Message:
    """A sheet of a workbook.

    >>> in_sheet("march.xlsx", "Invoices")
    "march.xlsx, sheet 'Invoices'"
    """
    return Message("{file}, sheet {sheet!r}", file=str(file), sheet=sheet)


def at_line(file: object, line: int) -> Message:
    """A line of a text file, counted from 1.

    >>> at_line("log.xes", 12)
    'log.xes, line 12'
    """
    return Message("{file}, line {line}", file=str(file), line=str(line))


def at_key(file: object, key: str) -> Message:
    """An entry of a file by its key.

    >>> at_key("project.toml", "[policy] grace_days")
    'project.toml, [policy] grace_days'
    """
    return Message("{file}, {key}", file=str(file), key=key)


def in_project(key: str) -> Message:
    """An entry of the project file by its key."""
    return at_key("project.toml", key)


def in_source(name: str, key: str = "") -> Message:
    """A source of the project file by its name, or an entry of it by its key."""
    if key:
        return Message("{file}, source {name!r}, {key}", file="project.toml", name=name, key=key)
    return Message("{file}, source {name!r}", file="project.toml", name=name)
