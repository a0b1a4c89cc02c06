"""From the frames of a map to its parts: what each box, line and sign says, and how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from workbench.draw.lettering import shortened
from workbench.draw.mapparts import Mark, Path, Step
from workbench.draw.mapstyle import box_colours, line_colour, line_width, wait_colour

if TYPE_CHECKING:
    import pandas as pd

    from workbench.i18n import Speech

__all__ = ["Measure", "Scene", "scene_of"]

Measure = Literal["frequency", "time"]
# A path that carries this share of what the busiest one carries belongs to the main way.
_MAIN = 0.4
_LONGEST_NAME = 200
_MARK_WIDTH = 1.4
_Row = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """All parts of a map. The layout numbers boxes in this order: first the steps, then the signs."""

    steps: tuple[Step, ...]
    marks: tuple[Mark, ...]
    paths: tuple[Path, ...]

    @property
    def boxes(self) -> tuple[Step | Mark, ...]:
        return (*self.steps, *self.marks)

    @property
    def paths_between(self) -> int:
        """How many paths lead from an activity to an activity."""
        return sum(not path.is_mark for path in self.paths)

    @property
    def has_derived(self) -> bool:
        return any(step.is_derived for step in self.steps)


def scene_of(
    nodes: pd.DataFrame, edges: pd.DataFrame, speech: Speech, measure: Measure, cases: int | None = None
) -> Scene:
    """The parts of a map from its frames; an edge to an activity that is not among the nodes is left out.

    `cases` is how many begin and end, whatever of that is drawn; without it, what is drawn.
    """
    rows = _rows(nodes)
    for place, row in enumerate(rows):
        row["place"] = place
        row["name"] = shortened(str(row.get("label") or row["activity"]), _LONGEST_NAME)
    known = {row["activity"]: row for row in rows}
    links = [
        {**row, "from": known[row["source"]], "to": known[row["target"]]}
        for row in _rows(edges)
        if row["source"] in known and row["target"] in known
    ]
    starts = [row for row in rows if row["starts"] > 0 and row.get("is_start", True)]
    ends = [row for row in rows if row["ends"] > 0 and row.get("is_end", True)]
    steps = tuple(_step(row, max(other["events"] for other in rows), speech) for row in rows)
    marks: list[Mark] = []
    paths = _paths(links, speech, measure)
    if starts:
        at = len(steps) + len(marks)
        begun = sum(row["starts"] for row in starts) if cases is None else cases
        marks.append(Mark("start", _cases(begun, speech)))
        for row in starts:
            hover = speech.say("Start → {target}: {n}", target=row["name"], n=int(row["starts"]))
            paths.append(_mark_path(at, row["place"], row["starts"], hover, speech))
    if ends:
        at = len(steps) + len(marks)
        ended = sum(row["ends"] for row in ends) if cases is None else cases
        marks.append(Mark("end", _cases(ended, speech)))
        for row in ends:
            hover = speech.say("{source} → End: {n}", source=row["name"], n=int(row["ends"]))
            paths.append(_mark_path(row["place"], at, row["ends"], hover, speech))
    return Scene(steps, tuple(marks), tuple(paths))


def _rows(frame: pd.DataFrame) -> list[_Row]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _step(row: _Row, most: float, speech: Speech) -> Step:
    fill, ink = box_colours(row["events"], most)
    hover = speech.say(
        "{activity} – events: {events}; cases: {cases}; starting here: {starts}; ending here: {ends}",
        activity=row["name"],
        **{name: int(row[name]) for name in ("events", "cases", "starts", "ends")},
    )
    is_derived = bool(row.get("is_derived", False))
    return Step(row["name"], speech.number(int(row["events"])), hover, fill, ink, is_derived)


def _paths(links: Sequence[_Row], speech: Speech, measure: Measure) -> list[Path]:
    most = max((link["count"] for link in links), default=0)
    longest = max((link["median_seconds"] for link in links), default=0.0)
    found = []
    for link in links:
        times, wait = speech.number(int(link["count"])), speech.duration(float(link["median_seconds"]))
        hover = speech.say(
            "{source} → {target} – times: {n}; median time: {time}",
            source=link["from"]["name"],
            target=link["to"]["name"],
            n=int(link["count"]),
            time=wait,
        )
        path = Path(
            source=link["from"]["place"],
            target=link["to"]["place"],
            weight=float(link["count"]),
            label=times,
            hover=hover,
            colour=line_colour(link["count"], most),
            width=line_width(link["count"], most),
            is_main=link["count"] >= _MAIN * most,
        )
        if measure == "time":
            path = replace(path, label=wait, colour=wait_colour(link["median_seconds"], longest))
        found.append(path)
    return found


def _mark_path(source: int, target: int, count: float, hover: str, speech: Speech) -> Path:
    """A line from the start or to the end: thin and broken, since nothing happens on it."""
    return Path(
        source=source,
        target=target,
        weight=float(count),
        label=speech.number(int(count)),
        hover=hover,
        colour=line_colour(0, 1),
        width=_MARK_WIDTH,
        is_mark=True,
    )


def _cases(count: float, speech: Speech) -> str:
    return speech.say("1 case") if count == 1 else speech.say("{n} cases", n=int(count))
