"""Conditions on what a case or its events carry: one of some values, a number or a date in a range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import ibis
import ibis.expr.types as ir

from workbench.discover.conditions.base import Condition, Met, in_order
from workbench.discover.conditions.matching import is_one_of
from workbench.discover.conditions.naming import (
    attribute_label,
    attribute_of,
    case_column,
    event_column,
    one_of,
)
from workbench.discover.conditions.reading import Bound, Value, bound, key, text, values, yes_no
from workbench.discover.conditions.wording import ranging
from workbench.errors import WorkbenchError, unknown_name
from workbench.log.days import first_instant
from workbench.log.meta import LogAttribute
from workbench.log.prepared import PreparedLog
from workbench.messages import Message

__all__ = ["Attribute", "Range"]


@dataclass(frozen=True, kw_only=True)
class Attribute(Condition):
    """Cases with one of some values of an attribute; None is that of a case without any.

    Of an attribute of events: cases in which some event has one of the values, or, with `every`, in which every event
    that has a value has one of them. None is then a case none of whose events has a value.

    >>> Attribute(name="segment", values=["large", None]).record()
    {'kind': 'attribute', 'name': 'segment', 'values': ['large', None]}
    """

    kind: ClassVar[str] = "attribute"

    name: str = key(text)
    values: tuple[Value, ...] = key(values)
    every: bool = key(yes_no, default=False)

    def of_cases(self, log: PreparedLog) -> bool:
        """Whether it is the case's own value that is asked for."""
        return not self.every and case_column(log, self.name) is not None

    def told(self, log: PreparedLog) -> Message:
        attribute_of(log, self.name, where="attribute")
        name = attribute_label(log, self.name)
        said = one_of([Message("not given") if one is None else _shown(one) for one in self.values])
        if self.of_cases(log):
            return Message("{name} is {values}", name=name, values=said)
        if self.every:
            return Message("{name} is {values} in every event that has it", name=name, values=said)
        return Message("{name} is {values} in some event", name=name, values=said)

    def met(self, log: PreparedLog) -> Met:
        found = attribute_of(log, self.name, where="attribute")
        if found is not None and found.type == "money":
            raise WorkbenchError(
                Message("{name} is an amount", name=self.name),
                where="attribute",
                remedy=Message("Give a range of amounts instead, or a category"),
            )
        of_case = case_column(log, self.name)
        if of_case is not None and not self.every:
            return is_one_of(of_case, self.values, self.name)
        column = event_column(log, self.name)
        if column is None:
            raise WorkbenchError(
                Message("{name} is an attribute of cases, not of events", name=self.name),
                where="attribute.every",
                remedy=Message("Leave out every"),
            )
        return self._by_events(log, column)

    def _by_events(self, log: PreparedLog, column: ir.Value) -> ir.Table:
        given = tuple(value for value in self.values if value is not None)
        filled = log.events.filter(column.notnull())
        having = log.events.filter(is_one_of(column, given, self.name) & column.notnull())
        keys = log.cases.select("case_key")
        met = keys.semi_join(having, "case_key")
        if self.every:
            others = log.events.filter(~is_one_of(column, given, self.name) & column.notnull())
            met = met.anti_join(others, "case_key")
        if None in self.values:
            met = ibis.union(met, keys.anti_join(filled, "case_key"))
        return met


def _shown(value: Any) -> Any:
    """A value as a message takes it: what counts is a number, what names is a text."""
    return value if isinstance(value, bool | date) else str(value)


@dataclass(frozen=True, kw_only=True)
class Range(Condition):
    """Cases whose number, amount or date lies in a range, both ends included; of events: some event's does.

    Amounts are in major units (12.50). Where the log has several currencies, `currency` says of which; cases in
    others do not meet it. A case without a value does not either.

    >>> Range(name="amount", low=10, high=100, currency="EUR").record()
    {'kind': 'range', 'name': 'amount', 'from': 10, 'to': 100, 'currency': 'EUR'}
    """

    kind: ClassVar[str] = "range"

    name: str = key(text)
    low: Bound | None = key(bound, "from", default=None)  # noqa: RUF009
    high: Bound | None = key(bound, "to", default=None)  # noqa: RUF009
    currency: str | None = key(lambda value: None if value is None else text(value), default=None)

    def check(self) -> None:
        in_order(self.low, self.high)

    def told(self, log: PreparedLog) -> Message:
        attribute_of(log, self.name, where="range")
        name = attribute_label(log, self.name)
        if self.currency is not None:
            return Message(
                "{name} is {range} {currency}",
                name=name,
                range=ranging(self.low, self.high),
                currency=self.currency,
            )
        return Message("{name} is {range}", name=name, range=ranging(self.low, self.high))

    def met(self, log: PreparedLog) -> Met:
        found = attribute_of(log, self.name, where="range")
        of_case = case_column(log, self.name)
        column = event_column(log, self.name) if of_case is None else of_case
        assert column is not None
        met = self._within(log, column, found)
        if found is None or found.type != "money":
            return met if of_case is not None else log.events.filter(met).select("case_key")
        right = log.cases["case_currency"] == self._currency(log)
        if of_case is not None:
            return (met & right).fill_null(False)
        keys = log.cases.filter(right).select("case_key")
        return keys.semi_join(log.events.filter(met), "case_key")

    def _currency(self, log: PreparedLog) -> str:
        known = log.meta.currencies
        if self.currency is None and len(known) == 1:
            return known[0]
        if self.currency is None:
            raise WorkbenchError(
                Message("{name} is in several currencies", name=self.name),
                where="range.currency",
                remedy=Message("Name one of: {names}", names=list(known)),
            )
        if self.currency not in known:
            raise unknown_name("currency", self.currency, known, where="range.currency")
        return self.currency

    def _within(self, log: PreparedLog, column: ir.Value, found: LogAttribute | None) -> ir.BooleanValue:
        kind = column.type()
        money = found is not None and found.type == "money"
        if self.currency is not None and not money:
            raise WorkbenchError(
                Message("{name} is no amount", name=self.name),
                where="range.currency",
                remedy=Message("Leave out the currency"),
            )
        dated = kind.is_date() or kind.is_timestamp()
        if not (dated or kind.is_numeric()) or kind.is_boolean():
            raise WorkbenchError(
                Message("{name} is neither a number nor a date", name=self.name),
                where="range",
                remedy=Message("Name its values instead, with the kind attribute"),
            )
        low, high = self.low, self.high
        for end in (low, high):
            if end is not None and isinstance(end, date) != dated:
                raise WorkbenchError(
                    Message("{name} has no value like {value}", name=self.name, value=repr(str(end))),
                    where="range",
                    remedy=Message("Give a date, as in 2026-01-31") if dated else Message("Give a number"),
                )
        if money:
            digits = log.meta.digits(self._currency(log))
            low = None if low is None else math.ceil(Decimal(str(low)).scaleb(digits))
            high = None if high is None else math.floor(Decimal(str(high)).scaleb(digits))
        met: ir.BooleanValue = column.notnull()
        if kind.is_timestamp():
            zone = log.meta.settings.zone
            if isinstance(low, date):
                met = met & (column >= _instant(low, zone))
            if isinstance(high, date):
                met = met & (column < _instant(high + timedelta(days=1), zone))
            return met.fill_null(False)
        if low is not None:
            met = met & (column >= ibis.literal(low))
        if high is not None:
            met = met & (column <= ibis.literal(high))
        return met.fill_null(False)


def _instant(of: date, zone: str) -> ir.TimestampScalar:
    return ibis.literal(first_instant(of, zone).to_pydatetime(), type="timestamp(6)")
