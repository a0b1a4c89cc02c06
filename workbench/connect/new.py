"""`workbench new`: a project folder with a proposed mapping."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis

from workbench.connect.datatemplate import FilledTemplate, filled_template, propose_filled
from workbench.connect.projectfile import project_text
from workbench.connect.proposal import Proposal
from workbench.connect.propose import propose
from workbench.connect.stage import Stage
from workbench.errors import WorkbenchError
from workbench.files import write_text
from workbench.messages import Message
from workbench.project import PROJECT_FILE, Project, parse_project
from workbench.template import load_template

__all__ = ["ProposalReport", "new_project"]


@dataclass(frozen=True, slots=True)
class ProposalReport:
    """What `workbench new` made: the project's folder, its proposal, and the questions left in it."""

    folder: Path
    proposal: Proposal
    project: Project

    @property
    def gaps(self) -> int:
        return self.proposal.gaps

    def __str__(self) -> str:
        file = self.folder / PROJECT_FILE
        left = f"{self.gaps} questions are marked TODO in it" if self.gaps else "It is ready to run"
        return (
            f"{self.proposal}\n\nThe mapping is in {file}. {left}. Go on with: workbench check {self.folder}"
        )


def new_project(
    directory: str | Path,
    *,
    process: str | None = None,
    sources: Sequence[str | Path] = (),
    case: str | None = None,
    activity: str | None = None,
    time: str | None = None,
    mapping: Mapping[str, str] | None = None,
    name: str | None = None,
    currency: str = "XXX",
    time_zone: str | None = None,
    force: bool = False,
) -> ProposalReport:
    """Make a project folder whose mapping is proposed from the sources.

    A filled data template among the sources is loaded alone, as it says itself: `process` and mapping are not needed.
    Else `case`, `activity`, `time` and `mapping` (NAME = COLUMN: a role, an attribute, or the activity that a date
    column records; "closed_on[stage=Won]" for a date under a condition) are taken as said. An existing project
    is refused unless `force`. Raises WorkbenchError when a source is unreadable or nothing can be the case or
    the time; anything less is a marked question in project.toml.
    """
    folder = Path(directory)
    file = folder / PROJECT_FILE
    if file.exists() and not force:
        raise WorkbenchError(
            Message("There is a project here already"),
            where=str(file),
            remedy=Message("Choose another folder, or edit this file"),
        )
    said = {"case": case, "activity": activity, "time": time}
    everything = {role: column for role, column in said.items() if column} | dict(mapping or {})
    stage = Stage(ibis.duckdb.connect())
    filled = _filled(stage, sources, everything)
    if filled is not None:
        proposal = propose_filled(stage, filled, load_template(process or filled.process))
    elif process is not None:
        proposal = propose(sources, load_template(process), mapping=everything)
    else:
        raise WorkbenchError(
            Message("Of which process the data is has to be said"),
            where="process",
            remedy=Message("Name it: --process ID; `workbench templates` lists them"),
        )
    text = project_text(
        proposal,
        name=name or folder.resolve().name,
        currency=currency,
        time_zone=time_zone,
        language=filled.language if filled else "en",
    )
    project = parse_project(tomllib.loads(text), folder=folder, where=str(file))
    folder.mkdir(parents=True, exist_ok=True)
    write_text(file, text)
    return ProposalReport(folder, proposal, project)


def _filled(stage: Stage, sources: Sequence[str | Path], mapping: Mapping[str, str]) -> FilledTemplate | None:
    """The filled data template among the sources: it is the only one, and nothing is said of its columns."""
    found = [one for one in (filled_template(stage, source) for source in sources) if one is not None]
    if not found:
        return None
    if mapping:
        raise WorkbenchError(
            Message("A data template says itself what its columns are"),
            where=str(found[0].path),
            remedy=Message("Leave the mapping out; it can be changed in project.toml afterwards"),
        )
    if len(sources) > 1:
        raise WorkbenchError(
            Message("A data template is loaded alone"),
            where=str(found[0].path),
            remedy=Message("Make the project from it, and add further sources in project.toml"),
        )
    return found[0]
