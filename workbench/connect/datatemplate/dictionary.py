"""The data dictionary and the list of activities in a language: what the workbook and the guide page both show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.connect.datatemplate.plan import Column, Plan, SheetPlan, fields_of
from workbench.i18n import Speech
from workbench.messages import Message
from workbench.template.base import Text

__all__ = [
    "KINDS",
    "LETTERS",
    "TIERS",
    "Entry",
    "ListedActivity",
    "activity_heads",
    "activity_list",
    "data_dictionary",
    "dictionary_heads",
    "example_of",
    "format_of",
    "notes_of",
    "purpose_of",
]

LETTERS: Mapping[str, str] = {"required": "R", "recommended": "r", "optional": "o"}
"""The letter of each tier, the same in every language, so that no colour need be seen."""

TIERS: Mapping[str, Message] = {
    "required": Message("R – needed in every row"),
    "recommended": Message("r – recommended"),
    "optional": Message("o – if you have it"),
}
PURPOSES: Mapping[str, Message] = {
    "required": Message("Without it nothing can be computed."),
    "recommended": Message("Most figures and rules need it."),
    "optional": Message("It opens further figures."),
}
_FORMATS: Mapping[str, Message] = {
    "id": Message("Text; leading zeros are kept"),
    "str": Message("Text"),
    "cat": Message("Text, always written in the same way"),
    "ts": Message("Date and time, shown as yyyy-mm-dd hh:mm"),
    "date": Message("Date, shown as yyyy-mm-dd"),
    "num": Message("Number"),
    "pct": Message("Percentage"),
    "money": Message("Amount, a number without a currency sign"),
    "bool": Message("Yes or no, from the list"),
}
_LISTED = Message("From the list; a word of your own is accepted")
KINDS: Mapping[str, Message] = {
    "start": Message("Start"),
    "milestone": Message("Milestone"),
    "step": Message("Step"),
    "end+": Message("End, well"),
    "end-": Message("End, badly"),
    "end": Message("End, neither"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the dictionary, every word of it in one language."""

    sheet: str
    id: str
    name: str
    tier: str
    meaning: str
    why: str
    where: str
    fields: str
    format: str
    examples: str


@dataclass(frozen=True, slots=True)
class ListedActivity:
    """A line of the list of activities; `derived` ones are found by the workbench and not entered."""

    id: str
    name: str
    kind: str
    meaning: str
    where: str
    fields: str
    derived: bool


def dictionary_heads(speech: Speech) -> tuple[str, ...]:
    """What stands above the columns of the dictionary, from the column's name to its examples."""
    say = speech.say
    return (
        say("Column"),
        say("Tier"),
        say("What it is"),
        say("Why it matters"),
        say("Where to get it"),
        say("Field in the system"),
        say("How it is written"),
        say("Examples"),
    )


def activity_heads(speech: Speech) -> tuple[str, ...]:
    """What stands above the columns of the list of activities."""
    say = speech.say
    return (
        say("Activity"),
        say("Kind"),
        say("What it means"),
        say("Where to get it"),
        say("Field in the system"),
    )


def notes_of(plan: Plan, speech: Speech) -> list[str]:
    """What has to be known besides: the template's own notes, and how far the names of fields can be relied on."""
    own = [speech.say(note) for note in plan.template.notes]
    known = speech.say(
        "Field names of systems come from public documentation: compare them with your own before you rely on them."
    )
    return own or [known]


def data_dictionary(plan: Plan, speech: Speech) -> tuple[Entry, ...]:
    """Every column of every sheet explained."""
    return tuple(_entry(plan, sheet, column, speech) for sheet in plan.sheets for column in sheet.columns)


def _entry(plan: Plan, sheet: SheetPlan, column: Column, speech: Speech) -> Entry:
    return Entry(
        sheet=speech.say(sheet.name),
        id=column.id,
        name=speech.say(column.name),
        tier=column.tier,
        meaning=_said(column.meaning, speech),
        why=_said(column.why, speech),
        where=_said(column.where, speech),
        fields=_fields(column.fields),
        format=speech.say(format_of(column, plan)),
        examples=example_of(column, plan, speech),
    )


def _said(text: Text | Message | None, speech: Speech) -> str:
    return "" if text is None else speech.say(text)


def _fields(fields: Mapping[str, str]) -> str:
    return "\n".join(f"{system}: {names}" for system, names in fields.items())


def format_of(column: Column, plan: Plan) -> Message:
    """How a column is written."""
    listed = column.values or (column.id == plan.template.case.activity and plan.template.activities)
    return _LISTED if listed and column.type in ("cat", "str") else _FORMATS[column.type]


def example_of(column: Column, plan: Plan, speech: Speech) -> str:
    """A few values as they are entered."""
    template = plan.template
    if column.type == "bool":
        shown = [speech.yes_no(True), speech.yes_no(False)]
    elif column.id == template.case.activity and template.activities:
        path = template.path.ideal or tuple(template.activities)
        shown = [template.label(name, speech.language) for name in path[-2:]]
    else:
        shown = [one if isinstance(one, str) else speech.say(one) for one in column.examples]
        shown = shown or [one if isinstance(one, str) else speech.say(one) for one in column.values[:3]]
    return speech.listing(shown)


def purpose_of(tier: str) -> Message:
    """What a tier means."""
    return PURPOSES[tier]


def activity_list(plan: Plan, speech: Speech) -> tuple[ListedActivity, ...]:
    """Every activity explained, in the order of the process; those that the workbench derives come last."""
    template = plan.template
    recorded = [
        ListedActivity(
            id=found.id,
            name=speech.say(found.name),
            kind=speech.say(KINDS[found.kind]),
            meaning=_said(found.meaning, speech),
            where=_said(template.places.get(found.where or ""), speech),
            fields=_fields(fields_of(template, found.id, found.fields, "events")),
            derived=False,
        )
        for found in template.activities.values()
    ]
    derived = [
        ListedActivity(
            id=found.id,
            name=speech.say(found.name),
            kind=speech.say(KINDS[found.kind]),
            meaning=speech.say("The workbench derives it from the other data: there is no need to enter it."),
            where="",
            fields="",
            derived=True,
        )
        for found in template.derived.values()
        if found.shown
    ]
    return (*recorded, *derived)
