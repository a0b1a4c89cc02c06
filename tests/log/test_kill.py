"""Preparing a changed project is killed or cancelled: the store stays as it was, and nothing is left behind.

Twenty kills in three ways of preparing: the process prepared fastest, where the publishing of a store is most of the
work; the one with pairs, balances and verdicts, where preparing is; and that one in ranges by several threads. Each
strikes a copy of one small project that has changed since its store was prepared, at a random point of its own share
of the time that preparing takes. The last two ways are cancelled (Ctrl-C) at such points, too.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import workbench as wb
from workbench.files import sha256
from workbench.generate import generate_project

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL"),
    pytest.mark.timeout(1200),  # a busy machine prepares slowly
]


@dataclass(frozen=True)
class Way:
    """What is prepared, in ranges of how many events, and how often that is broken off."""

    process: str
    cases: int
    range_events: int
    kills: int
    cancels: int


WAYS = {
    "fastest": Way("any-process", 3000, 10**9, kills=8, cancels=0),
    "whole": Way("credit-collections", 60, 10**9, kills=4, cancels=3),
    "in ranges": Way("credit-collections", 60, 60, kills=8, cancels=5),
}
# Imports everything once; then each line on stdin is a project folder that a forked child opens. What became of
# the child is told when an empty line asks for it: until then its process id is nobody else's.
SERVER = textwrap.dedent(
    """
    import os, sys, traceback
    from pathlib import Path
    from workbench.log.engine import DuckDBEngine
    from workbench.opening import open_project

    print("ready", flush=True)
    for line in sys.stdin:
        if line == "\\n":
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
            continue
        range_events, folder = line.rstrip("\\n").split(" ", 1)
        DuckDBEngine.__init__.__kwdefaults__["range_events"] = int(range_events)
        child = os.fork()
        if child == 0:
            try:
                open_project(Path(folder))
            except KeyboardInterrupt:
                os._exit(130)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print(child, flush=True)
    """
)


@dataclass(frozen=True)
class Preparer:
    """A server of processes that each open one project."""

    server: subprocess.Popen[str]
    temporary: Path

    def _ask(self, line: str) -> int:
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(f"{line}\n")
        self.server.stdin.flush()
        return int(self.server.stdout.readline())

    def start(self, project: Path, way: Way) -> int:
        """The id of a process that opens the project."""
        return self._ask(f"{way.range_events} {project}")

    def ended(self) -> int:
        """The exit code of the last one, once it has ended."""
        return self._ask("")


@pytest.fixture(scope="module")
def preparer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preparer]:
    temporary = tmp_path_factory.mktemp("temporary")
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        yield Preparer(server, temporary)


@dataclass(frozen=True)
class Changed:
    """A project with a store that no longer fits it, and its project.toml from when it did."""

    folder: Path
    before: str
    cases: int
    way: Way


@pytest.fixture(scope="module", params=WAYS)
def changed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Changed:
    way = WAYS[request.param]
    folder = tmp_path_factory.mktemp("changed") / "project"
    generate_project(folder, process=way.process, cases=way.cases, seed=3)
    cases = len(wb.open(folder).cases())
    settings = folder / "project.toml"
    before = settings.read_text(encoding="utf-8")
    settings.write_text(before.replace('as_of = "2025-12-31"', 'as_of = "2025-06-30"'), encoding="utf-8")
    assert settings.read_text(encoding="utf-8") != before
    return Changed(folder, before, cases, way)


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash, every folder with nothing."""
    return {
        str(path.relative_to(folder)): sha256(path) if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
    }


def settled_as(folder: Path, expected: dict[str, str], seconds: float) -> dict[str, str]:
    """What is below a folder once it is as expected, or when the time is up.

    The janitor may take a file away while it is read: then the folder is not yet as it will be.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if contents(folder) == expected:
                break
        except FileNotFoundError:
            continue
        time.sleep(0.02)
    return contents(folder)


def wait_for_preparing(store: Path) -> None:
    """Until a second generation stands in the store: from here on a kill strikes preparing itself."""
    deadline = time.monotonic() + 60
    while len([path for path in store.glob("gen-*") if not path.name.endswith(".spill")]) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.002)


def duration(preparer: Preparer, project: Path, way: Way) -> float:
    """Seconds that an undisturbed preparing takes."""
    preparer.start(project, way)
    wait_for_preparing(project / "store")
    started = time.monotonic()
    assert preparer.ended() == 0
    return time.monotonic() - started


def broken_off(preparer: Preparer, project: Path, way: Way, after: float, how: signal.Signals) -> bool:
    """Whether the signal came before the new store was published, which is one rename of its manifest."""
    manifest = project / "store" / "manifest.json"
    published = manifest.read_bytes()
    child = preparer.start(project, way)
    wait_for_preparing(project / "store")
    time.sleep(after)
    os.kill(child, how)
    left = {signal.SIGKILL: -signal.SIGKILL, signal.SIGINT: 130}[how]
    return preparer.ended() == left and manifest.read_bytes() == published


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["killed", "cancelled"])
def test_broken_off_at_points_of_preparing(
    preparer: Preparer, changed: Changed, tmp_path: Path, how: signal.Signals
) -> None:
    way = changed.way
    times = way.kills if how == signal.SIGKILL else way.cancels
    if not times:
        return
    before = contents(changed.folder)
    spare = shutil.copytree(changed.folder, tmp_path / "spare")
    seconds = duration(preparer, spare, way)
    assert contents(spare) != before
    for turn in range(times):
        project = shutil.copytree(changed.folder, tmp_path / f"struck{turn}")
        # What was faster than the first preparing was not struck in it but done: strike a fresh copy earlier.
        share = (turn + random.random()) / times
        while not broken_off(preparer, project, way, seconds * share, how):
            project = shutil.copytree(changed.folder, tmp_path / f"struck{turn} at {share:.3f}")
            share *= 0.9
        assert settled_as(project, before, 20) == before, f"broken off after {share:.0%} of preparing"
    assert not list(preparer.temporary.iterdir())

    # The old store still answers for the old project, and the changed one is prepared as if nothing had been.
    (project / "project.toml").write_text(changed.before, encoding="utf-8")
    log = wb.open(project)
    assert len(log.cases()) == changed.cases
    del log
    untouched = {name: found for name, found in before.items() if name != "project.toml"}
    assert {name: found for name, found in contents(project).items() if name != "project.toml"} == untouched
    shutil.copy(changed.folder / "project.toml", project)
    assert str(wb.open(project).as_of) == "2025-06-30"
