"""Logs of invoices that hypothesis draws: equal times, part payments, reversals, currencies, zones, gaps.

What a log may lack is drawn with it (levels, users, flags, amounts of promises and disputes), and so is the day it
is asked about, so that many of its cases are open and many limits still run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.oracle.notation import CaseTable, Event

__all__ = ["CLOCK", "FIRST", "RATES", "ZONES", "Case", "Drawn", "invoices", "log_of", "maybe", "money"]

ZONES = ["UTC", "Europe/Paris", "America/Bogota", "Asia/Shanghai"]
# Few times of day, midnight among them: two events often share one.
CLOCK = ["00:00", "09:00", "09:00", "12:30", "17:15", "23:59"]
RATES = [("2025-12-01", "USD", "0.80"), ("2026-04-01", "USD", "0.90"), ("2026-04-01", "GBP", "1.25")]
USERS = [None, "ana", "ben", "cleo"]
FIRST = date(2026, 1, 1)


@dataclass(frozen=True)
class Drawn:
    """A log, the zone its times are in, the day it is asked about, and its rates, if any."""

    # Not shown: hypothesis prints what brings the log back.
    events: list[Event] = field(repr=False)
    cases: CaseTable = field(repr=False)
    zone: str
    as_of: str
    rates: list[tuple[str, str, str]]


def _moment(draw: st.DrawFn, day: date, zone: str) -> datetime:
    return datetime.fromisoformat(f"{day} {draw(st.sampled_from(CLOCK))}").replace(tzinfo=ZoneInfo(zone))


def money(draw: st.DrawFn, most: int) -> str:
    """Cents, whole more often than not."""
    return f"{draw(st.integers(1, most))}.{draw(st.sampled_from(['00', '00', '00', '01', '33', '99']))}"


def maybe(draw: st.DrawFn, name: str, value: str) -> Mapping[str, str]:
    """A field that one event in five lacks."""
    return {name: value} if draw(st.integers(0, 4)) else {}


class Case:
    """The events of one case as they are drawn."""

    def __init__(self, draw: st.DrawFn, name: str, zone: str) -> None:
        self.draw, self.name, self.zone = draw, name, zone
        self.events: list[tuple[datetime, str, dict[str, str]]] = []

    def add(self, activity: str, day: date, **facts: str) -> None:
        self.events.append((_moment(self.draw, day, self.zone), activity, facts))


STEPS = [
    *["overdue_reminder_sent", "payment_received"] * 3,
    *["collection_call_made", "payment_posted", "dispute_registered", "dispute_resolved"] * 2,
    "promise_recorded",
    "credit_memo_issued",
    "dunning_started",
    "escalated",
    "payment_terms_changed",
    "invoice_sent",
]


def _step(case: Case, activity: str, day: date, amount: int) -> None:
    draw = case.draw
    part = money(draw, amount)
    whole = f"{amount}.00"
    facts: dict[str, str] = {}
    if activity == "overdue_reminder_sent":
        facts = {"dunning_level": str(draw(st.integers(1, 3)))}
    elif activity == "payment_received":
        earlier = [facts["payment_amount"] for *_, name, facts in case.events if name == "payment_received"]
        bounced = bool(earlier) and "-" not in "".join(earlier) and draw(st.integers(0, 2)) == 0
        facts = {"payment_amount": f"-{earlier[-1]}" if bounced else draw(st.sampled_from([whole, part]))}
    elif activity == "credit_memo_issued":
        facts = {"credit_amount": draw(st.sampled_from([part, part, whole]))}
    elif activity == "dispute_registered":
        facts = {"disputed_amount": draw(st.sampled_from([part, whole]))}
    elif activity == "promise_recorded":
        promised = day + timedelta(days=draw(st.integers(0, 12)))
        facts = {"promise_date": promised.isoformat(), "promise_amount": part}
    case.add(activity, day, **facts)


def _invoice(case: Case, currencies: list[str]) -> dict[str, str]:
    draw = case.draw
    amount = draw(st.sampled_from([100, 250, 999, 1000]))
    issued = FIRST + timedelta(days=draw(st.integers(0, 120)))
    due = issued + timedelta(days=draw(st.sampled_from([0, 10, 30, 45])))
    if draw(st.booleans()):
        case.add("credit_limit_approved", issued + timedelta(days=draw(st.integers(-5, 1))))
    case.add("invoice_generated", issued)
    # After it was issued, and most often about the time that it falls due.
    days = sorted(draw(st.integers(-8, 60)) for _ in range(draw(st.integers(0, 9))))
    for late in days:
        day = max(issued, due + timedelta(days=late)) + timedelta(days=1)
        _step(case, draw(st.sampled_from(STEPS)), day, amount)
    end = draw(st.sampled_from(["", "", "invoice_settled", "invoice_written_off", "invoice_cancelled"]))
    if end:
        last = max(moment for moment, *_ in case.events).date()
        facts = {"write_off_amount": f"{amount}.00"} if end == "invoice_written_off" else {}
        # Where money came in the invoice may be settled or cancelled, but not written off whole.
        moved = any(name in ("payment_received", "credit_memo_issued") for _, name, _ in case.events)
        if not moved or end != "invoice_written_off":
            case.add(end, last + timedelta(days=1), **facts)
    return {
        "invoice_number": case.name,
        "customer_id": f"K{draw(st.integers(1, 5))}",
        "customer_segment": draw(st.sampled_from(["large", "small"])),
        "invoice_amount": f"{amount}.00",
        "currency": draw(st.sampled_from(currencies)),
        "invoice_date": issued.isoformat(),
        "due_date": due.isoformat(),
    }


def log_of(draw: st.DrawFn, cases: list[Case]) -> list[Event]:
    events: list[Event] = []
    for case in cases:
        for moment, activity, facts in case.events:
            user = draw(st.sampled_from(USERS))
            flag = draw(st.sampled_from([True, False, None]))
            events.append(Event(case.name, activity, moment, len(events), user, flag, facts))
    return events


@st.composite
def invoices(draw: st.DrawFn, *, least: int = 8, most: int = 14) -> Drawn:
    """A book of invoices of January to April, asked about on a day of March to July."""
    zone = draw(st.sampled_from(ZONES))
    currencies = draw(st.sampled_from([["EUR"], ["EUR", "USD"], ["EUR", "USD", "GBP"]]))
    cases = [Case(draw, f"I{number:02}", zone) for number in range(draw(st.integers(least, most)))]
    table = {case.name: _invoice(case, currencies) for case in cases}
    day = FIRST + timedelta(days=draw(st.integers(75, 200)))
    rates = RATES if len(currencies) > 1 and draw(st.booleans()) and day >= date(2026, 4, 1) else []
    return Drawn(log_of(draw, cases), table, zone, day.isoformat(), rates)
