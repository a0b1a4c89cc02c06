"""What keeps a figure from its target and what the template calls a problem: the cases, their days, their money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

import workbench as wb
from tests.log.small import prepared
from workbench.log.prepared import PreparedLog
from workbench.measure.lateness import BEYOND_LIMIT
from workbench.measure.losses import Loss, losses
from workbench.project.kpis import with_own_kpis

# What a case has lost: days (None where nothing says so) and money.
Lost = tuple[float | None, float | None]
NO_TIME = "no days: the figure counts or weighs cases, and measures no time"

# Sent one, five and six days after they were written; paid after no, one and three reminders or calls.
INVOICES = """
invoice_number | invoice_amount | due_date
one   | 100.00 | 2026-01-10
two   | 200.00 | 2026-01-10
three | 400.00 | 2026-01-10
"""
SENT = """
one   | invoice_generated     | 2026-01-01 09:00
one   | invoice_sent          | 2026-01-02 09:00
one   | payment_received      | 2026-01-20 09:00 | - | - | payment_amount=100
two   | invoice_generated     | 2026-01-01 09:00
two   | invoice_sent          | 2026-01-06 09:00
two   | overdue_reminder_sent | 2026-01-15 09:00
two   | payment_received      | 2026-01-20 09:00 | - | - | payment_amount=200
three | invoice_generated     | 2026-01-01 09:00
three | invoice_sent          | 2026-01-07 09:00
three | overdue_reminder_sent | 2026-01-15 09:00
three | collection_call_made  | 2026-01-16 09:00
three | collection_call_made  | 2026-01-17 09:00
three | payment_received      | 2026-01-20 09:00 | - | - | payment_amount=400
"""
# Received on Thursday 8, Thursday 8 and Monday 12 January; posted a day later, six days later, never.
POSTED = """
one   | invoice_generated | 2026-01-05 09:00
one   | payment_received  | 2026-01-08 09:00 | - | - | payment_amount=100
one   | payment_posted    | 2026-01-09 09:00 | - | - | payment_amount=100
two   | invoice_generated | 2026-01-05 09:00
two   | payment_received  | 2026-01-08 09:00 | - | - | payment_amount=200
two   | payment_posted    | 2026-01-14 09:00 | - | - | payment_amount=200
three | invoice_generated | 2026-01-05 09:00
three | payment_received  | 2026-01-12 09:00 | - | - | payment_amount=50
"""
# One working day to post: until Sunday 11 for Thursday's money, until Tuesday 13 for Monday's. Three days late, and
# 18 on the 31st.
POSTED_LATE: dict[str, Lost] = {"two": (3.0, 200.0), "three": (18.0, 400.0)}


def of_kind(log: PreparedLog, kind: str) -> dict[str, Loss]:
    return {loss.id: loss for loss in losses(log) if loss.kind == kind}


def by_case(log: PreparedLog, loss: Loss) -> dict[str, Lost]:
    assert loss.cases is not None
    ids = log.frame(log.cases.select("case_key", "case_id")).set_index("case_key")["case_id"]
    assert loss.cases["case_key"].is_unique
    return {
        str(ids[row["case_key"]]): (
            None if pd.isna(row["days"]) else float(row["days"]),
            None if pd.isna(row["amount"]) else float(row["amount"]),
        )
        for row in loss.cases.to_dict("records")
    }


def with_own(log: PreparedLog, own: Mapping[str, Mapping[str, Any]]) -> PreparedLog:
    """The log under KPIs of one's own."""
    return replace(log, template=with_own_kpis(log.template, own))


def declared(log: PreparedLog, *problems: str) -> PreparedLog:
    """The log under a template that calls other figures problems."""
    return replace(log, template=log.template.model_copy(update={"problems": problems}))


# ------------------------------------------------------------------ targets
def invoices(events: str = SENT, as_of: str = "2026-01-31", **targets: Mapping[str, Any]) -> PreparedLog:
    return prepared(
        events, INVOICES, as_of=as_of, targets={name: dict(said) for name, said in targets.items()}
    )


