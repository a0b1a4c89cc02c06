"""After the sale: order, fulfilment, invoice, its correction, and the money."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from workbench.generate.causes import Traits, log_odds
from workbench.generate.deals.record import Record
from workbench.generate.deals.selling import Sale
from workbench.generate.dice import DAY, FAR, HOUR, Dice, Floats, Ints, Mask, chance_of
from workbench.generate.money import part_of

__all__ = ["BILLING_DAYS", "Delivery", "deliver"]

BILLING_DAYS = 5
"""The policy: an order is billed within so many days after it was fulfilled."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the orders; amounts in cents, FAR where something never comes."""

    fulfilled: Ints
    billed: Ints
    known_before_contract: Mask
    known_before_order: Mask
    ordered: Ints
    invoiced: Ints
    paid: Ints
    """What is paid up to the cut-off."""
    partly: Mask
    """Paid in more than one payment, as far as the data goes."""


def deliver(record: Record, sale: Sale, traits: Traits) -> Delivery:
    """Carry out what was won."""
    world, dice, rules = record.world, record.dice, record.world["order"]
    calendar, serial, won = world.calendar, record.openings.number, sale.won
    late_order = won & ~sale.signs_late & dice.chance(rules["after_invoice"])
    machine = dice.chance(rules["by_machine"]) & ~late_order
    amount = _amount(dice, record.value, dice.chance(rules["differs"]), (0.9, 1.12))
    order_at = record.after(record.waited(rules["days"]), machine)

    fulfilled = calendar.at_work(order_at + (record.waited(rules["fulfilment_days"]) * DAY).astype(np.int64))
    billed, billed_by_machine = _bill(record, traits, fulfilled)
    order_at = np.where(late_order, calendar.at_work(billed + dice.seconds((0.5, 4.0), DAY)), order_at)
    order = {"order_id": serial}
    facts = {**order, "order_amount": amount}
    known_order = record.step("ordering", won, order_at, by_machine=machine, facts=facts)
    record.step("signing", sale.signs_late, calendar.at_work(order_at + dice.seconds((0.5, 5.0), DAY)))
    record.step("fulfilling", won, fulfilled, facts=order)

    invoiced = _amount(dice, amount, dice.chance(rules["short_billed"]), (0.9, 0.98))
    due = billed // DAY + rules["payment_terms"]
    bill = {"invoice_id": serial}
    facts = {**bill, "invoice_amount": invoiced, "due_date": due}
    known_bill = record.step("billing", won, billed, by_machine=billed_by_machine, facts=facts)
    mended = won & dice.chance(rules["corrected"])
    mended_at = calendar.at_work(billed + dice.seconds((1, 9), DAY))
    record.step("mending", mended, mended_at, facts=bill)
    paid, partly = _collect(record, won, due, invoiced)
    return Delivery(
        fulfilled=np.where(won, fulfilled, FAR),
        billed=np.where(won, billed, FAR),
        known_before_contract=known_order & sale.signs_late,
        known_before_order=known_bill & late_order,
        ordered=np.where(known_order, amount, 0),
        invoiced=np.where(known_bill, invoiced, 0),
        paid=paid,
        partly=partly,
    )


def _amount(dice: Dice, cents: Ints, differs: Mask, factor: tuple[float, float]) -> Ints:
    changed: Floats = cents * dice.between(factor)
    return np.where(differs, np.rint(changed).astype(np.int64), cents)


def _bill(record: Record, traits: Traits, fulfilled: Ints) -> tuple[Ints, Mask]:
    """When the invoice is made, and whether by machine."""
    world, dice, rules = record.world, record.dice, record.world["order"]
    when = replace(traits, day=fulfilled // DAY)
    odds = world["odds"]["billed_late"] + log_odds(world["causes"], "billed_late", when)
    late = dice.chance(chance_of(odds))
    machine = dice.chance(rules["billing_by_machine"]) & ~late
    days = np.where(late, dice.between(rules["billed_late_days"]), dice.between(rules["billing_days"]))
    return world.calendar.done(fulfilled + (days * DAY).astype(np.int64), machine), machine


def _collect(record: Record, won: Mask, due: Ints, invoiced: Ints) -> tuple[Ints, Mask]:
    """Receive the money, in one or two payments; what has come by the cut-off, and where in parts."""
    world, dice, rules = record.world, record.dice, record.world["order"]
    calendar = world.calendar
    early = calendar.shift(due - dice.gamma(rules["early_days"], 1.0).astype(np.int64).clip(max=20), 0)
    delay = 1 + dice.gamma(rules["late_days"], 1.2).astype(np.int64)
    day = np.where(dice.chance(rules["late"]), calendar.on_or_after(due + delay), early)
    clock = dice.seconds((6.0, 7.9), HOUR)
    pays = won & ~dice.chance(rules["never_paid"])
    parts = pays & dice.chance(rules["parts"])
    first = np.where(parts, part_of(invoiced, dice.between((0.3, 0.7))), invoiced)
    second_day = calendar.on_or_after(day + dice.whole(rules["part_gap_days"]))

    serial, paid, known = 2 * record.openings.number, np.zeros_like(invoiced), []
    for number, (where, on, cents) in enumerate([(pays, day, first), (parts, second_day, invoiced - first)]):
        time = on * DAY + clock
        facts = {"payment_id": serial + number, "paid_amount": cents}
        seen = record.step("payment", where, time, by_machine=True, facts=facts)
        paid += np.where(seen, cents, 0)
        known.append(seen)
    return paid, known[0] & known[1]
