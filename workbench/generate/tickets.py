"""A service desk: the example of a process that no template knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from workbench.generate.causes import Category, Traits, cause_entries, count_outcome, log_odds
from workbench.generate.columns import Label, Number, serials, to_arrow
from workbench.generate.dice import DAY, FAR, HOUR, Dice, Floats, Ints, Mask, chance_of
from workbench.generate.events import EventBatch
from workbench.generate.project import ProjectWriter
from workbench.generate.truth import Tally
from workbench.generate.world import World, busy_days, load_world, project_text

__all__ = ["write_project"]

_WORLD = "any-process"


@dataclass(frozen=True, slots=True)
class _Requests:
    """What is known of each request when it is registered."""

    number: Ints
    registered: Ints
    by_machine: Mask
    complexity: Ints
    """In tenths."""
    traits: Traits


def write_project(
    writer: ProjectWriter,
    *,
    process: str,
    cases: int,
    seed: int,
    chunk_cases: int,
    advance: Callable[[int], None],
) -> dict[str, Any]:
    """Write the whole project with its truth; `advance` hears how many cases are done."""
    world, tally = load_world(_WORLD), Tally()
    for chunk, first in enumerate(range(0, cases, chunk_cases)):
        n = min(chunk_cases, cases - first)
        _write_chunk(writer, world, tally, Dice((seed, chunk), n), first=first + 1)
        advance(first + n)
    writer.text("project.toml", project_text(world, _WORLD, process=process))
    return {
        "planted": tally.section("planted"),
        "events": tally.section("events"),
        "slow_days": world["slow_days"],
        "causes": cause_entries(world["causes"], tally),
    }


def _write_chunk(writer: ProjectWriter, world: World, tally: Tally, dice: Dice, *, first: int) -> None:
    requests = _register(world, dice, first)
    batch = EventBatch(world, dice)
    _handle(world, tally, dice, requests, batch)
    ids = serials("R-", requests.number)
    writer.append("data/events.parquet", batch.table(ids, {}, case="request", user="user"))
    facts = {
        name: to_arrow(Label(known.names), known.codes) for name, known in requests.traits.categories.items()
    }
    complexity = to_arrow(Number(pa.float64(), scale=10), requests.complexity)
    writer.append(
        "data/cases.parquet", pa.RecordBatch.from_pydict({"request": ids, **facts, "complexity": complexity})
    )
    for name, n in batch.counts().items():
        tally.add(("events", name), n)


def _register(world: World, dice: Dice, first: int) -> _Requests:
    day = np.sort(busy_days(world, dice, np.zeros(dice.n)))
    by_machine = dice.chance(world["work"]["registered_by_machine"])
    at_night = day * DAY + dice.seconds((5.5, 23.5), HOUR)
    type_ = dice.pick(world["types"]["shares"])
    complexity = (
        np.rint(dice.lognormal(world["complexity"]["median"], world["complexity"]["spread"]) * 10) / 10
    )
    complexity = np.maximum(complexity, 0.1)
    traits = Traits(
        categories={
            "channel": Category(dice.pick(world["channels"]["shares"]), world["channels"]["names"]),
            "request_type": Category(type_, world["types"]["names"]),
            "priority": Category(dice.pick(world["priorities"]["shares"]), world["priorities"]["names"]),
            "site": Category(dice.pick_by(world["sites"]["by_type"], type_), world["sites"]["names"]),
        },
        numbers={"complexity": complexity},
        day=day,
    )
    return _Requests(
        number=np.arange(first, first + dice.n),
        registered=np.where(by_machine, at_night, world.calendar.in_hours(day, dice)),
        by_machine=by_machine,
        complexity=np.rint(complexity * 10).astype(np.int64),
        traits=traits,
    )


def _handle(world: World, tally: Tally, dice: Dice, requests: _Requests, batch: EventBatch) -> None:
    """Walk all requests of the chunk to their end."""
    rules, calendar, traits = world["work"], world.calendar, requests.traits
    everything = np.ones(dice.n, dtype=np.bool_)
    machine = requests.by_machine
    batch.add("registering", everything, requests.registered, by_machine=machine)
    now = calendar.done(requests.registered + dice.seconds((0.02, 2.0), HOUR), machine)
    batch.add("sorting", everything, now, by_machine=machine)

    withdrawn = dice.chance(rules["cancelled"])
    withdrawn_at = calendar.at_work(now + dice.seconds((1, 30), HOUR))
    batch.add("withdrawing", withdrawn, withdrawn_at)
    goes_on = ~withdrawn
    person = world.people.anybody("back", dice)
    now = calendar.at_work(now + dice.seconds(rules["first_hours"], HOUR))
    batch.add("assigning", goes_on, now)
    passed_on = goes_on & dice.chance(rules["passed_on"])
    later = calendar.at_work(now + dice.seconds((2, 20), HOUR))
    batch.add("assigning", passed_on, later)
    now = calendar.at_work(np.where(passed_on, later, now) + dice.seconds(rules["first_hours"], HOUR))
    batch.add("working", goes_on, now, person=person)

    rounds = dice.pick(rules["waiting"])
    for turn in range(1, len(rules["waiting"])):
        asked = goes_on & (rounds >= turn)
        asked_at = calendar.at_work(now + dice.seconds((1, 6), HOUR))
        batch.add("asking", asked, asked_at, person=person)
        answered_at = calendar.at_work(asked_at + _days(dice.gamma(rules["waiting_days"], 1.5)))
        batch.add("answering", asked, answered_at)
        now = np.where(asked, answered_at, now)

    type_odds = np.array(world["types"]["log_odds"])[traits.categories["request_type"].codes]
    slow = dice.chance(
        chance_of(world["odds"]["slow"] + type_odds + log_odds(world["causes"], "slow", traits))
    )
    days = dice.gamma(rules["quick_days"], 1.5) + np.where(slow, dice.between(rules["slow_extra_days"]), 0.0)
    solved_at = calendar.at_work(now + _days(days))
    solved = batch.add("solving", goes_on, solved_at, person=person)

    reopened = goes_on & dice.chance(rules["reopened"])
    reopened_at = calendar.at_work(solved_at + dice.seconds((4, 40), HOUR))
    batch.add("reopening", reopened, reopened_at)
    again_at = calendar.at_work(reopened_at + _days(dice.gamma(rules["quick_days"], 1.5)))
    batch.add("solving", reopened, again_at, person=person)
    end = calendar.at_machine(
        np.where(reopened, again_at, solved_at) + _days(dice.between(rules["closing_days"]))
    )
    closed = batch.add("closing", goes_on, end, by_machine=True)

    taken = np.where(goes_on, solved_at, FAR) // DAY - requests.registered // DAY
    limit = world["slow_days"]
    gone = withdrawn & world.known(withdrawn_at)
    decided = ~gone & (requests.registered // DAY + limit <= world.last_day)
    tally.count(
        "planted",
        requests=dice.n,
        withdrawn=gone,
        reopened=reopened & world.known(reopened_at),
        closed=closed,
    )
    tally.count("planted", decided=decided, slow=decided & (taken > limit), solved=solved)
    count_outcome(tally, world["causes"], "slow", traits, happened=taken > limit, decided=decided)


def _days(days: Floats) -> Ints:
    return (days * DAY).astype(np.int64)
