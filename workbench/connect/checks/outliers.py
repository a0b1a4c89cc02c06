"""Values far from all others: told, never dropped.

Amounts and durations of a business spread over powers of ten, so distance is measured on their logarithm, from the
median in units of the median distance from it (MAD). Both come from a count of hundredths of a power of ten: one
pass, the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from math import ceil

from workbench.connect.checks.sums import ENOUGH, Checked
from workbench.errors import Finding
from workbench.log.raw import RawAttribute
from workbench.messages import Message
from workbench.sql import ident, literal

__all__ = ["amounts", "durations", "far_beyond"]

_STEPS = 100
# 1.4826 MAD are one standard deviation of a normal spread: eight of them do not happen by chance.
_MADS = 8 * 1.4826
# And at least thirty times the median: amounts that hardly spread at all are no reason to shout.
_LEAST = 1.5
_FIRST = 5


def amounts(log: Checked) -> Iterator[Finding]:
    """Amounts far above all others of their currency: a decimal point, a test, or the one big case.

    Small ones are not told: they weigh on nothing.
    """
    role = log.log.template.case.currency
    has_currency = any(one.name == role and one.level == "case" for one in log.log.attributes)
    for attribute in log.log.attributes:
        if attribute.type == "money":
            by = ident(str(role)) if has_currency and attribute.level == "case" else "NULL"
            yield from _amounts(log, attribute, by)


def _amounts(log: Checked, attribute: RawAttribute, by: str) -> Iterator[Finding]:
    value, table = ident(attribute.name), log.log.level_table(attribute)
    size = f"floor(log10(abs({value})) * {_STEPS})"
    histogram: dict[str | None, dict[int, int]] = {}
    for group, step, n in log.stage.rows(
        f"SELECT upper({by}), CAST({size} AS INTEGER), count(*) FROM {table} WHERE {value} <> 0 GROUP BY 1, 2"
    ):
        histogram.setdefault(group, {})[int(step)] = int(n)
    tests, total, middles = [], 0, []
    for group, counts in sorted(histogram.items(), key=lambda one: str(one[0])):
        middle, high = far_beyond(counts)
        total += sum(counts.values())
        of_group = "" if group is None else f"upper({by}) = {literal(group)} AND "
        if any(step > high for step in counts):
            tests.append(f"({of_group}{size} > {high})")
            middles.append(middle)
    if not tests:
        return
    far = f"{value} <> 0 AND ({' OR '.join(tests)})"
    count = int(log.stage.row(f"SELECT count(*) FROM {table} WHERE {far}")[0])
    first = log.stage.rows(
        f"SELECT case_id, {value} FROM {table} WHERE {far} ORDER BY abs({value}) DESC, 1 LIMIT {_FIRST}"
    )
    named = [
        Message("{amount} (case {case!r})", amount=Decimal(amount).quantize(Decimal("0.01")), case=str(case))
        for case, amount in first[:3]
    ]
    yield Finding(
        rule="outliers",
        severity="note",
        message=Message(
            "{count} of {total} values of {name!r} are far above all others, whose median is about {median}: {values}",
            count=count,
            total=total,
            name=attribute.name,
            median=_rounded(middles[0]),
            values=named,
        ),
        remedy=Message("See whether they are right: they are kept, and weigh on sums and means"),
        count=count,
        share=count / total,
        rows=tuple({"case": str(case), "value": f"{amount:.2f}"} for case, amount in first),
        data={"attribute": attribute.name},
    )


def _rounded(step: int) -> Decimal:
    """About how much a step stands for, to two digits."""
    return Decimal(f"{10 ** ((step + 0.5) / _STEPS):.2g}").quantize(
        Decimal(1) if step >= _STEPS else Decimal("0.01")
    )


def durations(log: Checked) -> Iterator[Finding]:
    """Cases that took far longer than all others: one wrong date is enough."""
    seconds = "(epoch_us(last) - epoch_us(first)) / 1000000.0"
    size = f"floor(log10({seconds}) * {_STEPS})"
    counts = {
        int(step): int(n)
        for step, n in log.stage.rows(
            f"SELECT CAST({size} AS INTEGER), count(*) FROM {log.by_case} WHERE last > first GROUP BY 1"
        )
    }
    middle, high = far_beyond(counts)
    count = sum(n for step, n in counts.items() if step > high)
    if not count:
        return
    first = log.stage.rows(
        f"SELECT case_id, {seconds} / 86400 FROM {log.by_case} WHERE last > first AND {size} > {high} "
        f"ORDER BY 2 DESC, 1 LIMIT {_FIRST}"
    )
    named = [
        Message("{days} days (case {case!r})", days=round(float(days)), case=str(case))
        for case, days in first[:3]
    ]
    yield Finding(
        rule="outliers",
        severity="note",
        message=Message(
            "{count} cases take far longer than all others, whose median is about {median} days: {values}",
            count=count,
            median=round(10 ** ((middle + 0.5) / _STEPS) / 86400, 1),
            values=named,
        ),
        remedy=Message("See whether a date of theirs is wrong: they are kept, and weigh on mean durations"),
        count=count,
        share=count / sum(counts.values()),
        rows=tuple({"case": str(case), "value": f"{float(days):.1f}"} for case, days in first),
        data={"attribute": None},
    )


def far_beyond(counts: Mapping[int, int]) -> tuple[int, float]:
    """The median's step, and the step above which values are far from all others.

    >>> far_beyond({100: 30, 101: 40, 102: 30})
    (101, 251)
    """
    if sum(counts.values()) < ENOUGH:
        return 0, float("inf")
    middle = _median(counts.items())
    away: dict[int, int] = {}
    for step, n in counts.items():
        away[abs(step - middle)] = away.get(abs(step - middle), 0) + n
    return middle, middle + ceil(max(_MADS * _median(away.items()), _LEAST * _STEPS))


def _median(counts: Iterable[tuple[int, int]]) -> int:
    ordered = sorted(counts)
    half, seen = sum(n for _, n in ordered) / 2, 0
    for step, n in ordered:
        seen += n
        if seen >= half:
            return step
    raise AssertionError("nothing was counted")
