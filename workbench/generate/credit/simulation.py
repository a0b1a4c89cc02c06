"""One chunk of invoices, simulated from the order to the end, as if there were no cut-off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.generate.causes import Traits
from workbench.generate.credit.checks import CreditChecks, draw_checks
from workbench.generate.credit.closing import Closing, close_cases
from workbench.generate.credit.customers import Customers, draw_customers
from workbench.generate.credit.disputes import Disputes, draw_disputes
from workbench.generate.credit.dunning import Dunning, dun
from workbench.generate.credit.invoices import Invoices, draw_invoices, traits_of
from workbench.generate.credit.payments import Payments, carry_out, plan_payments
from workbench.generate.dice import DAY, FAR, MINUTE, Dice, Ints, Mask
from workbench.generate.money import part_of
from workbench.generate.world import World

__all__ = ["Movement", "Receivables", "simulate"]

Movement = tuple[Ints, Ints]
"""When, and by how many cents, an invoice's balance changes (FAR and 0 where it does not)."""


@dataclass(frozen=True, slots=True)
class Receivables:
    """What happens to the invoices of a chunk, and the balances that follow from it."""

    customers: Customers
    invoices: Invoices
    traits: Traits
    checks: CreditChecks
    disputes: Disputes
    dunning: Dunning
    closing: Closing
    payments: Payments
    corrected: Mask
    corrected_at: Ints
    cleared: Ints
    """When payments and credits reached the amount; FAR where they never do."""
    settled: Ints
    rest: Ints
    """What is written off."""
    movements: list[Movement]
    exposure: Ints
    """The customer's open balance just after the invoice, this invoice included."""
    limits: Ints
    """The credit limit of each customer."""


def simulate(world: World, dice: Dice, *, first_invoice: int, first_customer: int) -> Receivables:
    """Simulate as many invoices as the dice have rows, with customers of their own."""
    many = max(1, -(-dice.n // world["cases_per_customer"]))
    customers = draw_customers(world, dice.of(many), first=first_customer)
    invoices = draw_invoices(world, dice, customers, first=first_invoice)
    checks = draw_checks(world, dice, customers, invoices)
    traits = traits_of(world, customers, invoices)
    plan = plan_payments(world, dice, traits, invoices)
    disputes = draw_disputes(world, dice, traits, invoices, plan)

    alive = ~invoices.cancelled
    payable = np.where(alive, invoices.amount - disputes.credit, 0)
    some = part_of(np.maximum(payable, 2), dice.between((0.25, 0.75)), plan.in_parts & alive)
    first = np.where(disputes.disputed & plan.in_parts, invoices.amount - disputes.amount, some)

    dunning = Dunning(world, dice, customers, invoices, disputes, plan)
    dun(dunning, payable, payable - first)
    closing = close_cases(dunning)
    payments = carry_out(
        world,
        dice,
        traits,
        plan,
        payable=payable,
        first=first,
        single=dunning.promised,
        hold_until=closing.hold_until,
    )

    credit_time = np.where(disputes.credit > 0, disputes.credit_time, 0)
    paid = sum(payments.amount)
    complete = alive & (paid + disputes.credit == invoices.amount)
    cleared = np.where(complete, _latest(payments.time, credit_time), FAR)
    corrected = (payments.amount[-1] > 0) & dice.chance(world["posting"]["corrected"])
    corrected_at = world.calendar.at_work(
        payments.posted[-1] + dice.seconds(world["posting"]["correction_days"], DAY)
    )
    done = np.maximum(_latest(payments.posted, credit_time), np.where(corrected, corrected_at, 0))
    settled = world.calendar.at_machine(done + dice.seconds((1, 12), MINUTE))
    rest = np.where(closing.written_off, invoices.amount - disputes.credit - paid, 0)

    movements = _movements(invoices, disputes, payments, closing, rest)
    exposure = _exposure(invoices.customer, movements)
    return Receivables(
        customers=customers,
        invoices=invoices,
        traits=traits,
        checks=checks,
        disputes=disputes,
        dunning=dunning,
        closing=closing,
        payments=payments,
        corrected=corrected,
        corrected_at=corrected_at,
        cleared=cleared,
        settled=np.where(complete, settled, FAR),
        rest=rest,
        movements=movements,
        exposure=exposure,
        limits=_limits(customers, invoices.customer, exposure),
    )


def _latest(moments: list[Ints], other: Ints) -> Ints:
    """The latest of the moments that come at all."""
    latest = other
    for moment in moments:
        latest = np.maximum(latest, np.where(moment < FAR, moment, 0))
    return latest


def _movements(
    invoices: Invoices, disputes: Disputes, payments: Payments, closing: Closing, rest: Ints
) -> list[Movement]:
    nothing = invoices.cancelled
    return [
        (invoices.generated, invoices.amount),
        *[(time, -amount) for time, amount in zip(payments.time, payments.amount, strict=True)],
        (disputes.credit_time, -disputes.credit),
        (closing.written_off_at, -rest),
        (np.where(nothing, closing.cancelled_at, FAR), np.where(nothing, -invoices.amount, 0)),
    ]


def _exposure(customer: Ints, movements: list[Movement]) -> Ints:
    """Each customer's running balance, read just after each of its invoices."""
    n = len(customer)
    who = np.tile(customer, len(movements))
    time = np.concatenate([time for time, _ in movements])
    cents = np.concatenate([cents for _, cents in movements])
    order = np.lexsort((time, who))
    running = np.cumsum(cents[order])
    # Every customer's balance starts at nothing: take away what the customers before had at their ends.
    before = np.zeros(int(customer.max()) + 2, dtype=np.int64)
    np.add.at(before, who + 1, cents)
    balance = np.empty(len(order), dtype=np.int64)
    balance[order] = running - np.cumsum(before)[who[order]]
    return balance[:n]


def _limits(customers: Customers, customer: Ints, exposure: Ints) -> Ints:
    """A round credit limit for each customer, some way above its usual exposure."""
    many = len(customers.number)
    total = np.bincount(customer, weights=exposure, minlength=many)
    count = np.maximum(np.bincount(customer, minlength=many), 1)
    step = 500_00
    wanted = total / count * customers.headroom
    return np.maximum(np.ceil(wanted / step), 2).astype(np.int64) * step
