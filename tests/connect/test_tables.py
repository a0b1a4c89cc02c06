"""Files opened as tables: dialects, encodings, what stays text, and what is refused."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.connect import csvfile
from workbench.connect.readers import open_file, open_frame
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError

TABLE = [("00123", "Zoë", "1,5"), ("1E5", "NA", "2,25")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_any_dialect_gives_the_same_cells(opened: Callable, delimiter: str, ends: str, encoding: str) -> None:
    lines = [("id", "name", "amount"), *TABLE]
    text = ends.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines) + ends
    table, rows = opened(text.encode(encoding))
    assert [column.name for column in table.columns] == ["id", "name", "amount"]
    assert rows == TABLE


def test_identifiers_and_words_for_nothing_stay_text(opened: Callable) -> None:
    _, rows = opened("a,b\n00123,null\n1E5,NA\n0x1F,None\n1.0,NaN\n")
    assert rows == [("00123", "null"), ("1E5", "NA"), ("0x1F", "None"), ("1.0", "NaN")]


def test_a_decimal_comma_does_not_hide_a_semicolon(opened: Callable) -> None:
    table, rows = opened("a;b\n1,5;2,5\n2,5;3,5\n")
    assert [column.name for column in table.columns] == ["a", "b"]
    assert rows[0] == ("1,5", "2,5")


def test_text_that_looks_like_a_formula_or_a_comment_is_kept_verbatim(opened: Callable) -> None:
    _, rows = opened("a,b\n#1,=cmd|' /C calc'!A0\n'x',it's\n")
    assert rows == [("#1", "=cmd|' /C calc'!A0"), ("'x'", "it's")]


def test_quotes_line_breaks_and_nul_inside_cells(opened: Callable) -> None:
    _, rows = opened('a,b\n1,"two\nlines"\n2,"he said ""no"""\n3,x\x00y\n')
    assert rows == [("1", "two\nlines"), ("2", 'he said "no"'), ("3", "x\x00y")]


def test_quotes_escaped_by_a_backslash(opened: Callable) -> None:
    _, rows = opened('"a","b"\n"1","say \\"x\\", then"\n"2","y"\n')
    assert rows == [("1", 'say "x", then'), ("2", "y")]


@pytest.mark.parametrize(
    "name",
    [
        'na"me',
        "a;b",
        "x'); DROP TABLE t; --",
        "select",
        "名 称",
        "c1",
        "row",
        "Zeit\tstempel",
        "${HOME}",
        "a.b",
    ],
)
def test_hostile_header_names_are_names(opened: Callable, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    table, rows = opened(f"id,{quoted}\n1,x\n2,y\n")
    assert [column.name for column in table.columns] == ["id", name]
    assert rows == [("1", "x"), ("2", "y")]


def test_names_that_differ_by_case_or_not_at_all_stay_apart(opened: Callable) -> None:
    table, rows = opened("Time,time,time,id\n1,2,3,4\n")
    assert [column.name for column in table.columns] == ["Time", "time", "time (2)", "id"]
    assert rows == [("1", "2", "3", "4")]
    assert table.column("time").sql == table.columns[1].sql
    assert table.column("ID").name == "id"


@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_one_nameless_column_is_an_index_and_empty_ones_are_left_out(
    opened: Callable, monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    if large:
        monkeypatch.setattr(csvfile, "LARGE", 0)
    table, _ = opened(",id,x,,\n0,1,a,,\n1,2,b,,\n")
    assert [column.name for column in table.columns] == ["(no name)", "id", "x"]


def test_line_ends_of_several_kinds_in_one_file(opened: Callable) -> None:
    _, rows = opened("a,b\n1,x\r\n2,y\r3,z\n")
    assert rows == [("1", "x"), ("2", "y"), ("3", "z")]


def test_lines_above_the_header_are_skipped_when_declared(opened: Callable) -> None:
    table, rows = opened("Report of March\n\nid,x\n1,a\n", skip=2)
    assert [column.name for column in table.columns] == ["id", "x"]
    assert rows == [("1", "a")]
    assert table.first_row == 4


def test_an_unusual_delimiter_can_be_declared(opened: Callable) -> None:
    _, rows = opened("a^b\n1^x, y\n", delimiter="^")
    assert rows == [("1", "x, y")]


def test_the_encoding_taken_is_told_with_a_sample(opened: Callable) -> None:
    table, rows = opened("id;Prénom\n1;Jörgen\n".encode("cp1252"))
    assert rows == [("1", "Jörgen")]
    (note,) = table.findings
    assert (note.rule, note.severity, note.data["encoding"]) == ("encoding", "note", "cp1252")
    assert "Jörgen" in note.message


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "发票编号,活动名称\n1,发票生成\n2,收款\n"),
        ("cp1251", "Счёт,Дата\n1,Оплата получена\n2,Счёт выставлен\n"),
        ("cp1250", "Faktura,Opis\n1,Zażółć gęślą jaźń\n2,Wpłata częściowa\n"),
        ("cp1252", "Número,Descripción\n1,Disputa señalada\n2,Límite de crédito\n"),
    ],
)
def test_encodings_are_recognised(opened: Callable, encoding: str, text: str) -> None:
    table, rows = opened(text.encode(encoding))
    header, *lines = [tuple(line.split(",")) for line in text.splitlines()]
    assert tuple(column.name for column in table.columns) == header
    assert rows == lines


