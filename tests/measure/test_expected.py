"""Units held beside what their work lets expect: the arithmetic by hand, and the KPIs that rest on it."""

from __future__ import annotations

from math import sqrt

import pytest

from tests.log.small import prepared
from workbench.measure import figure_rows, figures
from workbench.measure.expected import Cell, gap_within, standardised
from workbench.measure.figure import Figure
from workbench.measure.smallgroups import OTHER

Z = 1.959963984540054


def yes(unit: str, stratum: str, n: int, hits: int) -> Cell:
    return Cell(unit, stratum, n, hits, hits)


def test_expected_value_and_the_spread_of_chance() -> None:
    """Easy deals are won 15 of 20, hard ones 5 of 20. Ana has 10 easy and 5 hard: 10 x 0.75 + 5 x 0.25 = 8.75 of 15.

    Drawn without putting back: 10 x 0.1875 x 10/19 + 5 x 0.1875 x 15/19 = 1.7269...
    """
    cells = [
        yes("ana", "easy", 10, 9),
        yes("ben", "easy", 10, 6),
        yes("ana", "hard", 5, 2),
        yes("ben", "hard", 15, 3),
    ]
    ana, ben = standardised(cells, least=5)
    assert (ana.unit, ana.n, ana.observed, ana.expected) == (
        "ana",
        15,
        pytest.approx(11 / 15),
        pytest.approx(8.75 / 15),
    )
    assert ana.adjusted == pytest.approx(20 / 40 * 11 / 8.75)
    reach = Z * sqrt(10 * 0.1875 * 10 / 19 + 5 * 0.1875 * 15 / 19) / 15
    assert (ana.low, ana.high) == (pytest.approx(8.75 / 15 - reach), pytest.approx(8.75 / 15 + reach))
    assert not ana.outside
    assert ben.expected == pytest.approx((7.5 + 3.75) / 25)


def test_who_has_a_stratum_alone_is_beside_nobody() -> None:
    (one,) = standardised([yes("ana", "north", 8, 5)], least=5)
    assert (one.expected, one.low, one.high, one.outside) == (0.625, 0.625, 0.625, False)


def test_few_rows_are_merged() -> None:
    cells = [yes("ana", "s", 10, 5), yes("ben", "s", 4, 4), yes("eva", "s", 2, 0)]
    held = {one.unit: one for one in standardised(cells, least=5)}
    assert set(held) == {"ana", OTHER}
    assert (held[OTHER].n, held[OTHER].observed, held[OTHER].members) == (6, pytest.approx(4 / 6), 2)


def test_difference_within_strata() -> None:
    """Easy: 9/10 against 12/20, weight 200/30; hard: 1/5 against 1/5, weight 25/10; not 10/15 - 13/25."""
    cells = [
        yes("over", "easy", 10, 9),
        yes("within", "easy", 20, 12),
        yes("over", "hard", 5, 1),
        yes("within", "hard", 5, 1),
    ]
    gap = gap_within([*cells, yes("over", "alone", 7, 7)], "over", "within")
    assert gap is not None
    first, second = 200 / 30, 25 / 10
    assert gap.value == pytest.approx(first * 0.3 / (first + second))
    easy, hard = 0.09 / 10 + 0.24 / 20, 0.16 / 5 + 0.16 / 5
    assert gap.high - gap.value == pytest.approx(
        Z * sqrt(first**2 * easy + second**2 * hard) / (first + second)
    )
    assert gap_within([yes("over", "a", 7, 7), yes("within", "b", 7, 7)], "over", "within") is None


# ---------------------------------------------------------------------- over a log
def deal(
    name: str, rep: str, region: str, value: float, *, won: bool, discount: float, days: int = 10
) -> tuple[str, str]:
    end = "opportunity_won" if won else "opportunity_lost"
    events = f"""\
{name} | opportunity_created | 2026-01-01 09:00
{name} | quote_issued | 2026-01-02 09:00
{name} | {end} | 2026-01-{1 + days:02} 09:00
"""
    return events, f"{name} | {rep} | {region} | {value} | {discount}\n"


