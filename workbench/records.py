"""A frame's rows as plain values, as JSON and the command line tell them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["as_records"]


def as_records(frame: pd.DataFrame, *, days: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Rows as plain Python values: numbers rounded to 6 decimals, times in ISO 8601, nothing as None.

    `days` names the columns that hold dates; the others' times keep their hour.
    """
    dates = set(days)
    return [
        {str(name): _plain(value, is_day=name in dates) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _plain(value: Any, *, is_day: bool) -> Any:
    import pandas as pd

    if isinstance(value, list):
        return value
    if pd.isna(value):
        return None
    if isinstance(value, float):
        # No debt of nothing: a mean of noughts with a sign is nought.
        return round(value, 6) + 0.0
    if isinstance(value, date):
        return value.isoformat()[:10] if is_day else value.isoformat()
    return value.item() if hasattr(value, "item") else value
