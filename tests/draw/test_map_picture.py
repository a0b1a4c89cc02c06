"""The picture of the process map: what it shows, whom it serves, and that no text gets out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from tests.draw.maps import EDGE_COLUMNS, NODE_COLUMNS, Map, large_map, map_of
from workbench.discover import simplified
from workbench.draw.mapstyle import box_colours, contrast, line_colour, wait_colour
from workbench.draw.processmap import map_picture
from workbench.errors import WorkbenchError
from workbench.i18n import Speech

SVG = "{http://www.w3.org/2000/svg}"
TICKETS = [["open", "work", "close"]] * 6 + [["open", "work", "work", "close"]] * 3 + [["open", "close"]]


def drawn(found: Map, language: str = "en", **options: Any) -> str:
    words = {"title": "Map", "description": "What follows what."} | options
    return str(map_picture(found.nodes, found.edges, Speech(language), **words))


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: str, tag: str = "text") -> list[str]:
    return [element.text or "" for element in parsed(svg).iter(f"{SVG}{tag}")]


def boxes(svg: str) -> list[ElementTree.Element]:
    return [element for element in parsed(svg).iter(f"{SVG}rect") if element.get("rx") == "9"]


def test_it_shows_activities_paths_starts_and_ends() -> None:
    svg = drawn(map_of(TICKETS))
    shown = texts(svg)
    assert {"open", "work", "close", "12", "10 cases"} <= set(shown)
    assert len(boxes(svg)) == 3
    # open > work 9, work > close 9, work > work 3, open > close 1, and a line each from the start and to the end.
    assert sorted(text for text in shown if text in ("9", "3", "1")) == ["1", "3", "9", "9"]
    assert len(list(parsed(svg).iter(f"{SVG}path"))) == 6
    assert "open → work – times: 9; median time: 1\u00a0hr" in texts(svg, "title")
    assert "work – events: 12; cases: 9; starting here: 0; ending here: 0" in texts(svg, "title")


def test_it_serves_those_who_do_not_see_it() -> None:
    root = parsed(drawn(map_of(TICKETS), title="Tickets", description="Most are closed."))
    assert (root.get("role"), root.get("lang")) == ("img", "en")
    title, description = root[0], root[1]
    assert (title.tag, title.text) == (f"{SVG}title", "Tickets")
    assert description.tag == f"{SVG}desc"
    assert description.text is not None
    assert description.text.startswith("Most are closed. 3 of 3 activities, 4 of 4 paths shown.")
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == description.get("id")


def test_it_says_what_is_left_out() -> None:
    found = large_map(40)
    part = simplified(found.nodes, found.edges)
    svg = drawn(Map(part.nodes, part.edges), all_activities=40, all_paths=len(found.edges))
    assert (
        f"{len(part.nodes)} of 40 activities, {len(part.edges)} of {len(found.edges)} paths shown."
        in texts(svg)
    )
    assert len(boxes(svg)) == len(part.nodes) < 40


def test_all_cases_begin_and_end_whatever_is_drawn() -> None:
    assert texts(drawn(map_of(TICKETS), all_cases=12)).count("12 cases") == 2
    assert texts(drawn(map_of(TICKETS))).count("10 cases") == 2


def test_time_in_place_of_frequency() -> None:
    svg = drawn(map_of(TICKETS), measure="time")
    assert texts(svg).count("1\u00a0hr") == 4
    assert any("median time" in text for text in texts(svg))
    with pytest.raises(WorkbenchError, match=r"Unknown measure 'tiem'.*Did you mean 'time'"):
        drawn(map_of(TICKETS), measure="tiem")


def test_the_same_map_is_the_same_bytes() -> None:
    assert drawn(large_map(12)) == drawn(large_map(12))


def test_no_id_stands_twice_in_a_page() -> None:
    pictures = [drawn(map_of(TICKETS)), drawn(map_of(TICKETS), key="2"), drawn(map_of(TICKETS[:7]))]
    ids = [name for svg in pictures for name in re.findall(r' id="([^"]+)"', svg)]
    assert len(ids) == 6 == len(set(ids))


def test_it_shrinks_but_never_grows() -> None:
    root = parsed(drawn(map_of(TICKETS)))
    width, height = root.get("width"), root.get("height")
    assert root.get("viewBox") == f"0 0 {width} {height}"
    assert "max-width:100%" in root.get("style", "")


def test_it_needs_nothing_else_and_styles_nothing_else() -> None:
    svg = drawn(large_map(15), heading=True)
    tags = {element.tag.removeprefix(SVG) for element in parsed(svg).iter()}
    assert tags <= {"svg", "title", "desc", "g", "rect", "path", "polygon", "circle", "text"}
    names = {name for element in parsed(svg).iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on") or "href" in name or name == "class"}
    assert "url(" not in svg


def test_derived_events_are_told_from_recorded_ones() -> None:
    svg = drawn(map_of(TICKETS, derived=["work"]))
    assert [box.get("stroke-dasharray") is not None for box in boxes(svg)].count(True) == 1
    assert any("derived" in text for text in texts(svg))
    assert not any("derived" in text for text in texts(drawn(map_of(TICKETS))))


HOSTILE = [
    "<script>alert(1)</script>",
    "</text></svg><img src=x onerror=alert(1)>",
    "\"' onload='x' &amp; &#60;b&#62; ]]> <!-- -->",
    "nul \x00 escape \x1b[31m bell \x07",
    "none \uffff",
    "evil \u202etxt.exe\u2066",
    "{activity} {0} %s ${x}",
    "line\nbreak\tand  spaces",
    "__proto__",
    "",
    " ",
    "字" * 60,
    "x" * 5000,
    "e\u0301" * 50 + "👩‍👩‍👧",
]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hostile_names_are_shown_as_text(language: str) -> None:
    found = map_of([HOSTILE, [*HOSTILE, HOSTILE[0]]])
    svg = drawn(found, language, title=HOSTILE[0], description=HOSTILE[1] + "\ud800", heading=True)
    svg.encode("utf-8")
    tags = {element.tag.removeprefix(SVG) for element in parsed(svg).iter()}
    assert not tags & {"script", "img", "b", "style"}
    assert len(boxes(svg)) == len(set(HOSTILE))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]", svg)
    assert "nul \\x00 escape \\x1b[31m" in svg
    # A name too long for its box is whole, or nearly so, where the pointer rests on it.
    assert any(text.startswith("x" * 150) for text in texts(svg, "title"))
    assert all(len(text) < 130 for text in texts(svg))


def test_a_translated_label_stands_in_place_of_the_name() -> None:
    found = map_of(TICKETS)
    nodes = found.nodes.assign(
        label=found.nodes["activity"].map({"open": "开立", "work": "处理", "close": "关闭"})
    )
    shown = texts(drawn(Map(nodes, found.edges), "zh"))
    assert {"开立", "处理", "关闭"} <= set(shown)
    assert not {"open", "work", "close"} & set(shown)


def test_one_activity() -> None:
    svg = drawn(map_of([["only"]]))
    assert {"only", "1 case"} <= set(texts(svg))


def test_no_activity() -> None:
    empty = Map(pd.DataFrame(columns=NODE_COLUMNS), pd.DataFrame(columns=EDGE_COLUMNS))
    assert texts(drawn(empty)) == ["There is no event to show."]


def test_sixty_activities_all_at_once() -> None:
    svg = drawn(large_map(60))
    assert len(boxes(svg)) == 60


def steps(colour_of: Any) -> Iterable[Any]:
    return (colour_of(value, 1000) for value in (0, 1, 3, 10, 50, 100, 200, 300, 400, 600, 800, 999, 1000))


def test_every_text_and_every_line_can_be_seen() -> None:
    assert all(contrast(fill, ink) >= 4.5 for fill, ink in steps(box_colours))
    assert all(contrast(colour, "#ffffff") >= 3 for colour in (*steps(line_colour), *steps(wait_colour)))
