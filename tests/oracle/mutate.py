"""Does changing a formula turn a test red? Change one thing at a time and see.

    python -m tests.oracle.mutate --only workbench/measure workbench/rules --sample 400 --seed 1 --kept /tmp/kept
    python -m tests.oracle.mutate --only templates/credit-collections/kpis.toml

A mutant is *killed* when a test fails, *survives* when all pass, is *out of time* when they take longer than it
is worth, and is *not run* when no test runs the changed lines. All but the killed are listed with the
line that was changed: each is either a hole in the tests or a change without meaning, and a human says which
(`docs/mutation.md`).

What makes it affordable: a first, undisturbed run notes which lines each test runs and what it costs, and keeps the
logs that the tests prepare. Then one process holds tests, program and logs; a mutant takes the place of the one
function that it changes, and only tests that run the changed lines are asked, the cheapest first, until one fails.
A mutant of a rule judges the kept logs anew, one of a template reads its template anew and is asked of the tests that
name the figure. What was judged is kept too: the same command goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import os
import pkgutil
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from tests.oracle.mutants import ROOT, Mutant, changed_template, changed_tree, mutants
from tests.oracle.mutation import Entered, Judge, Stores, silenced
from tests.oracle.replaced import changed_functions, changed_on_import

# Logs and figures worked by hand.
TESTS = [
    "tests/measure",
    "tests/rules",
    *(f"tests/oracle/test_{name}.py" for name in ("deals", "leads", "credit", "credit_more", "collectors")),
]
# The same figures on other days are compared with a restatement, and take long.
LATER = "another_day"
RULES = "workbench/rules/"
FIGURES = "workbench/measure/"
HEAVY = ["ibis", "ibis.backends.duckdb", "duckdb", "pandas", "pyarrow", "pydantic", "pytest", "scipy.stats"]


@dataclass(frozen=True)
class Run:
    """What a run needs: the tests, where logs and verdicts are kept, how long a mutant may take."""

    tests: Sequence[str]
    kept: Path
    seconds: float
    whole: bool = False
    noted: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def verdicts(self) -> Path:
        return self.kept / "verdicts.jsonl"

    def wanted(self, mutant: Mutant) -> list[str]:
        """The tests that can notice, the cheapest first."""
        noted = self.noted
        if mutant.path.startswith(RULES) or mutant.section == "rules":
            # Logs are kept with their verdicts: the tests on rules ask them, figures only count them.
            names = [name for name in noted if "rule" in name or "verdict" in name]
        elif mutant.section:
            # Figures of the same id may be `like` this one.
            own = (mutant.name, f"{mutant.name}.")
            names = [
                name
                for name, told in noted.items()
                if any(figure == own[0] or figure.startswith(own[1]) for figure in told["names"])
            ]
        else:
            first, last = mutant.lines if mutant.function else (0, 1_000_000)
            lines = {name: told["lines"].get(mutant.path, ()) for name, told in noted.items()}
            names = [name for name, ran in lines.items() if any(first <= line <= last for line in ran)]
        return sorted(names, key=lambda name: float(noted[name]["seconds"]))

    def judged(self) -> dict[str, dict[str, Any]]:
        """What an earlier run has said, by the mutant."""
        if not self.verdicts.exists():
            return {}
        lines = self.verdicts.read_text(encoding="utf-8").splitlines()
        return {told["mutant"]: told for told in map(json.loads, lines)}


def _forked(work: Callable[[], None]) -> int:
    """Starts a process of its own for a piece of work, silent; gives its number."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        silenced()
        os.chdir(ROOT)
        os.environ.pop("WORKBENCH_TEMPLATES", None)
        work()
        code = 0
    finally:
        os._exit(code)  # never back into the parent's code


def _pytest(run: Run, plugins: Sequence[object]) -> None:
    import pytest

    with tempfile.TemporaryDirectory() as folder:
        options = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "timeout=0"]
        options += [f"--basetemp={folder}/tests", "-k", "" if run.whole else f"not {LATER}"]
        pytest.main([*options, *run.tests], plugins=list(plugins))


