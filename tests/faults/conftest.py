"""A project with data and one earlier run, and a way to run it that can go wrong in every way."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import workbench as wb
from workbench.run import Step, run_project

EVENTS = "order,step,at\n1,a,2026-01-01 08:00\n1,b,2026-01-02 08:00\n2,a,2026-01-03 08:00\n"
PARAMETERS = (
    'project: str = ""  # folder\nas_of: str = ""  # day\nlanguage: str = ""  # en\nlimit: int = 3  # rows'
)
# Stands for the computing of the figures, which costs seconds and is no part of what is tried here.
FIGURES = """
import json, os, sys, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
with open(sys.argv[2], "w") as file:
    json.dump([{"id": "G1", "value": 1, "unit": "count", "n": 1, "pending": 0}], file)
print(json.dumps({"as_of": "2026-01-03", "fingerprint": "f00d", "privacy": {}}))
"""
# The command line on notebooks of the test's own, named as its first arguments.
COMMAND = """
import signal, sys
from pathlib import Path
# As in a terminal: whoever runs the tests in the background has this signal ignored, and so would we.
signal.signal(signal.SIGINT, signal.default_int_handler)
import workbench.run
from workbench.cli import main
from workbench.run import Step, figures
figures._PROGRAM = sys.argv.pop()
count = int(sys.argv[1])
notebooks = [Path(text) for text in sys.argv[2 : 2 + count]]
workbench.run.all_steps = lambda: tuple(Step(int(path.name[0]), path) for path in notebooks)
main(["run", *sys.argv[2 + count :]])
"""


@dataclass(frozen=True)
class Ended:
    """What a run's process left behind: its exit code, and what it said."""

    code: int
    out: str
    err: str


class Running:
    """A run in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ended(self, *, within: float = 120) -> Ended:
        out, err = self.process.communicate(timeout=within)
        return Ended(self.process.returncode, out, err)


@pytest.fixture(autouse=True)
def _quick_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.run.figures._PROGRAM", FIGURES)


@pytest.fixture(scope="session")
def _prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("faults")
    source = home / "orders.csv"
    source.write_text(EVENTS, encoding="utf-8")
    folder = home / "project"
    wb.new(folder, process="any-process", sources=[source], case="order", activity="step", time="at")
    text = (folder / "project.toml").read_text(encoding="utf-8")
    (folder / "project.toml").write_text(text.replace(str(source), "orders.csv"), encoding="utf-8")
    shutil.copy(source, folder / "orders.csv")
    source.unlink()
    assert run_project(folder, steps=[write_notebook(home, 1, "'earlier'")]).status == "done"
    return folder


@pytest.fixture
def project(_prepared: Path, tmp_path: Path) -> Path:
    """A project that was run once before."""
    folder = tmp_path / "project"
    shutil.copytree(_prepared, folder)
    return folder


def write_notebook(folder: Path, number: int, *cells: str) -> Step:
    path = folder / f"{number}_step.ipynb"
    code = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), *map(new_code_cell, cells)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=code, metadata={"kernelspec": kernel}), path)
    return Step(number, path)


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Step]:
    """Makes the notebook of a step from the text of its cells."""
    return lambda number, *cells: write_notebook(tmp_path, number, *cells)


@pytest.fixture
def start(root: Path) -> Iterator[Callable[..., Running]]:
    """Starts `workbench run` on notebooks of the test's own."""
    started: list[subprocess.Popen[str]] = []

    def run(project: Path, *steps: Step, options: tuple[str, ...] = ()) -> Running:
        notebooks = [str(step.notebook) for step in steps]
        wanted = ",".join(str(step.number) for step in steps)
        command = [
            sys.executable,
            "-c",
            COMMAND,
            str(len(steps)),
            *notebooks,
            str(project),
            "--steps",
            wanted,
            *options,
            FIGURES,
        ]
        process = subprocess.Popen(
            command,
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return Running(process)

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


def hashes(folder: Path) -> Mapping[str, str]:
    """Every file of a folder by its path, as the hash of its bytes; the lock is no part of it."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def wait_for(file: Path, *, within: float = 60) -> str:
    """The text of a file that a notebook will write."""
    deadline = time.monotonic() + within
    while not (file.exists() and (text := file.read_text(encoding="utf-8"))):
        assert time.monotonic() < deadline, f"{file} was not written"
        time.sleep(0.02)
    return text


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mounts a small file system of its own on a folder. Only root can; where root runs CI, it must."""
    mounted: list[Path] = []

    def mount(folder: Path, options: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        is_again = folder in mounted
        command = (
            ["mount", "-o", f"remount,{options}"]
            if is_again
            else ["mount", "-t", "tmpfs", "-o", options, "tmpfs"]
        )
        try:
            done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
            reason = done.stderr.strip() if done.returncode else ""
        except FileNotFoundError:
            reason = "there is no mount command"
        if reason:
            required = os.environ.get("CI") == "true" and hasattr(os, "geteuid") and os.geteuid() == 0
            (pytest.fail if required else pytest.skip)(f"no file system can be mounted here: {reason}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in dict.fromkeys(reversed(mounted)):
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