@pytest.mark.parametrize(
    ("target", "lost"),
    [
        # One, five and six days, four at the mean: two of them are more than three, by two and three days.
        ({"at_most": 3.0}, {"two": (2.0, 200.0), "three": (3.0, 400.0)}),
        # Five is no less than five: the first one alone is short of it, by four days.
        ({"at_least": 5.0}, {"one": (4.0, 100.0)}),
    ],
)
def test_a_time_beyond_its_target_loses_the_days_beyond_it(
    target: dict[str, float], lost: dict[str, Lost]
) -> None:
    log = invoices(CC05=target)
    loss = of_kind(log, "target")["CC05"]
    assert by_case(log, loss) == lost
    assert loss.basis == "days beyond the target"


def test_a_target_in_hours_loses_days_as_well() -> None:
    """At most 60 hours, which are two and a half days: 2.5 days beyond for five, 3.5 for six."""
    log = prepared(SENT, INVOICES, as_of="2026-01-31", targets={"HOURS": {"at_most": 60.0}})
    log = with_own(log, {"HOURS": {"like": "CC05", "unit": "hours", "name": "Hours until it is sent"}})
    assert by_case(log, of_kind(log, "target")["HOURS"]) == {"two": (2.5, 200.0), "three": (3.5, 400.0)}


@pytest.mark.parametrize(
    ("target", "lost"),
    [
        # No, one and three touches, four thirds at the mean: one is not more than one.
        ({"at_most": 1.0}, {"three": (None, 400.0)}),
        ({"at_least": 3.0}, {"one": (None, 100.0), "two": (None, 200.0)}),
    ],
)
def test_a_number_beyond_its_target_loses_no_days(target: dict[str, float], lost: dict[str, Lost]) -> None:
    log = invoices(CC25=target)
    loss = of_kind(log, "target")["CC25"]
    assert by_case(log, loss) == lost
    assert loss.basis == NO_TIME


def test_a_share_below_its_target_loses_the_days_beyond_its_limit() -> None:
    """One of three payments is posted in time, and 99 % are to be."""
    log = invoices(POSTED)
    loss = of_kind(log, "target")["CC34"]
    assert by_case(log, loss) == POSTED_LATE
    assert loss.basis == BEYOND_LIMIT


def test_what_is_late_is_held_by_what_is_not_in_time() -> None:
    """One of three is not paid by the 10th, more than a quarter: it is 21 days past due at the end of the month."""
    log = invoices(POSTED, **{"CC15.late": {"between": [0.05, 0.25]}})
    loss = of_kind(log, "target")["CC15.late"]
    assert by_case(log, loss) == {"three": (21.0, 400.0)}
    assert loss.basis == BEYOND_LIMIT


def test_a_share_above_its_target_is_held_by_what_passes_its_test() -> None:
    """One invoice of three is disputed, and at most a quarter is to be."""
    log = invoices(SENT + "two | dispute_registered | 2026-01-12 09:00", CC28={"at_most": 0.25})
    loss = of_kind(log, "target")["CC28"]
    assert by_case(log, loss) == {"two": (None, 200.0)}


def test_a_missed_target_of_a_funnel_is_no_case_s_fault() -> None:
    log = prepared(
        DEALS.replace("opportunity_won", "opportunity_lost"),
        VALUES,
        as_of="2026-01-31",
        process="lead-to-cash",
        targets={"LC06": {"at_least": 0.9}},
    )
    loss = of_kind(log, "target")["LC06"]
    assert loss.cases is None
    assert loss.basis == "no days: no single case can be held to account for it"


# ------------------------------------------------------------------ declared: shares, numbers
def test_of_a_share_that_is_better_low_what_passes_is_the_problem() -> None:
    """One invoice is written off, one paid, one open: the first is what is lost."""
    log = invoices(
        """
        one   | invoice_generated   | 2026-01-01 09:00
        one   | payment_received    | 2026-01-05 09:00 | - | - | payment_amount=100
        two   | invoice_generated   | 2026-01-01 09:00
        two   | invoice_written_off | 2026-01-20 09:00
        three | invoice_generated   | 2026-01-01 09:00
        """
    )
    assert log.template.kpi("CC38").good == "low"
    loss = of_kind(log, "open")["CC38"]
    assert by_case(log, loss) == {"two": (None, 200.0)}
    assert loss.basis == NO_TIME


