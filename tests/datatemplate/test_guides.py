"""The guide page of a template is made from the template: a page that says something else is red."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.tools import assert_fresh, loaded
from workbench.connect.datatemplate import data_dictionary, plan_of
from workbench.connect.datatemplate.guide import guide_page
from workbench.i18n import Speech
from workbench.messages import LANGUAGES
from workbench.template import load_template


@pytest.fixture(scope="module")
def tool(root: Path) -> ModuleType:
    return loaded(root, "guides")


def test_every_page_is_what_its_template_says(tool: ModuleType) -> None:
    """Renew them with tools/guides."""
    assert_fresh(tool)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_explains_every_column(language: str) -> None:
    template = load_template("lead-to-cash")
    page = guide_page(template, language)
    for entry in data_dictionary(plan_of(template), Speech(language)):
        assert f"`{entry.id}`" in page
        assert entry.why in page
    widths = {line.count(" | ") for line in page.splitlines() if line.startswith("| **")}
    assert widths == {7, 4}, "a line of the dictionary has eight cells, one of the activities five"


def test_the_pages_are_linked(root: Path, tool: ModuleType) -> None:
    guide = (root / "docs" / "templates.md").read_text("utf-8")
    assert [page.name for page in tool.pages() if f"templates/{page.name}" not in guide] == []
