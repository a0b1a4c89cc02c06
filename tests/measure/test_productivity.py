"""What collectors bring in a day beside what their invoices let expect, and what agencies bring back: by hand."""

from __future__ import annotations

from datetime import date

import pytest

from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure import Period, figure_rows, figures
from workbench.measure.figure import Figure

# Ana has A1 to A6, ben B1 to B6; B6 went from ben to ana, who got the money. All are 1 to 30 days late when touched.
TOUCHED = """\
B6 | invoice_generated     | 2026-01-01 09:00
B6 | overdue_reminder_sent | 2026-02-10 09:00 | ben | human | dunning_level=1
B6 | payment_received      | 2026-02-11 09:00 | bot | robot | payment_amount=40
B6 | overdue_reminder_sent | 2026-02-12 09:00 | bot | robot | dunning_level=2
B6 | payment_received      | 2026-02-13 09:00 | bot | robot | payment_amount=10
B6 | collection_call_made  | 2026-02-14 09:00 | ana | human
B6 | promise_recorded      | 2026-02-14 10:00 | ana | human | promise_date=2026-02-20, promise_amount=50
B6 | payment_received      | 2026-02-18 09:00 | bot | robot | payment_amount=50
C1 | invoice_generated     | 2026-01-01 09:00
C1 | payment_received      | 2026-02-18 09:00 | bot | robot | payment_amount=100
"""


def own(name: str, who: str, paid: int, day: int) -> str:
    return f"""\
{name} | invoice_generated     | 2026-01-01 09:00
{name} | overdue_reminder_sent | 2026-02-{day:02} 09:00 | {who} | human | dunning_level=1
{name} | payment_received      | 2026-02-27 09:00 | bot | robot | payment_amount={paid}
"""


EVENTS = (
    TOUCHED
    + "".join(own(f"A{n}", "ana", 100 if n <= 3 else 20, 10 + n % 2) for n in range(1, 7))
    + "".join(own(f"B{n}", "ben", 20, 10 + n % 5) for n in range(1, 6))
)
NAMES = ["B6", "C1", *(f"A{n}" for n in range(1, 7)), *(f"B{n}" for n in range(1, 6))]
CASES = "invoice_number | invoice_amount | currency | invoice_date | due_date | customer_segment\n" + "".join(
    f"{name} | 100 | EUR | 2026-01-01 | 2026-02-01 | small\n" for name in NAMES
)


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-03-31")


def one(log: PreparedLog, name: str) -> Figure:
    (found,) = figures(log, [name])
    return found


def test_cash_per_collector_and_day(log: PreparedLog) -> None:
    """Ana acted on 10, 11 and 14 February: 300 + 60 + B6's 50 = 410; ben on 10 to 14: 100 + 50 = 150. A machine's
    reminder takes B6 from nobody, and C1 was nobody's. One stratum: 560 over 13 holds, 7 and 6 of them theirs."""
    found = one(log, "CC46")
    assert (found.value, found.n, found.currency) == (pytest.approx(560 / 8), 13, "EUR")
    ana, ben = found.parts
    assert (ana.key, ana.value, ana.n, ana.stats["days"]) == ("ana", pytest.approx(410 / 3), 7, 3)
    assert ana.stats["expected"] == pytest.approx(560 / 13 * 7 / 3)
    assert (ben.key, ben.value, ben.stats["expected"]) == (
        "ben",
        pytest.approx(150 / 5),
        pytest.approx(560 / 13 * 6 / 5),
    )
    rows = figure_rows(log, "CC46")
    assert sorted(rows.loc[rows["case_id"] == "B6", "value"]) == [50, 50]


def test_by_collector_an_invoice_counts_for_each_who_had_it(log: PreparedLog) -> None:
    by = {found.group: (found.value, found.n) for found in figures(log, ["CC46"], by="user_or_collector")}
    assert by == {"ana": (pytest.approx(410 / 3), 7), "ben": (pytest.approx(150 / 5), 6)}


def test_an_invoice_taken_up_on_the_first_day_of_the_period_is_in_it(log: PreparedLog) -> None:
    """From 11 to 14 February ana took up A1, A3 and A5 on the 11th and B6 on the 14th: 100 + 100 + 20 + 50 = 270.

    Ben took up B1 on the 11th, then B2, B3 and on the 14th B4, a day each: 20 each, 80 in all. They acted on two and
    four days; what was taken up on the 10th is not of the period.
    """
    (found,) = figures(log, ["CC46"], period=Period(date(2026, 2, 11), date(2026, 2, 14)))
    assert (found.value, found.n) == (pytest.approx((270 + 80) / 6), 8)
    assert {part.key: (part.value, part.n, part.stats["days"]) for part in found.parts} == {
        "ana": (pytest.approx(270 / 2), 4, 2),
        "ben": (pytest.approx(80 / 4), 4, 4),
    }


