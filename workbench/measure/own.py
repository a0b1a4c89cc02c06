"""An analyst's own KPI as a Python function: rows with a value each, and one fixed aggregate over them.

It is evaluated like every other: by attribute, over time, with the rows behind it. What the function must give is
a frame with `case_id` and `value`, and, so that it can be asked for a period, `day`.
"""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

import pandas as pd

from workbench.errors import WorkbenchError, unknown_name
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import sheet_of
from workbench.measure.context import MISSING, Context, Money
from workbench.measure.figure import Figure, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import DAY, Unavailable
from workbench.messages import LANGUAGES, Message
from workbench.template import Template
from workbench.template.kpis import FunctionKPI, Target
from workbench.template.load import with_kpis

__all__ = ["OwnKPI", "kpi", "with_functions"]

Aggregate = Literal["mean", "median", "sum", "share"]
Good = Literal["high", "low", "context", "balanced"]
Unit = Literal["days", "hours", "ratio", "money", "count"]
_numbers = itertools.count()


@dataclass(frozen=True)
class OwnKPI:
    """A KPI that a function gives; it can still be called as the function that it is."""

    id: str
    name: str
    note: str
    unit: str
    good: str
    aggregate: str
    target: Target | None
    function: Callable[[Any], pd.DataFrame]

    def __call__(self, log: Any) -> pd.DataFrame:
        return self.function(log)

    @property
    def place(self) -> str:
        """The file and the function, as an error names them."""
        code = self.function.__code__
        return f"{code.co_filename}, {self.function.__qualname__}"


def kpi(
    id: str,  # noqa: A002 - the word of templates
    *,
    name: str,
    unit: Unit,
    good: Good = "context",
    aggregate: Aggregate | None = None,
    note: str | None = None,
    target: dict[str, Any] | None = None,
) -> Callable[[Callable[[Any], pd.DataFrame]], OwnKPI]:
    """Make a function a KPI: it gets a log and gives a frame with case_id, value and (for periods) day.

    A value is a number, a yes or no, or a length of time; money is in major units of the case's currency. The KPI is
    their mean; a share for yes and no; `aggregate` says otherwise (median, sum). A case may have several rows, a
    value may be missing (unknown). The function may use nothing but the log, since what it gives is kept. `note` is
    what the figure is, the function's first line if not given; name and note are shown as written in every language.

    >>> @kpi("X1", name="Large cases", unit="ratio")
    ... def large(log):
    ...     '''Cases with more than ten events.'''
    ...     return log.cases().assign(value=lambda found: found["events"] > 10)
    >>> large.note, large.aggregate
    ('Cases with more than ten events.', 'share')
    """
    for word, value, known in (
        ("unit", unit, Unit),
        ("good", good, Good),
        ("aggregate", aggregate, Aggregate),
    ):
        if value is not None and value not in get_args(known):
            place = f"@kpi({id!r})"
            raise unknown_name(Message("value of {word}", word=word), value, get_args(known), where=place)

    def decorated(function: Callable[[Any], pd.DataFrame]) -> OwnKPI:
        said = note or (function.__doc__ or name).strip().splitlines()[0]
        wanted = None if target is None else Target.model_validate(target)
        how = aggregate or ("share" if unit == "ratio" else "mean")
        return OwnKPI(id, name, said, unit, good, how, wanted, function)

    return decorated


def with_functions(template: Template, own: Iterable[OwnKPI], face: Callable[[PreparedLog], Any]) -> Template:
    """The template with KPIs that functions give; `face` is what a function gets of a log.

    Raises WorkbenchError for an id that the template has.
    """
    found: dict[str, dict[str, Any]] = {}
    for one in own:
        if one.id in template.kpis or one.id in found:
            raise WorkbenchError(
                Message("There is a KPI {id} already", id=one.id),
                where=one.place,
                remedy=Message("Choose another id"),
            )
        registered = f"{one.id} {next(_numbers)}"
        register(registered, rows=_rows_of(one, face), figures=_figures_of(one, face))
        found[one.id] = {
            "kind": "function",
            "function": registered,
            "unit": one.unit,
            "good": one.good,
            "name": dict.fromkeys(LANGUAGES, one.name) | {"reviewed": []},
            "note": dict.fromkeys(LANGUAGES, one.note) | {"reviewed": []},
            **({} if one.target is None else {"target": one.target.model_dump(exclude_none=True)}),
        }
    return with_kpis(template, found, where="kpis.py") if found else template


# ------------------------------------------------------------------ rows
def _rows_of(one: OwnKPI, face: Callable[[PreparedLog], Any]) -> Callable[..., pd.DataFrame | Unavailable]:
    def rows(context: Context, _: FunctionKPI, period: Period) -> pd.DataFrame | Unavailable:
        frame = _asked(one, face, context, period)
        return frame if isinstance(frame, Unavailable) else frame.drop(columns=["g", "case_currency"])

    return rows


