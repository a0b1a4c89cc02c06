"""Logs at the edge: one event, no event, odd names, currencies without cents or with three decimals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.errors import WorkbenchError
from workbench.log.settings import ExchangeRate
from workbench.measure import figures


def frame(**columns: list[object]) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_one_event() -> None:
    log = wb.load(frame(case=["a"], activity=["ask"], time=[pd.Timestamp("2026-01-01 09:00")]))
    assert log.map().empty
    assert log.variants()[["activities", "cases", "share"]].to_dict("records") == [
        {"activities": ["ask"], "cases": 1, "share": 1.0}
    ]
    (node,) = log.activities().to_dict("records")
    assert (node["events"], node["starts"], node["ends"]) == (1, 1, 1)
    assert log.kpi_records(["AP01"])[0]["value"] == 0


def test_no_case_at_all() -> None:
    empty = frame(case=[], activity=[], time=[]).astype(
        {"case": "str", "activity": "str", "time": "datetime64[us]"}
    )
    with pytest.raises(WorkbenchError, match="no event"):
        wb.load(empty, mapping={"case": "case", "activity": "activity", "time": "time"}).map()


def test_attributes_called_like_columns_of_the_log() -> None:
    """An export's own "status", "end" or "variant" is an attribute like any other."""
    log = wb.load(
        frame(
            case=["a", "a", "b"],
            activity=["ask", "answer", "ask"],
            time=pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-05"]),
            status=["gold", "gold", "base"],
            end=["north", "north", "south"],
            variant=["x", "x", "y"],
        ),
        privacy={"least": 1},
    )
    assert log.filter(status="gold").cases()["case_id"].tolist() == ["a"]
    assert log.filter(end=["south"], variant="y").cases()["case_id"].tolist() == ["b"]
    groups = {record["group"]: record["value"] for record in log.kpi_records(["AP04"], by="status")}
    assert groups == {"gold": 1, "base": 1}
    assert not set(log.cases()["status"]) & {"gold", "base"}


CASES = """
invoice_number | invoice_amount | currency | due_date
yen   | 1234     | JPY | 2026-01-31
dinar | 1.234    | KWD | 2026-01-31
euro  | 10.25    | EUR | 2026-01-31
"""
EVENTS = """
yen | invoice_generated | 2026-01-05 09:00
dinar | invoice_generated | 2026-01-05 09:00
euro | invoice_generated | 2026-01-05 09:00
"""
YEN = ExchangeRate(date(2026, 1, 1), "JPY", Decimal("0.006"))
DINAR = ExchangeRate(date(2026, 1, 1), "KWD", Decimal("3.0"))
LATER = ExchangeRate(date(2026, 3, 1), "KWD", Decimal("9.9"))


def open_amounts(*rates: ExchangeRate) -> dict[str | None, float | None]:
    log = prepared(EVENTS, CASES, as_of="2026-02-01", rates=rates)
    return {found.currency: found.value for found in figures(log, ["CC17"])}


def test_minor_units_are_those_of_each_currency() -> None:
    assert open_amounts() == {"JPY": 1234, "KWD": 1.234, "EUR": 10.25}


def test_rates_of_the_day_join_the_currencies() -> None:
    """10.25 + 1,234 × 0.006 + 1.234 × 3 = 21.356; a rate of next month is not known yet."""
    assert open_amounts(YEN, DINAR, LATER) == {"EUR": pytest.approx(21.356)}


def test_a_currency_without_a_rate_keeps_all_apart() -> None:
    """A sum that leaves one currency out would be no sum."""
    assert open_amounts(YEN) == {"JPY": 1234, "KWD": 1.234, "EUR": 10.25}
