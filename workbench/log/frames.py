"""Single values out of the frames that an engine answers with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
import pandas as pd

if TYPE_CHECKING:
    from workbench.log.prepared import PreparedLog

__all__ = ["activity_names", "amount_in", "as_day", "in_major_units", "objects", "one_value"]


def one_value(frame: pd.DataFrame) -> Any:
    """The value of a frame of one row and one column."""
    return frame.iloc[0, 0]


def as_day(value: Any) -> date | None:
    """A day as an engine gives it (a date, a timestamp, nothing) as a date or None."""
    return None if pd.isna(value) else pd.Timestamp(value).date()


def objects(values: Iterable[Any]) -> pd.Series[Any]:
    """A column that keeps its values as they are: messages keep their patterns, and nothing stays None."""
    return pd.Series(list(values), dtype=object)


def activity_names(log: PreparedLog, codes: Iterable[Any]) -> pd.Series[Any]:
    """The activities behind a column of codes; None where there is no code."""
    return objects(None if pd.isna(code) else log.meta.activities[int(code)] for code in codes)


def amount_in(log: PreparedLog, table: ir.Table) -> ir.IntegerValue:
    """The case's amount in minor units by the template's role, null where the table or the process has none."""
    role = log.template.case.amount
    return table[role] if role is not None and role in table.columns else ibis.null("int64")


def in_major_units(
    log: PreparedLog, frame: pd.DataFrame, columns: Iterable[str], *, currency: str = "currency"
) -> pd.DataFrame:
    """Amounts in minor units divided by what a major unit of each row's currency holds."""
    # A table beside the log may have other currencies than the cases.
    known = {*log.meta.currencies, *frame[currency].dropna().unique()}
    factors = frame[currency].map({name: 10 ** log.meta.digits(name) for name in known}).astype("float64")
    for column in columns:
        frame[column] = frame[column].astype("float64") / factors
    return frame
