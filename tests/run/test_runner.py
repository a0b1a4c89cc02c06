"""A run ends well, with an error, with a dead kernel or with a time-out, and says which."""

from __future__ import annotations

import asyncio
import html
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pytest

from workbench.errors import WorkbenchError
from workbench.monitor.history import History, history_frame
from workbench.run import Run, Step, run_project
from workbench.run.figures import Computed
from workbench.run.kernel import OwnSpecs

Notebook = Callable[..., Step]
OUR_ERROR = """
from workbench.errors import WorkbenchError
raise WorkbenchError("The file has no header", where="a.csv, row 1", remedy="Add one")
"""
FIGURES = [{"id": "X1", "value": 0.5, "unit": "ratio", "n": 2, "pending": 0}]


class FakeFigures:
    """Stands for the process that computes the figures beside the notebooks."""

    def __init__(self, target: Path, outcome: Computed) -> None:
        self.target = target
        self.outcome = outcome

    def start(self) -> None:
        pass

    def wait(self, timeout: float | None) -> Computed:
        self.target.write_text(json.dumps(FIGURES), encoding="utf-8")
        return self.outcome


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Lists what figures were asked for."""
    calls: list[dict[str, Any]] = []

    @contextmanager
    def fake(folder: Path, target: Path, *, as_of: date | None) -> Iterator[FakeFigures]:
        calls.append({"folder": folder, "as_of": as_of})
        yield FakeFigures(target, Computed("done", "", date(2026, 6, 30), "f00d"))

    monkeypatch.setattr("workbench.run.runner.computing", fake)
    return calls


def manifest(run: Run) -> dict[str, Any]:
    content = json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def outputs(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return "".join(
        output.get("text", "") + output.get("data", {}).get("text/plain", "")
        for cell in cells
        for output in cell.get("outputs", [])
    )


def runs(project: Path) -> list[str]:
    return sorted(path.name for path in (project / "runs").iterdir() if path.name != ".lock")


def test_a_run_that_ends_well(
    project: Path, notebook: Notebook, asked: list[dict[str, Any]], capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[tuple[str, float]] = []
    steps = [
        notebook(1, "import sys\nprint(sys.executable)", "print(project, '|', as_of, '|', limit)"),
        notebook(3, "'second'"),
    ]
    run = run_project(
        project,
        steps=steps,
        as_of=date(2026, 6, 30),
        parameters={"limit": "7"},
        progress=lambda what, fraction: told.append((what, fraction)),
    )
    assert run.status == "done"
    assert tuple(capfd.readouterr()) == ("", ""), "a kernel's own talk would get into the command's output"
    assert runs(project) == [run.folder.name]
    assert sorted(path.name for path in run.folder.iterdir()) == [
        "1_step.ipynb",
        "3_step.ipynb",
        "kpis.json",
        "manifest.json",
        "report.html",
    ]
    text = outputs(run.folder / "1_step.ipynb")
    assert sys.executable in text
    assert f"{project.resolve()} | 2026-06-30 | 7" in text
    assert json.loads((run.folder / "kpis.json").read_text(encoding="utf-8")) == FIGURES
    said = manifest(run)
    assert (said["status"], said["message"], said["as_of"]) == ("done", "", "2026-06-30")
    assert (said["project"], said["process"], said["parameters"]) == ("P", "any-process", {"limit": "7"})
    assert [(step["name"], step["status"]) for step in said["steps"]] == [
        ("1_step", "done"),
        ("3_step", "done"),
    ]
    assert all(step["seconds"] > 0 for step in said["steps"])
    assert {"workbench", "python", "duckdb", "papermill"} <= set(said["versions"])
    assert told == [("1_step", 0.0), ("3_step", 0.5), ("figures", 1.0), ("report", 1.0)]
    assert asked == [{"folder": project.resolve(), "as_of": date(2026, 6, 30)}]
    assert (said["language"], said["fingerprint"], said["report"]) == (
        "en",
        "f00d",
        {"views": 0, "left_out": []},
    )
    assert run.warnings == ()
    recorded = history_frame(History.open(project))
    assert list(recorded[["run", "id", "value"]].itertuples(index=False, name=None)) == [
        (run.folder.name, "X1", 0.5)
    ]


@pytest.mark.parametrize(
    "cell", ["1 + 1", "1 / 0", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"]
)
def test_a_run_called_from_inside_a_loop(project: Path, notebook: Notebook, cell: str) -> None:
    """As in a notebook, in a web server, or beside a driver of a browser."""

    async def called() -> tuple[Run, Run]:
        return run_project(project, steps=[notebook(1, "2 + 2")]), run_project(
            project, steps=[notebook(1, cell)]
        )

    before, run = asyncio.run(called())
    assert before.status == "done"
    assert run.status == ("done" if cell == "1 + 1" else "error" if "/" in cell else "kernel-died")


@pytest.mark.parametrize(
    ("cell", "status", "message"),
    [
        ("1 / 0", "error", "ZeroDivisionError: division by zero"),
        (
            OUR_ERROR,
            "error",
            "The file has no header (a.csv, row 1). Add one.",
        ),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "kernel-died", "The kernel died"),
        ("import time\ntime.sleep(60)", "timed-out", "A call took longer than 3 seconds"),
    ],
    ids=["error", "our error", "dead kernel", "time-out"],
)
def test_a_run_that_ends_badly_says_how_and_goes_no_further(
    project: Path, notebook: Notebook, asked: list[dict[str, Any]], cell: str, status: str, message: str
) -> None:
    steps = [notebook(1, "'before'", cell, "'after'"), notebook(2, "'never'")]
    run = run_project(project, steps=steps, timeout=3)
    assert run.status == status
    assert run.message.startswith(f"1_step: {message}")
    said = manifest(run)
    assert (said["status"], said["message"]) == (run.status, run.message)
    assert [step["status"] for step in said["steps"]] == [status, "not-run"]
    assert said["steps"][1]["seconds"] is None
    assert sorted(path.name for path in run.folder.iterdir()) == [
        "1_step.ipynb",
        "manifest.json",
        "report.html",
    ]
    assert html.escape(run.message) in (run.folder / "report.html").read_text(encoding="utf-8")
    text = outputs(run.folder / "1_step.ipynb")
    assert "before" in text
    assert "after" not in text
    assert History.open(project).run_ids() == {run.folder.name}


def test_a_failing_run_leaves_the_earlier_ones_as_they_were(project: Path, notebook: Notebook) -> None:
    first = run_project(project, steps=[notebook(1, "1")])
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    second = run_project(project, steps=[notebook(1, "1 / 0")])
    assert runs(project) == sorted([first.folder.name, second.folder.name])
    assert {path.name: path.read_bytes() for path in first.folder.iterdir()} == before


def test_a_full_disk_leaves_no_run(
    project: Path, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workbench.files.write_json", full_disk)
    with pytest.raises(OSError, match="No space left"):
        run_project(project, steps=[notebook(1, "1")])
    assert runs(project) == []


def test_nothing_is_written_when_a_parameter_is_unknown(project: Path, notebook: Notebook) -> None:
    with pytest.raises(WorkbenchError, match=r"Unknown parameter 'limits'.*Did you mean 'limit'\?"):
        run_project(project, steps=[notebook(1, "1")], parameters={"limits": "3"})
    assert not (project / "runs").exists()


def test_no_project_no_run(tmp_path: Path, notebook: Notebook) -> None:
    with pytest.raises(WorkbenchError, match="There is no project here"):
        run_project(tmp_path / "nothing", steps=[notebook(1, "1")])
    assert not (tmp_path / "nothing").exists()


def test_a_folder_may_have_any_name(tmp_path: Path, notebook: Notebook) -> None:
    folder = tmp_path / "{year} & {it's} é"
    folder.mkdir()
    (folder / "project.toml").write_text('format = 1\nprocess = "any-process"\n', encoding="utf-8")
    run = run_project(folder, steps=[notebook(1, "print(project)")])
    assert outputs(run.folder / "1_step.ipynb").strip() == str(folder)


def test_each_notebook_has_a_kernel_of_its_own_that_is_empty(project: Path, notebook: Notebook) -> None:
    look = (
        "import os, sys\nprint(os.getpid(), 'workbench.pages' in sys.modules, 'wb' in dir(), 'mine' in dir())"
    )
    steps = [notebook(number, f"{look}\nmine = 1") for number in (1, 2)]
    run = run_project(project, steps=steps)
    first, second = (outputs(run.folder / f"{number}_step.ipynb").split() for number in (1, 2))
    assert first[1:] == ["False", "False", "False"]
    assert second[1:] == ["True", "False", "False"], "the second was made ready while the first worked"
    assert first[0] != second[0]


def test_a_value_is_data_and_never_code(project: Path, notebook: Notebook) -> None:
    hostile = "\"); print('owned')\n# \\ ' \u2028 é"
    step = notebook(1, "print(ascii(by))", parameters='project: str = ""\nas_of: str = ""\nby: str = ""')
    run = run_project(project, steps=[step], parameters={"by": hostile})
    assert outputs(run.folder / "1_step.ipynb").strip() == ascii(hostile)


@pytest.mark.parametrize(
    "outcome",
    [Computed("error", "A finding blocks. Mend the source."), Computed("kernel-died", "The process died")],
)
def test_figures_that_cannot_be_had_end_the_run(
    project: Path, notebook: Notebook, monkeypatch: pytest.MonkeyPatch, outcome: Computed
) -> None:
    @contextmanager
    def fake(folder: Path, target: Path, *, as_of: date | None) -> Iterator[FakeFigures]:
        yield FakeFigures(target, outcome)

    monkeypatch.setattr("workbench.run.runner.computing", fake)
    run = run_project(project, steps=[notebook(1, "1")])
    assert (run.status, run.message) == (outcome.status, f"figures: {outcome.message}")
    assert [step["status"] for step in manifest(run)["steps"]] == ["done"]
    assert not (run.folder / "kpis.json").exists()


LANGUAGE = 'project: str = ""\nas_of: str = ""\nlanguage: str = ""'


@pytest.mark.parametrize(("asked_for", "told", "report"), [("zh", "zh", "zh-Hans"), ("", "", "en")])
def test_the_language_goes_to_the_notebooks_that_know_one_and_to_the_report(
    project: Path, notebook: Notebook, asked_for: str, told: str, report: str
) -> None:
    steps = [
        notebook(1, "print(repr(language))", parameters=LANGUAGE),
        notebook(2, "'language' in globals()"),
    ]
    run = run_project(project, steps=steps, language=asked_for)
    assert outputs(run.folder / "1_step.ipynb").strip() == repr(told)
    assert outputs(run.folder / "2_step.ipynb").strip() == "False"
    assert f'<html lang="{report}">' in (run.folder / "report.html").read_text(encoding="utf-8")
    assert manifest(run)["language"] == (asked_for or "en")


def test_a_language_that_there_is_not_starts_nothing(project: Path, notebook: Notebook) -> None:
    with pytest.raises(WorkbenchError, match="There is no language 'fx'"):
        run_project(project, steps=[notebook(1, "1")], language="fx")
    assert not (project / "runs").exists()


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[bool]]:
    """Has the first so many kernels of a run end before they say a word; lists for each start whether it did."""

    def failing(count: int) -> list[bool]:
        tried: list[bool] = []
        real = OwnSpecs.get_kernel_spec

        def spec(self: OwnSpecs, kernel_name: str) -> Any:
            found = real(self, kernel_name)
            tried.append(len(tried) < count)
            if tried[-1]:
                found.argv = [sys.executable, "-c", "raise SystemExit('Address already in use')"]
            return found

        monkeypatch.setattr(OwnSpecs, "get_kernel_spec", spec)
        return tried

    return failing


def test_a_kernel_that_did_not_start_is_no_end_of_a_run(
    project: Path,
    notebook: Notebook,
    starts: Callable[[int], list[bool]],
    capfd: pytest.CaptureFixture[str],
) -> None:
    tried = starts(2)
    run = run_project(project, steps=[notebook(1, "1 + 1")])
    assert (run.status, run.message) == ("done", "")
    assert tried == [True, True, False]
    assert capfd.readouterr() == ("", "")


def test_kernels_that_never_start_end_a_run_and_say_why(
    project: Path, notebook: Notebook, starts: Callable[[int], list[bool]]
) -> None:
    tried = starts(100)
    run = run_project(project, steps=[notebook(1, "1 + 1"), notebook(2, "'never'")])
    assert run.status == "kernel-died"
    assert run.message == "1_step: The kernel did not start: Address already in use"
    # The first, two in its place, and the one for the second step.
    assert tried == [True] * 4
    assert [step["status"] for step in manifest(run)["steps"]] == ["kernel-died", "not-run"]
