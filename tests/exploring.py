"""Step 2 as the browser tests use it: opened once for a file, and before each test as if nothing had been chosen."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.chromium import PATIENCE, Watch
from tests.serving import Server

__all__ = ["CASES", "SETTLED", "Explorers", "exploring", "opened"]

# How many cases the served project has.
CASES = 120
# Seconds for which somebody looks at a part that is being drawn before looking where it is.
LOOK = 3.0
PARTS = (
    "filters", "headline", "frequency", "variants", "cases", "dotted", "spectrum", "rework", "handovers",
    "volume", "outcomes", "examples",
)  # fmt: skip
PLACES = """map => Object.fromEntries([...map.querySelectorAll(".wb-map-step")].map(box => {
    const [, x, y] = /translate\\((\\S+) (\\S+)\\)/.exec(box.getAttribute("transform"));
    return [box.dataset.key, [Number(x), Number(y)]];
}))"""
# A place on a line that no box or label covers, where a reader would click.
ON_LINE = """edge => {
    const path = edge.querySelector(".wb-map-line"), length = path.getTotalLength();
    for (let share = 0.1; share < 1; share += 0.02) {
        const at = path.getPointAtLength(length * share).matrixTransform(path.getScreenCTM());
        if (edge.contains(document.elementFromPoint(at.x, at.y))) return [at.x, at.y];
    }
    return null;
}"""


# No part in the window or near it is being drawn.
# JupyterLab hides what is near: there only the part itself is waited for.
SETTLED = """() => !!document.querySelector(".jp-NotebookPanel")
  || ![...document.querySelectorAll(".wb-panel[aria-busy=true]")].some(panel => {
    const {top, bottom} = panel.getBoundingClientRect();
    return bottom > -200 && top < innerHeight + 200;
})"""
IN_VIEW = """part => {
    const {top, bottom} = part.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
}"""


@dataclass
class Explorers:
    """The parts of step 2 on a page that is open, or those `within` a part of it."""

    page: Page
    within: Locator | None = None

    def part(self, name: str) -> Locator:
        """A part that Python draws."""
        return (self.within or self.page).locator(f".wb-panel:has(> .wb-view.wb-{name})")

    @property
    def map(self) -> Locator:
        return (self.within or self.page).locator(".wb-panel.wb-map")

    @property
    def detail(self) -> Locator:
        """What is told of the box or line that was picked."""
        return self.map.locator(".wb-map-detail")

    def box(self, key: str) -> Locator:
        return self.map.locator(f".wb-map-node[data-key='{key}']")

    def edge(self, source: str, target: str) -> Locator:
        key = json.dumps([source, target], separators=(",", ":"))
        return self.map.locator(f".wb-map-edge[data-key='{key}']")

    def places(self) -> dict[str, tuple[float, float]]:
        """Where the boxes of the map stand."""
        found = self.map.evaluate(PLACES)
        return {key: (x, y) for key, (x, y) in found.items()}

    def click_line(self, source: str, target: str) -> None:
        line = self.edge(source, target)
        line.locator(".wb-map-line").scroll_into_view_if_needed()
        at = line.evaluate(ON_LINE)
        assert at is not None, "the whole line is covered"
        self.page.mouse.click(*at)

    # ------------------------------------------------------------------ what is chosen
    @property
    def count(self) -> Locator:
        """How many of all cases are looked at."""
        return self.part("filters").locator(".wb-count")

    @property
    def chips(self) -> Locator:
        return self.part("filters").locator(".wb-chips > li")

    def cases(self) -> int:
        """How many cases are looked at now."""
        found = re.match(r"([\d.,\s\u202f]+) ", self.count.inner_text())
        assert found
        return int(re.sub(r"\D", "", found[1]))

    def expect_all(self) -> None:
        """All cases are looked at."""
        expect(self.count).to_have_text(f"{CASES} of {CASES} cases")
        expect(self.chips).to_have_count(0)

    def expect_fewer(self, chip: str | None = None) -> int:
        """Some cases are left out, and it is said why; how many are left."""
        expect(self.count).not_to_have_text(f"{CASES} of {CASES} cases")
        if chip is not None:
            expect(self.chips.filter(has_text=chip)).to_have_count(1)
        return self.cases()

    def looked_at(self, name: str) -> Locator:
        """A part, brought into view: what nobody looked at is drawn anew then, and may push it out of view again."""
        part = self.part(name)
        deadline = time.monotonic() + PATIENCE / 1000
        while True:
            part.scroll_into_view_if_needed()
            # A part that is pushed out of view before it is drawn waits until somebody comes back to it.
            looked_away = time.monotonic() + LOOK
            while part.get_attribute("aria-busy") != "false" and time.monotonic() < looked_away:
                self.page.wait_for_timeout(100)
            if part.get_attribute("aria-busy") == "false":
                self.page.wait_for_function(SETTLED)
                if part.evaluate(IN_VIEW):
                    return part
            assert time.monotonic() < deadline, f"{name} is never there to be looked at"

    def expect_listed(self, cases: int) -> None:
        """The list of cases has so many."""
        expect(self.looked_at("cases").locator("h2")).to_contain_text(f"{cases} case")

    def button(self, name: str) -> Locator:
        """A button of the filters."""
        return self.part("filters").get_by_role("button", name=name, exact=True)

    def reset(self) -> None:
        """As if nothing had been chosen, by the address without its end; the map as a whole, the top of the page."""
        self.page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0); window.location.hash = ''")
        self.expect_all()
        expect(self.map).to_have_attribute("aria-busy", "false")
        expect(self.detail).to_be_hidden()
        self.map.get_by_role("searchbox", name="Find an activity").fill("")
        self.map.get_by_role("button", name="Whole map").click()
        self.page.evaluate("document.activeElement.blur()")


def opened(context: BrowserContext, served: Server, *, language: str = "en", end: str = "") -> Explorers:
    """Step 2 in a new tab, when all of its parts are there. `end` is what stands behind the # of the address."""
    if not context.cookies():
        context.request.get(served.address, max_redirects=0)
    page = context.new_page()
    address = f"{served.base}/voila/render/2_discover.ipynb?language={language}"
    page.goto(f"{address}#{end}" if end else address, wait_until="load")
    found = Explorers(page)
    expect(found.map.locator(".wb-map-node").first).to_be_visible()
    for name in PARTS:
        expect(found.part(name)).to_be_attached()
    return found


@contextmanager
def exploring(browser: Browser, served: Server) -> Iterator[tuple[Explorers, Watch]]:
    """Step 2, open until the block ends, and the watch over all that it asks for and complains of."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    watch = Watch().over(context)
    try:
        yield opened(context, served), watch
    finally:
        context.close()
