"""The closer look at one KPI: over time by a field, part by part, two populations; chosen by parameters or by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from lxml import html

import workbench as wb
from workbench.draw.picture import MOST_MARKS
from workbench.errors import WorkbenchError
from workbench.measure import figures, trend_frame
from workbench.measure.compare import segment_values
from workbench.pages.measure import MeasurePage


@pytest.fixture(scope="module")
def page(demo: Path) -> MeasurePage:
    found: MeasurePage = wb.page("measure", project=str(demo), language="en")
    return found


@pytest.fixture(scope="module")
def look(page: MeasurePage) -> Any:
    return page.closer("CC01", "customer_segment")


def root_of(text: Any) -> html.HtmlElement:
    return html.fromstring(f"<div>{text}</div>")


def test_a_kpi_by_a_field_over_time(page: MeasurePage) -> None:
    view = page.closer("CC01", "customer_segment", months=12)
    wanted = trend_frame(page.prepared, ["CC01"], months=12, by="customer_segment")
    assert view.frame is not None
    assert view.frame.drop(columns="reason").equals(wanted.drop(columns="reason"))
    (figure,) = root_of(view.html).iter("figure")
    last = wanted[wanted["value"].notna()]
    last = last[last["month"] == last["month"].max()]
    said = figure.find_class("wb-chart-title")[0].text_content()
    assert f"highest for {last.loc[last['value'].idxmax(), 'group']}" in said
    assert f"lowest for {last.loc[last['value'].idxmin(), 'group']}" in said
    assert (
        figure.find_class("wb-chart-about")[0]
        .text_content()
        .startswith("By Customer Segment, month by month")
    )
    assert figure.find(".//table") is not None
    assert page.speech.month(last["month"].iloc[0]) in said
    marks = list(figure.find(".//svg").iter("path", "circle", "rect", "line"))
    assert 0 < len(marks) <= MOST_MARKS


def test_each_part_stands_below_the_whole(page: MeasurePage) -> None:
    view = page.closer("CC01", "customer_segment")
    tables = [
        table for table in root_of(view.html).iter("table") if table.getparent().getparent().tag != "details"
    ]
    rows = {row[0].text_content(): [cell.text_content() for cell in row] for row in tables[0].find("tbody")}
    found = figures(page.prepared, ["CC01"], by="customer_segment")
    assert set(rows) == {"All together", *(figure.group for figure in found)}
    for figure in found:
        assert rows[str(figure.group)][1] == page.speech.figure(figure.value, figure.unit)


def test_two_segments_and_before_and_after_have_intervals(page: MeasurePage) -> None:
    first, second = segment_values(page.prepared, "customer_segment")[:2]
    shown = str(page.closer("CC01", "customer_segment", first=first, second=second).html)
    assert f"{first} against {second}" in shown
    assert "95 % interval" in shown
    shown = str(page.closer("CC01", "-", since=f"{page.log.as_of.year}-01-15").html)
    assert f"Before {page.speech.day(date(page.log.as_of.year, 1, 15))}" in shown


def test_of_people_nobody_is_called_highest(page: MeasurePage) -> None:
    people = page.template.case.resource
    view = page.closer("CC15", people)
    (title, *_) = root_of(view.html).find_class("wb-chart-title")
    assert "highest" not in title.text_content()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kpi": "CC0l"}, "Did you mean"),
        ({"kpi": "CC01", "by": "customer_segmnt"}, "customer_segment"),
        ({"kpi": "CC01", "every": "day"}, "week"),
        ({"kpi": "CC01", "by": "customer_segment", "first": "nobody", "second": "none"}, "nobody"),
        ({"kpi": "CC01", "since": "yesterday"}, "YYYY-MM-DD"),
        ({"kpi": "CC01", "by": "-", "first": "a", "second": "b"}, "none is chosen"),
    ],
)
def test_what_there_is_not_is_a_clear_error(page: MeasurePage, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(WorkbenchError) as caught:
        page.closer(**asked)
    assert said in f"{caught.value} {caught.value.remedy}"


def test_a_choice_is_shown_and_an_error_is_a_sentence(look: Any) -> None:
    before = look.answer.value
    assert before == str(look.view.body)
    look.controls["kpi"].value = "CC15"
    assert look.answer.value == before
    look.show()
    look.settle()
    assert look.answer.value != before
    assert "By Customer Segment, month by month" in look.answer.value
    assert look.widget.children[1].layout.display == "none"
    assert not look.button.disabled
    look.controls["against"].value = "day"
    look.show()
    look.settle()
    assert "Choose the day" in look.answer.value
    look.controls["against"].value = "values"
    first, second = (look.controls[name].value for name in ("first", "second"))
    assert first
    assert first != second
    look.show()
    look.settle()
    assert f"{first} against {second}" in look.answer.value


def test_a_failure_is_told_and_the_next_choice_works(look: Any) -> None:
    working = look._make

    def broken(choice: dict[str, Any]) -> Any:
        raise RuntimeError("<b>secret</b>")

    look._make = broken
    look.show()
    look.settle()
    assert "could not be worked out" in look.answer.value
    assert "secret" not in look.answer.value
    look._make = working
    look.show()
    look.settle()
    assert "month by month" in look.answer.value


def test_a_report_takes_the_view_and_jupyter_the_widget(look: Any) -> None:
    data, metadata = look._repr_mimebundle_()
    assert metadata == {"workbench": {"view": "closer"}}
    assert data["text/html"] == str(look.view.html)
    assert "application/vnd.jupyter.widget-view+json" in data


@pytest.mark.parametrize(("every", "named"), [("week", "week of "), ("quarter", "Q"), ("year", "20")])
def test_a_period_is_called_by_its_name(page: MeasurePage, every: Any, named: str) -> None:
    view = page.closer("CC15", "-", every=every, months=24)
    (title,) = root_of(view.html).find_class("wb-chart-title")
    assert f"({named}" in title.text_content()


def test_groups_that_are_all_alike_are_not_called_highest_and_lowest(page: MeasurePage) -> None:
    from workbench.pages.onekpi import _finding, question_of

    asked = question_of(page, "CC15", "customer_segment", every="month", months=12)
    shown = pd.DataFrame(
        {"month": [date(2025, 1, 1)] * 2, "value": [1.0, 1.0], "key": ["value a", "value b"]}
    )
    said = _finding(page, asked, shown, {"value a": "a", "value b": "b"}, None)
    assert said.endswith("Jan 2025: 100.0% in every group")
