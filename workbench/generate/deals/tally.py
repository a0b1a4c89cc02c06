"""What the chunk holds, counted from the simulation itself: the counts and sums of `truth.json`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from workbench.generate.causes import Traits, count_outcome
from workbench.generate.deals.delivery import BILLING_DAYS, Delivery
from workbench.generate.deals.openings import currencies
from workbench.generate.deals.record import Record
from workbench.generate.deals.selling import Sale
from workbench.generate.dice import DAY
from workbench.generate.truth import Tally, sums_by
from workbench.generate.world import World

__all__ = ["count"]

_POLICY = {"pushes": 3, "owner_changes": 2}
"""The policy that the breaches are counted against, as project.toml states it."""


def count(world: World, tally: Tally, record: Record, sale: Sale, delivery: Delivery, traits: Traits) -> None:
    """Add everything about a chunk to the tally."""
    seen, openings = record.seen, record.openings
    won, lost = seen["winning"], seen["losing"]
    tally.count(
        "planted",
        deals=len(won),
        leads_converted=openings.has_lead,
        won=won,
        lost=lost,
        open_at_the_cut_off=~won & ~lost,
        quotes_issued=seen["issuing"],
        quotes_refused=seen["refusing"],
        invoices_corrected=seen["mending"],
        deals_paid_in_parts=delivery.partly,
        fully_paid=seen["billing"] & (delivery.paid == delivery.invoiced),
    )
    limit = delivery.fulfilled // DAY + BILLING_DAYS
    decided = seen["fulfilling"] & (limit <= world.last_day)
    billed_late = decided & (delivery.billed // DAY > limit)
    tally.count(
        "breaches",
        quote_without_qualification=seen["quoting"] & ~seen["qualifying"],
        won_without_a_quote=won & ~seen["quoting"],
        deep_discount_without_approval=sale.known_unapproved,
        order_before_contract=delivery.known_before_contract,
        invoice_before_order=delivery.known_before_order,
        billed_late=billed_late,
        stage_backwards=sale.known_sent_back,
        close_date_pushed_too_often=record.pushes > _POLICY["pushes"],
        owner_changed_too_often=record.owner_changes > _POLICY["owner_changes"],
        amount_reduced_after_proposal=sale.known_reduced,
    )
    names = currencies(world)
    sums = {
        "won": np.where(won, record.value, 0),
        "ordered": delivery.ordered,
        "invoiced": delivery.invoiced,
        "paid": delivery.paid,
    }
    for what, cents in sums.items():
        for name, total in zip(names, sums_by(openings.currency, cents, len(names)), strict=True):
            tally.add(("sums", what, name), total)
    count_outcome(tally, world["causes"], "won", traits, happened=won, decided=won | lost)
    when = replace(traits, day=delivery.fulfilled // DAY)
    count_outcome(tally, world["causes"], "billed_late", when, happened=billed_late, decided=decided)
