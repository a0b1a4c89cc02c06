"""Workbooks: the right sheet, the right header, cells as they are shown, and nothing lost without a word."""

from __future__ import annotations

import re
import struct
import tomllib
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from workbench.connect.new import new_project
from workbench.connect.readers import Options, open_file
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import WorkbenchError

MILLIS = "dd/mm/yyyy hh:mm:ss.000"
FILES = Path(__file__).parent / "files"
LOG = [
    ["case", "activity", "time"],
    ["A1", "ask", datetime(2024, 3, 15, 10, 20)],
    ["A1", "end", date(2024, 3, 16)],
]
Rows = tuple[SourceTable, list[tuple[Any, ...]]]


def write(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], **options: Any) -> Path:
    """A workbook of sheets of rows; a pair is a value and its number format."""
    book = xlsxwriter.Workbook(
        str(path), {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False, **options}
    )
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, tuple):
                    sheet.write(number, place, value[0], book.add_format({"num_format": value[1]}))
                elif value is not None:
                    sheet.write(number, place, value)
    book.close()
    return path


@pytest.fixture
def sheet(stage: Stage, tmp_path: Path) -> Callable[..., Rows]:
    """Opens a workbook of one sheet with these rows: its table, and all its rows."""

    def opening(rows: Sequence[Sequence[Any]], **options: Any) -> Rows:
        return read(stage, write(tmp_path / "book.xlsx", {"Data": rows}), **options)

    return opening


def read(stage: Stage, path: Path, **options: Any) -> Rows:
    table = open_file(stage, path, Options(**options))
    cells = ", ".join(column.sql for column in table.columns)
    return table, stage.rows(f"SELECT {cells} FROM {table.relation} ORDER BY row")


def names(table: SourceTable) -> list[str]:
    return [column.name for column in table.columns]


def rules(table: SourceTable) -> list[str]:
    return [one.rule for one in table.findings]


def test_cells_are_read_as_they_are_shown(sheet: Callable[..., Rows]) -> None:
    table, rows = sheet(
        [
            ["id", "price", "day", "moment", "clock", "span", "yes", "text"],
            [123, 1.5, date(2024, 3, 15), (datetime(2024, 3, 15, 10, 20, 30), "dd/mm/yyyy hh:mm:ss"),
             (time(10, 20), "hh:mm"), (timedelta(hours=30), "[h]:mm"), True, "=cmd|' /C calc'!A0"],
            ["00123", 0.1 + 0.2, date(2024, 3, 16), (datetime(2024, 3, 15, 10, 20, 30, 250_000), MILLIS),
             None, None, False, " NA "],
        ]
    )  # fmt: skip
    assert rows == [
        (
            "123",
            "1.5",
            "2024-03-15",
            "2024-03-15 10:20:30",
            "10:20:00",
            "30:00:00",
            "TRUE",
            "=cmd|' /C calc'!A0",
        ),
        ("00123", "0.3", "2024-03-16", "2024-03-15 10:20:30.25", None, None, "FALSE", " NA "),
    ]
    assert (table.first_row, table.settings, table.points) == (2, {"sheet": "Data"}, {"price"})
    assert table.findings == ()


def test_a_number_of_three_decimals_has_one_reading(sheet: Callable[..., Rows]) -> None:
    table, rows = sheet([["day", "rate"], [date(2024, 3, 15), 1.085], [date(2024, 3, 16), 1.092]])
    assert [row[1] for row in rows] == ["1.085", "1.092"]
    assert table.points == {"rate"}
    mixed, _ = sheet([["day", "rate"], [date(2024, 3, 15), 1.085], [date(2024, 3, 16), "1.092"]])
    assert mixed.points == frozenset()


def test_numbers_shown_with_leading_zeros_keep_them(sheet: Callable[..., Rows]) -> None:
    table, rows = sheet([["customer", "day"], [(123, "00000"), date(2024, 3, 15)], [77, date(2024, 3, 15)]])
    assert [row[0] for row in rows] == ["00123", "77"]
    (note,) = table.findings
    assert (note.rule, note.severity, note.count) == ("leading_zeros", "note", 1)


