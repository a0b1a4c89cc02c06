"""A part of the list of cases: those that are searched for, in some order, so many at a time."""

from __future__ import annotations

from dataclasses import dataclass

import ibis.expr.types as ir
import pandas as pd

from workbench.discover.cases import amounts_among
from workbench.errors import unknown_name
from workbench.log.frames import amount_in, in_major_units
from workbench.log.prepared import PreparedLog

__all__ = ["CASE_ORDERS", "CasePage", "case_page", "one_case"]

CASE_ORDERS = ("case_id", "start", "end", "duration", "events", "amount")
"""What a list of cases can be ordered by."""


@dataclass(frozen=True, eq=False)
class CasePage:
    """Some cases with their attributes, and how many there are of which these are some."""

    frame: pd.DataFrame
    cases: int


def case_page(
    log: PreparedLog,
    *,
    search: str = "",
    order: str = "duration",
    ascending: bool = False,
    first: int = 0,
    most: int = 20,
) -> CasePage:
    """The cases whose id holds a text (whatever its case), in an order, `most` of them from the `first` on.

    The frame has case_id, start, end (naive UTC), duration_seconds, events, status, variant, then the cases' own
    attributes; money is in major units of `currency_of_case`. Equal ones stand by their id; those without a value
    last. Raises WorkbenchError for an order that there is not (`CASE_ORDERS`).
    """
    if order not in CASE_ORDERS:
        raise unknown_name("order", order, CASE_ORDERS, where="cases")
    rows = _rows(log, order)
    wanted = search.strip().lower()
    if wanted:
        rows = rows.filter(rows["case_id"].lower().contains(wanted))
    total = int(log.engine.frame(rows.aggregate(n=rows.count()))["n"].iloc[0])
    key = rows["by"].asc(nulls_first=False) if ascending else rows["by"].desc(nulls_first=False)
    return CasePage(_told(log, rows.order_by(key, rows["case_id"]).limit(most, offset=first)), total)


def one_case(log: PreparedLog, case_id: str) -> pd.DataFrame:
    """The case of exactly this id, with what `case_page` tells of one; no row where the log has none.

    A search for "2" finds every id with a 2 in it: whoever picked a case means that one.
    """
    rows = _rows(log, "case_id")
    return _told(log, rows.filter(rows["case_id"] == case_id))


def _rows(log: PreparedLog, order: str) -> ir.Table:
    """All cases as they are told, `by` being what they are put in order by."""
    cases = log.cases
    span = cases["end"].delta(cases["start"], unit="microsecond")
    by: dict[str, ir.Value] = {
        "case_id": cases["case_id"],
        "start": cases["start"],
        "end": cases["end"],
        "duration": span,
        "events": cases["n_events"],
        "amount": amount_in(log, cases),
    }
    return cases.select(
        "case_id",
        "start",
        "end",
        "status",
        "variant",
        "case_currency",
        *log.attributes_in(cases),
        span=span,
        events=cases["n_events"].fill_null(0),
        by=by[order],
    )


def _told(log: PreparedLog, rows: ir.Table) -> pd.DataFrame:
    """Some of these rows, few enough for a reader, as a frame."""
    frame = log.frame(rows)
    frame["variant"] = frame["variant"].astype("Int64")
    frame["events"] = frame["events"].astype("int64")
    frame.insert(3, "duration_seconds", frame["span"].astype("float64") / 1e6)
    amounts = amounts_among(log, log.attributes_in(log.cases))
    frame = in_major_units(log, frame, amounts, currency="case_currency")
    return frame.rename(columns={"case_currency": "currency_of_case"}).drop(columns=["span", "by"])
