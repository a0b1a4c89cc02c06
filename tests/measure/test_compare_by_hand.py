"""Two populations compared, worked by hand: verdicts at their bounds, what is pending, what has no weight."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.log.small import prepared
from workbench.errors import WorkbenchError
from workbench.log.prepared import PreparedLog
from workbench.measure import figures
from workbench.measure.compare import compare_frame, two_segments

HEAD = "invoice_number | invoice_amount | due_date | customer_segment\n"


def _invoices(segment: str, on_time: int, late: int, pending: int = 0) -> tuple[list[str], list[str]]:
    """Invoices of 100 that were due in February and paid on the day or a week later, or are due after as-of."""
    events, cases = [], []
    for number in range(on_time + late + pending):
        case = f"{segment}{number}"
        events.append(f"{case} | invoice_generated | 2026-01-05 09:00")
        cases.append(
            f"{case} | 100 | {'2026-05-10' if number >= on_time + late else '2026-02-10'} | {segment}"
        )
        if number < on_time + late:
            day = 10 if number < on_time else 17
            events.append(f"{case} | payment_received | 2026-02-{day} 09:00 | - | - | payment_amount=100")
    return events, cases


def _compared(*sides: tuple[list[str], list[str]], kpi: str) -> pd.Series:
    events, cases = ([line for side in sides for line in side[place]] for place in (0, 1))
    log = prepared("\n".join(events), HEAD + "\n".join(cases), as_of="2026-03-31")
    frame = compare_frame(*two_segments(log, "customer_segment", ("A", "B")), [kpi])
    return frame.iloc[0]


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        # 24 of 40 against 4 of 40; if 20 more of B came in time it were 24 of 60, which is still less.
        ((24, 16, 0), (4, 36, 20), "worse"),
        # Of 60 more 64 of 100 would be more than 24 of 40.
        ((24, 16, 0), (4, 36, 60), "undecided"),
        ((4, 36, 20), (24, 16, 0), "better"),
        ((4, 36, 60), (24, 16, 0), "undecided"),
        # What is pending on the better side only counts where it comes late: 24 of 60 is more than 4 of 40.
        ((24, 16, 20), (4, 36, 0), "worse"),
        # Of 240 it is 24 of 280, and less.
        ((24, 16, 240), (4, 36, 0), "undecided"),
        ((4, 36, 0), (24, 16, 240), "undecided"),
    ],
)
def test_a_share_is_undecided_where_what_is_pending_could_turn_it(
    first: tuple[int, int, int], second: tuple[int, int, int], verdict: str
) -> None:
    row = _compared(_invoices("A", *first), _invoices("B", *second), kpi="CC15")
    assert (row["first_n"], row["second_n"]) == (40, 40)
    assert (row["first_pending"], row["second_pending"]) == (first[2], second[2])
    assert row["verdict"] == verdict


def _settled(segment: str, days: int, done: int, still_open: int) -> tuple[list[str], list[str]]:
    """Invoices settled after so many days, every other one a day later, and some that are not settled yet."""
    cases = [f"{segment}{number} | 100 | 2026-02-10 | {segment}" for number in range(done + still_open)]
    events = [
        f"{segment}{number} | invoice_generated | 2026-01-01 09:00" for number in range(done + still_open)
    ]
    events += [
        f"{segment}{number} | invoice_settled | 2026-01-{1 + days + number % 2:02} 09:00"
        for number in range(done)
    ]
    return events, cases


@pytest.mark.parametrize(("still_open", "verdict"), [(4, "worse"), (5, "undecided")])
def test_a_mean_is_undecided_where_more_than_one_in_ten_still_runs(still_open: int, verdict: str) -> None:
    """36 settled and 4 open are one in ten, and 5 are more."""
    row = _compared(_settled("A", 5, 36, 0), _settled("B", 20, 36, still_open), kpi="CC06")
    assert (row["first"], row["second"]) == (5.5, 20.5)
    assert row["verdict"] == verdict


SEGMENTS = """
a | invoice_generated | 2026-01-05 09:00
a | payment_received  | 2026-02-10 09:00 | - | - | payment_amount=300
b | invoice_generated | 2026-01-05 09:00
b | payment_received  | 2026-02-17 09:00 | - | - | payment_amount=100
c | invoice_generated | 2026-01-05 09:00
d | invoice_generated | 2026-01-05 09:00
d | payment_received  | 2026-02-10 09:00 | - | - | payment_amount=100
e | invoice_generated | 2026-01-05 09:00
"""
TWO = f"""{HEAD}
a | 300 | 2026-02-10 | A
b | 100 | 2026-02-10 | A
c | -50 | 2026-02-10 | A
d | 100 | 2026-02-10 | B
e |     | 2026-02-10 | B
"""


@pytest.fixture(scope="module")
def two() -> PreparedLog:
    return prepared(SEGMENTS, TWO, as_of="2026-03-31")


def test_an_attribute_with_two_values_needs_no_choice(two: PreparedLog) -> None:
    assert [side.name for side in two_segments(two, "customer_segment")] == ["A", "B"]


def test_an_attribute_with_three_values_needs_one() -> None:
    log = prepared(SEGMENTS, TWO.replace("2026-02-10 | B", "2026-02-10 | C", 1), as_of="2026-03-31")
    with pytest.raises(WorkbenchError, match=r"Two values of customer_segment are compared, not 3"):
        two_segments(log, "customer_segment")
    assert [side.name for side in two_segments(log, "customer_segment", ["C", "A"])] == ["C", "A"]


@pytest.mark.parametrize(
    ("kpi", "first", "second"),
    [
        # By value 300 of 400; a credit balance weighs nothing, and an invoice without an amount neither.
        ("CC15.value", 0.75, 1.0),
        # a came in time and b late; what is in credit is not due, and of e nobody knows what is.
        ("CC15", 0.5, 1.0),
    ],
)
def test_what_has_no_weight_of_its_own_counts_as_in_the_figure(
    two: PreparedLog, kpi: str, first: float, second: float
) -> None:
    row = compare_frame(*two_segments(two, "customer_segment", ("A", "B")), [kpi]).iloc[0]
    assert (row["first"], row["second"]) == pytest.approx((first, second))
    for side, population in zip(("first", "second"), two_segments(two, "customer_segment"), strict=True):
        (figure,) = figures(population.log, [kpi])
        assert figure.value == pytest.approx(row[side])
        assert figure.n == row[f"{side}_n"]


def test_what_is_worth_nothing_does_not_count_by_value() -> None:
    """Of 300 and a cent won and four times 100 lost; one won is worth less than nothing, of one lost nobody knows.

    One in five of the lost without a value is just few enough for the figure to be shown.
    """
    values = {
        "w1": "300",
        "w2": "-50",
        "w3": "0.01",
        **dict.fromkeys(("l1", "l2", "l3", "l4"), "100"),
        "l5": "",
    }
    events, cases = [], []
    for segment in "AB":
        for name, value in values.items():
            ending = "opportunity_won" if name.startswith("w") else "opportunity_lost"
            events += [
                f"{segment}{name} | opportunity_created | 2026-01-05 09:00",
                f"{segment}{name} | {ending} | 2026-02-05 09:00",
            ]
            cases.append(f"{segment}{name} | {value} | {segment}")
    head = "opportunity_id | opportunity_value | region\n"
    log = prepared("\n".join(events), head + "\n".join(cases), as_of="2026-03-31", process="lead-to-cash")
    (figure,) = figures(log, ["LC07.value"])
    assert figure.value == pytest.approx(300.01 / 700.01)
    row = compare_frame(*two_segments(log, "region"), ["LC07.value"]).iloc[0]
    assert (row["first"], row["second"]) == pytest.approx((300.01 / 700.01,) * 2)


def test_a_deal_without_an_amount_adds_nothing_to_a_ratio() -> None:
    """Of 100 and 300 a tenth and a fifth are given away, 70 of 400; of the third nobody knows the price."""
    rows = [("a", "100", "0.1"), ("b", "300", "0.2"), ("c", "", "0.3")]
    events = [
        f"{region}{name} | opportunity_created | 2026-01-05 09:00\n{region}{name} | opportunity_won | 2026-02-05 09:00"
        for region in "AB"
        for name, _, _ in rows
    ]
    cases = [
        f"{region}{name} | {price} | {given} | {region}" for region in "AB" for name, price, given in rows
    ]
    head = "opportunity_id | list_price | discount_pct | region\n"
    log = prepared("\n".join(events), head + "\n".join(cases), as_of="2026-03-31", process="lead-to-cash")
    (figure,) = figures(log, ["LC14"])
    row = compare_frame(*two_segments(log, "region"), ["LC14"]).iloc[0]
    assert (figure.value, row["first"], row["second"]) == pytest.approx((0.175, 0.175, 0.175))
