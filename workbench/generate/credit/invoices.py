"""The invoices of a chunk: to whom, for what, how much, when, and how they reached the customer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.generate.causes import Category, Traits
from workbench.generate.credit.customers import Customers
from workbench.generate.dice import DAY, HOUR, MINUTE, Dice, Ints, Mask
from workbench.generate.money import to_cents
from workbench.generate.world import World, busy_days

__all__ = ["Invoices", "draw_invoices", "traits_of"]


@dataclass(frozen=True, slots=True)
class Invoices:
    """One entry per invoice, in the order of their dates."""

    number: Ints
    customer: Ints
    """Index into the customers of the chunk."""
    product: Ints
    amount: Ints
    currency: Ints
    day: Ints
    due: Ints
    generated: Ints
    by_machine: Mask
    sent: Ints
    sent_by_machine: Mask
    cancelled: Mask


def draw_invoices(world: World, dice: Dice, customers: Customers, *, first: int) -> Invoices:
    """As many invoices as the dice have rows, numbered from `first`; all are dated before the cut-off."""
    calendar, billing, products = world.calendar, world["billing"], world["products"]
    customer = dice.pick(customers.activity)
    day = busy_days(world, dice, customers.since[customer])
    order = np.argsort(day, kind="stable")
    customer, day = customer[order], day[order]

    product = dice.pick(products["shares"])
    typical = (
        np.array(products["medians"])[product]
        * np.array(world["segments"]["sizes"])[customers.segment[customer]]
    )
    by_machine = dice.chance(billing["by_machine"])
    generated = np.where(
        by_machine,
        day * DAY + dice.seconds((5.5, 7.0), HOUR),
        calendar.in_hours(day, dice),
    )
    sent_by_machine = dice.chance(billing["sent_by_machine"])
    wait = np.where(
        sent_by_machine,
        dice.seconds((1, 90), MINUTE),
        np.where(
            dice.chance(billing["slow"]),
            dice.seconds(billing["slow_days"], DAY),
            dice.seconds(billing["sent_hours"], HOUR),
        ),
    )
    terms = np.array(world["terms"]["days"])[customers.terms[customer]]
    return Invoices(
        number=np.arange(first, first + dice.n),
        customer=customer,
        product=product,
        amount=to_cents(dice.lognormal(typical, products["spread"]), at_least=products["minimum"]),
        currency=customers.currency[customer],
        day=day,
        due=day + terms,
        generated=generated,
        by_machine=by_machine,
        sent=calendar.done(generated + wait, sent_by_machine),
        sent_by_machine=sent_by_machine,
        cancelled=dice.chance(world["paying"]["cancelled"]),
    )


def traits_of(world: World, customers: Customers, invoices: Invoices) -> Traits:
    """What planted causes can look at; the period is that of the invoice date."""
    who = invoices.customer
    return Traits(
        categories={
            "customer_segment": Category(customers.segment[who], world["segments"]["names"]),
            "region": Category(customers.region[who], world["regions"]["names"]),
            "risk_class": Category(customers.risk[who], world["risk_classes"]["names"]),
            "sales_org": Category(customers.sales_org[who], world["sales_orgs"]["names"]),
            "product": Category(invoices.product, world["products"]["names"]),
        },
        numbers={"invoice_amount": invoices.amount / 100},
        day=invoices.day,
    )
