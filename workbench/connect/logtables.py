"""What the checks of a log look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from workbench.connect.mainsource import TypedSource
from workbench.log.raw import RawAttribute
from workbench.project import Project
from workbench.template import Template

__all__ = ["LogTables"]


@dataclass(frozen=True, slots=True)
class LogTables:
    """What the checks look at: the tables by name in SQL, and what they were made from."""

    events: str
    cases: str
    attributes: tuple[RawAttribute, ...]
    sources: tuple[TypedSource, ...]
    project: Project
    template: Template
    last_update: date | None
    today: date
