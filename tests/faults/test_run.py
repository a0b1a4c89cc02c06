"""Whatever happens to a run, its outcome is clear, and the earlier runs are byte for byte what they were."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Running, hashes, wait_for
from workbench import cli
from workbench.errors import WorkbenchError
from workbench.monitor.history import History, history_frame
from workbench.run import Run, Step, run_project

MakeNotebook = Callable[..., Step]
Start = Callable[..., Running]
OPEN = "import workbench as wb\nwb.open(project).accounting()"
SLEEP = "import os, time\nfrom pathlib import Path\nPath(project, 'pid').write_text(str(os.getpid()))\ntime.sleep(300)"


def folders(project: Path) -> set[str]:
    """What stands in runs/, scratch folders of unfinished runs included."""
    return {path.name for path in (project / "runs").iterdir() if path.name != ".lock"}


def manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return content


def is_gone(pid: int, *, within: float = 20) -> bool:
    """Whether a process ends. What was ended and not yet fetched by its parent counts as gone."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def children(parent: int) -> set[int]:
    """The processes that a process has started."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if (
                int(stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
                == parent
            ):
                found.add(int(stat.parent.name))
    return found


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("limt=3", "Unknown parameter 'limt' (-p). Did you mean 'limit'?"),
        ("limit=three", "The parameter 'limit' cannot be 'three' (-p). Give a whole number."),
        (
            "project=x",
            "The parameter 'project' is set by the run itself (-p). Name the project's folder as DIR.",
        ),
    ],
)
def test_a_parameter_that_there_is_not_or_of_another_type_starts_and_writes_nothing(
    project: Path,
    notebook: MakeNotebook,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    given: str,
    said: str,
) -> None:
    step = notebook(1, "1")
    monkeypatch.setattr("workbench.run.all_steps", lambda: (step,))
    for what in ("execute", "computing"):
        monkeypatch.setattr(f"workbench.run.runner.{what}", partial(pytest.fail, "something was started"))
    before = hashes(project)
    assert cli.run(["run", str(project), "--steps", "1", "-p", given]) == 1
    assert capsys.readouterr().err == f"workbench: {said}\n"
    assert hashes(project) == before


@pytest.mark.parametrize("damage", ["gone", "another file"])
def test_a_broken_source_ends_the_run_with_its_name(
    project: Path, notebook: MakeNotebook, start: Start, damage: str
) -> None:
    before = hashes(project / "runs")
    source = project / "orders.csv"
    source.unlink() if damage == "gone" else source.write_bytes(b"\x00\x01\x02nothing like a table")
    ended = start(project, notebook(1, OPEN), notebook(2, "'never'")).ended()
    assert ended.code == 1
    assert ended.err.count("\n") == 1
    assert "1_step: " in ended.err
    assert "orders.csv" in ended.err
    folder = Path(ended.out.strip())
    assert [step["status"] for step in manifest(folder)["steps"]] == ["error", "not-run"]
    assert hashes(project / "runs").items() >= before.items()
    assert folders(project) == {folder.name, *(Path(name).parts[0] for name in before)}


@pytest.mark.parametrize(
    ("cell", "options", "code", "status", "said"),
    [
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", (), 4, "kernel-died", "The kernel died"),
        (
            "import time\ntime.sleep(300)",
            ("--timeout", "3"),
            5,
            "timed-out",
            "A call took longer than 3 seconds",
        ),
        ("1 / 0", (), 1, "error", "ZeroDivisionError: division by zero"),
    ],
    ids=["dead kernel", "time-out", "error"],
)
def test_a_dead_kernel_a_time_out_and_an_error_are_told_apart(
    project: Path,
    notebook: MakeNotebook,
    start: Start,
    cell: str,
    options: tuple[str, ...],
    code: int,
    status: str,
    said: str,
) -> None:
    before = hashes(project / "runs")
    ended = start(project, notebook(1, "'before'", cell, "'after'"), options=options).ended()
    assert ended.code == code
    assert f"workbench: 1_step: {said}" in ended.err
    folder = Path(ended.out.strip())
    assert manifest(folder)["status"] == status
    assert not (folder / "kpis.json").exists()
    assert hashes(project / "runs").items() >= before.items()


def test_a_kernel_killed_from_outside(project: Path, notebook: MakeNotebook, start: Start) -> None:
    before = hashes(project / "runs")
    running = start(project, notebook(1, SLEEP))
    os.kill(int(wait_for(project / "pid")), signal.SIGKILL)
    ended = running.ended()
    assert ended.code == 4
    assert manifest(Path(ended.out.strip()))["status"] == "kernel-died"
    assert hashes(project / "runs").items() >= before.items()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_nothing_behind(
    project: Path, notebook: MakeNotebook, start: Start, number: signal.Signals
) -> None:
    before = hashes(project / "runs")
    earlier = folders(project)
    # Two steps: a kernel works, and the next one is ready.
    running = start(project, notebook(1, SLEEP), notebook(2, "'never'"))
    kernel = int(wait_for(project / "pid"))
    processes = children(running.process.pid)
    assert kernel in processes
    assert len(processes) >= 3, "two kernels and a janitor"
    assert len(folders(project)) == 2
    running.process.send_signal(number)
    ended = running.ended(within=30)
    assert ended.code == {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}[number]
    assert ended.out == ""
    if number == signal.SIGINT:
        assert ended.err == "workbench: Interrupted. Nothing was left half done.\n"
    assert all(is_gone(process) for process in processes)
    deadline = time.monotonic() + 10
    while folders(project) != earlier and time.monotonic() < deadline:
        time.sleep(0.02)
    assert folders(project) == earlier
    assert hashes(project / "runs") == before
    assert run_project(project, steps=[notebook(1, "'next'")]).status == "done"


def test_two_runs_at_once_are_both_published_and_both_recorded(
    project: Path, notebook: MakeNotebook, start: Start
) -> None:
    before = hashes(project / "runs")
    steps = [notebook(1, OPEN), notebook(2, "'second'")]
    running = [start(project, *steps) for _ in range(2)]
    ended = [one.ended() for one in running]
    assert [(one.code, one.err) for one in ended] == [(0, ""), (0, "")]
    published = {Path(one.out.strip()).name for one in ended}
    assert len(published) == 2
    assert History.open(project).run_ids() >= published
    assert hashes(project / "runs").items() >= before.items()


# ------------------------------------------------------------------ disks
def test_a_full_disk_leaves_the_earlier_runs_and_nothing_else(
    project: Path, notebook: MakeNotebook, start: Start, small_disk: Callable[..., Path], tmp_path: Path
) -> None:
    disk = small_disk(tmp_path / "disk", "size=4m") / "project"
    shutil.copytree(project, disk)
    before, earlier = hashes(disk / "runs"), folders(disk)
    ended = start(disk, notebook(1, "'fits'"), notebook(2, "'x' * 8_000_000")).ended()
    assert (ended.code, ended.out) == (1, "")
    assert "No space left on device" in ended.err
    assert "Free some space and try again." in ended.err
    assert ended.err.count("\n") == 1
    assert hashes(disk / "runs") == before
    assert folders(disk) == earlier
    assert start(disk, notebook(1, "'fits'")).ended().code == 0


def test_runs_that_may_not_be_written(
    project: Path, notebook: MakeNotebook, start: Start, small_disk: Callable[..., Path]
) -> None:
    kept = project / "kept"
    (project / "runs").rename(kept)
    runs = small_disk(project / "runs", "size=4m")
    shutil.copytree(kept, runs, dirs_exist_ok=True)
    small_disk(runs, "ro")
    before = hashes(runs)
    ended = start(project, notebook(1, "'x'")).ended()
    assert (ended.code, ended.out) == (1, "")
    assert "Read-only file system" in ended.err
    assert str(runs) in ended.err
    assert ended.err.count("\n") == 1
    assert hashes(runs) == before


# ------------------------------------------------------------------ the history
@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits for another writer only a moment."""
    patient = History.of
    monkeypatch.setattr(History, "of", staticmethod(partial(patient, wait=0.2)))


