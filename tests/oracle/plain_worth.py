"""What deals are worth and what is lost of it (`domain.md` 7.4: LC14, LC26, LC30, LC33, `LC34.ageing`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from tests.oracle.notation import Event
from tests.oracle.plain_deals import DECIDED, Deal, Policy, stage_of, steps_of
from tests.oracle.plain_figures import Figure, Figures, mean, ratio

__all__ = ["discount_of", "figures", "limit_of", "value_of"]

AGES = [(30, "0-30"), (60, "31-60"), (90, "61-90"), (180, "91-180")]
NOTHING = Fraction(0)


def total(values: Iterable[Fraction]) -> Fraction:
    return sum(values, NOTHING)


def value_of(deal: Deal) -> Fraction:
    return deal.value or NOTHING


def limit_of(policy: Policy) -> Fraction:
    """As a share: a log whose discounts are percentages has its limit as one."""
    return policy.discount / 100 if policy.discount > 1 else policy.discount


def discount_of(deal: Deal, policy: Policy) -> Fraction | None:
    """The last that was given, as a share."""
    told = [Fraction(event.facts["discount_pct"]) for event in deal.events if "discount_pct" in event.facts]
    if not told:
        return None
    return told[-1] / 100 if policy.discount > 1 else told[-1]


def list_price(deal: Deal) -> Fraction | None:
    text = deal.row.get("list_price")
    return Fraction(text) * deal.factor if text else None


def discounts(deals: Sequence[Deal], policy: Policy) -> Figures:
    """LC14: over deals that have a list price and a discount; the plain mean over those with a discount."""
    given = [(deal, told) for deal in deals if (told := discount_of(deal, policy)) is not None]
    priced = [(price, told) for deal, told in given if (price := list_price(deal)) is not None]
    money = total(price * told for price, told in priced)
    return {
        ("LC14", None): Figure(ratio(money, total(price for price, _ in priced))),
        ("LC14.mean", None): Figure(mean([told for _, told in given]), n=len(given)),
    }


def looks(deal: Deal) -> list[tuple[Event, Fraction]]:
    """Each visit of a stage with the probability that was told with it, as a share."""
    return [
        (step, Fraction(step.facts["probability"]))
        for step in steps_of(deal)
        if step.activity not in DECIDED and "probability" in step.facts
    ]


def forecasts(deals: Sequence[Deal], *, percent: bool) -> Figures:
    """LC26: over the visits of decided deals, how far the probability was from what came of it."""
    scale = Fraction(1, 100) if percent else Fraction(1)
    rows = [
        (stage_of(step), told * scale, deal.has("opportunity_won"), deal)
        for deal in deals
        if deal.first(*DECIDED)
        for step, told in looks(deal)
    ]
    stages = dict.fromkeys(stage for stage, *_ in rows)
    off = {stage: [(told - won) ** 2 for name, told, won, _ in rows if name == stage] for stage in stages}
    lost = [deal for _, _, won, deal in rows if not won]
    blind = ratio(sum(deal.value is None for deal in lost), len(lost)) or NOTHING

    def over(names: Iterable[str]) -> Fraction | None:
        mine = [row for row in rows if row[0] in set(names)]
        weighted = total(told * value_of(deal) for _, told, _, deal in mine)
        return ratio(weighted, total(value_of(deal) for _, _, won, deal in mine if won))

    shown = blind <= Fraction(1, 5)
    return {
        ("LC26", None): Figure(
            mean([value for values in off.values() for value in values]),
            n=len(rows),
            parts={stage: value for stage, values in off.items() if (value := mean(values)) is not None},
        ),
        ("LC26.value", None): Figure(
            over(stages) if shown else None,
            parts={stage: value for stage in stages if shown and (value := over([stage])) is not None},
        ),
    }


def last_stage(deal: Deal) -> str:
    """The stage that a lost deal was in until the loss."""
    lost = deal.first("opportunity_lost")
    steps = [
        step for step in steps_of(deal) if step.activity not in DECIDED and lost and step.time <= lost.time
    ]
    return stage_of(steps[-1]) if steps else ""


def losses(deals: Sequence[Deal]) -> Figures:
    """LC30: the value of what was lost, by the last stage and by the reason."""
    lost = [deal for deal in deals if deal.has("opportunity_lost")]
    stages, reasons = dict[str, Fraction](), dict[str, Fraction]()
    for deal in lost:
        for parts, name in [
            (stages, last_stage(deal)),
            (reasons, deal.row.get("loss_reason") or "unknown"),
        ]:
            parts[name] = parts.get(name, NOTHING) + value_of(deal)
    whole = told(lost, total(map(value_of, lost)))
    return {
        ("LC30", None): Figure(whole, parts=stages),
        ("LC30.reason", None): Figure(whole, parts=reasons),
    }


def unbilled(deal: Deal) -> Fraction:
    """What was ordered and not invoiced."""
    ordered, billed = (
        deal.sum_of("sales_order_created", "order_amount"),
        deal.sum_of("invoice_created", "invoice_amount"),
    )
    return max(NOTHING, ordered - billed) * deal.factor


def unpaid(deal: Deal) -> Fraction:
    """What invoices that are past due come to, less all that was paid; due today is not past due."""
    due = total(
        Fraction(bill.facts["invoice_amount"])
        for bill in deal.all("invoice_created")
        if "due_date" in bill.facts and date.fromisoformat(bill.facts["due_date"]) < deal.as_of
    )
    return max(NOTHING, due - deal.sum_of("payment_received", "paid_amount")) * deal.factor


def over_limit(deal: Deal, policy: Policy) -> Fraction:
    """Of a won deal: the list price times what its discount exceeds the limit by."""
    told, price = discount_of(deal, policy), list_price(deal)
    if not deal.has("opportunity_won") or told is None or price is None:
        return NOTHING
    return max(NOTHING, told - limit_of(policy)) * price


def leakage(deals: Sequence[Deal], policy: Policy) -> Figures:
    """LC33 and its three parts."""
    parts: Mapping[str, Fraction] = {
        "unbilled": total(map(unbilled, deals)),
        "unpaid": total(map(unpaid, deals)),
        "discount": total(over_limit(deal, policy) for deal in deals),
    }
    found: Figures = {("LC33", None): Figure(total(parts.values()))}
    return found | {(f"LC33.{name}", None): Figure(money) for name, money in parts.items()}


def told(deals: Sequence[Deal], whole: Fraction) -> Fraction | None:
    """A sum of values of which not one is known is not known, and not nought."""
    return None if deals and all(deal.value is None for deal in deals) else whole


def ageing(deals: Sequence[Deal]) -> Figure:
    """The value of what is open, by the days since it began."""
    bands = {**{name: NOTHING for _, name in AGES}, ">180": NOTHING}
    waiting = [deal for deal in deals if not deal.first(*DECIDED)]
    for deal in waiting:
        days = (deal.as_of - deal.events[0].day).days
        band = next((name for most, name in AGES if days <= most), ">180")
        bands[band] += value_of(deal)
    return Figure(told(waiting, total(bands.values())), parts=bands)


def figures(deals: Sequence[Deal], policy: Policy | None = None) -> Figures:
    policy = policy or Policy()
    return {
        **discounts(deals, policy),
        **forecasts(deals, percent=policy.discount > 1),
        **losses(deals),
        **leakage(deals, policy),
        ("LC34.ageing", None): ageing(deals),
    }
