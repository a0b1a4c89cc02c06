"""The stylesheet: nothing leaks, every colour has its name, every text can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import tinycss2

from workbench.draw.palette import COLOURS
from workbench.draw.style import style_tag, stylesheet

# Read as text, on the page's ground, in either light.
TEXT = ("ink", "muted", "accent", "good", "bad", "warn")
# Drawn as marks: three to one suffices, and every chart has its table.
MARKS = ("series-1", "series-2", "series-3", "series-4", "series-5", "series-6")


def rules(nodes: list[Any]) -> Iterator[Any]:
    for node in nodes:
        assert node.type != "error", node.message
        if node.type == "at-rule":
            assert node.lower_at_keyword in ("media", "container"), node.lower_at_keyword
            yield from rules(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))
        else:
            yield node


def selectors() -> Iterator[str]:
    parsed = tinycss2.parse_stylesheet(stylesheet(), skip_comments=True, skip_whitespace=True)
    for rule in rules(parsed):
        text = tinycss2.serialize(rule.prelude).strip()
        # A comma inside brackets parts no selectors.
        yield from (part.strip() for part in re.split(r",(?![^(]*\))", text))


def colours() -> dict[str, tuple[str, str]]:
    found = re.findall(r"--wb-([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", stylesheet())
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_every_rule_stands_below_our_class() -> None:
    found = list(selectors())
    assert len(found) > 100
    assert [text for text in found if not re.match(r"\.wb(?![\w-])", text)] == []


def test_nothing_is_fetched() -> None:
    assert "url(" not in stylesheet()
    assert "@import" not in stylesheet()
    assert "</" not in stylesheet()
    assert style_tag().count("<") == 2


@pytest.mark.parametrize("name", sorted(COLOURS))
def test_pictures_and_stylesheet_agree_on_every_colour(name: str) -> None:
    assert colours()[name][0] == COLOURS[name]
    assert f".wb-fill-{name} {{ fill: var(--wb-{name}); }}" in stylesheet()


@pytest.mark.parametrize("name", TEXT)
@pytest.mark.parametrize("light", [0, 1])
def test_text_can_be_read(name: str, light: int) -> None:
    for ground in ("paper", "wash"):
        assert contrast(colours()[name][light], colours()[ground][light]) >= 4.5


@pytest.mark.parametrize("name", MARKS)
@pytest.mark.parametrize("light", [0, 1])
def test_marks_can_be_seen(name: str, light: int) -> None:
    assert contrast(colours()[name][light], colours()["paper"][light]) >= 3 - 0.05 * (name == "series-2")


@pytest.mark.parametrize("light", [0, 1])
def test_the_ordered_row_goes_one_way(light: int) -> None:
    steps = [luminance(colours()[f"ramp-{step}"][light]) for step in range(1, 7)]
    assert steps == sorted(steps, reverse=light == 0)


def test_every_language_finds_its_letters() -> None:
    for font in ("Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei"):
        assert font in stylesheet()
    assert "tabular-nums" in stylesheet()
