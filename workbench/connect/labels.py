"""The labels of an activity column, recognised as the template's activities."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from workbench.connect.draft import Draft
from workbench.connect.fields import stripped
from workbench.connect.given import Given
from workbench.connect.names import label_index, loosely
from workbench.connect.proposal import Choice
from workbench.connect.stage import Stage
from workbench.connect.words import plain
from workbench.messages import Message
from workbench.template import Template

__all__ = ["ask_for_second_events", "map_labels"]

_MAX_LABELS = 500
_MAX_QUESTIONS = 40
_ORDINALS: Mapping[str, int] = {
    word: number
    for number, words in enumerate(
        (
            ("first", "premiere", "premier", "1ere", "1er", "primer", "primera", "primero", "第一次", "一级"),
            ("second", "deuxieme", "2eme", "seconde", "segundo", "segunda", "第二次", "二级"),
            ("third", "troisieme", "3eme", "tercer", "tercera", "tercero", "第三次", "三级"),
        ),
        start=1,
    )
    for word in words
}


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
    # Free text of people is quoted in no file, not even to ask what it means.
    prose = draft.columns[column].prose
    questions = 0
    for label, count in ((str(label), int(count)) for label, count in rows):
        if label in said:
            draft.add(Choice("activity", said[label], label, 1.0, Message("you said so")))
            continue
        found = index.exact(label)
        if found and (len(found) == 1 or found[0].score > found[1].score + 0.005):
            sets = _numbered(label, template, found[0].id, draft)
            if label != found[0].id or sets:
                draft.add(Choice("activity", found[0].id, label, found[0].score, found[0].reason, sets=sets))
            continue
        questions += 1
        if prose or questions > _MAX_QUESTIONS:
            continue
        alike = found[0] if found else index.alike(label)
        why = alike.reason if alike else Message("no activity of the process has this name")
        reason = Message("{count} events; {why}", count=count, why=why)
        draft.add(
            Choice(
                "activity", alike.id if alike else "", label, min(alike.score, 0.5) if alike else 0.0, reason
            )
        )
    if prose and questions:
        draft.gaps.append(
            f"the texts of {column!r} are long and rarely repeat: {questions} of them are not quoted"
        )
    elif questions > _MAX_QUESTIONS:
        draft.gaps.append(f"{questions - _MAX_QUESTIONS} further activities are none of the process's")


def _numbered(label: str, template: Template, activity: str, draft: Draft) -> dict[str, int]:
    """The attribute that a number in a label tells, where the activity has one and no column says it."""
    attribute = template.activities[activity].numbered
    if attribute is None or any(one.name == attribute and one.applied for one in draft.choices):
        return {}
    text = plain(label)
    found = re.search(r"(?<![\d.,])(\d)(?![\d.,])", text)
    if found:
        return {attribute: int(found[1])}
    words = [number for word, number in _ORDINALS.items() if re.search(rf"(?<!\w){word}(?!\w)", text)]
    words += [number for word, number in _ORDINALS.items() if not word.isascii() and word in text]
    return {attribute: words[0]} if words else {}


def ask_for_second_events(draft: Draft, template: Template) -> None:
    """A question for each date that may tell a second event: the posting of a payment, on the row of its receipt."""
    told = {one.name for one in draft.choices if one.what == "activity" and one.applied}
    for pair in template.pairs.values():
        if len(pair.opens) != 1 or len((*pair.closes, *pair.otherwise)) != 1:
            continue
        opening, closing = pair.opens[0], template.activities.get(pair.closes[0])
        if closing is None or closing.id in told or opening not in told:
            continue
        known = {loosely(name) for name in closing.columns}
        for name, profile in draft.columns.items():
            if profile.kind == "date" and loosely(name) in known and name not in draft.used():
                reason = Message(
                    "a date of this name records the event; is it told on the rows of {of!r}?", of=opening
                )
                draft.add(Choice("also", closing.id, name, 0.7, reason, of=opening))
                break
