"""The workbook itself: the same bytes every time, explained in every language, and nothing in it that computes."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

import workbench as wb
from tests.datatemplate.filling import titles_of
from workbench.connect.datatemplate import data_dictionary, plan_of, write_data_template
from workbench.connect.datatemplate.dictionary import LETTERS
from workbench.connect.datatemplate.marks import HEADER_ROW
from workbench.errors import WorkbenchError
from workbench.i18n import Speech
from workbench.messages import LANGUAGES
from workbench.template import load_template, load_template_folder

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = ("any-process", "credit-collections", "credit-collections-netsuite", "lead-to-cash")


@pytest.mark.parametrize("process", PROCESSES)
def test_the_same_template_is_the_same_file(tmp_path: Path, process: str) -> None:
    one, other = (wb.data_template(process, tmp_path / name, language="zh") for name in ("a.xlsx", "b.xlsx"))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("process", PROCESSES)
def test_every_column_is_explained_on_its_sheet(tmp_path: Path, process: str, language: str) -> None:
    """Header, tier by letter and colour, what it is, and a message beside the cell with why it matters."""
    path = wb.data_template(process, tmp_path / "empty.xlsx", language=language)
    book, plan, speech = openpyxl.load_workbook(path), plan_of(load_template(process)), Speech(language)
    titles = titles_of(book)
    assert set(titles) == {sheet.id for sheet in plan.sheets}
    for sheet in plan.sheets:
        page = book[titles[sheet.id]]
        assert page.freeze_panes == f"B{HEADER_ROW + 1}"
        assert page.max_row == HEADER_ROW, "the sheet is empty below its headers"
        rules = {str(rule.sqref).split(":")[0]: rule for rule in page.data_validations.dataValidation}
        for place, column in enumerate(sheet.columns, start=1):
            header, letter = page.cell(HEADER_ROW, place), page.cell(2, place)
            assert header.value == speech.say(column.name)
            assert letter.value == LETTERS[column.tier]
            assert letter.fill.fgColor.rgb == header.fill.fgColor.rgb
            assert page.cell(3, place).value == speech.say(column.meaning)
            rule = rules[page.cell(HEADER_ROW + 1, place).coordinate]
            assert speech.say(column.why).startswith(rule.prompt.split("\n")[0].rstrip("…"))
            assert len(rule.prompt) <= 255
            assert len(rule.promptTitle) <= 32
            assert rule.type == _rule_of(column.type, column, load_template(process)), column.id


def _rule_of(kind: str, column: object, template: object) -> str | None:
    if kind in ("ts", "date"):
        return "date"
    if kind in ("num", "money", "pct"):
        return "decimal"
    activity = column.id == template.case.activity and template.activities  # type: ignore[attr-defined]
    listed = kind == "bool" or column.values or activity  # type: ignore[attr-defined]
    return "list" if listed else None


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_offer_the_words_of_the_language(tmp_path: Path, language: str) -> None:
    template = load_template("credit-collections")
    path = write_data_template(template, tmp_path / "empty.xlsx", language=language)
    book = openpyxl.load_workbook(path)
    offered = {
        name: [cell.value for (cell,) in book["_lists"][found.attr_text.split("!")[1].replace("$", "")]]
        for name, found in book.defined_names.items()
        if name.startswith("list_")
    }
    assert offered["list_activity_name"] == [template.label(name, language) for name in template.activities]
    assert offered["list_is_automated"] == [Speech(language).yes_no(True), Speech(language).yes_no(False)]
    assert "EUR" in offered["list_currency"]
    assert book["_lists"].sheet_state == "hidden"
    assert book["_workbench"].sheet_state == "veryHidden"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("process", PROCESSES)
def test_no_entry_of_the_dictionary_is_without_its_why(process: str, language: str) -> None:
    entries = data_dictionary(plan_of(load_template(process)), Speech(language))
    for entry in entries:
        for word in ("name", "meaning", "why", "where", "format", "examples"):
            assert getattr(entry, word).strip(), f"{entry.id}: no {word}"
    assert len({(entry.sheet, entry.name) for entry in entries}) == len(entries)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("process", PROCESSES)
def test_sheets_have_names_that_a_spreadsheet_allows(tmp_path: Path, process: str, language: str) -> None:
    names = openpyxl.load_workbook(
        wb.data_template(process, tmp_path / "t.xlsx", language=language)
    ).sheetnames
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\']", name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)


def test_a_variant_names_the_fields_of_its_own_system() -> None:
    entries = {
        entry.id: entry.fields
        for entry in data_dictionary(plan_of(load_template("credit-collections-netsuite")), Speech("en"))
    }
    assert entries["invoice_amount"] == "NetSuite: transaction.foreigntotal, transaction.total"
    assert entries["credit_limit"] == "NetSuite: customer.creditlimit"
    assert not any("SAP" in fields for fields in entries.values())


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "filled.xlsx"
    path.write_bytes(b"somebody's work")
    with pytest.raises(WorkbenchError, match="may be filled in"):
        wb.data_template("any-process", path)
    assert path.read_bytes() == b"somebody's work"
    with pytest.raises(WorkbenchError, match=r"end with \.xlsx"):
        wb.data_template("any-process", tmp_path / "template.csv")


HOSTILE = "=cmd|' /C calc'!A0"


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    """Not even in a template whose own texts try to be one."""
    mini = load_template_folder(ROOT / "tests" / "template" / "procure-to-pay")
    text = mini.name.model_copy(update={"en": HOSTILE})
    attributes = {
        name: found.model_copy(update={"name": text, "why": text, "meaning": text, "values": (HOSTILE,)})
        if name == "vendor"
        else found
        for name, found in mini.attributes.items()
    }
    activities = {name: found.model_copy(update={"meaning": text}) for name, found in mini.activities.items()}
    hostile = mini.model_copy(
        update={"attributes": attributes, "activities": activities, "name": text, "description": text}
    )
    path = write_data_template(hostile, tmp_path / "t.xlsx")
    with zipfile.ZipFile(path) as book:
        names = book.namelist()
        pages = [book.read(name).decode() for name in names if name.startswith("xl/worksheets/sheet")]
    assert not any(re.search(r"<f[ >]", page) for page in pages)
    assert not any("vba" in name.lower() or "external" in name.lower() for name in names)
    values = [cell.value for page in openpyxl.load_workbook(path) for row in page.iter_rows() for cell in row]
    assert HOSTILE in values, "the text is there as it is"


def test_a_process_without_explanations_has_a_workbook_too(tmp_path: Path) -> None:
    mini = load_template_folder(ROOT / "tests" / "template" / "procure-to-pay")
    assert openpyxl.load_workbook(write_data_template(mini, tmp_path / "t.xlsx")).sheetnames
