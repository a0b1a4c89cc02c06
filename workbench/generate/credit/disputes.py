"""What the customer contests, how it ends, and what is credited for it (or out of courtesy)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.generate.causes import Traits, log_odds
from workbench.generate.credit.invoices import Invoices
from workbench.generate.credit.payments import NEVER, PaymentPlan
from workbench.generate.dice import DAY, HOUR, Dice, Ints, Mask, chance_of
from workbench.generate.money import part_of
from workbench.generate.world import World

__all__ = ["Disputes", "draw_disputes"]


@dataclass(frozen=True, slots=True)
class Disputes:
    """At most one dispute per invoice, which may open again. A moment counts only where its mask holds."""

    disputed: Mask
    whole: Mask
    amount: Ints
    reason: Ints
    registered: Ints
    resolved: Ints
    abandoned: Mask
    """Registered, and nobody ever resolved it."""
    reopened: Mask
    registered_again: Ints
    resolved_again: Ints
    orphaned: Mask
    """Only the resolution is in this system."""
    orphan_time: Ints
    ended: Ints
    """Until when dunning is suspended; 0 without a dispute that suspends it."""
    credit: Ints
    credit_time: Ints
    handler: Ints

    def open_at(self, moment: Ints) -> Mask:
        """Whether the dispute is open at a moment."""
        first = (moment > self.registered) & (moment < self.resolved)
        again = self.reopened & (moment > self.registered_again) & (moment < self.resolved_again)
        return self.disputed & (first | again)


def draw_disputes(
    world: World, dice: Dice, traits: Traits, invoices: Invoices, plan: PaymentPlan
) -> Disputes:
    """Let customers contest invoices before they pay, and change the plan of their payments accordingly."""
    rules, calendar, n = world["dispute"], world.calendar, dice.n
    alive = ~invoices.cancelled
    odds = world["odds"]["disputed"] + log_odds(world["causes"], "disputed", traits)
    disputed = dice.chance(chance_of(odds)) & alive
    whole = dice.chance(rules["whole"]) & disputed
    part = disputed & ~whole
    amount = np.where(whole, invoices.amount, part_of(invoices.amount, dice.between(rules["part"]), part))
    reason = dice.pick(rules["reason_shares"])

    # Before the money comes and, at the latest, the day after the due date: dunning starts later than that.
    natural = np.where(plan.in_parts, plan.first, plan.last)
    limit = np.minimum(natural, invoices.due + 1) * DAY
    room = np.maximum(limit - invoices.sent, 0)
    registered = calendar.at_work(invoices.sent + (room * dice.between((0.05, 0.7))).astype(np.int64))
    days = dice.lognormal(np.array(rules["reason_days"])[reason], 0.7)
    resolved = calendar.at_work(registered + (days * DAY).astype(np.int64) + HOUR)
    abandoned = part & dice.chance(rules["abandoned"])
    reopened = disputed & ~abandoned & dice.chance(rules["reopened"])
    registered_again = calendar.at_work(resolved + dice.seconds((2, 12), DAY))
    resolved_again = calendar.at_work(registered_again + dice.seconds((2, 14), DAY))
    final = np.where(reopened, resolved_again, resolved)

    justified = disputed & ~abandoned & dice.chance(rules["justified"])
    wholly = justified & dice.chance(rules["wholly_credited"])
    credit = np.where(
        wholly, amount, part_of(np.maximum(amount, 2), dice.between(rules["credited"]), justified)
    )
    credit = np.minimum(credit, amount)
    credit_time = np.maximum(final - dice.seconds((0.1, 2.0), HOUR), final // DAY * DAY + calendar.opens)

    courtesy = dice.chance(world["paying"]["credit_note"]) & alive & ~disputed
    courtesy_time = calendar.at_work(invoices.sent + (room * dice.between((0.05, 0.5))).astype(np.int64))
    courtesy &= courtesy_time < plan.moment(natural)
    credit = np.where(courtesy, part_of(invoices.amount, dice.between((0.05, 0.2))), credit)

    asked = np.where(abandoned, registered, final) // DAY
    _wait_for_the_answer(world, dice, plan, asked=asked, whole=whole, part=part, wholly=wholly)
    return Disputes(
        disputed=disputed,
        whole=whole,
        amount=amount,
        reason=reason,
        registered=registered,
        resolved=np.where(abandoned, NEVER * DAY, resolved),
        abandoned=abandoned,
        reopened=reopened,
        registered_again=registered_again,
        resolved_again=resolved_again,
        orphaned=alive & ~disputed & dice.chance(rules["orphaned"]),
        orphan_time=calendar.at_work(invoices.sent + (room * dice.share()).astype(np.int64)),
        ended=np.where(disputed & ~abandoned, final, np.zeros(n, dtype=np.int64)),
        credit=credit,
        credit_time=np.where(courtesy, courtesy_time, credit_time),
        handler=world.people.anybody("resolution", dice),
    )


def _wait_for_the_answer(
    world: World,
    dice: Dice,
    plan: PaymentPlan,
    *,
    asked: Ints,
    whole: Mask,
    part: Mask,
    wholly: Mask,
) -> None:
    """The contested money waits for the resolution; the rest may be paid before, as a first part."""
    calendar = world.calendar
    disputed = whole | part
    natural = np.where(plan.in_parts, plan.first, plan.last)
    splits = part & ~wholly & (plan.in_parts | dice.chance(0.7)) & (natural < NEVER)
    plan.in_parts = np.where(disputed, splits, plan.in_parts)
    plan.first = np.where(disputed, np.where(splits, natural, NEVER), plan.first)

    answer = calendar.on_or_after(asked + dice.whole(world["dispute"]["answer_days"]))
    nothing_left = whole & wholly
    plan.never &= ~nothing_left
    plan.last = np.where(nothing_left, asked, plan.last)
    plan.put_off(
        disputed & ~nothing_left,
        np.maximum(answer, calendar.on_or_after(np.where(splits, natural + 1, answer))),
    )
