"""Two populations compared: before and after, two segments, two projects - with how sure the difference is."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from workbench.discover import filtered
from workbench.errors import WorkbenchError, unknown_name
from workbench.log.frames import as_day, objects, one_value
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet
from workbench.measure.context import Context, Money
from workbench.measure.evaluate import BUILDERS, figures, period_of
from workbench.measure.figure import Figure, Period
from workbench.measure.intervals import Interval, Sample, difference, interval
from workbench.measure.periods import baseline_period, months_in, now_period
from workbench.measure.rows import DAY, Rows, Unavailable
from workbench.measure.terms import is_money, term_rows
from workbench.messages import Message
from workbench.template import Template
from workbench.template.kpis import KPI, AverageKPI, CombineKPI, DurationKPI, RatioKPI, ShareKPI
from workbench.template.words import SignedTerm

__all__ = [
    "Population",
    "baseline_and_now",
    "before_and_after",
    "compare_frame",
    "compared_kpis",
    "segment_values",
    "two_segments",
]

# Fewer rows than this say too little, whatever their interval.
_FEW = 30
_COLUMNS = [
    "id", "name", "unit", "currency", "statistic",
    "first", "first_low", "first_high", "first_n", "first_pending",
    "second", "second_low", "second_high", "second_n", "second_pending",
    "difference", "low", "high", "method", "verdict", "reason",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Population:
    """One side of a comparison: a log, or the part of it that falls into a period."""

    name: str
    log: PreparedLog
    period: Period | None = None


def baseline_and_now(log: PreparedLog) -> tuple[Population, Population]:
    """The project's baseline (else the first three full months) and the last three full months."""
    before = baseline_period(log.meta.settings.baseline, _first_day(log))
    return Population("baseline", log, before), Population("now", log, now_period(log.as_of))


def before_and_after(log: PreparedLog, day: date) -> tuple[Population, Population]:
    """What came before a day, and what came from that day on. Raises WorkbenchError for a day outside the log."""
    first = _first_day(log)
    if not first < day <= log.as_of:
        raise WorkbenchError(
            Message("{day} parts nothing", day=day),
            where="since",
            remedy=Message("Choose a day between {first} and {last}", first=first, last=log.as_of),
        )
    before = Period(first, day - timedelta(days=1))
    return Population("before", log, before), Population("after", log, Period(day, log.as_of))


def two_segments(log: PreparedLog, by: str, values: Iterable[str] = ()) -> tuple[Population, Population]:
    """The cases with one value of a case attribute, and those with another.

    Without `values` the attribute must have exactly two. Raises WorkbenchError otherwise, naming the values.
    """
    chosen = list(values)
    known = list(_sizes(log, by))
    for value in chosen:
        if value not in known:
            raise unknown_name("value", value, known, where=by)
    if len(chosen) != 2:
        if chosen or len(known) != 2:
            raise WorkbenchError(
                Message(
                    "Two values of {attribute} are compared, not {n}", attribute=by, n=len(chosen or known)
                ),
                where="values",
                remedy=Message("Name two of: {names}", names=known[:12]),
            )
        chosen = known
    first, second = (Population(value, filtered(log, attributes={by: [value]})) for value in chosen)
    return first, second


def segment_values(log: PreparedLog, by: str) -> list[str]:
    """The values of a case attribute that can be held against each other, the most frequent first.

    Those of fewer cases than the project's privacy shows by name are left out. Raises WorkbenchError for what is no
    attribute of cases.
    """
    least = log.meta.settings.least
    return [value for value, n in _sizes(log, by).items() if n >= least]


def _sizes(log: PreparedLog, by: str) -> dict[str, int]:
    """The values of a case attribute with how many cases have each, the most frequent first."""
    filtered(log, attributes={by: [""]})  # refuses what is no attribute of cases
    attribute = log.meta.attribute(by)
    column = log.cases[by if attribute is None else attribute.name].cast("string")
    counts = log.frame(log.cases.filter(column.notnull()).group_by(value=column).aggregate(n=column.count()))
    counts = counts.sort_values(["n", "value"], ascending=[False, True])
    return {str(value): int(n) for value, n in zip(counts["value"], counts["n"], strict=True)}


