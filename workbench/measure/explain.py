"""What a figure tells its reader beside its value: definition, direction, filter, target, the rules it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from workbench.log.frames import as_day, one_value
from workbench.log.prepared import PreparedLog, lacking
from workbench.measure.context import moment_name
from workbench.measure.figure import Figure, Period
from workbench.measure.needs import rules_of, tables_of
from workbench.measure.periods import baseline_period
from workbench.measure.targets import aim, target_of
from workbench.messages import Message
from workbench.rules import checkable
from workbench.template.kpis import KPI, CombineKPI, FunctionKPI, RatioKPI, TotalKPI
from workbench.template.words import BalanceTerm

__all__ = ["explain", "moment_of"]

END = "end of period"

# The figures of some KPIs over a period, broken down as the request is.
Asked = Callable[[list[str], Period], Iterable[Figure]]


def explain(log: PreparedLog, found: Sequence[Figure], *, baseline: Asked | None) -> list[Figure]:
    """The figures with all that their readers are told.

    A target that is a change is held against the figures of the baseline, which `baseline` works out; without it
    the target is told as it is declared.
    """
    kpis = {name: log.template.kpi(name) for name in dict.fromkeys(figure.id for figure in found)}
    targets = {name: target_of(log, kpi) for name, kpi in kpis.items()}
    relative = [
        name
        for name, target in targets.items()
        if target is not None and (target.change_pct is not None or target.change_points is not None)
    ]
    bases = _bases(log, relative, baseline) if relative and baseline is not None else {}
    rules = {name: _rules(log, kpi) for name, kpi in kpis.items()}
    result = []
    for figure in found:
        kpi, target = kpis[figure.id], targets[figure.id]
        base = bases.get((figure.id, figure.group, figure.currency))
        taking_part, left_out = rules[figure.id]
        result.append(
            replace(
                figure,
                when=figure.when or moment_of(log, kpi),
                definition=kpi.note,
                good=kpi.good,
                filter=(*log.meta.filters, *_left_whole(log, kpi)),
                target=target,
                aim=None if target is None else aim(kpi, target, figure.value, base),
                rules=taking_part,
                left_out=left_out,
            )
        )
    return result


def _left_whole(log: PreparedLog, kpi: KPI) -> tuple[Message, ...]:
    """Tables beside the log that the filter could not narrow, where the KPI counts their rows."""
    tables, _ = tables_of(log.template, kpi)
    return tuple(Message("all of {table}", table=name) for name in sorted(tables & log.unfiltered))


def _bases(
    log: PreparedLog, ids: list[str], baseline: Asked
) -> dict[tuple[str, str | None, str | None], float | None]:
    """The values of the baseline by id, group and currency."""
    first = as_day(one_value(log.frame(log.cases.aggregate(first=log.cases["start_day"].min()))))
    if first is None:
        return {}
    period = baseline_period(log.meta.settings.baseline, first)
    return {(figure.id, figure.group, figure.currency): figure.value for figure in baseline(ids, period)}


def _rules(log: PreparedLog, kpi: KPI) -> tuple[tuple[str, ...], dict[str, Message]]:
    """The rules whose verdicts a KPI counts, and those that this log cannot check, with the reason."""
    if isinstance(kpi, CombineKPI):
        parts = [_rules(log, log.template.kpi(name)) for name in kpi.figures]
        names = tuple(dict.fromkeys(name for checked, _ in parts for name in checked))
        return names, {name: reason for _, unchecked in parts for name, reason in unchecked.items()}
    checked, left_out = [], {}
    for name in rules_of(log.template, kpi):
        missing = checkable(log, log.template.rules[name])
        if missing is None:
            checked.append(name)
        else:
            left_out[name] = lacking(missing)
    return tuple(checked), left_out


def moment_of(log: PreparedLog, kpi: KPI) -> str | None:
    """The moment that puts a row into a period, where the figure's kind does not name one: of a balance its end."""
    if kpi.when is not None:
        return moment_name(kpi.when)
    if isinstance(kpi, FunctionKPI):
        return END if "balance" in kpi.with_ or kpi.period == "asof" else None
    if isinstance(kpi, CombineKPI):
        return next(filter(None, (moment_of(log, log.template.kpi(name)) for name in kpi.figures)), None)
    if not isinstance(kpi, TotalKPI | RatioKPI):
        return None
    terms = [signed.term for signed in (*kpi.top, *(kpi.bottom if isinstance(kpi, RatioKPI) else ()))]
    if any(isinstance(term, BalanceTerm) for term in terms):
        return END
    names = []
    for term in terms:
        dated = getattr(term, "dated", None)
        begun = "started" if getattr(term, "of", None) == ("cases",) else "time"
        names.append(begun if dated is None else moment_name(dated) or begun)
    return " or ".join(dict.fromkeys(names))
