"""The pages of the data template that are read: how to fill it in, the dictionary, the list of activities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.connect.datatemplate.dictionary import (
    LETTERS,
    TIERS,
    Entry,
    ListedActivity,
    activity_heads,
    dictionary_heads,
    notes_of,
    purpose_of,
)
from workbench.connect.datatemplate.looks import TAB, Looks, height
from workbench.connect.datatemplate.plan import CASES, EVENTS, Plan
from workbench.i18n import Speech

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

__all__ = ["instructions", "write_activities", "write_dictionary", "write_read_me"]


def instructions(plan: Plan, speech: Speech, titles: Mapping[str, str]) -> list[str]:
    """How the workbook is filled in, step by step; `titles` are the names of its sheets."""
    say = speech.say
    steps = [
        say(
            "Enter one row for each event in {sheet}. The columns with the letter R are needed in every row.",
            sheet=titles[EVENTS],
        )
    ]
    if CASES in titles:
        steps.append(
            say(
                "Enter one row for each case in {sheet}, under the same number as its events.",
                sheet=titles[CASES],
            )
        )
    if len(plan.sheets) > len({EVENTS, CASES} & set(titles)):
        steps.append(say("Fill in the other sheets where you have the data; a sheet may stay empty."))
    steps += [
        say("Columns that you do not have may stay empty or be deleted; add your own at the right end."),
        say("Leave the names of sheets and the row of headers as they are: by them the file is recognised."),
        say("Paste values only, so that lists and formats remain. Dates are dates, not texts."),
        say("Times are the local times of your company; the time zone is named when the file is loaded."),
        say(
            "Save as .xlsx and load it without any mapping: {command}",
            command="workbench new DIR --source FILE",
        ),
    ]
    return steps


def write_read_me(
    page: Worksheet, looks: Looks, plan: Plan, speech: Speech, titles: Mapping[str, str]
) -> None:
    """The first sheet: what this is, how to fill it in, what colours and letters mean, what each sheet is for."""
    say, template = speech.say, plan.template
    page.set_tab_color(TAB["guide"])
    page.hide_gridlines(2)
    page.set_column(0, 0, 4)
    page.set_column(1, 1, 34)
    page.set_column(2, 2, 92)
    page.write_string(0, 1, say(template.name), looks.title())
    page.set_row(0, 30)
    page.write_string(1, 1, say("Data template"), looks.text(bold=True))
    if template.description is not None:
        page.write_string(1, 2, say(template.description), looks.text())
        page.set_row(1, height([(say(template.description), 92)]))
    row = _section(page, looks, 3, say("How to fill it in"))
    for number, step in enumerate(instructions(plan, speech, titles), start=1):
        page.write_number(row, 0, number, looks.of(bold=True, font_color="#0B4F6C", align="right"))
        _across(page, looks, row, step)
        row += 1
    row = _section(page, looks, row + 1, say("Letters and colours"))
    for tier in LETTERS:
        page.write_string(row, 1, say(TIERS[tier]), looks.tier(tier, bold=True, centred=False))
        page.write_string(row, 2, say(purpose_of(tier)), looks.of(indent=1, valign="vcenter"))
        page.set_row(row, 18)
        row += 1
    row = _section(page, looks, row + 1, say("Sheets"))
    for key, about in _sheets(plan, speech, titles):
        page.write_url(row, 1, f"internal:'{titles[key]}'!A1", looks.link(), titles[key])
        page.write_string(row, 2, about, looks.text())
        row += 1
    row = _section(page, looks, row + 1, say("Good to know"))
    for note in notes_of(plan, speech):
        page.write_string(row, 1, "", looks.text())
        _across(page, looks, row, note)
        row += 1
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _section(page: Worksheet, looks: Looks, row: int, title: str) -> int:
    page.write_string(row, 1, title, looks.section())
    page.write_string(row, 2, "", looks.section())
    page.set_row(row, 20)
    return row + 1


def _across(page: Worksheet, looks: Looks, row: int, text: str) -> None:
    """A sentence over both columns; merged cells do not find their height by themselves."""
    page.merge_range(row, 1, row, 2, "", looks.text())
    page.write_string(row, 1, text, looks.text())
    page.set_row(row, height([(text, 126)], least=17))


def _sheets(plan: Plan, speech: Speech, titles: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    say = speech.say
    for sheet in plan.sheets:
        yield sheet.id, "" if sheet.meaning is None else say(sheet.meaning)
    yield "dictionary", say("Each column: what it is, why it matters, where to get it, how it is written.")
    if "activities" in titles:
        yield "activities", say("The names of the events, what each means and where its time is found.")
    for sheet in plan.sheets:
        if f"example {sheet.id}" in titles:
            yield f"example {sheet.id}", say("A few rows as they are filled in.")


def write_dictionary(page: Worksheet, looks: Looks, entries: Sequence[Entry], speech: Speech) -> None:
    """Each column explained, one line each."""
    say = speech.say
    widths = (18, 22, 7, 38, 38, 34, 32, 24, 22)
    heads = list(zip((say("Sheet"), *dictionary_heads(speech)), widths, strict=True))
    _head(page, looks, say("Data dictionary"), heads)
    for row, entry in enumerate(entries, start=2):
        cells = (entry.sheet, entry.name, "", entry.meaning, entry.why, entry.where)
        texts = (*cells, entry.fields, entry.format, entry.examples)
        for place, text in enumerate(texts):
            page.write_string(row, place, text, looks.row(bold=place == 1))
        page.write_string(row, 2, LETTERS[entry.tier], looks.tier(entry.tier, bold=True))
        page.set_row(row, height((text, width) for text, (_, width) in zip(texts, heads, strict=True)))
    _foot(page, len(heads), len(entries))


def write_activities(
    page: Worksheet, looks: Looks, activities: Sequence[ListedActivity], speech: Speech
) -> None:
    """Each activity explained, one line each."""
    say = speech.say
    heads = list(zip(activity_heads(speech), (34, 16, 60, 48, 40), strict=True))
    _head(page, looks, say("Activities"), heads)
    for row, one in enumerate(activities, start=2):
        texts = (one.name, one.kind, one.meaning, one.where, one.fields)
        for place, text in enumerate(texts):
            page.write_string(row, place, text, looks.row(bold=place == 0 and not one.derived))
        page.set_row(row, height((text, width) for text, (_, width) in zip(texts, heads, strict=True)))
    _foot(page, len(heads), len(activities))


def _head(page: Worksheet, looks: Looks, title: str, heads: Sequence[tuple[str, Any]]) -> None:
    page.set_tab_color(TAB["guide"])
    page.hide_gridlines(2)
    page.write_string(0, 0, title, looks.title())
    page.set_row(0, 26)
    page.set_row(1, 22)
    for place, (text, width) in enumerate(heads):
        page.set_column(place, place, width)
        page.write_string(1, place, text, looks.heading())


def _foot(page: Worksheet, columns: int, rows: int) -> None:
    page.autofilter(1, 0, rows + 1, columns - 1)
    page.freeze_panes(2, 2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(1)
