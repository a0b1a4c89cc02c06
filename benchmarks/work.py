"""What a benchmark is: a work that two sides do on the same events, and what ours must reach.

Light to import: the process that measures others must be small, since what it starts inherits its size.
"""

from __future__ import annotations

import gc
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

__all__ = ["Data", "Measured", "Side", "Target", "Work", "difference", "timed"]

_T = TypeVar("_T")
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Data:
    """Where the generated data lies and how much of it there is."""

    folder: Path
    events: int = 9_500_000
    frame_events: int = 1_300_000
    small_events: int = 1_000
    small_logs: int = 100

    @property
    def desk(self) -> Path:
        """The project of the maps: any-process, its prepared store, and `peer.parquet` with the very same events."""
        return self.folder / f"desk-{self.events}"

    @property
    def frame(self) -> Path:
        """The same process as one Parquet file of `frame_events` events, to be loaded as a frame."""
        return self.folder / f"frame-{self.frame_events}.parquet"

    @property
    def xes_events(self) -> int:
        """The first events of the frame that are written as XES: half a million make 100 MB."""
        return min(self.frame_events, 500_000)

    @property
    def xes(self) -> Path:
        """Those events as an XES log."""
        return self.folder / f"log-{self.xes_events}.xes"

    @property
    def workbook_rows(self) -> int:
        """As many rows as the frame has events, as far as a sheet has room."""
        return min(self.frame_events, 1_000_000)

    @property
    def workbook(self) -> Path:
        """A workbook of ten columns and those rows."""
        return self.folder / f"workbook-{self.workbook_rows}.xlsx"

    @property
    def series(self) -> Path:
        """Two events a case of twenty kinds over three years, as many events as the frame has."""
        return self.folder / f"series-{self.frame_events}.parquet"

    @property
    def first(self) -> Path:
        """A project of receivables with `small_events` events, from CSV."""
        return self.receivables(self.small_events)

    @property
    def logs(self) -> Path:
        """A folder of CSV files, `small_events` events each; one more than `small_logs`, to warm up with."""
        return self.folder / f"logs-{self.small_logs}x{self.small_events}"

    def receivables(self, events: int | None = None) -> Path:
        """A project of receivables from CSV files, of `events` events or as many as there are in all."""
        return self.folder / f"receivables-{events or self.events}"

    @property
    def deals(self) -> Path:
        """A project of leads and deals from CSV files, of `events` events."""
        return self.folder / f"deals-{self.events}"

    def as_json(self) -> str:
        return json.dumps({**asdict(self), "folder": str(self.folder)})

    @classmethod
    def from_json(cls, text: str) -> Data:
        told = json.loads(text)
        return cls(**{**told, "folder": Path(told["folder"])})


@dataclass(frozen=True, slots=True)
class Measured:
    """What one side took for the operation alone, and what it answered, in a form that both sides share."""

    seconds: float
    cpu: float
    answer: Any = None
    facts: dict[str, float] = field(default_factory=dict)
    """What else is told of the run: shares of cases kept, parts of the time, sizes on disk."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a work.

    `does` says what is timed. It is a function called in a fresh process, or a `command`; then, and where
    `whole` is set, the time is that of the whole process from its start to its end. `before` puts things back
    to where every run begins.
    """

    does: str
    ask: Callable[[Data], Measured] | None = None
    command: Callable[[Data], list[str]] | None = None
    whole: bool = False
    before: Callable[[Data], None] | None = None


Kind = Literal["times_faster", "times_slower", "seconds", "memory", "times_less_memory"]


@dataclass(frozen=True, slots=True)
class Target:
    """What must be reached: at least so many times faster, or with less memory; at most so many seconds or bytes."""

    kind: Kind
    limit: float


@dataclass(frozen=True, slots=True)
class Work:
    """One row of the report. `needs` names the data by their place in `Data`."""

    name: str
    title: str
    needs: tuple[str, ...]
    ours: Side
    peer: Side | None = None
    targets: tuple[Target, ...] = ()
    repeats: bool = True
    """Whether ours answers the same in every run."""


def timed(ask: Callable[[], _T]) -> tuple[_T, float, float]:
    """What a call answers, with its seconds and those of all processors on it."""
    gc.collect()
    busy, start = time.process_time(), time.perf_counter()
    answer = ask()
    return answer, time.perf_counter() - start, time.process_time() - busy


def difference(one: Any, other: Any, where: str = "the answer") -> str | None:
    """The first place where two answers differ, numbers by more than a billionth; None where they are equal."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        equal = math.isclose(one, other, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
        return None if equal else f"{where}: {one!r} and {other!r}"
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return f"{where}: the names {sorted(one.keys() ^ other.keys())[:3]} are on one side only"
        found = (difference(one[name], other[name], f"{where}, {name}") for name in one)
        return next((text for text in found if text is not None), None)
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return f"{where}: {len(one)} and {len(other)} entries"
        pairs = enumerate(zip(one, other, strict=True), start=1)
        found = (difference(left, right, f"{where}, {place}") for place, (left, right) in pairs)
        return next((text for text in found if text is not None), None)
    return None if one == other else f"{where}: {one!r} and {other!r}"
