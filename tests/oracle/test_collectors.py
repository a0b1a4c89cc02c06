"""Collectors beside what their invoices let expect: by hand, the plain restatement, the product."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import workbench as wb
from tests.oracle import collectors_log as log
from tests.oracle import collectors_table as table
from tests.oracle import plain_people
from tests.oracle.notation import read_cases, read_events
from tests.oracle.plain_credit import Book
from tests.oracle.product import CREDIT, Answers, Setting, project

EVENTS, CASES = read_events(log.EVENTS, zone=log.ZONE), read_cases(log.CASES)
CENT, FINE = Fraction(1, 200), Fraction(1, 1_000_000)


def book() -> Book:
    return Book.at(EVENTS, CASES, as_of=log.AS_OF)


@pytest.mark.parametrize("name", table.FIGURES)
def test_by_hand_is_the_restated_one(name: str) -> None:
    figures = plain_people.figures(book())
    figure = figures[name, "EUR" if name == "CC46" else None]
    assert (figure.value, figure.n) == (table.FIGURES[name], sum(table.HELD.values()))
    found = plain_people.all_collectors(book(), "EUR")[name]
    assert {who: one.n for who, one in found.items()} == table.HELD
    assert {who: (one.value, one.expected) for who, one in found.items()} == table.BY_COLLECTOR[name]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    folder = project(
        tmp_path_factory.mktemp("collectors"), EVENTS, CASES, setting=Setting(CREDIT, log.ZONE, log.AS_OF)
    )
    return Answers(wb.open(folder))


def near(given: Any, expected: Fraction, within: Fraction) -> bool:
    return abs(Fraction(str(given)) - expected) <= within


@pytest.mark.parametrize("name", table.FIGURES)
def test_by_hand_is_the_products(answers: Answers, name: str) -> None:
    (record,) = answers.kpi_records([name])
    within = CENT if record["unit"] == "money" else FINE
    assert near(record["value"], table.FIGURES[name], within)
    parts = {part["key"]: part for part in record["parts"]}
    assert {who: part["n"] for who, part in parts.items()} == table.HELD
    for who, (value, expected) in table.BY_COLLECTOR[name].items():
        assert near(parts[who]["value"], value, within), who
        assert near(parts[who]["expected"], expected, within), who
