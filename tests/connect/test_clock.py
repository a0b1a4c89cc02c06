"""A zone's wall clocks looked up in its spans are moved to UTC as the engine itself moves them."""

from __future__ import annotations

from datetime import timedelta

import ibis
import pytest

from workbench.connect.clock import Clock, to_local, to_utc
from workbench.connect.stage import Stage

# Summer time in both halves of the year, by half an hour, suspended in Ramadan; a day left out; offsets changed.
ZONES = (
    "UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia",
    "Asia/Pyongyang", "America/Caracas", "Asia/Kathmandu", "Europe/Moscow",
)  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_what_is_looked_up_is_what_the_engine_answers(zone: str) -> None:
    stage = Stage(ibis.duckdb.connect())
    clock = Clock.of(stage, zone)
    near = [
        str(start + timedelta(seconds=seconds, microseconds=micros))
        for start, _ in clock.spans
        for seconds in (-7200, -3600, -1800, -1, 0, 1, 1800, 3600, 7200)
        for micros in (-1, 0, 1)
    ]
    # Every 10 hours 7 minutes from before the first span to after the last, and all round each change.
    grid = "SELECT unnest(range(TIMESTAMP '1985-01-01', TIMESTAMP '2050-01-01', INTERVAL 607 MINUTE)) AS w"
    odd = f"SELECT CAST(unnest({near}) AS TIMESTAMP) AS w"
    shown = to_local(to_utc("w", zone), zone)
    rows, wrong, other = stage.row(
        f"SELECT count(*), count(*) FILTER ({clock.utc('w')} IS DISTINCT FROM {to_utc('w', zone)}), "
        f"count(*) FILTER ({clock.shown('w')} IS DISTINCT FROM {shown}) "
        f"FROM ({grid} UNION ALL {odd} UNION ALL SELECT NULL)"
    )
    assert rows > 50_000
    assert (wrong, other) == (0, 0)


def test_a_zone_with_summer_time_has_two_changes_a_year() -> None:
    stage = Stage(ibis.duckdb.connect())
    assert len(Clock.of(stage, "UTC").spans) == 1
    starts = [str(start) for start, _ in Clock.of(stage, "Europe/Paris").spans if start.year == 2024]
    assert starts == ["2024-03-31 03:00:00", "2024-10-27 02:00:00"]
