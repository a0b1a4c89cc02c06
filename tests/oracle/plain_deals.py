"""Lead-to-cash a second time: every figure and rule straight from its sentence in `domain.md` 6 and 7.4.

Plain loops and exact fractions, nothing shared with the product; the hand-written table in `deal_table.py` is
checked against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from tests.oracle.notation import CaseTable, Event
from tests.oracle.plain_figures import Figure, Figures, duration, mean, ratio, share
from tests.oracle.plain_words import before, day_after, days_between, known_at, limited, precedence

__all__ = ["Deal", "Policy", "deals_at", "figures", "rules_of", "stage_of", "steps_of", "verdicts"]

STAGES = [
    "opportunity_created",
    "opportunity_qualified",
    "quote_issued",
    "contract_signed",
    "opportunity_won",
]
# What each is called in the attribute `stage` of the hand-made log.
NAMES = dict(zip(STAGES, ["Prospecting", "Qualified", "Proposal", "Contract", "Won"], strict=True))
DECIDED = ("opportunity_won", "opportunity_lost")
SEVERITY = ["broken", "pending", "unknown", "tie", "excused", "ok"]


@dataclass(frozen=True)
class Policy:
    """The defaults of 7.3."""

    invoice_days: int = 5
    pushes: int = 3
    owners: int = 2
    discount: Fraction = Fraction(15)


@dataclass(frozen=True)
class Deal:
    """One opportunity: its events up to as-of, in time and file order."""

    row: Mapping[str, str]
    events: Sequence[Event]
    as_of: date
    factor: Fraction = Fraction(1)

    def all(self, *names: str) -> list[Event]:
        return [event for event in self.events if event.activity in names]

    def first(self, *names: str) -> Event | None:
        return next(iter(self.all(*names)), None)

    def last(self, *names: str) -> Event | None:
        return next(iter(reversed(self.all(*names))), None)

    def has(self, name: str) -> bool:
        return bool(self.all(name))

    def sum_of(self, activity: str, attribute: str) -> Fraction:
        return sum((Fraction(event.facts[attribute]) for event in self.all(activity)), Fraction(0))

    @property
    def value(self) -> Fraction | None:
        """The last positive amount."""
        known = [
            Fraction(e.facts["opportunity_value"]) for e in self.events if "opportunity_value" in e.facts
        ]
        return next((amount * self.factor for amount in reversed(known) if amount > 0), None)

    @property
    def fully_paid(self) -> bool:
        """Nothing was open at some moment after the last invoice, whatever was taken back since."""
        balance, paid = Fraction(0), False
        for event in self.all("invoice_created", "payment_received"):
            if event.activity == "invoice_created":
                balance += Fraction(event.facts["invoice_amount"])
                paid = balance <= 0
            else:
                balance -= Fraction(event.facts["paid_amount"])
                paid = paid or balance <= 0
        return paid and self.sum_of("invoice_created", "invoice_amount") > 0

    def changes(self, attribute: str, happened: Callable[[str, str], bool]) -> list[Event]:
        """The events at which a value changed so against the last known one. A blank is no change."""
        found: list[Event] = []
        previous: str | None = None
        for event in self.events:
            value = event.facts.get(attribute)
            if value is not None and previous is not None and happened(previous, value):
                found.append(event)
            previous = previous if value is None else value
        return found


def deals_at(
    events: Iterable[Event], cases: CaseTable, *, as_of: str, rates: Sequence[tuple[str, str, str]] = ()
) -> list[Deal]:
    """The deals as known at the end of a day; money in the project's currency at the rates of that day."""
    day = date.fromisoformat(as_of)
    latest = {code: Fraction(rate) for when, code, rate in sorted(rates) if date.fromisoformat(when) <= day}
    return [
        Deal(cases[case], rows, day, latest.get(cases[case].get("currency", ""), Fraction(1)))
        for case, rows in sorted(known_at(events, day).items())
    ]


def spans(deals: Sequence[Deal], start: str, end: str) -> list[Fraction]:
    """t(end) − t(start) by the first time of each, where a deal has both, in this order."""
    ends = [(deal.first(start), deal.first(end)) for deal in deals]
    return [days_between(a, b) for a, b in ends if a and b and a.time <= b.time]


def steps_of(deal: Deal) -> list[Event]:
    """The stages in their order, and the loss; a stage that is told twice in a row is one visit."""
    found: list[Event] = []
    named = any("stage" in event.facts for event in deal.events)
    for event in deal.all(*STAGES, "stage_changed", "opportunity_lost"):
        if named and "stage" not in event.facts and event.activity not in DECIDED:
            continue
        if not found or stage_of(found[-1]) != stage_of(event):
            found.append(event)
    return found


def stage_of(event: Event) -> str:
    """The stage's own name where the log has one."""
    if event.activity in DECIDED:
        return event.activity
    return event.facts.get("stage") or NAMES.get(event.activity, event.activity)


def visits(deals: Sequence[Deal]) -> dict[str, list[Fraction]]:
    """Stage → the days of each finished visit: until the next stage, or until won or lost."""
    found: dict[str, list[Fraction]] = {}
    for deal in deals:
        for here, there in pairwise(steps_of(deal)):
            if here.activity not in DECIDED:
                found.setdefault(stage_of(here), []).append(days_between(here, there))
    return found