def test_digits_that_no_spreadsheet_keeps_are_told(sheet: Callable[..., Rows]) -> None:
    table, rows = sheet(
        [["id", "day"], [123456789012345, date(2024, 3, 15)], [1234567890123456, date(2024, 3, 15)]]
    )
    assert rows[0][0] == "123456789012345"
    (finding,) = table.findings
    assert (finding.rule, finding.severity, finding.count, finding.data) == (
        "lost_digits",
        "warn",
        1,
        {"rows": [3]},
    )


def test_errors_in_cells_are_counted_and_told_with_their_place(stage: Stage, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "book.xlsx"))
    sheet = book.add_worksheet("Data")
    sheet.write_row(0, 0, ["id", "amount"])
    for row in range(1, 8):
        sheet.write(row, 0, f"A{row}")
        sheet.write_formula(row, 1, "=1/0", None, "#DIV/0!" if row % 2 else "#N/A")
    book.close()
    table, rows = read(stage, tmp_path / "book.xlsx")
    assert {row[1] for row in rows} == {None}
    (finding,) = table.findings
    assert (finding.rule, finding.severity, finding.count) == ("error_cells", "warn", 7)
    assert finding.data["errors"] == {"#DIV/0!": 4, "#N/A": 3}
    assert finding.data["first"][0] == "B2 #DIV/0!"


def test_formulas_that_nobody_computed_are_counted_and_told_with_their_place(
    stage: Stage, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["id", "amount", "note"])
    for row in range(2, 9):
        sheet.append([f"A{row}", f"=1+{row}", "text"])
    book.save(tmp_path / "book.xlsx")
    table, rows = read(stage, tmp_path / "book.xlsx")
    assert {row[1] for row in rows} == {None}
    (finding,) = table.findings
    assert (finding.rule, finding.severity, finding.count) == ("uncomputed_formulas", "warn", 7)
    assert finding.data["first"][:2] == ["Sheet!B2", "Sheet!B3"]
    assert "Open the file in the spreadsheet program and save it" in str(finding.remedy)


def test_formulas_with_a_value_are_no_finding(stage: Stage, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "book.xlsx"))
    sheet = book.add_worksheet("Data")
    sheet.write_row(0, 0, ["id", "amount", "empty"])
    for row in range(1, 4):
        sheet.write(row, 0, f"A{row}")
        sheet.write_formula(row, 1, "=1+1", None, 2)
        sheet.write_formula(row, 2, '=IF(1,"","")', None, "")
    book.close()
    content = rewritten(
        tmp_path / "book.xlsx",
        lambda xml: re.sub(
            r'<c r="(C\d)"[^>]*><f>([^<]*)</f><v>[^<]*</v>', r'<c r="\1" t="str"><f>\2</f><v></v>', xml
        ),
    )
    assert 't="str"><f>IF(1,"","")</f><v></v></c>' in content
    table, rows = read(stage, tmp_path / "book.xlsx")
    assert [row[1] for row in rows] == ["2", "2", "2"]
    assert table.findings == ()


