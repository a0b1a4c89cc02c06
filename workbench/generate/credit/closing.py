"""What ends an invoice that nobody pays: manager, agency, write-off; and the reminders that come too late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.generate.credit.dunning import LEVELS, Dunning
from workbench.generate.dice import DAY, HOUR, MINUTE, Floats, Ints, Mask

__all__ = ["Closing", "close_cases"]


@dataclass(frozen=True, slots=True)
class Closing:
    """How the hopeless cases end. Moments count only where their mask holds."""

    agency: Ints
    recovered: Mask
    """The agency got the money in after all."""
    fee_share: Floats
    written_off: Mask
    written_off_at: Ints
    approver: Ints
    cancelled_at: Ints
    hold_until: Ints
    """The last payment is not posted before this moment: a reminder went out in ignorance of it. Else 0."""


def close_cases(dunning: Dunning) -> Closing:
    """Bring every invoice that reached level three further, and end those that will not be paid."""
    world, dice, plan, calendar = dunning.world, dunning.dice, dunning.plan, dunning.calendar
    rules = dunning.rules
    final = dunning.level == LEVELS
    time = calendar.at_work(dunning.latest + dice.seconds(rules["escalation_days"], DAY))
    passed_up = final & dice.chance(rules["passed_up"]) & plan.unpaid(time) & dunning.quiet(time)
    dunning.do("escalation", passed_up, time)

    time = calendar.at_work(dunning.latest + dice.seconds(rules["agency_days"], DAY))
    placed = final & dice.chance(rules["agency"]) & plan.unpaid(time) & dunning.quiet(time)
    agency = dice.whole((0, len(rules["agencies"]) - 1))
    dunning.do("agency", placed, time, agency_id=agency)
    recovered = placed & plan.never & dice.chance(rules["recovered"])
    plan.never = plan.never & ~recovered
    plan.pull(recovered, calendar.on_or_after(time // DAY + dice.whole(rules["recovery_days"])))

    hold_until = _remind_in_ignorance(dunning)
    ends = world["write_off"]
    day = np.maximum(dunning.invoices.due + dice.whole(ends["after_days"]), dunning.latest // DAY + 14)
    manager = world.people.anybody("management", dice)
    return Closing(
        agency=agency,
        recovered=recovered,
        fee_share=dice.between(rules["fee"]),
        written_off=plan.never & dunning.alive,
        written_off_at=calendar.at_work(day * DAY + dice.seconds((8, 17), HOUR)),
        approver=np.where(dice.chance(ends["by_collector"]), dunning.collector, manager),
        cancelled_at=calendar.at_work(dunning.invoices.sent + dice.seconds((0.5, 18), DAY)),
        hold_until=hold_until,
    )


def _remind_in_ignorance(dunning: Dunning) -> Ints:
    """Before the cash desk has posted a late payment, the next morning's run sends one more reminder."""
    dice, plan = dunning.dice, dunning.plan
    chosen = dunning.alive & dunning.started & ~plan.never & dice.chance(dunning.rules["after_payment"])
    chosen &= (plan.last > dunning.invoices.due) & dunning.quiet(plan.moment(plan.last))
    time = (plan.last + 1) * DAY + dice.seconds((5.6, 6.6), HOUR)
    hold_until = np.zeros(dice.n, dtype=np.int64)
    machine = np.ones(dice.n, dtype=np.bool_)
    reached = dunning.level.copy()
    for level in range(2, LEVELS + 1):
        where = chosen & (reached == level - 1)
        dunning.remind(level, where, time, machine)
        hold_until = np.where(where, time + 30 * MINUTE, hold_until)
    return hold_until
