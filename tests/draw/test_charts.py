"""Charts: words and figures in the reader's language, hostile names as text, many in one page, never too many marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

import pandas as pd
import pytest

from tests.draw.hostile import HOSTILE, assert_harmless, elements, text_of
from workbench.draw import charts, specs
from workbench.draw.axis import thinned, ticks
from workbench.draw.charts import bars, lines, stacked
from workbench.draw.palette import COLOURS
from workbench.errors import WorkbenchError
from workbench.i18n import Speech

MONTHS = pd.DataFrame(
    {"m": pd.date_range("2025-01-31", periods=14, freq="ME"), "v": [40.0 + n for n in range(14)]}
)
PARTS = pd.DataFrame(
    [(month, part, 1000.0 * n) for month in MONTHS["m"] for n, part in enumerate("abc", 1)],
    columns=["m", "p", "v"],
)
GROUPS = pd.DataFrame({"g": ["North", "South", "West"], "v": [3_200_000.0, 41_000.0, 950.5]})
SAID: dict[str, Any] = {"title": "It fell", "description": "By month"}


@cache
def draw_all(language: str = "en") -> dict[str, str]:
    speech = Speech(language)
    return {
        "bars": bars(MONTHS, "m", "v", speech, kind="count", **SAID),
        "across": bars(GROUPS, "g", "v", speech, kind="money", currency="EUR", horizontal=True, **SAID),
        "stacked": stacked(PARTS, "m", "v", "p", speech, series_labels={"a": "young", "b": "older"}, **SAID),
        "lines": lines(MONTHS, "m", "v", speech, kind="days", target=45, baseline=50, **SAID),
        "series": lines(PARTS, "m", "v", speech, series="p", kind="money", currency="EUR", **SAID),
    }


def test_every_chart_is_a_figure_with_words_for_those_who_do_not_see_it() -> None:
    for name, drawn in draw_all().items():
        assert_harmless(drawn)
        found = list(elements(drawn))
        figure = next(e for e in found if e.tag == "figure")
        assert (figure.get("role"), figure.get("aria-label")) == (None, "It fell"), name
        pictures = [e for e in found if e.tag == "svg" and e.get("role") == "img"]
        assert [e.get("class") for e in pictures] == ["wb-picture wb-wide", "wb-picture wb-narrow"]
        for picture in pictures:
            assert [child.text for child in picture][:2] == ["It fell", "By month"]
            assert picture.get("viewbox") or picture.get("viewBox")
        assert sum(1 for e in found if e.tag == "details") == 1
        assert sum(1 for e in found if e.tag == "tr") == (4 if name == "across" else 15)


@pytest.mark.parametrize(
    ("language", "month", "money", "days"),
    [
        ("en", "Jan 2026", "€3.2M", "53 days"),
        ("fr", "janv. 2026", "3,2 M €", "53 j"),
        ("es", "ene 2026", "3,2 M€", "53 d"),
        ("zh", "2026年1月", "€320万", "53天"),
    ],
)
def test_axes_and_figures_speak_the_readers_language(
    language: str, month: str, money: str, days: str
) -> None:
    drawn = {
        name: text_of(text).replace("\xa0", " ").replace("\u202f", " ")
        for name, text in draw_all(language).items()
    }
    assert month in drawn["bars"]
    assert money in drawn["across"]
    assert days in drawn["lines"]


def test_hostile_names_are_text() -> None:
    speech, all_of_it = Speech("en"), " ".join(HOSTILE)
    groups = pd.DataFrame({"g": HOSTILE, "s": HOSTILE, "v": range(len(HOSTILE))}, dtype="object")
    said = {"title": all_of_it, "description": all_of_it}
    labels = dict(zip(HOSTILE, HOSTILE, strict=True))
    for horizontal in (False, True):
        drawn = bars(
            groups, "g", "v", speech, horizontal=horizontal, highlight=HOSTILE[0], x_label=all_of_it, **said
        )
        assert_harmless(drawn)
    assert_harmless(stacked(groups, "g", "v", "s", speech, series_labels=labels, **said))
    assert_harmless(lines(groups, "g", "v", speech, series="s", series_labels=labels, **said))


def test_a_hostile_name_still_shows() -> None:
    frame = pd.DataFrame({"g": ["<b>A & B</b>"], "v": [1]})
    drawn = bars(frame, "g", "v", Speech(), **SAID)
    assert text_of(drawn).count("<b>A & B</b>") == 3  # wide, narrow, table


@pytest.mark.parametrize("draw", ["bars", "stacked", "lines"])
def test_an_empty_frame_is_a_calm_sentence(draw: str) -> None:
    empty = PARTS.head(0)
    drawn = {
        "bars": lambda: bars(empty, "m", "v", Speech(), **SAID),
        "stacked": lambda: stacked(empty, "m", "v", "p", Speech(), series_labels={}, **SAID),
        "lines": lambda: lines(empty, "m", "v", Speech(), **SAID),
    }[draw]()
    assert "There is nothing to show here" in text_of(drawn)
    assert "<svg" not in drawn


@pytest.mark.parametrize(
    "draw",
    [
        lambda f: bars(f, "m", "v", Speech(), **SAID),
        lambda f: bars(f.assign(m=f["m"].astype(str)), "m", "v", Speech(), limit=9999, **SAID),
        lambda f: lines(f, "m", "v", Speech(), **SAID),
        lambda f: stacked(f.assign(p="a"), "m", "v", "p", Speech(), series_labels={}, **SAID),
    ],
)
def test_more_marks_than_anybody_can_read_are_refused(draw: Callable[[pd.DataFrame], str]) -> None:
    days = pd.DataFrame({"m": pd.date_range("2015-01-01", periods=2001), "v": 1.0})
    with pytest.raises(WorkbenchError, match=r"2,?001 marks"):
        draw(days)


def test_groups_beyond_the_limit_are_said() -> None:
    frame = pd.DataFrame({"g": [f"g{n}" for n in range(25)], "v": range(25)})
    drawn = text_of(bars(frame, "g", "v", Speech(), limit=20, horizontal=True, **SAID))
    assert "… 5 more groups" in drawn
    assert "g19" in drawn
    assert "g20" not in drawn


def test_names_too_long_to_stand_below_their_bars_are_not_cut() -> None:
    frame = pd.DataFrame({"g": [f"a name that is quite long, number {n}" for n in range(4)], "v": range(4)})
    drawn = text_of(bars(frame, "g", "v", Speech(), **SAID))
    assert drawn.count("a name that is quite long, number 3") == 3  # wide, narrow, table


def test_the_same_frame_gives_the_same_bytes_and_no_ids_meet() -> None:
    first, second = draw_all("es"), draw_all.__wrapped__("es")
    assert first == second
    ids = [e.get("id") for text in first.values() for e in elements(text) if e.get("id")]
    assert len(ids) == len(set(ids))


def test_every_colour_of_a_picture_has_its_name_in_the_stylesheet() -> None:
    for drawn in draw_all().values():
        for element in elements(drawn):
            for part in ("fill", "stroke"):
                colour = element.get(part)
                if colour and colour not in ("none", "currentColor", "transparent"):
                    assert colour in COLOURS.values(), (element.tag, colour)
                    assert f"wb-{part}-" in (element.get("class") or "")


def test_missing_values_are_gaps() -> None:
    frame = pd.DataFrame(
        {"m": pd.date_range("2026-01-01", periods=5, freq="MS"), "v": [1.0, 2.0, None, None, 4.0]}
    )
    drawn = lines(frame, "m", "v", Speech(), **SAID)
    assert text_of(drawn).count("–") == 2
    only = frame.assign(v=None)
    assert_harmless(lines(only, "m", "v", Speech(), **SAID))
    assert_harmless(bars(only, "m", "v", Speech(), **SAID))
    assert_harmless(bars(only, "m", "v", Speech(), horizontal=True, **SAID))


@pytest.mark.parametrize("values", [[0.0, 0.0], [-5.0, 3.0], [-2.0, -1.0], [float("inf"), 1.0], [5.0, 5.0]])
def test_figures_at_the_edge_are_drawn(values: list[float]) -> None:
    frame = pd.DataFrame({"m": [date(2026, 1, 1), date(2026, 2, 1)], "p": "a", "v": values})
    for drawn in (
        bars(frame, "m", "v", Speech(), **SAID),
        bars(frame, "m", "v", Speech(), horizontal=True, **SAID),
        stacked(frame, "m", "v", "p", Speech(), series_labels={"a": "A"}, **SAID),
        lines(frame, "m", "v", Speech(), kind="money", **SAID),
        lines(frame.head(1), "m", "v", Speech(), **SAID),
    ):
        assert_harmless(drawn)
        assert "NaN" not in drawn
        assert not re.search(r"\binf", drawn)


def test_days_are_days_and_months_are_months() -> None:
    days = pd.DataFrame({"d": [datetime(2026, 3, 2), datetime(2026, 3, 9)], "v": [1, 2]})
    assert "Mar 9, 2026" in text_of(bars(days, "d", "v", Speech(), **SAID))


def test_mistakes_are_named() -> None:
    with pytest.raises(WorkbenchError, match="Did you mean 'v'"):
        bars(MONTHS.rename(columns={"m": "month"}), "month", "V", Speech(), **SAID)
    with pytest.raises(WorkbenchError, match="Did you mean 'percent'"):
        lines(MONTHS, "m", "v", Speech(), kind="percnt", **SAID)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high", "kind", "expected"),
    [
        (0, 1, "count", [0, 1]),
        (0, 3, "count", [0, 1, 2, 3]),
        (0, 1900, "count", [0, 500, 1000, 1500, 2000]),
        (43, 49, "days", [42, 44, 46, 48, 50]),
        (0, 0.97, "percent", [0, 0.25, 0.5, 0.75, 1]),
        (-30, 50, "number", [-40, -20, 0, 20, 40, 60]),
        (0, 0, "number", [0, 0.5, 1]),
    ],
)
def test_ticks_are_round(low: float, high: float, kind: str, expected: list[float]) -> None:
    assert ticks(low, high, kind=kind) == expected


def test_the_last_place_always_has_its_name() -> None:
    assert all(thinned(count, room)[-1] == count - 1 for count in range(1, 60) for room in range(1, 12))
    assert all(len(thinned(count, room)) <= room for count in range(1, 60) for room in range(1, 12))


def test_the_specifications_are_what_altair_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    import altair

    drawn: list[dict[str, Any]] = []

    def keep(wanted: Any, *_: Any, **__: Any) -> str:
        drawn.extend(wanted)
        return ""

    monkeypatch.setattr(charts, "figure", keep)
    draw_all.__wrapped__()
    assert len(drawn) == 10
    for spec in drawn:
        altair.LayerChart.from_dict(spec, validate=True)
    assert {spec["width"] for spec in drawn} == {specs.WIDE.width, specs.NARROW.width}
