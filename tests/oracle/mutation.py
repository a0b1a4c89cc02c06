"""Plugins of pytest for the mutation run: which functions a test enters, which tests to run, prepared logs kept."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

__all__ = ["Entered", "Stores", "Wanted"]


@dataclass(eq=False)
class Entered:
    """Notes for each test the functions it entered, those of its fixtures included, as `path:first line`."""

    root: Path
    places: tuple[str, ...]
    report: Path
    found: dict[str, list[str]] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        seen: set[str] = set()

        def note(frame: FrameType, event: str, _: Any) -> None:
            code = frame.f_code
            if event == "call" and code.co_filename.startswith(self.places):
                seen.add(f"{Path(code.co_filename).relative_to(self.root).as_posix()}:{code.co_firstlineno}")

        sys.settrace(note)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self.found[item.nodeid] = sorted(seen)

    def pytest_sessionfinish(self) -> None:
        told = {"seconds": time.monotonic() - self.began, "entered": self.found}
        self.report.write_text(json.dumps(told), encoding="utf-8")


@dataclass(eq=False)
class Wanted:
    """Runs only these tests, in the order in which they stand in their files."""

    tests: Sequence[str]

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        wanted = set(self.tests)
        items[:] = [item for item in items if item.nodeid in wanted]


@dataclass(eq=False)
class Stores:
    """Keeps every log that the tests prepare and hands it out again for the same input: nothing is prepared twice.

    With `again` the rules are judged anew over the stored log, as preparing would have done.
    """

    kept: Path
    again: bool = False

    def pytest_sessionstart(self) -> None:
        import tests.log.small
        import workbench
        from workbench.api import open  # noqa: A004

        def opened(folder: Path, **options: Any) -> Any:
            return self._project(open, Path(folder), options)

        vars(workbench)["open"] = opened
        whole = tests.log.small.prepared

        def prepared(events: str, cases: str, **options: Any) -> Any:
            return self._texts(whole, events, cases, options)

        vars(tests.log.small)["prepared"] = prepared

    def _project(self, opener: Any, folder: Path, options: dict[str, Any]) -> Any:
        """A project opened, its store being that of the undisturbed run."""
        files = sorted(path for path in folder.iterdir() if path.is_file())
        kept = self.kept / _name(b"\0".join(path.name.encode() + path.read_bytes() for path in files))
        store = folder / "store"
        if kept.is_dir() and not store.exists():
            shutil.copytree(kept, store)
        log = opener(folder, **options)
        if not kept.is_dir():
            # Without the answers: they are the undisturbed ones.
            shutil.copytree(store, kept, ignore=shutil.ignore_patterns("answers*", ".*"))
        return type(log)(log._opened.with_log(self._judged(log.prepared))) if self.again else log

    def _texts(self, maker: Any, events: str, cases: str, options: dict[str, Any]) -> Any:
        """The log of two texts, read from what the undisturbed run has written."""
        from workbench.log.engine import DuckDBEngine
        from workbench.log.store import read_store, write_store
        from workbench.template import load_template

        kept = self.kept / _name(f"{events}\0{cases}\0{sorted(options.items())}".encode())
        if not kept.is_dir():
            log = maker(events, cases, **options)
            kept.mkdir()
            contents = write_store(log, kept)
            (kept / "contents.pickle").write_bytes(pickle.dumps((contents, log.meta.settings)))
            return log
        contents, settings = pickle.loads((kept / "contents.pickle").read_bytes())  # noqa: S301 - our own
        template = load_template(options.get("process", "credit-collections"))
        log = read_store(kept, contents, template, settings, DuckDBEngine())
        return self._judged(log) if self.again else log

    @staticmethod
    def _judged(log: Any) -> Any:
        from workbench.rules import judge

        bare = replace(log, verdicts=log.verdicts.limit(0))
        return replace(log, verdicts=log.engine.keep(judge(bare), "verdicts"))


def _name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
