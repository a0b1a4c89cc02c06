"""Credit requests are records of their own (`domain.md` 7.3): CC01, CC02, CC04 and CC54 count them, never invoices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.oracle.notation import CaseTable
from tests.oracle.plain_credit import Book
from tests.oracle.plain_credit_kpis import ITERATIVE
from tests.oracle.plain_figures import DAY, Figures, duration, share
from tests.oracle.plain_words import day_after

__all__ = ["Request", "effort", "figures", "requests_at", "rework_cost"]


@dataclass(frozen=True)
class Request:
    """One request as known at a day: a decision that comes later does not exist."""

    customer: str
    requested: datetime
    decided: datetime | None
    approved: bool
    automated: bool

    @property
    def days(self) -> Fraction | None:
        if self.decided is None:
            return None
        return Fraction((self.decided - self.requested) // timedelta(microseconds=1), 1_000_000) / DAY


def requests_at(table: CaseTable, *, as_of: str, zone: str) -> list[Request]:
    """The requests made up to the end of a local day."""
    end, found = date.fromisoformat(as_of), []
    for row in table.values():
        requested, decided = (
            datetime.fromisoformat(row[name]).replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
            if row[name]
            else None
            for name in ("requested_at", "decided_at")
        )
        local = ZoneInfo(zone)
        if requested is None or requested.astimezone(local).date() > end:
            continue
        if decided is not None and decided.astimezone(local).date() > end:
            decided = None
        found.append(
            Request(
                row["customer_id"],
                requested,
                decided,
                row["decision"] == "approved",
                row["is_automated"] == "true",
            )
        )
    return found


def newcomers(book: Book) -> dict[str, datetime]:
    """Customers whose first invoice comes 90 days or more after the log starts, with its moment."""
    start = min(event.day for inv in book.invoices for event in inv.events)
    first: dict[str, datetime] = {}
    for inv in book.invoices:
        made = inv.first("invoice_generated")
        name = inv.row["customer_id"]
        if made and (name not in first or made.time < first[name]):
            first[name] = made.time
    return {name: moment for name, moment in first.items() if moment.date() >= day_after(start, 90)}


def checked(book: Book, requests: Sequence[Request], customer: str, moment: datetime) -> bool:
    """Somebody assessed or decided on the customer before that moment."""
    asked = any(one.customer == customer and one.decided and one.decided < moment for one in requests)
    steps = ("credit_assessed", "credit_limit_approved", "credit_limit_rejected")
    return asked or any(
        event.time < moment
        for inv in book.invoices
        if inv.row["customer_id"] == customer
        for event in inv.all(*steps)
    )


def unapproved(book: Book, requests: Sequence[Request]) -> list[bool]:
    """CC04: invoices since the first credit record, and whether the last decision before each was no approval."""
    decisions = [(one.customer, one.decided, one.approved) for one in requests if one.decided]
    credit = {"credit_limit_approved": True, "credit_limit_rejected": False}
    decisions += [
        (inv.row["customer_id"], event.time, credit[event.activity])
        for inv in book.invoices
        for event in inv.all(*credit)
    ]
    covered = [one.requested for one in requests] + [moment for _, moment, _ in decisions]
    of: dict[str, list[tuple[datetime, bool]]] = {}
    for who, when, yes in decisions:
        of.setdefault(who, []).append((when, yes))
    rows, start = [], min(covered, default=None)
    for inv in book.standing:
        made = inv.first("invoice_generated")
        if made and start and start <= made.time:
            mine = [one for one in of.get(inv.row["customer_id"], []) if one[0] < made.time]
            rows.append(not (mine and max(mine)[1]))
    return rows


def figures(book: Book, requests: Sequence[Request]) -> Figures:
    """Per request: how long until it was decided, and how."""
    decided = [one for one in requests if one.decided]
    return {
        ("CC01", None): duration([days for one in requests if (days := one.days) is not None]),
        ("CC02", None): share([one.approved for one in decided]),
        ("CC02.auto", None): share([one.automated for one in decided]),
        ("CC04", None): share(unapproved(book, requests)),
        ("CC54", None): share(
            [checked(book, requests, name, when) for name, when in newcomers(book).items()]
        ),
    }


def rework_cost(book: Book, costs: Mapping[str, Mapping[str, str]]) -> Fraction | None:
    """CC43.cost: minutes × rate of what people did again, where that is rework; unknown if none has a rate."""
    again: list[str] = []
    for inv in book.standing:
        seen: set[str] = set()
        for event in inv.events:
            if event.activity in seen and event.activity not in ITERATIVE and event.automated is False:
                again.append(event.activity)
            seen.add(event.activity)
    rows = [row for name in again if (row := costs.get(name))]
    if again and not rows:
        return None
    return sum(
        (Fraction(row["activity_minutes"]) / 60 * Fraction(row["cost_rate_per_hour"]) for row in rows),
        Fraction(0),
    )


def effort(book: Book, costs: Mapping[str, Mapping[str, str]]) -> Fraction:
    """CC42: minutes × rate of what people did."""
    return sum(
        (
            Fraction(row["activity_minutes"]) / 60 * Fraction(row["cost_rate_per_hour"])
            for inv in book.invoices
            for event in inv.events
            if event.automated is False and (row := costs.get(event.activity))
        ),
        Fraction(0),
    )
