"""From the lead to the money: the rest of lead-to-cash, from its sentences in `domain.md` 7.4, a deal at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.oracle.notation import Event
from tests.oracle.plain_deals import DECIDED, STAGES, Deal, Policy, rules_of, stage_of, steps_of
from tests.oracle.plain_figures import DAY, Figure, Figures, duration, mean, quantile, ratio, share
from tests.oracle.plain_words import before, day_after, days_between, pairs

__all__ = ["figures"]

# What a repeat of is no rework, and the path from which a step back is one.
ITERATIVE = {"stage_changed", "payment_received"}
IDEAL = [
    "lead_created",
    "lead_converted",
    *STAGES,
    "sales_order_created",
    "order_fulfilled",
    "invoice_created",
    "payment_received",
]


def between(deals: Sequence[Deal], start: Sequence[str], end: str, *, last: bool = False) -> Figure:
    """t(end) − t(start) of the first start, for deals that have both in this order."""
    rows = []
    for deal in deals:
        opened, closed = deal.first(*start), deal.last(end) if last else deal.first(end)
        if opened and closed and opened.time <= closed.time:
            rows.append(days_between(opened, closed))
    return duration(rows)


def count(values: Sequence[int]) -> Figure:
    return Figure(mean([Fraction(value) for value in values]), n=len(values))


def elapsed(event: Event, day: date) -> Fraction:
    """Days from an event to the end of a day."""
    utc = ZoneInfo("UTC")
    end = datetime.combine(day_after(day, 1), time(), event.time.tzinfo).astimezone(utc)
    return Fraction((end - event.time.astimezone(utc)) // timedelta(microseconds=1), 1_000_000) / DAY


def limits(won: Sequence[Deal]) -> dict[str, Fraction]:
    """Stage → P90 of the days that won deals stayed in it."""
    stays: dict[str, list[Fraction]] = {}
    for deal in won:
        for here, there in pairwise(steps_of(deal)):
            if here.activity not in DECIDED:
                stays.setdefault(stage_of(here), []).append(days_between(here, there))
    return {
        stage: limit
        for stage, rows in stays.items()
        if (limit := quantile(rows, Fraction(9, 10))) is not None
    }


def stalled(deals: Sequence[Deal], won: Sequence[Deal]) -> Figures:
    """Open deals that stand longer in their stage than nine of ten won deals did."""
    known, number, money = limits(won), dict[str, Fraction](), dict[str, Fraction]()
    for deal in deals:
        here = next(reversed(steps_of(deal)), None)
        if here is None or deal.first(*DECIDED) or stage_of(here) not in known:
            continue
        if elapsed(here, deal.as_of) > known[stage_of(here)]:
            name = stage_of(here)
            number[name] = number.get(name, Fraction(0)) + 1
            money[name] = money.get(name, Fraction(0)) + (deal.value or 0)
    return {
        ("LC03.stalled", None): Figure(sum(number.values(), Fraction(0)), parts=number),
        ("LC03.stalled_value", None): Figure(sum(money.values(), Fraction(0)), parts=money),
    }


def revisions(deals: Sequence[Deal]) -> Figure:
    """Per deal with a quote; a log that records no revision tells them by the quotes after the first."""
    quoted = [deal for deal in deals if deal.has("quote_issued")]
    if any(deal.has("quote_revised") for deal in deals):
        prepared = [deal for deal in deals if deal.first("quote_created", "quote_issued")]
        return count([len(deal.all("quote_revised")) for deal in prepared])
    return count([len(deal.all("quote_issued")) - 1 for deal in quoted])


def unapproved(deal: Deal, policy: Policy) -> bool:
    """The discount that it was sold with is over the limit, and nobody ever approved."""
    told = [event.facts["discount_pct"] for event in deal.events if "discount_pct" in event.facts]
    return bool(told) and Fraction(told[-1]) > policy.discount and not deal.has("quote_approved")


def touchless(deal: Deal) -> bool | None:
    """No human event; None where none is known to be human and not all are known."""
    flags = [event.automated for event in deal.events]
    return False if False in flags else None if None in flags else True


def conformance(deal: Deal, policy: Policy, *, invoices: bool) -> bool | None:
    rows = [
        verdict for verdicts in rules_of(deal, policy, invoices=invoices).values() for verdict in verdicts
    ]
    return None if "pending" in rows else "broken" not in rows


def skips(deal: Deal) -> bool:
    """A stage before one that it reached was never reached."""
    places = {STAGES.index(event.activity) for event in deal.all(*STAGES)}
    return places != set(range(len(places)))


def goes_back(deal: Deal) -> bool:
    places = [STAGES.index(event.activity) for event in deal.all(*STAGES)]
    return any(there < here for here, there in pairwise(places))


def reworked(deal: Deal) -> bool:
    names = [event.activity for event in deal.events]
    if any(names.count(name) > 1 for name in names if name not in ITERATIVE):
        return True
    places = [(IDEAL.index(name), name) for name in names if name in IDEAL]
    return any(
        place < max((p for p, _ in places[:i]), default=0)
        and not (name in ITERATIVE and (place, name) in places[:i])
        for i, (place, name) in enumerate(places)
    )


def pushes(deal: Deal) -> list[int]:
    """The days of each push of the expected close date."""
    dates = [
        date.fromisoformat(e.facts["expected_close_date"])
        for e in deal.events
        if "expected_close_date" in e.facts
    ]
    return [(there - here).days for here, there in pairwise(dates) if there > here]


def last_quote(deal: Deal) -> Fraction | None:
    """From the last quote before the decision to the decision."""
    decided = deal.first(*DECIDED)
    quotes = [event for event in deal.all("quote_issued") if decided and before(event, decided)]
    return days_between(quotes[-1], decided) if decided and quotes else None


def recent(deal: Deal) -> bool:
    """Won or lost in the last twelve months."""
    closed, end = deal.first(*DECIDED), deal.as_of
    # The same day a year ago; 28 February for the 29th.
    ago = end.replace(year=end.year - 1, day=min(end.day, 28) if end.month == 2 else end.day)
    return closed is not None and closed.day > ago


def velocity(deals: Sequence[Deal], won: Sequence[Deal], lost: Sequence[Deal]) -> Figure:
    """Open qualified deals × win rate × mean won value / mean won cycle, of what was closed in twelve months."""
    won, lost = ([deal for deal in rows if recent(deal)] for rows in (won, lost))
    waiting = [deal for deal in deals if not deal.first(*DECIDED)]
    if any(deal.has("opportunity_qualified") for deal in deals):
        waiting = [deal for deal in waiting if deal.has("opportunity_qualified")]
    cycle = between(won, ["opportunity_created"], "opportunity_won").value
    rate = ratio(len(won), len(won) + len(lost))
    value = mean([deal.value for deal in won if deal.value is not None])
    if cycle is None or rate is None or value is None:
        return Figure(None)
    return Figure(len(waiting) * rate * value / cycle)


def figures(deals: Sequence[Deal], policy: Policy | None = None) -> Figures:
    """All but what `plain_deals.figures` has."""
    policy = policy or Policy()
    won = [deal for deal in deals if deal.has("opportunity_won")]
    lost = [deal for deal in deals if deal.has("opportunity_lost")]
    closed = [deal for deal in deals if deal.first(*DECIDED)]
    paid = [deal for deal in deals if deal.fully_paid]
    staged = [deal for deal in deals if deal.first(*STAGES)]
    approvals = [
        days_between(a, b)
        for deal in deals
        for a, b in pairs(
            deal.all("quote_approval_requested"), deal.all("quote_approved", "quote_rejected"), "quote_id"
        )
        if b and b.activity == "quote_approved"
    ]
    asked = [len(deal.all("quote_approval_requested")) for deal in deals]
    flags = [event.automated for deal in deals for event in deal.events if event.automated is not None]
    invoiced = [deal for deal in deals if deal.has("invoice_created")]
    owners = [len(deal.changes("sales_rep", lambda old, new: old != new)) for deal in deals]
    pushed = [days for deal in deals for days in pushes(deal)]
    result: Figures = {
        ("LC02", None): between(paid, ["lead_created", "opportunity_created"], "payment_received", last=True),
        **stalled(deals, won),
        ("LC05", None): between(deals, ["lead_created", "opportunity_created"], "opportunity_qualified"),
        ("LC08", None): velocity(deals, won, lost),
        ("LC10", None): between(deals, ["opportunity_qualified"], "quote_issued"),
        ("LC12", None): duration(approvals),
        ("LC12.loops", None): count([number for number in asked if number]),
        ("LC13", None): revisions(deals),
        ("LC15", None): share([unapproved(deal, policy) for deal in won]),
        ("LC17", None): between(deals, ["opportunity_won"], "sales_order_created"),
        ("LC18", None): between(deals, ["sales_order_created"], "order_fulfilled"),
        ("LC21", None): between(paid, ["opportunity_won"], "payment_received", last=True),
        ("LC23", None): share([conformance(deal, policy, invoices=bool(invoiced)) for deal in closed]),
        ("LC24", None): share([skips(deal) for deal in staged]),
        ("LC24.back", None): share([goes_back(deal) for deal in staged]),
        ("LC25", None): Figure(Fraction(sum(pushed))),
        ("LC25.pushes", None): count([len(pushes(deal)) for deal in deals]),
        ("LC27", None): share([reworked(deal) for deal in deals]),
        ("LC28", None): share([not flag for flag in flags]),
        ("LC28.touchless", None): share([yes for deal in closed if (yes := touchless(deal)) is not None]),
        ("LC29", None): count(owners),
        ("LC35", None): duration([days for deal in deals if (days := last_quote(deal)) is not None]),
    }
    if any(deal.has("invoice_corrected") for deal in deals):
        result["LC22", None] = share([deal.has("invoice_corrected") for deal in invoiced])
    return result
