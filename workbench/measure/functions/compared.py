"""Figures that are fair only within like work: people beside what their deals let expect, discounts beside none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.errors import WorkbenchError
from workbench.log.sheet import Sheet, as_text
from workbench.measure.averages import average_rows
from workbench.measure.context import MISSING, Context, Money, as_float, as_int, population
from workbench.measure.durations import duration_rows
from workbench.measure.expected import Cell, Held, gap_within, standardised
from workbench.measure.figure import Figure, Part, Period
from workbench.measure.functions.registry import Answer, register
from workbench.measure.rows import DAY, Rows, Unavailable
from workbench.measure.shares import share_rows
from workbench.measure.smallgroups import OTHER, OTHER_PART
from workbench.messages import Message
from workbench.template.kpis import AverageKPI, BaseKPI, DurationKPI, FunctionKPI, ShareKPI

__all__ = ["compared_rows", "held_beside", "within_strata"]

_ROWS: dict[type[Any], Callable[..., Rows | Unavailable]] = {
    DurationKPI: duration_rows,
    ShareKPI: share_rows,
    AverageKPI: average_rows,
}
_WITHIN, _OVER = "within", "over"
# A size says something when so many rows have it.
_SIZED = 0.8
# A share that a source wrote as 15 per cent may be that much above 0.15.
_HAIR = 1e-9


def compared_rows(context: Context, kpi: FunctionKPI, period: Period) -> ir.Table | Unavailable:
    """The rows of another KPI that count there, each with its unit and its stratum (`_compared`)."""
    found = _compared(context, kpi, period)
    return found if isinstance(found, Unavailable) else found[0]


def _compared(context: Context, kpi: FunctionKPI, period: Period) -> tuple[ir.Table, str] | Unavailable:
    """The rows of another KPI that count there, each with its unit and its stratum.

    Columns case_id, g, currency (in which money is shown), unit, over (the limit), stratum, value (in the KPI's
    unit). Strata are the values of those of `strata` that the log has × the third of all values of `size` in which
    the case lies; by which attributes that is comes as a text beside the rows.
    """
    sheet, _ = population(context, kpi)
    if sheet is None:
        return Unavailable(Message("the log shows no such event"))
    unit = _unit(sheet, kpi)
    if unit is None:
        return Unavailable(Message("the log has no {what}", what=kpi.with_["unit"]))
    of = context.log.template.kpi(str(kpi.with_["of"]))
    if type(of) not in _ROWS:
        raise WorkbenchError(
            Message("{kpi} has no value for each row", kpi=of.id), where=Message("KPI {id}", id=kpi.id)
        )
    judged = _ROWS[type(of)](context, of, period)
    if isinstance(judged, Unavailable):
        return judged
    rows = judged.table.filter(judged.table["r_state"] == "in")
    *attributes, sized = _strata(context, kpi, sheet, rows)
    columns = [found for name in attributes if (found := sheet.column(name)) is not None]
    size = sheet.column(sized) if sized else None
    money = Money(context.log)
    split = context.log.policy(kpi.with_["split"]) if "split" in kpi.with_ else None
    number = sheet.column(str(kpi.with_["unit"]))
    cases = sheet.table.select(
        "case_key",
        unit=unit,
        over=ibis.literal(False) if split is None else _over(number, float(split)),
        about=_joined(columns),
        shown=money.shown(sheet.table["case_currency"]),
        size=ibis.null("float64") if size is None else money.size(size, sheet.table["case_currency"]),
    )
    rows = rows.select(
        "case_key",
        "case_id",
        g=as_text(rows["r_group"]).fill_null(MISSING),
        value=_in_unit(context, of, judged, rows),
    ).join(cases, "case_key")
    rows = rows.select("case_id", "g", "unit", "over", "about", "shown", "size", "value")
    known = rows.filter(rows["size"] > 0)
    thirds = known.group_by(of="shown").aggregate(
        low=known["size"].quantile(1 / 3), high=known["size"].quantile(2 / 3)
    )
    rows = rows.left_join(thirds, rows["shown"] == thirds["of"])
    rows = rows.select(*rows.columns)
    third = ibis.cases(
        ((rows["size"] > 0) & (rows["size"] <= rows["low"]), "1/3"),
        ((rows["size"] > 0) & (rows["size"] <= rows["high"]), "2/3"),
        (rows["size"] > 0, "3/3"),
        else_="-",
    )
    shown = rows.select(
        "case_id",
        "g",
        "unit",
        "over",
        "value",
        currency=rows["shown"] if judged.money else ibis.literal(""),
        stratum=rows["about"] + third,
    )
    return shown, " x ".join(name for name in (*attributes, sized) if name)


def _strata(context: Context, kpi: FunctionKPI, sheet: Sheet, rows: ir.Table) -> tuple[str, ...]:
    """The attributes by which like is held with like, those that the log has, and last the size, or nothing.

    A size that more than one row in five lacks is left for the next one: lost deals are often without a value, and
    the size would then tell the outcome.
    """
    names = [str(name) for name in kpi.with_["strata"] if sheet.column(str(name)) is not None]
    sizes = {str(name): sheet.column(str(name)) for name in kpi.with_.get("size", ())}
    known = {name: column for name, column in sizes.items() if column is not None}
    if not known:
        return (*names, "")
    counted = rows.select("case_key").join(
        sheet.table.select(
            "case_key", **{name: (column > 0).fill_null(False) for name, column in known.items()}
        ),
        "case_key",
    )
    shares = context.log.frame(
        counted.aggregate(**{name: counted[name].cast("float64").mean() for name in known})
    ).iloc[0]
    return (*names, next((name for name in known if (as_float(shares[name]) or 0.0) >= _SIZED), ""))


def _over(number: ir.Value, limit: float) -> ir.Value:
    """Whether a number is over a limit; none is 0."""
    return number.cast("float64").fill_null(0.0) > limit + _HAIR


def _unit(sheet: Sheet, kpi: FunctionKPI) -> ir.Value | None:
    """The attribute as text, or the band of a number: the upper edge of the first that it is not over; none is 0."""
    column = sheet.column(str(kpi.with_["unit"]))
    if column is None or "bands" not in kpi.with_:
        return None if column is None else as_text(column)
    number = column.cast("float64").fill_null(0.0)
    names = band_names(kpi.with_["bands"])
    within = [(number <= edge + _HAIR, name) for edge, name in zip(kpi.with_["bands"], names, strict=False)]
    return ibis.cases(*within, else_=names[-1])


def band_names(edges: Sequence[float]) -> list[str]:
    """What bands of shares are called: 0, up to 10 %, over it."""
    marks = [f"{100 * edge:g}" for edge in edges]
    spans = [f"{low}–{high} %" for low, high in pairwise(marks)]
    return [f"{marks[0]} %", *spans, f">{marks[-1]} %"]


def _joined(columns: Sequence[ir.Value]) -> ir.Value:
    text: ir.Value = ibis.literal("")
    for column in columns:
        text = text + as_text(column).fill_null("?") + " · "
    return text


def _in_unit(context: Context, of: BaseKPI, judged: Rows, rows: ir.Table) -> ir.Value:
    """The value of a row as a number in the KPI's unit: days or hours, major units, a share."""
    value = rows["r_value"]
    if judged.money:
        return Money(context.log).size(value, rows["case_currency"])
    if isinstance(of, DurationKPI):
        return value.cast("float64") / (DAY / 24 if of.unit == "hours" else DAY)
    return value.cast("float64")


