"""What the map says besides its figures: all cases at its ends, what the slider hides, and what is marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.widgets.doing import REMINDED, did, looked_at
from workbench.api import Log
from workbench.discover import condition_of
from workbench.widgets.explorer import Explorer

Make = Callable[..., Explorer]


def scene(explorer: Explorer) -> dict[str, Any]:
    explorer.settle()
    found: dict[str, Any] = explorer.panel("map").scene
    return found


def signs(found: dict[str, Any]) -> list[str]:
    return [node["text"] for node in found["nodes"] if node["kind"] != "step"]


@pytest.mark.parametrize("paths", [0, 20, 100])
def test_all_cases_begin_and_end_whatever_is_drawn(explorer: Make, log: Log, paths: int) -> None:
    made = explorer()
    looked_at(made, "filters", "map")
    did(made, "map", "option", "paths", paths)
    assert signs(scene(made)) == ["120 cases"] * 2
    did(made, "map", "add", REMINDED)
    assert signs(scene(made)) == [f"{log.where(condition_of(REMINDED)).size().cases} cases"] * 2


@pytest.mark.parametrize("share", [0, 10, 33, 50, 99])
def test_the_slider_goes_as_far_as_a_hidden_activity_asks_for(explorer: Make, share: int) -> None:
    made = explorer()
    looked_at(made, "map")
    did(made, "map", "option", "activities", share)
    found = scene(made)
    shown, hidden = {node["key"] for node in found["nodes"]}, found["hidden"]
    assert shown.isdisjoint(part["key"] for part in hidden)
    assert len(hidden) + sum(node["kind"] == "step" for node in found["nodes"]) == len(made.log.activities())
    for part in hidden[:: max(1, len(hidden) // 4)]:
        did(made, "map", "option", "activities", part["share"])
        now = scene(made)
        assert part["key"] in {node["key"] for node in now["nodes"]}
        assert part["label"] == made.names.activity(part["key"])


def test_marks_are_explained_while_they_are_on(explorer: Make) -> None:
    made = explorer("fr")
    looked_at(made, "map")
    assert scene(made)["legend"] == []
    did(made, "map", "option", "breaches", True)
    found = scene(made)
    assert [kind for kind, _ in found["legend"]] == ["breach", "derived"]
    assert "règle" in found["legend"][0][1]
    badges = {node["key"]: node["breaches"]["text"] for node in found["nodes"] if node["breaches"]}
    verdicts = made.log.prepared
    broken = verdicts.frame(verdicts.verdicts.filter(verdicts.verdicts["verdict"] == "broken"))
    assert badges
    assert all(int(text) <= len(broken) for text in badges.values())
    did(made, "map", "option", "ideal", True)
    assert [kind for kind, _ in scene(made)["legend"]] == ["ideal", "breach", "derived"]


def test_paper_tells_what_was_never_drawn_from_what_is_earlier(explorer: Make) -> None:
    made = explorer("es", served=True)
    panel = made.panel("variants")
    assert panel.earlier == "Esta parte aún no está dibujada."
    looked_at(made, "filters", "variants")
    assert panel.earlier == "Esta parte muestra una selección anterior."
    assert made.panel("map").earlier == panel.earlier
