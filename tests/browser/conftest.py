"""Chromium on pages that are really served: whatever a page loads from elsewhere or complains of fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.chromium import PATIENCE, Watch, chromium
from tests.exploring import CASES, Explorers, exploring
from tests.serving import Server, serving

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A small generated project, served: the seven pages as a reader gets them."""
    from workbench.generate import generate_project

    folder = tmp_path_factory.mktemp("browser")
    generate_project(folder / "project", process="credit-collections", cases=CASES, seed=1)
    with serving(folder / "project", log=folder / "stderr") as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ends with its file: its driver keeps a loop running, in which no other test could run one of its own."""
    with chromium() as launched:
        yield launched


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that nobody watches."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def watched(context: BrowserContext) -> Iterator[BrowserContext]:
    """A browser in which at the end nothing may have been asked of another host, and nothing complained of."""
    watch = Watch().over(context)
    yield context
    watch.check()


@pytest.fixture
def page(watched: BrowserContext) -> Page:
    return watched.new_page()


@pytest.fixture
def read(page: Page, served: Server) -> Callable[..., Page]:
    """Opens a page of the served project, its token already turned into a cookie, and waits for its end."""

    def open_page(name: str, **query: str) -> Page:
        if not page.context.cookies():
            page.context.request.get(served.address, max_redirects=0)
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        page.goto(f"{served.base}/voila/render/{name}.ipynb?{asked}", wait_until="load")
        return page

    return open_page


@pytest.fixture(scope="module")
def opened_once(browser: Browser, served: Server) -> Iterator[tuple[Explorers, Watch]]:
    """Step 2, open for a whole file: to open it takes longer than most of what is asked of it."""
    with exploring(browser, served) as found:
        yield found


@pytest.fixture
def step(opened_once: tuple[Explorers, Watch]) -> Iterator[Explorers]:
    """Step 2 as if nothing had been chosen; all that a test does must ask this machine alone, and break nothing."""
    found, watch = opened_once
    found.reset()
    yield found
    watch.check()
