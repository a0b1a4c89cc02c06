"""The hand-written tables against a plain computation from the definitions: an error in one shows here.

No test of this file needs the product. What is checked is the oracle.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.oracle import countback_log as worked
from tests.oracle import (
    credit_log,
    credit_table,
    deal_log,
    deal_more_table,
    deal_table,
    plain_credit,
    plain_credit_kpis,
    plain_credit_rules,
    plain_deals,
    plain_sales,
)
from tests.oracle.notation import read_cases, read_events
from tests.oracle.plain_figures import Figures
from tests.oracle.tables import Line


def book(*, converted: bool) -> plain_credit.Book:
    return plain_credit.Book.at(
        read_events(credit_log.EVENTS, zone=credit_log.ZONE),
        read_cases(credit_log.CASES),
        as_of=credit_log.AS_OF,
        policy=plain_credit.Policy(terms_approvers=["mia"]),
        rates=credit_log.RATES if converted else (),
    )


def agrees(line: Line, computed: Figures) -> None:
    figure = computed[line.id, line.currency]
    assert figure.value == line.value, f"{line}: {line.arithmetic}"
    if line.n is not None:
        assert figure.n == line.n, f"n of {line}: {line.arithmetic}"
    if line.pending is not None:
        assert figure.pending == line.pending, f"pending of {line}: {line.arithmetic}"
    if line.parts:
        assert dict(figure.parts) == dict(line.parts), str(line)
    for name, value in line.stats.items():
        assert figure.stats[name] == value, f"{name} of {line}"


@pytest.mark.parametrize("line", credit_table.PLAIN, ids=str)
def test_a_credit_figure_by_hand_is_the_computed_one(line: Line) -> None:
    agrees(line, plain_credit_kpis.figures(book(converted=False)))


@pytest.mark.parametrize("line", credit_table.CONVERTED, ids=str)
def test_a_converted_credit_figure_by_hand_is_the_computed_one(line: Line) -> None:
    agrees(line, plain_credit_kpis.figures(book(converted=True)))


@pytest.mark.parametrize("rule", credit_table.VERDICTS)
def test_a_credit_verdict_by_hand_is_the_computed_one(rule: str) -> None:
    computed = {
        case: " ".join(rows)
        for case, rows in plain_credit_rules.verdicts(book(converted=False))[rule].items()
    }
    assert computed == credit_table.VERDICTS[rule]


@pytest.mark.parametrize("converted", [False, True])
def test_every_computed_credit_figure_stands_in_the_table(converted: bool) -> None:
    lines = credit_table.CONVERTED if converted else credit_table.PLAIN
    computed = plain_credit_kpis.figures(book(converted=converted))
    assert {(line.id, line.currency) for line in lines} == set(computed)


def deals() -> list[plain_deals.Deal]:
    return plain_deals.deals_at(
        read_events(deal_log.EVENTS, zone=deal_log.ZONE), read_cases(deal_log.CASES), as_of=deal_log.AS_OF
    )


@pytest.mark.parametrize("line", deal_table.FIGURES, ids=str)
def test_a_deal_figure_by_hand_is_the_computed_one(line: Line) -> None:
    agrees(line, plain_deals.figures(deals()))


@pytest.mark.parametrize("line", deal_more_table.FIGURES, ids=str)
def test_another_deal_figure_by_hand_is_the_computed_one(line: Line) -> None:
    agrees(line, plain_sales.figures(deals()))


@pytest.mark.parametrize("rule", deal_table.VERDICTS)
def test_a_deal_verdict_by_hand_is_the_computed_one(rule: str) -> None:
    """The table leaves out the cases that merely have nothing to be said against them on a path of stages."""
    computed = plain_deals.verdicts(deals())[rule]
    expected = deal_table.VERDICTS[rule]
    assert {case: computed.get(case) for case in expected} == expected
    assert {verdict for case, verdict in computed.items() if case not in expected} <= {"ok"}


def test_every_computed_deal_figure_stands_in_the_table() -> None:
    assert {(line.id, line.currency) for line in deal_table.FIGURES} == set(plain_deals.figures(deals()))
    assert {(line.id, line.currency) for line in deal_more_table.FIGURES} == set(plain_sales.figures(deals()))


def test_the_countback_worked_in_the_definitions() -> None:
    """AR 200; sales 90 (30 days), 80 (31), 100 (30): 110 left, 30 left, 30 / 100 × 30 = 9, so 70 days."""
    events, cases = read_events(worked.EVENTS, zone="UTC"), read_cases(worked.CASES)
    book = plain_credit.Book.at(events, cases, as_of=worked.AS_OF)
    assert plain_credit_kpis.figures(book)["CC08", "EUR"].value == Fraction(70)
