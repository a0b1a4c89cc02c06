"""The built panel in a browser without a kernel: what Python says is handed to it, what it sends is read back.

What a reader does to it is seen here in seconds; that it reaches all parts of a page, on a served page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from workbench.draw.style import stylesheet

pytestmark = pytest.mark.browser
# A model as anywidget hands it to a widget: `put` is what Python does, `said` what it hears.
MODEL = """async ([name, values]) => {
  const {default: widget} = await import(`/${name}.js`);
  const heard = {};
  window.said = [];
  window.put = (changes) => {
    Object.assign(values, changes);
    for (const key of Object.keys(changes)) (heard[`change:${key}`] ?? []).forEach((does) => does());
  };
  const model = {
    get: (key) => values[key], set: (key, value) => { values[key] = value; }, save_changes: () => {},
    on: (key, does) => { (heard[key] ??= []).push(does); }, off: () => {}, send: (act) => window.said.push(act),
  };
  widget.render({model, el: document.body, signal: new AbortController().signal});
}"""
ON = "document.activeElement.dataset.key ?? document.activeElement.textContent"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page with the style of ours, which nothing but the built widgets can be asked of."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))

    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if name.endswith(".js"):
            built = files("workbench.widgets").joinpath("static", name).read_text(encoding="utf-8")
            route.fulfill(body=built, content_type="text/javascript")
        else:
            own = files("workbench.widgets").joinpath("static", "widgets.css").read_text(encoding="utf-8")
            body = f"<!doctype html><meta charset=utf-8><style>{stylesheet()}{own}</style><body>"
            route.fulfill(body=body, content_type="text/html")

    page.route("**/*", answer)
    page.goto("http://127.0.0.1/")
    yield page
    page.close()
    assert not faults


def said(page: Page) -> list[dict[str, Any]]:
    """What was asked of Python since the last time."""
    found: list[dict[str, Any]] = json.loads(page.evaluate("JSON.stringify(said.splice(0))"))
    return found


def test_what_is_redrawn_takes_no_focus_away(page: Page) -> None:
    two = '<button data-wb-do="one">One</button><button data-wb-do="two">Two</button>'
    form = f'{two}<form data-wb-do="go"><input name="typed"><button>Send</button></form>'
    values = {"html": form, "language": "en", "name": "x", "busy": False, "hash": "", "follows_address": True}
    page.evaluate(MODEL, ["panel", values])
    page.get_by_role("textbox").fill("a")
    page.keyboard.press("Enter")
    assert said(page) == [{"do": "go", "with": None, "value": {"typed": "a"}}]
    page.evaluate("html => put({html})", two)
    assert page.evaluate(ON) == "Two", "the form is gone, what stood before it is there"
    page.evaluate("html => put({html})", two.replace('"two"', '"two" disabled'))
    assert page.evaluate(ON) == "One"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    assert [act["do"] for act in said(page)] == ["undo", "redo"]


def test_what_has_the_focus_says_what_it_is_now(page: Page) -> None:
    """A button on which a reader stands is drawn anew like all others; only what they type or choose is theirs."""

    def drawn(case: str, order: str, typed: str) -> str:
        options = "".join(f"<option {'selected' if name == order else ''}>{name}</option>" for name in "ab")
        return (
            f'<button data-wb-do="look" data-wb-with="&quot;{case}&quot;"><bdi>{case}</bdi></button>'
            f'<select data-wb-do="option" data-wb-with="&quot;order&quot;">{options}</select>'
            f'<input type="search" data-wb-do="search" value="{typed}">'
        )

    values = {"html": drawn("INV-1", "a", ""), "language": "en", "name": "x", "busy": False, "hash": ""}
    page.evaluate(MODEL, ["panel", values | {"follows_address": False}])
    button, order, field = (
        page.get_by_role("button"),
        page.get_by_role("combobox"),
        page.get_by_role("searchbox"),
    )
    button.click()
    page.evaluate("html => put({html})", drawn("INV-2", "a", ""))
    assert page.evaluate(ON) == "INV-2"
    page.keyboard.press("Enter")
    assert [act["with"] for act in said(page)] == ["INV-1", "INV-2"]
    # What was chosen since a drawing began stays, until somebody takes it back.
    order.focus()
    order.select_option("b")
    page.evaluate("html => put({html})", drawn("INV-2", "a", ""))
    assert order.input_value() == "b"
    page.keyboard.press("Control+z")
    page.evaluate("html => put({html})", drawn("INV-2", "a", ""))
    assert order.input_value() == "a"
    field.press_sequentially("12")
    page.evaluate("html => put({html})", drawn("INV-2", "a", "1"))
    assert field.input_value() == "12"


def test_paper_says_which_part_is_not_up_to_date(page: Page) -> None:
    words = "This part shows an earlier choice."
    values = {
        "html": "<p>Figures</p>",
        "language": "en",
        "name": "x",
        "busy": True,
        "earlier": words,
        "hash": "",
    }
    page.evaluate(MODEL, ["panel", values | {"follows_address": False}])
    told = "() => getComputedStyle(document.querySelector('.wb-panel'), '::before').content"
    assert words not in page.evaluate(told), "on the screen it is being drawn"
    page.emulate_media(media="print")
    assert page.evaluate(told) == f'"{words}"'
    page.evaluate("put({earlier: 'Not drawn'})")
    assert page.evaluate(told) == '"Not drawn"'
    page.evaluate("put({busy: false})")
    assert page.evaluate(told) == "none"