@dataclass(frozen=True, slots=True)
class _Counted:
    """The only rows that leave the engine: per group and currency unit, over, stratum, n, total, squares."""

    strata: str
    frames: dict[tuple[str, str], pd.DataFrame]


def _counted(context: Context, kpi: FunctionKPI, period: Period) -> _Counted | Unavailable:
    found = _compared(context, kpi, period)
    if isinstance(found, Unavailable):
        return found
    rows, strata = found
    rows = rows.mutate(unit=rows["unit"].fill_null(MISSING))
    frame = context.log.frame(
        rows.group_by(["g", "currency", "unit", "over", "stratum"]).aggregate(
            n=rows.count(), total=rows["value"].sum(), squares=(rows["value"] * rows["value"]).sum()
        )
    )
    keys = sorted({(str(g), str(c)) for g, c in zip(frame["g"], frame["currency"], strict=True)})
    return _Counted(
        strata, {key: frame[(frame["g"] == key[0]) & (frame["currency"] == key[1])] for key in keys}
    )


def _known(frame: pd.DataFrame) -> tuple[list[Cell], int]:
    """The cells in a fixed order, and how many rows have no unit."""
    cells = _summed(frame, frame["unit"])
    return [cell for cell in cells if cell.unit != MISSING], sum(c.n for c in cells if c.unit == MISSING)


