"""The Excel workbook of a data template: sheets to fill in, each explained, with an example of each.

It carries what it is in a hidden sheet, by which it is recognised when it comes back filled in. It holds no macro and
no formula that somebody's text could become, and the same template gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.connect.datatemplate.dictionary import (
    LETTERS,
    activity_list,
    data_dictionary,
    example_of,
    format_of,
)
from workbench.connect.datatemplate.looks import TAB, Looks, height, wide
from workbench.connect.datatemplate.marks import HEADER_ROW, IDENTITY, identity_rows
from workbench.connect.datatemplate.pages import write_activities, write_dictionary, write_read_me
from workbench.connect.datatemplate.plan import Column, Plan, SheetPlan, plan_of, sheet_title
from workbench.errors import WorkbenchError
from workbench.files import write_bytes
from workbench.i18n import Speech
from workbench.messages import Message
from workbench.template import Template

if TYPE_CHECKING:
    import xlsxwriter

__all__ = ["write_data_template"]

# A workbook of the same template is the same file: it was made on no day.
_MADE = datetime(2026, 1, 1)
_LISTS = "_lists"
_ROWS = 1_048_576
_WATCHED = 5_000
"""In so many rows an empty cell that is needed is coloured: more would slow the spreadsheet down."""
_TITLE_LENGTH, _NOTE_LENGTH = 32, 255


def write_data_template(template: Template, path: str | Path, *, language: str = "en") -> Path:
    """Write the data template of a process as a workbook in a language, and return its path.

    Raises WorkbenchError when a file is there already: it may be filled in.

    >>> from workbench.template import load_template
    >>> write_data_template(load_template("any-process"), "to-fill-in.xlsx")     # doctest: +SKIP
    """
    target = Path(path)
    if target.exists():
        raise WorkbenchError(
            Message("There is a file here already, and it may be filled in"),
            where=str(target),
            remedy=Message("Choose another name, or take it away first"),
        )
    if target.suffix.lower() != ".xlsx":
        raise WorkbenchError(
            Message("A data template is an Excel workbook"),
            where=str(target),
            remedy=Message("Let its name end with .xlsx"),
        )
    data = _Writer(template, Speech(language)).made()
    target.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(target, data)
    return target


class _Writer:
    """One workbook in the making."""

    def __init__(self, template: Template, speech: Speech) -> None:
        import xlsxwriter

        self.plan: Plan = plan_of(template)
        self.speech = speech
        self.buffer = io.BytesIO()
        # Nothing that is written becomes a formula, a link or a number by how it looks.
        self.book = xlsxwriter.Workbook(
            self.buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.looks = Looks(self.book, speech.language)
        self.titles: dict[str, str] = {}
        self.lists: dict[str, str] = {}

    def made(self) -> bytes:
        """The bytes of the whole workbook."""
        template, say = self.plan.template, self.speech.say
        self.book.set_properties(
            {
                "title": say(template.name),
                "subject": say("Data template"),
                "author": "workbench",
                "created": _MADE,
            }
        )
        read_me = self.title("read me", Message("Read me first"))
        for sheet in self.plan.sheets:
            self.title(sheet.id, sheet.name)
        dictionary = self.title("dictionary", Message("Data dictionary"))
        activities = self.title("activities", Message("Activities")) if template.activities else None
        shown = {
            sheet.id: self.title(f"example {sheet.id}", self.example_name(sheet)) for sheet in self.examples()
        }
        pages = {title: self.book.add_worksheet(title) for title in self.titles.values()}
        hidden = self.book.add_worksheet(_LISTS)
        self.write_lists(hidden)
        write_read_me(pages[read_me], self.looks, self.plan, self.speech, self.titles)
        for sheet in self.plan.sheets:
            self.write_sheet(pages[self.titles[sheet.id]], sheet)
        write_dictionary(pages[dictionary], self.looks, data_dictionary(self.plan, self.speech), self.speech)
        if activities is not None:
            listed = activity_list(self.plan, self.speech)
            write_activities(pages[activities], self.looks, listed, self.speech)
        for sheet in self.examples():
            self.write_sheet(pages[shown[sheet.id]], sheet, template.example[sheet.id])
        self.write_identity()
        hidden.hide()
        pages[read_me].activate()
        self.book.close()
        return self.buffer.getvalue()

    def title(self, key: str, name: Any) -> str:
        self.titles[key] = sheet_title(self.speech.say, name, self.titles.values())
        return self.titles[key]

    def examples(self) -> list[SheetPlan]:
        """The sheets that the process gives an example of."""
        return [sheet for sheet in self.plan.sheets if self.plan.template.example.get(sheet.id)]

    def example_name(self, sheet: SheetPlan) -> Message:
        return Message("Example {sheet}", sheet=sheet.name)

    # ------------------------------------------------------------------ what is hidden
    def write_lists(self, page: xlsxwriter.worksheet.Worksheet) -> None:
        """The values of the drop-down lists, one column each, under a name that the cells refer to."""
        columns = {column.id: self.choices(column) for sheet in self.plan.sheets for column in sheet.columns}
        number = 0
        for name, values in columns.items():
            if not values:
                continue
            for row, value in enumerate(values):
                page.write_string(row, number, value)
            letters = _letters(number)
            self.lists[name] = f"list_{name}"
            area = f"='{_LISTS}'!${letters}$1:${letters}${len(values)}"
            self.book.define_name(self.lists[name], area)
            number += 1

    def choices(self, column: Column) -> list[str]:
        """What a column's drop-down list offers."""
        template = self.plan.template
        if column.type == "bool":
            return [self.speech.yes_no(True), self.speech.yes_no(False)]
        if column.id == template.case.activity:
            return [self.speech.say(found.name) for found in template.activities.values()]
        return [self.said(value) for value in column.values]

    def said(self, value: Any) -> str:
        return value if isinstance(value, str) and not isinstance(value, Message) else self.speech.say(value)

    def write_identity(self) -> None:
        page = self.book.add_worksheet(IDENTITY)
        sheets = {sheet.id: self.titles[sheet.id] for sheet in self.plan.sheets}
        for number, row in enumerate(identity_rows(self.plan.template.process, self.speech.language, sheets)):
            for place, value in enumerate(row):
                page.write_string(number, place, value)
        page.very_hidden()

    # ------------------------------------------------------------------ what is filled in
    def write_sheet(
        self,
        page: xlsxwriter.worksheet.Worksheet,
        sheet: SheetPlan,
        rows: tuple[Mapping[str, Any], ...] | None = None,
    ) -> None:
        """A sheet with its columns explained: empty and formatted, or with the rows of the example."""
        say, looks = self.speech.say, self.looks
        page.set_tab_color(TAB["data" if rows is None else "example"])
        if rows is not None:  # what nobody enters would only stand in the way
            used = {name for row in rows for name in row}
            sheet = replace(sheet, columns=tuple(one for one in sheet.columns if one.id in used))
        page.write_string(0, 0, say(sheet.name if rows is None else self.example_name(sheet)), looks.title())
        page.set_row(0, 26)
        if sheet.meaning is not None:
            page.write_string(0, 2, say(sheet.meaning), looks.quiet())
        for place, column in enumerate(sheet.columns):
            self.write_head(page, place, column)
            if rows is None:
                self.validate(page, place, column)
        explained = [
            ("" if column.meaning is None else say(column.meaning), _width(column, say(column.name)))
            for column in sheet.columns
        ]
        page.set_row(1, 16)
        page.set_row(2, height(explained, size=9))
        page.set_row(HEADER_ROW - 1, 32)
        for number, row in enumerate(rows or (), start=HEADER_ROW):
            for place, column in enumerate(sheet.columns):
                if column.id in row:
                    self.write_value(page, number, place, column, row[column.id])
        if rows is None:
            self.colour_missing(page, sheet)
        page.freeze_panes(HEADER_ROW, 1)
        page.set_landscape()
        page.set_paper(9)
        page.repeat_rows(0, HEADER_ROW - 1)
        page.repeat_columns(0)

    def write_head(self, page: xlsxwriter.worksheet.Worksheet, place: int, column: Column) -> None:
        """Letter and colour of the tier, what the column is, and its name."""
        say, looks = self.speech.say, self.looks
        header = say(column.name)
        page.set_column(place, place, _width(column, header), looks.cell(column.type))
        page.write_string(1, place, LETTERS[column.tier], looks.tier(column.tier, bold=True))
        page.write_string(2, place, "" if column.meaning is None else say(column.meaning), looks.explained())
        page.write_string(HEADER_ROW - 1, place, header, looks.tier(column.tier, bold=True, size=11))

    def validate(self, page: xlsxwriter.worksheet.Worksheet, place: int, column: Column) -> None:
        """What may stand in a column, and what is said to the one who comes to it."""
        rule: dict[str, Any] = {"validate": "any"}
        say = self.speech.say
        if column.id in self.lists:
            strict = column.type == "bool"
            rule = {
                "validate": "list",
                "source": f"={self.lists[column.id]}",
                "error_type": "stop" if strict else "warning",
                "error_message": say("Choose a value of the list.")
                if strict
                else say("This word is not in the list. Keep it all the same?"),
            }
        elif column.type in ("ts", "date"):
            rule = {
                "validate": "date",
                "criteria": ">=",
                "value": date(1990, 1, 1),
                "error_message": say("A date is needed here, such as {example}.", example="2026-03-31"),
            }
        elif column.type in ("num", "money", "pct"):
            rule = {
                "validate": "decimal",
                "criteria": "between",
                "minimum": -1e15,
                "maximum": 1e15,
                "error_message": say("A number is needed here."),
            }
        rule |= {"input_title": _cut(say(column.name), _TITLE_LENGTH), "input_message": self.note(column)}
        if "error_message" in rule:
            rule["error_title"] = rule["input_title"]
        page.data_validation(HEADER_ROW, place, _ROWS - 1, place, rule)

    def note(self, column: Column) -> str:
        """What appears beside a cell: why it matters, how it is written, an example."""
        say = self.speech.say
        lines = [] if column.why is None else [say(column.why)]
        lines.append(say(format_of(column, self.plan)))
        example = example_of(column, self.plan, self.speech)
        if example and column.type != "bool":
            lines.append(say("Example: {example}", example=example))
        return _cut("\n".join(lines), _NOTE_LENGTH)

    def colour_missing(self, page: xlsxwriter.worksheet.Worksheet, sheet: SheetPlan) -> None:
        """Needed cells that are empty in a row that has begun."""
        last = _letters(len(sheet.columns) - 1)
        for place, column in enumerate(sheet.columns):
            if column.tier != "required":
                continue
            letter, row = _letters(place), HEADER_ROW + 1
            formula = f"=AND(ISBLANK(${letter}{row}),COUNTA($A{row}:${last}{row})>0)"
            page.conditional_format(
                HEADER_ROW,
                place,
                HEADER_ROW + _WATCHED,
                place,
                {"type": "formula", "criteria": formula, "format": self.looks.missing()},
            )

    def write_value(
        self, page: xlsxwriter.worksheet.Worksheet, row: int, place: int, column: Column, value: Any
    ) -> None:
        """A value of the example as it would be entered."""
        form = self.looks.cell(column.type)
        if isinstance(value, bool):
            page.write_string(row, place, self.speech.yes_no(value), form)
        elif isinstance(value, date):
            page.write_datetime(row, place, value, form)
        elif isinstance(value, int | float):
            page.write_number(row, place, value, form)
        else:
            page.write_string(row, place, self.entered(column, value), form)

    def entered(self, column: Column, value: str) -> str:
        """A text of the example in the language: an activity by its id, a usual value by its English name."""
        template = self.plan.template
        if column.id == template.case.activity and value in template.activities:
            return self.speech.say(template.activities[value].name)
        found = next((one for one in column.values if not isinstance(one, str) and one.en == value), None)
        return value if found is None else self.speech.say(found)


def _width(column: Column, header: str) -> float:
    """Wide enough for the values, and for the header on two lines."""
    least = {"ts": 18, "date": 13, "bool": 12, "num": 12, "pct": 12, "money": 14, "cat": 18}.get(
        column.type, 16
    )
    return float(max(least, min(wide(header) * 1.2 + 2, 28)))


def _letters(number: int) -> str:
    """A column's letters, counted from 0."""
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(number))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
