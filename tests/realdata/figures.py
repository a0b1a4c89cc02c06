"""Asking a log for one number, as the command line prints it."""

from __future__ import annotations

from typing import Any

import workbench as wb


def figure(log: wb.Log, name: str) -> dict[str, Any]:
    """The one record of a figure."""
    (record,) = log.kpi_records([name])
    return record


def by_group(log: wb.Log, name: str, attribute: str) -> dict[str, dict[str, Any]]:
    """The records of a figure by the values of an attribute."""
    return {str(record["group"]): record for record in log.kpi_records([name], by=attribute)}


def rounded(value: Any, digits: int) -> float:
    """A value as the list of expected figures prints it."""
    assert value is not None
    return round(float(value), digits)
