"""The world that a project is generated from: a file of names, chances and planted causes, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from string import Template
from typing import Any

import numpy as np

from workbench.generate.dice import DAY, Dice, Floats, Ints, Mask
from workbench.generate.worktime import WorkCalendar, day_number

__all__ = ["ActivitySpec", "People", "World", "busy_days", "load_world", "project_text"]


def _read(*path: str) -> str:
    """The text of a data file that stands beside this code."""
    return resources.files("workbench.generate").joinpath("data", *path).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class ActivitySpec:
    """How an activity is called in the data, and who does it: a team by hand, a system without anybody."""

    code: int
    name: str
    team: str
    system: str


class People:
    """Everybody who works in the generated company, systems included, by number."""

    def __init__(self, teams: Mapping[str, list[str]], labels: Mapping[str, str]) -> None:
        self.names = [name for members in teams.values() for name in members]
        self.team_labels = list(labels.values())
        self._first: dict[str, int] = {}
        self._size: dict[str, int] = {}
        self.team_of: list[int] = []
        for team, members in teams.items():
            self._first[team] = len(self.team_of)
            self._size[team] = len(members)
            self.team_of += [list(labels).index(team)] * len(members)

    def code(self, name: str) -> int:
        """The number of a person or system."""
        return self.names.index(name)

    def members(self, team: str) -> list[str]:
        """The names of a team."""
        return self.names[self._first[team] : self._first[team] + self._size[team]]

    def anybody(self, team: str, dice: Dice) -> Ints:
        """Somebody of a team, for each."""
        return dice.whole((self._first[team], self._first[team] + self._size[team] - 1))


@dataclass(frozen=True, slots=True)
class World:
    """Parameters, calendar, people and activities of a process."""

    parameters: Mapping[str, Any]
    calendar: WorkCalendar
    people: People
    activities: Mapping[str, ActivitySpec]
    start: date
    end: date

    def __getitem__(self, section: str) -> Any:
        return self.parameters[section]

    @property
    def first_day(self) -> int:
        """Day number of the first day."""
        return day_number(self.start)

    @property
    def last_day(self) -> int:
        """Day number of the cut-off."""
        return day_number(self.end)

    def known(self, moment: Ints) -> Mask:
        """Whether moments are not later than the end of the cut-off day: the rest is not in the data."""
        return moment < (self.last_day + 1) * DAY


def load_world(name: str) -> World:
    """Read the world of a process from the data files beside this code."""
    parameters = tomllib.loads(_read(name, "world.toml"))
    start, end = parameters["start"], parameters["end"]
    activities = {
        key: ActivitySpec(code, entry["name"], entry["team"], entry["system"])
        for code, (key, entry) in enumerate(parameters["activities"].items())
    }
    return World(
        parameters=parameters,
        calendar=WorkCalendar(tomllib.loads(_read("calendar.toml")), start=start, end=end),
        people=People(parameters["people"], parameters["teams"]),
        activities=activities,
        start=start,
        end=end,
    )


def project_text(world: World, name: str, *, process: str, controls: str = "") -> str:
    """The project.toml of a process, from the data file beside this code."""
    holidays = ", ".join(f'"{day.isoformat()}"' for day in world.calendar.holidays)
    return Template(_read(name, "project.toml")).substitute(
        process=process, holidays=holidays, controls=controls
    )


def busy_days(world: World, dice: Dice, since: Floats) -> Ints:
    """Working days of the history, more of them later on and at the end of a month.

    `since` is the part of the history before which nothing may happen, for each.
    """
    days = world.calendar.workdays(world.first_day, world.last_day)
    months = (days - world.first_day) / 30.44
    weight = (1 + world["monthly_growth"]) ** months
    month = days.astype("datetime64[D]").astype("datetime64[M]")
    # The last five working days: those whose fifth successor lies in another month.
    later = np.append(month[5:], np.full(5, month[-1] + 1))
    weight = np.where(later != month, weight * world["month_end_rush"], weight)
    reach = np.cumsum(weight) / weight.sum()
    place = since + (1 - since) * dice.share()
    return np.asarray(days[np.searchsorted(reach, place, side="right").clip(max=len(days) - 1)])