def _asked(
    one: OwnKPI, face: Callable[[PreparedLog], Any], context: Context, period: Period
) -> pd.DataFrame | Unavailable:
    """What the function gives of the log, checked, within the period, with each case's group and currency."""
    try:
        given = one.function(face(context.log))
    except Exception as error:  # noqa: BLE001 - whatever an analyst's code does, the other figures stand
        line = traceback.extract_tb(error.__traceback__)[-1].lineno
        fault = f"{type(error).__name__}: {error} (line {line})"
        return Unavailable(Message("its function failed: {fault}", fault=fault))
    frame = _checked(one, given)
    if period.start is not None:
        if "day" not in frame.columns:
            return Unavailable(Message("its rows have no day, so none falls into a period"))
        frame = frame[frame["day"].map(lambda day: _within(day, period))]
    facts = _facts(context)
    if isinstance(facts, Unavailable):
        return facts
    return frame.merge(facts, on="case_id", how="left", validate="many_to_one")


def _within(day: Any, period: Period) -> bool:
    if pd.isna(day):
        return False
    own = pd.Timestamp(day).date()
    assert isinstance(own, date)
    return (period.start is None or own >= period.start) and own <= period.end


def _checked(one: OwnKPI, given: Any) -> pd.DataFrame:
    remedy = Message(
        "Give a pandas frame with the columns case_id and value, and day where periods are asked for"
    )
    if not isinstance(given, pd.DataFrame) or not {"case_id", "value"} <= set(given.columns):
        raise WorkbenchError(
            Message("The function of KPI {id} gives no value for each case", id=one.id),
            where=one.place,
            remedy=remedy,
        )
    frame = given[[name for name in ("case_id", "value", "day") if name in given.columns]].copy()
    value = frame["value"]
    if pd.api.types.is_timedelta64_dtype(value):
        value = value.dt.total_seconds() * 1_000_000 / (DAY if one.unit == "days" else DAY // 24)
    elif pd.api.types.is_bool_dtype(value):
        value = value.astype("float64")
    try:
        frame["value"] = value.astype("float64")
    except (TypeError, ValueError) as error:
        raise WorkbenchError(
            Message("The function of KPI {id} gives values that are no numbers", id=one.id),
            where=one.place,
            remedy=remedy,
        ) from error
    frame["case_id"] = frame["case_id"].astype(str)
    return frame


def _facts(context: Context) -> pd.DataFrame | Unavailable:
    """Of each case its currency and its group."""
    sheet = sheet_of(context.log, ("cases",), (context.breakdown,), include_neutral=True)
    assert sheet is not None
    group = context.group_column(sheet)
    if group is None:
        return Unavailable(Message("these rows have no attribute {what}", what=repr(context.by)))
    table = sheet.table
    return context.log.frame(
        table.select(
            case_id=table["case_id"].cast("string"),
            case_currency=table["case_currency"],
            g=group.fill_null(MISSING),
        )
    )


# ------------------------------------------------------------------ figures
def _figures_of(one: OwnKPI, face: Callable[[PreparedLog], Any]) -> Callable[..., Answer]:
    def figures(context: Context, declared: FunctionKPI, period: Period) -> Answer:
        frame = _asked(one, face, context, period)
        if isinstance(frame, Unavailable):
            return frame
        unknown_case = frame["g"].isna()
        if unknown_case.any():
            raise WorkbenchError(
                Message(
                    "The function of KPI {id} gives a case that the log does not have: {case}",
                    id=one.id,
                    case=frame.loc[unknown_case, "case_id"].iloc[0],
                ),
                where=one.place,
                remedy=Message("Give the case_id of the log's own cases"),
            )
        money = one.unit == "money"
        frame["shown"] = _converted(context.log, frame) if money else ""
        return [
            _figure(one, context, declared, period, str(group), str(currency) or None, found)
            for (group, currency), found in frame.groupby(["g", "shown"], sort=True)
        ]

    return figures


def _converted(log: PreparedLog, frame: pd.DataFrame) -> pd.Series[str]:
    """The currency in which each row's money is shown; its value is converted on the way."""
    factors = Money(log).factors(log.meta.currencies)
    rate = {own: float(factor) * 10 ** log.meta.digits(own) for own, (_, factor) in factors.items()}
    frame["value"] = frame["value"] * frame["case_currency"].map(rate).astype("float64")
    return frame["case_currency"].map({own: shown for own, (shown, _) in factors.items()})


def _figure(
    one: OwnKPI,
    context: Context,
    declared: FunctionKPI,
    period: Period,
    group: str,
    currency: str | None,
    found: pd.DataFrame,
) -> Figure:
    value = found["value"].dropna()
    stats: dict[str, Any] = {}
    if len(value) and one.aggregate == "share":
        stats = {"share": float(value.mean()), "hits": int(value.sum())}
    elif len(value):
        quantiles = {"median": float(value.median()), "p90": float(value.quantile(0.9))}
        stats = {"mean": float(value.mean()), **quantiles, "total": float(value.sum())}
    key = "total" if one.aggregate == "sum" else one.aggregate
    return Figure(
        declared.id,
        declared.unit,
        stats.get(key),
        len(value),
        period,
        unknown=len(found) - len(value),
        currency=currency,
        group=context.group_of(group),
        reason=None if len(value) else Message("nothing of the kind in this period"),
        stats=stats,
    )
