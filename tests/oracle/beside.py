"""What stands beside the log of a generated project as the oracle reads it: credit requests, minutes and rates."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from tests.oracle.notation import CaseTable

__all__ = ["costs", "requests"]


def _path(folder: Path, settings: dict[str, Any], name: str) -> Path:
    return folder / next(source["path"] for source in settings["sources"] if source["name"] == name)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return "" if value is None else str(value)


def requests(folder: Path, settings: dict[str, Any]) -> CaseTable:
    """The credit requests by their id, as the hand-made tables write them."""
    rows = parquet.read_table(_path(folder, settings, "requests")).to_pylist()
    return {row["request_id"]: {name: _text(value) for name, value in row.items()} for row in rows}


def costs(folder: Path, settings: dict[str, Any]) -> CaseTable:
    """Minutes and rates by activity, whose labels are those of the log."""
    labels = next(source["activities"] for source in settings["sources"] if source["name"] == "events")
    with _path(folder, settings, "activity_costs").open(encoding="utf-8", newline="") as file:
        return {labels.get(row["activity_name"], row["activity_name"]): row for row in csv.DictReader(file)}
