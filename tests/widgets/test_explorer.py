"""One choice behind all parts: what is done in one is seen in all, can be undone, sent on and never breaks."""

from __future__ import annotations

import base64
import html
import json
import re
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from tests.widgets.doing import REMINDED, did, looked_at, shown_cases
from workbench.api import Log
from workbench.discover import condition_of
from workbench.errors import WorkbenchError
from workbench.generate import generate_project
from workbench.i18n import Speech
from workbench.pages.discover import DiscoverPage
from workbench.widgets.act import Act
from workbench.widgets.explorer import Explorer
from workbench.widgets.state import Past, State

Make = Callable[..., Explorer]


# ---------------------------------------------------------------------- one choice, all parts
def test_a_filter_set_in_one_part_is_seen_in_all_that_are_looked_at(explorer: Make, log: Log) -> None:
    made = explorer()
    looked_at(made, "filters", "map", "variants", "cases")
    did(made, "map", "add", REMINDED)
    made.settle()
    narrowed = log.where(condition_of(REMINDED))
    assert shown_cases(made) == narrowed.size().cases < log.size().cases
    scene = {node["key"]: node["text"] for node in made.panel("map").scene["nodes"]}
    events = dict(zip(narrowed.activities()["activity"], narrowed.activities()["events"], strict=True))
    assert scene["invoice_generated"] == f"{events['invoice_generated']:,}"
    assert f"{narrowed.size().cases} cases" in made.panel("cases").html


def test_what_nobody_looks_at_is_drawn_when_somebody_does(explorer: Make) -> None:
    made = explorer()
    looked_at(made, "filters", "variants")
    before = made.panel("cases").html
    did(made, "variants", "add", REMINDED)
    made.settle()
    assert made.panel("cases").html == before
    assert made.panel("cases").busy
    looked_at(made, "cases")
    assert made.panel("cases").html != before
    assert not made.panel("cases").busy


def test_on_a_served_page_the_first_parts_are_there_and_the_others_come_once_it_is_seen(
    explorer: Make,
) -> None:
    made, alone = explorer(served=True), explorer()
    parts = ("filters", "map", "variants", "dotted")
    for part in parts:
        made.panel(part)
    assert made.panel("filters").html == alone.panel("filters").html
    assert made.panel("map").scene["nodes"]
    for part in ("variants", "dotted"):
        assert "wb-to-come" in made.panel(part).html
        assert made.panel(part).busy
    # Nobody looks at the variants, and the map alone is seen.
    looked_at(made, "map")
    for part in ("variants", "dotted"):
        assert made.panel(part).html == alone.panel(part).html
        assert not made.panel(part).busy


def test_what_was_taken_back_before_anybody_looked_is_not_waited_for(explorer: Make) -> None:
    made = explorer()
    made.panel("cases")
    looked_at(made, "filters", "variants")
    did(made, "variants", "add", REMINDED)
    made.settle()
    assert made.panel("cases").busy
    did(made, "filters", "undo")
    made.settle()
    assert not made.panel("cases").busy


@pytest.mark.parametrize(
    ("part", "name", "given"),
    [
        ("filters", "add", REMINDED),
        ("map", "look", "INV-00000001"),
        ("map", "pick", None),
        ("cases", "no-such", 1),
    ],
)
def test_an_act_of_which_nothing_comes_is_answered_as_well(
    explorer: Make, part: str, name: str, given: Any
) -> None:
    """A browser marks a part as busy when somebody acts in it, and waits to be told that it is not."""
    made = explorer()
    looked_at(made, "filters", "map")
    did(made, "filters", "add", REMINDED)
    made.settle()
    told: list[bool] = []
    made.panel(part).observe(lambda change: told.append(change["new"]), names="busy")
    did(made, part, name, given)
    made.settle()
    assert told[0]
    assert not told[-1]


