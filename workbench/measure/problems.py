"""Problems ranked: everything found that loses days or money, in one list, and what two of them count both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.errors import unknown_name
from workbench.log.frames import amount_in, objects
from workbench.log.prepared import PreparedLog
from workbench.log.sheet import as_of_end
from workbench.measure.context import Money
from workbench.measure.losses import Kind, Loss, losses
from workbench.measure.rows import DAY
from workbench.messages import Message
from workbench.template import Template

__all__ = ["PROBLEM_KINDS", "focused_ids", "problem_cases", "problem_frame", "problem_rows"]

# What a reader calls each kind of problem.
PROBLEM_KINDS: dict[Kind, Message] = {
    "target": Message("Target missed"),
    "rule": Message("Rule broken"),
    "open": Message("Open or lost"),
    "wait": Message("Slowest tenth of a path"),
    "rework": Message("Done again"),
}
_EVIDENCE = 5
_COLUMNS = [
    "rank",
    "key",
    "kind",
    "id",
    "name",
    "focused",
    "cases",
    "days",
    "basis",
    "currency",
    "money",
    "cases_share",
    "money_share",
    "days_share",
    "size",
    "cases_counted",
    "money_counted",
    "counted_by",
    "evidence",
    "rows",
]


def problem_frame(log: PreparedLog, *, focus: Iterable[str] = ()) -> pd.DataFrame:
    """One row per problem (and currency), the largest first; those of ticked challenges and goals before all others.

    `kind` says what it is: a missed target (the rows that fail it now), a broken rule, what the template calls a
    problem (overdue, unposted, stalled, unbilled, written off, …), the slowest tenth of a path from one activity to
    the next, or work done again. `cases`, `days` and `money` size it: days beyond the target or the limit, past due,
    beyond the path's median, …; `basis` says which, or why there are none. Money is what is past due or unposted, else
    the cases' amounts. What is not known is empty. `size` is the mean of its shares of all cases, of all money of its
    currency and of all days that cases took, where what is not known counts as nought; it ranks the list.

    `cases_counted` and `money_counted` are the shares of its cases and money that a row above it already counts, and
    `counted_by` the `key` of the one above with which it shares the most: sums over the list would count them twice.
    `evidence` are the first cases, those with the most money first; `rows` the call that gives all of them.
    `focus` are ids of challenges and goals. Raises WorkbenchError for an unknown one.
    """
    return problem_cases(log, focus=focus)[0]


def problem_cases(
    log: PreparedLog, *, focus: Iterable[str] = (), limit: int = _EVIDENCE
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of `problem_frame`, and the first `limit` cases of each: rank, case_id, days, money and currency."""
    ahead = focused_ids(log.template, focus)
    whole = _whole(log)
    found = [sized for loss in losses(log) for sized in _sized(loss, whole, focused=_concerns(loss, ahead))]
    found.sort(key=lambda one: (not one.focused, -one.size, -(one.cases or 0), one.key, one.currency or ""))
    firsts = [_largest(one.frame).head(max(limit, _EVIDENCE)) for one in found]
    ids = _case_ids(log, [key for first in firsts for key in first["case_key"]])
    cases = [
        first.head(limit).assign(rank=rank, case_id=first["case_key"].head(limit).map(ids))
        for rank, first in enumerate(firsts, start=1)
    ]
    columns = ["rank", "case_id", "days", "amount", "currency"]
    shown = pd.concat(cases, ignore_index=True) if cases else pd.DataFrame(columns=columns)
    shown = shown.reindex(columns=columns).rename(columns={"amount": "money"})
    return _ranked(log, found, _counted(found, whole), firsts, ids), shown


def _ranked(
    log: PreparedLog,
    found: list[_Sized],
    counted: list[dict[str, Any]],
    firsts: list[pd.DataFrame],
    ids: dict[int, str],
) -> pd.DataFrame:
    lines = [
        {
            "rank": rank,
            "key": one.key,
            "kind": one.loss.kind,
            "id": one.loss.id,
            "name": _name(log.template, one.loss),
            "focused": one.focused,
            "cases": one.cases,
            "days": one.days,
            "basis": one.loss.basis,
            "currency": one.currency,
            "money": one.money,
            **one.shares,
            "size": one.size,
            **twice,
            "evidence": [ids[int(key)] for key in first["case_key"].head(_EVIDENCE)],
            "rows": f"log.problem_rows({one.key!r})",
        }
        for rank, (one, twice, first) in enumerate(zip(found, counted, firsts, strict=True), start=1)
    ]
    frame = pd.DataFrame(lines, columns=_COLUMNS)
    for name in ("basis", "currency", "counted_by", "evidence"):
        frame[name] = objects(line[name] for line in lines)
    numbers = ("days", "money", "cases_share", "money_share", "days_share", "cases_counted", "money_counted")
    return frame.astype({"cases": "Int64", "focused": bool, **dict.fromkeys(numbers, "float64")})


def problem_rows(log: PreparedLog, key: str) -> pd.DataFrame:
    """The cases of one problem: case_id, days, money, currency, the one with the most money, then days, first.

    Raises WorkbenchError for a key that `problem_frame` does not give.
    """
    known = {f"{loss.kind}:{loss.id}": loss for loss in losses(log)}
    if key not in known:
        raise unknown_name("problem", key, known)
    frame = known[key].cases
    if frame is None:
        return pd.DataFrame(columns=["case_id", "days", "money", "currency"])
    result = _largest(frame).rename(columns={"amount": "money"})
    ids = _case_ids(log, result["case_key"])
    return result.assign(case_id=result["case_key"].map(ids))[["case_id", "days", "money", "currency"]]


