"""The sections that a process alone has on page 3: which stand there, what they say, and that their names exist."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import workbench as wb
from workbench.errors import WorkbenchError
from workbench.generate import generate_project
from workbench.i18n import LANGUAGES, Speech
from workbench.template import load_template, load_template_folder

PROCESSES = ("credit-collections", "lead-to-cash")


@pytest.mark.parametrize("process", PROCESSES)
def test_sections_name_what_there_is(process: str) -> None:
    template = load_template(process)
    assert template.sections
    for section in template.sections.values():
        for name in (*section.kpis, *section.across, *section.parts):
            assert template.kpi(name).id == name
        assert bool(section.across) == (section.by is not None)
        assert section.by is None or section.by in template.attributes
        assert section.funnel or section.kpis or section.parts


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_section_stands_under_its_name(demo: Path, language: str) -> None:
    page = wb.page("measure", project=str(demo), language=language)
    view = page.process()
    speech = Speech(language)
    for section in page.template.sections.values():
        assert f"<h3>{speech.say(section.name)}</h3>" in view.html
    assert set(view.frame["section"]) == set(page.template.sections)


def test_dunning_by_channel_and_level(demo: Path) -> None:
    """Each channel has a row of its own and one for each level; the figures are those of the breakdown."""
    page = wb.page("measure", project=str(demo))
    frame = page.process().frame
    own = frame[(frame["section"] == "dunning") & frame["group"].notna()]
    whole = own[own["part"].isna()]
    by = {
        (found["id"], found["group"]): found["value"]
        for found in page.log.kpi_records(whole["id"].unique(), by="dunning_channel")
    }
    assert len(whole)
    for row in whole.to_dict("records"):
        assert row["value"] == pytest.approx(by[row["id"], row["group"]], abs=1e-6)
    assert (own["part"].notna()).any()


def test_collectors_stand_by_name_and_not_by_rank(demo: Path) -> None:
    frame = wb.page("measure", project=str(demo)).process().frame
    people = frame[(frame["section"] == "collectors") & frame["part"].notna()]
    for _, own in people.groupby("id"):
        named = [name for name in own["part"] if name != "other"]
        assert named == sorted(named)
        assert own["expected"].notna().all()


def test_sales_have_their_funnel(tmp_path: Path) -> None:
    generate_project(tmp_path / "project", process="lead-to-cash", cases=120, seed=3)
    view = wb.page("measure", project=str(tmp_path / "project"), language="fr").process()
    assert "Entonnoir par mois de création" in view.html
    assert "Étape la plus étroite" in view.html
    assert {"velocity", "discounts", "fulfilment"} <= set(view.frame["section"])


def test_a_process_without_sections_shows_nothing(tmp_path: Path) -> None:
    generate_project(tmp_path / "project", process="any-process", cases=20, seed=3)
    view = wb.page("measure", project=str(tmp_path / "project")).process()
    assert (view.title, str(view.body), view.frame) == ("", "", None)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [('kpis = ["X1", "X9"]', "X9"), ('kpis = ["X1"]\nby = "colour"', "colour"), ('kpi = ["X1"]', "kpi")],
)
def test_a_section_that_names_what_there_is_not(tmp_path: Path, said: str, wrong: str) -> None:
    source = Path(__file__).resolve().parents[2] / "templates" / "credit-collections"
    folder = tmp_path / "credit-collections"
    shutil.copytree(source, folder)
    name = 'name = { en = "One", fr = "Un", es = "Uno", zh = "一" }'
    (folder / "sections.toml").write_text(
        f"[sections.one]\n{name}\n{said.replace('X1', 'CC06')}\n", encoding="utf-8"
    )
    with pytest.raises(WorkbenchError, match=wrong):
        load_template_folder(folder)
