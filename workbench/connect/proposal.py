"""A proposed mapping: what each column of each source is taken for, how surely, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from workbench.connect.names import SURE
from workbench.errors import Finding

__all__ = ["ROLES", "Choice", "Proposal", "SourceProposal"]

ROLES = ("case", "activity", "time", "resource", "lifecycle", "order")

What = Literal["role", "attribute", "event", "activity", "also", "kept", "key", "clock"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the mapping: `name` (a role, attribute or activity) is filled by `column`.

    For `what = "activity"` the column is a label in the column of activities. `score` runs from 0 to 1: only
    from 0.9 on is a choice applied, below it is a question. `type` and `level` stand at attributes that are
    not the template's; `when` at date columns that become an event only where other columns have some value; `sets`
    at labels that tell the value of an attribute; `of` at the second event ("also") that the rows of another tell. For
    `what = "clock"` the column holds the time of day of the dates in the column `name`.
    """

    what: What
    name: str
    column: str
    score: float
    reason: str
    type: str | None = None
    level: str | None = None
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sets: Mapping[str, int] = field(default_factory=dict)
    of: str | None = None

    @property
    def applied(self) -> bool:
        return self.score >= SURE


@dataclass(frozen=True, slots=True)
class SourceProposal:
    """A source and its proposed mapping. `formats` are proven; `gaps` are questions to the user.

    `settings` are further keys of the source, decided on when it was opened (`SourceTable.settings`).
    """

    name: str
    path: str
    kind: Literal["events", "cases", "lookup", "rates", "requests", "leads", "table"]
    rows: int
    choices: tuple[Choice, ...]
    formats: Mapping[str, str | list[str]] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str | int] = field(default_factory=dict)

    def role(self, name: str) -> str | None:
        """The column of a role, where one is applied."""
        return next(
            (
                one.column
                for one in self.choices
                if one.what in ("role", "key") and one.name == name and one.applied
            ),
            None,
        )

    def applied(self, what: What) -> list[Choice]:
        return [one for one in self.choices if one.what == what and one.applied]

    def questions(self) -> list[Choice]:
        """Choices too unsure to be applied."""
        return [one for one in self.choices if not one.applied]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposed mapping of a project: its sources, the main one first."""

    process: str
    sources: tuple[SourceProposal, ...]
    time_zone: str = "UTC"
    zone_reason: str = "times carry no offset"
    findings: tuple[Finding, ...] = ()

    @property
    def gaps(self) -> int:
        """How many questions are left to the user."""
        return sum(len(one.gaps) + len(one.questions()) + bool(one.same) for one in self.sources)

    def __str__(self) -> str:
        lines = []
        for source in self.sources:
            lines.append(f"{source.name}: {source.rows:,} rows, kind {source.kind}")
            for one in source.choices:
                mark = " " if one.applied else "?"
                when = "".join(f" where {name} is {' or '.join(values)}" for name, values in one.when.items())
                name = f"time of day of {one.name}" if one.what == "clock" else one.name
                lines.append(f"  {mark} {name} = {one.column}{when}  ({one.score:.2f}: {one.reason})")
            lines += [f"  ? {gap}" for gap in source.gaps]
        return "\n".join(lines)
