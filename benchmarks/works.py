"""All works by name, and one side of one of them done here, in a process of its own.

    python -m benchmarks.works map ours '{"folder": "benchmarks/data", "events": 9500000}'

The last line it prints is what it measured, as JSON.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from benchmarks import generate, maps, small, tables, workbook, xes
from benchmarks.work import Data, Side, Work
from workbench.garbage import collect_seldom

__all__ = ["WORKS", "main", "work_of"]

WORKS = (*maps.WORKS, *tables.WORKS, *small.WORKS, xes.WORK, workbook.WORK, generate.WORK)
_GROWTH = "growth-"


def work_of(name: str) -> Work:
    """A work by its name; `growth-` and a number of events is one, too. KeyError where there is none."""
    if name.startswith(_GROWTH):
        return tables.growth_work(int(name.removeprefix(_GROWTH)))
    return {work.name: work for work in WORKS}[name]


def side_of(work: Work, side: str) -> Side:
    found = work.ours if side == "ours" else work.peer
    if found is None:
        raise KeyError(f"{work.name} has no peer")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("work")
    parser.add_argument("side", choices=("ours", "peer"))
    parser.add_argument("data", type=Data.from_json)
    options = parser.parse_args()
    ask = side_of(work_of(options.work), options.side).ask
    assert ask is not None, "a command is started by who measures it"
    collect_seldom()  # as in every process of the workbench's own, and for both sides alike
    print(json.dumps(asdict(ask(options.data))))


if __name__ == "__main__":
    main()
