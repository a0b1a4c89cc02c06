"""Single values out of the frames that an engine answers with."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

__all__ = ["as_day", "one_value"]


def one_value(frame: pd.DataFrame) -> Any:
    """The value of a frame of one row and one column."""
    return frame.iloc[0, 0]


def as_day(value: Any) -> date | None:
    """A day as an engine gives it (a date, a timestamp, nothing) as a date or None."""
    return None if pd.isna(value) else pd.Timestamp(value).date()
