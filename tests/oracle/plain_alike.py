"""Deals beside deals like them (`domain.md` 7.4: LC16, LC32), with the textbook's formulas.

Like: of one segment, region and product, as far as the log has them, and of one third of size. LC16 is the
Mantel-Haenszel difference; LC32 holds each representative beside the mean of the like (indirect standardisation).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.oracle.plain_deals import DECIDED, Deal, Policy, spans
from tests.oracle.plain_figures import Figure, Figures, quantile
from tests.oracle.plain_sales import conformance
from tests.oracle.plain_worth import discount_of, limit_of

__all__ = ["figures"]

SAME = ("account_segment", "region", "product_line")
# Of 100 values of chance 95 lie within so many standard deviations.
SPREAD = 1.959963984540054
Rows = Sequence[tuple[Deal, Fraction]]


@dataclass(frozen=True)
class Peer:
    """A deal's own number beside those that are like it, itself among them: number, mean, variance."""

    deal: Deal
    own: Fraction
    stratum: object
    like: int
    expected: Fraction
    variance: Fraction


def third(value: Fraction | None, cuts: Sequence[Fraction | None]) -> int | None:
    return None if value is None else sum(value > cut for cut in cuts if cut is not None)


def peers(rows: Rows, *, size: bool = True) -> list[Peer]:
    values = [deal.value for deal, _ in rows if deal.value is not None]
    cuts = [quantile(values, Fraction(part, 3)) for part in (1, 2)] if size else []

    def stratum(deal: Deal) -> tuple[object, ...]:
        same = tuple(deal.row.get(name, "") for name in SAME)
        return (*same, third(deal.value, cuts)) if size else same

    groups: dict[object, list[Fraction]] = {}
    for deal, own in rows:
        groups.setdefault(stratum(deal), []).append(own)
    known = {name: (len(values), middle(values), variance(values)) for name, values in groups.items()}
    return [Peer(deal, own, stratum(deal), *known[stratum(deal)]) for deal, own in rows]


def middle(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def variance(values: Sequence[Fraction]) -> Fraction:
    """Of a share p this is p (1 − p)."""
    return middle([value * value for value in values]) - middle(values) ** 2


def difference(rows: Rows, high: Callable[[Deal], bool]) -> Fraction | None:
    """Mantel-Haenszel: each stratum's difference of means, weighted by n1 × n0 / n."""
    top, weights = Fraction(0), Fraction(0)
    strata: dict[object, list[Peer]] = {}
    for peer in peers(rows):
        strata.setdefault(peer.stratum, []).append(peer)
    for group in strata.values():
        over = [peer.own for peer in group if high(peer.deal)]
        rest = [peer.own for peer in group if not high(peer.deal)]
        if over and rest:
            weight = Fraction(len(over) * len(rest), len(group))
            top += weight * (middle(over) - middle(rest))
            weights += weight
    return top / weights if weights else None


BANDS = [(0, "0 %"), (5, "0–5 %"), (10, "5–10 %"), (15, "10–15 %"), (20, "15–20 %")]


def band(told: Fraction) -> str:
    return next((name for most, name in BANDS if told * 100 <= most), ">20 %")


def by_band(rows: Rows, policy: Policy) -> dict[str, Fraction]:
    """The plain mean of each band."""
    found: dict[str, list[Fraction]] = {}
    for deal, own in rows:
        found.setdefault(band(discount_of(deal, policy) or Fraction(0)), []).append(own)
    return {name: middle(values) for name, values in found.items()}


def owner(deal: Deal) -> str | None:
    """Whoever has the deal now."""
    told = [event.facts["sales_rep"] for event in deal.events if "sales_rep" in event.facts]
    return told[-1] if told else deal.row.get("sales_rep")


def beyond(rows: Rows, *, size: bool = True) -> Figure:
    """How many representatives lie further from what their deals let expect than chance leaves."""
    mine: dict[str, list[Peer]] = {}
    for peer in peers([(deal, own) for deal, own in rows if owner(deal)], size=size):
        mine.setdefault(owner(peer.deal) or "", []).append(peer)
    parts = {name: middle([peer.own for peer in group]) for name, group in mine.items()}
    far = sum(outside(group) for group in mine.values())
    return Figure(Fraction(far) if mine else None, n=sum(map(len, mine.values())), parts=parts)


def outside(group: Sequence[Peer]) -> bool:
    """Further from what is expected of the group than 95 in 100 of chance.

    By chance its deals are drawn from those like them without putting any back (the hypergeometric variance): who has
    all of a kind differs in nothing from what is expected of that kind.
    """
    own, expected = middle([peer.own for peer in group]), middle([peer.expected for peer in group])
    strata: dict[object, list[Peer]] = {}
    for peer in group:
        strata.setdefault(peer.stratum, []).append(peer)
    chance = Fraction(0)
    for peers_here in strata.values():
        n, one = len(peers_here), peers_here[0]
        if one.like > 1:
            chance += n * one.variance * Fraction(one.like - n, one.like - 1)
    chance /= len(group) ** 2
    return abs(float(own - expected)) > SPREAD * float(chance) ** 0.5


def days(deals: Sequence[Deal]) -> Rows:
    return [
        (deal, cycle[0])
        for deal in deals
        if (cycle := spans([deal], "opportunity_created", "opportunity_won"))
    ]


def figures(deals: Sequence[Deal], policy: Policy | None = None) -> Figures:
    policy = policy or Policy()
    closed = [deal for deal in deals if deal.first(*DECIDED)]
    won = [deal for deal in deals if deal.has("opportunity_won")]
    wins = [(deal, Fraction(deal.has("opportunity_won"))) for deal in closed]
    cycles = days(won)

    def quoted(rows: Rows) -> Rows:
        return [(deal, own) for deal, own in rows if deal.has("quote_issued")]

    def high(deal: Deal) -> bool:
        return (discount_of(deal, policy) or Fraction(0)) > limit_of(policy)

    invoices = any(deal.has("invoice_created") for deal in deals)
    kept = [
        (deal, yes) for deal in closed if (yes := conformance(deal, policy, invoices=invoices)) is not None
    ]
    told: Mapping[str, Rows] = {
        "": wins,
        ".conformance": [(deal, Fraction(yes)) for deal, yes in kept],
        ".cycle": cycles,
        ".discount": [(deal, given) for deal in deals if (given := discount_of(deal, policy)) is not None],
        ".value": [(deal, deal.value) for deal in won if deal.value is not None],
    }
    found: Figures = {
        (f"LC32{name}", None): beyond(rows, size=name != ".value") for name, rows in told.items()
    }
    for name, rows in [("LC16", quoted(wins)), ("LC16.cycle", quoted(cycles))]:
        found[name, None] = Figure(difference(rows, high), n=len(rows), parts=by_band(rows, policy))
    return found
