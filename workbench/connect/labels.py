"""The labels of an activity column, recognised as the template's activities."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.connect.draft import Draft
from workbench.connect.fields import stripped
from workbench.connect.given import Given
from workbench.connect.names import label_index
from workbench.connect.proposal import Choice
from workbench.connect.stage import Stage
from workbench.messages import Message
from workbench.template import Template

__all__ = ["map_labels"]

_MAX_LABELS = 500
_MAX_QUESTIONS = 40


def map_labels(stage: Stage, draft: Draft, template: Template, given: Sequence[Given]) -> None:
    """Adds a choice for every label that names an activity, and a question for those that none names.

    A label that could stand for two activities equally well is a question too.
    """
    column = draft.role("activity")
    if column is None or not template.activities:
        return
    said = {one.column: one.name for one in given if one.what == "label"}
    value = stripped(draft.columns[column].column)
    rows = stage.rows(
        f"SELECT {value} AS v, count(*) AS n FROM {draft.table.relation} WHERE {value} IS NOT NULL "
        f"GROUP BY v ORDER BY n DESC, v LIMIT {_MAX_LABELS}"
    )
    index = label_index(template)
    questions = 0
    for label, count in ((str(label), int(count)) for label, count in rows):
        if label in said:
            draft.add(Choice("activity", said[label], label, 1.0, Message("you said so")))
            continue
        found = index.exact(label)
        if found and (len(found) == 1 or found[0].score > found[1].score + 0.005):
            if label != found[0].id:
                draft.add(Choice("activity", found[0].id, label, found[0].score, found[0].reason))
            continue
        questions += 1
        if questions > _MAX_QUESTIONS:
            continue
        alike = found[0] if found else index.alike(label)
        why = alike.reason if alike else Message("no activity of the process has this name")
        reason = Message("{count} events; {why}", count=count, why=why)
        draft.add(
            Choice(
                "activity", alike.id if alike else "", label, min(alike.score, 0.5) if alike else 0.0, reason
            )
        )
    if questions > _MAX_QUESTIONS:
        draft.gaps.append(f"{questions - _MAX_QUESTIONS} further activities are none of the process's")
