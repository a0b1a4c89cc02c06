"""Data templates filled in as a person would: by openpyxl, under the headers that stand there."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from workbench.connect.datatemplate import Plan, plan_of, write_data_template
from workbench.connect.datatemplate.marks import HEADER_ROW, IDENTITY
from workbench.i18n import Speech
from workbench.template import Template

Rows = Mapping[str, Iterable[Mapping[str, Any]]]


def titles_of(book: openpyxl.Workbook) -> dict[str, str]:
    """The title of each table's sheet, as the workbook says."""
    rows = book[IDENTITY].iter_rows(values_only=True)
    return {str(name): str(value) for what, name, value in rows if what == "sheet"}


def fill(template: Template, path: Path, language: str, tables: Rows) -> Path:
    """The template of a process in a language, with these rows on its sheets; values in the language's words."""
    write_data_template(template, path, language=language)
    book = openpyxl.load_workbook(path)
    plan, speech, titles = plan_of(template), Speech(language), titles_of(book)
    for table, rows in tables.items():
        page = book[titles[table]]
        headers = {cell.value: cell.column for cell in page[HEADER_ROW] if cell.value}
        columns = {column.id: column for column in plan.sheet(table).columns}
        for number, row in enumerate(rows, start=HEADER_ROW + 1):
            for name, value in row.items():
                if value is None:
                    continue
                place = headers[speech.say(columns[name].name)]
                page.cell(number, place).value = entered(template, name, value, speech)
    book.save(path)
    return path


def entered(template: Template, name: str, value: Any, speech: Speech) -> Any:
    """A value as it is typed in: an activity by its name, yes and no by their words."""
    if isinstance(value, bool):
        return speech.yes_no(value)
    if name == template.case.activity and value in template.activities:
        return template.label(value, speech.language)
    return value


def as_csv(folder: Path, tables: Rows) -> list[Path]:
    """The same rows as CSV files, headed by the ids of the attributes."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for table, rows in tables.items():
        found = list(rows)
        names = list(dict.fromkeys(name for row in found for name in row if row[name] is not None))
        path = folder / f"{table}.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(names)
            writer.writerows([_text(row.get(name)) for name in names] for row in found)
        paths.append(path)
    return paths


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def data_columns(plan: Plan, table: str) -> set[str]:
    """The columns that a sheet of the template has."""
    return {column.id for column in plan.sheet(table).columns}
