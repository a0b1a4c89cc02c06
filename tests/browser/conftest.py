"""Chromium on pages that are really served: whatever a page loads from elsewhere or complains of fails its test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.serving import Server, serving

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A kernel starts, a log is opened and figures are computed before a page is there, on a machine busy with tests.
PATIENCE = 180_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A small generated project, served: the seven pages as a reader gets them."""
    from workbench.generate import generate_project

    folder = tmp_path_factory.mktemp("browser")
    generate_project(folder / "project", process="credit-collections", cases=120, seed=1)
    with serving(folder / "project", log=folder / "stderr") as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab. At its end nothing may have been asked of another host, and nothing complained of."""
    foreign: list[str] = []
    complaints: list[str] = []

    def on_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            foreign.append(request.url)

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    context.on("request", on_request)
    context.on("console", on_console)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    yield context.new_page()
    assert not foreign, "a page reached out to another host"
    assert not complaints, "a page complained in the browser's console"


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
