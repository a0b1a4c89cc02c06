"""How fast the generator writes, and how much memory it takes: events per second for each process.

    python -m benchmarks.generate                    # 100,000 cases of each process
    python -m benchmarks.generate --cases 1000000 --process credit-collections

The first lines of a run pay for the imports; the figures say so by leaving them out. Memory is the largest
resident size of a process of its own, imports included.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import peak_memory
from benchmarks.work import Data, Measured, Side, Work, timed

__all__ = ["WORK", "main", "measure"]

_PER_CASE = 10


def measure(process: str, cases: int) -> dict[str, float]:
    """Generate in this process and say how long it took and what it needed."""
    from workbench.generate import generate_project

    with tempfile.TemporaryDirectory() as folder:
        generate_project(Path(folder) / "warm-up", process=process, cases=10)
        start = time.perf_counter()
        made = generate_project(Path(folder) / "project", process=process, cases=cases)
        seconds = time.perf_counter() - start
        size = sum(path.stat().st_size for path in (made.directory / "data").iterdir())
    return {"events": made.events, "seconds": seconds, "bytes": size, "memory": peak_memory()}


def main() -> None:
    from workbench.generate import PROCESSES

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--process", choices=PROCESSES, action="append")
    parser.add_argument("--json", action="store_true", help="measure one process here and print it as JSON")
    options = parser.parse_args()
    processes = options.process or [name for name in PROCESSES if not name.endswith("-netsuite")]
    if options.json:
        print(json.dumps(measure(processes[0], options.cases)))
        return
    print(f"{'process':<30}{'events':>12}{'seconds':>9}{'events/s':>12}{'MB written':>12}{'MB memory':>11}")
    for process in processes:
        arguments = ["--json", "--process", process, "--cases", str(options.cases)]
        command = [sys.executable, "-m", "benchmarks.generate", *arguments]
        found = json.loads(
            subprocess.run(
                command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1]
            ).stdout
        )
        print(
            f"{process:<30}{found['events']:>12,}{found['seconds']:>9.1f}"
            f"{found['events'] / found['seconds']:>12,.0f}"
            f"{found['bytes'] / 1e6:>12.1f}{found['memory'] / 1e6:>11.0f}"
        )


def _generate(data: Data) -> Measured:
    from workbench.generate import generate_project

    with tempfile.TemporaryDirectory() as folder:
        generate_project(Path(folder) / "warm-up", cases=10)
        made, seconds, cpu = timed(
            lambda: generate_project(Path(folder) / "project", cases=max(1, data.events // _PER_CASE))
        )
    return Measured(seconds, cpu, facts={"events": made.events})


WORK = Work(
    "generate",
    "Generate a project of receivables, ten events a case",
    (),
    Side("`generate_project(…)`", _generate),
)


if __name__ == "__main__":
    main()
