"""Lines of totals at the end: no cases, counted and told; and rows that merely look alike stay rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from workbench.connect.totals import has_total_word

TABLE = "id,day,amount\nA1,2024-03-15,10\nA2,2024-03-16,20.5\n"
ROWS = [("A1", "2024-03-15", "10"), ("A2", "2024-03-16", "20.5")]


@pytest.mark.parametrize(
    "end",
    [
        "Total,,30.5\n",
        "Grand total:,,30.5\n",
        "Suma,,30.5\n",
        "合计,,30.5\n",
        ",,30.5\n",
        "Total,,\n",
        "Total général : 2 lignes\n",
        "\n\nEnd of report\n",
        ",,30.5\nTotal,,30.5\n",
    ],
    ids=["word", "grand", "es", "zh", "sum", "empty", "short", "remark", "two"],
)
@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_lines_of_totals_are_left_out_and_counted(
    opened: Callable, monkeypatch: pytest.MonkeyPatch, end: str, large: bool
) -> None:
    if large:
        monkeypatch.setattr("workbench.connect.csvfile.LARGE", 0)
    table, rows = opened(TABLE + end)
    assert rows == ROWS
    assert table.dropped == {"trailing_total": len(end.split()) if end.startswith(",,") else 1}
    assert [one.rule for one in table.findings] == ["trailing_total"]
    assert "row 4" in table.findings[0].message


@pytest.mark.parametrize(
    "end",
    [
        "Total,2024-03-17,5\n",
        "A3,,\n",
        "A3,2024-03-17,30.5\n",
        ",,7\n",
        "TOTAL SA,2024-03-18,\n",
        "3,,\n",
    ],
    ids=["case", "sparse", "equal", "other", "name", "count"],
)
def test_rows_that_are_like_totals_stay_rows(opened: Callable, end: str) -> None:
    table, rows = opened(TABLE + end)
    assert len(rows) == 3
    assert (table.dropped, table.findings) == ({}, ())


def test_totals_may_be_kept(opened: Callable) -> None:
    table, rows = opened(TABLE + "Total,,30.5\n", totals="keep")
    assert (len(rows), table.dropped) == (3, {})


def test_a_total_that_the_rows_do_not_reach_is_told(opened: Callable) -> None:
    table, rows = opened(TABLE + "Total,,99\n")
    assert rows == ROWS
    assert [(one.rule, one.severity) for one in table.findings] == [
        ("trailing_total", "note"),
        ("total_differs", "warn"),
    ]


def test_decimal_commas_add_up_too(opened: Callable) -> None:
    table, rows = opened("id;day;amount\nA;2024-03-15;1.000,50\nB;2024-03-15;2,00\nSomme;;1.002,50\n")
    assert (len(rows), len(table.findings)) == (2, 1)


def test_the_account_of_rows_has_them(read_long: Callable) -> None:
    found = read_long(
        "case,activity,time,amount\nA,x,2024-01-01,1\nA,y,2024-01-02,2\nTotal,,,3\n",
        tail='[sources.attributes]\nworth = { column = "amount", type = "num", level = "event" }\n',
    )
    (account,) = found.log.accounting
    assert (account.rows_in, account.rows_kept, account.dropped) == (3, 2, {"trailing_total": 1})
    assert found.cases("case_id") == [("A",)]
    assert "line of totals" in found.finding("row_accounting").message


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Total", True),
        ("TOTAL EUR", True),
        ("Sous-total :", True),
        ("  Sub total", True),
        ("Summe", True),
        ("总计", True),
        ("Totalizer Ltd", False),
        ("Sumatra", False),
        ("Amount in total", False),
    ],
)
def test_the_words_of_totals(text: str, is_one: bool) -> None:
    assert has_total_word(text) is is_one
