"""The customers of a chunk: who they are, how risky, on which terms, and who collects from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.generate.columns import DATE, NUMBER, Label, Serial, to_arrow
from workbench.generate.dice import Dice, Floats, Ints, Mask
from workbench.generate.world import World

__all__ = ["Customers", "currencies", "draw_customers", "ratings_table"]


@dataclass(frozen=True, slots=True)
class Customers:
    """One entry per customer; every category is a code into the names of the world."""

    number: Ints
    region: Ints
    currency: Ints
    segment: Ints
    risk: Ints
    sales_org: Ints
    terms: Ints
    guarantee: Ints
    collector: Ints
    activity: Floats
    """How many invoices, relatively to the others."""
    since: Floats
    """The part of the history that had passed when the first order came."""
    unchecked: Mask
    """Nobody ever checks this customer's credit."""
    headroom: Floats


def currencies(world: World) -> list[str]:
    """All currencies, in a fixed order."""
    return list(dict.fromkeys(world["regions"]["currencies"]))


def draw_customers(world: World, dice: Dice, *, first: int) -> Customers:
    """As many customers as the dice have rows, numbered from `first`."""
    regions, segments = world["regions"], world["segments"]
    names = currencies(world)
    region = dice.pick(regions["shares"])
    segment = dice.pick(segments["shares"])
    risk = dice.pick_by(segments["risk"], segment)
    newcomer = dice.chance(world["newcomers"])
    return Customers(
        number=np.arange(first, first + dice.n),
        region=region,
        currency=np.array([names.index(name) for name in regions["currencies"]])[region],
        segment=segment,
        risk=risk,
        sales_org=dice.pick_by(world["sales_orgs"]["by_risk_class"], risk),
        terms=dice.pick_by(segments["terms"], segment),
        guarantee=dice.pick(world["guarantees"]["shares"]),
        collector=world.people.anybody("collection", dice),
        activity=np.array(segments["weights"])[segment] * dice.lognormal(1.0, 0.5),
        since=np.where(newcomer, dice.between((0.0, 0.9)), 0.0),
        unchecked=dice.chance(world["credit_check"]["unchecked_customers"]),
        headroom=dice.between(world["limit"]["headroom"]),
    )


def ratings_table(world: World, dice: Dice, customers: Customers) -> Iterator[pa.RecordBatch]:
    """What an agency said of each customer, half-yearly: one batch per rating date."""
    dice = dice.of(len(customers.number))
    scores = np.array(world["risk_classes"]["scores"])[customers.risk]
    for day in range(world.first_day, world.last_day, 182):
        score = np.clip(scores + dice.whole((-9, 9)), 1, 100)
        yield pa.RecordBatch.from_pydict(
            {
                "customer_id": to_arrow(Serial("C-"), customers.number),
                "rating_date": to_arrow(DATE, np.full(dice.n, day)),
                "external_rating": to_arrow(NUMBER, score),
                "rating_source": to_arrow(Label(["Meridian Ratings"]), np.zeros(dice.n, dtype=np.int64)),
            }
        )
