"""Stages that a log names itself, and what comes too late to have been done before, worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.log.settings import ExchangeRate
from workbench.measure import figures
from workbench.measure.figure import Figure
from workbench.measure.stages import stages_of

# W pays 2 days to A, 10 to B, 1 to C. On 30 June O1 has been in B for 29 days, O2 for 6, O3 for 60; O4 in C for 29.
VISITS = """\
W  | opportunity_created | 2026-06-01 00:00 | ana | human | stage=A
W  | stage_changed       | 2026-06-03 00:00 | ana | human | stage=B
W  | stage_changed       | 2026-06-13 00:00 | ana | human | stage=C
W  | opportunity_won     | 2026-06-14 00:00 | ana | human
O1 | opportunity_created | 2026-06-01 00:00 | ana | human | stage=A
O1 | stage_changed       | 2026-06-02 00:00 | ana | human | stage=B
O2 | opportunity_created | 2026-06-20 00:00 | ana | human | stage=A
O2 | stage_changed       | 2026-06-25 00:00 | ana | human | stage=B
O3 | opportunity_created | 2026-05-01 00:00 | ana | human | stage=A
O3 | stage_changed       | 2026-05-02 00:00 | ana | human | stage=B
O4 | opportunity_created | 2026-06-01 00:00 | ana | human | stage=A
O4 | stage_changed       | 2026-06-02 00:00 | ana | human | stage=C
"""
DEALS = """\
opportunity_id | opportunity_value | currency
W  | 10  | EUR
O1 | 100 | EUR
O2 | 50  | USD
O3 | 30  | USD
O4 |     | EUR
"""
WRITTEN_OFF = """\
N | invoice_generated     | 2026-01-01 09:00
N | invoice_written_off   | 2026-02-05 09:00 | ana | human | write_off_amount=100
N | overdue_reminder_sent | 2026-02-07 09:00 | ana | human | dunning_level=1
D | invoice_generated     | 2026-01-01 09:00
D | overdue_reminder_sent | 2026-02-03 09:00 | ana | human | dunning_level=1
D | invoice_written_off   | 2026-03-05 09:00 | ana | human | write_off_amount=100
S | invoice_generated     | 2026-01-01 09:00
S | overdue_reminder_sent | 2026-02-05 09:00 | ana | human | dunning_level=1
S | invoice_written_off   | 2026-02-05 09:00 | ana | human | write_off_amount=100
"""
INVOICES = "invoice_number | invoice_amount | currency | invoice_date | due_date\n" + "".join(
    f"{case} | 100 | EUR | 2026-01-01 | 2026-01-31\n" for case in "NDS"
)


def _deals(cases: str) -> PreparedLog:
    rates = (ExchangeRate(date(2026, 1, 1), "USD", Decimal(2)),)
    return prepared(VISITS, cases, as_of="2026-06-30", process="lead-to-cash", rates=rates)


@pytest.fixture(scope="module")
def deals() -> PreparedLog:
    return _deals(DEALS)


def one(log: PreparedLog, name: str) -> Figure:
    (found,) = figures(log, [name])
    return found


def test_visits_are_told_apart_by_the_stage_that_the_log_names(deals: PreparedLog) -> None:
    """A: 2, 1, 5, 1 and 1 days; B: 10; C: 1."""
    found = one(deals, "LC03")
    assert {part.key: (part.value, part.n) for part in found.parts} == {
        "A": (2, 5),
        "B": (10, 1),
        "C": (1, 1),
    }


def test_a_deal_stands_still_by_the_limit_of_its_own_stage(deals: PreparedLog) -> None:
    found = one(deals, "LC03.stalled")
    assert (found.value, found.n, found.unknown) == (3, 4, 0)
    parts = {part.key: (part.value, part.n, part.stats["limit_days"]) for part in found.parts}
    assert parts == {"B": (2, 3, 10), "C": (1, 1, 1)}


def test_their_value_stands_once_a_stage_in_the_currency_that_is_shown(deals: PreparedLog) -> None:
    """100 EUR and 30 USD at 2; the value of O4 is not known, which is not nought."""
    found = one(deals, "LC03.stalled_value")
    assert (found.value, found.currency, found.n, found.unknown) == (160, "EUR", 4, 1)
    assert [(part.key, part.value, part.n) for part in found.parts] == [("B", 160, 3), ("C", None, 1)]
    assert found.as_dict(grouped=False)["parts"][0]["limit_days"] == 10


def test_a_limit_is_printed_in_days_whatever_the_figure_is_in() -> None:
    """Of two won visits of 2 and 3 days nine in ten took no more than 2.9; 4 days and a third are 4.333333."""
    found = one(_deals(DEALS), "LC03.stalled_value")
    part = found.parts[0]
    odd = Figure(
        found.id, "money", 1.0, 1, found.period, parts=(type(part)("B", 1.0, 1, {"limit_days": 13 / 3}),)
    )
    assert odd.as_dict(grouped=False)["parts"][0]["limit_days"] == 4.333333


def test_stalled_deals_without_any_value_have_none() -> None:
    bare = _deals("opportunity_id | opportunity_value | currency\nW | 10 | EUR\n" + "".join(
        f"{case} | | EUR\n" for case in ("O1", "O2", "O3", "O4")
    ))  # fmt: skip
    found = one(bare, "LC03.stalled_value")
    assert (found.value, found.unknown) == (None, 3)
    assert str(found.reason) == "no stalled deal has opportunity_value"


def test_a_reminder_after_the_write_off_is_no_dunning_before_it() -> None:
    """N was reminded two days after it was written off, S at the very moment: both never before. D within 7 days."""
    found = one(prepared(WRITTEN_OFF, INVOICES, as_of="2026-03-31"), "CC40")
    assert (found.value, found.n) == (pytest.approx(2 / 3), 3)


def test_two_stages_at_the_same_instant_are_no_step_back() -> None:
    """a goes from A to B, b enters both at once, c goes from B to A: one of three went back."""
    events = """\
