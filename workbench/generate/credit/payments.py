"""When and how much the customer pays: a plan first, changed by disputes and dunning, then carried out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from workbench.generate.causes import Traits, log_odds
from workbench.generate.credit.invoices import Invoices
from workbench.generate.dice import DAY, FAR, HOUR, Dice, Ints, Mask, chance_of
from workbench.generate.money import part_of
from workbench.generate.worktime import WorkCalendar
from workbench.generate.world import World

__all__ = ["NEVER", "PaymentPlan", "Payments", "carry_out", "plan_payments"]

NEVER = FAR // DAY
"""The day of a payment that is not made."""


@dataclass(slots=True)
class PaymentPlan:
    """On which days the customer means to pay; disputes and reminders change it.

    The last payment clears the invoice. A customer who pays in parts has a first one before it; else `first`
    is NEVER.
    """

    first: Ints
    last: Ints
    in_parts: Mask
    never: Mask
    """Will not pay the (rest of the) invoice, whatever reminder comes."""
    clock: Ints
    """Seconds after midnight at which this customer's money comes in."""
    calendar: WorkCalendar

    def moment(self, day: Ints) -> Ints:
        """The moment of a payment on a day."""
        return np.where(day < NEVER, day * DAY + self.clock, FAR)

    def unpaid(self, moment: Ints) -> Mask:
        """Whether something is still owed at a moment."""
        return moment < self.moment(self.last)

    def pull(self, where: Mask, day: Ints) -> None:
        """The customer reacts: the next outstanding payment comes on this day, if it would come later."""
        gap = self.last - self.first
        waiting = where & self.in_parts & (self.first > day)
        self.first = np.where(waiting, day, self.first)
        soonest = self.calendar.on_or_after(np.where(waiting, day + gap, day))
        self.last = np.where(where & ~self.never & (self.last > soonest), soonest, self.last)

    def put_off(self, where: Mask, day: Ints) -> None:
        """The rest comes on this day at the earliest."""
        self.last = np.where(where & ~self.never, np.maximum(self.last, day), self.last)


@dataclass(frozen=True, slots=True)
class Payments:
    """What is paid: up to three payments, each with its posting. An amount of 0 is no payment."""

    time: list[Ints]
    amount: list[Ints]
    by_machine: Mask
    posted: list[Ints]
    posted_by_machine: list[Mask]
    posted_late: list[Mask]


def plan_payments(world: World, dice: Dice, traits: Traits, invoices: Invoices) -> PaymentPlan:
    """When each customer would pay if nobody did anything."""
    rules, calendar = world["paying"], world.calendar
    by_class = world["odds"]["late_by"]
    risk = traits.categories[by_class["attribute"]].codes
    odds = world["odds"]["late"] + np.array(by_class["log_odds"])[risk]
    late = dice.chance(chance_of(odds + log_odds(world["causes"], "late", traits)))

    early = calendar.shift(invoices.due - dice.gamma(rules["early_days"], 1.0).astype(np.int64), 0)
    delay = 1 + dice.gamma(rules["late_days"], rules["late_shape"]).astype(np.int64)
    natural = np.where(late, calendar.on_or_after(invoices.due + delay), early)
    natural = np.maximum(natural, calendar.shift(invoices.sent // DAY, 1))

    never = dice.chance(np.array(world["risk_classes"]["never_pays"])[risk]) & ~invoices.cancelled
    in_parts = dice.chance(rules["parts"])
    rest = calendar.on_or_after(natural + dice.whole(rules["part_gap_days"]))
    return PaymentPlan(
        first=np.where(in_parts, natural, NEVER),
        last=np.where(never, NEVER, np.where(in_parts, rest, natural)),
        in_parts=in_parts,
        never=never,
        clock=np.where(
            dice.chance(rules["by_machine"]),
            dice.seconds((6.0, 7.9), HOUR),
            dice.seconds((calendar.opens, calendar.closes), 1),
        ),
        calendar=calendar,
    )


def carry_out(
    world: World,
    dice: Dice,
    traits: Traits,
    plan: PaymentPlan,
    *,
    payable: Ints,
    first: Ints,
    single: Mask,
    hold_until: Ints,
) -> Payments:
    """Pay what is payable and post each payment.

    `first` is what the first of several payments pays; where `single`, no further one comes between first and
    last. The last payment is not posted before `hold_until`: something still happened in ignorance of it.
    """
    paid_first = np.where(plan.in_parts & (plan.first < NEVER), first, 0)
    rest = payable - paid_first
    middle_day = world.calendar.shift((plan.first + plan.last) // 2, 0)
    three = dice.chance(world["paying"]["three_parts"]) & plan.in_parts & ~plan.never & ~single & (rest > 1)
    three &= (middle_day > plan.first) & (middle_day < plan.last)
    middle = part_of(np.maximum(rest, 2), dice.between((0.3, 0.7)), three)
    last = np.where(plan.last < NEVER, rest - middle, 0)

    amounts = [paid_first, middle, last]
    times = [
        plan.moment(np.where(paid_first > 0, plan.first, NEVER)),
        plan.moment(np.where(three, middle_day, NEVER)),
        plan.moment(np.where(last > 0, plan.last, NEVER)),
    ]
    posted, by_machine, late = [], [], []
    for part, time in enumerate(times):
        held = (hold_until > 0) & (part == len(times) - 1)
        moment, machine, slow = _post(world, dice, traits, time, held=held)
        moment = np.where(held, world.calendar.at_work(np.maximum(hold_until, time)), moment)
        posted.append(np.where(time < FAR, moment, FAR))
        by_machine.append(machine)
        late.append(slow)
    return Payments(
        time=times,
        amount=amounts,
        by_machine=plan.clock < world.calendar.opens,
        posted=posted,
        posted_by_machine=by_machine,
        posted_late=late,
    )


def _post(world: World, dice: Dice, traits: Traits, time: Ints, *, held: Mask) -> tuple[Ints, Mask, Mask]:
    """Book payments: mostly at once or on the next working day, sometimes days later."""
    rules, calendar = world["posting"], world.calendar
    day = time // DAY
    odds = world["odds"]["posted_late"] + log_odds(world["causes"], "posted_late", replace(traits, day=day))
    slow = dice.chance(chance_of(odds)) & ~held
    machine = dice.chance(rules["by_machine"]) & ~slow & ~held
    soon = calendar.done(time + dice.seconds((0.1, 5.0), HOUR), machine)
    later = calendar.in_hours(calendar.shift(day, dice.whole(rules["slow_workdays"])), dice)
    return np.where(slow, later, soon), machine, slow
