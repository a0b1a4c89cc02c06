"""Figures by an attribute: whose a case is, and groups too small to be shown, worked by hand."""

from __future__ import annotations

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure import Figure, figures, segment_frame
from workbench.measure.evaluate import kpi_frame
from workbench.measure.stored import figure_from_data, storable
from workbench.messages import Message

# Bob bills everything. Ana has A and B last, Eve has C; D nobody but Bob. The robot's payment has no user.
CASES = """
invoice_number | invoice_amount | invoice_date | due_date | customer_id
A | 100 | 2026-01-05 | 2026-01-20 | c1
B | 100 | 2026-01-05 | 2026-01-20 | c1
C | 300 | 2026-01-05 | 2026-01-20 | c2
D | 400 | 2026-01-05 | 2026-01-20 | c3
"""
EVENTS = """
A | invoice_generated | 2026-01-05 09:00 | bob | human
A | overdue_reminder_sent | 2026-01-25 09:00 | eve | human | dunning_level=1
A | overdue_reminder_sent | 2026-02-05 09:00 | ana | human | dunning_level=2
A | payment_received | 2026-02-10 09:00 | - | - | payment_amount=100.00
B | invoice_generated | 2026-01-05 09:00 | bob | human
B | overdue_reminder_sent | 2026-01-25 09:00 | ana | human | dunning_level=1
C | invoice_generated | 2026-01-05 09:00 | bob | human
C | overdue_reminder_sent | 2026-01-25 09:00 | eve | human | dunning_level=1
C | payment_received | 2026-01-28 09:00 | - | - | payment_amount=300.00
D | invoice_generated | 2026-01-05 09:00 | bob | human
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-02-28")


def by(log: PreparedLog, kpi: str, attribute: str, **how: int) -> dict[str | None, Figure]:
    return {found.group: found for found in figures(log, [kpi], by=attribute, **how)}


def test_a_case_is_its_last_handler_s(log: PreparedLog) -> None:
    """Nobody paid by the due date: Ana 0 of 2, Eve 0 of 1, Bob 0 of 1."""
    found = by(log, "CC15", "user_or_collector")
    assert {group: (figure.value, figure.n) for group, figure in found.items()} == {
        "ana": (0.0, 2),
        "bob": (0.0, 1),
        "eve": (0.0, 1),
    }


def test_an_event_keeps_its_own(log: PreparedLog) -> None:
    """Reminders that a payment followed: Ana's on A but not on B; Eve's on C but not on A, where Ana's came between."""
    found = by(log, "CC22", "user_or_collector")
    assert {group: (figure.value, figure.n) for group, figure in found.items()} == {
        "ana": (0.5, 2),
        "eve": (0.5, 2),
    }


def test_what_is_set_in_relation_has_one_owner(log: PreparedLog) -> None:
    """February: Ana begins with A and B and collects A, Bob's D stays; that Bob wrote all the bills is no matter."""
    found = by(log, "CC12", "user_or_collector")
    assert {group: (figure.stats["top"], figure.stats["bottom"]) for group, figure in found.items()} == {
        "ana": (100.0, 200.0),
        "bob": (0.0, 400.0),
    }
    sales = by(log, "CC07", "user_or_collector")
    assert {group: figure.stats["bottom"] for group, figure in sales.items()} == {
        "ana": 200.0,
        "bob": 400.0,
        "eve": 300.0,
    }


def test_another_attribute_of_events_is_the_last_one_that_the_case_shows(log: PreparedLog) -> None:
    found = by(log, "CC15", "dunning_level")
    assert {group: figure.n for group, figure in found.items()} == {"1": 2, "2": 1, None: 1}


def test_small_groups_are_one(log: PreparedLog) -> None:
    """c1 has two cases, the others one each: with at least two asked for, c2 and c3 are one."""
    found = by(log, "CC15", "customer_id", least=2)
    assert {group: (figure.n, figure.merged) for group, figure in found.items()} == {
        "c1": (2, False),
        "other": (2, True),
    }
    kept = figure_from_data(storable(found["other"]) or {})
    assert (kept.group, kept.merged, kept.value, kept.n) == ("other", True, found["other"].value, 2)
    assert isinstance(kept.group, Message)


def test_what_the_project_says_holds_everywhere() -> None:
    log = prepared(EVENTS, CASES, as_of="2026-02-28", least=2)
    assert set(by(log, "CC15", "customer_id")) == {"c1", "other"}
    assert set(kpi_frame(log, ["CC15"], by="customer_id")["group"]) == {"c1", "other"}
    frame = segment_frame(log, attributes=["customer_id"])
    assert frame.loc[frame["attribute"] == "customer_id", "value"].tolist() == ["c1", "other"]
    # By an attribute of events, by how many cases show it: Bob 4, Ana 2, Eve 2.
    assert set(by(log, "CC15", "user_or_collector")) == {"ana", "bob", "eve"}
    assert set(by(log, "CC15", "user_or_collector", least=3)) == {"bob", "other"}


def test_small_parts_of_a_group_are_one() -> None:
    """Level 1 is shown by A, B and C, level 2 by A alone. Ana wrote one of each, Eve two of level 1."""
    log = prepared(EVENTS, CASES, as_of="2026-02-28", least=2)
    (whole,) = figures(log, ["CC22"])
    assert [(part.key, part.value, part.n) for part in whole.parts] == [
        ("1", pytest.approx(1 / 3), 3),
        ("other", 1.0, 1),
    ]
    found = by(log, "CC22", "user_or_collector")
    assert [(part.key, part.value, part.n) for part in found["ana"].parts] == [("other", 0.5, 2)]
    assert [(part.key, part.value, part.n) for part in found["eve"].parts] == [("1", 0.5, 2)]
    every = by(log, "CC22", "user_or_collector", least=1)
    assert [part.key for part in every["ana"].parts] == ["1", "2"]


def test_small_parts_of_a_sum_are_one() -> None:
    """Open disputes about 100 (price), 100 (price) and 300 (quality)."""
    disputes = """
    A | dispute_registered | 2026-02-20 09:00 | - | - | dispute_reason=price, disputed_amount=100
    B | dispute_registered | 2026-02-20 09:00 | - | - | dispute_reason=price, disputed_amount=100
    C | dispute_registered | 2026-02-20 09:00 | - | - | dispute_reason=quality, disputed_amount=300
    """
    events = EVENTS.replace("C | payment_received", "C | payment_posted").replace(
        "A | payment_received", "A | payment_posted"
    )
    shown = {}
    for least in (1, 2):
        log = prepared(events + disputes, CASES, as_of="2026-02-28", least=least)
        (found,) = figures(log, ["CC30.value"])
        shown[least] = {part.key: (part.value, part.n) for part in found.parts}
    assert shown[1] == {"price": (200.0, 2), "quality": (300.0, 1)}
    assert shown[2] == {"price": (200.0, 2), "other": (300.0, 1)}
