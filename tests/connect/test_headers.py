"""Titles above the header: skipped and told, and never at the price of taking data or a pivot table for a header."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.connect.headers import find_header
from workbench.connect.new import new_project
from workbench.errors import WorkbenchError

TABLE = "id,day,amount\nA1,2024-03-15,10\nA2,2024-03-16,20.5\n"
ROWS = [("A1", "2024-03-15", "10"), ("A2", "2024-03-16", "20.5")]


@pytest.mark.parametrize(
    ("above", "count"),
    [
        ("Report of March\n", 1),
        ("Report of March\n\n", 2),
        ("Report of March,,\nCompany,ACME,\n", 2),
        ("Receivables; all\nby customer\n\n", 3),
    ],
    ids=["one", "blank", "padded", "other"],
)
def test_titles_are_skipped_told_and_written_down(opened: Callable, above: str, count: int) -> None:
    table, rows = opened(above + TABLE)
    assert [column.name for column in table.columns] == ["id", "day", "amount"]
    assert rows == ROWS
    assert (table.first_row, table.settings) == (count + 2, {"skip": count})
    (note,) = table.findings
    assert (note.rule, note.severity, note.data) == ("title_rows", "note", {"skip": count})


def test_what_was_decided_decides_the_same_when_it_is_said(opened: Callable) -> None:
    table, rows = opened("Report of March\n\n" + TABLE, skip=2)
    assert (rows, table.first_row, table.findings) == (ROWS, 4, ())


def test_a_new_project_names_the_rows_above_its_header(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(
        "Export of our desk\n\ncase,activity,time\nA1,ask,2024-03-15\nA1,answer,2024-03-16\n",
        encoding="utf-8",
    )
    new_project(tmp_path / "p", process="any-process", sources=[tmp_path / "log.csv"])
    (source,) = tomllib.loads((tmp_path / "p" / "project.toml").read_text(encoding="utf-8"))["sources"]
    assert (source["skip"], source["case"]) == (2, "case")


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "^"])
def test_the_line_that_names_the_delimiter_is_no_row(opened: Callable, delimiter: str) -> None:
    text = f"sep={delimiter}\n" + TABLE.replace(",", delimiter)
    table, rows = opened(text)
    assert (rows, table.first_row, table.findings) == (ROWS, 3, ())


def test_a_title_below_the_line_that_names_the_delimiter(opened: Callable) -> None:
    table, rows = opened("sep=;\nReport\n" + TABLE.replace(",", ";"))
    assert (rows, table.settings) == (ROWS, {"skip": 2})
    again, rows = opened("sep=;\nReport\n" + TABLE.replace(",", ";"), skip=2)
    assert (rows, again.first_row) == (ROWS, 4)


@pytest.mark.parametrize(
    "rows",
    [
        [["stage", "Won", "", ""], ["", "Qtr4", "Qtr3", "Qtr2"], ["Count", "1196", "1257", "1254"]],
        [["a", "", ""], ["b", "x", "y"], ["c", "z", "w"]],
        [["2024-01-01", "x", "y"], ["2024-01-02", "x", "z"]],
        [["title", "", ""]],
        [["id", "id", "day"], ["1", "2", "2024-01-01"]],
    ],
    ids=["pivot", "words", "dates", "title", "twice"],
)
def test_what_is_no_header_is_not_taken_for_one(rows: list[list[str]]) -> None:
    assert find_header(rows) is None


def test_the_numbers_of_the_rows_need_no_name() -> None:
    assert find_header([["", "id", "day"], ["0", "A", "2024-01-01"]]) == 0


def test_a_title_above_thousands_of_columns_hides_nothing(opened: Callable) -> None:
    wide = ",".join(f"c{number}" for number in range(5000)) + "\n" + "1," * 4999 + "1\n"
    with pytest.raises(WorkbenchError, match="more than 1000 columns"):
        opened("Title\n" + wide)


def test_a_header_of_two_rows_is_one_where_it_is_said(opened: Callable) -> None:
    text = "Invoices\nInvoice;Payment;;Reminder\n;Day;Amount;Day\nA1;2024-03-15;1,5;2024-03-10\n"
    table, rows = opened(text, skip=1, header_rows=2)
    assert [column.name for column in table.columns] == [
        "Invoice",
        "Payment Day",
        "Payment Amount",
        "Reminder Day",
    ]
    assert (rows, table.first_row) == ([("A1", "2024-03-15", "1,5", "2024-03-10")], 4)
