"""The watch over the browser sees what it is there for."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.chromium import Watch
from tests.serving import Server

pytestmark = pytest.mark.browser
# Nobody has this address: RFC 2606 keeps the name for tests.
ELSEWHERE = "elsewhere.invalid"


@pytest.fixture
def watch(context: BrowserContext) -> Watch:
    return Watch().over(context)


@pytest.fixture
def tab(context: BrowserContext, watch: Watch) -> Page:
    return context.new_page()


@pytest.mark.parametrize(
    "content",
    [
        f'<img src="http://{ELSEWHERE}/x.png">',
        f'<link rel="stylesheet" href="https://{ELSEWHERE}/x.css">',
        f"<script>fetch('http://{ELSEWHERE}/x')</script>",
        f"<script>new WebSocket('ws://{ELSEWHERE}/x')</script>",
        f'<iframe src="http://{ELSEWHERE}/"></iframe>',
    ],
)
def test_it_sees_whatever_is_asked_of_another_host(tab: Page, watch: Watch, content: str) -> None:
    tab.set_content(content)
    tab.wait_for_function("document.readyState == 'complete'")
    assert any(ELSEWHERE in address for address in watch.foreign)
    with pytest.raises(AssertionError, match="another host"):
        watch.check()


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        ("<script>console.error('broken')</script>", "broken"),
        ("<script>throw new Error('uncaught')</script>", "uncaught"),
    ],
)
def test_it_sees_complaints(tab: Page, watch: Watch, content: str, seen: str) -> None:
    tab.set_content(content)
    assert any(seen in complaint for complaint in watch.complaints)


def test_it_sees_dialogs(tab: Page, watch: Watch) -> None:
    tab.set_content("<script>alert('read me')</script>")
    assert watch.dialogs == ["read me"]


def test_what_this_machine_answers_and_what_a_page_holds_is_well(
    tab: Page, watch: Watch, served: Server
) -> None:
    address = f"{served.base}/?token=wrong"
    tab.goto(address)
    assert watch.requests == [address]
    assert watch.foreign == []
    assert Watch(requests=["data:image/gif;base64,R0lGODlh", "blob:http://127.0.0.1:1/x"]).foreign == []