def test_a_part_drawn_while_something_was_chosen_and_taken_back_is_drawn_again(
    explorer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = explorer()
    looked_at(made, "variants")
    part, panel = made.parts["variants"], made.panel("variants")
    before, drawn = panel.html, part.refresh
    # Nobody draws but this test.
    monkeypatch.setattr(made._turns, "wake", lambda: None)

    def refresh(panel: Any) -> None:
        made.add(condition_of(REMINDED))
        drawn(panel)

    monkeypatch.setattr(part, "refresh", refresh)
    made._redraw(part, panel)
    monkeypatch.setattr(part, "refresh", drawn)
    made.undo()
    assert panel.html != before
    for step in made._steps():
        step()
    assert panel.html == before


def test_undo_and_redo_go_all_the_way_back_and_forth(explorer: Make, log: Log) -> None:
    made = explorer()
    looked_at(made, "filters")
    everything = log.size().cases
    sizes = [everything]
    for record in (REMINDED, {"kind": "status", "is": ["ended"]}, {**REMINDED, "exclude": True}):
        did(made, "filters", "add", record)
        made.settle()
        sizes.append(shown_cases(made))
    assert sizes[-1] == 0
    for size in reversed(sizes[:-1]):
        did(made, "filters", "undo")
        made.settle()
        assert shown_cases(made) == size
    for size in sizes[1:]:
        did(made, "filters", "redo")
        made.settle()
        assert shown_cases(made) == size
    did(made, "filters", "drop", 0)
    did(made, "filters", "reset")
    made.settle()
    assert shown_cases(made) == everything
    assert made.past.can_undo


def test_a_new_choice_forgets_what_was_taken_back() -> None:
    first, other = (
        State(conditions=(condition_of(found),)) for found in (REMINDED, {"kind": "case", "ids": ["x"]})
    )
    past = Past(State())
    past.go(first)
    past.undo()
    past.go(other)
    assert not past.can_redo
    past.go(other.telling("map", overlay="mean"))
    assert past.undo() == State(), "an option is no step of its own"


def test_options_of_one_part_redraw_that_part_alone(explorer: Make) -> None:
    made = explorer()
    looked_at(made, "filters", "map", "variants")
    variants = made.panel("variants").html
    texts = {edge["key"]: edge["text"] for edge in made.panel("map").scene["edges"]}
    did(made, "map", "option", "overlay", "mean")
    made.settle()
    assert {edge["key"]: edge["text"] for edge in made.panel("map").scene["edges"]} != texts
    assert made.panel("variants").html is variants


# ---------------------------------------------------------------------- what comes from a browser
@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        "x" * 10_000,
        {"kind": "no-such"},
        {"kind": "activity", "any": ["no such activity"]},
        {"kind": "attribute", "name": "nobody", "values": [1]},
        {"kind": "rule", "rule": "R99"},
        {"kind": "range", "name": "invoice_amount", "from": "a", "to": 1},
    ],
)
def test_what_the_log_cannot_answer_is_said_and_changes_nothing(
    explorer: Make, log: Log, record: Any
) -> None:
    made = explorer()
    looked_at(made, "filters")
    did(made, "filters", "add", record)
    made.settle()
    assert shown_cases(made) == log.size().cases
    assert "wb-notice" in made.panel("filters").html
    did(made, "filters", "add", REMINDED)
    made.settle()
    assert "wb-notice" not in made.panel("filters").html


@pytest.mark.parametrize(
    "message",
    [None, 1, [], {}, {"do": 1}, {"do": "no-such"}, {"do": "drop", "with": "x"}, {"do": "drop", "with": 99},
     {"do": "option", "with": {"a": 1}}, {"do": "options", "with": [1]}, {"do": "hide", "with": {}},
     {"do": "filter", "with": "time", "value": "x"}, {"do": "filter", "with": "time", "value": {"mode": "x"}}],
)  # fmt: skip
def test_no_message_breaks_a_page(explorer: Make, log: Log, message: Any) -> None:
    made = explorer()
    looked_at(made, "filters", "map")
    for part in ("filters", "map", "cases"):
        made.panel(part)._told(message)
    made.settle()
    assert shown_cases(made) == log.size().cases


def test_options_that_nobody_offers_are_passed_over(explorer: Make) -> None:
    made = explorer()
    looked_at(made, "map", "cases", "dotted", "spectrum")
    for name, value in (
        ("overlay", "<script>"), ("activities", "1e999"), ("paths", "nan"), ("order", 3),
        ("first", -7), ("step", "a\x00b"), ("picked", "no-such"), ("colour", "x"),
    ):  # fmt: skip
        for part in ("map", "cases", "dotted", "spectrum"):
            did(made, part, "option", name, value)
    made.settle()
    assert made.panel("map").scene["nodes"]
    assert "<script>" not in made.panel("cases").html


def test_names_from_the_data_stay_text(explorer: Make) -> None:
    made = explorer()
    looked_at(made, "cases")
    did(made, "cases", "search", value="<img src=x onerror=alert(1)>")
    made.settle()
    assert "<img" not in made.panel("cases").html


