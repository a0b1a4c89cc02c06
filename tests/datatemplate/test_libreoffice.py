"""LibreOffice opens a filled template: every cell is what was entered, every rule is still there when it saves."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.datatemplate.conftest import Tables
from tests.datatemplate.filling import fill, titles_of
from workbench.connect.datatemplate import write_data_template
from workbench.messages import LANGUAGES
from workbench.template import load_template

pytestmark = pytest.mark.libreoffice

PROCESSES = ("any-process", "credit-collections", "credit-collections-netsuite", "lead-to-cash")
# Comma, quotes, UTF-8, every sheet into a file of its own; cells as they are, not as they are shown.
EACH_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


def convert(paths: Iterable[Path], to: str, folder: Path) -> Path:
    """One run of LibreOffice for all of them, with a profile of its own: two at a time would share one."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", str(folder / "out")]
    done = subprocess.run(
        [*command, *map(str, paths)], capture_output=True, text=True, timeout=500, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / "out"


@pytest.fixture(scope="module")
def shown(generated: Callable[[str], Tables], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A filled template of every process in every language, and the folder of what LibreOffice made of its sheets."""
    folder = tmp_path_factory.mktemp("filled")
    paths = [
        fill(load_template(process), folder / f"{process}-{language}.xlsx", language, generated(process))
        for process in PROCESSES
        for language in LANGUAGES
    ]
    return folder, convert(paths, EACH_SHEET, folder)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An empty template of every process in every language, and the folder in which LibreOffice saved it."""
    folder = tmp_path_factory.mktemp("empty")
    paths = [
        write_data_template(load_template(process), folder / f"{process}-{language}.xlsx", language=language)
        for process in PROCESSES
        for language in LANGUAGES
    ]
    return folder, convert(paths, "xlsx", folder)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("process", PROCESSES)
def test_every_cell_comes_out_as_it_went_in(shown: tuple[Path, Path], process: str, language: str) -> None:
    folder, out = shown
    book = openpyxl.load_workbook(folder / f"{process}-{language}.xlsx")
    for table, title in titles_of(book).items():
        with open(out / f"{process}-{language}-{title}.csv", encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
        page = book[title]
        assert len(lines) == page.max_row, table
        for row in page.iter_rows():
            for cell in row:
                line = lines[cell.row - 1]
                text = line[cell.column - 1] if cell.column <= len(line) else ""
                assert same(cell.value, text), f"{title}!{cell.coordinate}: {cell.value!r} became {text!r}"


def same(value: Any, text: str) -> bool:
    """Whether a cell's text is its value: times to the second, numbers as numbers."""
    if value is None:
        return text == ""
    if isinstance(value, datetime):
        for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"):
            try:
                return abs(datetime.strptime(text, form) - value) < timedelta(minutes=1)
            except ValueError:
                continue
        return False
    if isinstance(value, int | float):
        return float(text.rstrip("%")) == pytest.approx(value * (100 if text.endswith("%") else 1), abs=1e-9)
    return str(value).replace("\r\n", "\n") == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("process", PROCESSES)
def test_every_rule_is_read_back(saved: tuple[Path, Path], process: str, language: str) -> None:
    before, after = (openpyxl.load_workbook(folder / f"{process}-{language}.xlsx") for folder in saved)
    assert titles_of(after) == titles_of(before)
    for title in titles_of(before).values():
        assert rules(after[title]) == rules(before[title]), title


def rules(page: Any) -> dict[str, tuple[Any, ...]]:
    """The rules of a sheet by their first cell: kind, list, and what is said."""
    return {
        str(rule.sqref).split(":")[0]: (
            # A rule that allows everything and only speaks is written down as no rule at all.
            None if rule.type in (None, "none") else rule.type,
            rule.formula1 if rule.type == "list" else None,
            rule.promptTitle,
            rule.prompt,
        )
        for rule in page.data_validations.dataValidation
    }
