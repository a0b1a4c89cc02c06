"""Tables beside the log: typed, kept in the store, known only from their moment on, narrowed where they can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.log.beside import rows_of, with_tables
from workbench.discover import filtered
from workbench.log.derive import derive
from workbench.log.engine import DuckDBEngine
from workbench.log.prepared import PreparedLog
from workbench.log.store import read_store, write_store
from workbench.measure import figures
from workbench.rules import judge

EVENTS = """
    I1 | invoice_generated | 2026-01-10 09:00
    I2 | invoice_generated | 2026-02-10 09:00
"""
CASES = """
    id | customer_id | customer_segment | invoice_amount | currency
    I1 | C1          | large            | 100            | EUR
    I2 | C2          | small            | 200            | JPY
"""
# R2 comes in on the last of March in Paris, which is 22:30 of the 30th in UTC; R3 is decided in April.
REQUESTS = """
    request_id | customer_id | requested_at     | decided_at       | decision | is_automated | approved_limit | currency
    R3         | C3          | 2026-03-30 10:00 | 2026-04-02 10:00 | Rejected | false        |                |
    R1         | C1          | 2026-01-05 10:00 | 2026-01-06 22:00 | Approved | false        | 10.5           |
    R2         | C2          | 2026-03-30 22:30 | 2026-03-31 01:00 | approved | true         | 700            | jpy
    R4         | C1          | 2026-04-30 10:00 |                  |          |              |                |
"""
COSTS = """
    activity_name | activity_minutes | cost_rate_per_hour
    invoice_sent  | 6                | 40
"""
PLAN = """
    month:date | amount:money
    2026-01-01 | 5.00
    2026-06-01 | 7.00
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    tables = {"requests": REQUESTS, "activity_costs": COSTS, "plan": PLAN}
    return with_tables(EVENTS, CASES, tables, as_of="2026-04-30", zone="Europe/Paris")


def test_rows_stand_in_the_order_of_their_key_with_money_in_minor_units(log: PreparedLog) -> None:
    assert rows_of(log, "requests", "request_id", "approved_limit", "case_currency") == [
        ("R1", 1050, "EUR"),
        ("R2", 700, "JPY"),
        ("R3", None, "EUR"),
        ("R4", None, "EUR"),
    ]


def test_a_time_has_its_local_day_beside_it(log: PreparedLog) -> None:
    days = rows_of(log, "requests", "requested_at__day", "decided_at__day")
    assert days == [
        ("2026-01-05", "2026-01-06"),
        ("2026-03-31", "2026-03-31"),
        ("2026-03-30", "2026-04-02"),
        ("2026-04-30", None),
    ]


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe"])
def test_local_days_are_those_of_the_zone_at_every_hour_of_a_year(zone: str) -> None:
    import pandas as pd

    hours = pd.date_range("2018-01-01", "2019-03-01", freq="30min")
    lines = "\n".join(f"R{at:05} | C1 | {hour:%Y-%m-%d %H:%M}" for at, hour in enumerate(hours))
    table = f"request_id | customer_id | requested_at\n{lines}"
    log = with_tables(EVENTS, CASES, {"requests": table}, as_of="2026-04-30", zone=zone)
    wanted = [str(day) for day in hours.tz_localize("UTC").tz_convert(zone).date]
    assert [day for (day,) in rows_of(log, "requests", "requested_at__day")] == wanted


def test_an_earlier_day_knows_no_later_row_and_no_later_decision(log: PreparedLog) -> None:
    earlier = derive(log.recorded, log.template, log.engine, judge=judge, as_of=date(2026, 3, 31))
    assert rows_of(earlier, "requests", "request_id", "decision", "decided_at__day", "is_automated") == [
        ("R1", "Approved", "2026-01-06", False),
        ("R2", "approved", "2026-03-31", True),
        ("R3", None, None, None),
    ]
    # Of the project's own table the only date says it; what has none is always known.
    assert rows_of(earlier, "plan", "amount") == [(500,)]
    assert rows_of(earlier, "activity_costs", "activity_minutes") == [(6.0,)]


def test_the_store_keeps_them(log: PreparedLog, tmp_path: Path) -> None:
    manifest = write_store(log, tmp_path)
    again = read_store(tmp_path, manifest, log.template, log.meta.settings, DuckDBEngine())
    for name in log.tables:
        columns = log.tables[name].columns
        assert rows_of(again, name, *columns) == rows_of(log, name, *columns)
    assert again.meta.tables == log.meta.tables
    later = derive(again.recorded, log.template, again.engine, judge=judge, as_of=date(2026, 12, 31))
    assert rows_of(later, "plan", "amount") == [(500,), (700,)]
    assert rows_of(again.in_memory(), "plan", "amount") == [(500,)]


def test_a_filter_of_cases_is_followed_by_the_customer_or_the_same_attribute_or_said(
    log: PreparedLog,
) -> None:
    large = filtered(log, attributes={"customer_segment": "large"})
    assert [key for (key,) in rows_of(large, "requests", "request_id")] == ["R1", "R4"]
    assert large.unfiltered == {"plan"}
    # A request of a customer without an invoice is found by the customer itself.
    customer = filtered(log, attributes={"customer_id": ["C3", "C1"]})
    assert [key for (key,) in rows_of(customer, "requests", "request_id")] == ["R1", "R3", "R4"]
    again = derive(large.recorded, log.template, log.engine, judge=judge, as_of=date(2026, 3, 31))
    assert (rows_of(again, "requests", "request_id"), again.unfiltered) == ([("R1",)], {"plan"})


def test_requests_are_counted_not_invoices(log: PreparedLog) -> None:
    """R1 36 h, R2 2.5 h, R3 72 h; R4 is open. Two of three are granted, one of three without a person."""
    found = {figure.id: figure for figure in figures(log, ["CC01", "CC02", "CC02.auto"])}
    cycle = found["CC01"]
    assert cycle.value == pytest.approx((36 + 2.5 + 72) / 24 / 3)
    assert (cycle.n, cycle.stats["open"], cycle.unknown) == (3, 1, 0)
    assert (found["CC02"].value, found["CC02"].n) == (pytest.approx(2 / 3), 3)
    assert (found["CC02.auto"].value, found["CC02.auto"].n) == (pytest.approx(1 / 3), 3)


def test_without_the_table_the_reason_names_it(log: PreparedLog) -> None:
    without = replace(log, tables={}, recorded=replace(log.recorded, tables={}))
    (found,) = figures(without, ["CC01"])
    assert (found.value, str(found.reason)) == (None, "the log has no requests")
