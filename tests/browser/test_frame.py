"""What stands around a page's content: the notice while it is made, the sentence when it fails, widgets, no key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import BrowserContext, Page, expect

from tests.serving import Server, serving
from workbench.i18n import LANGUAGES, Speech

pytestmark = pytest.mark.browser
WAITING = "Working on this page …"
FAILED = (
    "This page could not be finished. Whoever runs the workbench finds the reason in the log of the server."
)
NO_KEY = "This page needs its key. Open the address that was printed when the workbench began to serve."
PAGES = {
    "slow": ["print('first')", "import time; time.sleep(3)", "print('last')"],
    "failing": ["print('first')", "1 / 0"],
    "widgets": [
        "import ipywidgets",
        "slider, label = ipywidgets.IntSlider(value=3), ipywidgets.Label('still 3')",
        "slider.observe(lambda change: setattr(label, 'value', f'now {change.new}'), 'value')",
        "ipywidgets.VBox([slider, label])",
    ],
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of pages that need no log."""
    folder = tmp_path_factory.mktemp("small")
    from workbench.generate import generate_project

    generate_project(folder / "project", process="any-process", cases=5, seed=1)
    paths = []
    for name, cells in PAGES.items():
        nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), folder / f"{name}.ipynb")
        paths.append(f"{folder / name}.ipynb" + ("+" if name == "widgets" else ""))
    with serving(folder / "project", *paths, log=folder / "stderr") as server:
        yield server


@pytest.fixture
def visit(page: Page, small: Server) -> Callable[..., Page]:
    """Goes to a small page without waiting for its end."""

    def go(name: str, language: str = "en") -> Page:
        page.context.request.get(small.address, max_redirects=0)
        page.goto(f"{small.base}/voila/render/{name}.ipynb?language={language}", wait_until="commit")
        return page

    return go


@pytest.mark.parametrize("language", LANGUAGES)
def test_while_a_page_is_made_it_says_so(visit: Callable[..., Page], language: str) -> None:
    page = visit("slow", language)
    notice = page.get_by_role("status")
    expect(notice).to_have_text(Speech(language).say(WAITING))
    expect(page.get_by_text("first")).to_be_visible()
    expect(notice).to_be_visible()
    first, below = page.get_by_text("first").bounding_box(), notice.bounding_box()
    assert first is not None
    assert below is not None
    assert below["y"] > first["y"]
    expect(page.get_by_text("last")).to_be_visible()
    expect(page.locator(".waiting")).to_be_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_fails_says_so(visit: Callable[..., Page], language: str) -> None:
    page = visit("failing", language)
    expect(page.get_by_role("alert")).to_have_text(Speech(language).say(FAILED))
    expect(page.get_by_text("first")).to_be_visible()


def test_widgets_talk_to_python(visit: Callable[..., Page]) -> None:
    page = visit("widgets")
    expect(page.get_by_text("still 3")).to_be_visible()
    page.locator(".noUi-handle").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("now 4")).to_be_visible()


def test_without_the_key_a_browser_is_told_in_every_language(context: BrowserContext, small: Server) -> None:
    tab = context.new_page()
    answer = tab.goto(f"{small.base}/voila/render/slow.ipynb")
    assert answer is not None
    assert answer.status == 403
    for language in LANGUAGES:
        expect(tab.locator(f"p[lang={language}]")).to_have_text(Speech(language).say(NO_KEY))


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 23, 26)")])
@pytest.mark.parametrize("name", ["failing", "widgets"])
def test_a_page_is_as_light_or_dark_as_the_readers_system(
    visit: Callable[..., Page], name: str, scheme: Literal["light", "dark"], ground: str
) -> None:
    tab = visit(name)
    tab.emulate_media(color_scheme=scheme)
    expect(tab.get_by_text("This page could not" if name == "failing" else "still 3")).to_be_visible()
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == ground
