"""Printed lists: columns between bars as SAP saves them unconverted, and headers that come again on every page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.connect.readers import open_file
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import WorkbenchError

RULE = "-" * 44
HEAD = "|BelegNr |BelegDatum|   Betrag|Text        |"
PAGE = f"""Einzelposten

Debitor   00012
{RULE}
{HEAD}
{RULE}
|0090001 |01.02.2026| 1.234,50|Rechnung    |
|0090002 |03.02.2026|    50,00-|a|b         |
{RULE}
|*       |          | 1.184,50|            |
{RULE}
"""
PAGES = PAGE.replace("    50,00-", "   50,00-") + PAGE.replace("    50,00-", "   50,00-").replace(
    "00900", "00910"
)
ROWS = [
    ("0090001", "01.02.2026", "1.234,50", "Rechnung"),
    ("0090002", "03.02.2026", "50,00-", "a|b"),
    ("0091001", "01.02.2026", "1.234,50", "Rechnung"),
    ("0091002", "03.02.2026", "50,00-", "a|b"),
]


def read(stage: Stage, path: Path) -> tuple[SourceTable, list[tuple]]:
    table = open_file(stage, path)
    cells = ", ".join(column.sql for column in table.columns)
    return table, [tuple(row) for row in stage.rows(f"SELECT {cells} FROM {table.relation} ORDER BY row")]


@pytest.fixture
def printed(stage: Stage, tmp_path: Path) -> Callable[[str], tuple[SourceTable, list[tuple]]]:
    def _printed(text: str) -> tuple[SourceTable, list[tuple]]:
        (tmp_path / "list.txt").write_text(text, encoding="cp1252")
        return read(stage, tmp_path / "list.txt")

    return _printed


def test_a_printed_list_is_read_and_all_that_is_left_out_is_counted(printed: Callable) -> None:
    table, rows = printed(PAGES)
    assert [column.name for column in table.columns] == ["BelegNr", "BelegDatum", "Betrag", "Text"]
    assert rows == ROWS
    assert table.dropped == {"trailing_total": 2, "repeated_header": 1}
    found = {one.rule: one for one in table.findings}
    assert "their names in row 5" in found["printed_list"].message
    assert "'Einzelposten'" in found["title_rows"].message
    assert "row 16" in found["repeated_header"].message
    assert [table.at(row)[1] for row in range(4)] == [7, 8, 18, 19]


def test_a_table_as_a_database_prints_it(printed: Callable) -> None:
    rule = "+----+------------+\n"
    _, rows = printed(f"{rule}| id | day        |\n{rule}| 1  | 2026-01-02 |\n| 2  | 2026-01-03 |\n{rule}")
    assert rows == [("1", "2026-01-02"), ("2", "2026-01-03")]


def test_letters_of_double_width_move_the_bars(stage: Stage, tmp_path: Path) -> None:
    text = f"{RULE}\n|编号  |客户        |\n{RULE}\n|001   |北京科技    |\n|002   |Acme        |\n{RULE}\n"
    (tmp_path / "list.txt").write_text(text, encoding="utf-8")
    assert read(stage, tmp_path / "list.txt")[1] == [("001", "北京科技"), ("002", "Acme")]


@pytest.mark.parametrize(
    "text",
    [
        PAGES.replace("|0090002 |03.02.2026|", "|0090002 03.02.2026|", 1),
        PAGES.replace(HEAD, f"{HEAD}\n|Ort     |Land      |         |            |", 1),
    ],
    ids=["other_cells", "rows_of_two_lines"],
)
def test_another_printed_list_is_refused_with_what_to_export(printed: Callable, text: str) -> None:
    with pytest.raises(WorkbenchError) as told:
        printed(text)
    assert "printed list" in str(told.value.message)
    assert "spreadsheet" in str(told.value.remedy)


@pytest.mark.parametrize(
    "text", ["|a|b|\n|1|x|\n|2|y|\n", "a|b\n1|-----\n2|y\n"], ids=["bars_alone", "dashes_as_text"]
)
def test_bars_as_delimiters_are_no_printed_list(printed: Callable, text: str) -> None:
    table, rows = printed(text)
    assert len(rows) == 2
    assert "printed_list" not in {one.rule for one in table.findings}


def test_a_header_that_comes_again_is_no_row(printed: Callable) -> None:
    head = "id,day,amount\n"
    table, rows = printed(f"{head}A1,2026-01-02,5\n{head}A2,2026-01-03,7\n{head}A3,2026-01-04,9\n")
    assert [row[0] for row in rows] == ["A1", "A2", "A3"]
    assert table.dropped == {"repeated_header": 2}
    assert [(one.rule, one.count) for one in table.findings] == [("repeated_header", 2)]
    assert "row 3" in table.findings[0].message


def test_a_row_that_names_some_columns_stays(printed: Callable) -> None:
    _, rows = printed("id,day,amount\nid,2026-01-02,amount\nA2,2026-01-03,7\n")
    assert len(rows) == 2


def test_a_header_that_comes_again_in_a_workbook(stage: Stage, tmp_path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "book.xlsx"))
    sheet = book.add_worksheet()
    head = ["id", "day", "amount"]
    for number, row in enumerate([head, ["A1", "2026-01-02", 5], head, ["A2", "2026-01-03", 7]]):
        sheet.write_row(number, 0, row)
    book.close()
    table, rows = read(stage, tmp_path / "book.xlsx")
    assert [row[0] for row in rows] == ["A1", "A2"]
    assert table.dropped == {"repeated_header": 1}
