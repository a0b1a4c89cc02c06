"""Control totals: every amount once where it is counted, in each currency, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tests.log.small import prepared
from workbench.discover import worth_cases, worth_frame
from workbench.log.prepared import PreparedLog
from workbench.log.settings import ExchangeRate
from workbench.measure import amount_columns, amount_frame, outcome_frame, shown_worth

CASES = """
invoice_number | invoice_amount | currency | due_date
a | 100.10 | EUR | 2026-01-20
b | 200.20 | EUR | 2026-02-20
c | 50.00 | USD | 2026-04-30
d | | EUR | 2026-04-30
"""
EVENTS = """
a | invoice_generated | 2026-01-05 09:00
a | payment_received | 2026-01-10 09:00 | - | - | payment_amount=40.10
a | payment_received | 2026-01-12 09:00 | - | - | payment_amount=60.00
b | invoice_generated | 2026-01-30 09:00
b | payment_received | 2026-02-10 09:00
c | invoice_generated | 2026-03-01 09:00
c | payment_received | 2026-03-02 09:00 | - | - | payment_amount=50.00
d | invoice_generated | 2026-03-01 09:00
"""
RATES = tuple(ExchangeRate(date(2026, 1, 1), name, Decimal(rate)) for name, rate in (("USD", "0.5"),))
Line = tuple[str, str, str, int, float, float, float | None]


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-03-15")


def lines(log: PreparedLog) -> list[Line]:
    frame = amount_frame(log)
    assert list(frame.columns) == ["name", "level", "currency", "n", "total", "mean", "median"]
    frame = frame.astype({"median": object}).where(frame.notna(), None)
    return list(frame.itertuples(index=False, name=None))


def test_each_amount_in_each_currency(log: PreparedLog) -> None:
    assert lines(log) == [
        ("invoice_amount", "case", "EUR", 2, 300.30, 150.15, 150.15),
        ("invoice_amount", "case", "USD", 1, 50.0, 50.0, 50.0),
        ("payment_amount", "event", "EUR", 2, 100.10, 50.05, 50.05),
        ("payment_amount", "event", "USD", 1, 50.0, 50.0, 50.0),
    ]


def test_with_rates_there_is_one_sum_and_no_median() -> None:
    assert lines(prepared(EVENTS, CASES, as_of="2026-03-15", rates=RATES)) == [
        ("invoice_amount", "case", "EUR", 3, 325.30, pytest.approx(325.30 / 3), None),
        ("payment_amount", "event", "EUR", 3, 125.10, pytest.approx(41.70), None),
    ]


def test_no_case_no_sum(log: PreparedLog, within_nothing: Callable[[PreparedLog], PreparedLog]) -> None:
    assert lines(within_nothing(log)) == []


def test_the_columns_of_amounts_say_their_currency(log: PreparedLog) -> None:
    assert sorted(amount_columns(outcome_frame(log))) == [("amount_EUR", "EUR"), ("amount_USD", "USD")]


def test_what_passes_the_map_is_shown_in_one_currency_where_there_are_rates(log: PreparedLog) -> None:
    def passed(log: PreparedLog) -> dict[str, tuple[int, float]]:
        worth = shown_worth(log, worth_frame(log), ["source", "target"])
        own = worth[worth["source"].eq("payment_received") & worth["target"].isna()]
        return {
            currency: (int(cases), round(amount, 2))
            for currency, cases, amount in zip(own["currency"], own["cases"], own["amount"], strict=True)
        }

    assert passed(log) == {"EUR": (2, 300.30), "USD": (1, 50.0)}
    assert shown_worth(log, worth_cases(log)).values.tolist() == [["EUR", 2], ["USD", 1]]
    converted = prepared(EVENTS, CASES, as_of="2026-03-15", rates=RATES)
    assert passed(converted) == {"EUR": (3, 325.30)}
    assert shown_worth(converted, worth_cases(converted)).values.tolist() == [["EUR", 3]]
    assert shown_worth(converted, worth_frame(converted).head(0), ["source"]).empty