def test_the_form_of_what_follows_begins_with_the_most_usual_step(explorer: Make, log: Log) -> None:
    made = explorer()
    looked_at(made, "filters")
    did(made, "filters", "option", "adding", "follows")
    made.settle()
    chosen = re.findall(r'<option value="([^"]*)" selected>', made.panel("filters").html)
    paths = log.map()
    usual = paths[paths["source"] != paths["target"]].iloc[0]
    assert [usual["source"], usual["target"]] == chosen[1:3]


# ---------------------------------------------------------------------- the address
def test_the_hash_brings_a_choice_back(explorer: Make) -> None:
    one, other = explorer(served=True), explorer(served=True)
    looked_at(one, "filters")
    did(one, "filters", "add", REMINDED)
    did(one, "map", "hide", "invoice_sent")
    did(one, "map", "option", "overlay", "mean")
    one.settle()
    assert one.panel("filters").hash
    looked_at(other, "filters")
    other.panel("filters").hash = one.panel("filters").hash
    other.settle()
    assert other.state == one.state
    assert other.panel("filters").html == one.panel("filters").html


def test_a_click_while_the_address_is_told_of_the_last_one_stays(
    explorer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = explorer(served=True)
    looked_at(made, "filters")
    told = State.hash
    clicks = iter([REMINDED])

    def meanwhile(state: State) -> str:
        """The address is told of a choice; before it knows, the reader clicks again."""
        for record in clicks:
            made.add(condition_of(record))
        return told(state)

    made.past.go(made.state.adding(condition_of({**REMINDED, "any": ["invoice_sent"]})))
    monkeypatch.setattr(State, "hash", meanwhile)
    made.parts["filters"].refresh(made.panel("filters"))
    made.settle()
    assert [condition.record()["any"] for condition in made.state.conditions] == [
        ["invoice_sent"],
        ["overdue_reminder_sent"],
    ]
    assert State.of_hash(made.panel("filters").hash) == made.state


@pytest.mark.parametrize("text", ["x", "%%%", "A" * 30_000, "eJyrBgABdQD5", "eJwDAAAAAAE"])
def test_a_hash_that_nobody_made_is_said_to_be_none(text: str) -> None:
    with pytest.raises(WorkbenchError):
        State.of_hash(text)


def test_a_hash_that_bursts_is_not_unpacked() -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b'{"hidden":["' + b"a" * 10_000_000 + b'"]}', 9)).decode()
    with pytest.raises(WorkbenchError):
        State.of_hash(bomb)


# ---------------------------------------------------------------------- a run, and messages
def test_a_run_has_no_widgets_and_nothing_to_act_on(explorer: Make) -> None:
    made = explorer(live=False)
    for name in made.parts:
        view = made.view(name)
        assert "data-wb-do" not in view.html, name
        assert "<button" not in view.html, name


def test_acts_are_read_from_messages_alone() -> None:
    assert Act.of({"do": "x", "with": [1], "value": 2}) == Act("x", [1], 2)
    assert Act.of({"with": 1}) is None


