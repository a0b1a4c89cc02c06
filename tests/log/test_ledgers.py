"""Balances rebuilt from events, and the events derived from them. Every case below is one situation."""

from __future__ import annotations

import pytest

from tests.log.small import balances_of, events_of, pairs_of, prepared
from workbench.log.prepared import PreparedLog

CASES = """
invoice_number | invoice_amount | invoice_date | due_date
rest     | 100.00 |            | 2026-01-31
settled  | 100.00 |            | 2026-01-31
reduced  | 100.00 |            | 2026-01-31
voided   | 100.00 |            | 2026-01-31
forgiven | 100.00 |            | 2026-01-31
prepaid  | 100.00 |            | 2026-01-31
dated    | 100.00 | 2026-01-02 | 2026-01-31
lost     | 100.00 |            | 2026-01-31
credited | 100.00 |            | 2026-01-31
midnight | 100.00 |            | 2026-01-31
last-min | 100.00 |            | 2026-01-31
unknown  |        |            | 2026-01-31
broken   | 100.00 |            | 2026-03-31
in-grace | 100.00 |            | 2026-03-31
bounced  | 100.00 |            | 2026-03-31
too-late | 100.00 |            | 2026-03-31
"""
EVENTS = """
rest | invoice_generated | 2026-01-05 09:00
rest | payment_received | 2026-01-06 09:00 | - | - | payment_amount=30.00
rest | payment_received | 2026-01-07 09:00
settled | invoice_generated | 2026-01-05 09:00
settled | invoice_settled | 2026-01-07 09:00
reduced | invoice_generated | 2026-01-05 09:00
reduced | credit_memo_issued | 2026-01-06 09:00 | - | - | credit_amount=30.00
reduced | invoice_settled | 2026-01-07 09:00
voided | invoice_generated | 2026-01-05 09:00
voided | payment_received | 2026-01-06 09:00 | - | - | payment_amount=100.00
voided | invoice_cancelled | 2026-01-08 09:00
forgiven | invoice_generated | 2026-01-05 09:00
forgiven | payment_received | 2026-01-06 09:00 | - | - | payment_amount=99.00
forgiven | invoice_settled | 2026-01-07 09:00
prepaid | payment_received | 2026-01-04 09:00 | - | - | payment_amount=100.00
prepaid | invoice_generated | 2026-01-05 09:00
dated | invoice_generated | 2026-01-05 09:00
dated | payment_received | 2026-01-06 09:00 | - | - | payment_amount=100.00
lost | invoice_generated | 2026-01-05 09:00
lost | invoice_written_off | 2026-01-06 09:00 | - | - | write_off_amount=100.00
lost | payment_received | 2026-01-07 09:00 | - | - | payment_amount=40.00
credited | invoice_generated | 2026-01-05 09:00
credited | credit_memo_issued | 2026-01-06 09:00
credited | credit_memo_issued | 2026-01-07 09:00 | - | - | credit_amount=100.00
midnight | invoice_generated | 2026-01-05 09:00
midnight | payment_received | 2026-02-01 00:00 | - | - | payment_amount=100.00
last-min | invoice_generated | 2026-01-05 09:00
last-min | payment_received | 2026-01-31 23:59 | - | - | payment_amount=100.00
unknown | invoice_generated | 2026-01-05 09:00
unknown | payment_received | 2026-01-06 09:00 | - | - | payment_amount=40.00
broken | invoice_generated | 2026-01-05 09:00
broken | promise_recorded | 2026-01-06 09:00 | - | - | promise_date=2026-01-10, promise_amount=100.00
broken | payment_received | 2026-01-14 00:00 | - | - | payment_amount=100.00
in-grace | invoice_generated | 2026-01-05 09:00
in-grace | promise_recorded | 2026-01-06 09:00 | - | - | promise_date=2026-01-10, promise_amount=100.00
in-grace | payment_received | 2026-01-13 23:59 | - | - | payment_amount=100.00
bounced | invoice_generated | 2026-01-05 09:00
bounced | promise_recorded | 2026-01-06 09:00 | - | - | promise_date=2026-01-10, promise_amount=100.00
bounced | payment_received | 2026-01-08 09:00 | - | - | payment_amount=100.00
bounced | payment_received | 2026-01-12 09:00 | - | - | payment_amount=-100.00
bounced | payment_received | 2026-01-20 09:00 | - | - | payment_amount=100.00
too-late | invoice_generated | 2026-01-05 09:00
too-late | promise_recorded | 2026-01-06 09:00 | - | - | promise_date=2026-01-10, promise_amount=100.00
too-late | payment_received | 2026-01-08 09:00 | - | - | payment_amount=100.00
too-late | payment_received | 2026-01-14 09:00 | - | - | payment_amount=-100.00
"""


@pytest.fixture(scope="module")
def log() -> PreparedLog:
    return prepared(EVENTS, CASES, as_of="2026-02-28")


