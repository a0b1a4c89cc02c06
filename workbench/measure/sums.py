"""Totals and ratios: signed terms, summed per group and currency; undefined is never nought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from workbench.log.beside import own_currency
from workbench.measure.context import Context, Money, as_decimal, as_int
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.periods import months_in
from workbench.measure.rows import Unavailable
from workbench.measure.terms import (
    Term,
    aged_from,
    ages_of,
    bands_of,
    is_money,
    monthly_sums,
    term_frame,
    term_sums,
)
from workbench.messages import Message
from workbench.template.kpis import RatioKPI, TotalKPI
from workbench.template.words import BalanceTerm, CountTerm, SignedTerm, SumTerm

__all__ = ["add_sums", "ratio_figures", "signed_sums", "sum_rows", "total_figures"]

# (group, currency, part) -> (amount, number of rows)
Sums = dict[tuple[str, str, str], tuple[Decimal, int]]
# (group, currency) -> whether any row has an amount: without one what they come to is not known, and not nought
Told = dict[tuple[str, str], bool]


def total_figures(context: Context, kpi: TotalKPI, period: Period) -> list[Figure] | Unavailable:
    """The sum of the terms per group and currency, with each part's sum and share of the whole beside it.

    Of a balance by age the credit balances stand beside: what is owed to customers is never netted. Over no row at all
    the sum is nought, not missing: nothing open, nothing disputed, nothing done again.
    """
    told: Told = {}
    sums = signed_sums(context, kpi.top, period, kpi.parts, told)
    if isinstance(sums, Unavailable):
        return sums
    owed = _owed(context, kpi, period)
    nought = (
        {("", currency, "") for currency in _shown(context, kpi)} if not sums and context.by is None else ()
    )
    grid = _grid([*sums, *(owed or ()), *nought])
    figures = []
    for group, currency in grid:
        if not told.get((group, currency), True):
            figures.append(_without(context, kpi, period, group, currency))
            continue
        own = {part: found for (g, c, part), found in sums.items() if (g, c) == (group, currency)}
        whole = sum((found[0] for found in own.values()), Decimal(0))
        parts = []
        for key in _ordered_parts(context, kpi, own):
            amount, n = own.get(key, (Decimal(0), 0))
            parts.append(Part(key, float(amount), n, {"share": float(amount / whole)} if whole > 0 else {}))
        beside = {}
        if owed is not None:
            amount, n = owed.get((group, currency, ""), (Decimal(0), 0))
            beside = {"credit": float(amount), "credit_cases": n}
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                float(whole),
                sum(found[1] for found in own.values()),
                period,
                currency=currency or None,
                group=context.group_of(group),
                unknown=own["unknown"][1] if kpi.parts == "band" and "unknown" in own else 0,
                stats=beside,
                parts=tuple(parts) if kpi.parts else (),
            )
        )
    return figures or Unavailable(Message("nothing is open"))


def _shown(context: Context, kpi: TotalKPI) -> list[str]:
    """The currencies in which a total is shown that no row adds anything to; "" where it is no money."""
    log = context.log
    money = [signed.term for signed in kpi.top if is_money(log, signed.term)]
    if not money:
        return [""]
    if all(isinstance(term, SumTerm) and term.worth for term in money):
        own = own_currency(log.meta.settings, log.meta.currencies)
        return [Money(log).factors({own, *log.meta.currencies})[own][0]]
    return sorted({shown for shown, _ in Money(log).factors(log.meta.currencies).values()})


def _without(context: Context, kpi: TotalKPI | RatioKPI, period: Period, group: str, currency: str) -> Figure:
    """The figure of a group of whose rows none has an amount."""
    named = next((str(term.sum) for signed in kpi.top if isinstance(term := signed.term, SumTerm)), kpi.id)
    return Figure(
        kpi.id,
        kpi.unit,
        None,
        0,
        period,
        currency=currency or None,
        group=context.group_of(group),
        reason=Message("no row has {what}", what=named),
    )


def _owed(context: Context, kpi: TotalKPI, period: Period) -> Sums | None:
    """The credit balances beside the debit balances that a KPI shows by age; None for any other KPI."""
    term = kpi.top[0].term
    if kpi.parts != "band" or not isinstance(term, BalanceTerm) or term.side != "debit":
        return None
    other = SignedTerm(plus=term.model_copy(update={"side": "credit"}))
    found = signed_sums(context, [other], period, None)
    return {} if isinstance(found, Unavailable) else found


def ratio_figures(context: Context, kpi: RatioKPI, period: Period) -> list[Figure] | Unavailable:
    """Sum over sum per group and currency, times the period's days if asked; undefined over nothing.

    A monthly KPI over a longer period is the pooled ratio of its months - their tops over their bottoms, never a
    mean of ratios and never the ratio of the whole span - and each month is a part beside it.
    """
    months = months_in(period) if kpi.period == "month" and period.start is not None else ()
    if len(months) > 1:
        return _pooled(context, kpi, period, months)
    told: Told = {}
    tops = signed_sums(context, kpi.top, period, kpi.parts, told)
    bottoms = signed_sums(context, kpi.bottom, period, kpi.parts)
    if isinstance(tops, Unavailable):
        return tops
    if isinstance(bottoms, Unavailable):
        return bottoms
    top, bottom = _of_all_parts(tops), _of_all_parts(bottoms)
    grid = _grid({**top, **bottom})
    several = len({currency for _, currency in grid}) > 1
    factor = period.days if kpi.times == "days_in_period" else 1
    figures = []
    for group, currency in grid:
        if not told.get((group, currency), True):
            figures.append(_without(context, kpi, period, group, currency if several else ""))
            continue
        above, n_above = top.get((group, currency, ""), (Decimal(0), 0))
        below, n_below = bottom.get((group, currency, ""), (Decimal(0), 0))
        value = float(above / below * factor) if below > 0 else None
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                value,
                n_above or n_below,
                period,
                currency=currency if several and currency else None,
                group=context.group_of(group),
                reason=None if value is not None else Message("nothing to divide by in the period"),
                stats={"top": float(above), "bottom": float(below)},
                parts=_ratio_parts(tops, bottoms, group, currency) if kpi.parts else (),
            )
        )
    return figures or Unavailable(Message("the period holds nothing to divide by"))


def _of_all_parts(sums: Sums) -> Sums:
    """The sums over all parts: a row is in one of them."""
    whole: Sums = {}
    for (group, currency, _), (amount, n) in sums.items():
        so_far, rows = whole.get((group, currency, ""), (Decimal(0), 0))
        whole[group, currency, ""] = (so_far + amount, rows + n)
    return whole


def _ratio_parts(tops: Sums, bottoms: Sums, group: str, currency: str) -> tuple[Part, ...]:
    """The ratio of each part, sum over sum again, with both beside it; null where nothing stands below."""
    parts = []
    for name in sorted({part for g, c, part in {**tops, **bottoms} if (g, c) == (group, currency)}):
        above, n = tops.get((group, currency, name), (Decimal(0), 0))
        below, _ = bottoms.get((group, currency, name), (Decimal(0), 0))
        value = float(above / below) if below > 0 else None
        parts.append(Part(name, value, n, {"top": float(above), "bottom": float(below)}))
    return tuple(parts)


def _pooled(
    context: Context, kpi: RatioKPI, period: Period, months: Sequence[Period]
) -> list[Figure] | Unavailable:
    """The ratio of the sums over some months, each with its own ratio as a part."""
    tops: dict[Period, Sums] = {month: {} for month in months}
    bottoms: dict[Period, Sums] = {month: {} for month in months}
    for terms, sums in ((kpi.top, tops), (kpi.bottom, bottoms)):
        for signed in terms:
            frames = _by_month(context, signed.term, months)
            if isinstance(frames, Unavailable):
                return frames
            for month in months:
                add_sums(context, signed, frames[month], sums[month])
    grid = _grid(
        {key: found for sums in (tops, bottoms) for own in sums.values() for key, found in own.items()}
    )
    several = len({currency for _, currency in grid}) > 1
    figures = []
    for group, currency in grid:
        key = (group, currency, "")
        parts = []
        above = below = Decimal(0)
        n = 0
        for month in months:
            up, n_up = tops[month].get(key, (Decimal(0), 0))
            down, n_down = bottoms[month].get(key, (Decimal(0), 0))
            above, below, n = above + up, below + down, n + (n_up or n_down)
            of_month = float(up / down) if down > 0 else None
            stats = {"top": float(up), "bottom": float(down)}
            parts.append(Part(f"{month.end:%Y-%m}", of_month, n_up or n_down, stats))
        value = float(above / below) if below > 0 else None
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                value,
                n,
                period,
                currency=currency if several and currency else None,
                group=context.group_of(group),
                reason=None if value is not None else Message("nothing to divide by in the period"),
                stats={"top": float(above), "bottom": float(below)},
                parts=tuple(parts),
            )
        )
    return figures or Unavailable(Message("the period holds nothing to divide by"))


def _by_month(
    context: Context, term: Term, months: Sequence[Period]
) -> dict[Period, pd.DataFrame] | Unavailable:
    """The sums of a term in each month: one statement for whole months, one each where the first is only a part."""
    first = months[0].start
    if first is not None and first.day == 1:
        return monthly_sums(context, term, months)
    frames = {month: term_sums(context, term, month) for month in months}
    missing = next((found for found in frames.values() if isinstance(found, Unavailable)), None)
    return missing or {month: found for month, found in frames.items() if not isinstance(found, Unavailable)}


def sum_rows(context: Context, kpi: TotalKPI | RatioKPI, period: Period) -> pd.DataFrame | Unavailable:
    """The rows of all terms of a total or ratio, each with its term, its sign and its amount."""
    frames = []
    sides = [("top", kpi.top), *([("bottom", kpi.bottom)] if isinstance(kpi, RatioKPI) else [])]
    for side, terms in sides:
        for index, signed in enumerate(terms):
            frame = term_frame(context, signed.term, period, parts=kpi.parts)
            if isinstance(frame, Unavailable):
                return frame
            frame.insert(0, "term", f"{side} {index + 1}")
            frame.insert(1, "sign", signed.sign)
            frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def signed_sums(
    context: Context,
    terms: Iterable[SignedTerm],
    period: Period,
    parts: str | None,
    told: Told | None = None,
) -> Sums | Unavailable:
    """Signed sums of terms in the currencies in which they are shown; counts carry no currency.

    `told` takes down which groups and currencies have any amount.
    """
    total: Sums = {}
    for signed in terms:
        frame = term_sums(context, signed.term, period, parts=parts)
        if isinstance(frame, Unavailable):
            return frame
        add_sums(context, signed, frame, total, told)
    return total


def add_sums(
    context: Context, signed: SignedTerm, frame: pd.DataFrame, total: Sums, told: Told | None = None
) -> None:
    """Add what `term_sums` says of a term to a total, in the currencies in which it is shown."""
    factors: dict[str, tuple[str, Decimal]] = {"": ("", Decimal(1))}
    if is_money(context.log, signed.term):
        # A table beside the log may have other currencies than the cases.
        found = {*context.log.meta.currencies, *frame["case_currency"].dropna().astype(str)}
        factors = Money(context.log).factors(found)
    for record in frame.to_dict("records"):
        currency, factor = factors[str(record["case_currency"])]
        group = str(record["g"])
        if told is not None:
            told[group, currency] = told.get((group, currency), False) or not pd.isna(record["amount"])
        key = (group, currency, _text(record["p"]))
        amount, n = total.get(key, (Decimal(0), 0))
        total[key] = (
            amount + signed.sign * as_decimal(record["amount"]) * factor,
            n + as_int(record["n"]),
        )


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _grid(sums: Iterable[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Every group with every currency that it shows, so that an empty side is nought and not left out."""
    return sorted({(group, currency) for group, currency, _ in sums})


def _ordered_parts(context: Context, kpi: TotalKPI, own: dict[str, Any]) -> list[str]:
    """Bands in their order, empty ones too; other parts by size."""
    term = kpi.top[0].term
    if kpi.parts == "band" and isinstance(term, BalanceTerm):
        ledger = context.log.template.ledgers[term.balance]
        by_due = aged_from(context.log, ledger) is None
        names = [name for name, _, _ in bands_of(ledger, since_due=by_due)]
        return names + (["unknown"] if "unknown" in own else [])
    if kpi.parts == "band" and isinstance(term, SumTerm | CountTerm):
        return [name for name, _, _ in ages_of(term)] + (["unknown"] if "unknown" in own else [])
    return sorted(own, key=lambda key: (-own[key][0], key))
