"""Two parts of the chosen cases to be held side by side: with and without a filter, early and late, won and lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from workbench.discover import PartingDays
from workbench.discover.conditions import Condition, Ready, Status, ready_filter, ready_reason
from workbench.errors import WorkbenchError
from workbench.i18n import Message

if TYPE_CHECKING:
    from workbench.api import Log
    from workbench.widgets.state import State

__all__ = ["BY_DAY", "Population", "Populations", "comparisons", "lasting"]

BY_DAY = "halves"
"""The comparison of what began before a day and since: by the middle of the log, unless a reader names a day."""


@dataclass(frozen=True)
class Population:
    """Some of the cases: what a reader calls them, and the conditions that they meet."""

    name: Message
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Populations:
    """Two populations that exclude each other, and what their comparison is called."""

    name: Message
    one: Population
    other: Population


def lasting(log: Log) -> Mapping[str, Populations]:
    """What can be compared whatever is chosen: what the process brings, how cases ended.

    `log` is the whole log. A comparison of which it has no case on one side is not offered.
    """
    found = _ready(log)
    good, bad = Status(is_=("succeeded",)), Status(is_=("failed",))
    if not found and _has(log, good) and _has(log, bad):
        found["outcome"] = _pair(log, good, bad)
    return found


def comparisons(
    log: Log, state: State, always: Mapping[str, Populations], days: PartingDays | None
) -> Mapping[str, Populations]:
    """What can be compared now: each condition of the present choice against its opposite, what `always` can be, and
    before against after one of the `days` that part the log.

    The conditions that are not compared hold for both sides.
    """
    found: dict[str, Populations] = {}
    for place, condition in enumerate(state.conditions):
        if condition.trimming(log.prepared) is not None:
            continue
        rest = tuple(one for at, one in enumerate(state.conditions) if at != place)
        opposite = replace(condition, exclude=not condition.exclude)
        found[f"condition {place}"] = _within(_pair(log, condition, opposite), rest)
    lasting = dict(always) if days is None else {**always, BY_DAY: _by_day(log, days, state.since)}
    return {**found, **{key: _within(pair, state.conditions) for key, pair in lasting.items()}}


def _within(pair: Populations, conditions: tuple[Condition, ...]) -> Populations:
    """The same two, of those cases only that meet some conditions as well."""
    one, other = (
        replace(side, conditions=(*conditions, *side.conditions)) for side in (pair.one, pair.other)
    )
    return replace(pair, one=one, other=other)


def _pair(log: Log, first: Condition, second: Condition) -> Populations:
    one, other = first.said(log.prepared), second.said(log.prepared)
    return Populations(
        Message("{one} against {other}", one=one, other=other),
        Population(one, (first,)),
        Population(other, (second,)),
    )


def _by_day(log: Log, days: PartingDays, day: date | None) -> Populations:
    """What began before a day, and since; called as the process calls it."""
    pair = _pair(log, *days.sides(day))
    called = next((found.name for found in log.template.comparisons.values() if found.dated), None)
    return pair if called is None else replace(pair, name=Message("{filter}", filter=called))


def _ready(log: Log) -> dict[str, Populations]:
    """The comparisons that come with the process, as far as the log can answer them."""
    found = {}
    for key, pair in log.template.comparisons.items():
        if pair.first is None or pair.second is None:
            continue
        sides = [Ready(name=name) for name in (pair.first, pair.second)]
        if any(ready_reason(log.prepared, side.name) is not None for side in sides):
            continue
        if not all(_has(log, side) for side in sides):
            continue
        one, other = (
            Population(Message("{filter}", filter=ready_filter(log.template, side.name).name), (side,))
            for side in sides
        )
        found[f"ready {key}"] = Populations(Message("{filter}", filter=pair.name), one, other)
    return found


def _has(log: Log, condition: Condition) -> bool:
    """Whether any case meets a condition; a log that cannot answer it has none that is known to."""
    try:
        return log.where(condition).size().cases > 0
    except WorkbenchError:
        return False
