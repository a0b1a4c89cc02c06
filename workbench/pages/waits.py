"""What waits and what is worked on, by step, team and reason; what is done at the month's end or in batches."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from workbench.draw.prose import details, paragraph
from workbench.draw.table import Column, table
from workbench.log.frames import objects
from workbench.measure import rhythm_frame, wait_frame
from workbench.pages.base import Page

__all__ = ["rhythm_drawn", "waits_drawn"]

_STEPS, _GROUPS, _RHYTHM = 15, 25, 12


def waits_drawn(page: Page) -> Markup:
    """Waiting against handling by activity, then by each field that the process names for it."""
    frame = wait_frame(page.prepared)
    if frame.empty:
        return Markup("")
    blocks = [Markup("<h3>{}</h3>").format(page.say("Waiting and handling, step by step"))]
    if not frame["handled"].any():
        said = page.say(
            "No step has its beginning recorded, so all the time since the step before counts as waiting."
        )
        blocks.append(paragraph(said))
    blocks.append(_table(page, frame, None))
    known = [name for name in page.template.waits if page.prepared.meta.attribute(name) is not None]
    blocks += [_by(page, name) for name in known]
    return Markup("").join(blocks)


def _by(page: Page, name: str) -> Markup:
    frame = wait_frame(page.prepared, by=name)
    known = frame[frame["group"].notna()].reset_index(drop=True)
    if known.empty:
        return Markup("")
    body = _table(page, known, name)
    left = float(frame.loc[frame["group"].isna(), "share"].sum())
    if left > 0:
        said = page.say(
            "Steps without a value here are left out; {share} of all waiting is before them.",
            share=page.speech.percent(left),
        )
        body += paragraph(said)
    field = page.attribute(name)
    return details(page.say("Waiting and handling by: {field}", field=field), body)


def _table(page: Page, frame: pd.DataFrame, by: str | None) -> Markup:
    shown = frame.assign(label=page.activities(frame["activity"]))
    columns = [Column("label", page.say("Step"))]
    if by is not None:
        shown["group"] = objects(
            page.say("all others") if name == "other" else name for name in frame["group"]
        )
        columns.append(Column("group", page.attribute(by)))
    columns += [
        Column("cases", page.say("Cases"), "number"),
        Column("steps", page.say("Times done"), "number"),
        Column("median_wait_seconds", page.say("Median wait before it"), "duration"),
        Column("mean_wait_seconds", page.say("Mean wait before it"), "duration"),
        Column("mean_handling_seconds", page.say("Mean handling"), "duration", optional=True),
        Column("share", page.say("Share of all waiting"), "bar"),
    ]
    return table(shown, columns, page.speech, limit=_STEPS if by is None else _GROUPS)


def rhythm_drawn(page: Page) -> Markup:
    """How much of each step is done in the last days of the month, beside an even share, and in batches."""
    frame = rhythm_frame(page.prepared)
    if frame.empty:
        return Markup("")
    late = frame[frame["low"] > frame["month_end_expected"]]
    expected = page.speech.percent(float(frame["month_end_expected"].iloc[0]))
    if len(late):
        said = page.say(
            "More than chance explains is done in the last three working days of the month: {steps}. Were work spread "
            "evenly over working days, it would be {expected}.",
            steps=page.speech.listing(page.activities(late["activity"])),
            expected=expected,
        )
    else:
        said = page.say(
            "Nothing is done in the last three working days of the month more often than chance explains; were work "
            "spread evenly over working days, it would be {expected}.",
            expected=expected,
        )
    shown = frame.assign(label=page.activities(frame["activity"]))
    shown["largest_batch"] = frame["largest_batch"].where(frame["batched"] > 0)
    columns = [
        Column("label", page.say("Step")),
        Column("events", page.say("Times done"), "number"),
        Column("month_end_share", page.say("At the end of the month"), "bar"),
        Column("low", page.say("Interval from"), "percent"),
        Column("high", page.say("to"), "percent"),
        Column("batched_share", page.say("In batches"), "percent", optional=True),
        Column("largest_batch", page.say("Largest batch"), "number", optional=True),
    ]
    note = page.say(
        "A batch: five or more of the same step in one minute by one person. Neither says that anybody waited for it."
    )
    head = Markup("<h3>{}</h3>").format(page.say("Month end and batches"))
    return head + paragraph(said) + table(shown, columns, page.speech, limit=_RHYTHM) + paragraph(note)
