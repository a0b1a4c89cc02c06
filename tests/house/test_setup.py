"""tools/environment: uv when it is there, else venv and pip; a second call does nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

# Stands for uv, for python and for pip alike: notes how it was called, and makes an environment of itself.
TOOL = """#!/bin/sh
case "$1" in
    -c) exec {python} "$@" ;;
    -m) [ "$2 $3" = "pip --version" ] && exit 0 ;;
esac
echo "$(basename "$0") $*" >> {calls}
for last in "$@"; do :; done
case "$1 $2" in
    "venv --quiet" | "-m venv") mkdir -p "$last/bin"; cp "$0" "$last/bin/python"; touch "$last/pyvenv.cfg" ;;
esac
"""


@dataclass(frozen=True)
class Place:
    """A project's set-up files and a machine on which only the given tools are found."""

    folder: Path
    tools: Path
    calls: Path

    def has(self, name: str, *, python: str = sys.executable) -> None:
        tool = self.tools / name
        tool.write_text(TOOL.format(python=python, calls=self.calls), encoding="utf-8")
        tool.chmod(0o755)

    def set_up(self, kind: str, **environment: str) -> subprocess.CompletedProcess[str]:
        self.calls.write_text("", encoding="utf-8")
        return subprocess.run(
            [str(self.folder / "tools" / "environment"), kind],
            env={"PATH": f"{self.tools}:/usr/bin:/bin", "HOME": os.environ.get("HOME", "/"), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def called(self) -> list[str]:
        return self.calls.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def place(tmp_path: Path, root: Path) -> Place:
    folder, tools = tmp_path / "project", tmp_path / "bin"
    (folder / "tools").mkdir(parents=True)
    tools.mkdir()
    shutil.copy(root / "tools" / "environment", folder / "tools" / "environment")
    for name in ("requirements.lock", "requirements-test.lock", "pyproject.toml"):
        shutil.copy(root / name, folder / name)
    return Place(folder, tools, tmp_path / "calls")


def test_with_pip(place: Place) -> None:
    place.has("python3")
    assert place.set_up("base").returncode == 0
    pip = "python -m pip install --quiet --disable-pip-version-check"
    assert place.called() == ["python3 -m venv .venv", f"{pip} -r requirements.lock", f"{pip} --no-deps -e ."]


def test_with_uv(place: Place) -> None:
    place.has("python3")
    place.has("uv")
    assert place.set_up("test").returncode == 0
    made, locked, itself = place.called()
    assert made == f"uv venv --quiet --python {place.tools}/python3 .venv"
    assert locked == "uv pip install --quiet --python .venv/bin/python -r requirements-test.lock"
    assert itself == "uv pip install --quiet --python .venv/bin/python --no-deps -e ."


def test_a_second_call_reuses_what_is_there_until_a_lock_changes(place: Place) -> None:
    place.has("python3")
    place.set_up("test")
    for kind in ("test", "base"):
        done = place.set_up(kind)
        assert (done.returncode, done.stdout, place.called()) == (0, "", [])
    with (place.folder / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    place.set_up("base")
    assert [line.split()[-1] for line in place.called()] == ["requirements.lock", "."]


def test_the_test_tools_come_on_top_of_the_base(place: Place) -> None:
    place.has("python3")
    place.set_up("base")
    place.set_up("test")
    assert [line.split()[-1] for line in place.called()] == ["requirements-test.lock", "."]


def test_spark_comes_on_top_of_the_test_tools(place: Place) -> None:
    place.has("python3")
    place.set_up("test")
    place.set_up("spark")
    assert [line.split()[-1] for line in place.called()] == ["requirements-spark.lock", "."]
    for kind in ("base", "test", "spark"):
        place.set_up(kind)
        assert place.called() == []


def test_a_folder_that_is_no_environment_is_left_alone(place: Place) -> None:
    place.has("python3")
    (place.folder / ".venv").mkdir()
    (place.folder / ".venv" / "mine.txt").write_text("mine", encoding="utf-8")
    done = place.set_up("base")
    assert done.returncode == 1
    assert "Move it away" in done.stderr
    assert (place.folder / ".venv" / "mine.txt").is_file()


def test_a_python_that_is_too_old_is_told(place: Place, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    done = place.set_up("base", PYTHON=str(old))
    assert done.returncode == 1
    assert done.stderr == (
        "No Python 3.11 or newer was found. Install one, or name it: make demo PYTHON=/path/to/python3.\n"
    )