def _first_day(log: PreparedLog) -> date:
    return as_day(one_value(log.frame(log.cases.aggregate(first=log.cases["start_day"].min())))) or log.as_of


def compared_kpis(template: Template) -> list[str]:
    """The KPIs that are compared where nobody names others: those for segments, then those of the goals."""
    return list(
        dict.fromkeys([*template.compare, *(kpi for goal in template.goals.values() for kpi in goal.kpis)])
    )


def compare_frame(
    first: Population,
    second: Population,
    ids: Iterable[str] | None = None,
    *,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """One row per KPI and statistic: both populations with n and interval, the difference second - first with its own.

    Shares have Wilson's interval and their difference Newcombe's; means, medians, weighted figures, ratios, and shares
    with several rows a case are drawn by case 1,000 times with `seed` (bootstrap); above 5,000 cases what that comes
    to in the limit is taken. A duration or an average has a row for its mean and one for its median. Both populations
    are taken to be independent, each KPI on its own: among twenty that did not change, one differs by chance at 95 %.

    `verdict`: "better" or "worse" (by what is good for the KPI) or "different" (context) where the interval leaves
    out nought; else "unclear"; "few" where a population has less than 30 rows; "undecided" where rows that are
    pending or open could turn it round, or are more than a tenth of the rows of a duration. A KPI without an interval
    (a balance function, a figure in several currencies) has both values and the `reason`. Raises WorkbenchError for an
    unknown KPI.
    """
    wanted = compared_kpis(first.log.template) if ids is None else list(dict.fromkeys(ids))
    lines = [
        line
        for name in wanted
        for line in _lines(first, second, first.log.template.kpi(name), confidence, seed)
    ]
    frame = pd.DataFrame(lines, columns=_COLUMNS)
    for name in ("currency", "statistic", "method", "verdict", "reason"):
        frame[name] = objects(line.get(name) for line in lines)
    counts = [f"{side}_{name}" for side in ("first", "second") for name in ("n", "pending")]
    numbers = [name for name in _COLUMNS[5:18] if name not in counts]
    return frame.astype({**dict.fromkeys(numbers, "float64"), **dict.fromkeys(counts, "int64")})


# ------------------------------------------------------------------ one KPI
@dataclass(frozen=True, slots=True)
class _Side:
    """A KPI in one population: its figure, and its rows as samples by statistic. `undecided` are open or pending."""

    figure: Figure
    samples: dict[str, Sample]
    undecided: int
    reason: Message | None


def _lines(
    first: Population, second: Population, kpi: KPI, confidence: float, seed: int
) -> list[dict[str, Any]]:
    if kpi.id not in second.log.template.kpis:
        return [_without(kpi, Message("the other project's process has no such KPI"))]
    sides = [_side(population, kpi) for population in (first, second)]
    reason = next((side.reason for side in sides if side.reason is not None), None)
    shared = [name for name in sides[0].samples if name in sides[1].samples]
    if reason is None and sides[0].figure.currency != sides[1].figure.currency:
        reason = Message("the two are in different currencies")
    if reason is not None or not shared:
        return [_without(kpi, reason or Message("there is no interval for a figure of this kind"), sides)]
    result = []
    for statistic in shared:
        samples = [side.samples[statistic] for side in sides]
        own = [interval(sample, confidence=confidence, seed=seed) for sample in samples]
        gap = difference(samples[0], samples[1], confidence=confidence, seed=seed)
        result.append(
            _without(kpi, None, sides)
            | {"statistic": statistic}
            | {
                name: value
                for label, found in zip(("first", "second"), own, strict=True)
                for name, value in _limits(label, found).items()
            }
            | {"difference": gap.value, "low": gap.low, "high": gap.high, "method": gap.method}
            | {"verdict": _verdict(kpi, sides, samples, [*own, gap])}
        )
    return result


def _limits(label: str, found: Interval) -> dict[str, float]:
    return {label: found.value, f"{label}_low": found.low, f"{label}_high": found.high}


def _without(kpi: KPI, reason: Message | None, sides: list[_Side] | None = None) -> dict[str, Any]:
    """A line without intervals: what both figures are, and why there is no more."""
    line: dict[str, Any] = {"id": kpi.id, "name": kpi.name.en, "unit": kpi.unit, "reason": reason}
    for position, label in enumerate(("first", "second")):
        figure = None if sides is None else sides[position].figure
        line |= {
            label: None if figure is None else figure.value,
            f"{label}_n": 0 if figure is None else figure.n,
            f"{label}_pending": 0 if sides is None else sides[position].undecided,
        }
        line["currency"] = figure.currency if figure is not None else line.get("currency")
    return line


def _verdict(kpi: KPI, sides: list[_Side], samples: list[Sample], found: list[Interval]) -> str:
    gap = found[-1]
    if min(sample.n for sample in samples) < _FEW:
        return "few"
    if gap.low <= 0 <= gap.high:
        return "unclear"
    if any(one.low == one.high for one in found[:-1]):
        return "few"  # rows that are all alike do not tell how far they would differ
    if _could_turn(sides, samples, gap):
        return "undecided"
    if kpi.good not in ("high", "low"):
        return "different"
    return "better" if (gap.value > 0) == (kpi.good == "high") else "worse"


def _could_turn(sides: list[_Side], samples: list[Sample], gap: Interval) -> bool:
    """Whether rows that are not decided yet could turn the difference round: of a share, all of them one way."""
    if samples[0].statistic != "share":
        return any(side.undecided > sample.n / 9 for side, sample in zip(sides, samples, strict=True))
    hits = [float(sample.top.sum()) for sample in samples]
    whole = [sample.n + side.undecided for side, sample in zip(sides, samples, strict=True)]
    up = gap.value > 0
    least_first = (hits[0] + (sides[0].undecided if up else 0)) / whole[0]
    least_second = (hits[1] + (0 if up else sides[1].undecided)) / whole[1]
    return bool((least_second > least_first) != up)


# ------------------------------------------------------------------ rows as samples
def _side(population: Population, kpi: KPI) -> _Side:
    found = figures(population.log, [kpi.id], period=population.period)
    figure = found[0]
    if len(found) > 1:
        return _Side(figure, {}, 0, Message("it has a value in each of several currencies"))
    if figure.value is None:
        return _Side(figure, {}, figure.pending, figure.reason)
    samples, undecided = _samples(Context(population.log, None, population.period), kpi)
    return _Side(figure, {name: sample for name, sample in samples.items() if sample.n}, undecided, None)


def _samples(context: Context, kpi: KPI) -> tuple[dict[str, Sample], int]:
    """The rows of a KPI as samples by statistic, and how many rows are open or pending."""
    if isinstance(kpi, CombineKPI):
        if kpi.op != "complement":
            return {}, 0
        samples, undecided = _samples(context, context.log.template.kpi(kpi.figures[0]))
        return {
            name: replace(sample, top=sample.bottom - sample.top)
            for name, sample in samples.items()
            if name in ("share", "ratio")
        }, undecided
    period = period_of(context, kpi)
    if isinstance(kpi, RatioKPI):
        return _of_ratio(context, kpi, period), 0
    if type(kpi) not in BUILDERS or (isinstance(kpi, ShareKPI) and kpi.stages):
        return {}, 0
    rows = BUILDERS[type(kpi)][0](context, kpi, period)
    return ({}, 0) if isinstance(rows, Unavailable) else _of_rows(context.log, kpi, rows)


def _of_rows(log: PreparedLog, kpi: KPI, rows: Rows) -> tuple[dict[str, Sample], int]:
    table = rows.table
    frame = log.frame(
        table.select(
            "case_key", "case_currency", state="r_state", value="r_value", hit="r_hit", weight="r_weight"
        )
    )
    undecided = int(frame["state"].isin(["open", "pending"]).sum())
    frame = frame[frame["state"] == "in"]
    # A request or a lead without a case stands for itself alone.
    alone = pd.Series(-1 - np.arange(len(frame)), index=frame.index)
    case = frame["case_key"].fillna(alone).to_numpy(dtype="int64")
    ones = np.ones(len(frame))
    weighted = np.asarray(frame["weight"].notna())
    weight = np.asarray(frame["weight"].fillna(0), dtype=np.float64) * _rates(log, frame, kpi.weight)
    if isinstance(kpi, ShareKPI):
        hit = np.asarray(frame["hit"].astype(bool), dtype=np.float64)
        if kpi.headline == "weighted":
            kept = weighted & (weight > 0) if kpi.weight_gap is not None else weighted
            return {"ratio": Sample("ratio", (weight * hit)[kept], weight[kept], case[kept])}, undecided
        return {"share": Sample("share", hit, ones, case)}, undecided
    value = np.asarray(frame["value"], dtype=np.float64)
    if isinstance(kpi, DurationKPI):
        value = value / (DAY if kpi.unit == "days" else DAY // 24)
        if kpi.headline == "weighted_mean":
            weighed = Sample("ratio", (weight * value)[weighted], weight[weighted], case[weighted])
            return {"weighted mean": weighed}, undecided
    elif isinstance(kpi, AverageKPI) and rows.money:
        value = value * _rates(log, frame, kpi.value)
    mean = Sample("mean", value, ones, case)
    if isinstance(kpi, AverageKPI) and kpi.headline == "total":
        return {}, undecided
    return {"mean": mean, "median": replace(mean, statistic="median")}, undecided


def _rates(log: PreparedLog, frame: pd.DataFrame, attribute: str | None) -> Any:
    """What turns each row's minor units into major ones of the currency shown; ones for what is no money."""
    declared = log.meta.attribute(attribute) if attribute is not None else None
    if declared is None or declared.type != "money":
        return np.ones(len(frame))
    factors = Money(log).factors(log.meta.currencies)
    rates = {name: float(factor) for name, (_, factor) in factors.items()}
    return frame["case_currency"].map(rates).astype("float64").to_numpy()


def _of_ratio(context: Context, kpi: RatioKPI, period: Period) -> dict[str, Sample]:
    """Both sides of a ratio added up case by case: what a case adds above belongs to what it adds below."""
    months = months_in(period) if kpi.period == "month" and period.start is not None else ()
    spans = months if len(months) > 1 else (period,)
    sides = []
    for terms in (kpi.top, kpi.bottom):
        whole: pd.Series[float] = pd.Series(dtype="float64")
        for span, signed in itertools.product(spans, terms):
            sheet = term_rows(context, signed.term, span)
            if isinstance(sheet, Unavailable):
                return {}
            whole = whole.add(_by_case(context.log, signed, sheet), fill_value=0.0)
        sides.append(whole)
    joined = pd.concat(sides, axis=1, keys=["top", "bottom"]).fillna(0.0)
    days = period.days if kpi.times == "days_in_period" and period.start is not None else 1
    if joined.empty or joined["bottom"].sum() <= 0:
        return {}
    top, bottom = (np.asarray(joined[name], dtype=np.float64) for name in ("top", "bottom"))
    return {"ratio": Sample("ratio", top * days, bottom, joined.index.to_numpy(dtype="int64"))}


def _by_case(log: PreparedLog, signed: SignedTerm, sheet: Sheet) -> pd.Series[float]:
    """What each case adds to a term, in major units of the currency shown where it is money."""
    table = sheet.table
    frame = log.frame(table.group_by("case_key", "case_currency").aggregate(amount=table["t_amount"].sum()))
    amount = frame["amount"].fillna(0).astype("float64") * signed.sign
    if is_money(log, signed.term):
        factors = Money(log).factors(log.meta.currencies)
        rates = {name: float(factor) for name, (_, factor) in factors.items()}
        amount = amount * frame["case_currency"].map(rates).astype("float64")
    return pd.Series(amount.groupby(frame["case_key"]).sum())
