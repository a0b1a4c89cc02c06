"""What every kind of KPI shares: populations, groups, periods, currencies and reasons."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.errors import unknown_name
from workbench.log.conditions import keep_where
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import Sheet, as_text, sheet_of
from workbench.measure.figure import Figure, Period
from workbench.measure.smallgroups import OTHER, OTHER_PART, merged, other, small_groups
from workbench.measure.threads import Once
from workbench.messages import Message
from workbench.template.kpis import BaseKPI
from workbench.template.words import Moment

__all__ = ["MISSING", "Context", "Money", "as_float", "as_int", "moment_name", "population"]


_T = TypeVar("_T")

# Stands for "no value" among the keys of a group, which engines would leave out or sort each in its own way.
MISSING = "\uffff"


@dataclass(frozen=True)
class Context:
    """One request for figures: the log, an optional breakdown and an optional period that overrides the KPI's."""

    log: PreparedLog
    by: str | None = None
    period: Period | None = None
    # What several figures of one request share: term sums and the parts of combined figures.
    memo: dict[Any, Any] = field(default_factory=dict)
    worked_out: Once = field(default_factory=Once)
    # The group of a row is that of its case, even where the row has a value of its own.
    by_case: bool = False
    # Groups of fewer cases than this are one; None = what the project says.
    least: int | None = None
    # KPIs whose figures came from the cache.
    known: set[str] = field(default_factory=set)

    def once(self, key: Hashable, work: Callable[[], _T]) -> _T:
        """The work's result, done once a request and forgotten with it: nothing is kept for the next one."""
        return self.worked_out(self.memo, key, work)

    @property
    def breakdown(self) -> str:
        """The breakdown attribute by its name in the log, or an empty string."""
        attribute = self.log.meta.attribute(self.by) if self.by is not None else None
        return attribute.name if attribute is not None else self.by or ""

    def group_column(self, sheet: Sheet) -> ir.Value | None:
        """The breakdown attribute as text, small groups merged; None where these rows cannot have it.

        Rows without the attribute of their own (cases, by an attribute of events) take that of their case: the value
        of the last recorded event that has one, so by user or team whoever had the case last.
        """
        if self.by is None:
            return ibis.literal("")
        own = None if self.by_case else sheet.column(self.breakdown)
        if own is None and sheet.noun == "table":
            found = self._of_partner(sheet)
        else:
            found = self._of_case(sheet) if own is None else as_text(own)
        if found is None:
            return None
        sizes, small = self._sizes()
        return merged(found, sizes, small)

    def attributed(self) -> Context:
        """The same request with every row in the group of its case: what is set in relation has one owner."""
        if self.by_case or self.by is None or self.breakdown in self.log.cases.columns:
            return self
        return self.once("attributed", lambda: replace(self, by_case=True, memo={}))

    def _of_case(self, sheet: Sheet) -> ir.Value | None:
        """The case's value of the breakdown, joined to the rows."""
        values = self._per_case()
        if values is None or "case_key" not in sheet.table.columns:
            column = sheet.column(self.breakdown)
            return None if column is None else as_text(column)
        name = sheet.name("group")
        sheet.attach(values.select("case_key", **{name: values["value"]}), ["case_key"])
        return sheet.table[name]

    def _of_partner(self, sheet: Sheet) -> ir.Value | None:
        """What all cases of a row's partner say of it: a request has its customer's segment; None without a partner."""
        partner, cases = str(self.log.template.case.partner), self.log.cases
        if partner not in sheet.table.columns or not {partner, self.breakdown} <= set(cases.columns):
            return None
        told = cases.select(partner, told=as_text(cases[self.breakdown]))
        low, high = sheet.name("told"), sheet.name("told")
        sheet.attach(
            told.group_by(partner).aggregate(**{low: told["told"].min(), high: told["told"].max()}), [partner]
        )
        rows = sheet.table
        return ibis.ifelse(rows[low] == rows[high], rows[low], ibis.null("string"))

    def _shown(self) -> tuple[ir.Table, ir.Value] | None:
        """Recorded events that show the breakdown, and its value as text; None where no event can."""
        events = self.log.events
        name = "resource" if self.breakdown == self.log.template.case.resource else self.breakdown
        if name not in events.columns:
            return None
        events = events.filter(~events["is_derived"] & events[name].notnull())
        return events, as_text(events[name])

    def _per_case(self) -> ir.Table | None:
        """Columns case_key and value: the case's own attribute, or that of its last recorded event with one."""

        def found() -> ir.Table | None:
            cases, shown = self.log.cases, self._shown()
            if self.breakdown in cases.columns:
                return cases.select("case_key", value=as_text(cases[self.breakdown]))
            if shown is None:
                return None
            events, value = shown
            rows = events.select("case_key", "pos", value=value)
            last = rows.group_by("case_key").aggregate(value=rows["value"].argmax(rows["pos"]))
            return self.log.engine.keep(last, "last_of_case")

        return self.once(("last of case", self.breakdown), found)

    def _sizes(self) -> tuple[dict[str, int], frozenset[str]]:
        """How many cases show each value of the breakdown, and the values of too few."""
        least = self.fewest

        def found() -> tuple[dict[str, int], frozenset[str]]:
            cases, shown = self.log.cases, self._shown()
            if self.breakdown in cases.columns:
                rows = cases.select(value=as_text(cases[self.breakdown]))
            elif shown is not None:
                rows = shown[0].select("case_key", value=shown[1]).distinct()
            else:
                return {}, frozenset()
            counted = rows.group_by("value").aggregate(n=rows.count())
            frame = self.log.frame(counted.filter(counted["value"].notnull()))
            sizes = {str(name): int(n) for name, n in zip(frame["value"], frame["n"], strict=True)}
            return sizes, small_groups(sizes, least)

        return ({}, frozenset()) if least <= 1 else self.once(("sizes", self.breakdown, least), found)

    @property
    def fewest(self) -> int:
        """Groups and parts of fewer cases than this are shown as one."""
        return self.log.meta.settings.least if self.least is None else self.least

    def merged_part(self, part: ir.StringValue, name: str, group: ir.StringValue) -> ir.StringValue:
        """The parts of an attribute within each group; those that too few cases of the group show are one, "other"."""
        sizes, small = self._part_sizes(name)
        if not small:
            return part
        key = group.fill_null(MISSING) + OTHER + part
        return ibis.ifelse(merged(key, sizes, small) == OTHER, OTHER_PART, part)

    def _part_sizes(self, name: str) -> tuple[dict[str, int], frozenset[str]]:
        """How many cases of each group show each value of an attribute: by group and value, and those of too few."""

        def found() -> tuple[dict[str, int], frozenset[str]]:
            wanted = {"value": name} if self.by is None else {"value": name, "group": self.breakdown}
            rows = self._showing(wanted)
            if rows is None:
                return {}, frozenset()
            group = ibis.literal("") if self.by is None else merged(rows["group"], *self._sizes())
            keyed = rows.select("case_key", key=group.fill_null(MISSING) + OTHER + rows["value"])
            counted = keyed.group_by("key").aggregate(n=keyed["case_key"].nunique())
            frame = self.log.frame(counted.filter(counted["key"].notnull()))
            sizes = {str(key): int(n) for key, n in zip(frame["key"], frame["n"], strict=True)}
            return sizes, small_groups(sizes, self.fewest)

        return ({}, frozenset()) if self.fewest <= 1 else self.once(("part sizes", name, self.fewest), found)

    def _showing(self, wanted: Mapping[str, str]) -> ir.Table | None:
        """Columns case_key and each of `wanted` as text, from recorded events where cases lack one; None for others."""
        cases, events = self.log.cases, self.log.events
        role = self.log.template.case.resource
        columns = {own: "resource" if name == role else name for own, name in wanted.items()}
        of_cases = {own: as_text(cases[name]) for own, name in columns.items() if name in cases.columns}
        of_events = {own: name for own, name in columns.items() if own not in of_cases}
        if not of_events:
            return cases.select("case_key", **of_cases)
        if not set(of_events.values()) <= set(events.columns):
            return None
        steps = events.filter(~events["is_derived"])
        rows = steps.select("case_key", **{own: as_text(steps[name]) for own, name in of_events.items()})
        return rows.join(cases.select("case_key", **of_cases), "case_key") if of_cases else rows

    def check_breakdown(self) -> None:
        """Refuse a breakdown that the log has no attribute for."""
        if self.by is None or self.by == self.log.template.case.resource:
            return
        if self.log.meta.attribute(self.by) is None:
            known = {found.name for found in self.log.meta.attributes}
            raise unknown_name("attribute", self.by, known, where="--by")

    def null(self, kpi: BaseKPI, period: Period, reason: Message) -> Figure:
        """A figure that cannot be computed, and why."""
        return Figure(kpi.id, kpi.unit, None, 0, period, when=moment_name(kpi.when), reason=reason)

    def group_of(self, value: Any) -> str | None:
        """The group's name in a result: None without a breakdown, and for rows without the attribute.

        Merged groups are a message, so that nobody takes them for a value of that name.
        """
        if self.by is None or value == MISSING:
            return None
        return other() if value == OTHER else str(value)


