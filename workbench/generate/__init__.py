"""Projects with generated data: a company that does not exist, with everything an analysis should find in it.

>>> from workbench.generate import generate_project
>>> generate_project("demo", process="credit-collections", cases=2000)          # doctest: +SKIP

A project is made of events and cases in Parquet, small side tables, a project.toml ready to run, and
`truth.json`, which says what was planted: causes, breaches of policy, exact balances. The same process, size
and seed give the same bytes. Nothing here knows the analysis; the analysis is measured against it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import WorkbenchError, unknown_name
from workbench.messages import Message

__all__ = ["PROCESSES", "GeneratedProject", "generate_project"]

_WRITERS = {
    "any-process": "workbench.generate.tickets",
    "credit-collections": "workbench.generate.credit",
    "credit-collections-netsuite": "workbench.generate.credit",
    "lead-to-cash": "workbench.generate.deals",
}

PROCESSES = tuple(_WRITERS)
"""The processes that there are projects of."""

_CHUNK_CASES = 10_000
"""Cases simulated at a time; part of what a seed means, since every chunk is seeded by (seed, chunk)."""


@dataclass(frozen=True, slots=True)
class GeneratedProject:
    """What was written: where, of which process, how many cases and events."""

    directory: Path
    process: str
    cases: int
    events: int
    seed: int


def generate_project(
    directory: str | Path,
    *,
    process: str = "credit-collections",
    cases: int = 2000,
    seed: int = 1,
    progress: Callable[[str, float], None] | None = None,
) -> GeneratedProject:
    """Write a whole project of generated data into a new folder.

    `cases` invoices, deals or requests over two years up to a cut-off day; any number of them, since only one
    chunk is in memory at a time. `progress` hears what is being done and how much of it (0 to 1).

    Raises WorkbenchError for an unknown process, a size or seed that makes no sense, and a folder that is not
    empty; then, and when anything else goes wrong, no part of a project is left behind.
    """
    if process not in _WRITERS:
        raise unknown_name("process", process, PROCESSES)
    _require_whole("cases", cases, at_least=1)
    _require_whole("seed", seed, at_least=0)

    from workbench.generate.project import writing

    def advance(done: int) -> None:
        if progress is not None:
            progress("Generating cases", done / cases)

    write_project = importlib.import_module(_WRITERS[process]).write_project
    with writing(Path(directory)) as writer:
        advance(0)
        truth = write_project(
            writer, process=process, cases=cases, seed=seed, chunk_cases=_CHUNK_CASES, advance=advance
        )
        head = {"process": process, "cases": cases, "seed": seed, "chunk_cases": _CHUNK_CASES}
        writer.json("truth.json", {**head, **truth})
    return GeneratedProject(Path(directory), process, cases, writer.rows["data/events.parquet"], seed)


def _require_whole(name: str, value: int, *, at_least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
        raise WorkbenchError(
            Message(
                "The {name} must be a whole number of at least {least}, not {value}",
                name=name,
                least=at_least,
                value=repr(value),
            ),
            remedy=Message("For example {example}", example=f"{name}={max(at_least, 1)}"),
        )
