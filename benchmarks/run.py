"""Measure ours and its peers, each figure in a fresh process, and write what was found as JSON.

    python -m benchmarks.run                                        # all works, 5 runs of each side
    python -m benchmarks.run --work map variants --runs 7
    python -m benchmarks.run --growth 1000000 10000000 50000000 --out benchmarks/growth.json
    python -m benchmarks.report                                     # writes docs/performance.md

The two sides take turns. Their answers are compared in every run: where they differ, no figure of that work is
told and the command ends with 1. Every run starts with its files read once, so that none waits for the disk, and
with nothing kept of an answer. Memory is the largest resident size of the whole process, imports and loading
included. The data is made once into --data (about 3 GB at full size; 1, 10 and 50 million events
take 12 GB and room to spill).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.data import files_of
from benchmarks.machine import RSS_UNIT, machine, versions
from benchmarks.work import Data, Side, Work, difference
from benchmarks.works import WORKS, side_of, work_of

__all__ = ["Run", "RunError", "compared", "main"]

ROOT = Path(__file__).resolve().parents[1]
_HERE = Path(__file__).resolve().parent
_CHUNK = 2**20


class RunError(RuntimeError):
    """A side ended without a figure; what it said on the way is the message."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one side: seconds and processor seconds, memory in bytes, and what it answered."""

    seconds: float
    cpu: float
    memory: int
    answer: Any
    facts: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "answer"}


@dataclass(frozen=True, slots=True)
class _Ended:
    """A process that has ended: from its start to its end, with its processor time and its largest size."""

    seconds: float
    cpu: float
    memory: int
    said: str


def _started(command: list[str]) -> _Ended:
    """Run a process to its end. RunError says what it left on stderr."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, cwd=ROOT, env=kept)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            told = err.read().decode(errors="replace").strip().splitlines()
            raise RunError(f"exit code {process.returncode}: {' | '.join(told[-3:])}")
        said = out.read().decode()
    return _Ended(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * RSS_UNIT, said)


def _run(work: Work, side: str, data: Data) -> Run:
    """One run of one side in a process of its own."""
    told: Side = side_of(work, side)
    if told.before is not None:
        told.before(data)
    for need in work.needs:
        for path in files_of(data, need):
            _read(path)
    if told.command is not None:
        ended = _started(told.command(data))
        return Run(ended.seconds, ended.cpu, ended.memory, ended.said)
    ended = _started([sys.executable, "-m", "benchmarks.works", work.name, side, data.as_json()])
    found = json.loads(ended.said.splitlines()[-1])
    if told.whole:
        found |= {"seconds": ended.seconds, "cpu": ended.cpu}
    return Run(memory=ended.memory, **found)


def _read(path: Path) -> None:
    with path.open("rb") as file:
        while file.read(_CHUNK):
            pass


def compared(work: Work, run: Callable[[str], Run], *, runs: int, peer_runs: int) -> dict[str, Any]:
    """All runs of a work, the sides in turn: what the report needs of it, or why nothing is told.

    `run` does one run of a side, "ours" or "peer". Answers are compared with the first one: of ours in every run, of
    the peer where it gives one.
    """
    found: dict[str, list[Run]] = {"ours": [], "peer": []}
    told = {
        "title": work.title,
        "does": {"ours": work.ours.does, "peer": work.peer.does if work.peer else None},
        "targets": [asdict(target) for target in work.targets],
    }
    for turn in range(runs):
        sides = ["ours", "peer"] if work.peer is not None and turn < peer_runs else ["ours"]
        for side in sides:
            try:
                done = run(side)
            except RunError as failed:
                return {**told, "refused": f"{side} failed: {failed}"}
            found[side].append(done)
            first = found["ours"][0].answer
            differs = None if done.answer is None else difference(first, done.answer)
            if differs is not None:
                return {**told, "refused": f"{side}, run {turn + 1}, answers otherwise than ours: {differs}"}
    answer = json.dumps(found["ours"][0].answer, sort_keys=True)
    return {
        **told,
        "answer": hashlib.sha256(answer.encode()).hexdigest()[:16],
        "compared": any(done.answer is not None for done in found["peer"]),
        "runs": {side: [done.as_dict() for done in dones] for side, dones in found.items()},
    }


def _words() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [work.name for work in WORKS]
    sizes = Data(Path())
    parser.add_argument("--work", nargs="+", choices=names, help="only these works")
    parser.add_argument("--runs", type=_count, default=5, help="runs of each side")
    parser.add_argument("--peer-runs", type=_count, help="runs of the peer, where fewer must do")
    parser.add_argument("--events", type=_count, default=sizes.events, help="events of the large logs")
    parser.add_argument("--frame-events", type=_count, default=sizes.frame_events)
    parser.add_argument("--small-events", type=_count, default=sizes.small_events)
    parser.add_argument("--small-logs", type=_count, default=sizes.small_logs)
    parser.add_argument(
        "--growth", nargs="+", type=_count, metavar="EVENTS", help="only growth, at these sizes"
    )
    parser.add_argument("--data", type=Path, default=_HERE / "data")
    parser.add_argument("--out", type=Path, default=_HERE / "results.json")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def main(arguments: list[str] | None = None) -> int:
    options = _words().parse_args(arguments)
    data = Data(
        options.data.resolve(),
        options.events,
        options.frame_events,
        options.small_events,
        options.small_logs,
    )
    names = options.work or [work.name for work in WORKS]
    works = [work_of(f"growth-{size}") for size in options.growth or ()] or [work_of(name) for name in names]
    results: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "sizes": {name: value for name, value in asdict(data).items() if name != "folder"},
        "works": {},
    }
    for work in works:
        if work.needs:
            # In a process of its own: whoever starts the others must stay small.
            _say(f"{work.name}: data")
            _started([sys.executable, "-m", "benchmarks.data", data.as_json(), *work.needs])
        told = compared(
            work,
            lambda side, work=work: _run(work, side, data),  # type: ignore[misc]
            runs=options.runs,
            peer_runs=options.peer_runs or options.runs,
        )
        _say(f"{work.name}: {told.get('refused') or _in_short(told['runs'])}")
        results["works"][work.name] = told
        # Written after every work: what was measured stays, whatever ends a long run.
        options.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(any("refused" in told for told in results["works"].values()))


def _in_short(runs: dict[str, list[dict[str, float]]]) -> str:
    return ", ".join(
        f"{side} " + " ".join(f"{run['seconds']:.3g}s" for run in done) for side, done in runs.items() if done
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