def test_a_declared_encoding_holds_or_is_refused(opened: Callable) -> None:
    _, rows = opened("id,x\n1,é\n".encode("latin-1"), encoding="latin-1")
    assert rows == [("1", "é")]
    with pytest.raises(WorkbenchError, match="not in the declared encoding 'utf-8'"):
        opened("id,x\n1,é\n".encode("latin-1"), encoding="utf-8")
    with pytest.raises(WorkbenchError, match=r"Unknown encoding 'cp125'.*Did you mean"):
        opened("id,x\n1,é\n", encoding="cp125")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "The file is empty"),
        ("a,b\n", "a header and no rows"),
        ("only\n1\n2\n", "no comma, semicolon, tab or bar"),
        ("a,b,c\n1,2\n3,4,5\n", "row 1 has 3 cells and row 2 has 2"),
        ("a;b\n1;2\n1;2;3\n", "row 1 has 2 cells and row 3 has 3"),
        (
            "stage,Won,,,\n,Qtr4,Qtr3,Qtr2,Qtr1\nCount,1196,1257,1254,531\n",
            "3 of 5 columns with values have no name in row 1",
        ),
        ("2024-01-01,A,1\n2024-01-02,B,2\n", "data where the names of the columns should be"),
        ("17,A,1\n18,B,2\n", "data where the names of the columns should be"),
        ("a,b\n" + "1,x\n" * 30_000 + "1,x,y\n", "3 cells where the header has 2.*line 30002"),
        ("a,b\n" + "1,x\n" * 30_000 + '1,"x\n', "A quotation mark is opened and not closed.*line 30002"),
        ("a,b\n" + '1,"' + "x" * 20_000_000 + '"\n', "A row is longer than 16 MB"),
        (
            ",".join(f"c{n}" for n in range(50_000)) + "\n" + "1," * 49_999 + "1\n",
            "first row has 50000 cells",
        ),
    ],
    ids=[
        "empty",
        "header",
        "one",
        "short",
        "long",
        "pivot",
        "dates",
        "numbers",
        "late",
        "quote",
        "huge",
        "wide",
    ],
)
@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_what_holds_no_table_is_refused_with_reason_and_place(
    opened: Callable, monkeypatch: pytest.MonkeyPatch, content: str, expected: str, large: bool
) -> None:
    if large:
        monkeypatch.setattr(csvfile, "LARGE", 0)
    with pytest.raises(WorkbenchError, match=expected) as error:
        opened(content)
    assert "file.csv" in str(error.value)
    assert "\n" not in str(error.value)


