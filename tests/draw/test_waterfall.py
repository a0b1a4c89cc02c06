"""A waterfall: each part begins where the one before it ended, and the last bar is the whole."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from tests.draw.hostile import HOSTILE, assert_harmless, elements, text_of
from workbench.draw.specs import NARROW, WIDE
from workbench.draw.table import Column
from workbench.draw.waterfall import spec_of, waterfall
from workbench.errors import WorkbenchError
from workbench.i18n import Speech

PARTS = pd.DataFrame({"p": ["terms", "late", "back"], "v": [30.0, 12.5, -2.5], "m": [300.0, 125.0, -25.0]})
LABELS = {"terms": "Within terms", "late": "Dunning under way", "back": "Paid back"}
SAID: dict[str, Any] = {"title": "12 days are late", "description": "By phase", "whole": "DSO"}


def draw(frame: pd.DataFrame = PARTS, language: str = "en", **more: Any) -> str:
    return waterfall(frame, "p", "v", Speech(language), labels=LABELS, kind="days", **{**SAID, **more})


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_each_part_begins_where_the_one_before_it_ended(size: Any) -> None:
    spec = spec_of(
        PARTS, "p", "v", Speech(), size, labels=LABELS, kind="days", whole="DSO", highlight=["late"]
    )
    bars = spec["data"]["values"]
    assert [(bar["low"], bar["high"]) for bar in bars] == [(0, 30), (30, 42.5), (40, 42.5), (0, 40)]
    assert [bar["name"] for bar in bars] == ["Within terms", "Dunning under way", "Paid back", "DSO"]
    assert len({bar["colour"] for bar in bars}) == 3
    assert bars[0]["colour"] == bars[2]["colour"] != bars[1]["colour"]


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_specification_is_vega_lite(size: Any) -> None:
    import altair

    spec = spec_of(PARTS, "p", "v", Speech(), size, labels=LABELS, kind="days", whole="DSO")
    altair.Chart.from_dict(
        {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", **spec}, validate=True
    )


@pytest.mark.parametrize(
    ("language", "whole"), [("en", "40 days"), ("fr", "40 j"), ("es", "40 d"), ("zh", "40天")]
)
def test_it_is_a_figure_with_a_table_in_the_readers_language(language: str, whole: str) -> None:
    drawn = draw(language=language, columns=[Column("m", "Money", "money", currency="EUR")])
    assert_harmless(drawn)
    found = list(elements(drawn))
    figure = next(e for e in found if e.tag == "figure")
    assert (figure.get("role"), figure.get("aria-label")) == (None, "12 days are late")
    pictures = [e for e in found if e.tag == "svg" and e.get("role") == "img"]
    assert [[child.text for child in picture][:2] for picture in pictures] == [
        ["12 days are late", "By phase"]
    ] * 2
    assert sum(1 for e in found if e.tag == "tr") == 5
    text = text_of(drawn).replace("\xa0", " ").replace("\u202f", " ")
    assert text.count(whole) == 3  # wide, narrow, table
    assert "400" in text


def test_every_colour_has_one_for_the_dark() -> None:
    for element in elements(draw()):
        for part in ("fill", "stroke"):
            if (element.get(part) or "").startswith("#"):
                assert f"wb-{part}-" in element.get("class", ""), element.attrib


def test_hostile_names_are_text() -> None:
    frame = pd.DataFrame({"p": HOSTILE, "v": range(len(HOSTILE))}, dtype="object")
    everything = " ".join(HOSTILE)
    labels = dict(zip(HOSTILE, HOSTILE, strict=True))
    drawn = waterfall(
        frame, "p", "v", Speech(), labels=labels, title=everything, description=everything, whole=everything
    )
    assert_harmless(drawn)


def test_nothing_to_draw_is_a_calm_sentence() -> None:
    for frame in (PARTS.head(0), PARTS.assign(v=None)):
        assert "There is nothing to show here" in text_of(draw(frame))


def test_an_unknown_column_and_too_many_marks_are_refused() -> None:
    with pytest.raises(WorkbenchError, match=r"(?i)did you mean"):
        waterfall(PARTS.rename(columns={"v": "value"}), "p", "valu", Speech(), labels={}, **SAID)
    many = pd.DataFrame({"p": range(700), "v": 1.0})
    with pytest.raises(WorkbenchError, match="too much to read"):
        draw(many)
