"""The values of an attribute, with how many cases have each: what a filter can be chosen from."""

from __future__ import annotations

import ibis.expr.types as ir
import pandas as pd

from workbench.errors import unknown_name
from workbench.log.prepared import PreparedLog

__all__ = ["value_frame"]


def value_frame(log: PreparedLog, attribute: str, *, most: int = 50) -> pd.DataFrame:
    """The most frequent values of an attribute: value (None: not given) and cases, most cases first.

    Of an attribute of events a case counts for each value that some event of it has. `attrs["left_out"]` says how many
    further values there are. Raises WorkbenchError for an attribute that the log does not have.
    """
    found = log.meta.attribute(attribute)
    column = attribute if found is None else found.name
    if column in log.cases.columns:
        counted = _counted(log.cases, column, log.cases.count())
    elif column in log.events.columns:
        counted = _counted(log.events, column, log.events["case_key"].nunique())
    else:
        known = [*log.attributes_in(log.cases), *log.attributes_in(log.events)]
        raise unknown_name("attribute", attribute, known, where="values")
    total = int(log.engine.frame(counted.aggregate(n=counted.count()))["n"].iloc[0])
    frame = log.frame(counted.order_by(counted["cases"].desc(), counted["value"]).limit(most))
    frame["cases"] = frame["cases"].astype("int64")
    frame.attrs["left_out"] = max(0, total - most)
    return frame


def _counted(rows: ir.Table, column: str, cases: ir.IntegerScalar) -> ir.Table:
    return rows.group_by(value=rows[column]).aggregate(cases=cases)
