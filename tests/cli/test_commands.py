"""Every command: its help, its three formats, and what it asks of the log."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from workbench.errors import WorkbenchError

Command = Callable[..., Any]
COMMANDS = ["templates", "new", "demo", "check", "kpis", "map", "variants", "cases", "rules", "run"]
KPIS = [
    {
        "id": "X1",
        "value": 0.6444,
        "unit": "ratio",
        "n": 10,
        "pending": 2,
        "reason": None,
        "period": {"from": None, "to": "2026-06-30"},
    },
    {"id": "X2", "value": None, "unit": "days", "n": 0, "pending": 0, "reason": "no such event"},
    {
        "id": "X3",
        "value": 15.5,
        "unit": "money",
        "currency": "EUR",
        "n": 3,
        "pending": 0,
        "parts": [{"key": "1-30", "value": 10.25, "n": 2}, {"key": ">120", "value": 5.25, "n": 1}],
    },
]
MAP = {
    "nodes": [{"activity": "a", "events": 3, "cases": 2, "starts": 2, "ends": 0}],
    "edges": [{"source": "a", "target": "=b", "count": 2, "mean_seconds": -1.5, "median_seconds": None}],
}
VARIANTS = [
    {"activities": ["a", "b"], "cases": 2, "share": 0.5},
    {"activities": [], "cases": 2, "share": 0.5},
]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_help_names_every_command(command: Command) -> None:
    said = command("--help")
    assert said.code == 0
    assert all(f"\n  {name} " in said.out for name in COMMANDS)
    assert command().out == said.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_needs_what_it_says(command: Command, name: str) -> None:
    said = command(name, "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Usage: workbench {name} [OPTIONS]")


def test_version(command: Command) -> None:
    from workbench import __version__

    assert command("--version").out == f"workbench {__version__}\n"


def test_json_is_the_records_and_nothing_else(command: Command, log: Any) -> None:
    log.answers["kpi_records"] = KPIS
    said = command("kpis", "p", "--by", "country", "--as-of", "2026-06-30", "--format", "json")
    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out) == KPIS
    assert log.asked == [
        ("p", {"as_of": date(2026, 6, 30), "refresh": False}),
        ("kpi_records", {"by": "country"}),
    ]


def test_the_parts_of_a_figure_are_rows_of_their_own_in_csv(command: Command, log: Any) -> None:
    log.answers["kpi_records"] = KPIS
    found = rows(command("kpis", "p", "--format", "csv").out)
    assert [(row["id"], row["part"], row["value"], row["n"], row["currency"]) for row in found] == [
        ("X1", "", "0.6444", "10", ""),
        ("X2", "", "", "0", ""),
        ("X3", "", "15.5", "3", "EUR"),
        ("X3", "1-30", "10.25", "2", "EUR"),
        ("X3", ">120", "5.25", "1", "EUR"),
    ]
    assert found[1]["reason"] == "no such event"
    assert (found[0]["period.from"], found[0]["period.to"]) == ("", "2026-06-30")


def test_a_table_shows_every_figure_and_its_reason(command: Command, log: Any) -> None:
    log.answers["kpi_records"] = KPIS
    lines = command("kpis", "p").out.splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["X1", "X2", "X3", "X3", "X3"]
    assert "… – 2026-06-30" in lines[2]
    assert "no such event" in lines[3]


def test_the_map_in_three_forms(command: Command, log: Any) -> None:
    log.answers["map_record"] = MAP
    assert json.loads(command("map", "p", "--format", "json").out) == MAP
    table = command("map", "p").out
    assert "Activities" in table
    assert "Directly follows" in table
    # A spreadsheet must not compute what a log calls an activity; a negative number stays a number.
    assert rows(command("map", "p", "--format", "csv").out) == [
        {"source": "a", "target": "'=b", "count": "2", "mean_seconds": "-1.5", "median_seconds": ""}
    ]
    assert rows(command("map", "p", "--format", "csv", "--part", "nodes").out)[0]["activity"] == "a"
    assert command("map", "p", "--format", "csv", "--part", "node").code == 2


@pytest.mark.parametrize(("options", "said"), [([], "Paths"), (["--language", "zh"], "路径")])
def test_the_map_as_a_picture(
    command: Command, log: Any, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    template = SimpleNamespace(
        name=f"process <of> {said}", label=lambda name, language: f"{name} in {language}"
    )
    nodes = pd.DataFrame(
        [("a", "a", 3, 3, 3, 0), ("=b", "=b", 2, 2, 0, 3)],
        columns=["activity", "label", "events", "cases", "starts", "ends"],
    )
    edges = pd.DataFrame([("a", "=b", 2, 60.0)], columns=["source", "target", "count", "median_seconds"])
    log.answers |= {"activities": nodes, "map": edges}
    log.template = template
    monkeypatch.setattr("workbench.project.load_project", lambda folder: SimpleNamespace(language="en"))
    done = command("map", "p", "--format", "svg", *options)
    assert (done.code, done.err) == (0, "")
    root = ElementTree.fromstring(done.out)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    language = options[-1] if options else "en"
    assert {f"a in {language}", f"=b in {language}"} <= set(texts)
    assert f"process &lt;of&gt; {said}" in done.out
    assert done.out.endswith("</svg>\n")


def test_a_picture_in_no_language_of_ours_is_not_understood(command: Command) -> None:
    assert command("map", "p", "--format", "svg", "--language", "de").code == 2


@pytest.mark.parametrize(
    ("switch", "derived"), [([], True), (["--derived"], True), (["--no-derived"], False)]
)
def test_derived_events_are_a_switch(command: Command, log: Any, switch: list[str], derived: bool) -> None:
    log.answers |= {"map_record": MAP, "variant_records": VARIANTS}
    for name, question in (("map", "map_record"), ("variants", "variant_records")):
        assert command(name, "p", *switch).code == 0
        assert log.asked[-1] == (question, {"derived": derived})


def test_variants_are_lists_in_json_and_paths_elsewhere(command: Command, log: Any) -> None:
    log.answers["variant_records"] = VARIANTS
    assert json.loads(command("variants", "p", "--format", "json").out) == VARIANTS
    assert [row["activities"] for row in rows(command("variants", "p", "--format", "csv").out)] == [
        "a > b",
        "",
    ]
    assert "a > b" in command("variants", "p").out


def test_a_long_table_says_what_it_leaves_out(command: Command, log: Any) -> None:
    log.answers["case_records"] = [{"case_id": f"case-{number}"} for number in range(50)]
    said = command("cases", "p")
    assert said.out.count("case-") == 40
    assert said.err == "… 10 more; --limit 0 shows all.\n"
    assert command("cases", "p", "--limit", "0").out.count("case-") == 50
    assert command("cases", "p", "--limit", "7").out.count("case-") == 7
    assert len(rows(command("cases", "p", "--format", "csv", "--limit", "7").out)) == 50


def test_hostile_names_are_text_on_a_terminal(command: Command, log: Any) -> None:
    log.answers["rule_records"] = [{"rule": "[red]x[/red]", "name": "a\x1b[31m\x07b\u202ec"}]
    said = command("rules", "p")
    assert "[red]x[/red]" in said.out
    assert r"a\x1b[31m\x07b\u202ec" in said.out
    assert "\x1b" not in said.out


def test_nothing_to_show(command: Command, log: Any) -> None:
    log.answers["rule_records"] = []
    assert command("rules", "p").err == "Nothing to show.\n"
    assert command("rules", "p", "--format", "json").out == "[]\n"


NOTE = {"rule": "rows", "severity": "note", "count": 9, "share": 1.0, "message": "9 rows kept", "remedy": "",
        "where": "a.csv"}  # fmt: skip
BLOCK = {"rule": "times", "severity": "block", "count": 2, "share": 0.2, "message": "Two rows without a time",
         "remedy": "Declare the format", "where": "a.csv, Date"}  # fmt: skip


def test_check_ends_well_when_nothing_blocks(command: Command, log: Any) -> None:
    log.answers["finding_records"] = [NOTE]
    said = command("check", "p", "--format", "json")
    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out) == [NOTE]


def test_check_says_what_blocks_in_one_line_and_still_prints_all(command: Command, log: Any) -> None:
    log.answers["finding_records"] = [NOTE, BLOCK]
    said = command("check", "p", "--format", "json")
    assert said.code == 1
    assert json.loads(said.out) == [NOTE, BLOCK]
    assert said.err == "workbench: Two rows without a time (a.csv, Date). Declare the format.\n"


def test_check_of_what_cannot_even_be_loaded_is_a_list_of_one_finding(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    import workbench

    def fails(*_: Any, **__: Any) -> None:
        raise WorkbenchError("There is no project here", where="p/project.toml", remedy="Make one")

    monkeypatch.setitem(vars(workbench), "open", fails)
    said = command("check", "p", "--format", "json")
    assert said.code == 1
    (finding,) = json.loads(said.out)
    assert (finding["severity"], finding["where"]) == ("block", "p/project.toml")
    assert said.err == "workbench: There is no project here (p/project.toml). Make one.\n"
