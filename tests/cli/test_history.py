"""`workbench history`: the figures of all runs, in three forms."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from workbench.monitor.history import History, RunRecord

Command = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project.toml").write_text('format = 1\nprocess = "any-process"\n', encoding="utf-8")
    figures = (
        {"id": "G1", "value": 0.5, "unit": "ratio", "n": 4, "pending": 1},
        {"id": "G2", "value": None, "unit": "days", "n": 0, "pending": 0, "reason": "no such event"},
    )
    History.open(tmp_path).record(
        [
            RunRecord(f"r{month}", datetime(2026, month, 1, 6), 30.0, "done", day, "en", "0.1.0", "", figures)
            for month, day in ((1, date(2025, 12, 31)), (2, None))
        ]
    )
    return tmp_path


def test_one_entry_a_run_and_figure(project: Path, command: Command) -> None:
    said = command("history", project, "--format", "json")
    assert (said.code, said.err) == (0, "")
    found = json.loads(said.out)
    assert [(entry["run"], entry["id"]) for entry in found] == [
        ("r1", "G1"), ("r1", "G2"), ("r2", "G1"), ("r2", "G2"),
    ]  # fmt: skip
    assert found[0] == {
        "run": "r1", "started": "2026-01-01T06:00:00Z", "as_of": "2025-12-31", "id": "G1", "currency": None,
        "value": 0.5, "unit": "ratio", "n": 4, "pending": 1, "reason": None,
    }  # fmt: skip
    assert (found[3]["as_of"], found[3]["value"], found[3]["reason"]) == (None, None, "no such event")


def test_as_csv_and_as_a_table(project: Path, command: Command) -> None:
    lines = command("history", project, "--format", "csv").out.splitlines()
    assert lines[0] == "run,started,as_of,id,currency,value,unit,n,pending,reason"
    assert lines[1] == "r1,2026-01-01T06:00:00Z,2025-12-31,G1,,0.5,ratio,4,1,"
    assert "no such event" in command("history", project).out


def test_a_kpi_that_the_process_does_not_have(project: Path, command: Command) -> None:
    said = command("history", project, "--id", "no-such-kpi")
    assert said.code == 1
    assert "Unknown KPI 'no-such-kpi' (--id)." in said.err


def test_before_the_first_run(tmp_path: Path, command: Command) -> None:
    (tmp_path / "project.toml").write_text('format = 1\nprocess = "any-process"\n', encoding="utf-8")
    assert command("history", tmp_path, "--format", "json").out == "[]\n"
    assert not (tmp_path / "history.db").exists()
