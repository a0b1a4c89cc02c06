"""Tables of a process beside its log: what is no event and no case."""

from __future__ import annotations

from pydantic import Field

from workbench.template.base import Declared, Text, Words

__all__ = ["SideTable"]


class SideTable(Declared):
    """A table of its own beside the log (credit requests, leads, spend): its key and the columns it is read with.

    `joins` are further columns whose values are those of the log. A table of what holds from a day on (`dated`) gives
    its `gives` to each case: the last row of the case's partner on or before the case's `moment`, a date of the case
    (default: the day of its first event). A table by activity gives its `gives` to each event of it.

    A row is known from its `begins` on (default: `dated`), and the columns of `known` from the moment that they stand
    under: what was decided later was not known before.
    """

    id: str
    name: Text
    key: Words
    attributes: tuple[str, ...] = ()
    joins: Words = ()
    dated: str | None = None
    gives: Words = ()
    moment: str | None = None
    begins: str | None = None
    known: dict[str, Words] = Field(default_factory=dict)
    meaning: Text | None = None
