"""Two month ends held side by side, what a shorter DSO would release, and who has how much to chase: by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure import figure_rows, figures
from workbench.measure.figure import Figure, Period

# What is open at the end of February, and what March made of it.
EVENTS = """\
falls due     | invoice_generated   | 2026-02-08 09:00
part paid     | invoice_generated   | 2026-01-10 09:00
part paid     | payment_received    | 2026-03-20 09:00 | bot | robot | payment_amount=50
written off   | invoice_generated   | 2025-12-15 09:00
written off   | invoice_written_off | 2026-03-05 09:00 | ben | human | write_off_amount=300
paid          | invoice_generated   | 2026-01-20 09:00
paid          | payment_received    | 2026-03-03 09:00 | bot | robot | payment_amount=420
not due       | invoice_generated   | 2026-02-15 09:00
grows old     | invoice_generated   | 2025-10-01 09:00
is old        | invoice_generated   | 2025-09-01 09:00
no due date   | invoice_generated   | 2026-02-01 09:00
credited      | invoice_generated   | 2026-01-25 09:00
credited      | credit_memo_issued  | 2026-03-09 09:00 | ben | human | credit_amount=90
new           | invoice_generated   | 2026-03-10 09:00
paid before   | invoice_generated   | 2026-01-02 09:00
paid before   | payment_received    | 2026-02-28 23:59 | bot | robot | payment_amount=10
"""
CASES = """\
invoice_number | invoice_amount | currency | invoice_date | due_date
falls due      | 100 | EUR | 2026-02-08 | 2026-03-10
part paid      | 200 | EUR | 2026-01-10 | 2026-02-10
written off    | 300 | EUR | 2025-12-15 | 2026-01-15
paid           | 400 | EUR | 2026-01-20 | 2026-02-20
not due        | 500 | EUR | 2026-02-15 | 2026-04-15
grows old      | 60  | EUR | 2025-10-01 | 2025-11-01
is old         | 70  | EUR | 2025-09-01 | 2025-10-01
no due date    | 80  | EUR | 2026-02-01 |
credited       | 90  | EUR | 2026-01-25 | 2026-02-25
new            | 15  | EUR | 2026-03-10 | 2026-03-20
paid before    | 10  | EUR | 2026-01-02 | 2026-02-02
"""
# Band at the end of February: balance, rolled, cured. A memo is neither; 20 paid too much cure nothing.
BANDS = {
    "not_due": (100 + 500, 100, 0),
    "1-30": (200 + 400 + 90, 150, 50 + 400),
    "31-60": (300, 300, 0),
    "91-120": (60, 60, 0),
    ">120": (70, 0, 0),
}
BALANCE, ROLLED, CURED = 1720, 610, 450


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-03-31")


def one(log: PreparedLog, name: str) -> Figure:
    (found,) = figures(log, [name])
    return found


@pytest.mark.parametrize(("name", "place", "whole"), [("CC18", 1, ROLLED), ("CC18.cure", 2, CURED)])
def test_what_became_of_each_band(log: PreparedLog, name: str, place: int, whole: int) -> None:
    found = one(log, name)
    assert (found.value, found.n, found.unknown) == (pytest.approx(whole / BALANCE), 8, 1)
    assert {part.key: part.value for part in found.parts} == {
        band: pytest.approx(sums[place] / sums[0]) for band, sums in BANDS.items()
    }
    assert found.stats == {"balance": BALANCE, "rolled": ROLLED, "written_off": 300, "cured": CURED}


def test_several_months_are_pooled(log: PreparedLog) -> None:
    """January's end has 60, 70, 200, 300, 400, 90 and 10; by the end of February only the 10 are paid. Of the 200,
    400, 90 and 10 that were not due, 690 are late; 31 days late became 59: the 300 went from 1-30 to 31-60. The 60
    went on from 91-120 (91) to 91-120 (119), the 70 stayed over 120."""
    (found,) = figures(log, ["CC18"], period=Period(date(2026, 2, 1), date(2026, 3, 31)))
    january, rolled = 60 + 70 + 200 + 300 + 400 + 90 + 10, 200 + 400 + 90 + 300
    assert found.value == pytest.approx((rolled + ROLLED) / (january + BALANCE))


def test_the_rows_behind(log: PreparedLog) -> None:
    rows = figure_rows(log, "CC18").set_index("case_id")
    assert set(rows.index) == {"no due date", *CASES_OPEN}
    assert rows.loc["part paid", ["band", "band_after", "balance"]].tolist() == ["1-30", "31-60", 200]
    sums = rows.drop(index="no due date")[["balance", "rolled", "written_off", "cured"]].sum().tolist()
    assert sums == [BALANCE, ROLLED, 300, CURED]


CASES_OPEN = {
    "falls due", "part paid", "written off", "paid", "not due", "grows old", "is old", "credited"
}  # fmt: skip


def test_a_settlement_cures_what_no_payment_tells() -> None:
    """Of a's 100 the payment brought 40 and the settlement forgave the rest; b's 60 after a memo of 30 were settled."""
    events = """\
