"""What the chunk holds, counted from the simulation itself: the counts and sums of `truth.json`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from workbench.generate.causes import count_outcome
from workbench.generate.credit.customers import currencies
from workbench.generate.credit.dunning import LEVELS, Step
from workbench.generate.credit.emit import TermsChanges
from workbench.generate.credit.simulation import Receivables
from workbench.generate.dice import DAY, FAR, Ints, Mask
from workbench.generate.truth import Tally, sums_by
from workbench.generate.worktime import day_number
from workbench.generate.world import World

__all__ = ["Status", "count", "status_of"]

POLICY = {
    "first_action_days": 7,
    "posting_workdays": 1,
    "promise_days": 7,
    "grace_days": 3,
    "kept_percent": 95,
}
"""The policy that the breaches are counted against, as project.toml states it."""

Status = ["Open", "Partially paid", "Overdue", "Disputed", "Paid", "Written off", "Cancelled"]


def status_of(world: World, chunk: Receivables) -> Ints:
    """The status of each invoice at the cut-off, as a code into `Status`."""
    disputes, end = chunk.disputes, np.full_like(chunk.settled, (world.last_day + 1) * DAY)
    paid = _received(world, chunk)
    cleared = world.known(chunk.cleared)
    conditions = [
        chunk.invoices.cancelled & world.known(chunk.closing.cancelled_at),
        chunk.closing.written_off & world.known(chunk.closing.written_off_at),
        cleared,
        disputes.open_at(end),
        chunk.invoices.due < world.last_day,
        paid > 0,
    ]
    return np.select(conditions, [6, 5, 4, 3, 2, 1], 0)


def count(world: World, tally: Tally, chunk: Receivables, changes: TermsChanges) -> None:
    """Add everything about a chunk to the tally."""
    _count_planted(world, tally, chunk)
    _count_breaches(world, tally, chunk, changes)
    _count_promises(world, tally, chunk)
    _add_balances(world, tally, chunk)
    _count_causes(world, tally, chunk)


def _payments(chunk: Receivables) -> list[tuple[Ints, Ints]]:
    return list(zip(chunk.payments.time, chunk.payments.amount, strict=True))


def _received(world: World, chunk: Receivables) -> Ints:
    """What was paid of each invoice by the cut-off."""
    parts = [np.where(world.known(time), amount, 0) for time, amount in _payments(chunk)]
    return np.asarray(np.sum(parts, axis=0))


def _count_planted(world: World, tally: Tally, chunk: Receivables) -> None:
    known, disputes, invoices = world.known, chunk.disputes, chunk.invoices
    payments = [(amount > 0) & known(time) for time, amount in _payments(chunk)]
    number = sum(paid.astype(np.int64) for paid in payments)
    received = _received(world, chunk)
    status = status_of(world, chunk)
    tally.count(
        "planted",
        invoices=len(status),
        customers=len(chunk.customers.number),
        payments=int(np.sum(number)),
        partial_payments=int(
            sum(
                (paid & (amount < invoices.amount - disputes.credit)).sum()
                for paid, amount in zip(payments, chunk.payments.amount, strict=True)
            )
        ),
        invoices_paid_in_parts=number > 1,
        invoices_with_a_rest=(received > 0) & (status < Status.index("Paid")),
        disputes_registered=disputes.disputed & known(disputes.registered),
        disputes_opened_again=disputes.reopened & known(disputes.registered_again),
        disputes_never_resolved=disputes.abandoned & known(disputes.registered),
        resolutions_without_a_dispute=disputes.orphaned & known(disputes.orphan_time),
        credit_notes=(disputes.credit > 0) & known(disputes.credit_time),
        corrections=chunk.corrected & known(chunk.corrected_at),
        settled=(chunk.settled < FAR) & known(chunk.settled),
        written_off=status == Status.index("Written off"),
        cancelled=status == Status.index("Cancelled"),
        open_at_the_cut_off=status < Status.index("Paid"),
    )


def _steps(world: World, chunk: Receivables, *activities: str) -> list[tuple[Step, Mask]]:
    return [
        (step, step.where & world.known(step.time))
        for step in chunk.dunning.steps
        if step.activity in activities
    ]


def _count_breaches(world: World, tally: Tally, chunk: Receivables, changes: TermsChanges) -> None:
    known, invoices, disputes, closing = world.known, chunk.invoices, chunk.disputes, chunk.closing
    nobody = np.zeros(len(invoices.due), dtype=np.bool_)
    early, disputed, ignorant = nobody.copy(), nobody.copy(), nobody.copy()
    at_level = [nobody.copy() for _ in range(LEVELS + 1)]
    for step, sent in _steps(world, chunk, "reminder"):
        early |= sent & (step.time < (invoices.due + 1) * DAY)
        disputed |= sent & disputes.whole & disputes.open_at(step.time)
        ignorant |= sent & (step.time > chunk.cleared)
        at_level[int(step.facts["dunning_level"][0])] |= sent
    checks = chunk.checks
    approved = checks.checked & (checks.approved < invoices.generated)
    ended = ((chunk.settled < FAR) & known(chunk.settled)) | (
        closing.written_off & known(closing.written_off_at)
    )
    tally.count(
        "breaches",
        reminder_before_due=early,
        reminder_level_skipped=(at_level[2] & ~at_level[1]) | (at_level[3] & ~at_level[2]),
        first_action_late=_first_action_late(world, chunk),
        reminder_while_wholly_disputed=disputed,
        reminder_after_payment=ignorant,
        payment_posted_late=int(sum(late.sum() for _, late in _posted_late(world, chunk))),
        invoice_without_approval=~approved,
        write_off_against_policy=_write_off_against_policy(world, chunk, at_level[LEVELS]),
        terms_changed_without_authority=changes.changed & changes.unauthorised & known(changes.time),
        dispute_not_resolved=disputes.abandoned & known(disputes.registered) & ended,
    )


def _first_action_late(world: World, chunk: Receivables) -> Mask:
    """Overdue, never disputed, and nothing done in time although the limit has passed."""
    due, disputes, days = chunk.invoices.due, chunk.disputes, POLICY["first_action_days"]
    limit = (due + days + 1) * DAY
    acted = np.zeros(len(due), dtype=np.bool_)
    for step, done in _steps(world, chunk, "reminder", "call"):
        acted |= done & (step.time >= (due + 1) * DAY) & (step.time < limit)
    waited = (chunk.cleared >= limit) & ~chunk.invoices.cancelled & ~disputes.disputed
    return waited & ~acted & (due + days <= world.last_day)


def _posted_late(world: World, chunk: Receivables) -> list[tuple[Mask, Mask]]:
    """For each payment of an invoice: whether the limit for posting it has passed, and was missed."""
    late = []
    for (time, amount), posted in zip(_payments(chunk), chunk.payments.posted, strict=True):
        limit = world.calendar.shift(time // DAY, POLICY["posting_workdays"])
        decided = (amount > 0) & (limit <= world.last_day)
        late.append((decided, decided & (posted // DAY > limit)))
    return late


def _write_off_against_policy(world: World, chunk: Receivables, level_three: Mask) -> Mask:
    closing = chunk.closing
    called, by_collector = np.zeros_like(level_three), np.zeros_like(level_three)
    for step, done in _steps(world, chunk, "reminder", "call"):
        by_collector |= done & ~step.by_machine & (closing.approver == step.person)
        called |= done & (step.activity == "call")
    written_off = closing.written_off & world.known(closing.written_off_at)
    return written_off & (~level_three | ~called | by_collector)


def _count_promises(world: World, tally: Tally, chunk: Receivables) -> None:
    touches = _steps(world, chunk, "dunning", "reminder", "call", "escalation", "agency")
    closing = chunk.closing
    for step, made in _steps(world, chunk, "promise"):
        date, promised = step.facts["promise_date"], step.facts["promise_amount"]
        grace = date + POLICY["grace_days"]
        received = np.zeros(len(date), dtype=np.int64)
        followed = np.zeros(len(date), dtype=np.bool_)
        limit = (date + POLICY["promise_days"] + 1) * DAY
        for time, amount in _payments(chunk):
            inside = (amount > 0) & (time > step.time)
            received += np.where(inside & (time < (grace + 1) * DAY), amount, 0)
            followed |= inside & (time < limit)
        for touch, done in touches:
            followed |= done & (touch.time > step.time) & (touch.time < limit)
        followed |= closing.written_off & (closing.written_off_at < limit)
        kept = received * 100 >= promised * POLICY["kept_percent"]
        decided = made & (grace <= world.last_day)
        tally.count(
            "promises",
            made=made,
            kept=decided & kept,
            broken=decided & ~kept,
            pending=made & ~decided,
        )
        unanswered = made & ~followed & (date + POLICY["promise_days"] <= world.last_day)
        tally.count("breaches", promise_without_follow_up=unanswered)


def _add_balances(world: World, tally: Tally, chunk: Receivables) -> None:
    names = currencies(world)
    for day in world["control_dates"]:
        end = (day_number(day) + 1) * DAY
        for time, cents in chunk.movements:
            for name, total in zip(
                names,
                sums_by(chunk.invoices.currency, np.where(time < end, cents, 0), len(names)),
                strict=True,
            ):
                tally.add(("receivables", day.isoformat(), name), total)
    sums = {
        "invoiced": chunk.invoices.amount,
        "received": _received(world, chunk),
        "credited": np.where(world.known(chunk.disputes.credit_time), chunk.disputes.credit, 0),
        "written_off": np.where(world.known(chunk.closing.written_off_at), chunk.rest, 0),
    }
    for what, cents in sums.items():
        for name, total in zip(names, sums_by(chunk.invoices.currency, cents, len(names)), strict=True):
            tally.add(("sums", what, name), total)


def _count_causes(world: World, tally: Tally, chunk: Receivables) -> None:
    causes, traits, invoices = world["causes"], chunk.traits, chunk.invoices
    end_of_due_day = (invoices.due + 1) * DAY
    late = chunk.cleared >= end_of_due_day
    credited = (chunk.disputes.credit == invoices.amount) & world.known(chunk.disputes.credit_time)
    cancelled = invoices.cancelled & world.known(chunk.closing.cancelled_at)
    due = (invoices.due <= world.last_day) & ~cancelled & ~credited
    tally.count("late_payment", decided=due, late=due & late)
    count_outcome(tally, causes, "late", traits, happened=late, decided=due)

    contested = chunk.disputes.disputed & world.known(chunk.disputes.registered)
    count_outcome(tally, causes, "disputed", traits, happened=contested, decided=~cancelled)

    for (time, _), (decided, missed) in zip(_payments(chunk), _posted_late(world, chunk), strict=True):
        when_paid = replace(traits, day=time // DAY)
        count_outcome(tally, causes, "posted_late", when_paid, happened=missed, decided=decided)
