"""Cards, sparklines, boxes, notices, ticks, histories and the bar over the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest
from markupsafe import Markup

from tests.draw.hostile import HOSTILE, assert_harmless, elements, text_of
from workbench.draw.cards import Card, cards
from workbench.draw.history import timeline
from workbench.draw.prose import (
    boxes,
    checklist,
    columns,
    details,
    facts,
    lead,
    navigation,
    notice,
    paragraph,
)
from workbench.draw.signs import sign, tag, tone_of
from workbench.draw.sparkline import sparkline
from workbench.draw.view import View
from workbench.errors import WorkbenchError
from workbench.i18n import Message, Speech

EVENTS = pd.DataFrame(
    {
        "time": [datetime(2026, 1, 1, 9), datetime(2026, 1, 2, 9), datetime(2026, 1, 12, 9)],
        "activity": ["opened", "looked at", "closed"],
        "resource": ["Ana", None, "bot"],
        "since_seconds": [None, 86400.0, 864000.0],
        "is_derived": [False, False, True],
        "facts": [["€12.00"], None, None],
    }
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text_everywhere(text: str) -> None:
    speech = Speech("fr")
    card = Card(
        label=text, value=text, target=text, verdict="missed", facts=(text,), note=text,
        trend=sparkline([1, 2], label=text),
    )  # fmt: skip
    texts = pd.Series([text] * 3, dtype="object")
    events = EVENTS.assign(activity=texts, resource=texts, facts=[[text]] * 3)
    for drawn in (
        cards([card, Card(label=text, value=None, reason=text)], speech),
        boxes([(text, text, text)], speech),
        lead(text) + paragraph(text) + notice(text, "block") + facts([(text, text)]),
        details(text, paragraph(text)),
        columns(lead(text), lead(text)),
        checklist([(text, True), (text, False)], speech),
        navigation([(text, "1", True)], [(text, text, "?l", False)], label=text),
        timeline(events, speech, empty=text),
        timeline(events.head(0), speech, empty=text),
        tag(text, speech) + sign(text),
        View("x", text, lead(text)).html,
    ):
        assert_harmless(drawn)


def test_a_card_says_how_it_stands_to_its_target_in_words() -> None:
    speech = Speech("en")
    met = cards(
        [Card(label="Paid in time", value="91%", target="90%", verdict="met", facts=("n = 12",))], speech
    )
    assert [part in text_of(met) for part in ("Paid in time", "91%", "target 90%", "met", "n = 12")] == [
        True
    ] * 5
    missed = cards([Card(label="Paid in time", value="81%", target="90%", verdict="missed")], speech)
    assert "missed" in text_of(missed)
    shapes = [next(e.get("d") for e in elements(drawn) if e.tag == "path") for drawn in (met, missed)]
    assert shapes[0] != shapes[1]


def test_a_card_without_a_value_says_why() -> None:
    reason = Message("the log has no {what}", what="due date")
    drawn = cards([Card(label="Overdue", value=None, target="3", verdict="none", reason=reason)], Speech())
    assert "the log has no due date" in text_of(drawn)
    assert "target" not in text_of(drawn)
    assert cards([], Speech()) == ""


def test_a_sparkline_has_gaps_a_last_point_and_a_name() -> None:
    drawn = sparkline([1, 2, None, 4, float("nan"), 3], label="rising", target=2)
    found = list(elements(drawn))
    assert next(e for e in found if e.tag == "svg").get("aria-label") == "rising"
    assert sum(1 for e in found if e.tag == "polyline") == 1
    assert [e.get("class") for e in found if e.tag == "circle"] == [
        "wb-spark-dot",
        "wb-spark-dot",
        "wb-spark-last",
    ]
    assert sum(1 for e in found if e.tag == "line") == 1


@pytest.mark.parametrize("values", [[], [1.0], [None, None], [float("inf"), 1.0]])
def test_one_point_has_no_course(values: list[Any]) -> None:
    assert sparkline(values, label="x") == ""


def test_a_flat_sparkline_runs_in_the_middle() -> None:
    assert ",15 " in sparkline([5, 5], label="flat")


def test_a_wait_stands_after_the_event_that_it_follows() -> None:
    drawn = timeline(EVENTS, Speech("en", zone="Europe/Paris"))
    items = [e.text_content() for e in elements(drawn) if "wb-event" in e.get("class", "").split()]
    assert "10:00 AM" in items[0].replace("\u202f", " ")
    assert "1\u00a0day" in items[0]
    assert "10\u00a0days" in items[1]
    assert "derived" in items[2]
    assert "wb-wait-long" in drawn
    assert "… 1 more event" in text_of(timeline(EVENTS, Speech(), limit=2))


def test_a_history_needs_times_and_activities() -> None:
    with pytest.raises(WorkbenchError, match="activity"):
        timeline(EVENTS.drop(columns="activity"), Speech())
    assert_harmless(timeline(EVENTS[["time", "activity"]], Speech()))


TONGUES = [("fr", "Français", "?lang=fr", True), ("en", "English", "?lang=en&x=1", False)]


def test_the_bar_marks_this_page_and_this_language() -> None:
    steps = [
        (name, f"{number}.html", number == 2)
        for number, name in enumerate(["Overview", "Connect", "Discover"])
    ]
    drawn = navigation(steps, TONGUES, label="Steps")
    links = [e for e in elements(drawn) if e.tag == "a"]
    assert [e.text_content() for e in links] == ["Overview", "1Connect", "2Discover", "Français", "English"]
    assert [e.get("aria-current") for e in links] == [None, None, "page", "true", None]
    assert links[4].get("href") == "?lang=en&x=1"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:1", "data:text/html,x", "java\nscript:1", "\x01javascript:1"],
)
def test_an_address_leads_somewhere(address: str) -> None:
    with pytest.raises(WorkbenchError, match="is no address"):
        navigation([("x", address, False)], label="Steps")


def test_an_unknown_severity_is_named() -> None:
    with pytest.raises(WorkbenchError, match="Did you mean 'warn'"):
        notice("x", "warnn")


@pytest.mark.parametrize(
    ("verdict", "tone", "word"),
    [
        ("met", "good", "met"),
        ("broken", "bad", "broken"),
        ("pending", "warn", "limit still runs"),
        ("partly", "warn", "partly"),
        ("not", "plain", "not possible"),
        ("Gold", "plain", "Gold"),
    ],
)
def test_verdicts_have_a_tone_and_a_word(verdict: str, tone: str, word: str) -> None:
    assert tone_of(verdict) == tone
    assert text_of(tag(verdict, Speech())) == word


def test_a_said_verdict_keeps_its_tone() -> None:
    assert "wb-is-bad" in tag(Message("broken"), Speech())


def test_no_line_ends_between_a_count_and_what_it_counts() -> None:
    drawn = text_of(boxes([("Why", "To know.", "Findings that block: 0. Findings that warn: 3.")], Speech()))
    assert "block:\u00a00. Findings that warn:\u00a03." in drawn


def test_ticks_are_words_as_well() -> None:
    drawn = text_of(checklist([("A", True), ("B", False)], Speech()))
    assert drawn == "chosen: Anot chosen: B"


def test_what_is_made_by_us_passes() -> None:
    assert "<strong>x</strong>" in details("More", Markup("<strong>x</strong>"))
