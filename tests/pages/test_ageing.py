"""Ageing bands are said by their bounds, whatever a process takes for bands."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

import workbench as wb
from workbench.generate import generate_project

LENIENT = """
format = 1
process = "lenient"
extends = "credit-collections"
name = { en = "Lenient", fr = "Indulgent", es = "Indulgente", zh = "宽容" }

[ledgers.receivable]
bands = [7, 30]
"""


def rows(fragment: str) -> list[list[str]]:
    """The cells of every row of every table, as a reader sees them."""
    return [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in html.fromstring(f"<div>{fragment}</div>").iter("tr")
    ]


def test_a_first_band_may_reach_beyond_the_due_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "templates" / "lenient"
    folder.mkdir(parents=True)
    (folder / "process.toml").write_text(LENIENT, encoding="utf-8")
    monkeypatch.setenv("WORKBENCH_TEMPLATES", str(folder.parent))
    project = tmp_path / "project"
    generate_project(project, process="credit-collections", cases=60, seed=7)
    settings = (project / "project.toml").read_text(encoding="utf-8")
    settings = settings.replace('process = "credit-collections"', 'process = "lenient"')
    (project / "project.toml").write_text(settings, encoding="utf-8")
    view = wb.page("measure", project=str(project), language="en").ageing()
    assert set(view.frame["band"]) == {"<=7", "8-30", ">30"}
    said = rows(view.html)
    bands = said[said.index(["Days past due", "Cases", "Open balance"]) :][1:5]
    assert [row[0] for row in bands] == ["at most 7 days", "8–30 days", "more than 30 days", "Together"]
    *parts, whole = [int(row[1]) for row in bands]
    assert sum(parts) == whole > 0
    assert "more than 7 days past due" in view.html.striptags()


def test_the_usual_bands_begin_with_what_is_not_due(demo: Path) -> None:
    view = wb.page("measure", project=str(demo), language="fr").ageing()
    said = [row[0] for row in rows(view.html)]
    assert said[said.index("non échu") + 1] == "1–30 jours"
    assert "sans échéance" not in said


def test_what_deals_owe_ages_from_the_due_date_of_their_invoice(tmp_path: Path) -> None:
    project = tmp_path / "project"
    generate_project(project, process="lead-to-cash", cases=60, seed=7)
    view = wb.page("measure", project=str(project), language="en").ageing()
    open_now = view.frame[view.frame["cases"] > 0]
    assert open_now["up_to_days"].notna().any()
    assert "when it is due is not recorded" not in view.html.striptags()
    assert "past due; " in view.html.striptags()


def test_without_due_dates_nothing_is_called_in_time(tmp_path: Path) -> None:
    """No share of what is open is past due, where nobody knows when it is due."""
    project = tmp_path / "project"
    generate_project(project, process="lead-to-cash", cases=60, seed=7)
    settings = project / "project.toml"
    lines = settings.read_text(encoding="utf-8").splitlines(keepends=True)
    settings.write_text("".join(line for line in lines if "due_date" not in line), encoding="utf-8")
    view = wb.page("measure", project=str(project), language="en").ageing()
    open_now = view.frame[view.frame["cases"] > 0]
    assert len(open_now)
    assert open_now["up_to_days"].isna().all()
    assert "when it is due is not recorded" in view.html.striptags()
    assert "past due; " not in view.html.striptags()
