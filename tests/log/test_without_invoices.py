"""A log of credit and collections in which no invoice is made: what rests on a balance is not known, and not wrong."""

from __future__ import annotations

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.rules import checkable

# Extracted from the collectors' system alone.
EVENTS = """
a | overdue_reminder_sent | 2026-02-12 09:00 | ana | human | dunning_level=1
a | promise_recorded      | 2026-02-14 09:00 | ana | human | promise_date=2026-02-20, promise_amount=100
a | payment_received      | 2026-02-18 09:00 | -   | -     | payment_amount=100
b | overdue_reminder_sent | 2026-02-12 09:00 | ana | human | dunning_level=1
b | promise_recorded      | 2026-02-14 09:00 | ana | human | promise_date=2026-02-20
b | payment_received      | 2026-02-18 09:00 | -   | -     | payment_amount=100
"""
CASES = """
invoice_number | invoice_amount | due_date
a              | 100            | 2026-02-10
b              | 100            | 2026-02-10
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-03-31")


def test_a_promise_without_an_amount_cannot_be_held_against_a_balance_that_nobody_knows(
    log: PreparedLog,
) -> None:
    """a kept what it promised; of b nobody knows how much that was."""
    assert not log.ledgers
    frame = log.frame(log.pairs["promise"].order_by("case_key"))
    assert frame["closed"].notna().tolist() == [True, False]


def test_that_a_due_date_went_by_is_not_known_without_a_balance(log: PreparedLog) -> None:
    """Whether anything was still open then nobody knows: no reminder was too early for all that is known."""
    assert not log.knows("due_date_passed")
    assert checkable(log, log.template.rules["R01"]) is not None
    (found,) = figures(log, ["CC19"])
    assert (found.value, str(found.reason)) == (None, "the log has no due_date_passed")
