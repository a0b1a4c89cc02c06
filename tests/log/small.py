"""A few hand-written cases prepared in memory, and their tables as plain Python."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.log.rawlog import raw_log
from workbench.log.derive import derive
from workbench.log.prepared import PreparedLog
from workbench.log.recorded import record
from workbench.log.settings import Settings
from workbench.measure import figures
from workbench.rules import judge
from workbench.template import load_template

CREDIT = "credit-collections"


def prepared(
    events: str,
    cases: str,
    *,
    as_of: str,
    process: str = CREDIT,
    zone: str = "UTC",
    currency: str = "EUR",
    **settings: Any,
) -> PreparedLog:
    """The prepared log of two texts (`tests.log.rawlog` says how they are written)."""
    template = load_template(process)
    raw, engine = raw_log(template, events, cases, zone=zone)
    # Logs of a few cases are read group by group.
    settings.setdefault("least", 1)
    chosen = Settings(zone=zone, currency=currency, as_of=date.fromisoformat(as_of), **settings)
    return derive(record(raw, template, chosen, engine), template, engine, judge=judge)


def events_of(log: PreparedLog, case: str) -> list[tuple[str, str]]:
    """(activity, UTC time to the minute) of a case in its order, derived events included."""
    rows = log.events.join(log.cases.select("case_key", "case_id"), "case_key")
    frame = log.frame(rows.filter(rows["case_id"] == case).select("pos", "activity", "time").order_by("pos"))
    return [
        (log.meta.activities[int(activity)], f"{time:%Y-%m-%d %H:%M}")
        for activity, time in zip(frame["activity"], frame["time"], strict=True)
    ]


def pairs_of(log: PreparedLog, pair: str, case: str) -> list[tuple[str, str | None, str]]:
    """(opened, closed, outcome) of each pair of a case, days as YYYY-MM-DD."""
    rows = log.pairs[pair].join(log.cases.select("case_key", "case_id"), "case_key")
    rows = rows.filter(rows["case_id"] == case).select("pos", "opened_day", "closed_day", "became")
    frame = log.frame(rows.order_by("pos"))
    closed = [None if str(day) in ("NaT", "None") else str(day)[:10] for day in frame["closed_day"]]
    return list(zip([str(day)[:10] for day in frame["opened_day"]], closed, frame["became"], strict=True))


def balances_of(log: PreparedLog, case: str, ledger: str = "receivable") -> list[tuple[str, int]]:
    """(UTC time to the minute, balance in minor units after all that happened then) of a case."""
    rows = log.ledgers[ledger].join(log.cases.select("case_key", "case_id"), "case_key")
    frame = log.frame(rows.filter(rows["case_id"] == case).order_by("time", "rank", "ord", "sub"))
    times = [f"{time:%Y-%m-%d %H:%M}" for time in frame["time"]]
    return list(dict(zip(times, [int(balance) for balance in frame["balance"]], strict=True)).items())


def verdicts_of(log: PreparedLog, rule: str, case: str) -> list[str]:
    """The verdicts of a rule on a case, in the order of its events."""
    rows = log.verdicts.join(log.cases.select("case_key", "case_id"), "case_key")
    rows = rows.filter((rows["case_id"] == case) & (rows["rule"] == rule)).order_by("pos")
    return [str(verdict) for verdict in log.frame(rows)["verdict"]]


def values(log: PreparedLog) -> dict[tuple[str, str | None], tuple[float | None, int, int]]:
    """(value, n, pending) of every figure, by its id and currency."""
    return {(found.id, found.currency): (found.value, found.n, found.pending) for found in figures(log)}
