"""Plugins of pytest for the mutation run: which functions a test enters, which tests to run, prepared logs kept."""

from __future__ import annotations

import hashlib
import json
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
    """Keeps every project's store and hands it out again for the same files: nothing is prepared twice.

    With `again` the rules are judged anew over the stored log, as preparing would have done.
    """

    kept: Path
    again: bool = False

    def pytest_sessionstart(self) -> None:
        import workbench
        from workbench.api import Log, open  # noqa: A004
        from workbench.rules import judge

        def opened(folder: Path, **options: Any) -> Log:
            files = sorted(path for path in Path(folder).iterdir() if path.is_file())
            content = b"\0".join(path.name.encode() + path.read_bytes() for path in files)
            kept = self.kept / hashlib.sha256(content).hexdigest()
            store = Path(folder) / "store"
            if kept.is_dir() and not store.exists():
                shutil.copytree(kept, store)
            log = open(folder, **options)
            if not kept.is_dir():
                # Without the answers: they are the undisturbed ones.
                shutil.copytree(store, kept, ignore=shutil.ignore_patterns("answers*", ".*"))
            if self.again:
                prepared = log.prepared
                verdicts = prepared.engine.keep(judge(prepared), "verdicts")
                log = Log(log._opened.with_log(replace(prepared, verdicts=verdicts)))
            return log

        vars(workbench)["open"] = opened