a | invoice_generated  | 2026-01-05 09:00
a | payment_received   | 2026-03-02 09:00 | - | - | payment_amount=40
a | invoice_settled    | 2026-03-04 09:00
b | invoice_generated  | 2026-01-05 09:00
b | credit_memo_issued | 2026-03-02 09:00 | - | - | credit_amount=30
b | invoice_settled    | 2026-03-04 09:00
"""
    cases = """\
invoice_number | invoice_amount | currency | invoice_date | due_date
a | 100 | EUR | 2026-01-05 | 2026-02-05
b | 90 | EUR | 2026-01-05 | 2026-02-05
"""
    found = one(prepared(events, cases, as_of="2026-03-31"), "CC18.cure")
    assert found.stats["cured"] == 40 + 60
    assert found.value == pytest.approx(100 / 190)


def test_nothing_open_is_undefined() -> None:
    log = prepared("a | invoice_generated | 2026-03-05 09:00", SOLD, as_of="2026-03-31")
    found = one(log, "CC18")
    assert (found.value, str(found.reason)) == (None, "nothing was open when the period began")


# ---------------------------------------------------------------------- what a target would release
SOLD = "invoice_number | invoice_amount | currency | invoice_date | due_date\na | 900 | EUR | 2026-03-05 | 2026-04-05\n"
SALE = """\
a | invoice_generated | 2026-03-05 09:00
b | invoice_generated | 2026-01-05 09:00
b | invoice_settled | 2026-03-02 09:00
"""
SALES = SOLD + "b | 900 | EUR | 2026-01-05 | 2026-02-05\n"


@pytest.mark.parametrize(
    ("target", "released"),
    [
        ({"at_most": 30}, 300),
        ({"between": [20, 35]}, 200),
        ({"at_most": 60}, -300),
        ({"change_pct": -50}, 450),
    ],
)
def test_capital_that_the_target_would_release(target: dict[str, object], released: float) -> None:
    """900 open of 1,800 sold in 90 days: a DSO of 45 at 20 a day. The first three months are the baseline here."""
    log = prepared(
        SALE, SALES, as_of="2026-03-31", targets={"CC07": target}, policy={"cost_of_capital": 0.08},
        baseline=(date(2026, 1, 1), date(2026, 3, 31)),
    )  # fmt: skip
    found = one(log, "CC50")
    assert (found.value, found.currency) == (pytest.approx(released), "EUR")
    assert found.stats["capital_cost"] == pytest.approx(0.08 * released)
    assert (found.stats["dso"], found.stats["sales_per_day"]) == (45, 20)


def test_without_a_target_nothing_is_released() -> None:
    found = one(prepared(SALE, SALES, as_of="2026-03-31"), "CC50")
    assert (found.value, str(found.reason)) == (None, "no target is set for CC07")
    by_sale = figure_rows(
        prepared(SALE, SALES, as_of="2026-03-31", targets={"CC07": {"at_most": 30}}), "CC50"
    )
    assert by_sale.groupby("term")["amount"].sum().to_dict() == {"bottom 1": 1800, "top 1": 900}


# ---------------------------------------------------------------------- who has how much to chase
CHASED = """\
P | invoice_generated     | 2026-01-02 09:00
P | overdue_reminder_sent | 2026-02-10 09:00 | ana | human | dunning_level=1
Q | invoice_generated     | 2026-01-02 09:00
Q | overdue_reminder_sent | 2026-02-10 09:00 | ana | human | dunning_level=1
Q | collection_call_made  | 2026-02-12 09:00 | ben | human
Q | dispute_registered    | 2026-02-13 09:00 | eve | human
S | invoice_generated     | 2026-01-02 09:00
T | invoice_generated     | 2026-01-02 09:00
T | overdue_reminder_sent | 2026-02-10 09:00 | ana | human | dunning_level=1
U | invoice_generated     | 2026-01-02 09:00
U | overdue_reminder_sent | 2026-02-10 09:00 | ana | human | dunning_level=1
U | payment_received      | 2026-02-20 09:00 | bot | robot | payment_amount=50
V | invoice_generated     | 2026-03-02 09:00
"""
CHASED_CASES = """\
invoice_number | invoice_amount | currency | invoice_date | due_date
P | 100 | EUR | 2026-01-02 | 2026-02-02
Q | 200 | EUR | 2026-01-02 | 2026-02-02
S | 300 | EUR | 2026-01-02 | 2026-02-02
T | 400 | EUR | 2026-01-02 | 2026-02-02
U |  50 | EUR | 2026-01-02 | 2026-02-02
V |  70 | EUR | 2026-03-02 | 2026-04-02
"""


def test_who_has_how_much_to_chase() -> None:
    """P and T are Ana's, Q is Ben's, who called last (a dispute is no chase); nobody has S; U is paid, V not due."""
    log = prepared(CHASED, CHASED_CASES, as_of="2026-03-31")
    count, value = one(log, "CC47"), one(log, "CC47.value")
    assert (count.value, count.n, count.unknown, count.stats["people"], count.stats["most"]) == (
        1.5,
        3,
        1,
        2,
        2,
    )
    assert (value.value, value.currency, value.stats["most"]) == (350, "EUR", 500)
    assert figure_rows(log, "CC47").set_index("case_id")["resource"].dropna().to_dict() == {
        "P": "ana", "Q": "ben", "T": "ana"
    }  # fmt: skip
