"""Wall clocks that a zone's summer time skips or strikes twice: counted, and read as said here.

A skipped hour (02:30 in the night the clocks go forward) is read one hour later; an hour that comes twice is
read as its second coming, in winter time.
"""

from __future__ import annotations

from collections.abc import Sequence

from workbench.connect.fields import Readings
from workbench.connect.sql import literal
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.connect.times import to_utc
from workbench.errors import Finding

__all__ = ["daylight_finding"]


def daylight_finding(
    stage: Stage, table: SourceTable, columns: Sequence[SourceColumn], readings: Readings, zone: str
) -> list[Finding]:
    """A note where naive times of a source fall into an hour that is skipped or comes twice."""
    if zone == "UTC":
        return []
    findings = []
    for column in dict.fromkeys(columns):
        reading = readings.times.get(column.name)
        if reading is None or reading.has_offsets:
            continue
        wall = reading.wall(column.sql)
        walls = f"SELECT {wall} AS wall FROM {table.relation}"
        skipped, twice = stage.row(
            f"SELECT count(*) FILTER ({_local('utc', zone)} <> wall), "
            f"count(*) FILTER ({_local('utc - INTERVAL 1 HOUR', zone)} = wall) "
            f"FROM (SELECT wall, {to_utc('wall', zone)} AS utc FROM ({walls}))"
        )
        if skipped or twice:
            findings.append(
                Finding(
                    rule="summer_time",
                    severity="note",
                    message=(
                        f"{skipped} times of {column.name!r} fall into an hour that {zone} skips, read an "
                        f"hour later; {twice} into an hour that comes twice, read as the second"
                    ),
                    remedy="Export times with their offset (+01:00) where the hour matters",
                    count=int(skipped) + int(twice),
                    where=f"{table.where}, column {column.name!r}",
                    data={"skipped": int(skipped), "twice": int(twice)},
                )
            )
    return findings


def _local(utc: str, zone: str) -> str:
    return f"CAST(timezone({literal(zone)}, timezone('UTC', {utc})) AS TIMESTAMP)"
