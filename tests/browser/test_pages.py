"""Every page in every language, as a reader sees it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.serving import Server
from workbench.i18n import LANGUAGES, Speech
from workbench.pages.page import NOTEBOOKS

pytestmark = pytest.mark.browser
PAGES = [notebook for notebook, _ in NOTEBOOKS.values()]
TITLES = dict(NOTEBOOKS.values())


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_shown_whole_in_each_language(read: Callable[..., Page], name: str, language: str) -> None:
    page = read(name, language=language)
    assert page.locator("html").get_attribute("lang") == language
    assert page.title().startswith(Speech(language).say(TITLES[name]))
    expect(page.locator(".failed")).to_have_count(0)
    expect(page.locator(".waiting")).to_be_hidden()
    assert page.locator("h1").count() == 1
    assert page.locator("section.wb-view").count() > 2


def test_the_printed_address_leads_to_the_overview_without_the_token(page: Page, served: Server) -> None:
    page.goto(served.address)
    assert page.url == f"{served.base}/voila/render/{PAGES[0]}.ipynb"
    assert served.token not in page.content()


def test_a_reader_walks_to_the_next_page_in_the_same_language(read: Callable[..., Page]) -> None:
    page = read(PAGES[0], language="fr")
    page.get_by_role("link", name=Speech("fr").say(TITLES["3_measure"])).first.click()
    page.wait_for_url("**/3_measure.ipynb?*")
    assert page.locator("html").get_attribute("lang") == "fr"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_telephone(read: Callable[..., Page], page: Page, name: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    read(name)
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0


def test_what_widgets_do_reaches_python_and_comes_back(read: Callable[..., Page]) -> None:
    """Ticking a challenge changes the way on to the other pages."""
    page = read("1_connect")
    box = page.locator(".wb-focus input[type=checkbox]").first
    box.check()
    expect(page.locator(".wb-onward a[href*='focus=']").first).to_be_visible()
