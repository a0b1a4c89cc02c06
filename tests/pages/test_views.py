"""What every view of every page is: a title, the frame behind it, HTML without script, the same twice."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from lxml import etree, html

import workbench as wb
from tests.pages.conftest import STEPS, html_of, view_names, views_of
from workbench.draw.view import View
from workbench.errors import WorkbenchError
from workbench.generate import generate_project
from workbench.i18n import LANGUAGES
from workbench.monitor import History
from workbench.monitor.history import RunRecord

NUMBERS = {"en": "19,", "fr": "\u202f", "es": ".", "zh": ","}


def without_script(fragment: str) -> None:
    root = html.fromstring(f"<div>{fragment}</div>")
    for element in root.iter(etree.Element):
        assert element.tag not in ("script", "iframe", "object", "embed", "link", "base")
        for name, value in element.attrib.items():
            assert not name.startswith("on"), (element.tag, name)
            assert not str(value).strip().lower().startswith("javascript:")
            assert "://" not in str(value) or name.startswith("xmlns"), (element.tag, name, value)


@pytest.mark.parametrize("step", STEPS)
def test_views_have_titles_and_no_script_and_are_the_same_twice(demo: Path, step: str) -> None:
    first, second = views_of(demo, step), views_of(demo, step)
    for name, view in first.items():
        if not isinstance(view, View):
            continue
        without_script(view.html)
        assert str(view.html) == str(second[name].html), name
        assert view.title or name in ("navigation", "closed")
        assert isinstance(view.frame, pd.DataFrame | None)
        data, metadata = view._repr_mimebundle_()
        assert data["text/html"] == str(view.html)
        assert metadata == {"workbench": {"view": view.name}}


@pytest.mark.parametrize("step", STEPS)
def test_a_verdict_is_said_and_never_the_word_that_computing_uses(demo: Path, step: str) -> None:
    for name, view in views_of(demo, step, "es").items():
        for cell in html.fromstring(f"<div>{html_of(view)}</div>").iter("td"):
            if cell.get("class") == "wb-k-verdict":
                assert "wb-is-" in cell[0].get("class"), (name, cell.text_content())


@pytest.mark.parametrize("process", ["any-process", "lead-to-cash"])
def test_the_pages_of_other_processes(process: str, tmp_path: Path) -> None:
    generate_project(tmp_path / "project", process=process, cases=40, seed=5)
    for step in STEPS:
        for view in views_of(tmp_path / "project", step, "fr").values():
            without_script(html_of(view))


def test_two_projects_open_with_different_numbers(demo: Path, tmp_path: Path) -> None:
    generate_project(tmp_path / "other", process="credit-collections", cases=60, seed=12)
    for step in STEPS[1:]:
        here = wb.page(step, project=str(demo)).live()
        there = wb.page(step, project=str(tmp_path / "other")).live()
        assert len(here) == len(there) == 3
        assert list(here) != list(there), step


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_view_says_its_language_to_whoever_hears_it(demo: Path, language: str) -> None:
    """JupyterLab around a view may speak another one, and a screen reader or a Chinese font has to know."""
    page = wb.page("diagnose", project=str(demo), language=language)
    wanted = {"zh": "zh-Hans"}.get(language, language)
    for view in (page.navigation(), page.opening(), page.rules()):
        (section,) = html.fromstring(f"<div>{view.html}</div>").iter("section")
        assert section.get("lang") == wanted


@pytest.mark.parametrize("step", STEPS)
def test_each_language_says_the_opening_its_own_way(demo: Path, step: str) -> None:
    said = {wb.page(step, project=str(demo), language=language).opening().html for language in LANGUAGES}
    assert len(said) == len(LANGUAGES)


def test_ticked_challenges_come_first(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0")
    monkeypatch.setenv("QUERY_STRING", "language=es&focus=write_offs,no_such_thing")
    page = wb.page("measure", project=str(demo))
    assert page.focus == ("write_offs",)
    assert page.speech.language == "es"
    first = page.template.challenges["write_offs"].kpis
    assert page._chosen()[: len(first)] == list(first)
    assert "focus=write_offs" in page.navigation().html
    assert "language=fr" in page.navigation().html


def test_a_language_of_the_address_that_there_is_not_is_ignored(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0")
    monkeypatch.setenv("QUERY_STRING", 'language="><script>&focus=<b>')
    page = wb.page("overview", project=str(demo))
    assert page.speech.language == "en"
    assert page.focus == ()


def test_a_project_that_cannot_be_read_is_an_error_here_and_a_sentence_on_a_served_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WorkbenchError, match="no project"):
        wb.page("measure", project=str(tmp_path))
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0")
    monkeypatch.setenv("QUERY_STRING", "language=fr")
    page = wb.page("measure", project=str(tmp_path))
    shown = page.navigation().html
    assert "Traceback" not in shown
    without_script(shown)
    assert page.kpis().html.striptags() == ""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg://me@/db?host=/no/such/place", "L’historique des exécutions ne répond pas"),
        ("postgresql+psycopg://me:${NO_SUCH_SECRET}@127.0.0.1/db", "NO_SUCH_SECRET"),
    ],
)
def test_a_history_out_of_reach_is_said_and_the_page_goes_on(url: str, said: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    generate_project(project, process="any-process", cases=20, seed=5)
    with open(project / "project.toml", "a", encoding="utf-8") as file:
        file.write(f'\n[history]\nurl = "{url}"\n')
    page = wb.page("monitor", project=str(project), language="fr")
    shown = page.history()
    assert (shown.title, shown.frame) == ("Historique des exécutions", None)
    assert said in shown.html.striptags()
    without_script(shown.html)
    assert page.worklist().frame is not None


def test_the_history_is_drawn_and_not_spelt_out(demo: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(demo, tmp_path / "ran"))
    figures = wb.open(folder).kpi_records()
    runs = [
        RunRecord(
            id=f"run-{month}", started=datetime(2025, month, 1, tzinfo=UTC), seconds=1.0, status="done",
            as_of=date(2025, month, 1), language="en", version="0", fingerprint="", figures=tuple(figures),
        )
        for month in (1, 2, 3)
    ]  # fmt: skip
    with History.open(folder) as kept:
        assert kept.record(runs) == 3
    shown = html.fromstring(wb.page("monitor", project=str(folder)).history().html)
    assert len(list(shown.iter("svg"))) == len(shown.findall(".//tbody/tr")) > 5
    assert "<svg" not in shown.text_content()


def test_a_page_that_there_is_not() -> None:
    with pytest.raises(WorkbenchError, match="measure"):
        wb.page("mesure")


def test_every_step_has_views() -> None:
    assert all(len(view_names(step)) >= 4 for step in STEPS)
