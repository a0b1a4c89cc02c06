"""`workbench new`: a project folder with a proposed mapping."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.connect.projectfile import project_text
from workbench.connect.proposal import Proposal
from workbench.connect.propose import propose
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
    process: str,
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

    `case`, `activity`, `time` and `mapping` (NAME = COLUMN: a role, an attribute, or the activity that a date
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
    template = load_template(process)
    proposal = propose(sources, template, case=case, activity=activity, time=time, mapping=mapping)
    text = project_text(proposal, name=name or folder.resolve().name, currency=currency, time_zone=time_zone)
    project = parse_project(tomllib.loads(text), folder=folder, where=str(file))
    folder.mkdir(parents=True, exist_ok=True)
    write_text(file, text)
    return ProposalReport(folder, proposal, project)
