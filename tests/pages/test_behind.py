"""What stands behind each figure of page 3, and that an analyst's own KPIs stand there with the others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lxml import html

import workbench as wb
from workbench.measure import Figure
from workbench.pages.measure import MeasurePage

CODE = '''
import workbench as wb

@wb.kpi("X2", name="Cases with many events", unit="ratio", good="low")
def many(log):
    """Cases with more than ten events."""
    return log.cases().assign(value=lambda found: found["events"] > 10, day=lambda found: found["start"])
'''
TABLE = """
[kpis.X1]
kind = "duration"
from = "started"
to = "ended"
when = "ended"
unit = "days"
name = "Whole time of a case"
target = { at_most = 1 }
"""


@pytest.fixture(scope="module")
def page(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> MeasurePage:
    folder = tmp_path_factory.mktemp("own") / "project"
    shutil.copytree(demo, folder)
    (folder / "my_kpis.py").write_text(CODE, encoding="utf-8")
    file = folder / "project.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f'kpi_modules = ["my_kpis.py"]\n{text}\n{TABLE}', encoding="utf-8")
    patch = pytest.MonkeyPatch()
    patch.setenv("WORKBENCH_RUN_CODE_OF", str(folder))
    found: MeasurePage = wb.page("measure", project=str(folder), language="en")
    patch.undo()
    return found


@pytest.fixture(scope="module")
def shown(page: MeasurePage) -> html.HtmlElement:
    return html.fromstring(str(page.kpis().html))


def told(element: html.HtmlElement) -> dict[str, str]:
    return {
        entry.findtext("dt"): entry.find("dd").text_content()
        for entry in element.find(".//dl[@class='wb-entries']")
    }


def rows(shown: html.HtmlElement) -> dict[str, dict[str, str]]:
    """What stands behind each KPI of the list of all, by its id."""
    (table,) = shown.iter("table")
    return {row[0].text_content(): told(row) for row in table.find("tbody")}


def test_every_kpi_says_what_stands_behind_it(page: MeasurePage, shown: html.HtmlElement) -> None:
    found = rows(shown)
    assert set(found) == set(page.template.kpis)
    for name, entries in found.items():
        kpi = page.template.kpi(name)
        assert entries["What it says"] == page.say(kpi.note)
        assert {
            "Period",
            "Filter",
            "Rows behind it",
            "Not yet decided",
            "Unknown",
            "Direction",
            "Target",
        } <= set(entries)
    by_id = {figure.id: figure for figure in page._figures}
    for name, figure in by_id.items():
        assert ("Why there is no value" in found[name]) == (figure.reason is not None), name
        assert ("Rules counted" in found[name]) == bool(figure.rules), name
        assert ("Counts in the period of" in found[name]) == (figure.when is not None), name
    assert any(figure.rules for figure in by_id.values())


def test_every_card_says_it_too(shown: html.HtmlElement) -> None:
    cards = shown.find_class("wb-card")
    assert len(cards) > 8
    for card in cards:
        assert told(card)["What it says"]


def test_a_duration_has_working_days_and_the_honest_median_beside_the_naive_one(
    page: MeasurePage, shown: html.HtmlElement
) -> None:
    entries = rows(shown)["X1"]
    figure = next(figure for figure in page._figures if figure.id == "X1")
    said = page.speech.figure
    assert entries["Mean"] == (
        f"{said(figure.stats['mean'], 'days', exact=True)}; "
        f"{said(figure.stats['mean_business_days'], 'days', exact=True)} in working days"
    )
    assert {"Median", "P90"} <= set(entries)
    honest = entries["Median with what is still open taken into account"]
    assert honest == said(figure.stats["km_median"], "days", exact=True)
    assert entries["Counts in the period of"] == "end of the case"
    assert entries["Target"].startswith("at most 1")
    assert "missed by" in entries["Target"]


def test_own_kpis_have_cards_with_the_others(shown: html.HtmlElement) -> None:
    labels = [card.findtext("h3") for card in shown.find_class("wb-card")]
    assert {"Whole time of a case", "Cases with many events"} <= set(labels)
    assert rows(shown)["X2"]["What it says"] == "Cases with more than ten events."


def test_a_filter_is_said_in_the_readers_words(page: MeasurePage) -> None:
    from workbench.measure import figures
    from workbench.pages.behind import behind

    log = page.log.filter(customer_segment=["large"], has=["payment_received"])
    figure: Figure = figures(log.prepared, ["CC01"])[0]
    said = told(html.fromstring(f"<div>{behind(page, figure)}</div>"))["Filter"]
    assert said == "Customer Segment is large, with Payment Received"


def test_means_and_medians_begin_with_the_kpis_of_the_cards(page: MeasurePage) -> None:
    frame = page.statistics().frame
    assert frame is not None
    shown = frame["id"].tolist()
    wanted = [name for name in page._chosen() if name in shown]
    assert wanted
    assert shown[: len(wanted)] == wanted
