"""The guide page of a template: the dictionary and the activities of its workbook, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from workbench.connect.datatemplate.dictionary import (
    LETTERS,
    TIERS,
    activity_heads,
    activity_list,
    data_dictionary,
    dictionary_heads,
    notes_of,
    purpose_of,
)
from workbench.connect.datatemplate.pages import instructions
from workbench.connect.datatemplate.plan import plan_of
from workbench.i18n import LANGUAGES, Speech
from workbench.template import Template

__all__ = ["guide_page"]


def guide_page(template: Template, language: str) -> str:
    """What a person must know who fills in the data template of a process, in a language, as a page of Markdown.

    >>> from workbench.template import load_template
    >>> print(guide_page(load_template("any-process"), "en").splitlines()[0])
    # Any process
    """
    plan, speech = plan_of(template), Speech(language)
    say = speech.say
    others = [f"[{one}]({template.process}.{one}.md)" for one in LANGUAGES if one != language]
    command = f"workbench template {template.process} --xlsx FILE --language {language}"
    parts = [f"# {say(template.name)}", " · ".join(others)]
    if template.description is not None:
        parts.append(say(template.description))
    parts += [f"```sh\n{command}\n```", f"## {say('How to fill it in')}"]
    titles = {sheet.id: say(sheet.name) for sheet in plan.sheets}
    steps = instructions(plan, speech, titles)
    parts.append("\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1)))
    parts.append(
        _table(
            (say("Tier"), say("What it means")),
            ((say(TIERS[tier]), say(purpose_of(tier))) for tier in LETTERS),
        )
    )
    heads = dictionary_heads(speech)
    entries = groupby(data_dictionary(plan, speech), key=lambda entry: entry.sheet)
    about = {titles[sheet.id]: sheet.meaning for sheet in plan.sheets}
    for sheet, found in entries:
        meaning = about[sheet]
        parts.append(f"## {sheet}")
        parts += [] if meaning is None else [say(meaning)]
        rows = (
            (
                f"**{_cell(entry.name)}**<br>`{entry.id}`",
                LETTERS[entry.tier],
                *map(
                    _cell, (entry.meaning, entry.why, entry.where, entry.fields, entry.format, entry.examples)
                ),
            )
            for entry in found
        )
        parts.append(_table(heads, rows))
    listed = activity_list(plan, speech)
    if listed:
        rows = (
            (
                f"**{_cell(one.name)}**<br>`{one.id}`",
                *map(_cell, (one.kind, one.meaning, one.where, one.fields)),
            )
            for one in listed
        )
        parts += [f"## {say('Activities')}", _table(activity_heads(speech), rows)]
    notes = notes_of(plan, speech)
    parts += [f"## {say('Good to know')}", "\n".join(f"- {note}" for note in notes)]
    return "\n\n".join(parts) + "\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    """A text in a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", "<br>")
