"""What is open and how late it is, drawn: month by month, and band by band as of the day that is looked at."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from workbench.draw.charts import stacked
from workbench.draw.prose import details, notice
from workbench.draw.table import Column, table
from workbench.pages.base import Page

__all__ = ["aged"]


def aged(page: Page, frame: pd.DataFrame) -> Markup:
    """The rows of `ageing_frame` as a chart, the bands of the last day with their sum, and every day's sum."""
    if frame.empty:
        said = page.say("This log keeps no balance with a due date, so nothing can age.")
        return notice(said, "note")
    parts = []
    for _, own in frame.groupby(["ledger", "currency"], sort=False, dropna=False):
        currency = own["currency"].iloc[0]
        code = None if pd.isna(currency) else str(currency)
        last = own[own["day"] == page.log.as_of]
        parts.append(_chart(page, own, last, code))
        if last["cases"].any():
            parts.append(_bands(page, last, code))
        parts.append(_days(page, own, code))
    return Markup("").join(parts)


def _chart(page: Page, own: pd.DataFrame, last: pd.DataFrame, currency: str | None) -> Markup:
    """In money; in cases where the log has no amounts."""
    counted = "balance" if own["balance"].notna().any() else "cases"
    return stacked(
        own,
        "day",
        counted,
        "band",
        page.speech,
        title=_finding(page, last, counted, currency),
        description=page.say("What is open at each month end and now, by days past due."),
        series_labels=_names(page, own),
        kind="money" if counted == "balance" else "count",
        currency=currency if counted == "balance" else None,
    )


def _finding(page: Page, last: pd.DataFrame, counted: str, currency: str | None) -> str:
    whole = float(last[counted].sum())
    if not whole:
        return page.say("Nothing is open on {day}", day=page.log.as_of)
    late = _late(last)
    share = page.speech.percent(float(last.loc[late, counted].sum()) / whole)
    money = counted == "balance"
    said = page.speech.figure(whole, "money", currency) if money else page.say("{n} cases", n=int(whole))
    if not last.loc[last["over_days"].notna() | last["up_to_days"].notna(), counted].any():
        return page.say("{whole} is open; when it is due is not recorded", whole=said)
    since = int(last.loc[late, "over_days"].min()) if late.any() else 0
    if since:
        return page.say(
            "{share} of what is open is more than {n} days past due; {whole} is open",
            share=share,
            n=since,
            whole=said,
        )
    return page.say("{share} of what is open is past due; {whole} is open", share=share, whole=said)


def _late(frame: pd.DataFrame) -> pd.Series[bool]:
    """Bands in which all is past due. A first band up to some days past due is not told apart any further."""
    return (frame["over_days"] >= 0).fillna(False).astype(bool)


def _bands(page: Page, last: pd.DataFrame, currency: str | None) -> Markup:
    names = _names(page, last)
    shown = pd.DataFrame(
        {
            "label": [*(names[band] for band in last["band"]), page.say("Together")],
            "cases": [*last["cases"], last["cases"].sum()],
            "balance": [*last["balance"], last["balance"].sum(min_count=1)],
        }
    )
    columns = [
        Column("label", page.say("Days past due")),
        Column("cases", page.say("Cases"), "number"),
        Column("balance", page.say("Open balance"), "money", currency=currency, exact=True),
    ]
    caption = page.say("Open on {day}", day=page.log.as_of)
    return table(shown, columns, page.speech, caption=caption)


def _days(page: Page, own: pd.DataFrame, currency: str | None) -> Markup:
    """At each day what is open, in how many cases, and how much of it is past due."""
    late = _late(own)
    days = own.groupby("day", sort=True)
    shown = pd.DataFrame(
        {
            "cases": days["cases"].sum(),
            "balance": days["balance"].sum(min_count=1),
            "late_cases": own[late].groupby("day")["cases"].sum(),
            "late": own[late].groupby("day")["balance"].sum(min_count=1),
        }
    ).reset_index()
    columns = [
        Column("day", page.say("Day"), "day"),
        Column("cases", page.say("Cases"), "number"),
        Column("balance", page.say("Open balance"), "money", currency=currency, exact=True),
        Column("late_cases", page.say("Cases past due"), "number"),
        Column("late", page.say("Past due"), "money", currency=currency, exact=True),
    ]
    return details(
        page.say("What was open at each month end"), table(shown, columns, page.speech, limit=None)
    )


def _names(page: Page, frame: pd.DataFrame) -> dict[str, str]:
    """The bands as a reader says them: not due, 1–30 days, more than 120 days."""
    rows = frame.drop_duplicates("band")
    bounds = zip(rows["band"], rows["over_days"], rows["up_to_days"], strict=True)
    return {str(band): _name(page, _bound(over), _bound(up_to)) for band, over, up_to in bounds}


def _bound(days: Any) -> int | None:
    return None if pd.isna(days) else int(days)


def _name(page: Page, over: int | None, up_to: int | None) -> str:
    """A band by its bounds in days past due: more than `over`, at most `up_to`; None = no bound on that side."""
    if over is not None:
        if up_to is None:
            return page.say("more than {n} days", n=over)
        return page.say("{low}–{high} days", low=over + 1, high=up_to)
    if up_to is None:
        return page.say("no due date")
    return page.say("not due") if up_to == 0 else page.say("at most {n} days", n=up_to)
