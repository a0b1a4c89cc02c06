"""Single cases worth looking at, and the history of one case."""

from __future__ import annotations

import json

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.discover.conditions import Condition, cases_meeting
from workbench.discover.shown import shown_events
from workbench.errors import WorkbenchError
from workbench.log.frames import activity_names, amount_in, in_major_units, objects
from workbench.log.prepared import PreparedLog
from workbench.messages import Message

__all__ = ["example_frame", "history_frame", "longest_frame"]

_COLUMNS = [
    "case_id",
    "why",
    "variant",
    "status",
    "start",
    "end",
    "duration_seconds",
    "events",
    "amount",
    "currency",
]
# Why a case is among the examples, in the order in which they are shown.
_TYPICAL, _LONGEST, _LARGEST = range(3)


def example_frame(log: PreparedLog, *, variants: int = 5) -> pd.DataFrame:
    """A handful of cases that show what the process is like, each with why it was chosen.

    For each of the most travelled `variants` the case whose duration is nearest to the variant's median, then the
    longest case, and in each currency the open case with the largest amount. Columns case_id, why (a message),
    variant, status, start, end, duration_seconds, events, amount and currency. A case that is chosen twice keeps
    its first reason.
    """
    cases = log.cases
    rows = cases.filter(cases["start"].notnull()).select(
        "case_id",
        "variant",
        "status",
        "start",
        "end",
        span=cases["end"].delta(cases["start"], unit="microsecond"),
        events=cases["n_events"],
        amount=amount_in(log, cases),
        currency=cases["case_currency"],
    )
    typical = _typical(rows, variants)
    longest = _first(rows, None, rows["span"].desc())
    open_rows = rows.filter((rows["status"] == "open").fill_null(False) & (rows["amount"] > 0))
    largest = _first(open_rows, "currency", open_rows["amount"].desc())
    parts = [
        part.mutate(kind=ibis.literal(kind))
        for kind, part in ((_TYPICAL, typical), (_LONGEST, longest), (_LARGEST, largest))
    ]
    names = ["kind", *rows.columns]
    frame = log.frame(ibis.union(*[part.select(*names) for part in parts]))
    frame = frame.sort_values(["kind", "variant", "currency", "case_id"]).drop_duplicates("case_id")
    frame = in_major_units(log, frame, ["amount"]).reset_index(drop=True)
    frame["duration_seconds"] = frame["span"].astype("float64") / 1e6
    mixed = frame.loc[frame["kind"] == _LARGEST, "currency"].nunique() > 1
    frame["why"] = objects(
        _why(kind, variant, currency if mixed else None)
        for kind, variant, currency in zip(frame["kind"], frame["variant"], frame["currency"], strict=True)
    )
    frame["variant"] = frame["variant"].astype("Int64")
    frame["events"] = frame["events"].astype("int64")
    return frame[_COLUMNS]


def longest_frame(log: PreparedLog, condition: Condition, *, most: int = 5) -> pd.DataFrame:
    """The cases that meet a condition, the longest first, of equally long ones by their id.

    Columns case_id and duration_seconds, from the first to the last recorded event; cases without any come last.
    """
    asked = json.dumps(condition.record(), sort_keys=True, default=str)

    def longest() -> ir.Table:
        cases = cases_meeting(log, [condition])
        rows = cases.select("case_id", span=cases["end"].delta(cases["start"], unit="microsecond"))
        return rows.order_by(rows["span"].desc(nulls_first=False), rows["case_id"]).limit(most)

    frame = log.frame(log.alike(("longest", asked, most), longest))
    return pd.DataFrame(
        {"case_id": frame["case_id"], "duration_seconds": frame["span"].astype("float64") / 1e6}
    )


def _typical(rows: ir.Table, variants: int) -> ir.Table:
    """Of each of the first variants the case nearest to the median; of equally near ones the first by its id."""
    top = rows.filter(rows["variant"] <= variants)
    middle = top.group_by("variant").aggregate(middle=top["span"].cast("float64").median())
    joined = top.join(middle, "variant")
    joined = joined.mutate(off=(joined["span"].cast("float64") - joined["middle"]).abs())
    return _first(joined, "variant", joined["off"])


def _first(rows: ir.Table, group: str | None, by: ir.Value) -> ir.Table:
    """The first row of each group, by an order and then by case id."""
    order = ibis.window(group_by=rows[group] if group else None, order_by=[by, rows["case_id"]])
    ranked = rows.mutate(turn=ibis.row_number().over(order))
    return ranked.filter(ranked["turn"] == 0)


def _why(kind: int, variant: int, currency: str | None) -> Message:
    if kind == _TYPICAL:
        return Message("typical of variant {number}", number=int(variant))
    if kind == _LONGEST:
        return Message("the longest case")
    if currency is None:
        return Message("the largest open case")
    return Message("the largest open case in {currency}", currency=str(currency))


def history_frame(log: PreparedLog, case_id: str) -> pd.DataFrame:
    """What happened to one case, in order: activity, time (naive UTC), resource, is_derived, seconds_since_previous.

    Behind these stand the case's own event attributes, those that any of its events fills, money in major units.
    Raises WorkbenchError for a case that the log does not have.
    """
    found = log.frame(log.cases.filter(log.cases["case_id"] == case_id).select("case_key", "case_currency"))
    if found.empty:
        raise WorkbenchError(
            Message("There is no case {case!r}", case=case_id),
            where="history",
            remedy=Message("Take an id from the list of cases"),
        )
    key = int(found["case_key"].iloc[0])
    attributes = log.attributes_in(log.events)
    events = shown_events(log, derived=True)
    events = events.filter(events["case_key"] == key).order_by("pos")
    frame = log.frame(events.select("activity", "time", "resource", "is_derived", *attributes))
    frame["activity"] = activity_names(log, frame["activity"])
    frame.insert(4, "seconds_since_previous", frame["time"].diff().dt.total_seconds())
    kinds = {name: log.meta.attribute(name) for name in attributes}
    amounts = [name for name, kind in kinds.items() if kind is not None and kind.type == "money"]
    frame["currency"] = str(found["case_currency"].iloc[0])
    frame = in_major_units(log, frame, amounts).drop(columns="currency")
    empty = [name for name in attributes if frame[name].isna().all()]
    return frame.drop(columns=empty)
