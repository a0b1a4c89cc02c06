"""The code of a project: its own KPIs as Python functions, run only where somebody said that it may.

A project's folder can come from anybody. Reading it runs nothing; `kpi_modules` in project.toml only names files. They
run when the folder stands in the environment variable WORKBENCH_RUN_CODE_OF, which no project can set, or when the
caller says `run_code=True`.
"""

from __future__ import annotations

import hashlib
import os
import traceback
import types
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.errors import Finding, WorkbenchError
from workbench.log.prepared import PreparedLog
from workbench.messages import Message
from workbench.opening import Opened
from workbench.places import at_line, in_project
from workbench.project import Project, load_project

__all__ = ["TRUSTED", "with_code"]

TRUSTED = "WORKBENCH_RUN_CODE_OF"


def with_code(
    opened: Opened, folder: Path, *, run_code: bool, face: Callable[[Opened, PreparedLog], Any]
) -> Opened:
    """The opened project with the KPIs that its own code gives; with a finding instead where that may not run.

    Raises WorkbenchError naming file and line where the code cannot be read or fails.
    """
    project = load_project(folder)
    if not project.kpi_modules:
        return opened
    files = [_file(project, name) for name in project.kpi_modules]
    if not (run_code or _trusted(project.folder)):
        return replace(opened, findings=(*opened.findings, _not_run(project)))
    if opened.log is None:
        return opened
    from workbench.measure.own import with_functions

    own = [one for file in files for one in _functions(file)]
    template = with_functions(opened.template, own, lambda log: face(opened, log))
    code = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
    answers = None if opened.log.answers is None else opened.log.answers.narrowed(f"code {code}")
    return replace(
        opened,
        template=template,
        log=replace(opened.log, template=template, answers=answers),
        own_kpis=(*opened.own_kpis, *(one.id for one in own)),
    )


def _file(project: Project, name: str) -> Path:
    """A file of code, which stands in the project's own folder."""
    folder = project.folder.resolve()
    path = (folder / name).resolve()
    if path.is_relative_to(folder) and path.is_file():
        return path
    raise WorkbenchError(
        Message("There is no file {name!r} in the project's folder", name=name),
        where=in_project("kpi_modules"),
        remedy=Message("Name a Python file of the folder, for example {example}", example="kpis.py"),
    )


def _trusted(folder: Path) -> bool:
    named = os.environ.get(TRUSTED, "").split(os.pathsep)
    return any(Path(name).expanduser().resolve() == folder.resolve() for name in named if name)


def _not_run(project: Project) -> Finding:
    return Finding(
        "kpi_modules",
        "warn",
        Message("The project's own code was not run, and its KPIs are missing"),
        remedy=Message(
            "If you know what it does, name the project's folder in the environment variable {name}",
            name=TRUSTED,
        ),
        count=len(project.kpi_modules),
        where=in_project(f"kpi_modules: {', '.join(project.kpi_modules)}"),
    )


def _functions(file: Path) -> list[Any]:
    """The KPIs that a file declares, in its order."""
    from workbench.measure.own import OwnKPI

    module = types.ModuleType(file.stem)
    module.__file__ = str(file)
    try:
        exec(compile(file.read_bytes(), str(file), "exec"), vars(module))  # noqa: S102 - said to be run
    except Exception as error:
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)
        ]
        line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
        raise WorkbenchError(
            Message("The project's own code fails: {fault}", fault=f"{type(error).__name__}: {error}"),
            where=at_line(file.name, line) if line else file.name,
            remedy=Message("Mend it, or take the file out of kpi_modules"),
        ) from error
    return [value for value in vars(module).values() if isinstance(value, OwnKPI)]
