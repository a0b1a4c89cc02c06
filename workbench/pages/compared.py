"""Two populations side by side in the reader's words: both values with their intervals, the difference, the verdict."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.draw.prose import lead
from workbench.draw.table import Column, table
from workbench.messages import Message
from workbench.pages.base import Page

__all__ = ["compared"]

_STATISTICS = {
    "share": Message("Share"),
    "mean": Message("Mean"),
    "median": Message("Median"),
    "weighted mean": Message("Mean, weighted by amount"),
    "ratio": Message("Ratio"),
}
_VERDICTS = {
    "better": Message("Better"),
    "worse": Message("Worse"),
    "different": Message("Different"),
    "unclear": Message("Could be chance"),
    "few": Message("Too few rows"),
    "undecided": Message("Too much still open"),
}


def compared(page: Page, frame: pd.DataFrame, first: str, second: str) -> Markup:
    """The rows of `compare_frame`; what could not be compared says why."""
    rows = frame.to_dict("records")
    shown = frame.assign(
        label=[page.kpi_name(row["id"]) for row in rows],
        what=[page.say(_STATISTICS[row["statistic"]]) if row["statistic"] else "" for row in rows],
        between=[_between(page, row) for row in rows],
        said=[page.say(_VERDICTS[row["verdict"]]) if row["verdict"] else "" for row in rows],
        because=[page.reason(row["reason"]) for row in rows],
    )
    columns = [
        Column("label", page.say("KPI"), "strong", beneath="what"),
        Column("first", first, "figure", currency="currency"),
        Column("first_n", page.say("Rows behind it"), "number"),
        Column("second", second, "figure", currency="currency"),
        Column("second_n", page.say("Rows behind it"), "number"),
        Column("difference", page.say("Difference"), "figure", currency="currency"),
        Column("between", page.say("95 % interval")),
        Column("said", page.say("Verdict"), beneath="because"),
    ]
    said = page.say(
        "An interval that leaves out nought is more than chance. With twenty figures that did not change, one looks "
        "as if it had."
    )
    return lead(said) + table(shown, columns, page.speech, limit=30)


def _between(page: Page, row: dict[Any, Any]) -> str:
    if pd.isna(row["low"]):
        return ""
    low, high = (page.speech.figure(row[name], row["unit"], row["currency"]) for name in ("low", "high"))
    return page.say("{low} to {high}", low=low, high=high)