def test_of_a_share_that_is_better_high_what_fails_is_the_problem() -> None:
    log = declared(invoices(POSTED), "CC34")
    assert log.template.kpi("CC34").good == "high"
    loss = of_kind(log, "open")["CC34"]
    assert by_case(log, loss) == POSTED_LATE
    assert loss.basis == BEYOND_LIMIT


def test_of_a_number_the_cases_that_have_some_are_the_problem_or_those_that_have_none() -> None:
    """No, one and three touches; an invoice that is not paid counts neither way."""
    log = prepared(
        SENT + "four | invoice_generated | 2026-01-01 09:00\nfour | collection_call_made | 2026-01-15 09:00",
        INVOICES + "four | 800.00 | 2026-01-10",
        as_of="2026-01-31",
    )
    log = with_own(log, {"CALM": {"like": "CC25", "good": "high", "name": "Touches, the more the better"}})
    found = of_kind(declared(log, "CC25", "CALM"), "open")
    assert by_case(log, found["CC25"]) == {"two": (None, 200.0), "three": (None, 400.0)}
    assert by_case(log, found["CALM"]) == {"one": (None, 100.0)}


def test_a_number_that_nobody_wrote_down_is_no_problem() -> None:
    """Discounts of 10 per cent, of none and unknown: one is given, one is not, of the third nothing is said."""
    events = "".join(
        f"{deal} | opportunity_created | 2026-01-01 09:00\n{deal} | opportunity_won | 2026-01-05 09:00\n"
        for deal in ("some", "none", "unknown")
    )
    deals = (
        "opportunity_id | opportunity_value | discount_pct\nsome | 10 | 0.1\nnone | 20 | 0\nunknown | 30 |"
    )
    log = prepared(events, deals, as_of="2026-01-31", process="lead-to-cash")
    asked = {"like": "LC09", "value": "discount_pct", "unit": "ratio"}
    own = {
        "GIVEN": {**asked, "good": "low", "name": "Given"},
        "WANTED": {**asked, "good": "high", "name": "Wanted"},
    }
    log = with_own(log, own)
    found = of_kind(declared(log, "GIVEN", "WANTED"), "open")
    assert by_case(log, found["GIVEN"]) == {"some": (None, 10.0)}
    assert by_case(log, found["WANTED"]) == {"none": (None, 20.0)}


# ------------------------------------------------------------------ declared: times
def test_an_open_dispute_loses_its_age_and_what_is_disputed() -> None:
    """From 06:00 on the 20th until the end of the 31st: 11.75 days, and 30 of the 400 of the invoice."""
    log = invoices(
        POSTED
        + """
        one   | dispute_registered | 2026-01-06 06:00 | - | - | disputed_amount=70
        one   | dispute_resolved   | 2026-01-07 06:00
        three | dispute_registered | 2026-01-20 06:00 | - | - | disputed_amount=30
        """
    )
    loss = of_kind(log, "open")["CC30"]
    assert by_case(log, loss) == {"three": (11.75, 30.0)}
    assert loss.basis == "days since it began"


def delivered(invoiced: Sequence[int], waiting: Mapping[str, int]) -> PreparedLog:
    """Orders delivered on 1 January and invoiced so many days later; others that have waited so long for theirs."""
    first, end = pd.Timestamp("2026-01-01"), pd.Timestamp("2026-02-01")
    ready = {f"done{days:02}": first for days in invoiced}
    ready |= {name: end - timedelta(days=days) for name, days in waiting.items()}
    events = "".join(
        f"{deal} | opportunity_won | 2025-12-01 09:00\n{deal} | order_fulfilled | {at:%Y-%m-%d %H:%M}\n"
        for deal, at in ready.items()
    )
    events += "".join(
        f"done{days:02} | invoice_created | {first + timedelta(days=days):%Y-%m-%d %H:%M}\n"
        for days in invoiced
    )
    deals = "opportunity_id | opportunity_value\n" + "".join(f"{deal} | 100\n" for deal in ready)
    return prepared(events, deals, as_of="2026-01-31", process="lead-to-cash")


