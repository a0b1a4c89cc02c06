"""Before the invoice: the credit decision, and the order that waits for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from workbench.generate.columns import FLAG, MOMENT, MONEY, Label, Serial, to_arrow
from workbench.generate.credit.customers import Customers
from workbench.generate.credit.invoices import Invoices
from workbench.generate.dice import DAY, MINUTE, Dice, Ints, Mask
from workbench.generate.world import World

__all__ = ["CreditChecks", "draw_checks", "requests_table"]

_DECISIONS = ("approved", "rejected", "pending")


@dataclass(frozen=True, slots=True)
class CreditChecks:
    """The credit decision behind each invoice; several invoices of a customer may share one."""

    checked: Mask
    leader: Ints
    """The invoice whose order asked for the decision: itself, or an earlier one of the customer."""
    requested: Ints
    assessed: Ints
    approved: Ints
    by_machine: Mask
    late: Mask
    """The approval came after the invoice that asked for it."""
    analyst: Ints


def draw_checks(world: World, dice: Dice, customers: Customers, invoices: Invoices) -> CreditChecks:
    """Decide on the credit behind each invoice, some working days before it."""
    rules, calendar = world["credit_check"], world.calendar
    leader = _leaders(dice.chance(rules["shared"]), invoices, shared_days=rules["shared_days"])
    late = dice.chance(rules["late"])
    by_machine = dice.chance(rules["by_machine"])

    # Ordered within a day by their hours: requests in the morning, decisions in the afternoon.
    approval_day = calendar.shift(invoices.day, np.where(late, dice.whole((1, 3)), -dice.whole((2, 6))))
    assessment_day = calendar.shift(approval_day, -np.minimum(dice.whole((0, 4)), dice.whole((0, 4))))
    request_day = calendar.shift(assessment_day, -dice.whole((0, 3)))
    approved = calendar.in_hours(approval_day, dice, (14.5, 18.0))
    requested = np.where(
        by_machine,
        approved - dice.seconds((5, 40), MINUTE),
        calendar.in_hours(request_day, dice, (8.5, 11.0)),
    )
    assessed = np.where(
        by_machine, (requested + approved) // 2, calendar.in_hours(assessment_day, dice, (11.0, 14.5))
    )
    unchecked = dice.chance(rules["unchecked"]) | customers.unchecked[invoices.customer]
    return CreditChecks(
        checked=~unchecked[leader],
        leader=leader,
        requested=requested[leader],
        assessed=assessed[leader],
        approved=approved[leader],
        by_machine=by_machine[leader],
        late=late[leader],
        analyst=world.people.anybody("credit", dice)[leader],
    )


def _leaders(shares: Mask, invoices: Invoices, *, shared_days: int) -> Ints:
    """For each invoice the one whose credit decision it uses.

    It is the first of the customer's invoices that follow each other sharing one, and not too long ago.
    """
    n = len(invoices.day)
    order = np.lexsort((np.arange(n), invoices.customer))
    customer, day = invoices.customer[order], invoices.day[order]
    starts = ~shares[order]
    starts[0] = True
    starts[1:] |= customer[1:] != customer[:-1]
    place = np.arange(n)
    head = np.maximum.accumulate(np.where(starts, place, 0))
    starts |= day - day[head] > shared_days
    head = np.maximum.accumulate(np.where(starts, place, 0))
    leader = np.empty(n, dtype=np.int64)
    leader[order] = order[head]
    return leader


def requests_table(
    world: World, dice: Dice, customers: Customers, invoices: Invoices, checks: CreditChecks, limits: Ints
) -> pa.RecordBatch:
    """All credit requests of the chunk: those that led to invoices, the refused, and those still waiting."""
    rules, calendar, n = world["credit_check"], world.calendar, dice.n
    asked = checks.checked & (checks.leader == np.arange(n)) & world.known(checks.requested)
    decided = world.known(checks.approved)

    refused = dice.chance(rules["refused"])
    waiting = dice.chance(rules["waiting"]) & ~refused
    last_days = calendar.shift(np.full(n, world.last_day), -dice.whole((1, 9)))
    day = np.where(waiting, last_days, calendar.shift(invoices.day, -dice.whole((10, 40))))
    requested = calendar.in_hours(day, dice, (8.5, 12.0))
    answered = calendar.at_work(requested + dice.seconds((1, 9), DAY))
    further = refused | waiting
    outcome = np.where(refused & world.known(answered), 1, 2)

    kept = [np.flatnonzero(asked), np.flatnonzero(further)]
    verdict = np.concatenate([np.where(decided, 0, 2)[kept[0]], outcome[kept[1]]])
    started = np.concatenate([checks.requested[kept[0]], requested[kept[1]]])
    ended = np.concatenate([checks.approved[kept[0]], answered[kept[1]]])
    machine = np.concatenate([checks.by_machine[kept[0]], np.zeros(len(kept[1]), dtype=np.bool_)])
    # A request takes twice the number of the invoice that asked for it; further ones have odd numbers.
    number = np.concatenate([2 * invoices.number[kept[0]], 2 * invoices.number[kept[1]] + 1])
    who = invoices.customer[np.concatenate(kept)]
    asked_for = np.concatenate([limits[invoices.customer[kept[0]]], 2 * limits[invoices.customer[kept[1]]]])
    order = np.argsort(started, kind="stable")
    pending = verdict[order] == 2
    return pa.RecordBatch.from_pydict(
        {
            "request_id": to_arrow(Serial("CR-"), number[order]),
            "customer_id": to_arrow(Serial("C-"), customers.number[who][order]),
            "requested_at": to_arrow(MOMENT, started[order]),
            "decided_at": to_arrow(MOMENT, ended[order], pending),
            "decision": to_arrow(Label(_DECISIONS), verdict[order]),
            "is_automated": to_arrow(FLAG, machine[order], pending),
            "requested_limit": to_arrow(MONEY, asked_for[order]),
            "approved_limit": to_arrow(MONEY, limits[who][order], verdict[order] != 0),
        }
    )
