"""Page 3 shows what waits by step, team and reason, and what the month's end brings; problems say what days are."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

import workbench as wb
from workbench.measure import problem_frame, rhythm_frame, wait_frame
from workbench.pages.measure import MeasurePage


@pytest.fixture(scope="module")
def page(demo: Path) -> MeasurePage:
    found: MeasurePage = wb.page("measure", project=str(demo), language="en")
    return found


@pytest.fixture(scope="module")
def shown(page: MeasurePage) -> html.HtmlElement:
    return html.fromstring(str(page.bottlenecks().html))


def column(table: html.HtmlElement, head: str) -> list[str]:
    heads = [cell.text_content() for cell in table.iter("th") if cell.get("scope") == "col"]
    place = heads.index(head)
    return [row[place].text_content() for row in table.find("tbody")]


def test_each_step_has_what_it_waits_for(page: MeasurePage, shown: html.HtmlElement) -> None:
    frame = wait_frame(page.prepared).head(15)
    table = shown.findall(".//table")[1]
    assert column(table, "Step") == page.activities(frame["activity"])
    assert column(table, "Times done") == [page.speech.number(n) for n in frame["steps"]]
    assert not frame["handled"].any()
    assert "No step has its beginning recorded" in shown.text_content()
    assert "Mean handling" not in shown.text_content(), "nothing is known of handling"


def test_waiting_is_broken_down_by_what_the_process_names(page: MeasurePage, shown: html.HtmlElement) -> None:
    parts = shown.findall(".//details")
    names = [f"Waiting and handling by: {page.attribute(name)}" for name in page.template.waits]
    assert len(names) == 2
    assert [part.findtext("summary") for part in parts] == names
    reasons = wait_frame(page.prepared, by=page.template.waits[1])
    known = reasons[reasons["group"].notna()]
    assert column(parts[1].find(".//table"), page.attribute(page.template.waits[1])) == [
        "all others" if name == "other" else name for name in known["group"].head(25)
    ]
    left = page.speech.percent(reasons.loc[reasons["group"].isna(), "share"].sum())
    assert f"{left} of all waiting is before them" in parts[1].text_content()


def test_the_month_end_stands_beside_an_even_share(page: MeasurePage, shown: html.HtmlElement) -> None:
    frame = rhythm_frame(page.prepared)
    table = shown.findall(".//table")[-1]
    assert column(table, "Step") == page.activities(frame["activity"].head(12))
    assert page.speech.percent(frame["month_end_expected"].iloc[0]) in shown.text_content()
    late = frame[frame["low"] > frame["month_end_expected"]]
    said = "More than chance explains" if len(late) else "more often than chance explains"
    assert said in shown.text_content()


def test_a_problem_says_what_its_days_are(page: MeasurePage) -> None:
    frame = problem_frame(page.prepared, focus=page.focus)
    table = html.fromstring(str(page.problems().html)).find(".//table")
    for cell, basis in zip(column(table, "Days lost"), frame["basis"], strict=False):
        assert cell.endswith(str(basis))
    assert frame["basis"].notna().all()
