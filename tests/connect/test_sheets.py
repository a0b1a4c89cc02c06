"""Which sheet and which row of names a workbook means: asked where several fit, read as one where that is wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from workbench.connect.new import new_project
from workbench.connect.read import read_project
from workbench.connect.readers import Options, open_file
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.project import load_project
from workbench.template import load_template

HEAD = ["Invoice No", "Invoice Date", "Due Date", "Invoice Amount"]
ROWS = {
    "2025": [["A1", "2025-01-20", "2025-02-20", 10], ["A2", "2025-01-21", "2025-02-21", 20]],
    "2026": [["B1", "2026-01-20", "2026-02-20", 30]],
}


@pytest.fixture
def book(tmp_path: Path) -> Callable[[dict[str, list[list]]], Path]:
    def made(sheets: dict[str, list[list]]) -> Path:
        written = xlsxwriter.Workbook(str(tmp_path / "book.xlsx"))
        for name, rows in sheets.items():
            sheet = written.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        written.close()
        return tmp_path / "book.xlsx"

    return made


def ids(stage: Stage, table: SourceTable) -> list[str]:
    return [one for (one,) in stage.rows(f"SELECT {table.columns[0].sql} FROM {table.relation} ORDER BY row")]


def years() -> dict[str, list[list]]:
    return {"Notes": [["Receivables"]], **{name: [HEAD, *rows] for name, rows in ROWS.items()}}


def test_sheets_of_one_shape_are_asked_about_until_it_is_said_which(
    stage: Stage, book: Callable, tmp_path: Path
) -> None:
    path = book(years())
    new_project(tmp_path / "p", process="credit-collections", sources=[path])
    file = tmp_path / "p" / "project.toml"
    assert "# TODO Only the sheet '2025' is read" in file.read_text(encoding="utf-8")
    template = load_template("credit-collections")

    def asked() -> list[str]:
        found = read_project(load_project(tmp_path / "p"), template).findings
        return [str(one.remedy) for one in found if one.rule == "alike_sheets"]

    assert len(asked()) == 1
    assert 'sheet = "*"' in asked()[0]
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('kind = "cases"', 'sheet = "*"\nkind = "cases"'), encoding="utf-8")
    assert asked() == []
    log = read_project(load_project(tmp_path / "p"), template)
    assert log.backend.con.execute(f"SELECT count(*) FROM {log.cases.get_name()}").fetchone() == (3,)


def test_all_sheets_of_one_shape_are_one_table_and_rows_keep_their_place(
    stage: Stage, book: Callable
) -> None:
    table = open_file(stage, book(years()), Options(sheet="*"))
    assert ids(stage, table) == ["A1", "A2", "B1"]
    assert [table.at(row) for row in (0, 2)] == [("book.xlsx, 2025", 2), ("book.xlsx, 2026", 2)]
    assert table.settings["sheet"] == "*"
    assert [one.rule for one in table.findings] == ["sheets"]


def test_one_named_sheet_is_read_alone_and_nothing_is_asked(stage: Stage, book: Callable) -> None:
    table = open_file(stage, book(years()), Options(sheet="2026"))
    assert ids(stage, table) == ["B1"]
    assert table.findings == ()


def test_sheets_of_other_columns_are_no_question(stage: Stage, book: Callable) -> None:
    sheets = years()
    sheets["2026"][0] = ["Customer", "Since", "Until", "Limit"]
    table = open_file(stage, book(sheets))
    assert [one.rule for one in table.findings] == ["sheet"]
    assert ids(stage, table) == ["A1", "A2"]


def merged(path: Path, lower: list[str]) -> Path:
    written = xlsxwriter.Workbook(str(path))
    sheet = written.add_worksheet()
    sheet.merge_range(0, 0, 0, 1, "Document")
    sheet.merge_range(0, 2, 0, 3, "Terms")
    for number, row in enumerate(
        [lower, ["A1", "2026-01-20", "2026-02-20", 10], ["A2", "2026-01-21", "2026-02-21", 20]]
    ):
        sheet.write_row(number + 1, 0, row)
    written.close()
    return path


def test_heads_of_groups_over_complete_names_are_a_title(stage: Stage, tmp_path: Path) -> None:
    path = merged(tmp_path / "m.xlsx", HEAD)
    table = open_file(stage, path)
    assert [column.name for column in table.columns] == HEAD
    assert ids(stage, table) == ["A1", "A2"]
    again = open_file(
        stage, path, Options(sheet=str(table.settings["sheet"]), skip=int(table.settings["skip"]))
    )
    assert [column.name for column in again.columns] == HEAD


def test_heads_of_groups_over_names_that_repeat_tell_them_apart(stage: Stage, tmp_path: Path) -> None:
    table = open_file(stage, merged(tmp_path / "m.xlsx", ["No", "Day", "Day", "Amount"]))
    assert [column.name for column in table.columns] == [
        "Document No",
        "Document Day",
        "Terms Day",
        "Terms Amount",
    ]
