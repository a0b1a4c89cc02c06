"""Does changing a formula turn a test red? Change one thing at a time in a copy of the project and see.

    python -m tests.oracle.mutate --only workbench/measure workbench/rules --sample 400 --seed 1
    python -m tests.oracle.mutate --only templates/credit-collections/kpis.toml

A mutant is *killed* when a test fails, *survives* when all pass, is *out of time* when they take longer than it
is worth, and is *not run* when no test enters the function it stands in. All but the killed are listed with the
line that was changed: each is either a hole in the tests or a change without meaning, and a human says which
(`docs/mutation.md`).

What makes it affordable: a first, undisturbed run notes which functions each test enters and keeps the logs that
the tests prepare. A mutant of the figures is asked over those logs, one of the rules judges them again, and only
tests that enter the changed function are run, until the first fails; the same figures on other days come last, and
only with --whole. A mutant of a template prepares anew.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Queue

from tests.oracle.mutants import ROOT, Mutant, mutants
from tests.oracle.mutation import Entered, Stores, Wanted

TESTS = ["tests/measure", "tests/rules", "tests/oracle/test_deals.py", "tests/oracle/test_credit.py"]
# The same figures on other days: asked of what survives the rest.
LATER = "another_day"
UNABLE = 98
NEEDED = ["workbench", "templates", "tests", "notebooks", "pyproject.toml", "README.md", "docs"]
RULES = "workbench/rules/"
FIGURES = "workbench/measure/"


@dataclass(frozen=True)
class Verdict:
    """What the tests said to a mutant."""

    mutant: Mutant
    outcome: str
    seconds: float


@dataclass(frozen=True)
class Plan:
    """What a run needs: the tests, where their logs are kept, and which functions each of them enters."""

    tests: Sequence[str]
    kept: Path
    whole: bool
    entered: Mapping[str, Sequence[str]] = field(default_factory=dict)
    seconds: float = 3600.0

    def wanted(self, mutant: Mutant) -> Wanted | None:
        """The tests that can notice, the cheapest first; None = all."""
        if mutant.path.startswith(RULES):
            # Verdicts are asked by the tests on rules; figures only count them.
            return Wanted([name for name in self.entered if "rule" in name or "verdict" in name])
        if mutant.path.startswith(FIGURES) and mutant.function:
            function = f"{mutant.path}:{mutant.function}"
            return Wanted([name for name, functions in self.entered.items() if function in functions])
        return None


def _copy(folder: Path) -> Path:
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*cache"))
        else:
            shutil.copy(source, folder / name)
    return folder


def _child(folder: Path, tests: Sequence[str], plugins: Sequence[object], *, whole: bool) -> int:
    """In the forked process: the tests, silently, in the copy; gives their exit code."""
    sys.dont_write_bytecode = True
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] == "tests"]:
        del sys.modules[name]
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    import pytest

    import workbench

    # What cannot be a mutant may have been imported before the fork, from another copy of the same text.
    workbench.__path__[:] = [str(folder / "workbench")]
    import workbench.measure

    assert Path(workbench.measure.__file__).is_relative_to(folder), "the mutant is not the one that runs"
    options = ["-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist"]
    options.append(f"--basetemp={folder / 'temporary'}")
    options += [] if whole else ["-k", f"not {LATER}"]
    return int(pytest.main([*options, *tests], plugins=list(plugins)))


def _run(folder: Path, plan: Plan, plugins: Sequence[object], *, limit: float) -> tuple[str, float]:
    """What the tests say to the copy as it stands now, and how long they took to say it."""
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        code = UNABLE
        try:
            code = _child(folder, plan.tests, plugins, whole=plan.whole)
        finally:
            os._exit(code)  # never back into the parent's code
    while time.monotonic() - started < limit:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            if code == UNABLE:
                raise SystemExit("The tests could not be started in the copy")
            return ("killed" if code else "survived"), time.monotonic() - started
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "out of time", time.monotonic() - started


def _planned(folder: Path, plan: Plan) -> Plan:
    """The undisturbed run: the tests must pass, and say which functions they enter."""
    report = plan.kept / "entered.json"
    if not report.exists():
        plan.kept.mkdir(parents=True, exist_ok=True)
        places = (f"{folder}/{FIGURES}", f"{folder}/{RULES}")
        outcome, seconds = _run(
            folder, plan, [Stores(plan.kept), Entered(folder, places, report)], limit=2 * plan.seconds
        )
        if outcome != "survived":
            raise SystemExit(f"The tests do not pass as they are ({outcome} after {seconds:.0f} s)")
    first = json.loads(report.read_text(encoding="utf-8"))
    return replace(plan, entered=first["entered"], seconds=first["seconds"])


def judge(
    chosen: Sequence[Mutant],
    *,
    tests: Sequence[str],
    jobs: int = 1,
    whole: bool = False,
    kept: Path | None = None,
) -> Iterator[Verdict]:
    """Each mutant's fate; the tests must pass without any first."""
    for heavy in ("ibis", "ibis.backends.duckdb", "duckdb", "pandas", "pyarrow", "pydantic", "pytest"):
        importlib.import_module(heavy)  # once here, not once for every mutant
    with tempfile.TemporaryDirectory() as base, ThreadPoolExecutor(jobs) as pool:
        copies: Queue[Path] = Queue()
        for number in range(jobs):
            copies.put(_copy(Path(base) / str(number)))
        if all(mutant.path.startswith((FIGURES, RULES)) for mutant in chosen):
            sys.path.insert(0, str(copies.queue[0]))
            for below in ("connect", "log.derive", "log.store", "template", "project"):
                importlib.import_module(f"workbench.{below}")
        known = _planned(copies.queue[0], Plan(tests, kept or Path(base) / "kept", whole))

        def one(mutant: Mutant) -> Verdict:
            wanted = known.wanted(mutant)
            if wanted is not None and not wanted.tests:
                return Verdict(mutant, "not run", 0.0)
            plugins: list[object] = [] if wanted is None else [wanted]
            if mutant.path.startswith((FIGURES, RULES)):
                plugins.append(Stores(known.kept, again=mutant.path.startswith(RULES)))
            folder = copies.get()
            target = folder / mutant.path
            original = target.read_text(encoding="utf-8")
            try:
                target.write_text(mutant.text, encoding="utf-8")
                return Verdict(mutant, *_run(folder, known, plugins, limit=3 * known.seconds + 20))
            finally:
                target.write_text(original, encoding="utf-8")
                copies.put(folder)

        yield from pool.map(one, chosen)


