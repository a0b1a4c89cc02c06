"""Numbers as people write them: which mark is the decimal one, proven or asked for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from workbench.connect.numbers import MONEY, NumberReading, declared_number, prove_numbers
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError


def money(stage: Stage, table, reading: NumberReading) -> list[Decimal | None]:
    value = reading.number(table.columns[0].sql, MONEY)
    return [row[0] for row in stage.rows(f"SELECT {value} FROM {table.relation} ORDER BY row")]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("55.94", "55.94"),
        ("1,234.5", "1234.5"),
        ("1,234,567.89", "1234567.89"),
        ("(12.50)", "-12.5"),
        ("($4.00)", "-4"),
        ("-$3.25", "-3.25"),
        ("8.10-", "-8.1"),
        ("\u22127.5", "-7.5"),
        ("€ 5.20", "5.2"),
        ("USD 7.25", "7.25"),
        ("7.25 EUR", "7.25"),
        ("¥1,000.00", "1000"),
        ("1 234.50", "1234.5"),
        ("1'234.50", "1234.5"),
        ("1\u202f234.50", "1234.5"),
        ("12,34,567.80", "1234567.8"),
        (".5", "0.5"),
        ("1.5E3", "1500"),
        ("12.5%", "0.125"),
        ("123456789012345678.123456", "123456789012345678.123456"),
    ],
)
def test_money_is_read_to_the_last_digit(stage: Stage, column: Callable, written: str, expected: str) -> None:
    table = column([written, "0.55"])
    proof = prove_numbers(stage, table.relation, table.columns)["v"]
    assert proof.verdict == "proven"
    assert proof.reading is not None
    assert money(stage, table, proof.reading) == [Decimal(expected), Decimal("0.55")]


@pytest.mark.parametrize(
    "written",
    ["abc", "12-34", "1.2.3", "1,23", "12 34.5", "1e", "--5", "(5", "5)", "(-5)", "5 apples", "12:30"],
)
def test_what_is_no_number_is_none(stage: Stage, column: Callable, written: str) -> None:
    table = column([written, "1,234.55"])
    assert money(stage, table, NumberReading("."))[0] is None


def test_a_decimal_comma_is_proven_by_one_value(stage: Stage, column: Callable) -> None:
    table = column(["1.234", "2.345", "7,5"])
    proof = prove_numbers(stage, table.relation, table.columns)["v"]
    assert proof.verdict == "proven"
    assert proof.reading is not None
    assert proof.reading.written == "1.234,56"
    assert money(stage, table, proof.reading) == [Decimal(1234), Decimal(2345), Decimal("7.5")]


def test_groups_of_three_alone_are_asked_about(stage: Stage, column: Callable) -> None:
    table = column(["1,234", "2,345"])
    proof = prove_numbers(stage, table.relation, table.columns)["v"]
    assert proof.verdict == "ambiguous"
    assert proof.example == ("1,234", 0, 1234.0, 1.234)


def test_a_decided_column_of_the_file_decides(stage: Stage, column: Callable) -> None:
    table = column(["1.234", "2.345"], total=["1.234,50", "2.345,00"])
    proof = prove_numbers(stage, table.relation, table.columns)["v"]
    assert (proof.verdict, proof.decided_by) == ("sibling", "total")
    assert proof.reading is not None
    assert money(stage, table, proof.reading) == [Decimal(1234), Decimal(2345)]


def test_whole_numbers_are_no_question(stage: Stage, column: Callable) -> None:
    table = column(["1", "22", "1234"])
    assert prove_numbers(stage, table.relation, table.columns)["v"].verdict == "alike"


def test_both_marks_in_one_column_are_asked_about(stage: Stage, column: Callable) -> None:
    table = column(["1,234.5", "1.234,5"])
    assert prove_numbers(stage, table.relation, table.columns)["v"].verdict == "mixed"


def test_a_leading_zero_shows_a_decimal_mark(stage: Stage, column: Callable) -> None:
    table = column(["0.123", "1.456"])
    proof = prove_numbers(stage, table.relation, table.columns)["v"]
    assert proof.verdict == "proven"
    assert proof.reading is not None
    assert money(stage, table, proof.reading) == [Decimal("0.123"), Decimal("1.456")]


def test_words_for_nothing_are_missing_and_garbage_is_counted(stage: Stage, column: Callable) -> None:
    table = column(["1.5", "NIL", "n/a", "-", None, "much"])
    proof = prove_numbers(stage, table.relation, table.columns)["v"]
    assert (proof.verdict, proof.present, proof.unread) == ("proven", 2, 1)


def test_a_declared_format_is_an_example() -> None:
    assert declared_number("1.234,56", where="").mark == ","
    with pytest.raises(WorkbenchError, match="'1,234' is no number format"):
        declared_number("1,234", where="project.toml")


def test_words_alone_are_no_numbers(stage: Stage, column: Callable) -> None:
    table = column(["ask", "n/a", "answer"])
    proof = prove_numbers(stage, table.relation, table.columns)["v"]
    assert (proof.verdict, proof.present, proof.unread) == ("none", 2, 2)
