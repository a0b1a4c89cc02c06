"""What a reader of step 2 waits for, and what one takes: the report's words for what `benchmarks.browser` measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from statistics import median
from typing import Any

from benchmarks.words import count, megabytes, table

__all__ = ["readers"]

# (milliseconds for map and cards, for all that is seen) by the least number of events they are wanted for.
_WANTED = {9_000_000: (700.0, 1500.0), 0: (300.0, None)}
_MEMORY = 300e6


def readers(found: Mapping[str, Any] | None) -> str:
    """The section, for what `benchmarks.browser` wrote; without it, that nothing was measured."""
    if found is None:
        return "## In the browser\n\nNot measured: `python -m benchmarks.browser PROJECT`."
    projects = found["projects"]
    head = ["step 2, served", *(f"{count(project['events'])} events" for project in projects)]
    rows = [[name, *(of(project) for project in projects)] for name, of in _ROWS.items()]
    clicks = len(projects[0]["clicks"]["frequency"])
    return f"""## In the browser

Measured on {found["date"]} by `python -m benchmarks.browser` in Chromium without a graphics card, on the same two cores
as the server and the kernel: from the click until what changed is painted. A page is there when its map is painted and
nothing in view is busy; what lies below comes meanwhile. After ten seconds of looking at it, {clicks} clicks on the map
of counts and as many on that of mean times, in {found["runs"]} runs, every other one a filter that was not set before,
and the way back from it.
What a reader may ask next is made ready while the page is looked at: a click as soon as the page is there waits for
that. Memory is what the reader's kernel shares with no other process; what it shares is loaded once for all.

{table(head, rows)}"""


def _milliseconds(value: float, wanted: float | None = None) -> str:
    verdict = (
        "" if wanted is None else (", met" if value < wanted else f", **missed** (wanted < {wanted:.0f})")
    )
    return f"{value:,.0f} ms{verdict}"


def _waited(project: Mapping[str, Any], overlay: str, what: str, new: int) -> list[float]:
    return [click[what] for click in project["clicks"][overlay] if click["new"] == new]


def _late(values: Sequence[float]) -> float:
    """What nineteen of twenty are not above."""
    ordered = sorted(values)
    return ordered[ceil(0.95 * len(ordered)) - 1]


def _p95(project: Mapping[str, Any], overlay: str, what: str, place: int) -> str:
    wanted = next(limits for least, limits in _WANTED.items() if project["events"] >= least)[place]
    return _milliseconds(_late([click[what] for click in project["clicks"][overlay]]), wanted)


def _bytes(value: float) -> str:
    return (
        f"{megabytes(value)}, {'met' if value <= _MEMORY else f'**missed** (wanted ≤ {megabytes(_MEMORY)})'}"
    )


_ROWS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "First page, the server just started": lambda project: _milliseconds(project["first page"]["cold"]),
    "First page, a kernel stands by": lambda project: _milliseconds(project["first page"]["ready"]),
    "A click as soon as the page is there: map and cards": lambda project: _milliseconds(
        project["at once"]["first"]
    ),
    "A new filter: map of counts and cards, median": lambda project: _milliseconds(
        median(_waited(project, "frequency", "first", 1))
    ),
    "A new filter: map of mean times and cards, median": lambda project: _milliseconds(
        median(_waited(project, "mean", "first", 1))
    ),
    "Back from it: map and cards, median": lambda project: _milliseconds(
        median([*_waited(project, "frequency", "first", 0), *_waited(project, "mean", "first", 0)])
    ),
    "Map of counts and cards, P95 of all": lambda project: _p95(project, "frequency", "first", 0),
    "Map of mean times and cards, P95 of all": lambda project: _p95(project, "mean", "first", 0),
    "All that is seen, counts, P95 of all": lambda project: _p95(project, "frequency", "all", 1),
    "All that is seen, mean times, P95 of all": lambda project: _p95(project, "mean", "all", 1),
    "Memory of a reader, page opened": lambda project: _bytes(project["memory"]["opened"]),
    "Memory of a reader, looked at for ten seconds": lambda project: _bytes(project["memory"]["looked"]),
    "Memory of a reader, after all clicks": lambda project: _bytes(project["memory"]["used"]),
    "Loaded once, for all readers": lambda project: megabytes(project["memory"]["shared"]),
}