def _source_line(mutant: Mutant) -> str:
    if not mutant.line:
        return ""
    lines = (ROOT / mutant.path).read_text(encoding="utf-8").splitlines()
    return lines[mutant.line - 1].strip()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="*", default=[], help="folders or files, relative to the root")
    parser.add_argument("--ids", nargs="*", default=[], help="KPI ids of a template; default: all")
    parser.add_argument("--at", nargs="*", default=[], help="only mutants of these places, PATH:LINE")
    parser.add_argument("--tests", nargs="*", default=TESTS)
    parser.add_argument("--sample", type=int, default=0, help="so many mutants, drawn at random; 0 = all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--whole", action="store_true", help="ask the tests of other days, too")
    parser.add_argument("--kept", type=Path, help="keep the first run here, for another run of the same code")
    options = parser.parse_args(arguments)
    chosen = mutants(options.only, options.ids)
    if options.at:
        chosen = [mutant for mutant in chosen if f"{mutant.path}:{mutant.line}" in options.at]
    say = sys.stdout.write
    say(f"{len(chosen)} mutants")
    if options.sample and options.sample < len(chosen):
        chosen = random.Random(options.seed).sample(chosen, options.sample)
        say(f", {len(chosen)} drawn (seed {options.seed})")
    say("\n")
    counts: dict[str, int] = {}
    verdicts = judge(chosen, tests=options.tests, jobs=options.jobs, whole=options.whole, kept=options.kept)
    for number, verdict in enumerate(verdicts, start=1):
        counts[verdict.outcome] = counts.get(verdict.outcome, 0) + 1
        mutant = verdict.mutant
        if verdict.outcome != "killed":
            say(f"{verdict.outcome}: {mutant.path}:{mutant.line} {mutant.what}    {_source_line(mutant)}\n")
        elif number % 25 == 0:
            say(f"… {number} of {len(chosen)}\n")
        sys.stdout.flush()
    say(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
