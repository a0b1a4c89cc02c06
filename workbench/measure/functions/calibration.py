"""How well the probabilities written at each stage foretold which deals would be won."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

from workbench.log.sheet import as_text, sheet_of
from workbench.measure.context import MISSING, Context, Money, as_float, as_int
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import Unavailable
from workbench.messages import Message
from workbench.template.kpis import FunctionKPI
from workbench.template.words import HasTest, MomentTest

__all__ = ["calibration", "calibration_rows"]

_COUNTS = ("n", "won", "unknown", "lost", "weightless")
_SUMS = ("probability", "squared")
_MONEY = ("weighted", "actual")
# Of the lost, more than this share without a value would make the forecast look too low.
_GAP = 0.2


def calibration_rows(context: Context, kpi: FunctionKPI, period: Period) -> ir.Table | Unavailable:
    """A row per stage visit that began before its deal was decided: what was forecast, and what came.

    Columns case_id, g, case_currency, stage, opened, probability (null where none was written), is_won, error
    (the squared difference), amount (the deal's last value above nought, minor units).
    """
    log = context.log
    pair = log.template.pairs[str(kpi.with_["pair"])]
    won, lost, chance = (str(kpi.with_[name]) for name in ("won", "lost", "probability"))
    asked = (HasTest(has=(won, lost)), MomentTest(moment=(won, lost), by=won))
    sheet = sheet_of(log, (pair.id,), (kpi, asked, pair.state, context.breakdown))
    if sheet is None:
        return Unavailable(Message("the log shows no such event"))
    column = sheet.column(chance)
    group = context.group_column(sheet)
    if column is None or group is None:
        missing = repr(context.by) if group is None else chance
        return Unavailable(Message("these rows have no attribute {what}", what=missing))
    decided = sheet.point((won, lost))
    activity = ibis.cases(
        *[(sheet.table["activity"] == code, name) for code, name in enumerate(log.meta.activities)]
    )
    stage = sheet.column(pair.state) if pair.state is not None else None
    number = column.cast("float64")
    is_won = sheet.has((won,))
    rows = sheet.table.mutate(
        g=as_text(group).fill_null(MISSING),
        stage=activity if stage is None else as_text(stage).fill_null(activity),
        probability=ibis.ifelse((number >= 0) & (number <= 1), number, ibis.null("float64")),
        is_won=is_won,
        decided_on=decided.day,
        decided_at=decided.time,
    )
    rows = rows.filter((rows["decided_at"] > rows["opened"]).fill_null(False))
    if period.start is not None:
        rows = rows.filter(rows["decided_on"] >= period.start, rows["decided_on"] <= period.end)
    value = str(kpi.with_["value"])
    amounts = log.cases.select(
        of_case="case_key", amount=log.cases[value] if value in log.cases.columns else ibis.null("int64")
    )
    rows = rows.select(
        "case_key", "case_id", "g", "case_currency", "stage", "opened", "probability", "is_won"
    )
    rows = rows.left_join(amounts, rows["case_key"] == amounts["of_case"])
    rows = rows.select(*rows.columns)
    error = rows["probability"] - rows["is_won"].cast("float64")
    return rows.select(
        "case_id",
        "g",
        "case_currency",
        "stage",
        "opened",
        "probability",
        "is_won",
        error=error * error,
        amount=ibis.ifelse(rows["amount"] > 0, rows["amount"], ibis.null("int64")),
    )


def calibration(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """The Brier score of the probabilities, or the weighted forecast over what was won, with each stage as a part.

    `with`: pair (stage visits), probability, won, lost (activities), value (money attribute), shows ("brier" or
    "weighted"). No words multiply an attribute by another. A visit without a probability is unknown; `forecast` is
    the mean probability, `actual` the share that was won.
    """
    rows = calibration_rows(context, kpi, period)
    if isinstance(rows, Unavailable):
        return rows
    known = rows["probability"].notnull()
    chance, amount = rows["probability"], rows["amount"]
    frame = context.log.frame(
        rows.group_by(["g", "stage", "case_currency"]).aggregate(
            n=known.sum(),
            won=(known & rows["is_won"]).sum(),
            lost=(known & ~rows["is_won"]).sum(),
            weightless=(known & ~rows["is_won"] & amount.isnull()).sum(),
            unknown=(~known).sum(),
            probability=chance.sum(),
            squared=rows["error"].sum(),
            weighted=(chance * amount.cast("float64")).sum(),
            actual=amount.sum(where=known & rows["is_won"]),
        )
    )
    factors = Money(context.log).factors(context.log.meta.currencies)
    weighted = str(kpi.with_["shows"]) == "weighted"
    found: dict[tuple[str, str | None], dict[str, dict[str, Any]]] = {}
    for record in frame.sort_values(["g", "stage", "case_currency"]).to_dict("records"):
        shown, factor = factors[str(record["case_currency"])]
        stages = found.setdefault((str(record["g"]), shown if weighted else None), {})
        for key in (str(record["stage"]), ""):
            mine = stages.setdefault(key, dict.fromkeys((*_COUNTS, *_SUMS, *_MONEY), Fraction(0)))
            for name in _COUNTS:
                mine[name] += as_int(record[name])
            for name in (*_SUMS, *_MONEY):
                scale = Fraction(factor) if name in _MONEY else 1
                mine[name] += Fraction(as_float(record[name]) or 0.0) * scale
    several = len({currency for _, currency in found}) > 1
    figures = []
    for (group, currency), stages in sorted(found.items(), key=str):
        whole = stages.pop("")
        value, reason = _value(kpi, whole, weighted=weighted)
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                value,
                int(whole["n"]),
                period,
                unknown=int(whole["unknown"]),
                when=" or ".join((str(kpi.with_["won"]), str(kpi.with_["lost"]))),
                currency=currency if several else None,
                group=context.group_of(group),
                reason=reason,
                stats=_behind(whole, weighted=weighted),
                parts=tuple(
                    Part(
                        name,
                        _value(kpi, own, weighted=weighted)[0],
                        int(own["n"]),
                        _behind(own, weighted=weighted),
                    )
                    for name, own in sorted(stages.items(), key=_along)
                    if own["n"]
                ),
            )
        )
    return figures or Unavailable(Message("no deal was decided in the period"))


def _along(item: tuple[str, dict[str, Any]]) -> tuple[Fraction, str]:
    """Stages by how likely they are said to lead to a win: the order of the pipeline."""
    name, own = item
    return (own["probability"] / own["n"] if own["n"] else Fraction(2)), name


def _value(kpi: FunctionKPI, own: dict[str, Any], *, weighted: bool) -> tuple[float | None, Message | None]:
    if not own["n"]:
        return None, Message("the log has no {what}", what=kpi.with_["probability"])
    if not weighted:
        return float(own["squared"] / own["n"]), None
    if own["lost"] and own["weightless"] / own["lost"] > _GAP:
        share = f"{float(own['weightless'] / own['lost']):.0%}"
        return None, Message(
            "{share} of the rows that fail have no positive {what}", share=share, what=kpi.with_["value"]
        )
    if not own["actual"]:
        return None, Message("nothing to divide by in the period")
    return float(own["weighted"] / own["actual"]), None


def _behind(own: dict[str, Any], *, weighted: bool) -> dict[str, Any]:
    if not own["n"]:
        return {}
    if weighted:
        return {"weighted_value": float(own["weighted"]), "won_value": float(own["actual"])}
    return {"forecast": float(own["probability"] / own["n"]), "actual": float(own["won"] / own["n"])}


register("calibration", rows=calibration_rows, figures=calibration)
