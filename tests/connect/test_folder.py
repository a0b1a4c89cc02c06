"""A folder of monthly files, and deliveries that bring rows again: put together, replaced by key, all accounted for."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from workbench.connect.new import new_project
from workbench.connect.readers import Options, open_file
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import WorkbenchError
from workbench.filesets import fileset, fingerprint

LOG = """
[[sources]]
name = "log"
path = "{path}"
kind = "events"
case = "case"
activity = "activity"
time = "time"
"""


@pytest.fixture
def files(stage: Stage, tmp_path: Path) -> Callable[..., tuple[SourceTable, list[Any]]]:
    """Opens a folder of these files: the table, and all its rows."""

    def opening(contents: dict[str, str], pattern: str = "", **options: Any) -> tuple[SourceTable, list[Any]]:
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_text(content, encoding="utf-8")
        table = open_file(stage, folder / pattern if pattern else folder, Options(**options))
        cells = ", ".join(column.sql for column in table.columns)
        return table, stage.rows(f"SELECT {cells} FROM {table.relation} ORDER BY row")

    return opening


def rules(table: SourceTable) -> list[str]:
    return [one.rule for one in table.findings]


def test_files_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("2026-10.csv", "2026-2.csv", "2026-1.csv", ".hidden.csv", "~$2026-1.xlsx", "b.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "inner").mkdir()
    assert [one.name for one in fileset(tmp_path)] == ["2026-1.csv", "2026-2.csv", "2026-10.csv", "b.txt"]
    assert [one.name for one in fileset(tmp_path / "2026-*.csv")] == [
        "2026-1.csv",
        "2026-2.csv",
        "2026-10.csv",
    ]
    assert fileset(tmp_path / "none-*.csv") == ()
    before = fingerprint(fileset(tmp_path))
    (tmp_path / "b.txt").rename(tmp_path / "c.txt")
    assert fingerprint(fileset(tmp_path)) != before


def test_same_columns_are_put_together_whatever_their_order_and_dialect(files: Callable) -> None:
    table, rows = files({"1.csv": "id,day\nA,2024-01-01\nB,2024-01-02\n", "2.csv": "day;id\n2024-02-01;C\n"})
    assert rows == [("A", "2024-01-01"), ("B", "2024-01-02"), ("C", "2024-02-01")]
    assert [table.at(row) for row in range(3)] == [("1.csv", 2), ("1.csv", 3), ("2.csv", 2)]
    assert rules(table) == ["files"]


def test_columns_that_only_some_files_have_are_told(files: Callable) -> None:
    table, rows = files({"1.csv": "id,day\nA,2024-01-01\n", "2.csv": "id,day,team\nB,2024-02-01,x\n"})
    assert rows == [("A", "2024-01-01", None), ("B", "2024-02-01", "x")]
    (finding,) = [one for one in table.findings if one.rule == "column_not_in_all_files"]
    assert (finding.severity, finding.data) == ("warn", {"column": "team", "files": ["1.csv"]})


def test_a_pattern_chooses_files(files: Callable) -> None:
    contents = {name: f"id,day\n{name},2024-01-01\n" for name in ("a1.csv", "a2.csv", "b1.csv")}
    assert [row[0] for row in files(contents, "a*.csv")[1]] == ["a1.csv", "a2.csv"]
    with pytest.raises(WorkbenchError, match="There is no file in the folder"):
        files(contents, "c*.csv")


FIRST = "id,day,amount\nA,2024-01-01,1\nB,2024-01-02,2\nC,2024-01-03,3\n"
SECOND = "id,day,amount\nB,2024-01-02,2\nC,2024-01-03,30\nD,2024-02-01,4\n"


def test_later_deliveries_replace_rows_by_their_key_and_say_how_many(files: Callable) -> None:
    table, rows = files({"1.csv": FIRST, "2.csv": SECOND}, replaces=("id",))
    assert rows == [
        ("A", "2024-01-01", "1"),
        ("B", "2024-01-02", "2"),
        ("C", "2024-01-03", "30"),
        ("D", "2024-02-01", "4"),
    ]
    (finding,) = [one for one in table.findings if one.rule == "deliveries"]
    assert finding.data == {"replaced": 1, "unchanged": 1, "new": 1}
    assert table.dropped == {"replaced": 1, "came_again": 1}
    assert [table.at(row) for row in range(4)] == [("1.csv", 2), ("2.csv", 2), ("2.csv", 3), ("2.csv", 4)]


def test_all_rows_of_a_key_are_replaced_together_and_rows_without_one_stay(files: Callable) -> None:
    first = "id,step\nA,1\nA,2\n,3\nB,1\n"
    table, rows = files({"1.csv": first, "2.csv": "id,step\nA,9\n,3\n"}, replaces=("id",))
    assert rows == [(None, "3"), ("B", "1"), ("A", "9"), (None, "3")]
    assert table.dropped == {"replaced": 2}


def test_rows_that_stand_in_two_files_are_told_where_no_key_is_named(files: Callable) -> None:
    table, rows = files({"1.csv": FIRST, "2.csv": SECOND})
    assert len(rows) == 6
    (finding,) = [one for one in table.findings if one.rule == "rows_in_several_files"]
    assert (finding.count, finding.severity) == (1, "warn")


def test_an_unknown_key_names_the_nearest_column(files: Callable) -> None:
    with pytest.raises(WorkbenchError, match=r"Unknown column 'idd'.*Did you mean 'id'"):
        files({"1.csv": FIRST, "2.csv": SECOND}, replaces=("idd",))


def test_values_that_cannot_be_read_name_their_file(read: Callable, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    day = "case,activity,time\n" + "A,x,2024-01-01\n" * 20
    (tmp_path / "in" / "1.csv").write_text(day, encoding="utf-8")
    (tmp_path / "in" / "2.csv").write_text(day.replace("A", "B", 1) + "C,x,soon\n", encoding="utf-8")
    found = read({}, LOG.format(path="in"))
    assert "'soon' in row 22 (2.csv)" in found.finding("unparseable_date").message
    (account,) = found.log.accounting
    assert (account.rows_in, account.rows_kept) == (41, 40)


def test_the_account_of_a_project_adds_up(read: Callable, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    head = "case,activity,time\n"
    (tmp_path / "in" / "1.csv").write_text(head + "A,x,2024-01-01\nB,x,2024-01-02\n", encoding="utf-8")
    (tmp_path / "in" / "2.csv").write_text(head + "B,x,2024-01-05\nC,,2024-01-06\n", encoding="utf-8")
    found = read({}, LOG.format(path="in") + 'replaces = "case"\n')
    (account,) = found.log.accounting
    assert (account.rows_in, account.rows_kept) == (4, 2)
    assert account.dropped == {"missing_activity": 1, "replaced": 1}
    assert [(case, str(day)[:10]) for case, day in found.events("case_id", "time")] == [
        ("A", "2024-01-01"),
        ("B", "2024-01-05"),
    ]


def test_a_project_over_a_folder_is_prepared_anew_when_a_file_comes(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    month = "case,activity,time\nA{n},ask,2024-0{n}-01\nA{n},end,2024-0{n}-02\n"
    for number in (1, 2):
        (tmp_path / "in" / f"{number}.csv").write_text(month.format(n=number), encoding="utf-8")
    new_project(tmp_path / "p", process="any-process", sources=[tmp_path / "in"])
    (source,) = tomllib.loads((tmp_path / "p" / "project.toml").read_text(encoding="utf-8"))["sources"]
    assert (source["name"], source["kind"]) == ("in", "events")
    assert wb.open(tmp_path / "p").size().cases == 2
    (tmp_path / "in" / "3.csv").write_text(month.format(n=3), encoding="utf-8")
    assert wb.open(tmp_path / "p").size().cases == 3
    shutil.rmtree(tmp_path / "in")
    with pytest.raises(WorkbenchError, match="The source is not there"):
        wb.open(tmp_path / "p")


def test_what_a_desktop_keeps_of_a_folder_is_no_export(files: Callable[..., Any]) -> None:
    month = "id,day\n1,2024-01-01\n2,2024-01-02\n"
    table, rows = files({"a.csv": month, "Thumbs.db": "\0", "desktop.ini": "[x]", ".DS_Store": "\0"})
    assert len(rows) == 2
    assert "files" not in rules(table)


def test_a_note_among_the_exports_is_told_with_the_pattern_that_leaves_it_out(
    files: Callable[..., Any],
) -> None:
    month = "id,day\n1,2024-01-01\n2,2024-01-02\n"
    contents = {"01.csv": month, "02.csv": month.replace("1,", "3,"), "readme.txt": "exported by Ann\n"}
    with pytest.raises(WorkbenchError) as caught:
        files(contents)
    assert "readme.txt" in str(caught.value.where)
    assert str(caught.value.remedy).endswith("/in/*.csv")
    _, rows = files({}, pattern="*.csv")
    assert len(rows) == 4
