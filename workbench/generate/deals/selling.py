"""The sale: qualification, needs, quote and its approval, contract, and the deal's end as won or lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.generate.causes import Traits, log_odds
from workbench.generate.deals.record import Record
from workbench.generate.dice import DAY, MINUTE, Ints, Mask, chance_of

__all__ = ["Sale", "sell"]

QUALIFICATION, NEEDS, PROPOSAL, NEGOTIATION, WON, LOST = range(1, 7)

FULL = 10_000
"""A discount of the whole list price, in the ten thousandths in which discounts are counted."""


@dataclass(frozen=True, slots=True)
class Sale:
    """How each deal ended, and what the order that follows needs to know."""

    won: Mask
    signs_late: Mask
    """Won without a signature: the contract is signed after the order."""
    known_unapproved: Mask
    """A quote with a discount over the limit was issued without approval."""
    known_sent_back: Mask
    known_reduced: Mask


def sell(record: Record, traits: Traits) -> Sale:
    """Walk all deals of the chunk from their opening to their end, the cut-off applied to the events only."""
    world, dice, rules = record.world, record.dice, record.world["deal"]
    segment_odds = np.array(world["segments"]["log_odds"])[record.openings.segment]
    odds = world["odds"]["won"] + segment_odds + log_odds(world["causes"], "won", traits)
    won = dice.chance(chance_of(odds))
    lost_in = np.where(won, WON, dice.pick(world["stages"]["lost_in"]))

    _open(record)
    qualified = (lost_in >= QUALIFICATION) & ~dice.chance(rules["unqualified"])
    _enter(record, QUALIFICATION, qualified, "qualifying")
    analysed = (lost_in >= NEEDS) & ~dice.chance(rules["without_needs"])
    _enter(record, NEEDS, analysed, "needs")

    quoted = (lost_in >= PROPOSAL) & ~(won & dice.chance(rules["without_quote"]))
    unapproved = _quote(record, quoted)
    sent_back = _revise(record, qualified, lost_in, quoted)
    reduced = _contract(record, quoted, lost_in >= NEGOTIATION)
    signs_late = won & dice.chance(world["order"]["before_contract"])
    record.step(
        "signing", won & ~signs_late, record.after(record.waited(world["stages"]["days"][NEGOTIATION]))
    )

    wait = np.where(won, dice.between((0.02, 0.8)), record.waited(world["stages"]["lost_days"]))
    closed = record.after(wait)
    facts = record.amount_and_owner()
    record.step("winning", won, closed, person=record.rep, facts={**facts, **record.stage_facts(WON)})
    record.step("losing", ~won, closed, person=record.rep, facts={**facts, **record.stage_facts(LOST)})
    return Sale(
        won=won,
        signs_late=signs_late,
        known_unapproved=unapproved,
        known_sent_back=sent_back,
        known_reduced=reduced,
    )


def _open(record: Record) -> None:
    openings = record.openings
    record.step("lead", openings.has_lead, openings.lead_time, by_machine=openings.lead_by_machine)
    opening_time = openings.opened // DAY * DAY + record.world.calendar.opens
    converted = np.maximum(openings.opened - record.dice.seconds((1, 15), MINUTE), opening_time)
    record.step("conversion", openings.has_lead, converted)
    everything = np.ones(record.dice.n, dtype=np.bool_)
    record.entry("opening", everything, openings.opened, first=True, facts=record.stage_facts(0))


def _enter(record: Record, stage: int, where: Mask, activity: str) -> None:
    """Do the work of a stage; the CRM then sets the stage."""
    time = record.after(record.waited(record.world["stages"]["days"][stage - 1]))
    record.step(activity, where, time, person=record.rep)
    record.stage(where, stage)


def _quote(record: Record, quoted: Mask) -> Mask:
    """Prepare a quote, have a deep discount approved as a rule, and issue it; the deals without approval."""
    rules, dice = record.world["quote"], record.dice
    share = np.minimum(dice.gamma(rules["mean_discount"], rules["shape"]), rules["deepest"])
    discount = np.rint(share * 200).astype(np.int64) * FULL // 200
    limit = round(rules["limit"] * FULL)
    quote = {"quote_id": record.openings.number}

    _price(record, quoted, discount)
    facts = {**quote, "discount_pct": discount}
    record.entry(
        "quoting", quoted, record.after(record.waited(record.world["stages"]["days"][NEEDS])), facts=facts
    )
    over = quoted & (discount > limit)
    asked = over & ~dice.chance(rules["unapproved"])
    refused = asked & dice.chance(rules["refused"])
    machine = dice.chance(rules["asked_by_machine"])
    time = record.after(dice.between((0.02, 0.8)), machine)
    record.step("asking", asked, time, by_machine=machine, facts=facts)
    decided = record.after(dice.between(rules["approval_days"]))
    record.step("approving", asked & ~refused, decided, facts=quote)
    record.step("refusing", refused, decided, facts=quote)

    smaller = np.where(refused, np.rint(discount * 0.7 / 50).astype(np.int64) * 50, discount)
    _price(record, refused, smaller)
    facts = {**quote, "discount_pct": smaller}
    record.entry("discounting", refused, record.after(dice.between((0.1, 1.5))), facts=facts)
    again = refused & (smaller > limit)
    record.step("asking", again, record.after(dice.between((0.02, 0.5))), facts=facts)
    record.step("approving", again, record.after(dice.between(rules["approval_days"])), facts=quote)

    issued = record.after(dice.between((0.05, 1.5)))
    known = record.step("issuing", quoted, issued, facts=facts)
    record.stage(quoted, PROPOSAL)
    return np.asarray(known & over & ~asked)


def _price(record: Record, where: Mask, discount: Ints) -> None:
    price = record.openings.list_price * (FULL - discount) // FULL
    record.value = np.where(where, price, record.value)


def _revise(record: Record, qualified: Mask, lost_in: Ints, quoted: Mask) -> Mask:
    """Revise the quote on request; some deals have to be qualified once more before."""
    rules, dice, quote = record.world["quote"], record.dice, {"quote_id": record.openings.number}
    back = qualified & quoted & (lost_in >= NEGOTIATION) & dice.chance(record.world["deal"]["sent_back"])
    time = record.after(dice.between((1.0, 6.0)))
    record.step("qualifying", back, time, person=record.rep)
    known = record.stage(back, QUALIFICATION)
    number = np.maximum(dice.pick(rules["revisions"]), back)
    for turn in range(1, len(rules["revisions"])):
        revised = record.after(dice.between(rules["revision_days"]))
        record.entry("revising", quoted & (number >= turn), revised, facts=quote)
        if turn == 1:
            record.stage(back, PROPOSAL)
    return known


def _contract(record: Record, quoted: Mask, reached: Mask) -> Mask:
    """Send the contract, a few with a smaller amount than was proposed; the deals where that can be seen."""
    rules, dice = record.world["deal"], record.dice
    reduced = reached & quoted & dice.chance(rules["reduced"])
    less = np.rint(record.value * (1 - dice.between(rules["reduced_by"]))).astype(np.int64)
    record.value = np.where(reduced, less, record.value)
    time = record.after(record.waited(record.world["stages"]["days"][PROPOSAL]))
    record.step("contracting", reached, time, facts={"contract_id": record.openings.number})
    return record.stage(reached, NEGOTIATION) & reduced
