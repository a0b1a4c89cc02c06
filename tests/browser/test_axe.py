"""Step 2 as those have it who hear it, or see little: axe finds nothing serious, on light paper and on dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.exploring import Explorers

pytestmark = [pytest.mark.browser, pytest.mark.bundle]
AXE = Path("frontend/node_modules/axe-core/axe.min.js")
# What is found, with the elements that it is found in.
RUN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .filter(({impact}) => ["serious", "critical"].includes(impact))
    .map(({id, help, nodes}) => ({id, help, nodes: nodes.map(({target, failureSummary}) =>
        `${target.join(" ")}: ${failureSummary}`)}))"""


# As a JupyterLab that is dark has it: a served page is light.
DARK = """isDark => {
    document.body.dataset.jpThemeLight = String(!isDark);
    const paper = isDark ? "#111111" : "#ffffff";
    for (const element of document.querySelectorAll("html, body, main, nav, header, .said, .widget, .wb-page")) {
        element.style.setProperty("background", paper, "important");
        element.style.setProperty("--jp-layout-color0", paper);
    }
}"""


@pytest.fixture
def heard(step: Explorers, root: Path) -> Explorers:
    """Step 2 with axe in it; its page's own rules let no script in, so the browser is told."""
    if not (root / AXE).is_file():
        pytest.skip("axe-core is not installed (make bundle-environment)")
    if not step.page.evaluate("'axe' in window"):
        step.page.evaluate((root / AXE).read_text(encoding="utf-8"))
    return step


def faults(step: Explorers) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = step.page.evaluate(RUN)
    return found


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_nothing_serious(heard: Explorers, colours: str) -> None:
    heard.page.evaluate(DARK, colours == "dark")
    try:
        heard.box("overdue_reminder_sent").click()
        expect(heard.detail).to_be_visible()
        heard.map.get_by_role("button", name="Ideal path").click()
        heard.map.get_by_role("button", name="Play", exact=True).click()
        player = heard.map.locator(".wb-map-player")
        player.get_by_role("button", name="Pause").click()
        heard.looked_at("cases").locator("tbody button").first.click()
        expect(heard.part("cases").locator(".wb-picked")).to_be_visible()
        for kind in ("attribute", "ready"):
            heard.part("filters").get_by_role("combobox", name="Add a filter").select_option(kind)
            expect(heard.part("filters").get_by_role("form")).to_be_visible()
            expect(heard.part("filters")).to_have_attribute("aria-busy", "false")
            assert faults(heard) == []
        chooser = heard.map.get_by_role("combobox", name="Compare")
        chooser.scroll_into_view_if_needed()
        chooser.select_option("halves")
        expect(heard.map.locator(".wb-map-caption")).to_contain_text("Blue")
        expect(heard.map).to_have_attribute("aria-busy", "false")
        assert faults(heard) == []
    finally:
        heard.page.evaluate(DARK, False)
