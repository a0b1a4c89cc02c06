"""Plugins of pytest for the mutation run: what each test enters, logs kept once prepared, mutants judged one by one."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import os
import pickle
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.oracle.replaced import changed_on_import

__all__ = ["Entered", "Judge", "Stores", "silenced"]

# What a test calls a figure by.
_FIGURE = re.compile(r"\b[A-Z]{2}\d\d(?:\.\w+)*")
# Logs held open at a time: each has a database of its own.
_MOST_OPEN = 60


class _Noting(ast.NodeTransformer):
    """A program that says of each statement that it is about to run, by its line."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(statements, list):
                setattr(node, name, list(self._noted(statements)))
        return node

    @staticmethod
    def _noted(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
        for statement in statements:
            future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
            text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if not (future or text):
                call = ast.Call(ast.Name("__ran__", ast.Load()), [ast.Constant(statement.lineno)], [])
                yield ast.copy_location(ast.Expr(call), statement)
            yield statement


@dataclass(eq=False)
class Entered:
    """Notes for each test that passes the lines it ran, those of its fixtures included, what it cost and names.

    Tests that are `known` from an earlier run of the same code are not run again; of the files of tests only each
    `jobs`-th is run, beginning with `job`.
    """

    root: Path
    files: Mapping[str, Path]
    report: Path
    known: Collection[str]
    job: int = 0
    jobs: int = 1
    failed: bool = False
    ran: dict[str, set[int]] = field(default_factory=dict)

    def install(self) -> None:
        """Before the program is imported."""
        for name, file in self.files.items():
            tree = _Noting().visit(ast.parse(file.read_text(encoding="utf-8")))
            ran = self.ran[file.relative_to(self.root).as_posix()] = set()
            changed_on_import(name, file, ast.fix_missing_locations(tree), ran.add)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        files = list(dict.fromkeys(item.path for item in items))
        own = set(files[self.job :: self.jobs])
        items[:] = [item for item in items if item.path in own and item.nodeid not in self.known]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        for lines in self.ran.values():
            lines.clear()
        self.failed = False
        began = time.process_time()
        try:
            return (yield)
        finally:
            text = item.nodeid + inspect.getsource(item.function)  # type: ignore[attr-defined]
            told = {
                "test": item.nodeid,
                "failed": self.failed,
                "seconds": time.process_time() - began,
                "lines": {path: sorted(lines) for path, lines in self.ran.items() if lines},
                "names": sorted(set(_FIGURE.findall(text))),
            }
            with self.report.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told) + "\n")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed


# ------------------------------------------------------------------------------------------ judging


class TimeUpError(Exception):
    """A mutant has had its seconds."""


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """So many seconds of the processor, whatever else the machine does; then TimeUpError."""

    def stop(*_: object) -> None:
        raise TimeUpError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


@dataclass(eq=False)
class Judge:
    """Runs, for one mutant after the other, the tests that can notice it, until the first fails.

    `chosen` gives each mutant with its tests, the cheapest first, and what puts it in the place of the program.
    """

    chosen: Sequence[tuple[Any, Sequence[str], Callable[[], Any]]]
    stores: Stores
    seconds: float
    say: Callable[[Any, str, float, str], None]
    failure: str = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failure = report.nodeid

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        for mutant, names, changed in self.chosen:
            began = time.process_time()
            outcome, killer = "survived", ""
            with changed():
                for name in filter(items.__contains__, names):
                    left = self.seconds - (time.process_time() - began)
                    if left <= 0:
                        outcome = "out of time"
                        break
                    if self._fails(items[name], left + 5.0):
                        outcome, killer = "killed", name
                        break
            self.stores.forget()
            self.say(mutant, outcome, time.process_time() - began, killer)
        return True

    def _fails(self, item: pytest.Item, seconds: float) -> bool:
        self.failure = ""
        try:
            with _within(seconds):
                for report in runtestprotocol(item, log=False, nextitem=None):
                    self.failure = self.failure or (report.nodeid if report.failed else "")
        except TimeUpError:
            self.failure = item.nodeid
        return bool(self.failure)


