"""Turning the simulated chunk into events. The order of the calls is the order of things at equal times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workbench.generate.columns import DATE, MONEY, NUMBER, Column, Label, Serial
from workbench.generate.credit.checks import CreditChecks
from workbench.generate.credit.simulation import Receivables
from workbench.generate.dice import DAY, HOUR, MINUTE, Dice, Ints, Mask
from workbench.generate.events import EventBatch
from workbench.generate.world import World

__all__ = ["TermsChanges", "emit", "event_columns"]

PARTS = 3


@dataclass(frozen=True, slots=True)
class TermsChanges:
    """Payment terms that were changed after the invoice, and by whom."""

    changed: Mask
    time: Ints
    unauthorised: Mask


def event_columns(world: World) -> Mapping[str, Column]:
    """The attributes of events, as columns."""
    dunning = world["dunning"]
    return {
        "request_id": Serial("CR-"),
        "dunning_level": NUMBER,
        "dunning_channel": Label([*dunning["channels"], dunning["call_channel"]]),
        "promise_id": Serial("PR-"),
        "promise_date": DATE,
        "promise_amount": MONEY,
        "dispute_id": Serial("D-"),
        "dispute_reason": Label(world["dispute"]["reasons"]),
        "disputed_amount": MONEY,
        "credit_amount": MONEY,
        "payment_id": Serial("P-"),
        "payment_amount": MONEY,
        "write_off_amount": MONEY,
        "agency_id": Label(dunning["agencies"]),
        "agency_fee": MONEY,
    }


def emit(world: World, dice: Dice, chunk: Receivables, batch: EventBatch) -> TermsChanges:
    """Add all events of the chunk to a batch."""
    invoices, closing = chunk.invoices, chunk.closing
    everything = np.ones(dice.n, dtype=np.bool_)
    _before_the_invoice(world, dice, chunk, batch)
    batch.add("invoice", everything, invoices.generated, by_machine=invoices.by_machine)
    batch.add("sending", everything, invoices.sent, by_machine=invoices.sent_by_machine)
    changes = _change_terms(world, dice, chunk, batch)
    _contest(chunk, batch)
    for step in chunk.dunning.steps:
        batch.add(
            step.activity,
            step.where,
            step.time,
            by_machine=step.by_machine,
            person=step.person,
            facts=step.facts,
        )
    _pay(chunk, batch)
    batch.add("correction", chunk.corrected, chunk.corrected_at)
    batch.add("settled", chunk.cleared < chunk.settled, chunk.settled, by_machine=True)
    rest = {"write_off_amount": chunk.rest}
    batch.add("write_off", closing.written_off, closing.written_off_at, person=closing.approver, facts=rest)
    batch.add("cancelling", invoices.cancelled, closing.cancelled_at)
    return changes


def _before_the_invoice(world: World, dice: Dice, chunk: Receivables, batch: EventBatch) -> None:
    invoices, checks, calendar = chunk.invoices, chunk.checks, world.calendar
    delivered = np.array(world["products"]["delivered"])[invoices.product]
    ordered = np.minimum(checks.requested, calendar.shift(invoices.day, -3) * DAY + 9 * HOUR)
    batch.add("order", delivered, ordered - dice.seconds((10, 90), MINUTE), by_machine=True)
    _check(checks, batch, {"request_id": 2 * invoices.number[checks.leader]})

    over = chunk.exposure > chunk.limits[invoices.customer]
    held = over & dice.chance(world["limit"]["held"])
    day_before = calendar.shift(invoices.day, -1)
    held_on = calendar.in_hours(calendar.shift(day_before, -dice.whole((0, 3))), dice, (8.5, 12.0))
    batch.add("hold", held, held_on, by_machine=dice.chance(world["limit"]["held_by_machine"]))
    batch.add("release", held, calendar.in_hours(day_before, dice, (13.0, 16.5)), person=checks.analyst)
    batch.add("delivery", delivered, calendar.in_hours(day_before, dice, (16.5, 18.0)))


def _check(checks: CreditChecks, batch: EventBatch, facts: Mapping[str, Ints]) -> None:
    where, machine, analyst = checks.checked, checks.by_machine, checks.analyst
    batch.add("request", where, checks.requested, by_machine=machine, facts=facts)
    batch.add("assessment", where, checks.assessed, by_machine=machine, person=analyst, facts=facts)
    batch.add("approval", where, checks.approved, by_machine=machine, person=analyst, facts=facts)


def _change_terms(world: World, dice: Dice, chunk: Receivables, batch: EventBatch) -> TermsChanges:
    rules, invoices = world["terms_change"], chunk.invoices
    until = np.minimum(chunk.cleared, invoices.due * DAY)
    room = np.maximum(until - invoices.sent, HOUR)
    time = world.calendar.at_work(invoices.sent + (room * dice.between((0.05, 0.6))).astype(np.int64))
    changed = dice.chance(rules["share"]) & ~invoices.cancelled & (time < chunk.cleared)
    unauthorised = dice.chance(rules["unauthorised"])
    manager = world.people.anybody("management", dice)
    clerk = world.people.anybody("billing", dice)
    batch.add("terms", changed, time, person=np.where(unauthorised, clerk, manager))
    return TermsChanges(changed=changed, time=time, unauthorised=unauthorised)


def _contest(chunk: Receivables, batch: EventBatch) -> None:
    disputes, who = chunk.disputes, chunk.disputes.handler
    about = {"dispute_id": chunk.invoices.number, "dispute_reason": disputes.reason}
    claim = {**about, "disputed_amount": disputes.amount}
    batch.add("contest", disputes.disputed, disputes.registered, person=who, facts=claim)
    # A dispute that is opened again is credited, if at all, at its second end.
    batch.add("resolution", disputes.reopened, disputes.resolved, person=who, facts=about)
    batch.add("contest", disputes.reopened, disputes.registered_again, person=who, facts=claim)
    credit = {"credit_amount": disputes.credit}
    batch.add("credit_note", disputes.credit > 0, disputes.credit_time, facts=credit)
    once = disputes.disputed & ~disputes.reopened & ~disputes.abandoned
    batch.add("resolution", once, disputes.resolved, person=who, facts=about)
    batch.add("resolution", disputes.reopened, disputes.resolved_again, person=who, facts=about)
    batch.add("resolution", disputes.orphaned, disputes.orphan_time, person=who, facts=about)


def _pay(chunk: Receivables, batch: EventBatch) -> None:
    payments, closing = chunk.payments, chunk.closing
    machine = payments.by_machine
    for part in range(PARTS):
        amount, time = payments.amount[part], payments.time[part]
        paid = amount > 0
        through_agency = paid & closing.recovered & (part == PARTS - 1)
        number = {"payment_id": PARTS * chunk.invoices.number + part}
        facts = {**number, "payment_amount": amount}
        batch.add("payment", paid & ~through_agency, time, by_machine=machine, facts=facts)
        fee = np.rint(amount * closing.fee_share).astype(np.int64)
        agency = {**facts, "agency_id": closing.agency, "agency_fee": fee}
        batch.add("payment", through_agency, time, by_machine=machine, facts=agency)
        posted_by = payments.posted_by_machine[part]
        batch.add("posting", paid, payments.posted[part], by_machine=posted_by, facts=number)