def recorded(project: Path) -> set[str]:
    return set(history_frame(History.open(project))["run"])


@pytest.mark.usefixtures("impatient")
def test_a_locked_history_is_a_warning_and_the_next_run_catches_up(
    project: Path, notebook: MakeNotebook
) -> None:
    def run() -> Run:
        return run_project(project, steps=[notebook(1, "1")])

    with closing(sqlite3.connect(project / "history.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = run()
        other.execute("ROLLBACK")
    assert (locked.status, locked.folder.is_dir()) == ("done", True)
    (warning,) = locked.warnings
    assert warning.startswith("Another process holds the run history (")
    assert locked.folder.name not in recorded(project)
    caught_up = run()
    assert caught_up.warnings == ()
    assert recorded(project) == folders(project)


def test_a_damaged_history_is_a_warning_and_stays_as_it_is(
    project: Path, notebook: MakeNotebook, start: Start
) -> None:
    (project / "history.db").write_bytes(b"no database" * 1000)
    before, damaged = hashes(project / "runs"), (project / "history.db").read_bytes()
    ended = start(project, notebook(1, "1")).ended()
    assert ended.code == 0
    assert "The run history is damaged" in ended.err
    assert hashes(project / "runs").items() >= before.items()
    assert (project / "history.db").read_bytes() == damaged
    with pytest.raises(WorkbenchError, match="The run history is damaged"):
        recorded(project)
