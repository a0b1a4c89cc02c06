"""Every page in every language as a reader sees it: whole, on a wide screen and on a telephone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.serving import Server
from workbench.i18n import LANGUAGES, Speech
from workbench.pages.base import NOTEBOOKS
from workbench.run.pages import served_pages

pytestmark = pytest.mark.browser
TITLES = dict(NOTEBOOKS.values())
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("name", TITLES)
def test_a_page_in_every_language(watched: BrowserContext, served: Server, name: str) -> None:
    watched.request.get(served.address, max_redirects=0)
    # All at once, as readers come: the server computes as many as there are processors.
    tabs = {language: watched.new_page() for language in LANGUAGES}
    for language, tab in tabs.items():
        tab.goto(f"{served.base}/voila/render/{name}.ipynb?language={language}", wait_until="commit")
    for language, tab in tabs.items():
        tab.wait_for_load_state("load")
        is_whole(tab, name, language)


def is_whole(tab: Page, name: str, language: str) -> None:
    assert tab.locator("html").get_attribute("lang") == language
    assert tab.title().startswith(Speech(language).say(TITLES[name]))
    expect(tab.locator(".failed")).to_have_count(0)
    expect(tab.locator(".waiting")).to_be_hidden()
    expect(tab.locator("h1")).to_have_text(Speech(language).say(TITLES[name]))
    # What can be acted on comes after the rest, once the page has loaded.
    expect(tab.locator("section.wb-view").nth(2)).to_be_attached()
    if served_pages()[name].interactive:
        alive = ".wb-focus :is(input[type=checkbox], select), .wb-panel select"
        expect(tab.locator(alive).first).to_be_visible()
    assert tab.evaluate(TOO_WIDE) <= 0
    tab.set_viewport_size({"width": 390, "height": 844})
    assert tab.evaluate(TOO_WIDE) <= 0


def test_the_printed_address_leads_to_the_overview_without_the_token(page: Page, served: Server) -> None:
    page.goto(served.address, wait_until="commit")
    assert page.url == f"{served.base}/voila/render/{next(iter(TITLES))}.ipynb"


def test_what_is_ticked_goes_along_to_the_next_page(read: Callable[..., Page]) -> None:
    page = read("1_connect", language="es")
    page.locator(".wb-focus input[type=checkbox]").first.check()
    page.locator(".wb-onward a[href*='2_discover.ipynb'][href*='focus=']").click(no_wait_after=True)
    page.wait_for_url("**/2_discover.ipynb?*focus=*", wait_until="commit")
    assert page.locator("html").get_attribute("lang") == "es"


def test_a_kpi_is_chosen_and_looked_at_closely(read: Callable[..., Page]) -> None:
    page = read("3_measure", language="fr")
    look = page.locator(".wb-closer")
    title = look.locator(".wb-chart-title").first
    expect(title).not_to_be_empty()
    before = title.text_content() or ""
    look.get_by_label("Indicateur").select_option(index=6)
    look.get_by_role("button", name="Afficher").click()
    expect(title).not_to_have_text(before)
    look.get_by_label("Comparer").select_option(label="avant et après un jour")
    expect(look.get_by_label("Jour")).to_be_visible()
    look.get_by_role("button", name="Afficher").click()
    expect(look.get_by_role("note")).to_contain_text("Choisissez le jour")
    assert page.evaluate(TOO_WIDE) <= 0
