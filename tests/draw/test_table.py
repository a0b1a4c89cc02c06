"""Tables: every kind of value in every language, hostile text as text, what is cut said."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from markupsafe import Markup

from tests.draw.hostile import HOSTILE, assert_harmless, elements, text_of
from workbench.draw.table import Column, table
from workbench.errors import WorkbenchError
from workbench.i18n import Message, Speech


def cell(value: Any, column: Column, language: str = "en", **others: Any) -> str:
    frame = pd.DataFrame({"x": pd.Series([value], dtype="object"), **{k: [v] for k, v in others.items()}})
    drawn = table(frame, [column], Speech(language))
    return next(text_of(str(_html(e))) for e in elements(drawn) if e.tag == "tbody").strip()


def _html(element: Any) -> str:
    from lxml import html

    return html.tostring(element, encoding="unicode")


@pytest.mark.parametrize(
    ("value", "column", "language", "shown"),
    [
        (1234567, Column("x", "X", "number"), "en", "1,234,567"),
        (1234567.25, Column("x", "X", "number"), "es", "1.234.567,2"),
        (1234567, Column("x", "X", "number"), "fr", "1\u202f234\u202f567"),
        (0.6443, Column("x", "X", "percent"), "en", "64.4%"),
        (0.6443, Column("x", "X", "percent", places=0), "fr", "64\u202f%"),
        (980.5, Column("x", "X", "money", currency="EUR"), "en", "€980.50"),
        (980.5, Column("x", "X", "money", currency="EUR"), "fr", "980,50\xa0€"),
        (12310.5, Column("x", "X", "money", currency="EUR"), "en", "€12,310"),
        (12310.5, Column("x", "X", "money", currency="EUR", places=2), "en", "€12,310.50"),
        (980, Column("x", "X", "money", currency="JPY"), "en", "¥980"),
        (12310.5, Column("x", "X", "money", currency="EUR", exact=True), "en", "€12,310.50"),
        (12310, Column("x", "X", "money", currency="JPY", exact=True), "en", "¥12,310"),
        (26.4449, Column("x", "X", "figure", unit="days"), "en", "26.4 days"),
        (26.4449, Column("x", "X", "figure", unit="days", exact=True), "en", "26.44 days"),
        (125.0, Column("x", "X", "figure", unit="days", exact=True), "en", "125 days"),
        (0.35562, Column("x", "X", "figure", unit="ratio", exact=True), "es", "35,56 %"),
        (12310.5, Column("x", "X", "figure", unit="money", currency="EUR", exact=True), "en", "€12,310.50"),
        (980, Column("x", "X", "money", currency="CHF"), "en", "CHF 980.00"),
        (-12310, Column("x", "X", "money", currency="CHF"), "zh", "-CHF 12,310"),
        (43.24, Column("x", "X", "days"), "en", "43.2 days"),
        (43.24, Column("x", "X", "days"), "zh", "43.2天"),
        (5400, Column("x", "X", "duration"), "fr", "1,5\u202fh"),
        (date(2026, 3, 9), Column("x", "X", "day"), "fr", "9 mars 2026"),
        (pd.Timestamp("2026-03-31"), Column("x", "X", "month"), "es", "mar 2026"),
        (datetime(2026, 3, 9, 8, 5), Column("x", "X", "moment"), "zh", "2026年3月9日 08:05"),
        (True, Column("x", "X", "yesno"), "en", "yes"),
        (["a", "b"], Column("x", "X", "list"), "en", "a · b"),
        (["a", "b"], Column("x", "X", "path"), "en", "a › b"),
        (0.25, Column("x", "X", "bar"), "en", "25.0%"),
        (Message("the log has no {what}", what="date"), Column("x", "X"), "en", "the log has no date"),
        (None, Column("x", "X", "money"), "en", "–"),
        (float("nan"), Column("x", "X", "number"), "en", "–"),
        (pd.NaT, Column("x", "X", "day"), "en", "–"),
        (pd.NA, Column("x", "X"), "en", "–"),
        ("met", Column("x", "X", "verdict"), "en", "met"),
        ("anything", Column("x", "X", "tag"), "en", "anything"),
        (Markup("<strong>made</strong>"), Column("x", "X", "html"), "en", "made"),
    ],
)  # fmt: skip
def test_each_kind_in_its_language(value: Any, column: Column, language: str, shown: str) -> None:
    assert cell(value, column, language).replace("\u202f", " ").replace("\xa0", " ") == shown.replace(
        "\u202f", " "
    ).replace("\xa0", " ")


def test_a_figure_takes_its_unit_and_currency_from_its_row() -> None:
    assert cell(0.5, Column("x", "X", "figure"), unit="ratio", currency=None) == "50.0%"
    assert cell(12.0, Column("x", "X", "figure"), unit="money", currency="USD") == "$12.00"
    assert cell(12.0, Column("x", "X", "money", currency="of_case"), of_case="GBP") == "£12.00"


@pytest.mark.parametrize(
    ("times", "shown"),
    [
        (["2026-03-09 08:05:07", "2026-03-09 09:00:00"], ["9 mars 2026, 08:05", "9 mars 2026, 09:00"]),
        (["2026-03-09 08:05:07", "2026-03-09 08:05:30"], ["9 mars 2026, 08:05:07", "9 mars 2026, 08:05:30"]),
        (["2026-03-09 08:05:07", "2026-03-09 08:05:07"], ["9 mars 2026, 08:05", "9 mars 2026, 08:05"]),
        # Midnight in Bogotá: a log that knows only days.
        (["2026-03-09 05:00:00", "2026-03-11 05:00:00"], ["9 mars 2026", "11 mars 2026"]),
        (["2026-03-09 05:00:00", None], ["9 mars 2026", "–"]),
    ],
)
def test_moments_are_said_as_finely_as_they_differ(times: list[str | None], shown: list[str]) -> None:
    frame = pd.DataFrame({"x": pd.to_datetime(times)})
    zone = "America/Bogota" if "05:00:00" in str(times[0]) else "UTC"
    drawn = table(frame, [Column("x", "X", "moment")], Speech("fr", zone=zone))
    cells = [e.text_content() for e in elements(drawn) if e.tag == "td"]
    assert [text.replace("\u202f", " ") for text in cells] == shown


def test_a_second_line_stands_beneath_a_value_and_only_beneath_one_that_is_there() -> None:
    frame = pd.DataFrame({"x": [0.5, 0.25], "more": ["3 of <6>", ""]})
    drawn = table(frame, [Column("x", "X", "percent", beneath="more")], Speech("en"))
    beneath = [e for e in elements(drawn) if e.get("class") == "wb-beneath"]
    assert [e.text_content() for e in beneath] == ["3 of <6>"]
    assert text_of(drawn).split("50.0%")[1].startswith(" "), "a copied cell keeps its two lines apart"
    with pytest.raises(WorkbenchError, match="mroe"):
        table(frame, [Column("x", "X", "percent", beneath="mroe")], Speech("en"))


@pytest.mark.parametrize("kind", ["text", "strong", "code", "list", "path", "tag", "verdict", "html"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(kind: Any, text: str) -> None:
    frame = pd.DataFrame([[text], [None]], columns=pd.Index([text], dtype="object"), dtype="object")
    drawn = table(frame, [Column(text, text, kind)], Speech("fr"), caption=text, limit=1)
    assert_harmless(drawn)
    assert_harmless(table(frame.head(0), [Column(text, text)], Speech("en"), empty=text))


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("INV-00000059", True),
        ("DUNNING-RUN", True),
        ("a well-known customer", False),
        ("-" * 25, False),
        ("plain", False),
    ],
)
@pytest.mark.parametrize("kind", ["text", "strong"])
def test_one_word_stays_in_one_piece(kind: Any, text: str, whole: bool) -> None:
    drawn = table(pd.DataFrame({"x": [text]}), [Column("x", "X", kind)], Speech())
    assert [e.text_content() for e in elements(drawn) if e.get("class") == "wb-whole"] == (
        [text] if whole else []
    )


def test_what_a_customer_is_called_is_not_translated() -> None:
    assert cell("yes", Column("x", "X"), "fr") == "yes"
    assert cell("paid", Column("x", "X", "tag"), "fr") == "paid"


def test_text_from_the_log_stands_alone_in_its_direction() -> None:
    drawn = table(pd.DataFrame({"x": ["فاتورة"]}), [Column("x", "X")], Speech())
    assert '<bdi dir="auto">فاتورة</bdi>' in drawn


def test_headers_belong_to_their_columns_and_figures_stand_right() -> None:
    frame = pd.DataFrame({"x": ["a"], "n": [1]})
    drawn = list(elements(table(frame, [Column("x", "Name"), Column("n", "Number", "number")], Speech())))
    assert [(e.text_content(), e.get("scope")) for e in drawn if e.tag == "th"] == [
        ("Name", "col"), ("Number", "col"), ("a", "row"),
    ]  # fmt: skip
    assert [e.get("class") for e in drawn if e.tag == "td"] == ["wb-k-number"]


@pytest.mark.parametrize("nothing", [None, float("nan"), "", [], pd.NaT])
def test_an_optional_column_without_anything_in_it_is_left_out(nothing: Any) -> None:
    frame = pd.DataFrame({"x": ["a", "b"], "why": pd.Series([nothing, "late"], dtype="object")})
    columns = [Column("x", "X"), Column("why", "Reason", optional=True)]
    assert "Reason" not in table(frame, columns, Speech(), limit=1)
    assert "Reason" in table(frame, columns, Speech())
    assert "Reason" in table(frame, [Column("x", "X"), Column("why", "Reason")], Speech(), limit=1)


@pytest.mark.parametrize(("rows", "said"), [(3, None), (4, "… 1 more row"), (1003, "… 1,000 more rows")])
def test_what_is_cut_is_said(rows: int, said: str | None) -> None:
    drawn = table(pd.DataFrame({"x": range(rows)}), [Column("x", "X", "number")], Speech(), limit=3)
    assert sum(1 for e in elements(drawn) if e.tag == "tr") == 4
    assert (said in text_of(drawn)) if said else ("more row" not in drawn)


def test_no_limit_shows_all() -> None:
    drawn = table(pd.DataFrame({"x": range(50)}), [Column("x", "X", "number")], Speech(), limit=None)
    assert sum(1 for e in elements(drawn) if e.tag == "tr") == 51


def test_nothing_is_a_sentence() -> None:
    drawn = table(pd.DataFrame({"x": []}), [Column("x", "X")], Speech(), empty="No invoice is overdue.")
    assert text_of(drawn) == "No invoice is overdue."


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (Column("amuont", "A"), "Did you mean 'amount'"),
        (Column("amount", "A", "mony"), "Did you mean 'money'"),  # type: ignore[arg-type]
        (Column("amount", "A", "figure"), "column 'unit'"),
        (Column("amount", "A", width="1em;color:red"), "Write it like"),
        (Column("amount", "A", "day"), "is no date"),
    ],
)
def test_mistakes_are_named(column: Column, message: str) -> None:
    with pytest.raises(WorkbenchError, match=message):
        table(pd.DataFrame({"amount": [1]}), [column], Speech())


def test_the_same_frame_gives_the_same_bytes() -> None:
    frame = pd.DataFrame({"x": ["a", "b"], "n": [1.5, 2]})
    columns = [Column("x", "X", width="12em"), Column("n", "N", "number")]
    assert table(frame, columns, Speech("zh")) == table(frame.copy(), columns, Speech("zh"))


def test_the_ids_of_a_list_stay_in_one_piece() -> None:
    frame = pd.DataFrame({"x": [["INV-00001", "two words"]]})
    drawn = table(frame, [Column("x", "X", "list")], Speech("en"))
    assert [e.text_content() for e in elements(drawn) if e.get("class") == "wb-whole"] == ["INV-00001"]


@pytest.mark.parametrize(
    ("language", "more"), [("en", "9 more steps"), ("fr", "9 étapes de plus"), ("zh", "还有9步")]
)
def test_the_middle_of_a_long_way_is_folded_and_nothing_of_it_lost(language: str, more: str) -> None:
    steps = [f"Step {number}" for number in range(1, 18)]
    frame = pd.DataFrame({"x": pd.Series([steps, steps[:16]], dtype="object")})
    drawn = table(frame, [Column("x", "X", "path")], Speech(language))
    (folded,) = [part for part in elements(drawn) if part.tag == "details"]
    assert folded.find("summary").text == more
    cells = [
        text_of(_html(part))
        for part in elements(drawn)
        if part.tag in ("td", "th") and part.get("scope") != "col"
    ]
    assert [re.findall(r"Step.(\d+)", cell) for cell in cells] == [
        [str(number) for number in range(1, 18)],
        [str(number) for number in range(1, 17)],
    ]
