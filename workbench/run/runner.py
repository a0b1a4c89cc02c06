"""A run: chosen notebooks executed on a project, with what they gave, published by one rename.

runs/20260630T081500Z-3f2a9c/
    1_connect.ipynb … 6_monitor.ipynb    as executed
    report.html                          what they show, on one page without script
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
from typing import Any, Literal

from workbench import files
from workbench.errors import WorkbenchError
from workbench.i18n import Speech
from workbench.messages import Message
from workbench.project import Project, load_project
from workbench.run.execute import Status, execute
from workbench.run.figures import Computed, Computing, computing
from workbench.run.parameters import Declared, check_parameters, declared_parameters
from workbench.run.steps import Step, all_steps

__all__ = ["Run", "StepRun", "run_project"]

Progress = Callable[[str, float], None]
_FIGURES = "kpis.json"
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
    """A published run. `status` is `done`, or the status of the step that ended it.

    `warnings` says what went wrong after the run was published, and hurts only its history.
    """

    folder: Path
    status: Status
    message: str
    steps: tuple[StepRun, ...]
    warnings: tuple[str, ...] = ()


def run_project(
    project: str | Path,
    *,
    steps: Sequence[Step] | None = None,
    as_of: date | None = None,
    language: str = "",
    parameters: Mapping[str, str] | None = None,
    timeout: float | None = None,
    progress: Progress = lambda what, fraction: None,
) -> Run:
    """Execute the notebooks on a project and publish the result as `runs/<time>-<id>/`.

    `language` is en, fr, es or zh (empty: the project's); `timeout` what a single call may take, in seconds. The
    project, the language, the names and the types of all parameters are checked before a kernel starts. The first
    step that fails ends the run, which is published all the same, with the status of that step: its notebook
    shows where it stopped. Only a run that could not be written (a full disk) leaves nothing. What is published is
    then recorded in the project's history. Databases among the sources are asked anew before the first step.
    """
    loaded = load_project(project)
    folder = loaded.folder.resolve()
    speech = Speech(language or loaded.language, zone=loaded.time_zone or "UTC")
    chosen = tuple(steps) if steps is not None else all_steps()
    declared = declared_parameters(chosen)
    checked = check_parameters(parameters or {}, declared)
    own = {"project": str(folder), "as_of": as_of.isoformat() if as_of else "", "language": language}
    if any(source.url for source in loaded.sources):
        from workbench.opening import open_project  # a run reads one store: what its databases give now

        open_project(folder, refresh=True)
    begun = datetime.now(UTC)
    name = f"{begun:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    with files.publish_run(folder / "runs", name) as unpublished:
        scratch = unpublished.folder
        with computing(folder, scratch / _FIGURES, as_of=as_of) as figures:
            given = _parameters(declared, own, checked)
            done = _execute_all(
                chosen, scratch, folder, given=given, timeout=timeout, progress=progress, figures=figures
            )
            status, message = _ending(done)
            computed = Computed(status)
            if status == "done":
                progress("figures", 1.0)
                computed = figures.wait(timeout)
                status = computed.status
                if computed.message:
                    message = Message("{step}: {what}", step="figures", what=computed.message)
        if status != "done":
            # Half of the figures, or figures of what then failed, are none.
            (scratch / _FIGURES).unlink(missing_ok=True)
        manifest = {
            "format": 1,
            "id": name,
            "status": status,
            "message": message,
            "started": begun.isoformat(timespec="seconds"),
            "project": loaded.name,
            "process": loaded.process,
            "as_of": _day(computed.as_of or as_of),
            "language": speech.language,
            "parameters": dict(parameters or {}),
            "steps": [asdict(step) for step in done],
            "fingerprint": computed.fingerprint,
            "privacy": dict(computed.privacy),
            "versions": _versions(),
        }
        progress("report", 1.0)
        manifest["report"] = _write_report(scratch, chosen, done, manifest, loaded, speech)
        manifest["seconds"] = round((datetime.now(UTC) - begun).total_seconds(), 3)
        files.write_json(scratch / "manifest.json", manifest)
    return Run(unpublished.target, status, message, done, _record(loaded, folder / "runs"))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _parameters(
    declared: Declared, own: Mapping[str, str], checked: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """What each notebook is told: of the run's own parameters those that it declares, and what was asked for."""
    return {
        step: {name: value for name, value in own.items() if name in names} | dict(checked[step])
        for step, names in declared.items()
    }


def _execute_all(
    chosen: Sequence[Step],
    scratch: Path,
    folder: Path,
    *,
    given: Mapping[str, Mapping[str, Any]],
    timeout: float | None,
    progress: Progress,
    figures: Computing,
) -> tuple[StepRun, ...]:
    from workbench.run.kernels import kernels, with_own_loop

    done = [StepRun(step.number, step.name) for step in chosen]

    def one_after_another() -> None:
        with kernels(folder) as ready:
            for position, step in enumerate(chosen):
                progress(step.name, position / len(chosen))
                outcome = execute(
                    step,
                    scratch / step.notebook.name,
                    parameters=given[step.name],
                    folder=folder,
                    kernels=ready,
                    another=position + 1 < len(chosen),
                    timeout=timeout,
                )
                done[position] = replace(
                    done[position],
                    status=outcome.status,
                    seconds=round(outcome.seconds, 3),
                    message=outcome.message,
                )
                if outcome.status != "done":
                    break
                # Not before: the first notebook has the log prepared, and much of what the figures need answered.
                figures.start()

    with_own_loop(one_after_another)
    return tuple(done)


def _ending(steps: Sequence[StepRun]) -> tuple[Status, str]:
    """The status of the step that ended the run, and what it said; `done` when none did."""
    for step in steps:
        if step.status != "done" and step.status != "not-run":
            return step.status, Message("{step}: {what}", step=step.name, what=step.message)
    return "done", ""


def _write_report(
    scratch: Path,
    chosen: Sequence[Step],
    done: Sequence[StepRun],
    manifest: Mapping[str, Any],
    project: Project,
    speech: Speech,
) -> dict[str, Any]:
    """Write report.html; returns what the manifest says of it."""
    from workbench.run.report import Occasion, make_report
    from workbench.template import load_template

    occasion = Occasion(
        run=manifest["id"],
        project=project.name,
        process=speech.say(load_template(project.process).name),
        as_of=date.fromisoformat(manifest["as_of"]) if manifest["as_of"] else None,
        made=datetime.fromisoformat(manifest["started"]),
        versions=manifest["versions"],
        problems={step.name: speech.say(step.message) for step in done if step.message},
        ending=""
        if manifest["status"] == "done"
        else speech.say("The run stopped: {what}", what=manifest["message"]),
    )
    executed = [scratch / step.notebook.name for step in chosen]
    report = make_report([path for path in executed if path.is_file()], occasion, speech)
    files.write_text(scratch / "report.html", report.html)
    return {"views": report.views, "left_out": [asdict(entry) for entry in report.left_out]}


def _record(project: Project, runs: Path) -> tuple[str, ...]:
    """Record the run, and those before it that could not be recorded; what stands in the way is a warning."""
    from workbench.monitor.history import History, record_runs

    try:
        with History.of(project) as history:
            return tuple(str(error) for error in record_runs(history, runs))
    except WorkbenchError as error:
        return (str(error),)


def _versions() -> dict[str, str]:
    from workbench import __version__

    return {
        "workbench": __version__,
        "python": platform.python_version(),
        **{package: version(package) for package in _PACKAGES},
    }
