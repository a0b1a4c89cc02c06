"""Reports called `.xls` that are Excel's XML of 2003 or a page of HTML: read as the sheets that programs show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.connect.readers import Options, open_file
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import WorkbenchError

SPREADSHEET = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{sheets}</Workbook>'
)


def cell(value: str, kind: str = "String", more: str = "") -> str:
    return f'<Cell{more}><Data ss:Type="{kind}">{value}</Data></Cell>'


def worksheet(name: str, *rows: str) -> str:
    return f'<Worksheet ss:Name="{name}"><Table>{"".join(rows)}</Table></Worksheet>'


def row(*cells: str, more: str = "") -> str:
    return f"<Row{more}>{''.join(cells)}</Row>"


HEAD = row(cell("Document"), cell("Day"), cell("Amount"), cell("Paid"))


def rows_of(stage: Stage, table: SourceTable) -> list[tuple[Any, ...]]:
    return stage.rows(f"SELECT * EXCLUDE row FROM {table.relation} ORDER BY row")


def opened(
    stage: Stage, path: Path, content: str | bytes, options: Options | None = None
) -> tuple[SourceTable, list[tuple[Any, ...]]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    table = open_file(stage, path, options or Options())
    return table, rows_of(stage, table)


def test_a_spreadsheet_in_xml_keeps_types_and_places(stage: Stage, tmp_path: Path) -> None:
    day = cell("2026-03-04T00:00:00.000", "DateTime")
    sheets = worksheet(
        "Results",
        HEAD,
        row(cell("00123"), day, cell("1234.5", "Number"), cell("1", "Boolean")),
        row(cell("=2+3"), cell("-7", "Number", ' ss:Index="3"'), more=' ss:Index="4"'),
    )
    table, rows = opened(stage, tmp_path / "ns.xls", SPREADSHEET.format(sheets=sheets))
    assert [one.name for one in table.columns] == ["Document", "Day", "Amount", "Paid"]
    assert rows == [("00123", "2026-03-04", "1234.5", "TRUE"), ("=2+3", None, "-7", None)]
    assert table.where == "ns.xls"
    assert [(place.row, place.first_row) for place in table.places] == [(1, 4)]


def test_a_sheet_of_several_is_named(stage: Stage, tmp_path: Path) -> None:
    def of(name: str) -> str:
        return worksheet(name, HEAD, row(cell(name), cell("2026-03-04"), cell("1", "Number")))

    text = SPREADSHEET.format(sheets=of("North") + of("South/East"))
    table, rows = opened(stage, tmp_path / "a.xls", text)
    assert rows[0][0] == "North"
    assert {finding.rule for finding in table.findings} == {"alike_sheets"}
    _, rows = opened(stage, tmp_path / "a.xls", text, Options(sheet="South_East"))
    assert rows[0][0] == "South/East"


def test_a_page_is_read_where_its_rows_stand(stage: Stage, tmp_path: Path) -> None:
    page = (
        "<html><body><table><tr><td><table><tr><th>Deal</th><th>Day</th><th>Amount</th></tr>"
        "<tr><td rowspan=2> A&nbsp;1 </td><td>04/03/2026</td><td>1.234,56</td></tr>"
        "<tr><td>05/03/2026</td><td>7,00</td></tr>"
        "<tr><td>=cmd|x</td><td>25/03/2026</td><td>&eacute;</td></tr></table></td></tr></table></body></html>"
    )
    _, rows = opened(stage, tmp_path / "report.xls", page)
    assert rows == [
        ("A 1", "04/03/2026", "1.234,56"),
        (None, "05/03/2026", "7,00"),
        ("=cmd|x", "25/03/2026", "é"),
    ]


def test_a_page_in_another_encoding_and_a_long_text_stay_whole(stage: Stage, tmp_path: Path) -> None:
    text = "ü" * 40_000
    rows = "".join(f"<tr><td>M{n}</td><td>2026-03-0{n}</td><td>{text}</td></tr>" for n in (1, 2))
    page = f"<TABLE><tr><th>Müller</th><th>Day</th><th>Text</th></tr>{rows}</TABLE>"
    table, found = opened(stage, tmp_path / "u.xls", page.encode("utf-16"))
    assert table.columns[0].name == "Müller"
    assert found == [("M1", "2026-03-01", text), ("M2", "2026-03-02", text)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<!DOCTYPE html><html><body><form>Please sign in</form></body></html>", "no table stands in it"),
        (SPREADSHEET.format(sheets=""), "no table stands in it"),
        (
            SPREADSHEET.format(sheets=worksheet("S", HEAD, row(cell("a"), more=' ss:Index="1"'))),
            "stands where no spreadsheet has one",
        ),
        (SPREADSHEET.format(sheets=worksheet("S", HEAD))[:-30], "not well-formed XML"),
        (
            (
                '<?xml version="1.0"?><!DOCTYPE Workbook [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet><Table>'
                "<Row><Cell><Data>&x;</Data></Cell></Row></Table></Worksheet></Workbook>"
            ),
            "declares entities",
        ),
    ],
)
def test_what_holds_no_table_is_refused_by_its_own_name(
    stage: Stage, tmp_path: Path, content: str, message: str
) -> None:
    with pytest.raises(WorkbenchError, match=message) as caught:
        opened(stage, tmp_path / "login.xls", content)
    assert "login.xls" in str(caught.value.where)
    assert caught.value.remedy
