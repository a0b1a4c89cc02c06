"""A zone's wall clocks as spans of one offset each.

The engine works out the calendar anew for every row it moves from a zone to UTC. For a large source it is
asked once where the zone's offset changes, to the second, and its answers are then looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Self

from workbench.connect.stage import Stage
from workbench.sql import literal

__all__ = ["Clock", "to_local", "to_utc"]

# Most logs lie within; for what does not the engine is asked row by row.
_FIRST, _LAST = "1990-01-01", "2045-01-01"


def to_utc(wall: str, zone: str) -> str:
    """A wall clock in a zone as naive UTC."""
    if zone == "UTC":
        return wall
    return f"CAST(timezone('UTC', timezone({literal(zone)}, {wall})) AS TIMESTAMP)"


def to_local(utc: str, zone: str) -> str:
    """Naive UTC as the wall clock of a zone."""
    if zone == "UTC":
        return utc
    return f"timezone({literal(zone)}, timezone('UTC', {utc}))"


@dataclass(frozen=True, slots=True)
class Clock:
    """From which wall clock on a zone is how many microseconds east of Greenwich, in order.

    What the engine makes of hours that the zone skips or has twice is in it: it is the one that was asked.
    """

    zone: str
    spans: tuple[tuple[datetime, int], ...]

    @classmethod
    def of(cls, stage: Stage, zone: str) -> Self:
        """The spans of a zone, found by days, then by minutes and seconds where a day's offset has changed."""
        east = f"epoch_us(w) - epoch_us({to_utc('w', zone)})"
        first = stage.row(f"SELECT w, {east} FROM (SELECT TIMESTAMP '{_FIRST}' AS w)")
        spans = [(first[0], int(first[1]))]
        stretches = [(_FIRST, _LAST)]
        for step in ("INTERVAL 1 DAY", "INTERVAL 1 MINUTE", "INTERVAL 1 SECOND"):
            ends = ", ".join(f"(TIMESTAMP '{start}', TIMESTAMP '{end}')" for start, end in stretches)
            walls = f"SELECT start, unnest(range(start, stop + {step}, {step})) AS w"
            walls += f" FROM (VALUES {ends}) AS v(start, stop)"
            before = "OVER (PARTITION BY start ORDER BY w)"
            changes = stage.rows(
                f"SELECT before, w, east FROM (SELECT w, east, lag(w) {before} AS before, lag(east) {before} AS was "
                f"FROM (SELECT start, w, {east} AS east FROM ({walls}))) WHERE east <> was ORDER BY w"
            )
            if not changes:
                return cls(zone, tuple(spans))
            stretches = [(start, end) for start, end, _ in changes]
        return cls(zone, (*spans, *((start, int(micros)) for _, start, micros in changes)))

    def utc(self, wall: str) -> str:
        """A wall clock as naive UTC, as the engine's own time zones have it; `wall` is best a mere column."""
        moved = [f"{wall} - to_microseconds({east})" for _, east in self.spans]
        return self._looked_up(wall, moved, to_utc(wall, self.zone))

    def shown(self, wall: str) -> str:
        """A wall clock as the zone's clocks show that instant: another one where it is skipped."""
        shown = [wall for _ in self.spans]
        for number, ((_, east), (end, following)) in enumerate(pairwise(self.spans)):
            if following > east:
                skipped = f"{wall} >= TIMESTAMP '{end - timedelta(microseconds=following - east)}'"
                later = f"{wall} + to_microseconds({following - east})"
                shown[number] = f"CASE WHEN {skipped} THEN {later} ELSE {wall} END"
        return self._looked_up(wall, shown, to_local(to_utc(wall, self.zone), self.zone))

    def _looked_up(self, wall: str, by_span: Sequence[str], beyond: str) -> str:
        within = self._halved(wall, by_span, 0, len(self.spans))
        known = f"{wall} >= TIMESTAMP '{_FIRST}' AND {wall} < TIMESTAMP '{_LAST}'"
        return f"CASE WHEN {known} THEN {within} ELSE {beyond} END"

    def _halved(self, wall: str, by_span: Sequence[str], first: int, end: int) -> str:
        """What stands for the one of these spans that a wall clock lies in, found by halving them."""
        if end - first == 1:
            return by_span[first]
        middle = (first + end) // 2
        earlier = self._halved(wall, by_span, first, middle)
        later = self._halved(wall, by_span, middle, end)
        return f"CASE WHEN {wall} < TIMESTAMP '{self.spans[middle][0]}' THEN {earlier} ELSE {later} END"
