"""Events of a chunk of cases, collected activity by activity and put in order at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from workbench.generate.columns import FLAG, MOMENT, Column, Label, to_arrow
from workbench.generate.dice import Dice, Ints, Mask
from workbench.generate.world import World

__all__ = ["EventBatch"]


@dataclass(frozen=True, slots=True)
class _Entry:
    activity: int
    system: int
    case: Ints
    time: Ints
    person: Ints
    by_machine: Mask
    facts: Mapping[str, Ints]


class EventBatch:
    """The events of a chunk; nothing later than the cut-off gets in.

    Equal times keep the order in which the activities were added, which must therefore be the order in which
    things happen.
    """

    def __init__(self, world: World, dice: Dice) -> None:
        self._world = world
        self._dice = dice
        self._entries: list[_Entry] = []

    def add(
        self,
        activity: str,
        where: Mask,
        time: Ints,
        *,
        by_machine: Mask | bool = False,
        person: Ints | None = None,
        facts: Mapping[str, Ints] | None = None,
    ) -> Mask:
        """Add one event to each case of a mask, and return the cases whose event is not cut off.

        All arrays are as long as the chunk has cases. Without `person`, anybody of the activity's team does
        what no machine does. `facts` are the event's attributes, as `workbench.generate.columns` takes them.
        """
        spec = self._world.activities[activity]
        known = where & self._world.known(time)
        case = np.flatnonzero(known)
        somebody = self._world.people.anybody(spec.team, self._dice) if person is None else person
        machine = np.full(len(case), by_machine) if isinstance(by_machine, bool) else by_machine[case]
        self._entries.append(
            _Entry(
                activity=spec.code,
                system=self._world.people.code(spec.system),
                case=case,
                time=time[case],
                person=somebody[case],
                by_machine=machine,
                facts={name: values[case] for name, values in (facts or {}).items()},
            )
        )
        return known

    def counts(self) -> dict[str, int]:
        """How many events each activity has, by its name in the data."""
        found = {spec.name: 0 for spec in self._world.activities.values()}
        names = list(found)
        for entry in self._entries:
            found[names[entry.activity]] += len(entry.case)
        return found

    def table(
        self, case_ids: pa.Array, columns: Mapping[str, Column], *, case: str, user: str
    ) -> pa.RecordBatch:
        """All events by case and time.

        Columns: the case id and the user under the given names, `activity_name`, `event_time`, `team`,
        `is_automated`, and one per entry of `columns`, empty where an event has no such attribute.
        """
        entries, people = self._entries, self._world.people
        index = np.concatenate([entry.case for entry in entries])
        time = np.concatenate([entry.time for entry in entries])
        first = int(time.min())
        order = np.argsort(index * (int(time.max()) - first + 1) + (time - first), kind="stable")

        machine = np.concatenate([entry.by_machine for entry in entries])[order]
        systems = np.concatenate([np.full(len(entry.case), entry.system) for entry in entries])[order]
        person = np.where(machine, systems, np.concatenate([entry.person for entry in entries])[order])
        activity = np.concatenate([np.full(len(entry.case), entry.activity) for entry in entries])[order]
        names = [spec.name for spec in self._world.activities.values()]

        arrays: dict[str, Any] = {
            case: pa.DictionaryArray.from_arrays(pa.array(index[order].astype(np.int32)), case_ids),
            "activity_name": to_arrow(Label(names), activity),
            "event_time": to_arrow(MOMENT, time[order]),
            user: to_arrow(Label(people.names), person),
            "team": to_arrow(Label(people.team_labels), np.asarray(people.team_of)[person]),
            "is_automated": to_arrow(FLAG, machine),
        }
        for name, column in columns.items():
            arrays[name] = self._attribute(name, column, order)
        return pa.RecordBatch.from_pydict(arrays)

    def _attribute(self, name: str, column: Column, order: Ints) -> pa.Array:
        values = np.zeros(len(order), dtype=np.int64)
        missing = np.ones(len(order), dtype=np.bool_)
        offset = 0
        for entry in self._entries:
            reach = slice(offset, offset + len(entry.case))
            if name in entry.facts:
                values[reach] = entry.facts[name]
                missing[reach] = False
            offset = reach.stop
        return to_arrow(column, values[order], missing[order])
