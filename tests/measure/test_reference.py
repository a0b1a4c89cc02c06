"""The KPI reference is made from the templates: a page that says something else is red."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.tools import assert_fresh, loaded
from workbench.i18n import Speech
from workbench.measure.reference import reference_page
from workbench.messages import LANGUAGES
from workbench.template import load_template

PROCESSES = ["any-process", "credit-collections", "lead-to-cash"]


@pytest.fixture(scope="module")
def tool(root: Path) -> ModuleType:
    return loaded(root, "reference")


def test_every_page_is_what_its_template_says(tool: ModuleType) -> None:
    """Renew them with tools/reference."""
    assert_fresh(tool)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("process", PROCESSES)
def test_every_kpi_has_its_row_in_the_readers_language(process: str, language: str) -> None:
    template = load_template(process)
    page = reference_page(template, language)
    rows = [line for line in page.splitlines() if line.startswith("| **")]
    assert len(rows) == len(template.kpis)
    assert {line.count(" | ") for line in rows} == {7}
    for kpi in template.kpis.values():
        row = next(line for line in rows if f"<br>`{kpi.id}` |" in line)
        assert Speech(language).say(kpi.note).replace("|", "\\|") in row


def test_targets_and_moments_are_said() -> None:
    page = reference_page(load_template("credit-collections"), "en")
    rows = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| **")}
    assert "| at least 95.0% |" in rows["CC20"]
    assert "against the baseline |" in rows["CC29"]
    assert "| Due Date |" in rows["CC15"]
    assert "computed in step 4" in rows["CC23"]


def test_the_pages_are_linked(root: Path, tool: ModuleType) -> None:
    guide = (root / "docs" / "templates.md").read_text("utf-8")
    assert [page.name for page in tool.pages() if f"kpis/{page.name}" not in guide] == []