@dataclass(frozen=True, slots=True)
class Money:
    """How sums in several currencies become figures: in one currency where rates allow it, else one each."""

    log: PreparedLog

    def rate(self, currency: str) -> Decimal | None:
        """Units of the project's currency for one of `currency` at as-of."""
        settings = self.log.meta.settings
        if currency == settings.currency:
            return Decimal(1)
        return settings.rate(currency, self.log.as_of)

    def factors(self, currencies: Iterable[str]) -> dict[str, tuple[str, Decimal]]:
        """For each currency the one it is shown in, and the factor from its minor units to major ones of that.

        A single currency stays itself. Several are converted when every one has a rate; otherwise none is.
        """
        found = sorted(set(currencies))
        own = {currency: Decimal(1).scaleb(-self.log.meta.digits(currency)) for currency in found}
        if len(found) <= 1 and not self.log.meta.settings.rates:
            return {currency: (currency, own[currency]) for currency in found}
        rates = {currency: self.rate(currency) for currency in found}
        target = self.log.meta.settings.currency
        if any(rate is None for rate in rates.values()):
            return {currency: (currency, own[currency]) for currency in found}
        return {currency: (target, own[currency] * (rates[currency] or 0)) for currency in found}

    def shown(self, currency: ir.StringValue) -> ir.StringValue:
        """A column of currencies as those in which their money is shown."""
        found = {own: shown for own, (shown, _) in self.factors(self.log.meta.currencies).items()}
        branches = [(currency == own, shown) for own, shown in found.items() if own != shown]
        return ibis.cases(*branches, else_=currency) if branches else currency

    def size(self, amount: ir.IntegerValue, currency: ir.StringValue) -> ir.FloatingValue:
        """Amounts in minor units as numbers that can be compared among those shown in one currency."""
        found = {own: float(factor) for own, (_, factor) in self.factors(self.log.meta.currencies).items()}
        branches = [(currency == own, factor) for own, factor in found.items()]
        return amount.cast("float64") * (ibis.cases(*branches, else_=1.0) if branches else 1.0)

    def split(
        self, rows: pd.DataFrame, columns: Iterable[str]
    ) -> Iterator[tuple[str, Mapping[str, Decimal]]]:
        """Per shown currency, the sums of columns of minor units in major ones; rows carry `case_currency`."""
        factors = self.factors(rows["case_currency"])
        sums: dict[str, dict[str, Decimal]] = {}
        for row in rows.to_dict("records"):
            shown, factor = factors[str(row["case_currency"])]
            mine = sums.setdefault(shown, dict.fromkeys(columns, Decimal(0)))
            for column in mine:
                mine[column] += as_decimal(row[column]) * factor
        yield from sorted(sums.items())


def as_decimal(value: Any) -> Decimal:
    """A sum from a frame as an exact number; nothing is nought."""
    if value is None or pd.isna(value):
        return Decimal(0)
    return Decimal(str(value)) if not isinstance(value, Decimal) else value


def as_float(value: Any) -> float | None:
    """A number from a frame, or None."""
    return None if value is None or pd.isna(value) else float(value)


def as_int(value: Any) -> int:
    """A count from a frame; nothing is nought."""
    return 0 if value is None or pd.isna(value) else int(value)


def moment_name(moment: Moment | None) -> str | None:
    """A moment as it is printed beside a figure."""
    if moment is None or isinstance(moment, str):
        return moment
    return " or ".join(moment) if isinstance(moment, tuple) else f"first of {' or '.join(moment.first)}"


def population(context: Context, kpi: BaseKPI) -> tuple[Sheet | None, Any | None]:
    """The rows that a KPI is about, and what is null where it is unknown whether they belong."""
    sheet = sheet_of(context.log, kpi.of, (kpi, context.breakdown), include_neutral=kpi.include_neutral)
    if sheet is None:
        return None, None
    return sheet, keep_where(sheet, kpi.where)