DEALS = [
    *[
        deal(
            f"a{n}", "ana", "north", 100, won=n < 6, discount=0.2 if n < 4 else 0.05, days=20 if n < 4 else 10
        )
        for n in range(7)
    ],
    *[deal(f"b{n}", "ben", "north", 100, won=n < 1, discount=0.15) for n in range(7)],
    *[deal(f"c{n}", "eva", "south", 100, won=True, discount=0.1) for n in range(2)],
]
# Approvals are recorded: of Ben's deals one that needs none has one.
EVENTS = "".join(events for events, _ in DEALS) + "b0 | quote_approved | 2026-01-01 12:00\n"
CASES = "opportunity_id | sales_rep | region | opportunity_value | discount_pct\n" + "".join(
    case for _, case in DEALS
)


@pytest.fixture(scope="module")
def answers() -> dict[str, Figure]:
    log = prepared(EVENTS, CASES, as_of="2026-03-31", process="lead-to-cash", least=5)
    ids = ["LC16", "LC16.cycle", "LC32", "LC32.cycle", "LC32.value", "LC32.conformance", "LC32.discount"]
    return {found.id: found for found in figures(log, ids)}


def test_representatives_beside_their_deals(answers: dict[str, Figure]) -> None:
    """In the north 7 of 14 are won: Ana's 6 and Ben's 1 of 7 are each 2.5 from 3.5; chance leaves 1.96 x
    sqrt(7 x 0.25 x 7/13) = 1.90. Eva's two deals are too few to be named."""
    found = answers["LC32"]
    assert (found.value, found.n, found.stats["people"]) == (2, 16, 3)
    assert found.stats["strata"] == "region x opportunity_value"
    reach = Z * sqrt(7 * 0.25 * 7 / 13) / 7
    parts = {part.key: part for part in found.parts}
    assert list(parts) == ["ana", "ben", "other"]
    assert (parts["ana"].value, parts["ana"].n, parts["ana"].stats["expected"]) == (
        pytest.approx(6 / 7),
        7,
        0.5,
    )
    assert parts["ana"].stats["high"] == pytest.approx(0.5 + reach)
    assert (parts["other"].value, parts["other"].n) == (1, 2)


def test_representatives_by_cycle(answers: dict[str, Figure]) -> None:
    """Won in the north: Ana 4 x 20 + 2 x 10 days, Ben 10; 110 / 7 expected of both."""
    parts = {part.key: part for part in answers["LC32.cycle"].parts}
    assert (parts["ana"].value, parts["ana"].stats["expected"]) == (
        pytest.approx(100 / 6),
        pytest.approx(110 / 7),
    )
    assert set(parts) == {"ana", "other"}


def test_representatives_by_discount_value_and_conformance(answers: dict[str, Figure]) -> None:
    """North: Ana gave 4 x 20 and 3 x 5 %, Ben 7 x 15 %, 2.0 / 14 expected of both. All deals are worth 100.

    Ana's four over the limit have no approval: 3 of her 7 keep the rules, all of Ben's; 10 of 14 expected of both, and
    each is 2 from it, with 1.96 x sqrt(7 x 10/14 x 4/14 x 7/13) = 1.72 left to chance.
    """
    discounts = {part.key: part for part in answers["LC32.discount"].parts}
    assert discounts["ana"].value == pytest.approx(0.95 / 7)
    assert discounts["ana"].stats["expected"] == pytest.approx(2.0 / 14)
    worth = {part.key: part for part in answers["LC32.value"].parts}
    assert (worth["ana"].value, worth["ana"].stats["expected"], worth["ana"].n) == (100, 100, 6)
    kept = {part.key: part.value for part in answers["LC32.conformance"].parts}
    assert (kept["ana"], kept["ben"]) == (pytest.approx(3 / 7), 1)
    assert answers["LC32.conformance"].value == 2


def test_discounts_over_the_limit(answers: dict[str, Figure]) -> None:
    """North: 4 of 4 won over 15 %, 3 of 10 within it; the south has none over it. Exactly 15 % is within."""
    found = answers["LC16"]
    assert (found.value, found.n) == (pytest.approx(0.7), 16)
    parts = {part.key: part for part in found.parts}
    assert {key: part.n for key, part in parts.items()} == {"10–15 %": 7}
    assert (parts["10–15 %"].value, parts["10–15 %"].stats["expected"]) == (pytest.approx(1 / 7), 0.5)
    assert answers["LC16.cycle"].value == pytest.approx(10)


