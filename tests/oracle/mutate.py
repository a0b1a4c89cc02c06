"""Does changing a formula turn a test red? Change one thing at a time in a copy of the project and see.

    python -m tests.oracle.mutate --sample 200 --seed 1
    python -m tests.oracle.mutate --only workbench/rules --jobs 2
    python -m tests.oracle.mutate --only templates/credit-collections/kpis.toml

What is changed: comparisons, arithmetic, and/or, negations, numbers, minima for maxima and their like in the
evaluator's Python; numbers, single words of lists, single keys in the templates' KPIs and rules. A mutant is
*killed* when the oracle's tests (or whatever `--tests` names) fail, *survives* when they pass, and is *out of
time* when they take longer than it is worth. Survivors are listed with the line that was changed: each is
either a hole in the tests or a change without meaning, and a human says which.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any

import tomlkit

ROOT = Path(__file__).resolve().parents[2]
EVALUATOR = ["workbench/measure", "workbench/rules"]
FORMULAS = ["kpis.toml", "rules.toml"]
TESTS = ["tests/oracle/test_credit.py", "tests/oracle/test_deals.py"]
UNABLE = 98
NEEDED = ["workbench", "templates", "tests", "pyproject.toml"]

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
METHODS = {
    "min": "max",
    "max": "min",
    "sum": "max",
    "mean": "min",
    "lag": "lead",
    "lead": "lag",
    "isnull": "notnull",
    "notnull": "isnull",
    "any": "all",
    "all": "any",
    "desc": "asc",
    "cumsum": "cummax",
}


@dataclass(frozen=True)
class Mutant:
    """One change: the file, the line and what became of it, and the file's whole new text."""

    path: str
    line: int
    what: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """What the tests said to a mutant."""

    mutant: Mutant
    outcome: str
    seconds: float


# ------------------------------------------------------------------------------------------ Python


def _changes(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """Every way to change this one node: what it says, and the attribute changes that do it."""
    if isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            if (other := COMPARISONS.get(type(op))) is not None:
                ops = [*node.ops[:i], other(), *node.ops[i + 1 :]]
                yield f"{type(op).__name__} → {other.__name__}", {"ops": ops}
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        swapped = ARITHMETIC[type(node.op)]
        yield f"{type(node.op).__name__} → {swapped.__name__}", {"op": swapped()}
    elif isinstance(node, ast.BoolOp):
        flipped = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{type(node.op).__name__} → {type(flipped).__name__}", {"op": flipped}
    elif isinstance(node, ast.Attribute) and node.attr in METHODS:
        yield f".{node.attr} → .{METHODS[node.attr]}", {"attr": METHODS[node.attr]}
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "condition negated", {"test": ast.UnaryOp(ast.Not(), node.test)}
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} → {not node.value}", {"value": not node.value}
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield f"{node.value} → {node.value + 1}", {"value": node.value + 1}


def _skipped(tree: ast.Module) -> set[int]:
    """Nodes in which a change means nothing: annotations, decorators and their arguments."""
    found: set[int] = set()
    for node in ast.walk(tree):
        outside: list[ast.AST | None] = []
        if isinstance(node, ast.AnnAssign | ast.arg):
            outside.append(node.annotation)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            outside += node.decorator_list
        if isinstance(node, ast.FunctionDef):
            outside.append(node.returns)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            outside.append(node)
        for part in filter(None, outside):
            found |= {id(inner) for inner in ast.walk(part)}
    return found


def python_mutants(path: Path) -> Iterator[Mutant]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = _skipped(tree)
    relative = path.relative_to(ROOT).as_posix()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        for what, changed in _changes(node):
            kept = {name: getattr(node, name) for name in changed}
            for name, value in changed.items():
                setattr(node, name, value)
            text = ast.unparse(ast.fix_missing_locations(copy.deepcopy(tree)))
            for name, value in kept.items():
                setattr(node, name, value)
            yield Mutant(relative, getattr(node, "lineno", 0), what, text)


# ------------------------------------------------------------------------------------------ templates

WORDS_ONLY = {"name", "note", "target", "headline", "why", "description", "unit", "good", "serves", "group"}


