"""A run is whole or it is not there, and a failing one touches no other."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from workbench import files
from workbench.errors import WorkbenchError


def visible(runs: Path) -> list[str]:
    return sorted(path.name for path in runs.iterdir() if path.name != ".lock")


def test_a_run_appears_when_it_is_whole(tmp_path: Path) -> None:
    with files.publish_run(tmp_path, "20260630-a") as run:
        (run.folder / "kpis.json").write_text("[]", encoding="utf-8")
        assert not run.target.exists()
    assert visible(tmp_path) == ["20260630-a"]
    assert [path.name for path in (tmp_path / "20260630-a").iterdir()] == ["kpis.json"]


def test_a_failing_run_leaves_nothing_and_the_earlier_one_intact(tmp_path: Path) -> None:
    with files.publish_run(tmp_path, "first") as run:
        (run.folder / "kpis.json").write_text("[]", encoding="utf-8")

    def fails() -> None:
        with files.publish_run(tmp_path, "second") as run:
            (run.folder / "kpis.json").write_text("[", encoding="utf-8")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        fails()
    assert visible(tmp_path) == ["first"]
    assert (tmp_path / "first" / "kpis.json").read_text(encoding="utf-8") == "[]"


def test_two_runs_at_once_do_not_sweep_each_other_and_a_name_is_used_once(tmp_path: Path) -> None:
    with files.publish_run(tmp_path, "one") as one:
        with files.publish_run(tmp_path, "two") as two:
            assert one.folder.is_dir()
            assert two.folder.is_dir()
        assert visible(tmp_path) == [".scratch-one", "two"]
    assert visible(tmp_path) == ["one", "two"]
    with (
        pytest.raises(WorkbenchError, match="a run of that name already"),
        files.publish_run(tmp_path, "two"),
    ):
        pass


def test_what_a_power_cut_left_goes_with_the_next_run(tmp_path: Path) -> None:
    (tmp_path / ".scratch-lost").mkdir()
    (tmp_path / ".scratch-lost" / "1_connect.ipynb").write_text("{", encoding="utf-8")
    with files.publish_run(tmp_path, "next"):
        pass
    assert visible(tmp_path) == ["next"]


WORKER = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from workbench import files

    with files.publish_run(Path(sys.argv[1]), "killed") as run:
        (run.folder / "1_connect.ipynb").write_text("{")
        print("begun", flush=True)
        time.sleep(60)
    """
)


def test_kill_9_leaves_no_scratch_folder(tmp_path: Path, root: Path) -> None:
    with files.publish_run(tmp_path, "first"):
        pass
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "begun\n"
    assert visible(tmp_path) == [".scratch-killed", "first"]
    worker.kill()
    worker.wait()
    worker.stdout.close()
    deadline = time.monotonic() + 10
    while visible(tmp_path) != ["first"]:
        assert time.monotonic() < deadline, visible(tmp_path)
        time.sleep(0.01)