def _summed(frame: pd.DataFrame, units: Iterable[Any]) -> list[Cell]:
    """One cell for each unit and stratum of the rows of `_cells`."""
    own = frame.assign(unit=[str(unit) for unit in units])
    sums = own.groupby(["unit", "stratum"], as_index=False)[["n", "total", "squares"]].sum()
    return [
        Cell(
            str(row["unit"]),
            str(row["stratum"]),
            as_int(row["n"]),
            float(row["total"]),
            float(row["squares"]),
        )
        for row in sums.sort_values(["unit", "stratum"]).to_dict("records")
    ]


def _part(held: Held, *, share: bool, name: str | None = None) -> Part:
    """A unit as it is shown: what it has, what its work lets expect, and what chance leaves around that."""
    low, high = (held.low, held.high) if not share else (max(0.0, held.low), min(1.0, held.high))
    stats: dict[str, Any] = {"expected": held.expected, "low": low, "high": high, "outside": held.outside}
    if held.adjusted is not None:
        stats["adjusted"] = held.adjusted
    if held.members > 1:
        stats["merged"] = held.members
    return Part(name or held.unit, held.observed, held.n, stats)


def held_beside(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """How many people lie further from what their deals let expect than chance leaves; each of them as a part.

    `with`: of (a KPI with a value per row), unit (who), strata (attributes), size (money, by thirds). No words hold
    one population beside another. The parts stand by name, never ranked; people with
    fewer rows than the project's privacy lets stand alone are one.
    """
    found = _counted(context, kpi, period)
    if isinstance(found, Unavailable):
        return found
    share = context.log.template.kpi(str(kpi.with_["of"])).unit == "ratio"
    figures = []
    for (group, currency), frame in found.frames.items():
        cells, unknown = _known(frame)
        held = standardised(cells, least=context.fewest)
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                sum(one.outside for one in held if one.unit != OTHER) if held else None,
                sum(cell.n for cell in cells),
                period,
                unknown=unknown,
                currency=currency or None,
                group=context.group_of(group),
                reason=None if held else Message("no row has {what}", what=kpi.with_["unit"]),
                stats={"people": len({cell.unit for cell in cells})} | {"strata": found.strata},
                parts=tuple(
                    _part(one, share=share, name=OTHER_PART if one.unit == OTHER else None) for one in held
                ),
            )
        )
    return figures


def within_strata(context: Context, kpi: FunctionKPI, period: Period) -> Answer:
    """How much rows over a limit of a number lie above those within it, among like rows only; by band as parts.

    `with`: of (a KPI with a value per row), unit (the number), split (the limit), bands (upper edges, the first 0),
    strata, size. No words compare within strata. The value is the Mantel-Haenszel difference with its 95 % interval;
    a band of fewer rows than the privacy lets stand alone is counted and not shown. It shows what goes together, not
    what causes what.
    """
    found = _counted(context, kpi, period)
    if isinstance(found, Unavailable):
        return found
    share = context.log.template.kpi(str(kpi.with_["of"])).unit == "ratio"
    names = band_names(kpi.with_["bands"])
    figures = []
    for (group, currency), frame in found.frames.items():
        cells, _ = _known(frame)
        gap = gap_within(_summed(frame, frame["over"].map({True: _OVER, False: _WITHIN})), _OVER, _WITHIN)
        held = {one.unit: one for one in standardised(cells, least=1)}
        shown = [held[name] for name in names if name in held and held[name].n >= context.fewest]
        figures.append(
            Figure(
                kpi.id,
                kpi.unit,
                None if gap is None else gap.value,
                sum(cell.n for cell in cells),
                period,
                currency=currency or None,
                group=context.group_of(group),
                reason=None if gap is not None else Message("no like rows on both sides of the limit"),
                stats=({} if gap is None else {"low": gap.low, "high": gap.high}) | {"strata": found.strata},
                parts=tuple(_part(one, share=share) for one in shown),
            )
        )
    return figures


register("beside_expected", rows=compared_rows, figures=held_beside)
register("within_strata", rows=compared_rows, figures=within_strata)