def test_the_rows_behind() -> None:
    log = prepared(EVENTS, CASES, as_of="2026-03-31", process="lead-to-cash")
    rows = figure_rows(log, "LC16").set_index("case_id")
    assert len(rows) == 16
    assert rows.loc["b0", ["unit", "over", "value"]].tolist() == ["10–15 %", False, 1]


def test_a_size_that_the_lost_lack_is_left_for_another() -> None:
    """Without a value for the lost, the third of the value would say who lost."""
    cases = CASES.replace("discount_pct\n", "discount_pct | list_price\n")
    cases = "\n".join(line if "list_price" in line else line + " | 50" for line in cases.splitlines())
    cases = cases.replace("| ben | north | 100 |", "| ben | north | 0 |")
    log = prepared(EVENTS, cases, as_of="2026-03-31", process="lead-to-cash")
    (found,) = figures(log, ["LC32"])
    assert found.stats["strata"] == "region x list_price"


def test_sizes_are_compared_by_thirds() -> None:
    """Values 10, 20 … 60: thirds end at 26.67 and 43.33, so two in each."""
    made = [deal(f"d{n}", "ana", "north", 10 * n, won=True, discount=0) for n in range(1, 7)]
    cases = "opportunity_id | sales_rep | region | opportunity_value | discount_pct\n" + "".join(
        case for _, case in made
    )
    log = prepared(
        "".join(events for events, _ in made) + "x | opportunity_lost | 2026-01-09 09:00\n",
        cases + "x | ben | north | 5 | \n",
        as_of="2026-03-31",
        process="lead-to-cash",
    )
    rows = figure_rows(log, "LC32.cycle").set_index("case_id")
    thirds = {name: str(stratum)[-3:] for name, stratum in rows["stratum"].items()}
    assert thirds == {"d1": "1/3", "d2": "1/3", "d3": "2/3", "d4": "2/3", "d5": "3/3", "d6": "3/3"}


# ---------------------------------------------------------------------- velocity
VELOCITY = """\
won      | opportunity_created   | 2025-05-01 09:00
won      | opportunity_won       | 2025-05-21 09:00
won too  | opportunity_created   | 2025-06-01 09:00
won too  | opportunity_won       | 2025-07-01 09:00
lost     | opportunity_created   | 2025-06-01 09:00
lost     | opportunity_lost      | 2025-09-01 09:00
long ago | opportunity_created   | 2024-01-01 09:00
long ago | opportunity_won       | 2025-03-31 23:59
open     | opportunity_created   | 2026-03-01 09:00
open     | opportunity_qualified | 2026-03-02 09:00
open 2   | opportunity_created   | 2026-03-01 09:00
open 2   | opportunity_qualified | 2026-03-02 09:00
raw      | opportunity_created   | 2026-03-01 09:00
"""
VALUES = """\
opportunity_id | opportunity_value
won | 3000
won too | 1000
lost | 9000
long ago | 100000
open | 500
open 2 | 500
raw | 500
"""


@pytest.mark.parametrize(
    ("events", "open_deals", "qualified"),
    [(VELOCITY, 2, True), (VELOCITY.replace("qualified", "changed"), 3, False)],
)
def test_velocity(events: str, open_deals: int, qualified: bool) -> None:
    """Of the year to 31 March 2026: 2 of 3 won, 2,000 each, in 25 days. Open 2 x 2/3 x 2,000 / 25 = 106.67 a day."""
    events = events.replace("opportunity_changed", "stage_changed")
    (found,) = figures(prepared(events, VALUES, as_of="2026-03-31", process="lead-to-cash"), ["LC08"])
    assert found.value == pytest.approx(open_deals * 2 / 3 * 2000 / 25)
    assert (found.n, found.stats["won"], found.stats["decided"]) == (open_deals, 2, 3)
    assert (found.stats["qualified_only"], found.stats["mean_won_value"]) == (qualified, 2000)


def test_velocity_without_a_decision() -> None:
    (found,) = figures(prepared(VELOCITY, VALUES, as_of="2027-03-31", process="lead-to-cash"), ["LC08"])
    assert (found.value, str(found.reason)) == (None, "no deal was decided in the last months")