# ---------------------------------------------------------------------- what the project keeps
def test_filters_are_saved_taken_up_again_and_given_up(explored_project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(explored_project, folder)
    before = (folder / "project.toml").read_text(encoding="utf-8")
    made = Explorer(wb.open(folder), Speech("en"), parts=DiscoverPage.parts, live=True, folder=folder)
    looked_at(made, "filters")
    did(made, "filters", "add", REMINDED)
    made.settle()
    assert "Save these filters as" in made.panel("filters").html
    did(made, "filters", "keep", value={"name": "reminded"})
    did(made, "filters", "reset")
    made.settle()
    assert (folder / "project.toml").read_text(encoding="utf-8").startswith(before.rstrip()[:200])
    assert [one.record() for one in wb.open(folder).saved_filters["reminded"]] == [REMINDED]
    did(made, "filters", "saved", value="reminded")
    made.settle()
    assert [one.record() for one in made.state.conditions] == [REMINDED]
    did(made, "filters", "keep", value={"name": " "})
    made.settle()
    assert "wb-notice" in made.panel("filters").html
    did(made, "filters", "forget", "reminded")
    made.settle()
    assert "reminded" not in wb.open(folder).saved_filters
    assert "wb-notice" not in made.panel("filters").html


def test_a_process_that_knows_no_end_and_no_rule_is_explored_as_well(tmp_path: Path) -> None:
    generate_project(tmp_path / "any", process="any-process", cases=60, seed=3)
    page = wb.page("discover", project=str(tmp_path / "any"), language="es")
    made = Explorer(wb.open(tmp_path / "any"), Speech("es"), parts=page.parts, live=True)
    looked_at(made, *made.parts)
    assert made.panel("map").scene["nodes"]
    assert "outcome" not in made.comparisons()
    for name in made.parts:
        if name != "map":
            assert "wb-notice wb-is-warn" not in made.panel(name).html, name


def test_a_reader_of_a_served_page_saves_nothing(explorer: Make) -> None:
    made = explorer(served=True)
    looked_at(made, "filters")
    did(made, "filters", "add", REMINDED)
    did(made, "filters", "keep", value={"name": "x"})
    made.settle()
    assert "Save these filters as" not in made.panel("filters").html
    assert not made.saved


def test_what_the_process_brings_can_be_asked_and_compared(explorer: Make, log: Log) -> None:
    made = explorer()
    looked_at(made, "filters", "map")
    did(made, "filters", "option", "adding", "ready")
    made.settle()
    assert "Paid late" in made.panel("filters").html
    did(made, "filters", "filter", "ready", {"name": "paid_late", "side": "exclude"})
    made.settle()
    assert (
        shown_cases(made) == log.where({"kind": "ready", "name": "paid_late", "exclude": True}).size().cases
    )
    did(made, "filters", "reset")
    halves = made.comparisons()["halves"]
    did(made, "map", "compare", value="halves")
    made.settle()
    assert made.state.compared == "halves"
    one, other = (log.where(*side.conditions) for side in (halves.one, halves.other))
    assert one.size().cases + other.size().cases == log.size().cases
    reminded = [
        int(half.activities().set_index("activity")["cases"]["overdue_reminder_sent"]) / half.size().cases
        for half in (one, other)
    ]
    texts = {node["key"]: node["text"] for node in made.panel("map").scene["nodes"]}
    assert texts["overdue_reminder_sent"] == f"{reminded[0]:.0%} · {reminded[1]:.0%}"
    did(made, "map", "compare", value="no-such")
    assert made.state.compared is None


# ---------------------------------------------------------------------- what comes first
def test_the_map_comes_before_what_is_told_of_a_box_and_that_after_all_else(explorer: Make) -> None:
    made = explorer()
    looked_at(made, "filters", "map", "variants")
    did(made, "map", "pick", "invoice_generated")
    made.settle()
    told: list[str] = []
    for part, names in {"map": ["scene", "detail", "table"], "variants": ["html"]}.items():
        for name in names:
            made.panel(part).observe(
                lambda change, part=part: told.append(f"{part} {change['name']}"), names=name
            )
    did(made, "map", "add", REMINDED)
    made.settle()
    assert told == ["map scene", "variants html", "map detail", "map table"]
    assert not made.panel("map").busy
    cases = made.log.size().cases
    assert f"<dd>{cases}</dd>" in made.panel("map").detail["html"].replace(",", "")


def test_what_could_wait_is_dropped_where_something_else_was_chosen_meanwhile(explorer: Make) -> None:
    made = explorer()
    looked_at(made, "filters", "map")
    part, panel = made.parts["map"], made.panel("map")
    before = panel.table
    made.past.go(made.state.adding(condition_of(REMINDED)))
    made._redraw(part, panel)
    assert panel.busy
    made.past.undo()
    made._rest("map")
    assert panel.table == before


@pytest.mark.parametrize("order", ["cases", "median_seconds", "steps"])
def test_each_variant_is_filtered_by_its_own_button_in_whatever_order(
    explorer: Make, log: Log, order: str
) -> None:
    made = explorer()
    looked_at(made, "variants")
    did(made, "variants", "options", {"order": order})
    made.settle()
    rows = re.findall(r"<tr>(.*?)</tr>", made.panel("variants").html, re.DOTALL)[1:]
    assert len(rows) == 15
    names = made.names
    for row in rows:
        path = re.search(r'<td class="wb-k-path">(.*?)</td>', row, re.DOTALL)
        given = re.search(r'data-wb-with="([^"]*)"', row)
        assert path
        assert given
        (way,) = json.loads(html.unescape(given[1]))["ways"]
        said = re.sub(r"\d+ more steps?", "", re.sub(r"<[^>]+>", "", html.unescape(path[1])))
        assert said.replace("\N{NO-BREAK SPACE}", " ").split(" › ") == names.activities(way)
