"""The zone of times that carry offsets."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("times", "zone"),
    [
        (["2024-01-01T10:00:00Z", "2024-07-01T10:00:00+00:00"], "UTC"),
        (["2024-01-01T10:00:00+01:00", "2024-07-01T10:00:00+02:00"], "Europe/Paris"),
        (["2024-01-01T10:00:00+00:00", "2024-07-01T10:00:00+01:00"], "Europe/London"),
        (["2024-01-01T10:00:00-05:00", "2024-07-01T10:00:00-04:00"], "America/New_York"),
        (["2024-01-01T10:00:00+08:00", "2024-07-01T10:00:00+08:00"], "Asia/Shanghai"),
        (["2024-01-01T10:00:00+01:00", "2024-07-01T10:00:00+01:00"], "Etc/GMT-1"),
        (["2024-07-01T10:00:00+10:30", "2024-01-01T10:00:00+11:00"], "Australia/Lord_Howe"),
        (["2024-01-01 10:00:00", "2024-07-01 10:00:00"], "UTC"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_zone_that_gives_every_offset_is_taken(read_long: Callable, times: list[str], zone: str) -> None:
    found = read_long(f"case,activity,time\na,x,{times[0]}\na,y,{times[1]}\n")
    assert found.log.zone == zone


def test_local_days_are_not_the_day_before(read_long: Callable) -> None:
    found = read_long("case,activity,time\na,x,2024-07-01T00:30:00+02:00\na,y,2024-01-02T00:30:00+01:00\n")
    assert [str(day) for (day,) in found.events("day")] == ["2024-01-02", "2024-07-01"]
    note = found.finding("time_zone")
    assert note.severity == "note"
    assert note.data["offsets"] == ["+01:00", "+02:00"]


def test_offsets_that_no_zone_gives_are_asked_about(read_long: Callable) -> None:
    csv = "case,activity,time\na,x,2024-07-01T10:00:00+02:00\na,y,2024-07-01T10:00:00-05:00\n"
    asked = read_long(csv).finding("time_zone")
    assert asked.severity == "block"
    assert "-05:00, +02:00" in asked.message
    answered = read_long(csv, head='time_zone = "Europe/Paris"\n')
    assert "time_zone" not in answered.rules()
    assert [str(time) for (time,) in answered.events("time")] == [
        "2024-07-01 08:00:00",
        "2024-07-01 15:00:00",
    ]


DAYS = (("03-31", "02:30:00"), ("10-27", "02:30:00"), ("10-27", "12:00:00"))


@pytest.mark.parametrize("declared", ["", '[sources.formats]\ntime = "iso"\n'])
@pytest.mark.parametrize("between", [" ", "T"])
def test_hours_that_summer_time_skips_or_strikes_twice_are_counted(
    read_long: Callable, declared: str, between: str
) -> None:
    """What a proposal writes down of a column takes nothing away from what is told of it."""
    times = (f"2024-{day}{between}{hour}" for day, hour in DAYS)
    found = read_long(
        "case,activity,time\n"
        + "".join(f"a,{name},{time}\n" for name, time in zip("xyz", times, strict=True)),
        head='time_zone = "Europe/Paris"\n',
        tail=declared,
    )
    assert [str(time) for (time,) in found.events("time")] == [
        "2024-03-31 01:30:00",
        "2024-10-27 01:30:00",
        "2024-10-27 11:00:00",
    ]
    note = found.finding("summer_time")
    assert (note.data["skipped"], note.data["twice"]) == (1, 1)


def test_moving_the_zone_moves_no_duration(read_long: Callable) -> None:
    csv = "case,activity,time\na,x,2024-06-01 10:00:00\na,y,2024-06-03 22:30:00\n"
    gaps = []
    for zone in ("UTC", "Asia/Tokyo", "America/New_York"):
        (first,), (last,) = read_long(csv, head=f'time_zone = "{zone}"\n').events("time")
        gaps.append(last - first)
    assert len(set(gaps)) == 1