def _all_imported() -> None:
    """Every module of the evaluator: a function imported later would be the unchanged one."""
    for package in ("workbench.measure", "workbench.rules"):
        found = importlib.import_module(package)
        for module in pkgutil.walk_packages(found.__path__, f"{package}."):
            importlib.import_module(module.name)


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _code() -> str:
    """What the program looks like: lines noted of another one mean nothing."""
    found = hashlib.sha256()
    for place in (FIGURES, RULES):
        for path in sorted((ROOT / place).rglob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()


def _told(kept: Path, name: str) -> dict[str, dict[str, Any]]:
    """What is noted of each test, by whichever job."""
    found: dict[str, dict[str, Any]] = {}
    for report in sorted(kept.glob(f"{name}*.jsonl")):
        lines = report.read_text(encoding="utf-8").splitlines()
        found |= {told["test"]: told for told in map(json.loads, lines)}
    return found


def noted(run: Run, jobs: int = 1) -> dict[str, dict[str, Any]]:
    """The undisturbed run of the tests that are not noted yet: what each that passes runs and costs."""
    run.kept.mkdir(parents=True, exist_ok=True)
    name = f"entered-{_code()[:12]}"
    known = _told(run.kept, name)
    files = [path for place in (FIGURES, RULES) for path in sorted((ROOT / place).rglob("*.py"))]
    modules = {_module(path): path for path in files}

    def work(job: int) -> None:
        entered = Entered(ROOT, modules, run.kept / f"{name}-{job}.jsonl", known, job, jobs)
        entered.install()
        _pytest(run, [Stores(run.kept), entered])

    for child in [_forked(partial(work, job)) for job in range(jobs)]:
        os.waitpid(child, 0)
    told = _told(run.kept, name)
    if failed := [name for name, said in told.items() if said["failed"]]:
        sys.stdout.write(f"not asked, for they fail as it is: {', '.join(failed)}\n")
    passed = {name: said for name, said in told.items() if not said["failed"]}
    if not passed:
        raise SystemExit("No test passes as it is")
    return passed


@contextmanager
def _templates(mutant: Mutant) -> Iterator[None]:
    """The changed template in the place of its folder."""
    path = ROOT / mutant.path
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.parent.name
        shutil.copytree(path.parent, copy)
        (copy / path.name).write_text(changed_template(mutant), encoding="utf-8")
        os.environ["WORKBENCH_TEMPLATES"] = folder
        try:
            yield
        finally:
            del os.environ["WORKBENCH_TEMPLATES"]


def _change(mutant: Mutant) -> AbstractContextManager[None]:
    """Puts a mutant in the place of what it changes."""
    if mutant.section:
        return _templates(mutant)
    if mutant.function:
        return changed_functions(ROOT / mutant.path, changed_tree(mutant), mutant.function)
    return nullcontext()  # since it was imported


def _judge(run: Run, chosen: Sequence[Mutant]) -> None:
    """In a process of its own: all these mutants, which are asked in the same way, one after the other."""
    first = chosen[0]
    rules = first.path.startswith(RULES) or first.section == "rules"
    stores = Stores(run.kept, again=rules, fresh=bool(first.section))
    if not first.function and not first.section:
        changed_on_import(_module(ROOT / first.path), ROOT / first.path, changed_tree(first))
    else:
        _all_imported()

    def say(mutant: Mutant, outcome: str, seconds: float, killer: str) -> None:
        told = {"mutant": mutant.id, "outcome": outcome, "seconds": round(seconds, 2), "by": killer}
        with run.verdicts.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")

    asked = [(mutant, run.wanted(mutant), partial(_change, mutant)) for mutant in chosen]
    files = dict.fromkeys(name.partition("::")[0] for _, names, _ in asked for name in names)
    _pytest(replace(run, tests=sorted(files)), [stores, Judge(asked, stores, run.seconds, say)])


def _parts(chosen: Sequence[Mutant], jobs: int) -> list[list[Mutant]]:
    """Mutants that may share a process: of the figures, the rules, templates; one run on import is alone."""
    alone = [[mutant] for mutant in chosen if not mutant.function and not mutant.section]
    kinds: dict[tuple[bool, str], list[Mutant]] = {}
    for mutant in chosen:
        if mutant.function or mutant.section:
            kinds.setdefault((mutant.path.startswith(RULES), mutant.section), []).append(mutant)
    shares = {kind: min(jobs, 1 + len(part) // 20) for kind, part in kinds.items()}
    together = [
        part[number :: shares[kind]]
        for number in range(jobs)
        for kind, part in kinds.items()
        if number < shares[kind]
    ]
    return [*together, *alone]


def judge(chosen: Sequence[Mutant], run: Run, jobs: int) -> Iterator[dict[str, Any]]:
    """Each mutant's fate, as it becomes known."""
    by_id = {mutant.id: mutant for mutant in chosen}
    told = {name: verdict for name, verdict in run.judged().items() if name in by_id}
    yield from told.values()
    for mutant in chosen:
        if mutant.id not in told and not run.wanted(mutant):
            told[mutant.id] = {"mutant": mutant.id, "outcome": "not run", "seconds": 0.0, "by": ""}
            yield told[mutant.id]
    waiting = _parts([mutant for mutant in chosen if mutant.id not in told], jobs)
    running: dict[int, list[Mutant]] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            part = waiting.pop(0)
            running[_forked(partial(_judge, run, part))] = part
        time.sleep(0.5)
        for child in list(running):
            ended, status = os.waitpid(child, os.WNOHANG)
            if not ended:
                continue
            said = run.judged()
            left = [mutant for mutant in running.pop(child) if mutant.id not in said]
            if not left:
                continue
            if not os.WIFSIGNALED(status) and left[0].function:
                raise SystemExit(f"The tests could not be run under {left[0].id}")
            # It has ended the process that it ran in, or cannot even be imported.
            verdict = {"mutant": left[0].id, "outcome": "killed", "seconds": 0.0, "by": "the process ended"}
            with run.verdicts.open("a", encoding="utf-8") as file:
                file.write(json.dumps(verdict) + "\n")
            if left[1:]:
                waiting.insert(0, left[1:])
        for name, verdict in run.judged().items():
            if name in by_id and name not in told:
                told[name] = verdict
                yield verdict


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
    parser.add_argument("--seconds", type=float, default=60.0, help="of the processor, for one mutant")
    parser.add_argument("--whole", action="store_true", help="ask the tests of other days, too")
    parser.add_argument("--kept", type=Path, help="keep logs and verdicts here, to go on with the same code")
    parser.add_argument("--anew", action="store_true", help="judge again what survived, as after a new test")
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
    sys.stdout.flush()
    for heavy in HEAVY:
        importlib.import_module(heavy)  # once here, not once for every process
    with tempfile.TemporaryDirectory() as folder:
        run = Run(options.tests, options.kept or Path(folder), options.seconds, options.whole)
        run = Run(options.tests, run.kept, options.seconds, options.whole, noted(run, options.jobs))
        if options.anew and run.verdicts.exists():
            killed = [
                json.dumps(told) + "\n" for told in run.judged().values() if told["outcome"] == "killed"
            ]
            run.verdicts.write_text("".join(killed), encoding="utf-8")
        counts: dict[str, int] = {}
        by_id = {mutant.id: mutant for mutant in chosen}
        for number, verdict in enumerate(judge(chosen, run, options.jobs), start=1):
            outcome, mutant = str(verdict["outcome"]), by_id[verdict["mutant"]]
            counts[outcome] = counts.get(outcome, 0) + 1
            if outcome != "killed":
                say(f"{outcome}: {mutant.path}:{mutant.line} {mutant.what}    {_source_line(mutant)}\n")
            elif number % 25 == 0:
                say(f"… {number} of {len(chosen)}\n")
            sys.stdout.flush()
    say(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
