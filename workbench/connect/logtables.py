"""What the checks of a log look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from workbench.connect.fields import Field, Readings
from workbench.connect.lookups import Lookup
from workbench.connect.mainsource import TypedSource
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.log.raw import RawAttribute
from workbench.project import Project
from workbench.template import Template

__all__ = ["Join", "LogTables", "Side"]


@dataclass(frozen=True, slots=True)
class Join:
    """A related table and the column of a main source that it joins by."""

    lookup: Lookup
    column: SourceColumn
    table: SourceTable


@dataclass(frozen=True, slots=True)
class Side:
    """A table beside the log, read: its source's name, its name in the log, its table, and what attributes it has."""

    name: str
    kind: str
    table: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class LogTables:
    """What the checks look at: the tables by name in SQL, and what they were made from.

    `tables` and `readings` are of each source by its name: its file's columns, and how they are read. `large` says
    that what is kept on the way belongs in files. `today` and `last_update` are days of `zone`.
    """

    events: str
    cases: str
    attributes: tuple[RawAttribute, ...]
    sources: tuple[TypedSource, ...]
    project: Project
    template: Template
    last_update: date | None
    today: date
    zone: str = "UTC"
    tables: Mapping[str, SourceTable] = field(default_factory=dict)
    readings: Mapping[str, Readings] = field(default_factory=dict)
    joins: tuple[Join, ...] = ()
    side: tuple[Side, ...] = ()
    large: bool = False

    @property
    def known_until(self) -> date:
        """The last day that the data can say anything of: when it was taken, else today."""
        return self.last_update or self.today

    @property
    def as_of(self) -> date:
        """The day as of which the log is looked at."""
        return self.project.as_of or self.known_until

    def level_table(self, attribute: RawAttribute) -> str:
        """The table in which an attribute stands."""
        return self.cases if attribute.level == "case" else self.events
