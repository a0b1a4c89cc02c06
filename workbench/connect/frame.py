"""A log straight from a file or a data frame, without a project."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from workbench.connect.projectfile import project_text
from workbench.connect.proposal import Proposal
from workbench.connect.propose import propose_tables
from workbench.connect.read import Progress, read_tables, silent
from workbench.connect.readers import Options, open_frame, open_place, parted, shown
from workbench.connect.stage import Stage, told_plainly
from workbench.connect.tables import SourceTable
from workbench.errors import WorkbenchError
from workbench.log.raw import RawLog
from workbench.messages import Message
from workbench.project import parse_project
from workbench.template import Template

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_frame"]

_ROLES = {"case": Message("case"), "activity": Message("activity"), "time": Message("time")}


def read_frame(
    source: str | Path | pd.DataFrame,
    template: Template,
    *,
    mapping: Mapping[str, str] | None = None,
    time_zone: str | None = None,
    currency: str | None = None,
    privacy: Mapping[str, Any] | None = None,
    backend: Any = None,
    scratch: Path | None = None,
    progress: Progress | None = None,
) -> RawLog:
    """A raw log from one file or frame; what `mapping` leaves out is proposed from names and values.

    `mapping` = {role, attribute or activity: column}, as in `new_project`. `privacy` is what a project says under that
    name; with it free text is left out, as in a project, without it all is kept. Raises WorkbenchError when nothing
    can be the case or the time, or a name is unknown.

    >>> import pandas as pd
    >>> from workbench.template import load_template
    >>> days = ["2026-01-01", "2026-01-03"]
    >>> frame = pd.DataFrame({"case": ["a", "a"], "activity": ["ask", "answer"], "time": days})
    >>> read_frame(frame, load_template("any-process")).accounting[0].events
    2
    """
    stage = Stage(backend if backend is not None else ibis.duckdb.connect(), scratch=scratch)
    where = shown(source) if isinstance(source, str | Path) else "data frame"
    with told_plainly(where):
        table = _opened(stage, source, template, mapping or {})
        proposal = propose_tables(
            stage, {"data": table}, template, mapping=dict(mapping or {}), paths={"data": where}
        )
        _refuse_guesses(proposal, where)
        text = project_text(proposal, name="data", currency=currency or "XXX", time_zone=time_zone)
        project = parse_project(tomllib.loads(text), where="the proposed mapping")
        if privacy is not None:
            project = project.model_copy(update=_private(stage, privacy))
        return read_tables(
            stage,
            project,
            template,
            {"data": table},
            free_text="keep" if privacy is None else "drop",
            progress=progress or silent,
        )


def _private(stage: Stage, privacy: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of privacy. The folder of a project that is none is empty: the key may lie anywhere."""
    said = dict(privacy)
    if isinstance(key := said.get("key"), str | Path) and str(key).strip():
        said["key"] = str(Path(os.path.expandvars(key)).expanduser().absolute())
    asked = parse_project({"process": "any-process", "privacy": said}, where="privacy")
    return {"privacy": asked.privacy, "folder": stage.file("project", "")}


def _opened(
    stage: Stage, source: str | Path | pd.DataFrame, template: Template, mapping: Mapping[str, str]
) -> SourceTable:
    if isinstance(source, str | Path):
        place, table = parted(source)
        return open_place(stage, place, Options.wanted(template, mapping), table=table)[0]
    return open_frame(stage, source)


def _refuse_guesses(proposal: Proposal, where: str) -> None:
    """A log that nobody has looked at does not rest on a guess."""
    for one in proposal.sources[0].choices:
        if one.what == "role" and not one.applied:
            raise WorkbenchError(
                Message(
                    "Which column is the {role} is not sure; it may be {column!r} ({reason})",
                    role=_ROLES.get(one.name, one.name),
                    column=one.column,
                    reason=one.reason,
                ),
                where=where,
                remedy=Message("Say so: {line}", line=f"mapping={{{one.name!r}: {one.column!r}}}"),
            )
