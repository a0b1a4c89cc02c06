"""The raw log: what reading hands to preparing, whatever the source looked like.

One shape for every export: an events table and a cases table with canonical names and types, and beside
them what became of every row. Nothing here computes: `workbench.connect` fills it for `workbench.log`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from workbench.errors import Finding

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["EVENT_COLUMNS", "AttributeType", "Level", "RawAttribute", "RawLog", "SourceAccounting"]

Level = Literal["case", "event"]
AttributeType = Literal["id", "str", "cat", "num", "pct", "money", "bool", "date", "ts"]

EVENT_COLUMNS = ("case_id", "activity", "time", "day", "src_order", "resource", "lifecycle")
"""The columns that every events table has, in this order, before its attributes."""


@dataclass(frozen=True, slots=True)
class RawAttribute:
    """A field that the log carries beside case, activity and time.

    `name` is the canonical name, `label` the name of the column it came from. An attribute that is meant at
    both levels (a sales representative: of the deal, and of each step) stands twice, once per level.
    """

    name: str
    level: Level
    type: AttributeType
    label: str


@dataclass(frozen=True, slots=True)
class SourceAccounting:
    """What became of the rows of a source: `rows_in` = `rows_kept` + the rows dropped, by reason, exactly.

    `events` counts the events that the kept rows gave: for a wide source several a row, or none. `privacy` says by
    column what was done to its values.
    """

    source: str
    kind: str
    rows_in: int
    rows_kept: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    events: int = 0
    privacy: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rows_in != self.rows_kept + sum(self.dropped.values()):
            raise AssertionError(f"rows of {self.source!r} do not add up: {self}")


@dataclass(frozen=True, slots=True)
class RawLog:
    """Events and cases as read: canonical names, typed, not yet sorted, linked or derived from.

    `events` has `EVENT_COLUMNS` and the event attributes, one row per event, in no guaranteed order:
    `time` (naive UTC, microseconds), then `src_order` (0-based, over all sources) is the order. `day` is the
    calendar date in `zone`. `cases` has `case_id` and the case attributes, one row per case, cases without
    any event included. Types: id, str, cat are strings; num, pct are float64; money is decimal(24, 6); date
    is a local calendar date; ts is naive UTC. `rates` are (day, currency, units of the project's currency
    for one of it). `side` holds the tables that are not events: requests, leads, targets.

    `history` is how case attributes that events gave became known: `case_id`, `day`, `turn` (the order within a
    case) and a column per attribute, filled where its value became another one. It holds only the attributes and
    cases in which that happened after the case's first day; None where there are none. What a row without a time
    says of a case (a wide file, a lookup) is a snapshot: it is taken to have held all along. `fetched` gives the
    digest of the rows that each database source gave. `named` are the activities that the source's own names stand for.
    """

    backend: Any
    events: ir.Table
    cases: ir.Table
    attributes: tuple[RawAttribute, ...]
    accounting: tuple[SourceAccounting, ...]
    findings: tuple[Finding, ...]
    rates: tuple[tuple[date, str, Decimal], ...]
    zone: str
    last_update: date | None
    side: Mapping[str, ir.Table]
    history: ir.Table | None = None
    fetched: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
