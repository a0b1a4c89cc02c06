"""What stands beside the deals: leads, spend, targets and costs (`domain.md` 7.3, 7.4: LC04, LC27, LC31, LC34).

Leads are records of their own: a lead that never converts has no deal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from tests.oracle.notation import CaseTable
from tests.oracle.plain_deals import DECIDED, Deal
from tests.oracle.plain_figures import Figure, Figures, ratio, share
from tests.oracle.plain_sales import ITERATIVE, between
from tests.oracle.plain_words import day_after

__all__ = ["Beside", "figures"]


@dataclass(frozen=True)
class Beside:
    """The tables of a project, each row by its columns' canonical names, times as local ones. Empty: there is none."""

    leads: CaseTable = field(default_factory=dict)
    spend: CaseTable = field(default_factory=dict)
    targets: CaseTable = field(default_factory=dict)
    costs: CaseTable = field(default_factory=dict)
    lead_days: int = 90
    factors: Mapping[str, Fraction] = field(default_factory=dict)

    def tables(self) -> dict[str, CaseTable]:
        """Those that there are, by the name that a project calls them."""
        named = {
            "leads": self.leads,
            "spend": self.spend,
            "targets": self.targets,
            "activity_costs": self.costs,
        }
        # A table whose rows have no id of their own numbers them.
        return {
            name: {key: {k: v for k, v in row.items() if k != "row"} for key, row in table.items()}
            for name, table in named.items()
            if table
        }


def day_of(text: str) -> date:
    """The local day of a time as the table writes it."""
    return date.fromisoformat(text[:10])


def converted(lead: Mapping[str, str], beside: Beside, as_of: date) -> bool | None:
    """Whether a lead converted within the days that it has; None while they run, whatever has happened."""
    limit = day_after(day_of(lead["lead_created_at"]), beside.lead_days)
    if limit > as_of:
        return None
    return bool(lead["lead_converted_at"]) and day_of(lead["lead_converted_at"]) <= limit


def conversion(beside: Beside, as_of: date) -> Figure:
    """LC04: of the leads that were there at as-of."""
    known = [lead for lead in beside.leads.values() if day_of(lead["lead_created_at"]) <= as_of]
    return share([converted(lead, beside, as_of) for lead in known])


def _amount(row: Mapping[str, str], name: str, beside: Beside) -> Fraction:
    return Fraction(row[name]) * beside.factors.get(row.get("currency", ""), Fraction(1))


def by_source(deals: Sequence[Deal]) -> dict[str, list[Deal]]:
    found: dict[str, list[Deal]] = {}
    for deal in deals:
        if source := deal.row.get("lead_source"):
            found.setdefault(source, []).append(deal)
    return found


def returns(deals: Sequence[Deal], beside: Beside, as_of: date) -> Figures:
    """LC31: won value over what was spent until as-of; win rate and cycle; each by source."""
    won = [deal for deal in deals if deal.has("opportunity_won")]
    closed = [deal for deal in deals if deal.first(*DECIDED)]
    spent: dict[str, Fraction] = {}
    for row in beside.spend.values():
        if date.fromisoformat(row["period_start"]) <= as_of:
            source = row["lead_source"]
            spent[source] = spent.get(source, Fraction(0)) + _amount(row, "spend_amount", beside)
    value = {
        source: sum((deal.value or Fraction(0) for deal in rows), Fraction(0))
        for source, rows in by_source(won).items()
    }
    total = sum((deal.value or Fraction(0) for deal in won), Fraction(0))
    found: Figures = {
        ("LC31.win", None): Figure(
            share([deal.has("opportunity_won") for deal in closed]).value,
            n=len(closed),
            parts={
                source: rate
                for source, rows in by_source(closed).items()
                if (rate := share([deal.has("opportunity_won") for deal in rows]).value) is not None
            },
        ),
        ("LC31.cycle", None): Figure(
            (cycle := between(won, ["opportunity_created"], "opportunity_won")).value,
            n=cycle.n,
            parts={
                source: days
                for source, rows in by_source(won).items()
                if (days := between(rows, ["opportunity_created"], "opportunity_won").value) is not None
            },
            stats=cycle.stats,
        ),
    }
    if spent:
        found["LC31", None] = Figure(
            ratio(total, sum(spent.values(), Fraction(0))),
            parts={
                source: back
                for source, money in spent.items()
                if (back := ratio(value.get(source, Fraction(0)), money)) is not None
            },
        )
    return found


def coverage(deals: Sequence[Deal], beside: Beside, as_of: date) -> Figure:
    """LC34: the value of what is open over the target of the period that runs at as-of."""
    begun = [row for row in beside.targets.values() if date.fromisoformat(row["period_start"]) <= as_of]
    if not begun:
        return Figure(None)
    runs = max(row["period_start"] for row in begun)
    target = sum(
        (_amount(row, "target_amount", beside) for row in begun if row["period_start"] == runs), Fraction(0)
    )
    waiting = [deal.value or Fraction(0) for deal in deals if not deal.first(*DECIDED)]
    return Figure(ratio(sum(waiting, Fraction(0)), target))


def rework_cost(deals: Sequence[Deal], beside: Beside) -> Fraction | None:
    """LC27.cost: minutes × rate of what people did again, where that is rework; unknown if none has a rate."""
    again: list[str] = []
    for deal in deals:
        seen: set[str] = set()
        for event in deal.events:
            if event.activity in seen and event.activity not in ITERATIVE and event.automated is False:
                again.append(event.activity)
            seen.add(event.activity)
    rows = [row for name in again if (row := beside.costs.get(name))]
    if again and not rows:
        return None
    return sum(
        (Fraction(row["activity_minutes"]) / 60 * Fraction(row["cost_rate_per_hour"]) for row in rows),
        Fraction(0),
    )


def figures(deals: Sequence[Deal], beside: Beside, *, as_of: str) -> Figures:
    """What the tables say, for those that there are."""
    day = date.fromisoformat(as_of)
    found = returns(deals, beside, day)
    if beside.leads:
        found["LC04", None] = conversion(beside, day)
    if beside.targets:
        found["LC34", None] = coverage(deals, beside, day)
    if beside.costs:
        found["LC27.cost", None] = Figure(rework_cost(deals, beside))
    return found
