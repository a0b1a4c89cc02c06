"""A zone's wall clocks as spans of one offset each.

The engine works out the calendar anew for every row it moves from a zone to UTC. For a large source it is
asked once where the zone's offset changes, to the second, and its answers are then looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from workbench.connect.stage import Stage
from workbench.sql import literal

__all__ = ["Clock", "to_utc"]

# Most logs lie within; for what does not the engine is asked row by row.
_FIRST, _LAST = "1990-01-01", "2045-01-01"


def to_utc(wall: str, zone: str) -> str:
    """A wall clock in a zone as naive UTC."""
    if zone == "UTC":
        return wall
    return f"CAST(timezone('UTC', timezone({literal(zone)}, {wall})) AS TIMESTAMP)"


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
        return (
            f"CASE WHEN {wall} >= TIMESTAMP '{_FIRST}' AND {wall} < TIMESTAMP '{_LAST}' "
            f"THEN {self._within(wall, 0, len(self.spans))} ELSE {to_utc(wall, self.zone)} END"
        )

    def _within(self, wall: str, first: int, end: int) -> str:
        """The wall clock moved by the one of these spans that it lies in, found by halving them."""
        if end - first == 1:
            return f"{wall} - to_microseconds({self.spans[first][1]})"
        middle = (first + end) // 2
        earlier, later = self._within(wall, first, middle), self._within(wall, middle, end)
        return f"CASE WHEN {wall} < TIMESTAMP '{self.spans[middle][0]}' THEN {earlier} ELSE {later} END"
