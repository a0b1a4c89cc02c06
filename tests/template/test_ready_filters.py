"""The filters that come with a process: each answered or refused with its reason, by hand where they are computed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.log.small import prepared
from workbench.discover.conditions import Ready, condition_of, narrowed, ready_reason
from workbench.errors import WorkbenchError
from workbench.log.prepared import PreparedLog
from workbench.template import load_template

DEALS = """
a | opportunity_created | 2026-01-01 | ann
a | quote_issued | 2026-01-03 | ann
a | opportunity_won | 2026-01-10 | ann
a | sales_order_created | 2026-01-11 | ann | - | order_amount=60.00
a | sales_order_created | 2026-01-11 | ann | - | order_amount=40.00
a | invoice_created | 2026-01-20 | ann | - | invoice_amount=100.00
b | opportunity_created | 2026-01-01 | bob
b | opportunity_won | 2026-02-01 | bob
b | sales_order_created | 2026-02-02 | bob | - | order_amount=49.99
b | invoice_created | 2026-02-02 | bob | - | invoice_amount=50.00
c | opportunity_created | 2026-01-01 | bob
c | sales_order_created | 2026-01-20 | bob | - | order_id=S1, order_amount=40.00, order_quantity=7
c | sales_order_created | 2026-01-21 | bob | - | order_id=S2, order_amount=30.00, order_quantity=3
c | sales_order_created | 2026-01-22 | bob | - | order_id=S2, order_amount=30.00, order_quantity=2
c | opportunity_lost | 2026-01-31 | bob
"""
VALUES = """
case_id | opportunity_value | currency
a | 100.00 | EUR
b | 50.00 | EUR
c | 100.00 | EUR
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(DEALS, VALUES, as_of="2026-03-01", process="lead-to-cash")


def ids(log: PreparedLog, record: dict[str, Any]) -> str:
    found = narrowed(log, [condition_of(record)])
    return "".join(sorted(found.frame(found.cases.select("case_id"))["case_id"]))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("won_without_quote", "b"),
        ("throughput_over_30_days", "b"),
        ("order_price_differs", "b"),
        ("invoiced_differs", "b"),
        ("order_changed", "c"),
        ("won", "ab"),
    ],
)
def test_the_cases_that_each_means(log: PreparedLog, name: str, expected: str) -> None:
    assert ids(log, {"kind": "ready", "name": name}) == expected
    left = "".join(sorted(set("abc") - set(expected)))
    assert ids(log, {"kind": "ready", "name": name, "exclude": True}) == left


def test_what_the_log_cannot_answer_says_why(log: PreparedLog) -> None:
    assert "order_fulfilled" in str(ready_reason(log, "partial_delivery"))
    with pytest.raises(WorkbenchError, match="cannot be answered"):
        narrowed(log, [Ready(name="partial_delivery")])


@pytest.mark.parametrize("process", ["any-process", "credit-collections", "lead-to-cash"])
def test_comparisons_are_of_ready_filters(process: str) -> None:
    template = load_template(process)
    assert template.comparisons["before_after"].dated
    for pair in template.comparisons.values():
        assert pair.dated or {pair.first, pair.second} <= set(template.ready_filters())
