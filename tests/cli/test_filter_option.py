"""`--filter` on the command line: by name and as JSON, all must hold, and the JSON says what was asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import workbench as wb
from workbench.cli import run
from workbench.generate import generate_project


def test_by_name_and_by_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "p"
    generate_project(folder, process="lead-to-cash", cases=60, seed=5)
    record = {"kind": "activity", "any": ["quotes"]}
    asked = ["--filter", "won", "--filter", json.dumps(record), "--format", "json"]
    expected = wb.open(folder).where("won", record)
    assert run(["cases", str(folder), *asked]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(expected.case_records()))
    assert run(["map", str(folder), *asked]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer.pop("filters") == list(expected.prepared.meta.filters)
    assert answer == json.loads(json.dumps(expected.map_record()))
    assert run(["kpis", str(folder), *asked]) == 0
    said = json.loads(capsys.readouterr().out)[0]["filter"]
    assert said[:2] == list(expected.prepared.meta.filters)
    assert run(["variants", str(folder), "--filter", "wonn"]) == 1
    assert "Did you mean 'won'" in capsys.readouterr().err