class Lazily:
    """Stands for all answers about a log: each is asked when it is looked at, and then known."""

    def __init__(self, log: Any) -> None:
        self.log = log
        self.known: dict[str, list[dict[str, Any]]] = {}

    @property
    def records(self) -> list[dict[str, Any]]:
        return list(self.log.kpi_records())

    @property
    def ids(self) -> set[str]:
        return {str(record["id"]) for record in self.records}

    def kpi_records(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        for name in ids:
            if name not in self.known:
                self.known[name] = self.log.kpi_records([name])
        return [record for name in ids for record in self.known[name]]


@dataclass(eq=False)
class Stores:
    """Keeps every log that the tests prepare and hands it out again for the same input: nothing is prepared twice.

    With `again` the rules are judged anew over the stored log, as preparing would have done; with `fresh` the log's
    template is read anew. No answer that was given before a change is taken for one given after it.
    """

    kept: Path
    again: bool = False
    fresh: bool = False
    opened: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)

    def forget(self) -> None:
        """What was worked out under a mutant."""
        self.changed.clear()

    def pytest_sessionstart(self) -> None:
        import tests.log.small
        import tests.oracle.product
        import workbench
        from workbench.api import open  # noqa: A004

        def opened(folder: Path, **options: Any) -> Any:
            return self._project(open, Path(folder), options)

        vars(workbench)["open"] = opened
        whole = tests.log.small.prepared

        def prepared(events: str, cases: str, **options: Any) -> Any:
            return self._texts(whole, events, cases, options)

        vars(tests.log.small)["prepared"] = prepared
        vars(tests.oracle.product)["Answers"] = Lazily

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        """A log held open, as what was changed since makes it."""
        if name in self.changed:
            return self.changed[name]
        if name not in self.opened:
            while len(self.opened) >= _MOST_OPEN:
                self.opened.pop(next(iter(self.opened)))
            self.opened[name] = make()
        log = self.opened.pop(name)
        self.opened[name] = log  # the one used last goes last
        if self.again or self.fresh:
            log = self.changed[name] = self._altered(log)
        return log

    def _project(self, opener: Any, folder: Path, options: dict[str, Any]) -> Any:
        """A project opened, its store being that of the undisturbed run."""
        files = sorted(path for path in folder.iterdir() if path.is_file())
        name = _name(b"\0".join(path.name.encode() + path.read_bytes() for path in files))
        kept = self.kept / name

        def opened() -> Any:
            store = folder / "store"
            if kept.is_dir() and not store.exists():
                shutil.copytree(kept, store)
            log = opener(folder, **options)
            if not kept.is_dir() and store.is_dir():
                # Without the answers: they are the undisturbed ones.
                without = shutil.ignore_patterns("answers*", ".*")
                with self._written(kept) as whole:
                    shutil.copytree(store, whole, ignore=without, dirs_exist_ok=True)
            return log

        if options or (folder / "store").exists() or b"kpi" in (folder / "project.toml").read_bytes():
            return opened()  # of the project's own: it is opened as it stands

        def whole() -> Any:
            log = opened()
            assert log.prepared
            return log._opened

        return self._face(self._once(name, whole))

    @contextmanager
    def _written(self, kept: Path) -> Iterator[Path]:
        """A folder that is there once it is whole; another job's of the same name is as good."""
        whole = Path(tempfile.mkdtemp(dir=self.kept))
        yield whole
        try:
            whole.rename(kept)
        except OSError:
            if not kept.is_dir():
                raise
            shutil.rmtree(whole)

    @staticmethod
    def _face(opened: Any) -> Any:
        from workbench.api import Log

        return Log(replace(opened, log=replace(opened.log, answers=None)))

    def _texts(self, maker: Any, events: str, cases: str, options: dict[str, Any]) -> Any:
        """The log of two texts, read from what the undisturbed run has written."""
        name = _name(f"{events}\0{cases}\0{sorted(options.items())}".encode())
        return replace(self._once(name, lambda: self._read(name, maker, events, cases, options)))

    def _read(self, name: str, maker: Any, events: str, cases: str, options: dict[str, Any]) -> Any:
        from workbench.log.engine import DuckDBEngine
        from workbench.log.store import read_store, write_store
        from workbench.template import load_template

        kept = self.kept / name
        if not kept.is_dir():
            log = maker(events, cases, **options)
            with self._written(kept) as whole:
                contents = write_store(log, whole)
                (whole / "contents.pickle").write_bytes(pickle.dumps((contents, log.meta.settings)))
            return log
        contents, settings = pickle.loads((kept / "contents.pickle").read_bytes())  # noqa: S301 - our own
        template = load_template(options.get("process", "credit-collections"))
        return read_store(kept, contents, template, settings, DuckDBEngine())

    def _altered(self, log: Any) -> Any:
        """A log, or a project's, under a changed rule or a changed template."""
        from workbench.rules import judge
        from workbench.template import load_template

        if hasattr(log, "log"):
            changed = self._altered(log.log)
            return replace(log, log=changed, template=changed.template)
        if self.fresh:
            log = replace(log, template=load_template(log.template.process))
        if not self.again:
            return log
        bare = replace(log, verdicts=log.verdicts.limit(0))
        return replace(log, verdicts=log.engine.keep(judge(bare), "verdicts"))


def _name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def silenced() -> None:
    """Nothing more of this process reaches the terminal."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