def _toml_changes(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    """A value in which one number, flag, word of a list or key is another or gone."""
    if isinstance(value, bool):
        yield f"{where}: {value} → {not value}", not value
    elif isinstance(value, int | float):
        yield f"{where}: {value} → {value + 1}", value + 1
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield f"{where}: without {item}", [*value[:i], *value[i + 1 :]]
            for what, other in _toml_changes(item, where):
                yield what, [*value[:i], other, *value[i + 1 :]]
    elif isinstance(value, dict):
        for key, item in value.items():
            yield f"{where}: without {key}", {k: v for k, v in value.items() if k != key}
            for what, other in _toml_changes(item, f"{where}.{key}"):
                yield what, {**value, key: other}


def toml_mutants(path: Path, ids: Sequence[str]) -> Iterator[Mutant]:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    relative = path.relative_to(ROOT).as_posix()
    for section in ("kpis", "rules"):
        for name, entry in document.get(section, {}).items():
            if ids and section == "kpis" and name not in ids:
                continue
            for key, value in entry.items():
                if key in WORDS_ONLY:
                    continue
                variants = [(f"{name}: without {key}", None), *_toml_changes(value, f"{name}.{key}")]
                for what, other in variants:
                    changed = {k: v for k, v in entry.items() if k != key}
                    if other is not None:
                        changed[key] = other
                    whole = {**document, section: {**document[section], name: changed}}
                    yield Mutant(relative, 0, what, tomlkit.dumps(whole))


def mutants(only: Sequence[str], ids: Sequence[str]) -> list[Mutant]:
    """Every mutant of the evaluator and of the formulas, in a fixed order."""
    places = only or [*EVALUATOR, *(f"templates/{t}" for t in ("credit-collections", "lead-to-cash"))]
    found: list[Mutant] = []
    for place in places:
        path = ROOT / place
        files = [path] if path.is_file() else sorted(path.rglob("*.py")) or [path / name for name in FORMULAS]
        for file in files:
            made = python_mutants(file) if file.suffix == ".py" else toml_mutants(file, ids)
            found += made
    return found


# ------------------------------------------------------------------------------------------ running


def _copy(folder: Path) -> Path:
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*cache"))
        else:
            shutil.copy(source, folder / name)
    return folder


def _child(folder: Path, tests: Sequence[str]) -> int:
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

    assert Path(workbench.__file__).is_relative_to(folder), "the mutant is not the one that runs"
    return int(pytest.main(["-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *tests]))


def _run(folder: Path, tests: Sequence[str], limit: float) -> tuple[str, float]:
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        code = UNABLE
        try:
            code = _child(folder, tests)
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


def judge(chosen: Sequence[Mutant], *, tests: Sequence[str], jobs: int) -> Iterator[Verdict]:
    """Each mutant's fate; the tests must pass without any first."""
    for heavy in ("ibis", "duckdb", "pandas", "pyarrow", "pydantic"):
        importlib.import_module(heavy)  # once here, not once for every mutant
    with tempfile.TemporaryDirectory() as base, ThreadPoolExecutor(jobs) as pool:
        copies: Queue[Path] = Queue()
        for number in range(jobs):
            copies.put(_copy(Path(base) / str(number)))
        first = copies.queue[0]
        outcome, seconds = _run(first, tests, 1200)
        if outcome != "survived":
            raise SystemExit(f"The tests do not pass as they are ({outcome} after {seconds:.0f} s)")

        def one(mutant: Mutant) -> Verdict:
            folder = copies.get()
            target = folder / mutant.path
            original = target.read_text(encoding="utf-8")
            try:
                target.write_text(mutant.text, encoding="utf-8")
                return Verdict(mutant, *_run(folder, tests, 3 * seconds + 20))
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
    parser.add_argument("--tests", nargs="*", default=TESTS)
    parser.add_argument("--sample", type=int, default=0, help="so many mutants, drawn at random; 0 = all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args(arguments)
    chosen = mutants(options.only, options.ids)
    say = sys.stdout.write
    say(f"{len(chosen)} mutants")
    if options.sample and options.sample < len(chosen):
        chosen = random.Random(options.seed).sample(chosen, options.sample)
        say(f", {len(chosen)} drawn (seed {options.seed})")
    say("\n")
    counts: dict[str, int] = {}
    for verdict in judge(chosen, tests=options.tests, jobs=options.jobs):
        counts[verdict.outcome] = counts.get(verdict.outcome, 0) + 1
        if verdict.outcome != "killed":
            mutant = verdict.mutant
            say(f"{verdict.outcome}: {mutant.path}:{mutant.line} {mutant.what}    {_source_line(mutant)}\n")
            sys.stdout.flush()
    say(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
