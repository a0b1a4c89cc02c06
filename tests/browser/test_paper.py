"""Step 2 on paper: the whole map, nothing to act on, and what is not up to date says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.exploring import Explorers

pytestmark = pytest.mark.browser
EARLIER = "This part shows an earlier choice."
# What of a part is said on paper before anything else.
SAID = "part => getComputedStyle(part, '::before').content"
# Boxes of the map that stand outside its stage.
OUTSIDE = """stage => {
    const room = stage.getBoundingClientRect();
    return [...stage.querySelectorAll(".wb-map-node")].filter(node => {
        const {left, right, top, bottom} = node.getBoundingClientRect();
        return left < room.left - 1 || right > room.right + 1 || top < room.top - 1 || bottom > room.bottom + 1;
    }).length;
}"""


def on_paper(page: Page, *, is_on: bool) -> None:
    """As when a reader prints: the sheet is narrower than the window."""
    page.emulate_media(media="print" if is_on else "screen")
    page.set_viewport_size({"width": 718, "height": 1000} if is_on else {"width": 1280, "height": 900})
    page.evaluate("kind => window.dispatchEvent(new Event(kind))", "beforeprint" if is_on else "afterprint")


def test_a_sheet_holds_the_whole_map_and_says_what_is_earlier(step: Explorers) -> None:
    step.looked_at("variants")
    step.looked_at("cases")
    step.page.evaluate("window.scrollTo(0, 0)")
    stage, layer = step.map.locator(".wb-map-stage"), step.map.locator(".wb-map-picture > g")
    step.box("overdue_reminder_sent").click()
    step.detail.get_by_role("button", name="Only cases with it", exact=True).click()
    step.expect_fewer()
    expect(step.map).to_have_attribute("aria-busy", "false")
    for _ in range(4):
        step.map.get_by_role("button", name="Larger").click()
    assert stage.evaluate(OUTSIDE) > 0
    before = layer.get_attribute("transform")
    cases = step.part("cases")
    expect(cases).to_have_attribute("aria-busy", "true")
    on_paper(step.page, is_on=True)
    try:
        assert stage.evaluate(OUTSIDE) == 0
        assert cases.evaluate(SAID) == f'"{EARLIER}"'
        assert step.map.evaluate(SAID) == "none"
        for part in (step.part("filters"), step.map, step.part("variants"), cases):
            expect(part.locator("select:visible, input:visible")).to_have_count(0)
            expect(part.locator("button:visible:not(.wb-value)")).to_have_count(0)
        expect(step.part("variants").locator("th", has_text="Filter")).to_be_hidden()
        expect(cases.locator("tbody button").first).to_be_visible()
    finally:
        on_paper(step.page, is_on=False)
    expect(layer).to_have_attribute("transform", before or "")
    expect(step.map.get_by_role("button", name="Whole map")).to_be_visible()
    step.looked_at("cases")
    expect(cases).to_have_attribute("aria-busy", "false")


def test_a_browser_that_prints_is_heard(step: Explorers) -> None:
    stage = step.map.locator(".wb-map-stage")
    step.page.evaluate(
        """() => {
            window.held = [];
            const stage = document.querySelector(".wb-map-stage");
            new MutationObserver(() => window.held.push(stage.className)).observe(stage, {attributes: true});
        }"""
    )
    assert step.page.pdf(format="A4").startswith(b"%PDF")
    assert any("wb-map-on-paper" in name for name in step.page.evaluate("held"))
    expect(stage).not_to_have_class("wb-map-stage wb-map-on-paper")