def went_on(deal: Deal, stage: str) -> bool | None:
    """Later any stage beyond it; None while the deal is open and may still go on."""
    reached = deal.first(stage)
    beyond = deal.all(*STAGES[STAGES.index(stage) + 1 :])
    if reached and any(before(reached, event) for event in beyond):
        return True
    return False if deal.first(*DECIDED) else None


def figures(deals: Sequence[Deal]) -> Figures:
    """All KPIs of the table."""
    won = [deal for deal in deals if deal.has("opportunity_won")]
    lost = [deal for deal in deals if deal.has("opportunity_lost")]
    stays = visits(deals)
    every_stay = [days for stay in stays.values() for days in stay]
    funnel = {s: [went_on(deal, s) for deal in deals if deal.has(s)] for s in STAGES[:-1]}
    shares = {NAMES[stage]: share(rows).value for stage, rows in funnel.items()}
    known = [deal.value for deal in won if deal.value is not None]
    won_value = sum((deal.value or Fraction(0) for deal in won), Fraction(0))
    lost_value = sum((deal.value or Fraction(0) for deal in lost), Fraction(0))
    valued = len(lost) == 0 or Fraction(sum(deal.value is None for deal in lost), len(lost)) <= Fraction(
        20, 100
    )
    paid = [
        days_between(a, b)
        for deal in deals
        if deal.fully_paid
        and (a := deal.first("invoice_created"))
        and (b := deal.last("payment_received"))
        and a.time <= b.time
    ]
    every_step = [verdict for rows in funnel.values() for verdict in rows]
    return {
        ("LC01", None): duration(spans(deals, "opportunity_created", "opportunity_won")),
        ("LC01.lost", None): duration(spans(deals, "opportunity_created", "opportunity_lost")),
        ("LC03", None): Figure(
            mean(every_stay),
            n=len(every_stay),
            parts={name: value for name, stay in stays.items() if (value := mean(stay))},
        ),
        ("LC06", None): Figure(
            share(every_step).value,
            n=share(every_step).n,
            pending=share(every_step).pending,
            parts={name: value for name, value in shares.items() if value is not None},
        ),
        ("LC07", None): Figure(ratio(len(won), len(won) + len(lost)), n=len(won) + len(lost)),
        ("LC07.value", None): Figure(ratio(won_value, won_value + lost_value) if valued else None),
        ("LC09", None): Figure(mean(known), n=len(known)),
        ("LC11", None): duration(spans(deals, "quote_issued", "contract_signed")),
        ("LC19", None): duration(spans(deals, "sales_order_created", "invoice_created")),
        ("LC19.fulfilment", None): duration(spans(deals, "order_fulfilled", "invoice_created")),
        ("LC20", None): duration(paid),
    }


def each_after(deal: Deal, each: Iterable[Event], *earlier: str) -> list[str]:
    times = [event.time for event in deal.all(*earlier)]
    return [precedence(event, times) for event in each]


def invoiced_in_time(deal: Deal, policy: Policy) -> list[str]:
    """Within calendar days, the last of them included."""
    return [
        limited(
            any(
                before(done, bill) and bill.day <= day_after(done.day, policy.invoice_days)
                for bill in deal.all("invoice_created")
            ),
            day_after(done.day, policy.invoice_days),
            deal.as_of,
        )
        for done in deal.all("order_fulfilled")
    ]


def no_step_back(deal: Deal) -> list[str]:
    places = [STAGES.index(event.activity) for event in deal.all(*STAGES)]
    return ["broken" if place < max(places[:i], default=0) else "ok" for i, place in enumerate(places)]


def at_most(changes: Sequence[Event], limit: int) -> list[str]:
    return ["ok" if i < limit else "broken" for i, _ in enumerate(changes)]


def rules_of(deal: Deal, policy: Policy, *, invoices: bool = True) -> dict[str, list[str]]:
    """Every default rule of section 6: the verdicts of one deal's rows.

    A log that never shows an invoice cannot be asked for it.
    """
    quotes = deal.all("quote_issued")
    discounted = [e for e in quotes if Fraction(e.facts.get("discount_pct", "0")) > policy.discount]
    reduced = deal.changes("opportunity_value", lambda old, new: Fraction(new) < Fraction(old))
    proposed = deal.first("quote_issued")
    return {
        "qualified before quote": each_after(deal, quotes, "opportunity_qualified"),
        "quote before won": each_after(deal, deal.all("opportunity_won"), "quote_issued"),
        "approval before discounted quote": each_after(deal, discounted, "quote_approved"),
        "contract before order": each_after(deal, deal.all("sales_order_created"), "contract_signed"),
        "order before invoice": each_after(deal, deal.all("invoice_created"), "sales_order_created"),
        "invoice after fulfilment": invoiced_in_time(deal, policy) if invoices else [],
        "no stage backwards": no_step_back(deal),
        "close date pushes": at_most(
            deal.changes("expected_close_date", lambda old, new: new > old), policy.pushes
        ),
        "owner changes": at_most(deal.changes("sales_rep", lambda old, new: new != old), policy.owners),
        "amount not reduced after proposal": [
            "broken" if proposed and proposed.time < event.time else "ok" for event in reduced
        ],
    }


def verdicts(deals: Sequence[Deal], policy: Policy | None = None) -> dict[str, dict[str, str]]:
    """Rule → case → its worst verdict."""
    table: dict[str, dict[str, str]] = {}
    for deal in deals:
        for rule, rows in rules_of(deal, policy or Policy()).items():
            table.setdefault(rule, {})
            if rows:
                table[rule][deal.row["opportunity_id"]] = min(rows, key=SEVERITY.index)
    return table
