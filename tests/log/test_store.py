"""The store: prepared once, read again, prepared anew only when what it rests on has changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import workbench as wb
from workbench import connect, opening
from workbench.errors import WorkbenchError

HEAD = 'format = 1\nprocess = "any-process"\ntime_zone = "UTC"\n'
SOURCE = (
    '[[sources]]\nname = "log"\npath = "log.csv"\nkind = "events"\n'
    'case = "case"\nactivity = "activity"\ntime = "time"\n'
)
ROWS = "case,activity,time\na,ask,2026-01-01 09:00\na,answer,2026-01-03 09:00\nb,ask,2026-01-02 09:00\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "project.toml").write_text(HEAD + SOURCE, encoding="utf-8")
    (tmp_path / "log.csv").write_text(ROWS, encoding="utf-8")
    wb.open(tmp_path)
    return tmp_path


def generation(folder: Path) -> str:
    return str(json.loads((folder / "store" / "manifest.json").read_text(encoding="utf-8"))["generation"])


@pytest.fixture
def no_reading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the project is prepared, nobody may prepare again."""
    assert generation(folder)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the sources were read again")

    monkeypatch.setattr(connect, "read_project", refuse)
    monkeypatch.setattr(opening, "record", refuse)
    monkeypatch.setattr(opening, "derive", refuse)


@pytest.mark.usefixtures("no_reading")
def test_unchanged_nothing_is_prepared(folder: Path) -> None:
    before = generation(folder)
    log = wb.open(folder)
    assert (generation(folder), log.map()["count"].tolist()) == (before, [1])


@pytest.mark.usefixtures("no_reading")
def test_a_new_date_of_the_file_is_no_change(folder: Path) -> None:
    os.utime(folder / "log.csv", (0, 0))
    assert len(wb.open(folder).cases()) == 2


@pytest.mark.parametrize("name", ["log.csv", "project.toml"])
def test_a_change_is_prepared(folder: Path, name: str) -> None:
    before = generation(folder)
    path = folder / name
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("2026-01-03", "2026-01-04").replace("UTC", "Asia/Tokyo"), encoding="utf-8")
    log = wb.open(folder)
    assert generation(folder) != before
    assert [found.name for found in (folder / "store").glob("gen-*")] == [generation(folder)]
    days = log.map()["mean_seconds"].iloc[0] / 86_400
    assert days == (3 if name == "log.csv" else 2)


def test_an_open_log_answers_on_while_a_newer_one_is_prepared(folder: Path) -> None:
    older = wb.open(folder)
    (folder / "log.csv").write_text(ROWS + "c,ask,2026-01-05 09:00\n", encoding="utf-8")
    assert len(wb.open(folder).cases()) == 3
    assert len(older.cases()) == 2


def test_without_caches_the_figures_are_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached = wb.open(folder).kpi_records()
    before = generation(folder)
    monkeypatch.setenv("WORKBENCH_CACHE", "0")
    assert wb.open(folder).kpi_records() == cached
    assert generation(folder) != before  # the prepared log is a cache of the sources, too


def test_a_later_day_than_the_store_s_is_answered_from_the_store(folder: Path) -> None:
    settings = folder / "project.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("time_zone", 'as_of = "2026-01-02"\ntime_zone'), encoding="utf-8")
    log = wb.open(folder)
    assert log.activities()["events"].sum() == 2
    assert log.at("2026-01-03").activities()["events"].sum() == 3


def test_a_blocked_project_answers_no_figure_but_its_findings(tmp_path: Path) -> None:
    """A text that is no date, in a column of dates: nothing is prepared, and the check says why."""
    (tmp_path / "project.toml").write_text(HEAD + SOURCE, encoding="utf-8")
    (tmp_path / "log.csv").write_text("case,activity,time\na,ask,01/02/2026\na,answer,03/04/2026\n")
    log = wb.open(tmp_path)
    blocking = [found for found in log.finding_list() if found.severity == "block"]
    assert blocking
    assert all(found.remedy for found in blocking)
    with pytest.raises(WorkbenchError) as refused:
        log.kpis()
    assert str(refused.value).startswith(blocking[0].message)
    assert not (tmp_path / "store" / "manifest.json").exists()