def test_an_event_moves_a_balance_once(log: PreparedLog) -> None:
    """Two movements at one place have no order, and what is open after them is then a matter of luck."""
    frame = log.frame(log.ledgers["receivable"])
    assert not frame.duplicated(["case_key", "time", "rank", "ord", "sub", "activity"]).any()


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        # A payment whose amount nobody wrote down pays what is open.
        ("rest", [("05 09:00", 10000), ("06 09:00", 7000), ("07 09:00", 0)]),
        ("settled", [("05 09:00", 10000), ("07 09:00", 0)]),
        ("reduced", [("05 09:00", 10000), ("06 09:00", 7000), ("07 09:00", 0)]),
        ("forgiven", [("05 09:00", 10000), ("06 09:00", 100), ("07 09:00", 0)]),
        ("prepaid", [("04 09:00", -10000), ("05 09:00", 0)]),
        # A document date before the event's own day opens the balance at the first instant of that day.
        ("dated", [("02 00:00", 10000), ("06 09:00", 0)]),
        ("lost", [("05 09:00", 10000), ("06 09:00", 0), ("07 09:00", -4000)]),
        # A credit memo without an amount changes nothing.
        ("credited", [("05 09:00", 10000), ("06 09:00", 10000), ("07 09:00", 0)]),
        ("unknown", []),
    ],
)
def test_balances(log: PreparedLog, case: str, expected: list[tuple[str, int]]) -> None:
    assert balances_of(log, case) == [(f"2026-01-{time}", balance) for time, balance in expected]


@pytest.mark.parametrize(
    ("case", "paid_after"),
    [
        ("rest", "payment_received"),
        ("settled", "invoice_settled"),  # the only word of payment that this case has
        ("reduced", "invoice_settled"),  # a credit memo is no payment: the settlement still tells of one
        ("voided", "payment_received"),  # it was paid on that day, whatever became of the invoice
        ("forgiven", None),  # what the payments left open was forgiven, not paid
        ("prepaid", "invoice_generated"),  # paid when it opened
        ("lost", None),  # a write-off is no payment, whatever comes in later
        ("credited", "credit_memo_issued"),
        ("unknown", None),
    ],
)
def test_paid_in_full_stands_directly_after_its_cause(
    log: PreparedLog, case: str, paid_after: str | None
) -> None:
    names = [name for name, _ in events_of(log, case)]
    if paid_after is None:
        assert "paid_in_full" not in names
    else:
        assert names.count("paid_in_full") == 1
        assert names[names.index("paid_in_full") - 1] == paid_after


@pytest.mark.parametrize(
    ("case", "kind", "day"),
    [
        ("rest", "end+", "2026-01-07"),
        ("settled", "end+", "2026-01-07"),
        ("lost", "end-", "2026-01-06"),
        # Cancelled is cancelled, also after it was paid.
        ("voided", "end", "2026-01-08"),
    ],
)
def test_the_end_of_a_case(log: PreparedLog, case: str, kind: str, day: str) -> None:
    rows = log.frame(log.cases.filter(log.cases["case_id"] == case).select("ended_kind", "ended_day"))
    assert [(str(one.ended_kind), str(one.ended_day)[:10]) for one in rows.itertuples()] == [(kind, day)]


def test_the_due_date_passes_before_a_payment_of_that_very_midnight(log: PreparedLog) -> None:
    assert events_of(log, "midnight")[1:] == [
        ("due_date_passed", "2026-02-01 00:00"),
        ("payment_received", "2026-02-01 00:00"),
        ("paid_in_full", "2026-02-01 00:00"),
    ]


@pytest.mark.parametrize("case", ["last-min", "rest", "prepaid", "lost", "credited"])
def test_nothing_is_overdue_that_was_paid_or_lost_before(log: PreparedLog, case: str) -> None:
    assert "due_date_passed" not in [name for name, _ in events_of(log, case)]


def test_a_promise_is_broken_at_the_end_of_its_grace(log: PreparedLog) -> None:
    """Promised for the 10th, three days of grace: 00:00 of the 14th, before a payment of that instant."""
    assert events_of(log, "broken")[1:4] == [
        ("promise_recorded", "2026-01-06 09:00"),
        ("promise_broken", "2026-01-14 00:00"),
        ("payment_received", "2026-01-14 00:00"),
    ]
    assert "promise_broken" not in [name for name, _ in events_of(log, "in-grace")]
    assert pairs_of(log, "promise", "in-grace") == [("2026-01-06", "2026-01-13", "closed")]


def test_a_promise_is_judged_by_what_is_left_at_the_end_of_its_grace(log: PreparedLog) -> None:
    """Paid on the 8th: bounced on the 12th, within the grace, it is broken; bounced on the 14th it was kept."""
    assert ("promise_broken", "2026-01-14 00:00") in events_of(log, "bounced")
    assert pairs_of(log, "promise", "bounced") == [("2026-01-06", "2026-01-20", "closed")]
    assert "promise_broken" not in [name for name, _ in events_of(log, "too-late")]
    assert pairs_of(log, "promise", "too-late") == [("2026-01-06", "2026-01-08", "closed")]


