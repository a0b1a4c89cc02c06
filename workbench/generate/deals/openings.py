"""The deals of a chunk as they are opened: with whom, for what, at which price, by whom, from which lead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.generate.causes import Category, Traits
from workbench.generate.columns import MOMENT, Label, Serial, to_arrow
from workbench.generate.dice import DAY, MINUTE, Dice, Ints, Mask
from workbench.generate.money import part_of, to_cents
from workbench.generate.worktime import day_number
from workbench.generate.world import World, busy_days

__all__ = ["Openings", "currencies", "draw_openings", "leads_table", "traits_of"]

LEADS_PER_DEAL = 10
"""Numbers kept free for the leads around a deal: its own, and further ones that came to nothing."""

_STATUS = ("Converted", "Disqualified", "Open")
_OPEN_DAYS = 45


@dataclass(frozen=True, slots=True)
class Openings:
    """One entry per deal, in the order of their opening; categories are codes into the names of the world."""

    number: Ints
    account: Ints
    region: Ints
    segment: Ints
    source: Ints
    product: Ints
    currency: Ints
    list_price: Ints
    cost: Ints
    day: Ints
    opened: Ints
    rep: Ints
    has_lead: Mask
    lead_time: Ints
    lead_by_machine: Mask


def currencies(world: World) -> list[str]:
    """All currencies, in a fixed order."""
    return list(dict.fromkeys(world["regions"]["currencies"]))


def draw_openings(world: World, dice: Dice, *, first: int, first_account: int) -> Openings:
    """As many deals as the dice have rows, numbered from `first`; all are opened before the cut-off."""
    many = max(1, -(-dice.n // world["cases_per_account"]))
    accounts = dice.of(many)
    regions, segments, products = world["regions"], world["segments"], world["products"]
    region, segment = accounts.pick(regions["shares"]), accounts.pick(segments["shares"])

    account = dice.whole((0, many - 1))
    product = dice.pick(products["shares"])
    typical = np.array(products["medians"])[product] * np.array(segments["sizes"])[segment[account]]
    price = to_cents(dice.lognormal(typical, products["spread"]), at_least=400)
    day = np.sort(busy_days(world, dice, np.zeros(dice.n)))
    opened = world.calendar.in_hours(day, dice)
    by_machine = dice.chance(world["leads"]["by_machine"])
    waited = (dice.gamma(world["leads"]["days"], 1.0) * DAY).astype(np.int64) + 20 * MINUTE
    lead = opened - waited
    at_desk = world.calendar.in_hours(world.calendar.shift(lead // DAY, -1), dice)
    names = currencies(world)
    currency = np.array([names.index(name) for name in regions["currencies"]])[region]
    return Openings(
        number=np.arange(first, first + dice.n),
        account=first_account + account,
        region=region[account],
        segment=segment[account],
        source=dice.pick_by(world["lead_sources"]["by_segment"], segment[account]),
        product=product,
        currency=currency[account],
        list_price=price,
        cost=part_of(price, 1 - np.array(products["margin"])[product] * dice.between((0.85, 1.1))),
        day=day,
        opened=opened,
        rep=world.people.anybody("sales", dice),
        has_lead=dice.chance(world["leads"]["share"]),
        # The nightly pause may put a machine's entry off, but never beyond the opening in office hours.
        lead_time=np.where(by_machine, world.calendar.at_machine(lead), at_desk),
        lead_by_machine=by_machine,
    )


def traits_of(world: World, openings: Openings) -> Traits:
    """What planted causes can look at; the period is that of the opening."""
    return Traits(
        categories={
            "region": Category(openings.region, world["regions"]["names"]),
            "account_segment": Category(openings.segment, world["segments"]["names"]),
            "lead_source": Category(openings.source, world["lead_sources"]["names"]),
            "product": Category(openings.product, world["products"]["names"]),
        },
        numbers={"list_price": openings.list_price / 100},
        day=openings.day,
    )


def leads_table(world: World, dice: Dice, openings: Openings) -> pa.RecordBatch:
    """The leads behind the deals, and those that never became one."""
    sources = world["lead_sources"]
    converted = np.flatnonzero(openings.has_lead)
    many = np.array(sources["unconverted"])[openings.source]
    number = np.where(openings.has_lead, np.rint(dice.share() * many).astype(np.int64), 0)
    beside = np.repeat(np.arange(dice.n), number)
    serial = np.arange(len(beside)) - np.repeat(np.cumsum(number) - number, number) + 1

    other = dice.of(len(beside))
    day = np.minimum(openings.day[beside] + other.whole((-60, 60)), world.last_day)
    day = np.maximum(day, day_number(world.start))
    created = np.concatenate(
        [openings.lead_time[converted], world.calendar.in_hours(world.calendar.shift(day, 0), other)]
    )
    status = np.where(world.last_day - day < _OPEN_DAYS, 2, 1)
    who = np.concatenate([converted, beside])
    is_deal = np.arange(len(who)) < len(converted)
    order = np.argsort(created, kind="stable")
    numbers = LEADS_PER_DEAL * openings.number[who] + np.concatenate([np.zeros_like(converted), serial])
    return pa.RecordBatch.from_pydict(
        {
            "lead_id": to_arrow(Serial("L-"), numbers[order]),
            "lead_source": to_arrow(Label(sources["names"]), openings.source[who][order]),
            "region": to_arrow(Label(world["regions"]["names"]), openings.region[who][order]),
            "lead_created_at": to_arrow(MOMENT, created[order]),
            "lead_converted_at": to_arrow(MOMENT, openings.opened[who][order], ~is_deal[order]),
            "opportunity_id": to_arrow(Serial("OPP-"), openings.number[who][order], ~is_deal[order]),
            "lead_status": to_arrow(
                Label(_STATUS), np.where(is_deal, 0, np.append(np.zeros_like(converted), status))[order]
            ),
        }
    )
