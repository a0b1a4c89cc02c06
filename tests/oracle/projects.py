"""A project on disk as the oracle reads it: its settings, its events and its cases, by nothing but the file formats."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as parquet

from tests.oracle.notation import CaseTable, Event

__all__ = ["Given", "given"]


@dataclass(frozen=True)
class Given:
    """What a project gives: what its `project.toml` says, the events in file order, the cases, the rates."""

    settings: dict[str, Any]
    events: list[Event]
    cases: CaseTable
    rates: list[tuple[str, str, str]]

    @property
    def as_of(self) -> str:
        return str(self.settings["as_of"])

    @property
    def holidays(self) -> set[date]:
        return {date.fromisoformat(day) for day in self.settings.get("calendar", {}).get("holidays", [])}

    @property
    def known(self) -> list[Event]:
        return [event for event in self.events if event.day <= date.fromisoformat(self.as_of)]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for batch in parquet.ParquetFile(path).iter_batches():
        yield from batch.to_pylist()


def _texts(row: dict[str, Any]) -> dict[str, str]:
    return {
        name: value.isoformat() if isinstance(value, date) else str(value)
        for name, value in row.items()
        if value is not None
    }


def _event(row: dict[str, Any], number: int, source: dict[str, Any], zone: str) -> Event:
    """Times without an offset are local ones."""
    time: datetime = row.pop(source["time"])
    return Event(
        case=row.pop(source["case"]),
        activity=source["activities"][row.pop(source["activity"])],
        time=time.replace(tzinfo=ZoneInfo(zone)),
        row=number,
        user=row.pop(source["resource"]),
        automated=row.pop("is_automated"),
        facts=_texts(row),
    )


def given(folder: Path) -> Given:
    """A generated project: one file of events, one of cases that joins it, and rates."""
    settings = tomllib.loads((folder / "project.toml").read_text(encoding="utf-8"))
    sources = {source["name"]: source for source in settings["sources"]}
    log, zone = sources["events"], settings["time_zone"]
    events = [_event(row, i, log, zone) for i, row in enumerate(_rows(folder / log["path"]))]
    lookup = next(source for source in settings["sources"] if source["kind"] == "lookup")
    cases = {row[lookup["key"]]: _texts(row) for row in _rows(folder / lookup["path"])}
    with (folder / sources["rates"]["path"]).open(encoding="utf-8", newline="") as file:
        rates = [(row["date"], row["currency"], row["rate"]) for row in csv.DictReader(file)]
    return Given(settings, events, cases, rates)