def focused_ids(template: Template, focus: Iterable[str]) -> frozenset[str]:
    """The KPIs and rules of challenges and goals."""
    found: set[str] = set()
    for name in focus:
        entry = template.challenges.get(name) or template.goals.get(name)
        if entry is None:
            known = [*template.challenges, *template.goals]
            raise unknown_name("challenge or goal", name, known, where="focus")
        found |= {*entry.kpis, *(rule for own in entry.rules for rule in template.rule_members(own))}
    return frozenset(found)


def _concerns(loss: Loss, ahead: frozenset[str]) -> bool:
    return loss.kind in ("target", "rule", "open") and loss.id in ahead


def _name(template: Template, loss: Loss) -> str:
    if loss.kind == "rule":
        return template.rules[loss.id].name.en
    return template.kpi(loss.id).name.en if loss.kind in ("target", "open") else loss.id


# ------------------------------------------------------------------ how large
@dataclass(frozen=True, slots=True)
class _Whole:
    """What shares are of: the number of cases, all days that they took, all money by currency, and a place each."""

    cases: int
    days: float
    money: dict[str, float]
    keys: np.ndarray[Any, Any]

    def places(self, keys: pd.Series[int]) -> np.ndarray[Any, Any]:
        return np.searchsorted(self.keys, keys.to_numpy())


@dataclass(frozen=True, slots=True)
class _Sized:
    """A problem in one currency with its sizes."""

    loss: Loss
    frame: pd.DataFrame
    focused: bool
    cases: int | None
    days: float | None
    currency: str | None
    money: float | None
    shares: dict[str, float | None]

    @property
    def key(self) -> str:
        return f"{self.loss.kind}:{self.loss.id}"

    @property
    def size(self) -> float:
        return sum(share or 0.0 for share in self.shares.values()) / len(self.shares)


def _whole(log: PreparedLog) -> _Whole:
    cases = log.cases
    last = (cases["status"] == "open").ifelse(as_of_end(log), cases["end"])
    frame = log.frame(
        cases.select(
            "case_key",
            "case_currency",
            amount=amount_in(log, cases),
            span=last.delta(cases["start"], unit="microsecond").cast("float64") / DAY,
        )
    )
    factors = Money(log).factors(log.meta.currencies)
    rates = frame["case_currency"].map({own: float(factor) for own, (_, factor) in factors.items()})
    shown = frame["case_currency"].map({own: name for own, (name, _) in factors.items()})
    amount = frame["amount"].astype("float64").clip(lower=0) * rates.astype("float64")
    money = {str(name): float(value) for name, value in amount.groupby(shown).sum().items()}
    return _Whole(len(frame), float(frame["span"].sum()), money, np.sort(frame["case_key"].to_numpy()))


def _sized(loss: Loss, whole: _Whole, *, focused: bool) -> list[_Sized]:
    """A problem with its sizes, in each currency in which its cases' money is shown."""
    nothing = dict.fromkeys(("cases_share", "money_share", "days_share"))
    if loss.cases is None:
        empty = pd.DataFrame({"case_key": pd.Series(dtype="int64"), "amount": pd.Series(dtype="float64")})
        return [_Sized(loss, empty, focused, None, None, None, None, {**nothing})]
    if loss.cases["amount"].isna().all():
        parts: list[tuple[str | None, pd.DataFrame]] = [(None, loss.cases)]
    else:
        parts = [(str(name), frame) for name, frame in loss.cases.groupby("currency")]
    result = []
    for currency, frame in parts:
        days, money = (_known(frame[name]) for name in ("days", "amount"))
        all_money = whole.money.get(currency or "", 0.0)
        shares = {
            "cases_share": len(frame) / whole.cases if whole.cases else None,
            "money_share": None if money is None or not all_money else money / all_money,
            "days_share": None if days is None or not whole.days else days / whole.days,
        }
        result.append(_Sized(loss, frame, focused, len(frame), days, currency, money, shares))
    return result


def _largest(cases: pd.DataFrame) -> pd.DataFrame:
    """The cases of a problem, the one with the most money first, of as much the one with the most days."""
    order = [name for name in ("amount", "days", "case_key") if name in cases.columns]
    return cases.sort_values(order, ascending=[name == "case_key" for name in order], ignore_index=True)


def _known(values: pd.Series[float]) -> float | None:
    found = values.sum(min_count=1)
    return None if pd.isna(found) else float(found)


# ------------------------------------------------------------------ what is counted twice
def _counted(found: list[_Sized], whole: _Whole) -> list[dict[str, Any]]:
    """For each problem what those above it count already, and the one of them that shares the most cases with it."""
    seen = np.zeros(whole.cases, dtype=bool)
    masks: list[np.ndarray[Any, Any]] = []
    result = []
    for one in found:
        places = whole.places(one.frame["case_key"])
        before = seen[places]
        amount = one.frame["amount"].fillna(0.0).to_numpy()
        shared = [int(mask[places].sum()) for mask in masks]
        most = int(np.argmax(shared)) if any(shared) else None
        total = float(amount.sum())
        result.append(
            {
                "cases_counted": float(before.mean()) if len(places) else None,
                "money_counted": float(amount[before].sum()) / total if total else None,
                "counted_by": None if most is None else found[most].key,
            }
        )
        own = np.zeros(whole.cases, dtype=bool)
        own[places] = True
        masks.append(own)
        seen |= own
    return result


def _case_ids(log: PreparedLog, keys: Iterable[int]) -> dict[int, str]:
    wanted = sorted({int(key) for key in keys})
    if not wanted:
        return {}
    cases = log.cases
    frame = log.frame(cases.filter(cases["case_key"].isin(wanted)).select("case_key", "case_id"))
    return dict(zip(frame["case_key"].astype(int), frame["case_id"].astype(str), strict=True))
