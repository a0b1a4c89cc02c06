"""Evaluating KPIs: the declared ones of a template over a prepared log."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from workbench.log.prepared import PreparedLog, lacking
from workbench.measure.averages import average_figures, average_rows
from workbench.measure.context import Context, moment_name
from workbench.measure.durations import duration_figures, duration_rows
from workbench.measure.explain import explain
from workbench.measure.figure import Figure, Period
from workbench.measure.functions import function_figures, is_of_today
from workbench.measure.keptrows import kept_rows, remembered
from workbench.measure.needs import needs_of, rules_of, tables_of
from workbench.measure.periods import named_period
from workbench.measure.reconcile import Reconciliation, reconcile
from workbench.measure.rows import Rows, Unavailable
from workbench.measure.shares import share_figures, share_rows
from workbench.measure.stored import figure_from_data, storable
from workbench.measure.sums import ratio_figures, total_figures
from workbench.measure.threads import each
from workbench.messages import Message
from workbench.rules import checkable
from workbench.template.kpis import (
    KPI,
    AverageKPI,
    CombineKPI,
    DurationKPI,
    FunctionKPI,
    LaterKPI,
    RatioKPI,
    ShareKPI,
    TotalKPI,
)
from workbench.template.words import BalanceTerm

__all__ = [
    "BUILDERS",
    "evaluated",
    "figures",
    "keep_answers",
    "kpi_frame",
    "of_today",
    "period_of",
    "reason_without",
    "remember",
]

BUILDERS: dict[type[Any], tuple[Callable[..., Rows | Unavailable], Callable[..., list[Figure]]]] = {
    DurationKPI: (duration_rows, duration_figures),
    ShareKPI: (share_rows, share_figures),
    AverageKPI: (average_rows, average_figures),
}
_SUMS: dict[type[Any], Callable[..., list[Figure] | Unavailable]] = {
    TotalKPI: total_figures,
    RatioKPI: ratio_figures,
    FunctionKPI: function_figures,
}


def figures(
    log: PreparedLog,
    ids: Iterable[str] | None = None,
    *,
    by: str | None = None,
    period: Period | None = None,
    least: int | None = None,
    against_baseline: bool = False,
) -> list[Figure]:
    """The figures of KPIs (default: all of the template), one or more each: per group, per currency.

    `by` breaks every KPI down by an attribute of the log; `period` asks for other days than each KPI's own. Groups of
    fewer than `least` cases (default: what the project's privacy says) are one, "other". By an attribute of events a
    case belongs to the last recorded event that has it. Each figure says how it is defined, which direction is good,
    what the log was narrowed to, and its target; one that is a change is a value only with `against_baseline`, which
    works out the figures of the baseline as well.
    A KPI that cannot be computed answers with value None and the reason. Raises WorkbenchError for an unknown
    KPI or attribute.
    """
    context = Context(log, by, period, least=least)
    context.check_breakdown()
    wanted = [log.template.kpi(name) for name in ids] if ids is not None else list(log.template.kpis.values())
    found = [figure for figures in each(log, partial(evaluated, context), wanted) for figure in figures]
    keep_answers(context)

    def of_baseline(names: list[str], days: Period) -> list[Figure]:
        return figures(log, names, by=by, period=days, least=least)

    return explain(log, found, baseline=of_baseline if against_baseline else None)


def period_of(context: Context, kpi: KPI) -> Period:
    own = named_period(kpi.period, context.log.as_of)
    if context.period is None or kpi.period == "asof":
        return own if context.period is None else Period(None, context.period.end)
    return context.period


def evaluated(context: Context, kpi: KPI) -> list[Figure]:
    """The figures of one KPI in a request; what several figures of the request share is worked out once."""
    return context.once(("figures", kpi.id), lambda: _known(context, kpi) or _worked_out(context, kpi))


def _question(context: Context, kpi_id: str) -> str:
    period = None if context.period is None else context.period.as_dict()
    return json.dumps(["figure", kpi_id, context.by, period, context.fewest])


def _known(context: Context, kpi: KPI) -> list[Figure] | None:
    """The KPI's figures as they were worked out before for this very log, by this or another process."""
    answers = context.log.answers
    found = None if answers is None else answers.get(_question(context, kpi.id))
    if found is None:
        return None
    context.known.add(kpi.id)
    return [figure_from_data(data) for data in found]


def keep_answers(context: Context) -> None:
    """Keep for the next one who asks what this request had to work out."""
    if context.log.answers is None:
        return
    kept = {}
    for name in context.log.template.kpis.keys() - context.known:
        if ("figures", name) in context.memo:
            data = [storable(figure) for figure in context.memo["figures", name]]
            if None not in data:
                kept[_question(context, name)] = data
    context.log.answers.put(kept)


def _worked_out(context: Context, kpi: KPI) -> list[Figure]:
    period = period_of(context, kpi)
    reason = reason_without(context.log, kpi)
    if reason is None and period.end < context.log.as_of and of_today(kpi):
        reason = Message("what was open on an earlier day is told by the log as it was known then")
    if reason is not None:
        return [context.null(kpi, period, reason)]
    found = _computed(context, kpi, period)
    if isinstance(found, Unavailable):
        return [context.null(kpi, period, found.reason)]
    if kpi.reconciled is not None and not isinstance(kpi, CombineKPI):
        found = _checked(context, kpi, found)
    return found or [context.null(kpi, period, Message("nothing of the kind in this period"))]


def reason_without(log: PreparedLog, kpi: KPI) -> Message | None:
    """Why a KPI cannot be computed on this log at all, if so."""
    if isinstance(kpi, LaterKPI):
        return Message("computed in step {step}", step=kpi.step)
    missing = log.missing(needs_of(log.template, kpi))
    if missing is not None:
        return lacking(missing)
    tables, of_log = tables_of(log.template, kpi)
    if of_log and tables & log.unfiltered:
        return Message("the filter cannot narrow {tables}", tables=sorted(tables & log.unfiltered))
    rules = [log.template.rules[name] for name in rules_of(log.template, kpi)]
    unmet = [checkable(log, rule) for rule in rules]
    if unmet and unmet[0] is not None and None not in unmet:
        return Message("no rule can be checked: {reason}", reason=lacking(unmet[0]))
    return None


def of_today(kpi: KPI) -> bool:
    """Whether a KPI rests on what is open at as-of and cannot be told for an earlier day: an open deal of that day may
    have ended since. A balance can, since every step of it has its day.
    """
    if kpi.period != "asof":
        return False
    if isinstance(kpi, TotalKPI | RatioKPI):
        terms = [*kpi.top, *(kpi.bottom if isinstance(kpi, RatioKPI) else ())]
        return not all(isinstance(signed.term, BalanceTerm) for signed in terms)
    return isinstance(kpi, FunctionKPI) and is_of_today(kpi)


def _computed(context: Context, kpi: KPI, period: Period) -> list[Figure] | Unavailable:
    if isinstance(kpi, CombineKPI):
        return _combined(context, kpi, period)
    if type(kpi) in _SUMS:
        return _SUMS[type(kpi)](context.attributed() if _by_case(kpi) else context, kpi, period)
    rows_of, figures_of = BUILDERS[type(kpi)]
    rows = kept_rows(context, kpi, period, rows_of)
    if rows is None:
        rows = rows_of(context, kpi, period)
    return rows if isinstance(rows, Unavailable) else figures_of(context, kpi, period, rows)


def remember(log: PreparedLog, name: str) -> None:
    """Work out what any choice of the cases of a remembering log needs for a KPI, before anybody asks."""
    kpi = log.template.kpi(name)
    if type(kpi) in BUILDERS and reason_without(log, kpi) is None:
        context = Context(log)
        remembered(context, kpi, period_of(context, kpi), BUILDERS[type(kpi)][0])


def _by_case(kpi: KPI) -> bool:
    """Whether rows of several kinds meet in a figure: by an attribute of events, all are then their case's.

    What a collector's customers owe and what they were billed belong to the collector, whoever wrote the bill.
    """
    if isinstance(kpi, FunctionKPI):
        return kpi.of == ("cases",)
    terms = (
        [*kpi.top, *(kpi.bottom if isinstance(kpi, RatioKPI) else ())]
        if isinstance(kpi, TotalKPI | RatioKPI)
        else []
    )
    return len({getattr(signed.term, "of", None) for signed in terms}) > 1


def _checked(context: Context, kpi: KPI, found: list[Figure]) -> list[Figure]:
    """Mark balance figures as reconciled or not; withhold them where the residual is above one per cent."""
    ledger = str(kpi.reconciled)
    check: Reconciliation | None = context.once(("check", ledger), lambda: reconcile(context.log, ledger))
    marked = []
    for figure in found:
        stats = {**figure.stats, "reconciled": None if check is None else check.holds}
        if check is not None:
            stats["residual"] = check.residual
        if check is not None and not check.holds:
            marked.append(replace(figure, value=None, reason=check.reason, stats={}))
        else:
            marked.append(replace(figure, stats=stats))
    return marked


def _combined(context: Context, kpi: CombineKPI, period: Period) -> list[Figure] | Unavailable:
    """Arithmetic of finished figures of the same group and currency; anything undefined leaves it undefined."""
    parts = [evaluated(context, context.log.template.kpi(name)) for name in kpi.figures]
    keyed = [{(figure.group, figure.currency): figure for figure in found} for found in parts]
    result = []
    for key, first in keyed[0].items():
        others = [mapping.get(key) for mapping in keyed[1:]]
        values = [first.value, *(None if other is None else other.value for other in others)]
        known = [value for value in values if value is not None]
        value = _OPERATIONS[kpi.op](known) if len(known) == len(values) else None
        blamed = next(
            (figure for figure in (first, *others) if figure is not None and figure.value is None), None
        )
        result.append(
            Figure(
                kpi.id,
                kpi.unit,
                value,
                first.n,
                period,
                pending=first.pending,
                unknown=first.unknown,
                when=moment_name(kpi.when) or first.when,
                currency=first.currency,
                group=first.group,
                reason=None
                if value is not None
                else Message("{figure}: {reason}", figure=blamed.id, reason=blamed.reason)
                if blamed
                else Message("undefined"),
                stats={name: first.stats[name] for name in ("reconciled", "residual") if name in first.stats},
            )
        )
    return result


_OPERATIONS: dict[str, Callable[[list[float]], float | None]] = {
    "complement": lambda values: 1 - values[0],
    "difference": lambda values: values[0] - sum(values[1:]),
    "product": lambda values: values[0] * values[1],
    "quotient": lambda values: values[0] / values[1] if values[1] else None,
}


# The columns of a frame of KPIs that a reader looks for first.
_FIRST = (
    "id", "name", "group", "value", "unit", "currency", "n", "pending", "unknown", "period", "when", "reason",
    "good", "target_low", "target_high", "met", "distance", "filter", "definition",
)  # fmt: skip


def kpi_frame(log: PreparedLog, ids: Iterable[str] | None = None, *, by: str | None = None) -> pd.DataFrame:
    """The figures as a frame: id, name, value, unit, n, pending, period and the reason where there is no value.

    Behind them the direction that is good, the target and the distance to it, the definition and the filter.
    """
    found = figures(log, ids, by=by, against_baseline=True)
    frame = pd.DataFrame([figure.as_dict(grouped=by is not None) for figure in found])
    frame = frame.drop(columns="target", errors="ignore")
    frame["filter"] = [", ".join(said) for said in frame["filter"]]
    names = {kpi.id: kpi.name.en for kpi in log.template.kpis.values()}
    frame.insert(1, "name", [names[name] for name in frame["id"]])
    frame["period"] = [f"{found['from'] or '…'} – {found['to']}" for found in frame["period"]]
    shown = [name for name in _FIRST if name in frame.columns]
    return frame[[*shown, *[name for name in frame.columns if name not in shown]]]
