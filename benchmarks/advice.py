"""What the figures mean for a user: which size on which machine, and from where on Spark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.figures import Curve, fitted, spread
from benchmarks.words import count, gigabytes, long_time, seconds, table

__all__ = ["advice"]

_MACHINES = (4, 8, 16, 32, 64, 128)
_LEFT_FREE = 0.25
_BEYOND = (100_000_000, 200_000_000, 500_000_000)
_PATIENCE = 3_600
_FAR = 10
_QUESTIONS = {
    "map": "the map",
    "map-medians": "the map with medians and P90",
    "variants": "variants",
    "filtered-both": "the map of filtered cases",
    "hidden": "the map without an activity",
    "kpis": "all KPIs and rules",
}


def advice(results: Mapping[str, Any], points: list[dict[str, float]]) -> str:
    """The section for users; only sentences that rest on what was measured."""
    parts = ["## What it means for you", *_questions(results), *_sizes(points)]
    return "\n\n".join(parts) if len(parts) > 1 else f"{parts[0]}\n\nToo little was measured to say."


def _questions(results: Mapping[str, Any]) -> list[str]:
    works = results["works"]
    told = [
        f"{title} {seconds(spread(works[name]['runs']['ours'], 'seconds').middle)}"
        for name, title in _QUESTIONS.items()
        if "runs" in works.get(name, {})
    ]
    if not told:
        return []
    size = count(results["sizes"]["events"])
    return [
        f"A log is prepared once; every question after that goes to its store. Of {size} events: {', '.join(told)}."
    ]


def _machine(peak: float) -> str:
    """The smallest machine of which a process of this size leaves a quarter free."""
    fits = (size for size in _MACHINES if peak <= size * 2**30 * (1 - _LEFT_FREE))
    return f"{size} GB" if (size := next(fits, None)) else "more than 128 GB"


def _sizes(points: list[dict[str, float]]) -> list[str]:
    curve = fitted({point["events"]: point["seconds"] for point in points})
    if curve is None:
        return []
    rows = [
        [
            count(point["events"]),
            long_time(point["seconds"]),
            f"{_machine(point['memory'])} (took {gigabytes(point['memory'])})",
            gigabytes(point["bytes of the store"]),
        ]
        for point in points
    ]
    largest = points[-1]
    an_event = largest["bytes of the store"] / largest["events"]
    for events in _BEYOND:
        if events > largest["events"]:
            takes, needs = long_time(curve.seconds(events)), gigabytes(an_event * events)
            rows.append([f"{count(events)}, not measured", f"≈ {takes}", "not known", f"≈ {needs}"])
    head = ["events", "prepared and mapped", "memory of the machine", "store on disk"]
    measured = (
        "With every attribute, pair, balance and rule of a receivables log, read from CSV, on the machine above. What "
        "was not measured follows the curve of what was; memory is told of what was measured only, and a quarter of "
        "the machine's is left free."
    )
    spark = (
        "**When to go to Spark.** Not before preparing takes longer than you can wait, or the sources no longer fit on "
        f"one machine's disk: by the curve, {_in_an_hour(curve, largest['events'])}, and a machine with more cores is "
        "the simpler next step. The same expressions then run on Spark (`SparkEngine` in "
        "`workbench.log`), on a session of your own; `wb.open` and the command line always use this machine."
    )
    return [measured, table(head, rows), spark]


def _in_an_hour(curve: Curve, largest: float) -> str:
    """How many events an hour is enough for, as far as the curve may be trusted."""
    events = curve.events(_PATIENCE)
    if events > _FAR * largest:
        return f"{count(_FAR * largest)} events take less than an hour here"
    return f"{count(float(f'{events:.2g}'))} events take an hour here"
