"""Before against after a day of the reader's own: all views follow it, an address brings it back, no day breaks it."""

from __future__ import annotations

import base64
import html
import json
import zlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

import workbench as wb
from tests.widgets.doing import REMINDED, did, looked_at, shown_cases
from workbench.api import Log
from workbench.discover import condition_of, parting_days
from workbench.i18n import Speech
from workbench.pages.discover import DiscoverPage
from workbench.widgets.explorer import Explorer
from workbench.widgets.state import State

Make = Callable[..., Explorer]


def caption(explorer: Explorer) -> str:
    return str(explorer.panel("map").scene["caption"])


def test_all_that_compare_follow_the_day_that_a_reader_names(explorer: Make, log: Log) -> None:
    made = explorer()
    looked_at(made, "filters", "map", "variants")
    assert made.panel("map").controls["since"] is None
    did(made, "map", "compare", value="halves")
    made.settle()
    days = parting_days(log.prepared)
    assert days is not None
    chosen = made.panel("map").controls["since"]
    assert chosen["day"] == days.middle.isoformat()
    assert (chosen["first"], chosen["last"]) == (days.first.isoformat(), days.last.isoformat())
    assert ("halves", "Before against after a day") in map(tuple, made.panel("map").controls["comparisons"])
    day = days.middle + timedelta(days=100)
    did(made, "map", "since", value=day.isoformat())
    made.settle()
    assert made.panel("map").controls["since"]["day"] == day.isoformat()
    before, after = log.before_and_after(day)
    n, m = before.size().cases, after.size().cases
    assert n + m == log.size().cases
    said, since = (Speech("en").say("{day}", day=one) for one in (day - timedelta(days=1), day))
    assert f"Blue: more of started until {said} ({n} cases)." in caption(made)
    assert f"Orange: more of started from {since} on ({m} cases)." in caption(made)
    told = f"Compared: started until {said} ({n} cases) against started from {since} on ({m} cases)."
    assert told in html.unescape(made.panel("variants").html)
    reminded = [
        int(side.activities().set_index("activity")["cases"]["overdue_reminder_sent"]) / side.size().cases
        for side in (before, after)
    ]
    texts = {node["key"]: node["text"] for node in made.panel("map").scene["nodes"]}
    assert texts["overdue_reminder_sent"] == f"{reminded[0]:.0%} · {reminded[1]:.0%}"
    # A filter holds for both sides.
    did(made, "filters", "add", REMINDED)
    made.settle()
    filtered = [side.where(condition_of(REMINDED)).size().cases for side in (before, after)]
    assert all(f"({n} cases)" in caption(made) for n in filtered)


def test_the_day_is_undone_and_sent_on_with_the_rest(explorer: Make, log: Log) -> None:
    made, other = explorer(served=True), explorer(served=True)
    looked_at(made, "filters", "map")
    did(made, "map", "compare", value="halves")
    made.settle()
    middle = made.panel("map").controls["since"]["day"]
    for day in ("2025-03-01", "2025-04-01", ""):
        did(made, "map", "since", value=day)
        made.settle()
        assert made.panel("map").controls["since"]["day"] == (day or middle)
    for day in ("2025-04-01", "2025-03-01", middle):
        did(made, "filters", "undo")
        made.settle()
        assert made.panel("map").controls["since"]["day"] == day
    did(made, "filters", "redo")
    made.settle()
    looked_at(other, "filters", "map")
    other.panel("filters").hash = made.panel("filters").hash
    other.settle()
    assert other.state == made.state
    assert other.state.since == date(2025, 3, 1)
    assert caption(other) == caption(made)
    did(made, "filters", "reset")
    assert made.state == State()


def test_a_choice_that_leaves_no_case_on_one_side_says_so(explorer: Make) -> None:
    made = explorer()
    looked_at(made, "filters", "map", "variants")
    did(made, "filters", "add", {"kind": "time", "mode": "started", "from": "2025-03-01"})
    did(made, "map", "since", value="2025-03-01")
    made.settle()
    assert "(0 cases)" in caption(made)
    assert f"({shown_cases(made)} cases)" in caption(made)
    assert "(0 cases)" in made.panel("variants").html
    assert "wb-notice" not in made.panel("variants").html
    assert made.panel("map").scene["nodes"]


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "9999-12-31"])
def test_a_day_that_parts_nothing_leaves_the_rest_of_an_address_and_is_said(explorer: Make, day: str) -> None:
    made = explorer(served=True)
    looked_at(made, "filters", "map")
    record = {"conditions": [REMINDED], "compared": "halves", "since": day}
    made.panel("filters").hash = State.of(record).hash()
    made.settle()
    assert made.state == State(conditions=(condition_of(REMINDED),), compared="halves")
    assert made.panel("map").controls["since"]["day"] == made.days.middle.isoformat()  # type: ignore[union-attr]
    assert "parts nothing. Choose a day between" in made.panel("filters").html
    assert "Blue: more of" in caption(made)
    assert "wb-notice" not in made.panel("map").table
    did(made, "filters", "undo")
    made.settle()
    assert "wb-notice" not in made.panel("filters").html


@pytest.mark.parametrize("day", ["soon", "2025-02-30", "<script>", " ", "2025-02-03T04:05", 5, None, [], {}])
def test_what_is_no_day_breaks_nothing(explorer: Make, log: Log, day: Any) -> None:
    made = explorer(served=True)
    looked_at(made, "filters", "map")
    did(made, "map", "since", value=day)
    made.settle()
    assert made.state.since is None
    assert shown_cases(made) == log.size().cases
    text = base64.urlsafe_b64encode(zlib.compress(json.dumps({"since": day, "compared": "halves"}).encode()))
    made.panel("filters").hash = text.decode().rstrip("=")
    made.settle()
    assert made.state.since is None
    assert made.panel("map").scene["nodes"]
    assert "<script>" not in made.panel("filters").html
    did(made, "map", "since", value="2025-03-01")
    made.settle()
    assert made.state.since == date(2025, 3, 1)
    assert "wb-notice" not in made.panel("filters").html


def test_cases_that_all_began_on_one_day_are_not_parted() -> None:
    frame = pd.DataFrame(
        {
            "case": ["a", "a", "b"],
            "activity": ["ask", "answer", "ask"],
            "time": pd.to_datetime(["2026-01-01 08:00", "2026-02-03 10:00", "2026-01-01 09:00"]),
        }
    )
    made = Explorer(wb.load(frame), Speech("en"), parts=DiscoverPage.parts, live=True)
    looked_at(made, "filters", "map")
    assert "halves" not in made.comparisons()
    for name in ("compare", "since"):
        did(made, "map", name, value="halves" if name == "compare" else "2026-01-02")
        made.settle()
        assert made.panel("map").controls["since"] is None
        assert "Blue" not in caption(made)
    assert "2026" in made.panel("filters").html
    assert "parts nothing" in made.panel("filters").html
