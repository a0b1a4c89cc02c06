"""A monthly ratio over a longer span: the list of its months and their pooled ratio, worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure import Period, figures, progress_frame

CASES = """
invoice_number | invoice_amount | invoice_date | due_date
a | 100.00 | 2026-01-05 | 2026-01-20
b | 100.00 | 2026-01-05 | 2026-01-25
c | 100.00 | 2026-02-05 | 2026-03-10
"""
EVENTS = """
a | invoice_generated | 2026-01-05 09:00
a | payment_received | 2026-01-10 09:00 | - | - | payment_amount=100.00
b | invoice_generated | 2026-01-05 09:00
b | payment_received | 2026-02-10 09:00 | - | - | payment_amount=100.00
c | invoice_generated | 2026-02-05 09:00
"""
# January (0 + 200 − 100) ÷ (0 + 200 − 0), February (100 + 100 − 100) ÷ (100 + 100 − 100), March 0 ÷ 100.
MONTHS = [("2026-01", 0.5, 100.0, 200.0), ("2026-02", 1.0, 100.0, 100.0), ("2026-03", 0.0, 0.0, 100.0)]


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-03-31")


@pytest.mark.parametrize("kpi", ["CC12", "CC12.raw"])
def test_a_quarter_is_the_pooled_ratio_of_its_months(log: PreparedLog, kpi: str) -> None:
    """(100 + 100 + 0) ÷ (200 + 100 + 100); over the whole quarter at once it would be 200 ÷ 300."""
    (found,) = figures(log, [kpi], period=Period(date(2026, 1, 1), date(2026, 3, 31)))
    assert found.value == 0.5
    assert (found.stats["top"], found.stats["bottom"]) == (200.0, 400.0)
    assert [(part.key, part.value, part.stats["top"], part.stats["bottom"]) for part in found.parts] == MONTHS


def test_a_span_that_begins_inside_a_month_begins_with_the_rest_of_it(log: PreparedLog) -> None:
    """From 20 January: (100 + 0 − 100) ÷ (100 + 0 − 0), then February: 100 ÷ 200 pooled."""
    (found,) = figures(log, ["CC12"], period=Period(date(2026, 1, 20), date(2026, 2, 28)))
    assert [part.value for part in found.parts] == [0.0, 1.0]
    assert found.value == 0.5


def test_one_month_is_its_own_ratio_without_parts(log: PreparedLog) -> None:
    (found,) = figures(log, ["CC12"], period=Period(date(2026, 2, 1), date(2026, 2, 28)))
    assert (found.value, found.parts) == (1.0, ())


def test_the_target_is_held_against_the_pooled_ratio(log: PreparedLog) -> None:
    """The last three full months: 0.5, and 0.8 is wished for."""
    line = progress_frame(log).set_index("id").loc["CC12"]
    assert (line["now"], line["met"]) == (0.5, False)


def test_a_ratio_of_cents_is_that_of_as_many_hundreds() -> None:
    """A denominator of less than one unit is no nought."""
    events, cases = (text.replace("100.00", "0.10") for text in (EVENTS, CASES))
    log = prepared(events, cases, as_of="2026-03-31")
    (found,) = figures(log, ["CC12"], period=Period(date(2026, 1, 1), date(2026, 3, 31)))
    assert found.value == pytest.approx(0.5)
    assert [part.value for part in found.parts] == pytest.approx([value for _, value, _, _ in MONTHS])
