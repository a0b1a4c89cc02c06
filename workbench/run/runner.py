"""A run: chosen notebooks executed on a project, with what they gave, published by one rename.

runs/20260630T081500Z-3f2a9c/
    1_connect.ipynb … 6_monitor.ipynb    as executed
    kpis.json                            the figures of this run
    manifest.json                        status, seconds of each step, versions, parameters, as-of day
"""

from __future__ import annotations

import platform
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench import files
from workbench.errors import WorkbenchError
from workbench.project import load_project
from workbench.run.execute import Status, execute
from workbench.run.parameters import check_parameters, declared_parameters
from workbench.run.steps import Step, all_steps

if TYPE_CHECKING:
    from workbench.api import Log

__all__ = ["Run", "StepRun", "run_project"]

Progress = Callable[[str, float], None]
_PACKAGES = ("duckdb", "ibis-framework", "numpy", "pandas", "papermill", "pm4py", "pyarrow")


@dataclass(frozen=True, slots=True)
class StepRun:
    """What became of one step: its status, how many seconds it took, and what went wrong."""

    step: int
    name: str
    status: Status | Literal["not-run"] = "not-run"
    seconds: float | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A published run. `status` is `done`, or the status of the step that ended it."""

    folder: Path
    status: Status
    message: str
    steps: tuple[StepRun, ...]


def run_project(
    project: str | Path,
    *,
    steps: Sequence[Step] | None = None,
    as_of: date | None = None,
    parameters: Mapping[str, str] | None = None,
    timeout: float | None = None,
    progress: Progress = lambda what, fraction: None,
) -> Run:
    """Execute the notebooks on a project and publish the result as `runs/<time>-<id>/`.

    The project, the names and the types of all parameters are checked before a kernel starts. The first step
    that fails ends the run, which is published all the same, with the status of that step: its notebook shows
    where it stopped. Only a run that could not be written (a full disk) leaves nothing.
    """
    loaded = load_project(project)
    folder = loaded.folder.resolve()
    chosen = tuple(steps) if steps is not None else all_steps()
    checked = check_parameters(parameters or {}, declared_parameters(chosen))
    begun = datetime.now(UTC)
    name = f"{begun:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    with files.publish_run(folder / "runs", name) as unpublished:
        own = {"project": str(folder), "as_of": as_of.isoformat() if as_of else ""}
        done = _execute_all(
            chosen, unpublished.folder, folder, own=own, checked=checked, timeout=timeout, progress=progress
        )
        status, message = _ending(done)
        if status == "done":
            progress("figures", 1.0)
            try:
                as_of = _write_figures(folder, unpublished.folder, as_of)
            except WorkbenchError as error:
                status, message = "error", str(error)
        files.write_json(
            unpublished.folder / "manifest.json",
            {
                "format": 1,
                "id": name,
                "status": status,
                "message": message,
                "started": begun.isoformat(timespec="seconds"),
                "seconds": round((datetime.now(UTC) - begun).total_seconds(), 3),
                "project": loaded.name,
                "process": loaded.process,
                "as_of": as_of.isoformat() if as_of else None,
                "parameters": dict(parameters or {}),
                "steps": [asdict(step) for step in done],
                "versions": _versions(),
            },
        )
    return Run(unpublished.target, status, message, done)


def _execute_all(
    chosen: Sequence[Step],
    scratch: Path,
    folder: Path,
    *,
    own: Mapping[str, str],
    checked: Mapping[str, Mapping[str, Any]],
    timeout: float | None,
    progress: Progress,
) -> tuple[StepRun, ...]:
    done = [StepRun(step.number, step.name) for step in chosen]
    for position, step in enumerate(chosen):
        progress(step.name, position / len(chosen))
        outcome = execute(
            step,
            scratch / step.notebook.name,
            parameters={**own, **checked[step.name]},
            folder=folder,
            timeout=timeout,
        )
        done[position] = replace(
            done[position], status=outcome.status, seconds=round(outcome.seconds, 3), message=outcome.message
        )
        if outcome.status != "done":
            break
    return tuple(done)


def _ending(steps: Sequence[StepRun]) -> tuple[Status, str]:
    """The status of the step that ended the run, and what it said; `done` when none did."""
    for step in steps:
        if step.status != "done" and step.status != "not-run":
            return step.status, f"{step.name}: {step.message}"
    return "done", ""


def _write_figures(folder: Path, scratch: Path, as_of: date | None) -> date:
    """Write the run's KPI values, taken from the store that the notebooks used; returns the as-of day."""
    import workbench as wb

    log: Log = wb.open(folder, as_of=as_of)
    files.write_json(scratch / "kpis.json", log.kpi_records())
    return log.as_of


def _versions() -> dict[str, str]:
    from workbench import __version__

    return {
        "workbench": __version__,
        "python": platform.python_version(),
        **{package: version(package) for package in _PACKAGES},
    }
