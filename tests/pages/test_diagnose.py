"""Page 4 begins with what step 3 found: ranked, what was ticked first, with cases, and what is counted twice."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from lxml import html

import workbench as wb
from workbench.draw.view import View
from workbench.pages.diagnose import DiagnosePage


@pytest.fixture(scope="module")
def page(demo: Path) -> DiagnosePage:
    patch = pytest.MonkeyPatch()
    patch.setenv("SERVER_SOFTWARE", "voila/0")
    patch.setenv("QUERY_STRING", "focus=write_offs")
    found: DiagnosePage = wb.page("diagnose", project=str(demo), language="en")
    patch.undo()
    assert found.focus == ("write_offs",)
    return found


@pytest.fixture(scope="module")
def problems(page: DiagnosePage) -> View:
    return page.problems()


def rows_of(view: View) -> list[list[str]]:
    table = html.fromstring(str(view.html)).find(".//table")
    return [[cell.text_content() for cell in row] for row in table.iter("tr")][1:]


def test_the_problems_stand_before_anything_else(root: Path) -> None:
    cells = [cell.source for cell in nbformat.read(root / "notebooks" / "4_diagnose.ipynb", 4).cells]
    assert cells[cells.index("page.opening()") + 1] == "page.problems()"


def test_what_was_ticked_is_first_and_says_so(page: DiagnosePage, problems: View) -> None:
    ticked = page.say(page.template.challenges["write_offs"].name)
    marked = [f"you ticked: {ticked}" in row[1] for row in rows_of(problems)]
    assert problems.frame is not None
    focused = problems.frame["focused"].tolist()[: len(marked)]
    assert marked == focused
    assert focused == sorted(focused, reverse=True)
    assert focused[0]


def test_each_problem_has_its_cases_with_what_each_costs(problems: View) -> None:
    frame = problems.frame
    assert frame is not None
    parts = html.fromstring(str(problems.html)).findall(".//details")
    assert len(parts) == int((frame["cases"].head(10) > 0).sum())
    for part, row in zip(parts, frame[frame["cases"] > 0].to_dict("records"), strict=False):
        assert part.findtext("summary").startswith(f"{row['rank']}. ")
        shown = [line[0].text_content() for line in part.iter("tr")][1:]
        assert shown[: len(row["evidence"])] == row["evidence"][: len(shown)]
        assert len(shown) == min(row["cases"], 8)


def test_what_is_counted_twice_is_named(page: DiagnosePage, problems: View) -> None:
    frame = problems.frame
    assert frame is not None
    twice = frame.head(10)[frame["cases_counted"].head(10) > 0]
    assert len(twice)
    said = [part.text_content() for part in html.fromstring(str(problems.html)).findall(".//details")]
    by_rank = {int(text.split(".")[0]): text for text in said}
    for row in twice.to_dict("records"):
        assert f"{page.speech.percent(row['cases_counted'])} of its cases are counted" in by_rank[row["rank"]]


def test_the_opening_names_the_first_problem(page: DiagnosePage, problems: View) -> None:
    assert problems.frame is not None
    assert page.live()[1].startswith(f"First of {len(problems.frame)} problems: ")
