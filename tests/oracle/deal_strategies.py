"""Sales that hypothesis draws, with what stands beside them: leads, spend, targets and costs.

Stages are skipped, moved back and said twice; values are missing or set to nought; discounts, probabilities, list
prices, due dates and reasons of losses are there or not; deals are in several currencies where there are rates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.oracle.notation import CaseTable
from tests.oracle.plain_leads import Beside
from tests.oracle.strategies import CLOCK, FIRST, RATES, ZONES, Case, Drawn, log_of, maybe, money

__all__ = ["LEAD_DAYS", "Sales", "sales"]

LEAD_DAYS = 30
PATH = ["opportunity_created", "opportunity_qualified", "quote_issued", "contract_signed"]
STAGE = dict(zip(PATH, ["Prospecting", "Qualified", "Proposal", "Contract"], strict=True))
CHANCE = dict(zip(PATH, ["10", "30", "60", "90"], strict=True))
DISCOUNTS = [["0", "5", "10", "15", "20"], ["5", "20", "25", "25"]]
ENDS = [
    ["", "opportunity_lost", *["opportunity_won"] * 3],
    ["", *["opportunity_lost"] * 7, "opportunity_won"],
]
SOURCES = ["fair", "web", "partner"]


@dataclass(frozen=True)
class Sales(Drawn):
    """A drawn pipeline and the tables beside it."""

    beside: Beside = field(default_factory=Beside, repr=False)


def _often(draw: st.DrawFn, value: str) -> str:
    return value if draw(st.integers(0, 4)) else ""


class _Deal(Case):
    """One opportunity, of a representative who may have a hard time: cleo's are mostly lost and quoted low."""

    def __init__(self, draw: st.DrawFn, name: str, zone: str) -> None:
        super().__init__(draw, name, zone)
        self.owner = draw(st.sampled_from(["ana", "ben", "cleo"]))


def _stage(case: _Deal, activity: str, day: date) -> None:
    draw = case.draw
    facts = {"stage": STAGE[activity]}
    facts |= maybe(draw, "opportunity_value", money(draw, 9000))
    facts |= maybe(draw, "sales_rep", draw(st.sampled_from([case.owner, case.owner, case.owner, "ben"])))
    facts |= maybe(draw, "probability", draw(st.sampled_from([CHANCE[activity], "50"])))
    close = FIRST + timedelta(days=draw(st.integers(60, 240)))
    facts |= maybe(draw, "expected_close_date", close.isoformat())
    if activity == "quote_issued":
        facts |= maybe(draw, "discount_pct", draw(st.sampled_from(DISCOUNTS[case.owner == "cleo"])))
    case.add(activity, day, **facts)


def _after(case: _Deal, day: date) -> None:
    """Order, delivery, invoices with a due date, a correction, and payments: as far as the deal has come."""
    draw = case.draw
    amounts = st.sampled_from(["1000.00", "1000.00", "2000.00", "999.99"])
    steps = ["sales_order_created", "order_fulfilled", "invoice_created", "payment_received"]
    steps = steps[: draw(st.integers(0, 4))] + draw(
        st.lists(st.sampled_from(["invoice_created", "invoice_corrected", "payment_received"]), max_size=3)
    )
    for activity in steps:
        day += timedelta(days=draw(st.integers(1, 12)))
        facts: dict[str, str] = {}
        if activity == "invoice_created":
            due = day + timedelta(days=draw(st.sampled_from([0, 10, 30])))
            facts = {"invoice_amount": draw(amounts), **maybe(draw, "due_date", due.isoformat())}
        elif activity == "sales_order_created":
            facts = {"order_amount": draw(amounts)}
        elif activity == "payment_received":
            facts = {"paid_amount": draw(amounts)}
        case.add(activity, day, **facts)


