"""Planted causes: what makes an outcome likelier in the generated world, and how it then looks in the data.

A cause is declared in the world's file; one mechanism serves every process. It adds log-odds to the chance of
its outcome, and afterwards counts the outcome with and without itself, so that `truth.json` says both what
was planted and what can be seen. The kinds:

plain          an attribute's value
interaction    two values together, neither alone
non_linear     a number, whose effect grows with the square of its distance (in factors of e) from a centre
time_limited   a period (and perhaps a value)
confounded     no effect at all, though it looks like one: another attribute stands behind it
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.generate.dice import Floats, Ints, Mask
from workbench.generate.truth import Tally, rate
from workbench.generate.worktime import day_number

__all__ = ["Category", "Traits", "cause_entries", "count_outcome", "log_odds"]


@dataclass(frozen=True, slots=True)
class Category:
    """A category of each case: codes and what they are called."""

    codes: Ints
    names: Sequence[str]

    def is_(self, name: str) -> Mask:
        """Where the category has this value."""
        return np.asarray(self.codes == list(self.names).index(name))


@dataclass(frozen=True, slots=True)
class Traits:
    """What causes can look at: categories and numbers of each case, and the day that decides its period."""

    categories: Mapping[str, Category]
    numbers: Mapping[str, Floats]
    day: Ints

    def meets(self, conditions: Mapping[str, str]) -> Mask:
        """Where all the conditions hold."""
        found = np.ones(len(self.day), dtype=np.bool_)
        for attribute, value in conditions.items():
            found &= self.categories[attribute].is_(value)
        return found

    def during(self, cause: Mapping[str, Any]) -> Mask:
        """Where the day lies in the cause's period."""
        return (self.day >= day_number(cause["from"])) & (self.day <= day_number(cause["to"]))


def log_odds(causes: Sequence[Mapping[str, Any]], outcome: str, traits: Traits) -> Floats:
    """What all causes together add to the log-odds of an outcome, for each case."""
    total = np.zeros(len(traits.day))
    for cause in causes:
        if cause["outcome"] == outcome:
            total += _STRENGTH[cause["kind"]](cause, traits)
    return total


def _where_it_holds(cause: Mapping[str, Any], traits: Traits) -> Floats:
    return np.asarray(cause["log_odds"] * traits.meets(cause["conditions"]))


def _while_it_lasts(cause: Mapping[str, Any], traits: Traits) -> Floats:
    return np.asarray(cause["log_odds"] * (traits.during(cause) & traits.meets(cause.get("conditions", {}))))


def _away_from_the_centre(cause: Mapping[str, Any], traits: Traits) -> Floats:
    distance = np.log(traits.numbers[cause["attribute"]] / cause["centre"])
    return np.asarray(cause["log_odds"] * np.minimum(distance**2, cause["farthest"] ** 2))


_STRENGTH: Mapping[str, Callable[[Mapping[str, Any], Traits], Floats]] = {
    "plain": _where_it_holds,
    "interaction": _where_it_holds,
    "confounded": _where_it_holds,
    "time_limited": _while_it_lasts,
    "non_linear": _away_from_the_centre,
}


def count_outcome(
    tally: Tally,
    causes: Sequence[Mapping[str, Any]],
    outcome: str,
    traits: Traits,
    *,
    happened: Mask,
    decided: Mask,
) -> None:
    """Count an outcome with and without each of its causes, among the cases where it is decided."""
    for cause in causes:
        if cause["outcome"] == outcome:
            for group, inside in _groups(cause, traits).items():
                tally.add(("cause", cause["id"], group, "n"), int((inside & decided).sum()))
                tally.add(("cause", cause["id"], group, "hits"), int((inside & decided & happened).sum()))


def _groups(cause: Mapping[str, Any], traits: Traits) -> dict[str, Mask]:
    kind = cause["kind"]
    if kind == "non_linear":
        low, high = cause["edges"]
        number = traits.numbers[cause["attribute"]]
        return {"low": number < low, "middle": (number >= low) & (number < high), "high": number >= high}
    if kind == "interaction":
        (first, one), (second, other) = cause["conditions"].items()
        left, right = traits.categories[first].is_(one), traits.categories[second].is_(other)
        return {"both": left & right, first: left & ~right, second: ~left & right, "neither": ~left & ~right}
    concerned = traits.meets(cause.get("conditions", {}))
    if kind == "time_limited":
        during = traits.during(cause)
        return {"during": concerned & during, "before and after": concerned & ~during}
    groups = {"with": concerned, "without": ~concerned}
    if kind == "confounded":
        behind = traits.categories[cause["behind"]]
        for name in behind.names:
            groups[f"with, {name}"] = concerned & behind.is_(name)
            groups[f"without, {name}"] = ~concerned & behind.is_(name)
    return groups


def cause_entries(causes: Sequence[Mapping[str, Any]], tally: Tally) -> list[dict[str, Any]]:
    """The causes as they stand in `truth.json`: what was planted, and what is seen, group by group."""
    entries = []
    for cause in causes:
        planted = {name: _plain(value) for name, value in cause.items() if name not in _SHOWN_FIRST}
        observed = []
        for group, n, hits in tally.groups(cause["id"]):
            observed.append({"group": group, "n": n, "hits": hits, "rate": rate(hits, n)})
        entries.append(
            {**{name: cause[name] for name in _SHOWN_FIRST}, "planted": planted, "observed": observed}
        )
    return entries


_SHOWN_FIRST = ("id", "kind", "outcome", "says")


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
