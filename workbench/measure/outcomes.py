"""How cases come to an end: by which event, how many, worth how much, after how long, and in which quarter."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbench.discover.shown import shown_events
from workbench.log.frames import amount_in, objects
from workbench.log.prepared import PreparedLog
from workbench.measure.amounts import amounts_by

__all__ = ["outcome_frame", "outcome_quarter_frame"]

_HOW = ("ended", "open", "last")
_COLUMNS = ["how", "activity", "cases", "share", "mean_seconds", "median_seconds"]


def outcome_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per way in which cases end: how, activity, cases, share, mean_seconds, median_seconds, amounts.

    `how` is "ended" by the event `activity`, or "open" with no such event yet (the last row). Where the process knows
    no end it is "last", and `activity` is what happened last so far. Durations run from the first to the last
    recorded event; `amount_<currency>` sums the cases' amounts in each currency in which money is shown. The most
    frequent way comes first; cases of such a process without any event are in none.
    """
    rows = _rows(log)
    span = rows["span"]
    frame = log.frame(
        rows.group_by(["how", "code"]).aggregate(
            cases=rows.count(), spans=span.count(), total=span.sum(), median=span.cast("float64").median()
        )
    )
    lines: list[dict[str, Any]] = []
    amounts = amounts_by(log, rows.mutate(code=rows["code"].cast("string")), ["how", "code"])
    whole = int(frame["cases"].sum())
    for row in frame.to_dict("records"):
        spans = int(row["spans"])
        code = int(row["code"])
        lines.append(
            {
                "how": str(row["how"]),
                "activity": None if code < 0 else log.meta.activities[code],
                "cases": int(row["cases"]),
                "share": int(row["cases"]) / whole,
                "mean_seconds": float(row["total"]) / spans / 1e6 if spans else None,
                "median_seconds": float(row["median"]) / 1e6 if spans else None,
                **amounts.get((str(row["how"]), str(code)), {}),
            }
        )
    lines.sort(key=lambda line: (_HOW.index(line["how"]), -line["cases"], line["activity"] or ""))
    return _framed(lines, _COLUMNS)


def outcome_quarter_frame(log: PreparedLog) -> pd.DataFrame:
    """One row per calendar quarter and event that ended cases in it: quarter (first day), activity, cases, amounts.

    Days are local. Every quarter from the first end to the last stands there with every such event, empty ones with
    nought. Without any ended case there is no row.
    """
    rows = _rows(log, ended=True)
    day = rows["ended_day"]
    keys = ["year", "month", "code"]
    rows = rows.mutate(
        year=day.year().cast("string"), month=day.month().cast("string"), code=rows["code"].cast("string")
    )
    counts = log.frame(rows.group_by(keys).aggregate(cases=rows.count()))
    amounts = amounts_by(log, rows, keys)
    names = [*dict.fromkeys(name for own in amounts.values() for name in own)]
    found: dict[tuple[date, str], dict[str, Any]] = {}
    for row in counts.to_dict("records"):
        year, month, code = (str(row[key]) for key in keys)
        first = date(int(year), 3 * ((int(month) - 1) // 3) + 1, 1)
        own = found.setdefault((first, log.meta.activities[int(code)]), dict.fromkeys(["cases", *names], 0))
        own["cases"] += int(row["cases"])
        for name, amount in amounts.get((year, month, code), {}).items():
            own[name] += amount
    activities = sorted({activity for _, activity in found})
    lines = [
        {
            "quarter": quarter,
            "activity": activity,
            **found.get((quarter, activity), dict.fromkeys(["cases", *names], 0)),
        }
        for quarter in _quarters([first for first, _ in found])
        for activity in activities
    ]
    return _framed(lines, ["quarter", "activity", "cases"])


def _rows(log: PreparedLog, *, ended: bool = False) -> ir.Table:
    """A row per case: how it stands, the code of the event behind that (-1 = none), span (µs), amount, currency."""
    cases = log.cases
    rows = cases.select(
        "case_key",
        "case_currency",
        "ended_day",
        "status",
        "ended_by",
        span=cases["end"].delta(cases["start"], unit="microsecond"),
        amount=amount_in(log, cases),
    )
    if ended:
        rows = rows.filter(rows["ended_by"].notnull())
        return rows.mutate(code=rows["ended_by"])
    events = shown_events(log, derived=False)
    last = events.filter(events["next_activity"].isnull()).select("case_key", last="activity")
    rows = rows.left_join(last, "case_key").drop("case_key_right")
    knows = rows["status"].notnull()
    rows = rows.filter(knows | rows["last"].notnull())
    closed = rows["status"] == "ended"
    how = ibis.cases((closed.fill_null(False), "ended"), (rows["status"] == "open", "open"), else_="last")
    code = ibis.cases(
        (closed.fill_null(False), rows["ended_by"].cast("int64")),
        (rows["status"] == "open", -1),
        else_=rows["last"].cast("int64"),
    )
    return rows.mutate(how=how, code=code)


def _quarters(found: list[date]) -> list[date]:
    """Every quarter from the first to the last."""
    if not found:
        return []
    return [day.date() for day in pd.date_range(min(found), max(found), freq="QS")]


def _framed(lines: list[dict[str, Any]], columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(
        lines, columns=list(dict.fromkeys([*columns, *(name for line in lines for name in line)]))
    )
    return frame.assign(activity=objects(line["activity"] for line in lines))
