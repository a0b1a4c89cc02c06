"""The funnel by cohort, of activities and of stages that are only named: worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.measure.funnel import funnel_frame

BY_ACTIVITY = """\
a | opportunity_created   | 2026-01-01 09:00
a | opportunity_qualified | 2026-01-05 09:00
a | quote_issued          | 2026-01-07 09:00
a | opportunity_won       | 2026-01-17 09:00
b | opportunity_created   | 2026-01-10 09:00
b | quote_issued          | 2026-01-12 09:00
b | opportunity_qualified | 2026-01-13 09:00
b | opportunity_lost      | 2026-02-01 09:00
c | opportunity_created   | 2026-01-20 09:00
d | opportunity_created   | 2026-02-03 09:00
d | opportunity_qualified | 2026-02-04 09:00
e | opportunity_created   | 2026-02-05 09:00
e | opportunity_lost      | 2026-02-06 09:00
"""
CASES = "opportunity_id | opportunity_value\n" + "".join(f"{name} | 100\n" for name in "abcde")

# The same, of a CRM that knows stages only: b goes back, c skips one, d is lost in its first.
BY_STAGE = """\
a | opportunity_created | 2026-01-01 09:00 | ana | human | stage=Discovery
a | stage_changed       | 2026-01-03 09:00 | ana | human | stage=Demo
a | stage_changed       | 2026-01-07 09:00 | ana | human | stage=Offer
a | stage_changed       | 2026-01-09 09:00 | ana | human | stage=Won
a | opportunity_won     | 2026-01-09 09:00
b | opportunity_created | 2026-01-02 09:00 | ana | human | stage=Discovery
b | stage_changed       | 2026-01-04 09:00 | ana | human | stage=Demo
b | stage_changed       | 2026-01-05 09:00 | ana | human | stage=Discovery
b | stage_changed       | 2026-01-08 09:00 | ana | human | stage=Demo
c | opportunity_created | 2026-02-01 09:00 | ana | human | stage=Discovery
c | stage_changed       | 2026-02-11 09:00 | ana | human | stage=Offer
c | opportunity_lost    | 2026-02-12 09:00
d | opportunity_created | 2026-02-01 09:00 | ana | human | stage=Discovery
d | opportunity_lost    | 2026-02-02 09:00 | ana | human | stage=Lost
"""


def rows(log: PreparedLog, cohort: date | None) -> dict[str, tuple[int, int, int]]:
    frame = funnel_frame(log)
    own = frame[[found == cohort for found in frame["cohort"]]]
    return {
        str(stage): (int(reached), int(moved), int(still))
        for stage, reached, moved, still in zip(
            own["stage"], own["reached"], own["moved"], own["open"], strict=True
        )
    }


@pytest.fixture(scope="module")
def activities() -> PreparedLog:
    return prepared(BY_ACTIVITY, CASES, as_of="2026-03-31", process="lead-to-cash")


@pytest.fixture(scope="module")
def stages() -> PreparedLog:
    return prepared(BY_STAGE, CASES, as_of="2026-03-31", process="lead-to-cash")


def test_cohorts_of_activities(activities: PreparedLog) -> None:
    """January: a goes all the way, b is quoted before it is qualified and lost, c still stands in its first stage."""
    created, qualified, quoted = "opportunity_created", "opportunity_qualified", "quote_issued"
    assert rows(activities, date(2026, 1, 1)) == {created: (3, 2, 1), qualified: (2, 1, 0), quoted: (2, 1, 0)}
    assert rows(activities, date(2026, 2, 1)) == {created: (2, 1, 0), qualified: (1, 0, 1)}
    assert rows(activities, None) == {created: (5, 3, 1), qualified: (3, 1, 1), quoted: (2, 1, 0)}


def test_bounds_and_days(activities: PreparedLog) -> None:
    """Of five, one is open: 3 of 4 went on, 3/5 to 4/5. a took 4 days, b 2 to its quote, d 1: median 2."""
    first = funnel_frame(activities).iloc[0]
    assert (first["cases"], first["share"], first["low"], first["high"]) == (5, 0.75, 0.6, 0.8)
    assert first["median_days"] == 2


def test_stages_that_are_only_named(stages: PreparedLog) -> None:
    """Discovery, demo, offer by the order in which deals come to them; b moved on from its first discovery."""
    assert rows(stages, None) == {"Discovery": (4, 3, 0), "Demo": (2, 1, 1), "Offer": (2, 1, 0)}
    assert rows(stages, date(2026, 2, 1)) == {"Discovery": (2, 1, 0), "Offer": (1, 0, 0)}
    frame = funnel_frame(stages).set_index("stage")
    assert frame["median_days"].iloc[:3].tolist() == [2, 4, 2]


def test_stage_conversion_follows_named_stages(stages: PreparedLog) -> None:
    (found,) = figures(stages, ["LC06"])
    assert [(part.key, part.value, part.n) for part in found.parts] == [
        ("Discovery", 0.75, 4), ("Demo", 1.0, 1), ("Offer", 0.5, 2),
    ]  # fmt: skip
    assert (found.value, found.n, found.pending) == (pytest.approx(5 / 7), 7, 1)


def test_the_order_that_the_template_gives_goes_before() -> None:
    """Deals that begin late in the pipeline do not turn it round."""
    named = (
        BY_STAGE.replace("Discovery", "Proposal")
        .replace("Demo", "Prospecting")
        .replace("Offer", "Negotiation")
    )
    frame = funnel_frame(prepared(named, CASES, as_of="2026-03-31", process="lead-to-cash"))
    assert frame["stage"].iloc[:3].tolist() == ["Prospecting", "Proposal", "Negotiation"]


def test_a_process_without_stages_has_no_funnel() -> None:
    log = prepared(
        "x | invoice_generated | 2026-01-05 09:00",
        "invoice_number | invoice_amount\nx | 5\n",
        as_of="2026-01-31",
    )
    assert funnel_frame(log).empty
