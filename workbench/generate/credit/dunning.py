"""What the collectors do about unpaid invoices: reminders level by level, calls, promises.

Every step looks at what is still owed at that moment, and some of them bring the money in: the payment plan
changes as the steps are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.generate.credit.customers import Customers
from workbench.generate.credit.disputes import Disputes
from workbench.generate.credit.invoices import Invoices
from workbench.generate.credit.payments import PaymentPlan
from workbench.generate.dice import DAY, HOUR, MINUTE, Dice, Ints, Mask
from workbench.generate.world import World

__all__ = ["Dunning", "Step", "dun"]

LEVELS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """Something done to some invoices: the key of an activity in the world, and its attributes."""

    activity: str
    where: Mask
    time: Ints
    by_machine: Mask
    person: Ints
    facts: Mapping[str, Ints]


class Dunning:
    """The steps so far, in the order in which they happen, and the state of each invoice between them."""

    def __init__(
        self,
        world: World,
        dice: Dice,
        customers: Customers,
        invoices: Invoices,
        disputes: Disputes,
        plan: PaymentPlan,
    ) -> None:
        n = dice.n
        self.world, self.dice, self.calendar = world, dice, world.calendar
        self.rules: Mapping[str, Any] = world["dunning"]
        self.invoices, self.disputes, self.plan = invoices, disputes, plan
        self.alive = ~invoices.cancelled
        self.collector = customers.collector[invoices.customer]
        self.steps: list[Step] = []
        self.started = np.zeros(n, dtype=np.bool_)
        self.called = np.zeros(n, dtype=np.bool_)
        self.promised = np.zeros(n, dtype=np.bool_)
        self.level = np.zeros(n, dtype=np.int64)
        self.latest = np.zeros(n, dtype=np.int64)
        """The moment of the latest step."""
        self.reserved = np.zeros(n, dtype=np.int64)
        """No next level before this moment: a promise is waited for."""
        self.mute = plan.never & dice.chance(world["write_off"]["without_call"])
        """Will be written off although nobody ever calls."""

    def do(
        self, activity: str, where: Mask, time: Ints, by_machine: Mask | None = None, **facts: Ints
    ) -> None:
        """Note a step, done by the customer's collector unless by machine."""
        machine = np.zeros(self.dice.n, dtype=np.bool_) if by_machine is None else by_machine
        self.steps.append(Step(activity, where, time, machine, self.collector, facts))
        self.latest = np.where(where, np.maximum(self.latest, time), self.latest)

    def remind(self, level: int, where: Mask, time: Ints, by_machine: Mask) -> None:
        """Send a reminder; the first one starts the procedure at the same moment."""
        self.do("dunning", where & ~self.started, time, by_machine)
        channel = self.dice.pick(self.rules["channel_shares"][level - 1])
        levels = np.full(self.dice.n, level)
        self.do("reminder", where, time, by_machine, dunning_level=levels, dunning_channel=channel)
        self.started |= where
        self.level = np.where(where, level, self.level)

    def call(self, where: Mask, time: Ints) -> Ints:
        """Call the customer, early enough to note a promise within working hours; the moment of the call."""
        time = np.minimum(time, time // DAY * DAY + self.calendar.closes - 10 * MINUTE)
        channel = np.full(self.dice.n, len(self.rules["channels"]))
        self.do("call", where, time, dunning_channel=channel)
        self.called |= where
        return time

    def reacts(self, where: Mask, moment: Ints) -> None:
        """These customers pay because of what was done at a moment."""
        days = 1 + self.dice.whole(self.rules["answer_days"])
        self.plan.pull(where, self.calendar.on_or_after(moment // DAY + days))

    def quiet(self, moment: Ints) -> Mask:
        """Whether no dispute suspends dunning at a moment."""
        return self.disputes.ended <= moment


def dun(dunning: Dunning, owed_before: Ints, owed_after: Ints) -> None:
    """Work the unpaid invoices up to level three.

    A promise covers `owed_before` until the first of several payments has come, `owed_after` from then on.
    """
    rules, dice, plan = dunning.rules, dunning.dice, dunning.plan
    _remind_before_due(dunning)
    neglected = dice.chance(rules["neglected"])
    ignoring = dunning.disputes.whole & dice.chance(rules["ignores_dispute"])
    stops_at_two = plan.never & dice.chance(dunning.world["write_off"]["without_level_three"])
    at_two = dice.chance(rules["starts_at_two"])
    left_out = [at_two, dice.chance(rules["skips_two"]) & ~at_two & ~stops_at_two, stops_at_two]

    planned, machine = _first_moment(dunning)
    for level in range(1, LEVELS + 1):
        if level > 1:
            machine = dice.chance(rules["by_machine"][level - 1])
            gap = np.where(left_out[level - 2], 0, dice.whole(rules["gaps"][level - 1]))
            planned = np.maximum(planned + gap * DAY, dunning.reserved)
            planned = dunning.calendar.done(planned, machine)
        waits = ~dunning.quiet(planned) & ~(ignoring & (level == 1))
        after = dunning.calendar.done(dunning.disputes.ended + dice.seconds((1.0, 4.0), DAY), machine)
        planned = np.where(waits, after, planned)

        reached = dunning.alive & ~neglected & plan.unpaid(planned) & ~left_out[level - 1]
        dunning.remind(level, reached, planned, machine)
        answers = reached & dice.chance(rules["answers"][level - 1]) & dunning.quiet(planned)
        dunning.reacts(answers, planned)
        _call_after(dunning, level, reached, planned, owed_before, owed_after)


def _remind_before_due(dunning: Dunning) -> None:
    """A courtesy to some customers, a few days before the money is due."""
    dice, due = dunning.dice, dunning.invoices.due
    machine = dice.chance(dunning.rules["by_machine"][0])
    time = dunning.calendar.done((due - dice.whole((4, 6))) * DAY + dice.seconds((8, 17), HOUR), machine)
    undisputed = ~dunning.disputes.disputed
    chosen = dice.chance(dunning.rules["reminder_before_due"]) & undisputed & dunning.alive
    dunning.do("courtesy", chosen & dunning.plan.unpaid(time) & (time > dunning.invoices.sent), time, machine)


def _first_moment(dunning: Dunning) -> tuple[Ints, Mask]:
    """When the first reminder is planned: in time as a rule, sometimes late, rarely before the due date."""
    dice, rules, due = dunning.dice, dunning.rules, dunning.invoices.due
    early = dice.chance(rules["too_early"]) & ~dunning.disputes.disputed
    late = dice.chance(rules["late_start"]) & ~early
    machine = (dice.chance(rules["first_by_machine"]) & ~late) | early
    night = dice.seconds((5.5, 7.0), HOUR)
    days = np.where(early, -dice.whole((0, 2)), dice.whole(rules["machine_days"]))
    people_days = np.where(late, dice.whole(rules["late_days"]), dice.whole(rules["people_days"]))
    by_hand = dunning.calendar.at_work((due + people_days) * DAY + dice.seconds((8, 16), HOUR))
    return np.where(machine, (due + days) * DAY + night, by_hand), machine


def _call_after(
    dunning: Dunning, level: int, reached: Mask, planned: Ints, owed_before: Ints, owed_after: Ints
) -> None:
    """Call some days after a reminder; some customers then promise a date, and some of these keep it."""
    rules, dice, plan, calendar = dunning.rules, dunning.dice, dunning.plan, dunning.calendar
    time = calendar.at_work(planned + dice.seconds(rules["call_days"], DAY))
    insists = plan.never & (level == LEVELS)
    called = reached & (dice.chance(rules["calls"][level - 1]) | insists) & ~dunning.mute
    called &= plan.unpaid(time) & dunning.quiet(time)
    time = dunning.call(called, time)

    promised = called & dice.chance(rules["promises"])
    date = time // DAY + dice.whole(rules["promise_days"])
    owed = np.where(plan.in_parts & (plan.moment(plan.first) <= time), owed_after, owed_before)
    half = (owed + 1) // 2
    amount = np.where(dice.chance(rules["in_full"]), owed, half)
    serial = dunning.invoices.number * LEVELS + level
    dunning.do("promise", promised, time, promise_date=date, promise_amount=amount, promise_id=serial)
    dunning.promised |= promised

    keeps = promised & dice.chance(rules["kept"])
    day = calendar.shift(date, 0)
    plan.pull(keeps, np.where(day > time // DAY, day, calendar.on_or_after(time // DAY + 1)))
    breaks = promised & ~keeps
    plan.put_off(breaks, calendar.on_or_after(date + dice.whole(rules["broken_days"])))
    again = calendar.at_work((date + dice.whole((1, 2))) * DAY + dice.seconds((8, 16), HOUR))
    dunning.call(breaks & dice.chance(rules["followed_up"]) & plan.unpaid(again), again)
    dunning.reserved = np.where(promised, (date + 6) * DAY + 9 * HOUR, dunning.reserved)
