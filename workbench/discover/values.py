"""The values of an attribute, with how many cases have each: what a filter can be chosen from."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.errors import unknown_name
from workbench.log.prepared import PreparedLog

__all__ = ["value_frame"]


def value_frame(
    log: PreparedLog,
    attribute: str,
    *,
    most: int = 50,
    search: str = "",
    among: Collection[str] | None = None,
) -> pd.DataFrame:
    """The most frequent values of an attribute: value (None: not given) and cases, most cases first.

    Of those only that hold the text `search`, whatever its case, and that are, as text, `among` some, if these are
    given. Of an attribute of events a case counts for each value that some event of it has. `attrs["left_out"]` says
    how many further values there are. Raises WorkbenchError for an attribute that the log does not have.
    """
    found = log.meta.attribute(attribute)
    column = attribute if found is None else found.name
    of_cases = column in log.cases.columns
    rows = log.cases if of_cases else log.events
    if column not in rows.columns:
        known = [*log.attributes_in(log.cases), *log.attributes_in(log.events)]
        raise unknown_name("attribute", attribute, known, where="values")
    wanted = search.strip().lower()
    if wanted:
        rows = rows.filter(_text(rows[column]).lower().contains(wanted))
    if among is not None:
        rows = rows.filter(_is_one_of(rows[column], among))
    cases = rows.count() if of_cases else rows["case_key"].nunique()
    counted = rows.group_by(value=rows[column]).aggregate(cases=cases)
    total = int(log.engine.frame(counted.aggregate(n=counted.count()))["n"].iloc[0])
    frame = log.frame(counted.order_by(counted["cases"].desc(), counted["value"]).limit(most))
    frame["cases"] = frame["cases"].astype("int64")
    frame.attrs["left_out"] = max(0, total - most)
    return frame


def _is_one_of(column: ir.Value, texts: Collection[str]) -> ir.BooleanValue:
    """Whether a value is, as text, one of some. A number is one however it is written."""
    if not column.type().is_numeric():
        return _text(column).isin(list(texts))
    numbers = []
    for text in texts:
        with suppress(ValueError):
            numbers.append(float(text))
    return column.isin(numbers)


def _text(column: ir.Value) -> ir.StringValue:
    """A value as a frame shows it, in text."""
    if column.type().is_boolean():
        return ibis.cases((column, "True"), (~column, "False"))
    return column.cast("string")
