"""Every page as a reader sees it: whole, in a language, on a wide screen and on a telephone.

A page takes seconds to be computed. So each is opened once, and the languages go round among them; that all of
them are said everywhere is for the tests of the pages themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

import pytest
from playwright.sync_api import Page, expect

from tests.serving import Server
from workbench.i18n import LANGUAGES, Speech
from workbench.pages.base import NOTEBOOKS

pytestmark = pytest.mark.browser
TITLES = dict(NOTEBOOKS.values())
IN_TURN = list(zip(TITLES, cycle(("fr", "zh", "es", "en")), strict=False))
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_all_languages_have_their_turn() -> None:
    assert {language for _, language in IN_TURN} == set(LANGUAGES)


@pytest.mark.parametrize(("name", "language"), IN_TURN)
def test_a_page(read: Callable[..., Page], name: str, language: str) -> None:
    page = read(name, language=language)
    assert page.locator("html").get_attribute("lang") == language
    assert page.title().startswith(Speech(language).say(TITLES[name]))
    expect(page.locator(".failed")).to_have_count(0)
    expect(page.locator(".waiting")).to_be_hidden()
    expect(page.locator("h1")).to_have_count(1)
    assert page.locator("section.wb-view").count() > 2
    assert page.evaluate(TOO_WIDE) <= 0
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(TOO_WIDE) <= 0


def test_the_printed_address_leads_to_the_overview_without_the_token(page: Page, served: Server) -> None:
    page.goto(served.address, wait_until="commit")
    assert page.url == f"{served.base}/voila/render/{next(iter(TITLES))}.ipynb"


def test_what_is_ticked_goes_along_to_the_next_page(read: Callable[..., Page]) -> None:
    page = read("1_connect", language="es")
    page.locator(".wb-focus input[type=checkbox]").first.check()
    page.locator(".wb-onward a[href*='2_discover.ipynb'][href*='focus=']").click(no_wait_after=True)
    page.wait_for_url("**/2_discover.ipynb?*focus=*", wait_until="commit")
    assert page.locator("html").get_attribute("lang") == "es"
