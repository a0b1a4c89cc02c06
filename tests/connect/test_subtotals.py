"""Lines of subtotals within a table: no rows where they add up, rows that are told where they do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

HEAD = "customer,invoice,day,amount\n"
ACME = "Acme,A1,2024-03-15,1000\nAcme,A2,2024-03-16,234.5\n"
BOLT = "Bolt,B1,2024-03-17,50\n"
COIL = "Coil,C1,2024-03-18,7\nCoil,C2,2024-03-19,8\n"
INVOICES = ["A1", "A2", "B1", "C1", "C2"]


def invoices(rows: list[tuple[str, ...]]) -> list[str]:
    return [row[1] for row in rows]


@pytest.mark.parametrize(
    "line",
    [
        "Subtotal {},,,{}\n", "Sous-total {} :,,,{}\n", "小计,,,{1}\n", "{}小计,,,{}\n", "{} Total,,,{}\n",
        "Zwischensumme,,,{1}\n",
    ],
    ids=["en", "fr", "zh", "zh behind", "excel", "de"],
)  # fmt: skip
@pytest.mark.parametrize("large", [False, True], ids=["small", "large"])
def test_a_subtotal_of_each_customer_is_left_out_and_told(
    opened: Callable, monkeypatch: pytest.MonkeyPatch, line: str, large: bool
) -> None:
    if large:
        monkeypatch.setattr("workbench.connect.csvfile.LARGE", 0)
    ends = [
        line.format(name, amount) for name, amount in (("Acme", "1234.50"), ("Bolt", "50"), ("Coil", "15"))
    ]
    table, rows = opened(HEAD + ACME + ends[0] + BOLT + ends[1] + COIL + ends[2] + "Grand total,,,1299.50\n")
    assert invoices(rows) == INVOICES
    assert table.dropped == {"subtotal": 3, "trailing_total": 1}
    assert [(one.rule, one.severity, one.count) for one in table.findings] == [
        ("subtotal", "note", 3),
        ("trailing_total", "note", 1),
    ]
    assert "row 4: 'Subtotal Acme" in table.findings[0].message or not line.startswith("Subtotal")
    assert [place["row"] for place in table.findings[0].rows] == [4, 6, 9]
    assert table.at(3) == ("file.csv", 5)


def test_subtotals_without_a_total_at_the_end(opened: Callable) -> None:
    table, rows = opened(HEAD + ACME + "Subtotal,,,1234.5\n" + COIL + "Subtotal,,,15\n")
    assert invoices(rows) == ["A1", "A2", "C1", "C2"]
    assert table.dropped == {"subtotal": 2}


def test_subtotals_of_subtotals_and_with_commas(opened: Callable) -> None:
    text = (HEAD + ACME + BOLT + COIL).replace(",", ";").replace(".5", ",5")
    lines = text.splitlines(keepends=True)
    lines.insert(3, "Subtotal Acme;;;1.234,50\n")
    lines.insert(5, "Subtotal Bolt;;;50,00\n")
    lines.insert(6, "Subtotal North;;;1.284,50\n")
    table, rows = opened(
        "".join([*lines, "Subtotal Coil;;;15\n", "Subtotal South;;;15\n", "Total;;;1.299,50\n"])
    )
    assert invoices(rows) == INVOICES
    assert sum(table.dropped.values()) == 6
    assert {one.severity for one in table.findings} == {"note"}


def test_a_subtotal_may_count_its_rows_and_name_its_group(opened: Callable) -> None:
    head = "account,invoice,day,lines,amount\n"
    rows = "4711,A1,2024-03-15,2,10\n4711,A2,2024-03-16,3,20\n{}4712,B1,2024-03-17,9,30\n"
    for line in ("4711,Subtotal,,5,30\n", "4711,Subtotal,,,30\n", ",Subtotal,,2,30\n"):
        table, found = opened(head + rows.format(line))
        assert (invoices(found), table.dropped) == (["A1", "A2", "B1"], {"subtotal": 1})


def test_a_subtotal_that_does_not_add_up_stays_and_is_named(opened: Callable) -> None:
    table, rows = opened(HEAD + ACME + "Subtotal Acme,,,1234.50\n" + BOLT + "Subtotal Bolt,,,60\n" + COIL)
    assert [row[0] for row in rows].count("Subtotal Bolt") == 1
    assert table.dropped == {"subtotal": 1}
    odd = next(one for one in table.findings if one.rule == "subtotal_differs")
    assert (odd.severity, odd.count, odd.rows) == ("warn", 1, ({"row": 6},))
    assert "row 6: 'Subtotal Bolt, 60'" in odd.message


@pytest.mark.parametrize(
    "row",
    [
        "Total SA,T1,2024-03-17,1234.5\n",
        "Total SA,T1,2024-03-17,\n",
        "Sumatra Ltd,T1,,1234.5\n",
        "Totalizer Ltd,T1,2024-03-17,1\n",
        "Subtotal,,,\n",
    ],
    ids=["whole row", "no amount", "other word", "name", "nothing to add"],
)
def test_rows_that_merely_have_the_word_stay(opened: Callable, row: str) -> None:
    table, rows = opened(HEAD + ACME + row + COIL)
    assert len(rows) == 5
    assert (table.dropped, table.findings) == ({}, ())


def test_subtotals_may_be_kept(opened: Callable) -> None:
    table, rows = opened(HEAD + ACME + "Subtotal,,,1234.5\n" + COIL, totals="keep")
    assert (len(rows), table.dropped) == (5, {})


def test_the_account_of_rows_has_them(read_long: Callable) -> None:
    found = read_long(
        "case,activity,time,amount\nA,x,2024-01-01,1\nA,y,2024-01-02,2\nSubtotal A,,,3\nB,x,2024-01-03,4\n",
        tail='[sources.attributes]\nworth = { column = "amount", type = "num", level = "event" }\n',
    )
    (account,) = found.log.accounting
    assert (account.rows_in, account.rows_kept, account.dropped) == (4, 3, {"subtotal": 1})
    assert found.cases("case_id") == [("A",), ("B",)]
    assert "line of subtotals" in found.finding("row_accounting").message