a | opportunity_created | 2026-01-01 09:00 | ana | human | stage=A
a | stage_changed       | 2026-01-02 09:00 | ana | human | stage=B
b | opportunity_created | 2026-01-01 09:00 | ana | human | stage=A
b | stage_changed       | 2026-01-01 09:00 | ana | human | stage=B
c | opportunity_created | 2026-01-01 09:00 | ana | human | stage=B
c | stage_changed       | 2026-01-02 09:00 | ana | human | stage=A
"""
    cases = "opportunity_id | opportunity_value\na | 1\nb | 1\nc | 1\n"
    log = prepared(events, cases, as_of="2026-03-31", process="lead-to-cash")
    assert stages_of(log, ("opportunity_created", "opportunity_won")) == ("A", "B", "opportunity_won")
    found = one(log, "LC24.back")
    assert (found.value, found.n) == (pytest.approx(1 / 3), 3)


def test_what_a_won_deal_is_called_afterwards_is_no_stage_of_it() -> None:
    """a is won from B and called A again on delivery; b is won from A and called B then. Only c went back."""
    events = """\
a | opportunity_created | 2026-01-01 09:00 | ana | human | stage=A
a | stage_changed       | 2026-01-03 09:00 | ana | human | stage=B
a | opportunity_won     | 2026-01-05 09:00
a | stage_changed       | 2026-01-07 09:00 | ana | human | stage=A
a | order_fulfilled     | 2026-01-09 09:00
b | opportunity_created | 2026-01-01 09:00 | ana | human | stage=A
b | opportunity_won     | 2026-01-05 09:00
b | stage_changed       | 2026-01-07 09:00 | ana | human | stage=B
b | order_fulfilled     | 2026-01-09 09:00
c | opportunity_created | 2026-01-01 09:00 | ana | human | stage=A
c | stage_changed       | 2026-01-03 09:00 | ana | human | stage=B
c | stage_changed       | 2026-01-04 09:00 | ana | human | stage=A
c | opportunity_lost    | 2026-01-05 09:00
"""
    cases = "opportunity_id | opportunity_value\na | 1\nb | 1\nc | 1\n"
    log = prepared(events, cases, as_of="2026-03-31", process="lead-to-cash")
    back = one(log, "LC24.back")
    assert (back.value, back.n) == (pytest.approx(1 / 3), 3)
    # Three reached A and all went on; a and c reached B, of which a was won.
    parts = {part.key: (part.value, part.n) for part in one(log, "LC06").parts}
    assert parts == {"A": (1.0, 3), "B": (0.5, 2)}