def test_what_waits_longer_than_nine_in_ten_is_late_by_what_it_waits_beyond_the_median() -> None:
    """One to eleven days: six at the median, and nine in ten take no more than ten.

    Ten days of waiting are not more than that, eleven are: five days beyond the median.
    """
    log = delivered(range(1, 12), {"early": 2, "usual": 10, "late": 11})
    loss = of_kind(log, "open")["LC19.fulfilment"]
    assert by_case(log, loss) == {"late": (5.0, 100.0)}
    assert loss.basis == "days beyond the median of those that have ended"


def test_ten_that_have_ended_say_what_is_usual_and_nine_do_not() -> None:
    """One to ten days: 5.5 at the median, nine in ten take up to 9.1. Nine say nothing: every day of waiting counts."""
    waiting = {"early": 2, "late": 10}
    log = delivered(range(1, 11), waiting)
    assert by_case(log, of_kind(log, "open")["LC19.fulfilment"]) == {"late": (4.5, 100.0)}
    log = delivered(range(1, 10), waiting)
    every = {"early": (2.0, 100.0), "late": (10.0, 100.0)}
    assert by_case(log, of_kind(log, "open")["LC19.fulfilment"]) == every


# ------------------------------------------------------------------ declared: functions
# Two won deals were qualified for four days. Until the end of January one deal has been qualified for three days and
# one for ten; one has a contract, and no won deal tells how long that takes.
DEALS = """
first  | opportunity_created   | 2026-01-01 00:00
first  | opportunity_qualified | 2026-01-02 00:00
first  | opportunity_won       | 2026-01-06 00:00
second | opportunity_created   | 2026-01-01 00:00
second | opportunity_qualified | 2026-01-02 00:00
second | opportunity_won       | 2026-01-06 00:00
moving | opportunity_created   | 2026-01-28 00:00
moving | opportunity_qualified | 2026-01-29 00:00
stuck  | opportunity_created   | 2026-01-21 00:00
stuck  | opportunity_qualified | 2026-01-22 00:00
signed | opportunity_created   | 2026-01-01 00:00
signed | contract_signed       | 2026-01-02 00:00
"""
VALUES = (
    "opportunity_id | opportunity_value\nfirst | 100\nsecond | 100\nmoving | 200\nstuck | 300\nsigned | 400"
)


def test_a_stalled_deal_loses_the_days_beyond_what_won_deals_took() -> None:
    """Ten days where won deals took four: six. What no won deal tells of is not stalled."""
    log = prepared(DEALS, VALUES, as_of="2026-01-31", process="lead-to-cash")
    loss = of_kind(log, "open")["LC03.stalled_value"]
    assert by_case(log, loss) == {"stuck": (6.0, 300.0)}
    assert loss.basis == "days beyond the limit of the stage"


def test_what_stands_still_twice_in_a_deal_adds_up() -> None:
    """Approval took the won deal four days. Two requests have waited ten and eight: six and four beyond that."""
    events = """
    first | quote_approval_requested | 2026-01-02 00:00
    first | quote_approved           | 2026-01-06 00:00
    stuck | quote_approval_requested | 2026-01-22 00:00
    stuck | quote_approval_requested | 2026-01-24 00:00
    """
    log = prepared(DEALS + events, VALUES, as_of="2026-01-31", process="lead-to-cash")
    asked = {"pair": "quote_approval", "won": ["opportunity_won"]}
    log = with_own(log, {"ASKED": {"like": "LC03.stalled", "with": asked, "name": "Approvals that wait"}})
    assert by_case(log, of_kind(declared(log, "ASKED"), "open")["ASKED"]) == {"stuck": (10.0, 300.0)}


