"""From a file to figures with nothing but commands, on ten rows that can be checked by eye."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]

# Three orders: a > b > c, a > b > c, a > c; c of the third comes after five days.
EVENTS = """order,step,at
1,a,2026-01-01 08:00
1,b,2026-01-02 08:00
1,c,2026-01-03 08:00
2,a,2026-01-01 09:00
2,b,2026-01-01 10:00
2,c,2026-01-04 09:00
3,a,2026-01-05 08:00
3,c,2026-01-10 08:00
"""


@pytest.fixture
def project(tmp_path: Path, command: Command) -> Path:
    source = tmp_path / "orders.csv"
    source.write_text(EVENTS, encoding="utf-8")
    folder = tmp_path / "orders"
    roles = ["--case", "order", "--activity", "step", "--time", "at"]
    said = command("new", folder, "--process", "any-process", "--source", source, *roles)
    assert (said.code, said.err) == (0, "")
    assert str(folder / "project.toml") in said.out
    return folder


def answer(command: Command, *arguments: str | Path) -> Any:
    said = command(*arguments, "--format", "json")
    assert (said.err, said.code) == ("", 0)
    return json.loads(said.out)


def test_check_accounts_for_every_row(project: Path, command: Command) -> None:
    findings = answer(command, "check", project)
    (accounting,) = [finding for finding in findings if finding["rule"] == "row_accounting"]
    assert (accounting["severity"], accounting["count"], accounting["share"]) == ("note", 8, 1.0)
    assert not [finding for finding in findings if finding["severity"] == "block"]
    for finding in findings:
        assert {"rule", "severity", "count", "share", "message", "remedy"} <= set(finding)


def test_the_map(project: Path, command: Command) -> None:
    found = answer(command, "map", project)
    assert set(found) == {"nodes", "edges"}
    nodes = {
        (node["activity"], node["events"], node["cases"], node["starts"], node["ends"])
        for node in found["nodes"]
    }
    assert nodes == {("a", 3, 3, 3, 0), ("b", 2, 2, 0, 0), ("c", 3, 3, 0, 3)}
    edges = {(edge["source"], edge["target"]): edge for edge in found["edges"]}
    assert {pair: edge["count"] for pair, edge in edges.items()} == {
        ("a", "b"): 2,
        ("b", "c"): 2,
        ("a", "c"): 1,
    }
    assert edges["a", "b"]["mean_seconds"] == (24 * 3600 + 3600) / 2
    assert edges["a", "c"]["median_seconds"] == 5 * 24 * 3600


def test_the_variants(project: Path, command: Command) -> None:
    found = answer(command, "variants", project)
    assert [(entry["activities"], entry["cases"]) for entry in found] == [
        (["a", "b", "c"], 2),
        (["a", "c"], 1),
    ]
    assert [entry["share"] for entry in found] == [0.666667, 0.333333]


def test_the_cases_and_an_earlier_day(project: Path, command: Command) -> None:
    assert [case["case_id"] for case in answer(command, "cases", project)] == ["1", "2", "3"]
    earlier = answer(command, "cases", project, "--as-of", "2026-01-03")
    assert [(case["case_id"], case["events"]) for case in earlier] == [("1", 3), ("2", 2)]


def test_kpis_and_rules_are_lists_with_stable_keys(project: Path, command: Command) -> None:
    figures = answer(command, "kpis", project)
    assert figures
    for figure in figures:
        assert {"id", "value", "unit", "n", "pending", "period"} <= set(figure)
        assert figure["value"] is not None or figure["reason"]
    assert isinstance(answer(command, "rules", project), list)


def test_a_second_question_prepares_nothing(project: Path, command: Command) -> None:
    answer(command, "map", project)
    before = (project / "store" / "manifest.json").read_bytes()
    answer(command, "variants", project)
    assert (project / "store" / "manifest.json").read_bytes() == before


def test_templates_are_listed(command: Command) -> None:
    ids = [entry["id"] for entry in answer(command, "templates")]
    assert {"any-process", "credit-collections", "credit-collections-netsuite", "lead-to-cash"} <= set(ids)


def test_a_project_is_not_overwritten(project: Path, command: Command) -> None:
    said = command("new", project, "--process", "any-process")
    assert said.code == 1
    assert "There is a project here already" in said.err


def test_a_demo_of_the_asked_size_and_seed(tmp_path: Path, command: Command) -> None:
    for name in ("one", "two"):
        said = command("demo", tmp_path / name, "--process", "lead-to-cash", "--cases", "40", "--seed", "7")
        assert said.code == 0
        assert said.err.startswith("40 cases and ")
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.*")} for name in ("one", "two")
    )
    assert one == two
    assert "project.toml" in one