def rewritten(path: Path, change: Callable[[str], str]) -> str:
    """The XML of a workbook's first sheet, changed in the file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    xml = change(parts["xl/worksheets/sheet1.xml"].decode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else content)
    return xml


def test_titles_above_the_header_and_totals_below_are_no_rows(sheet: Callable[..., Rows]) -> None:
    table, rows = sheet(
        [
            ["Receivables"],
            ["Company", "ACME"],
            [],
            ["id", "day", "amount"],
            ["A1", date(2024, 3, 15), 10],
            [],
            ["A2", date(2024, 3, 16), 20.5],
            [None, None, None],
            ["Total", None, 30.5],
        ]
    )
    assert rows == [("A1", "2024-03-15", "10"), ("A2", "2024-03-16", "20.5")]
    assert table.settings == {"sheet": "Data", "skip": 3}
    assert rules(table) == ["title_rows", "trailing_total"]
    assert table.dropped == {"trailing_total": 1}
    assert [table.at(row) for row in (0, 1)] == [("book.xlsx", 5), ("book.xlsx", 7)]
    again, same = sheet([["x"], ["id", "day"], ["A1", date(2024, 3, 15)]], skip=1)
    assert (names(again), same, rules(again)) == (["id", "day"], [("A1", "2024-03-15")], [])


def test_two_rows_of_a_header_become_one(stage: Stage, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "book.xlsx"), {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Data")
    sheet.write(0, 0, "Invoices of March")
    sheet.merge_range("A3:A4", "Invoice")
    sheet.merge_range("B3:C3", "Payment")
    sheet.merge_range("D3:E3", "Reminder")
    sheet.write_row(3, 1, ["Day", "Amount", "Day", "Level"])
    sheet.write_row(4, 0, ["A1", date(2024, 3, 15), 10, date(2024, 3, 10), 1])
    book.close()
    table, rows = read(stage, tmp_path / "book.xlsx")
    assert names(table) == ["Invoice", "Payment Day", "Payment Amount", "Reminder Day", "Reminder Level"]
    assert rows == [("A1", "2024-03-15", "10", "2024-03-10", "1")]
    assert table.settings == {"sheet": "Data", "skip": 2, "header_rows": 2}
    again, same = read(stage, tmp_path / "book.xlsx", sheet="Data", skip=2, header_rows=2)
    assert (names(again), same, again.findings) == (names(table), rows, ())


def test_a_title_merged_across_the_table_heads_nothing(stage: Stage, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "book.xlsx"), {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Data")
    sheet.merge_range("A1:B1", "Report")
    sheet.write_row(1, 0, ["id", "day", "amount"])
    sheet.write_row(2, 0, ["A1", date(2024, 3, 15), 10])
    book.close()
    table, _ = read(stage, tmp_path / "book.xlsx")
    assert (names(table), table.settings) == (["id", "day", "amount"], {"sheet": "Data", "skip": 1})


def test_the_first_sheet_that_holds_a_table_is_read_and_the_others_named(
    stage: Stage, tmp_path: Path
) -> None:
    sheets = {
        "Read me": [["What this is"]],
        "Legend": [["code", "means"], ["x", "closed"]],
        "Log": LOG,
        "More": [["case", "note", "time"], *LOG[1:]],
    }
    table, rows = read(stage, write(tmp_path / "book.xlsx", sheets))
    assert (len(rows), table.settings["sheet"]) == (2, "Log")
    (note,) = table.findings
    assert (note.rule, note.data["others"]) == ("sheet", ["Read me", "Legend", "More"])
    table, rows = read(stage, tmp_path / "book.xlsx", sheet="Legend")
    assert (rows, table.findings) == ([("x", "closed")], ())
    with pytest.raises(WorkbenchError, match=r"Unknown sheet 'Lgend'.*Did you mean 'Legend'"):
        read(stage, tmp_path / "book.xlsx", sheet="Lgend")


def test_a_hidden_sheet_is_read_only_by_name(stage: Stage, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "book.xlsx"), {"default_date_format": "dd/mm/yyyy"})
    for name in ("Old", "New"):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["id", "day"])
        sheet.write_row(1, 0, [name, date(2024, 3, 15)])
        if name == "Old":
            sheet.hide()
        else:
            sheet.activate()
            sheet.set_first_sheet()
    book.close()
    assert read(stage, tmp_path / "book.xlsx")[1] == [("New", "2024-03-15")]
    assert read(stage, tmp_path / "book.xlsx", sheet="Old")[1] == [("Old", "2024-03-15")]


def test_days_since_1904(stage: Stage, tmp_path: Path) -> None:
    path = write(tmp_path / "book.xlsx", {"Data": LOG}, date_1904=True)
    assert [row[2] for row in read(stage, path)[1]] == ["2024-03-15 10:20:00", "2024-03-16"]
    assert read(stage, FILES / "days1904.xls")[1] == [("a", "2024-03-15")]


def test_the_older_format(stage: Stage) -> None:
    table, rows = read(stage, FILES / "small.xls")
    assert rows == [
        ("123", "2024-03-15", "2024-03-15 10:20:30", "1.5", "TRUE"),
        ("00123", "2024-03-16", "2024-03-16 00:00:01", "20", "FALSE"),
    ]
    assert table.settings == {"sheet": "Data"}


def ods(path: Path, rows: str) -> Path:
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    extended = ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content{names}{extended}><office:body><office:spreadsheet>"
            f'<table:table table:name="Data">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def cell(kind: str, value: str, text: str) -> str:
    return f'<table:table-cell office:value-type="{kind}" office:{value}><text:p>{text}</text:p></table:table-cell>'


def test_open_document(stage: Stage, tmp_path: Path) -> None:
    head = "".join(cell("string", f'string-value="{name}"', name) for name in ("id", "day", "n"))
    row = cell("float", 'value="123"', "00123") + cell("date", 'date-value="2024-03-15"', "15/03/24")
    error = cell("string", 'string-value=""', "#N/A").replace(" ", ' calcext:value-type="error" ', 1)
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    path = ods(
        tmp_path / "book.ods",
        f"<table:table-row>{head}</table:table-row><table:table-row>{row}{error}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048000">{empty}</table:table-row>',
    )
    table, rows = read(stage, path)
    assert rows == [("123", "2024-03-15", rows[0][2])]
    (finding,) = table.findings
    assert (finding.rule, finding.data["first"]) == ("error_cells", ["C2 #N/A"])


def test_a_formula_of_an_open_document_that_nobody_computed(stage: Stage, tmp_path: Path) -> None:
    head = "".join(cell("string", f'string-value="{name}"', name) for name in ("id", "day", "n"))
    row = cell("string", 'string-value="A1"', "A1") + cell("date", 'date-value="2024-03-15"', "15/03/24")
    formula = '<table:table-cell table:formula="of:=[.A1]"/>'
    rows = f"<table:table-row>{head}</table:table-row><table:table-row>{row}{formula}</table:table-row>"
    table, _ = read(stage, ods(tmp_path / "book.ods", rows))
    (finding,) = table.findings
    assert (finding.rule, finding.count) == ("uncomputed_formulas", 1)
    assert finding.data["first"][0].endswith("!C2")


def record(kind: int, body: bytes = b"") -> bytes:
    """A record of a binary workbook: kind and length in sevens of bits."""
    head = bytes([kind & 0x7F | 0x80, kind >> 7]) if kind > 127 else bytes([kind])
    return head + bytes([len(body)]) + body


def letters(text: str) -> bytes:
    return len(text).to_bytes(4, "little") + text.encode("utf-16-le")


def xlsb(path: Path, rows: Sequence[Sequence[str | float | bytes]], *, last: int | None = None) -> Path:
    """A binary workbook of texts, numbers and codes of errors; its last row may be far below the others."""
    sheet = record(129) + record(148, bytes(16)) + record(145)
    for number, row in enumerate(rows):
        place = last if last is not None and number == len(rows) - 1 else number
        sheet += record(0, place.to_bytes(4, "little") + bytes(13))
        for column, value in enumerate(row):
            head = column.to_bytes(4, "little") + bytes(4)
            if isinstance(value, str):
                sheet += record(6, head + letters(value))
            elif isinstance(value, bytes):
                sheet += record(3, head + value)
            else:
                sheet += record(5, head + struct.pack("<d", value))
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{link}" '
            'Target="worksheets/sheet1.bin"/></Relationships>',
        )
        bundle = record(156, bytes(4) + (1).to_bytes(4, "little") + letters("r1") + letters("Data"))
        workbook = record(131) + record(153, bytes(12)) + record(143) + bundle + record(144) + record(132)
        archive.writestr("xl/workbook.bin", workbook)
        archive.writestr("xl/worksheets/sheet1.bin", sheet + record(146) + record(130))
    return path


def test_the_binary_format(stage: Stage, tmp_path: Path) -> None:
    made = [["id", "amount"], ["A1", 1.5], ["A2", b"\x2a"], ["A3", 2.0]]
    table, rows = read(stage, xlsb(tmp_path / "book.xlsb", made))
    assert rows == [("A1", "1.5"), ("A2", None), ("A3", "2")]
    (finding,) = table.findings
    assert (finding.rule, finding.data["first"]) == ("error_cells", ["B3 #N/A"])
    with pytest.raises(WorkbenchError, match="reaches to column 2 and row 9000001"):
        read(stage, xlsb(tmp_path / "far.xlsb", made, last=9_000_000))


def test_errors_in_the_older_format(stage: Stage) -> None:
    table, rows = read(stage, FILES / "errors.xls")
    assert rows == [("a", None), ("b", None), ("c", "2024-03-15")]
    (finding,) = table.findings
    assert (finding.count, finding.data["first"]) == (2, ["B2 #N/A", "B3 #DIV/0!"])


@pytest.mark.parametrize("name", ["book.csv", "book.xls", "book.parquet", "book", "book.XLSX", "bo[o]k.xlsx"])
def test_what_is_in_the_file_counts_and_not_its_name(stage: Stage, tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "made.xlsx", {"Data": LOG}).rename(tmp_path / name)
    table, rows = read(stage, path)
    assert (len(rows), table.where) == (2, name)


def test_text_that_is_called_a_workbook_is_text(opened: Callable) -> None:
    _, rows = opened("id\tday\n00123\t2024-03-15\n", name="export.xls")
    assert rows == [("00123", "2024-03-15")]


def test_a_sheet_without_a_table_is_refused(sheet: Callable[..., Rows]) -> None:
    with pytest.raises(WorkbenchError, match="There is no data table in the sheets 'Data'"):
        sheet([["stage", "Won", None, None], [None, "Qtr4", "Qtr3", "Qtr2"], ["Count", 1196, 1257, 1254]])
    with pytest.raises(WorkbenchError, match="There is no data table"):
        sheet([["id", "day"]])
    with pytest.raises(WorkbenchError, match="There is no data table"):
        sheet([])


def test_many_rows_keep_their_order_and_numbers(
    sheet: Callable[..., Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.connect.readers.excel._BATCH", 7)
    table, rows = sheet([["id", "n"], *([f"A{number}", number / 4] for number in range(100))])
    assert rows == [(f"A{number}", f"{number / 4:g}") for number in range(100)]
    assert (table.points, table.at(99)) == ({"n"}, ("book.xlsx", 101))


def test_a_project_of_a_workbook(tmp_path: Path) -> None:
    write(tmp_path / "book.xlsx", {"About": [["us"]], "Log": [["Our desk"], [], *LOG]})
    new_project(tmp_path / "p", process="any-process", sources=[tmp_path / "book.xlsx"])
    (source,) = tomllib.loads((tmp_path / "p" / "project.toml").read_text(encoding="utf-8"))["sources"]
    assert (source["sheet"], source["skip"], source["kind"]) == ("Log", 2, "events")


def test_a_large_sheet_is_read_in_slices_to_the_same_end(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "book.xlsx"), {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Data")
    zeros = book.add_format({"num_format": "0000"})
    sheet.merge_range("C3:D3", "Step")
    sheet.merge_range("B3:B4", "Id")
    sheet.write_row(3, 2, ["Day", "Name"])
    for row in range(4, 2000):
        sheet.write_number(row, 1, row, zeros)
        if row % 3:
            sheet.write(row, 2, date(2024, 3, 15))
        if row > 1500:
            sheet.write(row, 3, f"step {row}")
    sheet.write(2010, 1, 7)
    book.add_worksheet("Other")
    book.close()
    whole, rows = read(stage, tmp_path / "book.xlsx")
    monkeypatch.setattr("workbench.connect.readers.slices.LARGE_SHEET", 20_000)
    sliced, same = read(stage, tmp_path / "book.xlsx")
    assert len(rows) == 1997
    assert same == rows
    assert names(sliced) == ["Id", "Step Day", "Step Name"] == names(whole)
    assert (sliced.settings, sliced.findings) == (whole.settings, whole.findings)
    assert [sliced.at(row) for row in (0, 1995, 1996)] == [("book.xlsx", row) for row in (5, 2000, 2011)]
    assert [whole.at(row) for row in (0, 1995, 1996)] == [("book.xlsx", row) for row in (5, 2000, 2011)]


def test_a_workbook_under_a_password_is_refused(stage: Stage, tmp_path: Path) -> None:
    """What Excel writes then is an older file that holds nothing but an encrypted package."""
    data = bytearray((FILES / "small.xls").read_bytes())
    place = data.find("Workbook".encode("utf-16-le"))
    name = "EncryptedPackage".encode("utf-16-le")
    data[place : place + 66] = name + bytes(64 - len(name)) + (len(name) + 2).to_bytes(2, "little")
    (tmp_path / "locked.xlsx").write_bytes(data)
    with pytest.raises(WorkbenchError, match=r"protected by a password.*locked\.xlsx"):
        read(stage, tmp_path / "locked.xlsx")
