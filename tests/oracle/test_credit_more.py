"""The rest of the credit KPIs against invoices worked by hand: the arithmetic, a plain restatement, the product.

`credit_more_table.py` goes on with the fourteen invoices of `credit_log.py`; `orders_table.py` has six more in
`orders_log.py`, with requests, limits, corrections, an agency, guarantees and costs. The readings stand in the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import workbench as wb
from tests.oracle import (
    credit_log,
    credit_more_table,
    orders_log,
    orders_table,
    plain_balance,
    plain_credit_kpis,
    plain_dunning,
    plain_orders,
    plain_people,
    plain_requests,
)
from tests.oracle.notation import read_cases, read_events
from tests.oracle.plain_credit import Book, Policy
from tests.oracle.plain_figures import Figure, Figures
from tests.oracle.product import CREDIT, Answers, Setting, compare, project
from tests.oracle.tables import Line

TARGET = Fraction(30)
TABLES = {"requests": read_cases(orders_log.REQUESTS), "activity_costs": read_cases(orders_log.COSTS)}
SETTINGS = {
    "invoices": Setting(CREDIT, credit_log.ZONE, credit_log.AS_OF, policy=credit_log.POLICY),
    "orders": Setting(
        CREDIT, orders_log.ZONE, orders_log.AS_OF, tables=TABLES, targets={"CC07": {"at_most": float(TARGET)}}
    ),
}
LOGS: dict[str, Any] = {"invoices": credit_log, "orders": orders_log}
LINES = [("invoices", line) for line in credit_more_table.PLAIN] + [
    ("orders", line) for line in orders_table.FIGURES
]


def restated(name: str) -> Figures:
    """Everything that the plain restatements say about a log."""
    log = LOGS[name]
    policy = Policy(terms_approvers=["mia"] if name == "invoices" else None)
    events, cases = read_events(log.EVENTS, zone=log.ZONE), read_cases(log.CASES)
    book = Book.at(events, cases, as_of=log.AS_OF, policy=policy)
    target = TARGET if name == "orders" else None
    result = (
        plain_dunning.figures(book)
        | plain_orders.figures(book)
        | plain_people.figures(book)
        | plain_balance.figures(book, target=target)
    )
    if name == "orders":
        requests = plain_requests.requests_at(TABLES["requests"], as_of=log.AS_OF, zone=log.ZONE)
        result |= plain_requests.figures(book, requests)
        result["CC42", "EUR"] = Figure(plain_requests.effort(book, TABLES["activity_costs"]))
        result["CC43.cost", "EUR"] = Figure(plain_requests.rework_cost(book, TABLES["activity_costs"]))
    return result


@pytest.mark.parametrize(("name", "line"), LINES, ids=[f"{name}-{line}" for name, line in LINES])
def test_a_figure_by_hand_is_the_restated_one(name: str, line: Line) -> None:
    figure = restated(name)[line.id, line.currency]
    assert figure.value == line.value, f"{line}: {line.arithmetic}"
    assert line.n is None or figure.n == line.n, f"n of {line}"
    assert line.pending is None or figure.pending == line.pending, f"pending of {line}"
    assert dict(figure.parts) == dict(line.parts) or not line.parts, str(line)
    assert {stat: figure.stats[stat] for stat in line.stats} == dict(line.stats), str(line)


def test_every_restated_figure_of_the_fourteen_invoices_stands_in_the_table() -> None:
    computed = {key for key, figure in restated("invoices").items() if figure.value is not None}
    assert {(line.id, line.currency) for name, line in LINES if name == "invoices"} == computed


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Answers]:
    known: dict[str, Answers] = {}

    def asked(name: str) -> Answers:
        if name not in known:
            log = LOGS[name]
            events, cases = read_events(log.EVENTS, zone=log.ZONE), read_cases(log.CASES)
            folder = project(tmp_path_factory.mktemp(name), events, cases, setting=SETTINGS[name])
            known[name] = Answers(wb.open(folder))
        return known[name]

    return asked


@pytest.mark.parametrize(("name", "line"), LINES, ids=[f"{name}-{line}" for name, line in LINES])
def test_a_figure_by_hand_is_the_products(answers: Callable[[str], Answers], name: str, line: Line) -> None:
    compare(answers(name), line)


# Computed in step 4 and step 6: no figure of a second computation stands beside them yet.
LATER = {"CC23", "CC44.fitness", "CC49"}


def test_every_declared_figure_is_restated(answers: Callable[[str], Answers]) -> None:
    log = LOGS["orders"]
    book = Book.at(read_events(log.EVENTS, zone=log.ZONE), read_cases(log.CASES), as_of=log.AS_OF)
    known = {name for name, _ in [*restated("orders"), *plain_credit_kpis.figures(book)]}
    assert answers("orders").ids == known | LATER
