"""The layout: nothing upon anything else, the same each time, and an engine whose failure is said."""

from __future__ import annotations

import asyncio
import itertools
import math
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.draw import layout
from workbench.draw.layout import Box, Frame, Line, laid_out
from workbench.errors import WorkbenchError

Rectangle = tuple[float, float, float, float]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Box], list[Line]]:
    boxes = [
        Box(draw(st.integers(30, 200)), draw(st.integers(20, 80))) for _ in range(draw(st.integers(1, 12)))
    ]
    pairs = st.tuples(st.integers(0, len(boxes) - 1), st.integers(0, len(boxes) - 1))
    lines = [
        Line(source, target, draw(st.integers(1, 1000)), draw(st.integers(1, 60)), 17)
        for source, target in draw(st.lists(pairs, unique=True, max_size=25))
    ]
    return boxes, lines


def rectangle(x: float, y: float, width: float, height: float) -> Rectangle:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def meet(one: Rectangle, other: Rectangle) -> bool:
    slack = 0.5
    return (
        one[0] < other[2] - slack and other[0] < one[2] - slack
        and one[1] < other[3] - slack and other[1] < one[3] - slack
    )  # fmt: skip


def points(path: str) -> Iterator[tuple[float, float]]:
    """Places along a path of cubic curves."""
    numbers = [[float(part) for part in pair.split(",")] for pair in path[1:].replace("C", " ").split()]
    here = numbers[0]
    for place in range(1, len(numbers), 3):
        one, two, there = numbers[place : place + 3]
        for step in range(13):
            t = step / 12
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            x, y = (
                sum(
                    weight * corner[axis]
                    for weight, corner in zip(weights, (here, one, two, there), strict=True)
                )
                for axis in (0, 1)
            )
            yield x, y
        here = there


def things(boxes: list[Box], lines: list[Line], frame: Frame) -> list[Rectangle]:
    placed = [rectangle(at.x, at.y, at.width, box.height) for box, at in zip(boxes, frame.boxes, strict=True)]
    return placed + [
        rectangle(way.x, way.y, line.width, line.height) for line, way in zip(lines, frame.ways, strict=True)
    ]


@settings(max_examples=40)
@given(graphs())
def test_nothing_stands_upon_anything_else(graph: tuple[list[Box], list[Line]]) -> None:
    boxes, lines = graph
    frame = laid_out(boxes, lines)
    placed = things(boxes, lines, frame)
    assert not [pair for pair in itertools.combinations(placed, 2) if meet(*pair)]
    for number, (line, way) in enumerate(zip(lines, frame.ways, strict=True)):
        own = {line.source, line.target, len(boxes) + number}
        for x, y in points(way.path):
            hit = [i for i, thing in enumerate(placed) if i not in own and meet((x, y, x + 1, y + 1), thing)]
            assert not hit, (line, hit)
        assert all(math.isfinite(value) for value in (way.x, way.y, *way.tip))


@settings(max_examples=20)
@given(graphs())
def test_all_of_it_is_inside_the_frame(graph: tuple[list[Box], list[Line]]) -> None:
    boxes, lines = graph
    frame = laid_out(boxes, lines)
    inside = (
        frame.left - 0.1,
        frame.top - 0.1,
        frame.left + frame.width + 0.1,
        frame.top + frame.height + 0.1,
    )
    for left, top, right, bottom in things(boxes, lines, frame):
        assert inside[0] <= left
        assert inside[1] <= top
        assert right <= inside[2]
        assert bottom <= inside[3]


@settings(max_examples=15)
@given(graphs())
def test_the_same_graph_stands_the_same_whatever_came_before(graph: tuple[list[Box], list[Line]]) -> None:
    boxes, lines = graph
    first = laid_out(boxes, lines)
    layout._remembered.cache_clear()
    laid_out([Box(10, 10)] * 3, [Line(0, 1, 1, 1, 1), Line(1, 2, 1, 1, 1)])
    assert laid_out(boxes, lines) == first


def test_a_heavy_way_runs_straight_down() -> None:
    boxes = [Box(100, 40)] * 5
    heavy = [Line(i, i + 1, 1000, 40, 17) for i in range(4)]
    light = [Line(0, 3, 5, 20, 17), Line(3, 1, 5, 20, 17), Line(2, 2, 5, 20, 17)]
    frame = laid_out(boxes, [*heavy, *light])
    assert len({at.x for at in frame.boxes}) == 1
    assert [at.y for at in frame.boxes] == sorted(at.y for at in frame.boxes)


def test_a_line_that_leads_back_points_up_and_a_loop_to_its_box() -> None:
    frame = laid_out([Box(80, 40)] * 2, [Line(0, 1, 9, 20, 17), Line(1, 0, 1, 20, 17), Line(0, 0, 1, 20, 17)])
    assert [way.direction for way in frame.ways] == [(0, 1), (0, -1), (-1, 0)]
    loop = frame.ways[2]
    assert loop.tip[0] == frame.boxes[0].x + frame.boxes[0].width / 2


def test_no_box_is_no_map() -> None:
    assert laid_out([], []) == Frame(0, 0, 0, 0, (), ())


def test_many_threads_share_the_engine() -> None:
    graphs = [([Box(40 + n, 30)] * 2, [Line(0, 1, 1, 10, 10)]) for n in range(12)]
    with ThreadPoolExecutor(max_workers=4) as pool:
        frames = list(pool.map(lambda graph: laid_out(*graph), graphs))
    assert [frame.boxes[0].width for frame in frames] == [40 + n for n in range(12)]


def test_it_works_where_an_event_loop_runs() -> None:
    async def cell() -> Frame:
        return laid_out([Box(33, 33)], [])

    assert asyncio.run(cell()).boxes[0].width == 33


def test_a_failure_in_the_engine_is_ours_and_the_next_map_is_drawn() -> None:
    with pytest.raises(
        WorkbenchError, match=r"The map could not be laid out: .*TypeError.* \(the process map\)"
    ):
        laid_out([Box(10, 10)], [Line(0, 7, 1, 1, 1)])
    assert laid_out([Box(11, 11)], []).boxes[0].width == 11


def test_a_layout_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_ENTRY", "(() => { while (true); })")
    monkeypatch.setattr(layout, "_SECONDS", 0.2)
    with pytest.raises(
        WorkbenchError, match=r"took more than 0.2 seconds .*\. Show fewer activities and paths\."
    ):
        laid_out([Box(12, 12)], [])
    monkeypatch.undo()
    assert laid_out([Box(13, 13)], []).boxes[0].width == 13


def test_a_layout_that_takes_too_much_memory_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        layout, "_ENTRY", "(() => { const all = []; while (true) all.push(new Array(1e5).fill(1.5)); })"
    )
    monkeypatch.setattr(layout, "_BYTES", 64 * 1024**2)
    monkeypatch.setattr(layout, "_ENGINE", layout._Engine())
    with pytest.raises(WorkbenchError, match=r"took more than 64 MB of memory"):
        laid_out([Box(14, 14)], [])
    layout._ENGINE.close()


def test_an_engine_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    monkeypatch.setattr(layout, "_ENGINE", layout._Engine())
    with pytest.raises(WorkbenchError, match=r"cannot be loaded.*Install the package mini-racer anew"):
        laid_out([Box(15, 15)], [])


def test_a_process_that_has_drawn_ends(root: Path) -> None:
    program = (
        "from workbench.draw.layout import Box, laid_out; print(laid_out([Box(9, 9)], []).boxes[0].width)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "9\n"
