"""The calendar of days and the square of figures: read without the colour, and on a narrow screen."""

from __future__ import annotations

from datetime import date, timedelta

from lxml import html

from workbench.draw.daycalendar import day_calendar
from workbench.draw.matrix import matrix
from workbench.i18n import Speech

DAYS = {date(2024, 11, 20) + timedelta(days=n): n % 9 for n in range(300)}


def test_a_calendar_has_a_narrow_picture_and_its_figures_as_a_table() -> None:
    drawn = html.fromstring(
        day_calendar(DAYS, Speech("fr"), title="Jours", description="Un carré est un jour.")
    )
    wide, narrow = drawn.xpath(".//*[local-name()='svg']")
    assert "wb-wide" in wide.get("class")
    assert "wb-narrow" in narrow.get("class")
    # At 390 pixels the letters of the narrow one are hardly smaller than those of the wide one at its full width.
    assert float(narrow.get("width")) <= 400
    for picture in (wide, narrow):
        assert len(picture.xpath(".//*[local-name()='rect']")) == len(DAYS)
    rows = drawn.xpath(".//tbody/tr")
    assert len(rows) == 44
    assert drawn.xpath("string(.//thead)").startswith("Semaine du")
    cells = [cell.text_content().strip() for cell in rows[0].xpath("./*")]
    assert cells[1:] == ["–", "–", "0", "1", "2", "3", "4"]
    shown = sum(int(cell.text_content()) for row in rows for cell in row.xpath("./*")[1:] if cell.text != "–")
    assert shown == sum(DAYS.values())


def test_no_day_is_no_calendar() -> None:
    assert day_calendar({}, Speech("en"), title="", description="") == ""


def test_the_caption_of_a_square_does_not_scroll_with_it() -> None:
    drawn = html.fromstring(
        "<div>"
        + matrix(
            ["a"],
            ["b"],
            {("a", "b"): 2.0},
            Speech("en"),
            names={},
            corner="from ↓",
            caption='Who "hands" over',
            said=str,
        )
        + "</div>"
    )
    assert drawn.xpath("string(./p)") == 'Who "hands" over'
    assert not drawn.xpath(".//caption")
    (square,) = drawn.xpath("./div[@class='wb-scroll']/table")
    assert square.get("aria-label") == 'Who "hands" over'