def _deal(case: _Deal, currencies: list[str]) -> dict[str, str]:
    draw = case.draw
    day = FIRST + timedelta(days=draw(st.integers(0, 120)))
    if draw(st.integers(0, 2)) == 0:
        case.add("lead_created", day - timedelta(days=draw(st.integers(0, 20))))
    stages = [PATH[0], *[stage for stage in PATH[1:] if draw(st.integers(0, 4))]]
    if draw(st.integers(0, 3)) == 0:
        stages.append(draw(st.sampled_from(PATH[1:])))
    for stage in stages:
        if stage == "quote_issued" and draw(st.booleans()):
            case.add("quote_approval_requested", day)
            answer = draw(st.sampled_from(["quote_approved", "quote_approved", "quote_rejected"]))
            case.add(answer, day + timedelta(days=draw(st.integers(0, 3))))
        day += timedelta(days=draw(st.integers(0, 25)))
        _stage(case, stage, day)
    day += timedelta(days=draw(st.integers(1, 25)))
    end = draw(st.sampled_from(ENDS[case.owner == "cleo"]))
    if end:
        nought = end == "opportunity_lost" and draw(st.integers(0, 3)) == 0
        case.add(end, day, **({"opportunity_value": "0"} if nought else {}))
    if end == "opportunity_won":
        _after(case, day)
    reason = draw(st.sampled_from(["price", "competitor", ""]))
    return {
        "opportunity_id": case.name,
        "account": f"A{draw(st.integers(1, 5))}",
        "region": draw(st.sampled_from(["north", "north", "north", "south"])),
        "currency": draw(st.sampled_from(currencies)),
        "lead_source": draw(st.sampled_from(SOURCES)),
        "list_price": _often(draw, money(draw, 9000)),
        "loss_reason": reason if end == "opportunity_lost" else "",
    }


def _leads(draw: st.DrawFn) -> CaseTable:
    rows: CaseTable = {}
    for number in range(draw(st.integers(1, 12))):
        created = FIRST + timedelta(days=draw(st.integers(0, 200)))
        later = created + timedelta(days=draw(st.sampled_from([0, 12, 29, 30, 31])))
        at, done = draw(st.sampled_from(CLOCK)), draw(st.sampled_from(["23:59", "12:30"]))
        rows[f"L{number}"] = {
            "lead_id": f"L{number}",
            "lead_source": draw(st.sampled_from(SOURCES)),
            "lead_created_at": f"{created} {at}:00",
            # The first has converted, so that the column has a time in every log.
            "lead_converted_at": f"{later} {done}:30" if not number or draw(st.booleans()) else "",
        }
    return rows


def _dated(draw: st.DrawFn, name: str, whose: str, people: list[str]) -> CaseTable:
    """One row a month and source, or a quarter and representative."""
    step = 1 if name == "spend_amount" else 3
    rows = [
        {"row": f"{month}{who}", "period_start": f"2026-{month:02}-01", whose: who, name: money(draw, 20000)}
        for month in range(1, 10, step)
        for who in people
        if draw(st.integers(0, 3))
    ]
    return {row["row"]: row for row in rows}


def _costs(draw: st.DrawFn) -> CaseTable:
    activities = [
        "opportunity_qualified",
        "quote_issued",
        "contract_signed",
        "invoice_created",
        "payment_received",
    ]
    return {
        name: {
            "activity_name": name,
            "activity_minutes": str(draw(st.integers(1, 60))),
            "cost_rate_per_hour": str(draw(st.integers(20, 90))),
        }
        for name in activities
    }


def _beside(draw: st.DrawFn) -> Beside:
    """One table in five is missing."""
    there = [draw(st.sampled_from([True, True, True, True, False])) for _ in range(4)]
    return Beside(
        leads=_leads(draw) if there[0] else {},
        spend=_dated(draw, "spend_amount", "lead_source", [*SOURCES, "mail"]) if there[1] else {},
        targets=_dated(draw, "target_amount", "sales_rep", ["ana", "ben"]) if there[2] else {},
        costs=_costs(draw) if there[3] else {},
        lead_days=LEAD_DAYS,
    )


@st.composite
def sales(draw: st.DrawFn, *, least: int = 8, most: int = 14) -> Sales:
    """A pipeline of January to April, asked about on a day of March to July."""
    zone = draw(st.sampled_from(ZONES))
    day = FIRST + timedelta(days=draw(st.integers(75, 220)))
    several = day >= date(2026, 4, 1) and draw(st.booleans())
    cases = [_Deal(draw, f"D{number:02}", zone) for number in range(draw(st.integers(least, most)))]
    table: dict[str, Any] = {
        case.name: _deal(case, ["EUR", "USD", "GBP"] if several else ["EUR"]) for case in cases
    }
    rates = RATES if several else []
    return Sales(log_of(draw, cases), table, zone, day.isoformat(), rates, _beside(draw))