def test_other_kinds_of_files_are_told_apart(opened: Callable) -> None:
    for name in ("log.xlsx", "log.csv"):
        with pytest.raises(WorkbenchError, match=r"archive is damaged.*" + name):
            opened(b"PK\x03\x04...", name=name)
    with pytest.raises(WorkbenchError, match="cannot be read as Parquet"):
        opened(b"PAR1 and nothing more", name="log.parquet")
    with pytest.raises(WorkbenchError, match=r"in no text encoding|no data table|Quotation|cannot be read"):
        opened(bytes(range(256)) * 50, name="log.csv")


def test_a_missing_file_is_told(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match="There is no such file"):
        open_file(stage, tmp_path / "none.csv")


def test_parquet_keeps_types_and_names(stage: Stage, tmp_path: Path) -> None:
    table = pa.table({"Id": ["00123"], "n": [1.5], "file": ["x"], "tags": [["a", "b"]]})
    pq.write_table(table, tmp_path / "t.parquet")
    found = open_file(stage, tmp_path / "t.parquet")
    assert [(one.name, one.type) for one in found.columns] == [
        ("Id", "VARCHAR"),
        ("n", "DOUBLE"),
        ("file", "VARCHAR"),
        ("tags", "VARCHAR"),
    ]
    assert stage.rows(f"SELECT row, c0, c1, c3 FROM {found.relation}") == [(0, "00123", 1.5, "[a, b]")]


def test_parquet_with_a_column_of_the_readers_own_name(stage: Stage, tmp_path: Path) -> None:
    pq.write_table(pa.table({"file_row_number": [7, 8], "x": ["a", "b"]}), tmp_path / "t.parquet")
    found = open_file(stage, tmp_path / "t.parquet")
    assert stage.rows(f"SELECT row, c0, c1 FROM {found.relation} ORDER BY row") == [(0, 7, "a"), (1, 8, "b")]


def test_a_frame_of_mixed_objects_becomes_text(stage: Stage) -> None:
    frame = pd.DataFrame({"v": [1, "x", None], 'na"me; drop': ["a", "b", "c"]})
    found = open_frame(stage, frame)
    assert [(one.name, one.type) for one in found.columns] == [("v", "VARCHAR"), ('na"me; drop', "VARCHAR")]
    assert stage.rows(f"SELECT c0, c1 FROM {found.relation} ORDER BY row") == [
        ("1", "a"),
        ("x", "b"),
        (None, "c"),
    ]
    assert list(frame["v"]) == [1, "x", None]


def test_a_frame_with_two_columns_of_one_name_is_refused(stage: Stage) -> None:
    with pytest.raises(WorkbenchError, match="Two columns are called 'a'"):
        open_frame(stage, pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_an_unknown_column_names_the_nearest(opened: Callable) -> None:
    table, _ = opened("invoiceNumber,x\n1,2\n")
    with pytest.raises(WorkbenchError, match=r"Unknown column 'invoiceNumbr'.*Did you mean 'invoiceNumber'"):
        table.column("invoiceNumbr")


def test_a_byte_order_mark_is_no_part_of_a_name(opened: Callable) -> None:
    table, _ = opened(codecs.BOM_UTF8 + b"id,x\n1,2\n")
    assert table.columns[0].name == "id"


@pytest.mark.parametrize("name", ["log[1].csv", "lo?.csv", "*.csv", "it's (2).csv", "名.csv"])
def test_a_file_may_be_called_anything(opened: Callable, tmp_path: Path, name: str) -> None:
    (tmp_path / "log1.csv").write_text("other,file\n8,9\n", encoding="utf-8")
    table, rows = opened("a,b\n1,2\n", name=name)
    assert ([column.name for column in table.columns], rows) == (["a", "b"], [("1", "2")])
    assert table.where == name


def test_a_parquet_file_may_be_called_anything(stage: Stage, tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "log1.parquet")
    pq.write_table(pa.table({"b": [2]}), tmp_path / "log[1].parquet")
    assert open_file(stage, tmp_path / "log[1].parquet").columns[0].name == "b"