def test_a_deal_is_paid_once_all_that_was_invoiced_is() -> None:
    """A deposit paid before the rest is invoiced does not end a deal; what bounces later does not open it again."""
    cases = """
    opportunity_id | currency
    deposit | EUR
    bounced | EUR
    advance | EUR
    """
    events = """
    deposit | opportunity_won | 2026-01-02 09:00
    deposit | invoice_created | 2026-01-05 09:00 | - | - | invoice_amount=30
    deposit | payment_received | 2026-01-10 09:00 | - | - | paid_amount=30
    deposit | invoice_created | 2026-02-05 09:00 | - | - | invoice_amount=70
    deposit | payment_received | 2026-02-20 09:00 | - | - | paid_amount=70
    bounced | opportunity_won | 2026-01-02 09:00
    bounced | invoice_created | 2026-01-05 09:00 | - | - | invoice_amount=30
    bounced | payment_received | 2026-01-10 09:00 | - | - | paid_amount=30
    bounced | payment_received | 2026-01-15 09:00 | - | - | paid_amount=-30
    advance | opportunity_won | 2026-01-02 09:00
    advance | payment_received | 2026-01-03 09:00 | - | - | paid_amount=30
    advance | invoice_created | 2026-01-05 09:00 | - | - | invoice_amount=30
    """

    def paid(as_of: str) -> dict[str, list[str]]:
        log = prepared(events, cases, as_of=as_of, process="lead-to-cash")
        return {
            case: [time for name, time in events_of(log, case) if name == "fully_paid"]
            for case in ("deposit", "bounced", "advance")
        }

    ends = {"bounced": ["2026-01-10 09:00"], "advance": ["2026-01-05 09:00"]}
    assert paid("2026-01-31") == {"deposit": ["2026-01-10 09:00"], **ends}
    assert paid("2026-02-10") == {"deposit": [], **ends}
    assert paid("2026-02-28") == {"deposit": ["2026-02-20 09:00"], **ends}


def test_the_tolerance_is_in_the_currency_of_the_invoice() -> None:
    """One unit may stay open: 1.00 euro, or 1 yen - not 100 yen."""
    cases = """
    invoice_number | invoice_amount | currency
    euro | 100 | EUR
    yen  | 1000 | JPY
    """
    events = """
    euro | invoice_generated | 2026-01-05 09:00
    euro | payment_received | 2026-01-06 09:00 | - | - | payment_amount=99
    yen | invoice_generated | 2026-01-05 09:00
    yen | payment_received | 2026-01-06 09:00 | - | - | payment_amount=950
    """
    log = prepared(events, cases, as_of="2026-02-01", policy={"payment_tolerance": 1})
    assert "paid_in_full" in [name for name, _ in events_of(log, "euro")]
    assert "paid_in_full" not in [name for name, _ in events_of(log, "yen")]


# Paid, the payment bounces, and only `again` is paid once more; `booked` was already called settled when it bounced.
BOUNCED = """
{case} | invoice_generated | 2026-01-05 09:00
{case} | payment_received  | 2026-01-20 09:00 | - | - | payment_amount=100.00
{case} | payment_received  | 2026-02-15 09:00 | - | - | payment_amount=-100.00
"""
BOUNCING = """
again  | payment_received  | 2026-03-20 09:00 | - | - | payment_amount=100.00
booked | invoice_settled   | 2026-01-21 09:00
lost2  | invoice_written_off | 2026-03-20 09:00 | - | - | write_off_amount=100.00
"""


@pytest.fixture(scope="module")
def bounced() -> PreparedLog:
    names = ("again", "never", "booked", "lost2")
    cases = "invoice_number | invoice_amount | invoice_date | due_date\n" + "\n".join(
        f"{name} | 100.00 | | 2026-01-31" for name in names
    )
    return prepared(
        "".join(BOUNCED.format(case=name) for name in names) + BOUNCING, cases, as_of="2026-03-31"
    )


@pytest.mark.parametrize(
    ("case", "open_at_end"), [("again", 0), ("never", 10000), ("booked", 10000), ("lost2", 0)]
)
def test_a_payment_that_bounces_opens_the_balance_not_the_case(
    bounced: PreparedLog, case: str, open_at_end: int
) -> None:
    """Paid in full is the first moment at which nothing is open; what bounces later is open again."""
    found = [time for name, time in events_of(bounced, case) if name == "paid_in_full"]
    assert found == ["2026-01-20 09:00"]
    assert dict(balances_of(bounced, case))["2026-02-15 09:00"] == 10000
    assert balances_of(bounced, case)[-1][1] == open_at_end
