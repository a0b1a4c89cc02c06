"""Named parts of the log: filters that come with a process, and which of them are worth holding side by side."""

from __future__ import annotations

from pydantic import model_validator

from workbench.messages import Message
from workbench.template.base import Declared, Text
from workbench.template.kpis import Need
from workbench.template.words import Tests

__all__ = ["ReadyComparison", "Segment"]


class Segment(Declared):
    """A named part of the cases. `needs` names what the log must know for it to mean anything."""

    id: str
    name: Text
    where: Tests
    needs: tuple[Need, ...] = ()
    note: Text | None = None


class ReadyComparison(Declared):
    """Two populations worth holding side by side: two ready-made filters, or what came before and after a day.

    `dated` asks the reader for the day; then there is neither `first` nor `second`.
    """

    id: str
    name: Text
    first: str | None = None
    second: str | None = None
    dated: bool = False

    @model_validator(mode="after")
    def _two_or_a_day(self) -> ReadyComparison:
        if (self.first is None) != (self.second is None) or self.dated == (self.first is not None):
            raise ValueError(Message("a comparison has either `first` and `second`, or `dated`"))
        return self
