"""The record of each deal in the CRM: what every entry says about owner, amount and expected close date.

Entries are made in the order of time, so the record can count what an analysis has to derive: dates pushed,
owners changed, amounts reduced.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from workbench.generate.deals.openings import Openings
from workbench.generate.dice import DAY, Dice, Floats, Ints, Mask
from workbench.generate.events import EventBatch
from workbench.generate.world import World

__all__ = ["Record"]


class Record:
    """The state of the deals of a chunk while they are walked through their steps."""

    def __init__(self, world: World, dice: Dice, openings: Openings, batch: EventBatch) -> None:
        n, rules = dice.n, world["deal"]
        self.world, self.dice, self.openings, self._batch = world, dice, openings, batch
        self.now = openings.opened.copy()
        """The moment of the latest step."""
        self.rep = openings.rep.copy()
        self.value = np.rint(openings.list_price * dice.between(rules["first_estimate"])).astype(np.int64)
        self.close_day = openings.day + dice.whole(rules["close_days"])
        self.pushes = np.zeros(n, dtype=np.int64)
        self.owner_changes = np.zeros(n, dtype=np.int64)
        self.seen: dict[str, Mask] = {spec: np.zeros(n, dtype=np.bool_) for spec in world.activities}
        """The deals that have each activity in the data."""
        self._always_pushed = dice.chance(rules["always_pushed"])
        self._changes_left = dice.pick(rules["owner_changes"])
        self._stages = world["stages"]

    def after(self, days: Floats, by_machine: Mask | None = None) -> Ints:
        """When a step is done that comes up so many days after the latest one."""
        machine = np.zeros(self.dice.n, dtype=np.bool_) if by_machine is None else by_machine
        return self.world.calendar.done(self.now + (days * DAY).astype(np.int64), machine)

    def waited(self, mean: float) -> Floats:
        """Waiting times in days, about a mean."""
        return 0.05 + self.dice.gamma(mean, 1.4)

    def step(
        self,
        activity: str,
        where: Mask,
        time: Ints,
        *,
        by_machine: Mask | bool = False,
        person: Ints | None = None,
        facts: Mapping[str, Ints] | None = None,
    ) -> Mask:
        """Make a step that says nothing about the record; the deals whose step is not cut off."""
        known = self._batch.add(activity, where, time, by_machine=by_machine, person=person, facts=facts)
        self.now = np.where(where, np.maximum(self.now, time), self.now)
        self.seen[activity] |= known
        return known

    def entry(
        self,
        activity: str,
        where: Mask,
        time: Ints,
        *,
        first: bool = False,
        by_machine: bool = False,
        facts: Mapping[str, Ints] | None = None,
    ) -> Mask:
        """Make a step that also states owner, amount and expected close date."""
        if not first:
            self._push(where, time)
            self._hand_over(where, time)
        stated = {**self.amount_and_owner(), "expected_close_date": self.close_day, **(facts or {})}
        owner = self.rep if self.world.activities[activity].team == "sales" else None
        return self.step(activity, where, time, by_machine=by_machine, person=owner, facts=stated)

    def stage(self, where: Mask, stage: int) -> Mask:
        """Let the CRM set a stage, seconds after the step that opens it."""
        time = self.now + self.dice.whole((2, 50))
        return self.entry("stage", where, time, by_machine=True, facts=self.stage_facts(stage))

    def amount_and_owner(self) -> dict[str, Ints]:
        """The attributes that hold what a deal is worth and whose it is."""
        return {"opportunity_value": self.value, "sales_rep": self.rep}

    def stage_facts(self, stage: int) -> dict[str, Ints]:
        """The attributes that a stage has, the forecast's probability included."""
        return {
            "stage": np.full(self.dice.n, stage),
            "probability": np.full(self.dice.n, self._stages["probabilities"][stage]),
        }

    def _push(self, where: Mask, time: Ints) -> None:
        """The expected date moves when it is near, and now and then without need."""
        rules, day = self.world["deal"], time // DAY
        near = day > self.close_day - 5
        pushed = where & (near | self._always_pushed | self.dice.chance(rules["pushed"]))
        later = np.maximum(self.close_day, day) + self.dice.whole(rules["pushed_days"])
        self.close_day = np.where(pushed, later, self.close_day)
        self.pushes += pushed & self.world.known(time)

    def _hand_over(self, where: Mask, time: Ints) -> None:
        """Another representative takes the deal over."""
        team = self.world.people.members("sales")
        first = self.world.people.code(team[0])
        changed = where & (self._changes_left > 0)
        other = first + (self.rep - first + self.dice.whole((1, len(team) - 1))) % len(team)
        self.rep = np.where(changed, other, self.rep)
        self._changes_left -= changed
        self.owner_changes += changed & self.world.known(time)