@pytest.mark.parametrize(
    ("name", "value", "ana"),
    [("CC46.closed", 4 / 8, 4 / 3), ("CC46.promises", 1 / 8, 1 / 3), ("CC46.touches", 13 / 8, 7 / 3)],
)
def test_what_else_comes_of_a_day(log: PreparedLog, name: str, value: float, ana: float) -> None:
    """Paid in full: A1, A2, A3 and B6, all in Ana's hands. The machine's reminder is nobody's touch."""
    found = one(log, name)
    assert (found.value, found.parts[0].value) == (pytest.approx(value), pytest.approx(ana))


def test_what_a_machine_sends_in_a_name_is_nobodys_touch() -> None:
    """Ana made one of the two reminders that bear her name, on one day."""
    events = """
    M | invoice_generated     | 2026-01-01 09:00
    M | overdue_reminder_sent | 2026-02-10 09:00 | ana | human | dunning_level=1
    M | overdue_reminder_sent | 2026-02-17 09:00 | ana | robot | dunning_level=2
    """
    log = prepared(
        events,
        CASES.splitlines()[0] + "\nM | 100 | EUR | 2026-01-01 | 2026-02-01 | small\n",
        as_of="2026-03-31",
    )
    found = one(log, "CC46.touches")
    assert (found.value, found.stats["days"]) == (1, 1)


def test_age_makes_strata_and_few_are_merged() -> None:
    """Ben's five lie in another age band than Ana's: each is then beside themselves only. Eva has one invoice."""
    later = "".join(own(f"L{n}", "ben", 20, 10).replace("2026-02-10", "2026-03-10") for n in range(5))
    events = EVENTS + later.replace("2026-02-27", "2026-03-27") + own("E1", "eva", 60, 10)
    extra = "".join(
        f"{name} | 100 | EUR | 2026-01-01 | 2026-02-01 | small\n"
        for name in ["E1", *(f"L{n}" for n in range(5))]
    )
    log = prepared(events, CASES + extra, as_of="2026-03-31", least=5)
    found = one(log, "CC46")
    parts = {part.key: part for part in found.parts}
    assert list(parts) == ["ana", "ben", "other"]
    everybody = one(prepared(events, CASES + extra, as_of="2026-03-31", least=1), "CC46")
    assert [part.key for part in everybody.parts] == ["ana", "ben", "eva"]
    early = 620 / 14
    assert parts["ben"].stats["expected"] == pytest.approx((6 * early + 5 * 20) / 6)
    assert (parts["other"].value, parts["other"].stats["expected"]) == (60, pytest.approx(early))


PLACED = """\
P | invoice_generated | 2026-01-01 09:00
P | payment_received  | 2026-01-20 09:00 | bot | robot | payment_amount=200
P | handed_to_agency  | 2026-02-01 09:00 | ana | human | agency_id=Atlas
P | payment_received  | 2026-02-20 09:00 | bot | robot | payment_amount=300, agency_fee=45
P | handed_to_agency  | 2026-03-01 09:00 | ana | human | agency_id=Bureau
P | payment_received  | 2026-03-05 09:00 | bot | robot | payment_amount=100, agency_fee=15
Q | invoice_generated | 2026-01-01 09:00
Q | handed_to_agency  | 2026-02-01 09:00 | ana | human | agency_id=Bureau, agency_fee=20
R | invoice_generated | 2026-01-01 09:00
R | payment_received  | 2026-02-01 09:00 | bot | robot | payment_amount=1000
S | invoice_generated | 2026-01-01 09:00
S | handed_to_agency  | 2026-02-01 09:00 | ana | human | agency_id=Bureau
S | invoice_cancelled | 2026-02-02 09:00
"""
PLACED_CASES = "invoice_number | invoice_amount | currency | due_date\n" + "".join(
    f"{name} | 1000 | EUR | 2026-01-31\n" for name in "PQRS"
)


def test_agencies_after_their_fees() -> None:
    """P was placed with 800 open and 400 came in for 60; Q with 1,000 and nothing for 20. S was cancelled."""
    log = prepared(PLACED, PLACED_CASES, as_of="2026-03-31")
    found = one(log, "CC53")
    assert (found.value, found.n) == (pytest.approx((400 - 80) / 1800), 2)
    assert found.stats == {"placed": 1800, "recovered": 400, "fee": 80}
    by = {found.group: found.value for found in figures(log, ["CC53"], by="agency_id")}
    assert by == {"Atlas": pytest.approx(340 / 800), "Bureau": pytest.approx(-20 / 1000)}
