"""Logs that tell an activity in several rows: when it was scheduled, started and completed."""

from __future__ import annotations

from workbench.connect.logtables import LogTables
from workbench.connect.stage import Stage
from workbench.connect.steps import STARTED
from workbench.errors import Finding
from workbench.messages import Message

__all__ = ["several_steps"]

_SHOWN = 5


def several_steps(stage: Stage, log: LogTables, events: int) -> Finding | None:
    """A warning where one activity has rows of several transitions (start, complete): each counts as an event.

    Counts, repeats and the time to what comes next are then those of the rows, not of the work.
    """
    steps = stage.rows(
        f"SELECT lifecycle, count(*) AS n FROM {log.events} WHERE lifecycle IS NOT NULL "
        "GROUP BY lifecycle ORDER BY n DESC, lifecycle"
    )
    if len(steps) < 2:
        return None
    several = stage.row(
        f"SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM {log.events} WHERE lifecycle IS NOT NULL "
        "GROUP BY activity HAVING count(DISTINCT lifecycle) > 1)"
    )[0]
    if not several:
        return None
    told = ", ".join(f"{step!r} ({count})" for step, count in steps[:_SHOWN])
    return Finding(
        rule="several_lifecycle_steps",
        severity="warn",
        message=Message(
            "Activities are told in several rows, by their transition: {steps}; each row counts as an event",
            steps=told,
        ),
        remedy=Message(
            'To count an activity once, say steps = "pair" (the start becomes {name}) or "complete" in the source',
            name=STARTED,
        ),
        count=int(several),
        share=int(several) / events,
    )
