"""The time zone of a log whose times carry offsets: one that gives every offset seen, or a question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from workbench.connect.stage import Stage
from workbench.errors import Finding
from workbench.messages import Message
from workbench.sql import literal

__all__ = ["COMMON", "choose_zone", "offset_text"]

# Several zones give the same offsets; the first of these that fits is taken, then any other.
COMMON = (
    "UTC", "Europe/London", "Europe/Paris", "Europe/Athens", "Europe/Istanbul", "Europe/Moscow", "Asia/Dubai",
    "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland", "America/New_York",
    "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Mexico_City", "America/Bogota",
    "America/Sao_Paulo", "America/Argentina/Buenos_Aires", "America/Santiago", "America/Halifax",
)  # fmt: skip


def choose_zone(stage: Stage, instants: Sequence[str]) -> tuple[str, Finding | None]:
    """The zone for SELECTs of (utc, seconds east), and what to tell the user; UTC when there are no offsets.

    Without any zone that fits, the finding blocks: a day would begin at another hour for each row.
    """
    if not instants:
        return "UTC", None
    seen = " UNION ALL ".join(instants)
    months = stage.rows(
        f"SELECT off, min(utc), max(utc), count(*) FROM ({seen}) WHERE off IS NOT NULL AND utc IS NOT NULL "
        "GROUP BY off, date_trunc('month', utc)"
    )
    if not months:
        return "UTC", None
    offsets = sorted({int(row[0]) for row in months})
    shown = [offset_text(offset) for offset in offsets[:6]]
    for zone in _candidates(offsets):
        if _fits(zone, months) and _gives_all(stage, zone, seen):
            return zone, Finding(
                rule="time_zone",
                severity="note",
                message=Message(
                    "Times carry offsets ({offsets}); days are those of {zone}, which gives all of them",
                    offsets=shown,
                    zone=zone,
                ),
                remedy=Message(
                    "To choose another zone, write {line} with its name in project.toml",
                    line=f'time_zone = "{zone}"',
                ),
                count=sum(int(row[3]) for row in months),
                data={"time_zone": zone, "offsets": [offset_text(offset) for offset in offsets]},
            )
    return "UTC", Finding(
        rule="time_zone",
        severity="block",
        message=Message("No time zone gives all the offsets that the times carry ({offsets})", offsets=shown),
        remedy=Message('Say whose days count: write time_zone = "Europe/Paris" (or another) in project.toml'),
        count=sum(int(row[3]) for row in months),
        data={"offsets": [offset_text(offset) for offset in offsets]},
    )


def offset_text(seconds: int) -> str:
    """Seconds east of Greenwich as people write them.

    >>> offset_text(-12600)
    '-03:30'
    """
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"


def _candidates(offsets: Sequence[int]) -> Iterable[str]:
    yield from COMMON
    # Offsets that never change are told best by a zone that says just that.
    if len(offsets) == 1 and offsets[0] % 3600 == 0 and -12 <= offsets[0] // 3600 <= 14:
        hours = offsets[0] // 3600
        yield f"Etc/GMT{'-' if hours > 0 else '+'}{abs(hours)}"
    aliases = get_global("zone_aliases")
    yield from sorted(available_timezones() - set(COMMON) - set(aliases))


def _fits(zone: str, months: Iterable[tuple[Any, ...]]) -> bool:
    """Whether a zone gives the offsets at both ends of each month: a cheap first test."""
    info = ZoneInfo(zone)
    return all(
        moment.replace(tzinfo=UTC).astimezone(info).utcoffset() == timedelta(seconds=int(offset))
        for offset, first, last, _ in months
        for moment in (_moment(first), _moment(last))
    )


def _moment(value: Any) -> datetime:
    assert isinstance(value, datetime)
    return value


def _gives_all(stage: Stage, zone: str, seen: str) -> bool:
    if zone == "UTC":
        return True  # never another offset: both ends of each month have told it all
    local = f"timezone({literal(zone)}, timezone('UTC', utc))"
    wrong = f"epoch(CAST({local} AS TIMESTAMP)) - epoch(utc) <> off"
    return not stage.row(f"SELECT count(*) FROM ({seen}) WHERE off IS NOT NULL AND {wrong}")[0]
