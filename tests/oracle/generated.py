"""Small invoice logs drawn by chance: for what must hold in every log, not in one.

Every invoice is approved and issued; what follows is any mixture of reminders, calls, disputes, promises,
payments, postings, credit memos and ends. All times differ, so that no order is left to chance.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.notation import CaseTable, Event

__all__ = ["AS_OF", "MONEY", "Book", "drawn", "everything", "joined", "renamed", "scaled"]

START = datetime(2026, 1, 5, tzinfo=ZoneInfo("UTC"))
AS_OF = "2026-06-15"
MONEY = {"payment_amount", "disputed_amount", "credit_amount", "write_off_amount", "promise_amount"}
STEPS = [
    "invoice_sent",
    "overdue_reminder_sent",
    "overdue_reminder_sent",
    "collection_call_made",
    "dispute_registered",
    "dispute_resolved",
    "promise_recorded",
    "payment_received",
    "payment_received",
    "payment_posted",
    "credit_memo_issued",
    "invoice_settled",
    "invoice_written_off",
]
USERS = ["ana", "ben", "cleo"]


@dataclass(frozen=True)
class Book:
    """A drawn log: its events in file order and its case table."""

    events: list[Event]
    cases: CaseTable


def _facts(activity: str, day: datetime, amount: int, level: int, share: int) -> dict[str, str]:
    part = f"{amount * share / 100:.2f}"
    promised = (day + timedelta(days=3 * level)).date().isoformat()
    return {
        "overdue_reminder_sent": {"dunning_level": str(level)},
        "dispute_registered": {"disputed_amount": part},
        "promise_recorded": {"promise_date": promised, "promise_amount": part},
        "payment_received": {"payment_amount": part},
        "credit_memo_issued": {"credit_amount": part},
        "invoice_written_off": {"write_off_amount": part},
    }.get(activity, {})


def drawn(seed: int) -> Book:
    """Two to six invoices of January to April, with up to eight steps each over up to seventy days."""
    chance = random.Random(seed)
    events: list[Event] = []
    cases: CaseTable = {}
    for number in range(chance.randint(2, 6)):
        case, amount = f"I{number}", chance.choice([100, 250, 1000])
        issued = START + timedelta(days=chance.randint(0, 100))
        due = issued + timedelta(days=chance.choice([10, 30]))
        cases[case] = {
            "invoice_number": case,
            "customer_segment": chance.choice(["large", "small"]),
            "invoice_amount": f"{amount}.00",
            "currency": chance.choice(["EUR", "USD"]),
            "invoice_date": issued.date().isoformat(),
            "due_date": due.date().isoformat(),
        }
        days = sorted(chance.randint(0, 70) for _ in range(chance.randint(0, 8)))
        steps = [("credit_limit_approved", issued), ("invoice_generated", issued)]
        steps += [(chance.choice(STEPS), issued + timedelta(days=day)) for day in days]
        for activity, day in steps:
            # Eight in the morning and a minute for each event of the log: no two times are equal.
            time = day + timedelta(hours=8, minutes=len(events))
            facts = _facts(activity, day, amount, chance.randint(1, 3), chance.choice([30, 50, 100]))
            user, automated = chance.choice(USERS), chance.choice([True, False, None])
            events.append(Event(case, activity, time, len(events), user, automated, facts))
    return Book(events, cases)


def everything() -> Book:
    """Two invoices, one in each currency, that show every activity: so that no figure lacks what it needs."""
    events: list[Event] = []
    cases: CaseTable = {}
    for case, currency in [("E1", "EUR"), ("E2", "USD")]:
        cases[case] = {
            "invoice_number": case,
            "customer_segment": "small",
            "invoice_amount": "500.00",
            "currency": currency,
            "invoice_date": START.date().isoformat(),
            "due_date": (START + timedelta(days=10)).date().isoformat(),
        }
        for place, activity in enumerate(["credit_limit_approved", "invoice_generated", *STEPS]):
            time = START + timedelta(days=place, hours=6, minutes=len(events))
            facts = _facts(activity, time, 500, 1, 30)
            events.append(Event(case, activity, time, -100 + len(events), "ana", False, facts))
    return Book(events, cases)


def joined(*books: Book) -> Book:
    """Several logs as one."""
    return Book(
        [event for book in books for event in book.events],
        {case: row for book in books for case, row in book.cases.items()},
    )


def renamed(book: Book, names: dict[str, str]) -> Book:
    """The same log under other case ids."""
    return Book(
        [replace(event, case=names[event.case]) for event in book.events],
        {names[case]: {**row, "invoice_number": names[case]} for case, row in book.cases.items()},
    )


def scaled(book: Book, factor: int) -> Book:
    """Every amount of money times a factor."""

    def times(value: str) -> str:
        return f"{float(value) * factor:.2f}"

    return Book(
        [
            replace(event, facts={n: times(v) if n in MONEY else v for n, v in event.facts.items()})
            for event in book.events
        ],
        {case: {**row, "invoice_amount": times(row["invoice_amount"])} for case, row in book.cases.items()},
    )
