"""Logs as the workbench and as pm4py see them: the same source, read by each on its own.

pm4py gets the source as plain pandas reads it, so that a mistake in our reading or order shows as well; of the
generated project it gets what `to_pm4py` hands over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pandas as pd
import pytest

import workbench as wb
from workbench.generate import generate_project

CASE, ACTIVITY, TIME, RESOURCE = "case:concept:name", "concept:name", "time:timestamp", "org:resource"


@dataclass(frozen=True)
class Pair:
    """One log as both see it."""

    ours: wb.Log
    theirs: pd.DataFrame


def fines(folder: Path) -> Pair:
    """10,000 cases that know only days: 949 events share their time with another of the case."""
    path = folder / "road_fines" / "traffic_fines_10k.csv"
    frame = pd.read_csv(path, dtype={"case_id": str, "resource": str})
    ours = wb.load(
        path,
        mapping={
            "case": "case_id",
            "activity": "activity",
            "time": "timestamp",
            "resource": "resource",
            "order": ".order",
        },
    )
    frame["timestamp"] = pd.to_datetime(frame["timestamp"], utc=True)
    frame = frame.sort_values(["case_id", "timestamp", ".order"], kind="stable")
    names = {"case_id": CASE, "activity": ACTIVITY, "timestamp": TIME, "resource": RESOURCE}
    return Pair(ours, frame[list(names)].rename(columns=names))


def running_example(folder: Path) -> Pair:
    path = folder / "small" / "running-example.csv"
    frame = pd.read_csv(path, dtype={CASE: str})
    frame[TIME] = pd.to_datetime(frame[TIME], utc=True)
    ours = wb.load(path, mapping={"case": CASE, "activity": ACTIVITY, "time": TIME, "resource": RESOURCE})
    return Pair(ours, frame.sort_values([CASE, TIME], kind="stable")[[CASE, ACTIVITY, TIME, RESOURCE]])


def generated(folder: Path) -> Pair:
    generate_project(folder, process="credit-collections", cases=150, seed=5)
    ours = wb.open(folder)
    return Pair(ours, ours.to_pm4py())


def ties(_: Path) -> Pair:
    """120 cases of up to seven events on three days, most at the time of another: only the row says which is first."""
    dice = Random(7)
    rows = [
        (f"c{number:03}", dice.choice("abcde"), f"2026-01-0{day}", dice.choice(["ana", "ben", "eva"]))
        for number in range(120)
        for day in sorted(dice.choices((1, 2, 3), k=dice.randint(1, 7)))
    ]
    frame = pd.DataFrame(rows, columns=[CASE, ACTIVITY, TIME, RESOURCE])
    frame["row"] = range(len(frame))
    mapping = {"case": CASE, "activity": ACTIVITY, "time": TIME, "resource": RESOURCE, "order": "row"}
    ours = wb.load(frame, mapping=mapping, time_zone="UTC")
    frame[TIME] = pd.to_datetime(frame[TIME], utc=True)
    return Pair(ours, frame.drop(columns="row"))


MAKERS: dict[str, Callable[[Path], Pair]] = {
    "road fines": fines,
    "running example": running_example,
    "generated": generated,
    "ties": ties,
}
LOGS = [
    pytest.param("road fines", marks=pytest.mark.realdata),
    pytest.param("running example", marks=pytest.mark.realdata),
    "generated",
    "ties",
]


_made: dict[str, Pair] = {}


def made(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Pair:
    """The log that a fixture's parameter, one of LOGS, names; a frame of its own, for pm4py adds columns to it."""
    name = request.param
    if name not in _made:
        real = name in ("road fines", "running example")
        folder = request.getfixturevalue("realdata") if real else folders.mktemp("log") / "project"
        _made[name] = MAKERS[name](folder)
    return Pair(_made[name].ours, _made[name].theirs.copy())


def few() -> wb.Log:
    """Ten cases on three ways: six a-b, three a-c-b, one b."""
    ways = ["ab"] * 6 + ["acb"] * 3 + ["b"]
    rows = [
        (f"c{number}", step, f"2026-01-0{place + 1}")
        for number, way in enumerate(ways)
        for place, step in enumerate(way)
    ]
    frame = pd.DataFrame(rows, columns=[CASE, ACTIVITY, TIME])
    return wb.load(frame, mapping={"case": CASE, "activity": ACTIVITY, "time": TIME}, time_zone="UTC")
