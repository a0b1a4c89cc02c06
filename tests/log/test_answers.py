"""Answers are kept for exactly one log, are the very same when taken again, and are never needed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import workbench as wb
from workbench.generate import generate_project
from workbench.log.answers import Answers
from workbench.measure import Period, figures
from workbench.measure.stored import figure_from_data, storable


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers") / "project"
    generate_project(folder, process="any-process", cases=40, seed=7)
    return folder


def questions(answers: Answers) -> int:
    with sqlite3.connect(answers.path) as database:
        (count,) = database.execute("SELECT count(*) FROM answers").fetchone()
    return int(count)


def test_what_was_worked_out_is_taken_again_without_a_query(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = Answers(tmp_path / "answers.db", "log")
    first = figures(replace(wb.open(project).prepared, answers=answers))
    log = replace(wb.open(project).prepared, answers=answers)
    monkeypatch.setattr(type(log), "frame", None)
    assert figures(log) == first
    assert questions(answers) == len(log.template.kpis)


def test_another_day_another_period_and_a_part_of_the_log_are_other_questions(project: Path) -> None:
    log = wb.open(project)
    whole = figures(log.prepared)
    earlier = wb.open(project, as_of=date(2025, 6, 30))
    assert figures(earlier.prepared) == figures(replace(earlier.prepared, answers=None)) != whole
    period = Period(date(2025, 1, 1), date(2025, 3, 31))
    assert figures(log.prepared, period=period) == figures(replace(log.prepared, answers=None), period=period)
    narrowed = log.filter(started=("2025-01-01", "2025-03-31")).prepared
    assert figures(narrowed) == figures(replace(narrowed, answers=None)) != whole
    other = log.filter(started=("2025-01-01", "2025-03-30")).prepared
    keys = {found.answers.log for found in (log.prepared, narrowed, other) if found.answers is not None}
    assert len(keys) == 3
    again = log.filter(started=(date(2025, 1, 1), date(2025, 3, 31))).prepared
    assert again.answers == narrowed.answers


def test_the_cache_can_be_turned_off(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_CACHE", "0")
    log = replace(wb.open(project).prepared, answers=Answers(tmp_path / "answers.db", "log"))
    figures(log)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_cache_is_no_cache(project: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "answers.db"
    damaged.write_bytes(b"no database at all" * 100)
    log = wb.open(project).prepared
    assert figures(replace(log, answers=Answers(damaged, "log"))) == figures(log)


def test_it_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.log.answers._MOST", 10)
    answers = Answers(tmp_path / "answers.db", "log")
    for number in range(25):
        answers.put({str(number): number})
    with sqlite3.connect(answers.path) as database:
        assert database.execute("SELECT count(*) FROM answers").fetchone() == (10,)
    assert answers.get("24") == 24
    assert answers.get("0") is None


def test_it_is_bounded_in_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.log.answers._MOST_BYTES", 1000)
    monkeypatch.setattr("workbench.log.answers._LARGEST_BYTES", 400)
    answers = Answers(tmp_path / "answers.db", "log")
    for number in range(10):
        answers.put({str(number): "x" * 300})
    answers.put({"long": "x" * 401})
    assert [number for number in range(10) if answers.get(str(number))] == [7, 8, 9]
    assert answers.get("long") is None


@pytest.mark.parametrize("text", ["", "\x00", "ü 中 \U0001f600", "\ud800", "\u2028 \ufffe"])
def test_any_text_comes_back(tmp_path: Path, text: str) -> None:
    answers = Answers(tmp_path / "answers.db", "log")
    answers.put({"question": [text]})
    assert answers.get("question") == [text]


def test_answers_that_an_older_workbench_kept_as_text_stand(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers.db", "log")
    answers.put({"a": "ü"})
    with sqlite3.connect(answers.path) as database:
        database.execute("UPDATE answers SET answer = CAST(answer AS TEXT)")
    assert answers.get("a") == "ü"


def test_a_figure_survives_with_its_reason_in_every_language(project: Path) -> None:
    for figure in figures(wb.open(project).prepared):
        data = storable(figure)
        assert data is not None
        again = figure_from_data(data)
        # What the template says of a KPI is said anew by every workbench: its definition, and which way is good.
        assert again == replace(figure, definition=None, good=again.good)
        if figure.reason is not None:
            assert again.reason is not None
            assert again.reason.pattern == figure.reason.pattern
