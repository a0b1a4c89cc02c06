"""What was forecast at each stage, held against what came: the scores by hand."""

from __future__ import annotations

import pytest

from tests.log.small import prepared
from workbench.measure import figure_rows, figures

# a won, b lost, c open; d lost without ever a probability; e decided at the very moment of its last stage.
EVENTS = """\
a | opportunity_created | 2026-01-01 09:00 | ana | human | stage=First, probability=0.2
a | stage_changed       | 2026-01-05 09:00 | ana | human | stage=Second, probability=0.6
a | opportunity_won     | 2026-01-09 09:00 | ana | human | probability=1
b | opportunity_created | 2026-01-01 09:00 | ana | human | stage=First, probability=0.2
b | stage_changed       | 2026-01-05 09:00 | ana | human | stage=Second, probability=0.5
b | stage_changed       | 2026-01-07 09:00 | ana | human | stage=First, probability=0.1
b | opportunity_lost    | 2026-01-09 09:00 | ana | human | probability=0
c | opportunity_created | 2026-01-01 09:00 | ana | human | stage=First, probability=0.9
d | opportunity_created | 2026-01-01 09:00 | ana | human | stage=First
d | opportunity_lost    | 2026-01-09 09:00
e | opportunity_created | 2026-01-01 09:00 | ana | human | stage=First, probability=0.4
e | stage_changed       | 2026-01-09 09:00 | ana | human | stage=Closed, probability=1
e | opportunity_won     | 2026-01-09 09:00
"""
CASES = "opportunity_id | opportunity_value\na | 100\nb | 300\nc | 700\nd | 900\ne | 200\n"
FIRST = (0.8**2 + 0.2**2 + 0.1**2 + 0.6**2, 4)
SECOND = (0.4**2 + 0.5**2, 2)


def test_scores_by_stage() -> None:
    """Six visits before a decision: a 0.2 and 0.6, b 0.2, 0.5 and 0.1, e 0.4; d's is unknown, c is not decided."""
    log = prepared(EVENTS, CASES, as_of="2026-03-31", process="lead-to-cash")
    brier, weighted = figures(log, ["LC26", "LC26.value"])
    assert (brier.value, brier.n, brier.unknown) == (pytest.approx((FIRST[0] + SECOND[0]) / 6), 6, 1)
    assert brier.stats == {"forecast": pytest.approx(2.0 / 6), "actual": 0.5}
    assert {part.key: (part.value, part.n) for part in brier.parts} == {
        "First": (pytest.approx(FIRST[0] / 4), 4),
        "Second": (pytest.approx(SECOND[0] / 2), 2),
    }
    first = brier.parts[0].stats
    assert (first["forecast"], first["actual"]) == (pytest.approx(0.9 / 4), 0.5)
    forecast = 100 * (0.2 + 0.6) + 300 * (0.2 + 0.5 + 0.1) + 200 * 0.4
    assert weighted.value == pytest.approx(forecast / (100 + 100 + 200))
    assert weighted.stats["weighted_value"] == pytest.approx(forecast)
    rows = figure_rows(log, "LC26")
    assert len(rows) == 7
    assert rows["error"].sum() == pytest.approx(FIRST[0] + SECOND[0])


def test_without_values_of_the_lost_the_sum_is_withheld() -> None:
    log = prepared(EVENTS, CASES.replace("300", "0"), as_of="2026-03-31", process="lead-to-cash")
    (found,) = figures(log, ["LC26.value"])
    assert found.value is None
    assert "100%" in str(found.reason)


def test_a_deal_said_to_be_certain_is_known() -> None:
    """s was said to be won for certain and was, m was too and was lost, n was said to be lost and was: 0, 1 and 0.

    Nothing is more than certain: what is written for o is no probability.
    """
    events = """\
s | opportunity_created | 2026-01-01 09:00 | ana | human | stage=First, probability=1
s | opportunity_won     | 2026-01-09 09:00
m | opportunity_created | 2026-01-01 09:00 | ana | human | stage=First, probability=1
m | opportunity_lost    | 2026-01-09 09:00
n | opportunity_created | 2026-01-01 09:00 | ana | human | stage=First, probability=0
n | opportunity_lost    | 2026-01-09 09:00
o | opportunity_created | 2026-01-01 09:00 | ana | human | stage=First, probability=1.2
o | opportunity_lost    | 2026-01-09 09:00
"""
    cases = "opportunity_id | opportunity_value\n" + "".join(f"{name} | 100\n" for name in "smno")
    (found,) = figures(prepared(events, cases, as_of="2026-03-31", process="lead-to-cash"), ["LC26"])
    assert (found.value, found.n, found.unknown) == (pytest.approx(1 / 3), 3, 1)
    assert found.stats == {"forecast": pytest.approx(2 / 3), "actual": pytest.approx(1 / 3)}


def test_only_lost_deals_with_a_probability_can_withhold_the_sum() -> None:
    """a is won and b lost, each with a value; w is won without one, u lost without one and without a probability.

    Of the lost with a probability, b alone, none is without a value: 0.5 × 100 + 0.5 × 300 over the 100 of a.
    """
    events = """\
a | opportunity_created | 2026-01-01 09:00 | ana | human | stage=First, probability=0.5
a | opportunity_won     | 2026-01-09 09:00
b | opportunity_created | 2026-01-01 09:00 | ana | human | stage=First, probability=0.5
b | opportunity_lost    | 2026-01-09 09:00
w | opportunity_created | 2026-01-01 09:00 | ana | human | stage=First, probability=0.5
w | opportunity_won     | 2026-01-09 09:00
u | opportunity_created | 2026-01-01 09:00 | ana | human | stage=First
u | opportunity_lost    | 2026-01-09 09:00
"""
    cases = "opportunity_id | opportunity_value\na | 100\nb | 300\nw |\nu |\n"
    (found,) = figures(prepared(events, cases, as_of="2026-03-31", process="lead-to-cash"), ["LC26.value"])
    assert (found.value, found.n, found.unknown, found.reason) == (pytest.approx(2), 3, 1, None)
    assert found.stats == {"weighted_value": pytest.approx(200), "won_value": pytest.approx(100)}