def test_a_function_that_calls_nothing_late_concerns_all_of_its_cases_and_no_days() -> None:
    """Received and not posted: the third invoice's payment."""
    log = declared(invoices(POSTED), "CC35")
    loss = of_kind(log, "open")["CC35"]
    assert [(name, days) for name, (days, _) in by_case(log, loss).items()] == [("three", None)]


def test_what_has_no_rows_is_no_problem() -> None:
    """The value of stalled deals where no deal has a value, and a figure worked out of others."""
    values = "opportunity_id\n" + "".join(
        f"{deal}\n" for deal in ("first", "second", "moving", "stuck", "signed")
    )
    log = prepared(DEALS, values, as_of="2026-01-31", process="lead-to-cash")
    own = {
        "VALUE": {"like": "LC03.stalled_value", "needs": [], "name": "Value of what is stalled"},
        "LOST": {"kind": "combine", "op": "complement", "figures": ["LC07"], "unit": "ratio", "name": "Lost"},
    }
    found = of_kind(declared(with_own(log, own), "VALUE", "LOST", "LC03.stalled"), "open")
    assert {name: by_case(log, loss) for name, loss in found.items()} == {
        "LC03.stalled": {"stuck": (6.0, None)}
    }


# ------------------------------------------------------------------ waits and rework
def rows_of(path: tuple[str, str], waits: Sequence[int]) -> list[tuple[str, str, pd.Timestamp]]:
    """A case for each wait on a path, in days."""
    begun = pd.Timestamp("2026-01-01")
    return [
        row
        for number, days in enumerate(waits)
        for case in [f"{path[0]} {path[1]} {number}"]
        for row in ((case, path[0], begun), (case, path[1], begun + timedelta(days=days)))
    ]


def problems(rows: Sequence[tuple[str, str, pd.Timestamp]], kind: str) -> dict[str, tuple[float, float]]:
    """Cases and days of the problems of a kind, by what they are."""
    frame = wb.load(pd.DataFrame(rows, columns=["case", "activity", "time"]), as_of="2026-03-31").problems()
    frame = frame[frame["kind"] == kind]
    return {str(row["id"]): (float(row["cases"]), float(row["days"])) for row in frame.to_dict("records")}


def test_twelve_paths_are_looked_at_those_that_lose_the_most_days_first() -> None:
    """Ten waits of one day on every path, and a longer one that loses what is beyond one day.

    Eleven paths lose 12 to 22 days, three lose five: of these one is left, the first in the order of the activities.
    """
    paths = {(f"ask {days}", f"get {days}"): days for days in range(12, 23)}
    paths |= {("send 1", "got 2"): 5, ("send 1", "got 3"): 5, ("send 2", "got 1"): 5}
    rows = [row for path, days in paths.items() for row in rows_of(path, [1] * 10 + [1 + days])]
    lost = {f"ask {days} > get {days}": (1.0, float(days)) for days in range(12, 23)}
    assert problems(rows, "wait") == lost | {"send 1 > got 2": (1.0, 5.0)}


def test_a_path_is_looked_at_from_ten_waits_on() -> None:
    """Nine or eight waits of one day and one of 30: of ten the last one is among the slowest tenth."""
    rows = rows_of(("ask", "get"), [1] * 9 + [30]) + rows_of(("send", "got"), [1] * 8 + [30])
    assert problems(rows, "wait") == {"ask > get": (1.0, 29.0)}


def test_twelve_activities_are_looked_at_those_done_again_in_the_most_cases_first() -> None:
    """Two days apart. Eleven are done again in two cases, two in one: of these the first by name is left."""
    twice = [f"check {number:02}" for number in range(11)]
    again = [("both", name) for name in twice] + [("also", name) for name in twice]
    again += [("both", "sign a"), ("both", "sign b")]
    rows = [
        (case, name, pd.Timestamp("2026-01-01") + timedelta(days=days))
        for days in (0, 2)
        for case, name in again
    ]
    assert problems(rows, "rework") == dict.fromkeys(twice, (2.0, 4.0)) | {"sign a": (1.0, 2.0)}
