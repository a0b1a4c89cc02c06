"""Step 2 by keyboard alone: no mouse, and no script that puts the focus anywhere."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.exploring import CASES, SETTLED, Explorers

pytestmark = pytest.mark.browser
# More presses than there are things to stop at on the page.
FAR = 500
# Where the focus is, whether it can be seen there, and by what: an outline, a border, or the line of a box.
FOCUS = """() => {
    const on = document.activeElement;
    if (!on || on === document.body) return {on: "", seen: false, marked: false};
    const box = on.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const parts = on.querySelectorAll(".wb-map-box, .wb-map-ring, .wb-map-touch");
    const looks = [on, ...parts].map(part => getComputedStyle(part));
    const outlined = looks[0].outlineStyle !== "none" && parseFloat(looks[0].outlineWidth) > 0;
    const drawn = looks.slice(1).some(({strokeWidth}) => parseFloat(strokeWidth) >= 4);
    return {on: on.outerHTML.slice(0, 120), seen: inside, marked: outlined || looks[0].boxShadow !== "none" || drawn};
}"""


def focus_is_seen(page: Page) -> None:
    """Something has the focus; it lies in the window, and shows that it has it."""
    page.wait_for_function(f"(({FOCUS})()).seen")
    found = page.evaluate(FOCUS)
    assert found["marked"], found


def go_to(page: Page, target: Locator, *, back: bool = False) -> None:
    """Press Tab until something has the focus; wherever it stands on the way it can be seen."""
    for _ in range(FAR):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        found = page.evaluate(FOCUS)
        assert not found["on"] or (found["marked"] and found["seen"]), found
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"not reached by Tab: {target}")


def test_step_2_is_done_by_keyboard_alone(step: Explorers) -> None:
    page, keyboard = step.page, step.page.keyboard
    stage = step.map.locator(".wb-map-stage")
    on_box = step.map.locator(".wb-map-node:focus")

    # To the map, from where the process begins from box to box; what has the focus is read out.
    go_to(page, stage)
    for _ in range(40):
        keyboard.press("ArrowDown")
        focus_is_seen(page)
        told = on_box.get_attribute("aria-description") if on_box.count() else ""
        cases = re.search(r"Cases: (\d+)", told or "")
        # One that not every case has.
        if cases and int(cases[1]) < CASES:
            break
    else:
        raise AssertionError("every box has every case")
    keyboard.press("Enter")
    expect(step.detail).to_be_visible()
    focus_is_seen(page)
    go_to(page, step.detail.get_by_role("button", name="Only cases with it", exact=True))
    keyboard.press("Enter")
    left = step.expect_fewer()
    assert left == int(cases[1])
    expect(step.map).to_have_attribute("aria-busy", "false")
    focus_is_seen(page)

    # Back to the map, and undone by the keys that everybody knows.
    keyboard.press("Escape")
    expect(step.detail).to_be_hidden()
    focus_is_seen(page)
    keyboard.press("Control+z")
    step.expect_all()
    focus_is_seen(page)

    # A variant is kept: the button is still there, and has the focus, when the list has one row.
    go_to(page, step.part("variants").get_by_role("button", name="Keep only these").first)
    expect(step.part("variants")).to_have_attribute("aria-busy", "false")
    keyboard.press("Space")
    kept = step.expect_fewer()
    expect(step.part("variants").locator("tbody tr")).to_have_count(1)
    focus_is_seen(page)
    keyboard.press("Control+z")
    step.expect_all()
    focus_is_seen(page)
    assert kept < CASES

    # A case is searched for while somebody types, and looked at.
    field = step.part("cases").get_by_role("searchbox")
    go_to(page, field)
    page.wait_for_function(SETTLED)
    keyboard.type("0042")
    expect(step.part("cases").locator("h2")).to_have_text("1 case")
    expect(field).to_be_focused()
    case = step.part("cases").locator("tbody button").first
    go_to(page, case)
    keyboard.press("Enter")
    expect(step.part("cases").locator(".wb-picked h3")).to_have_text("Case INV-00000042")
    expect(case).to_be_focused()
    focus_is_seen(page)

    # A filter of one's own, through the editor.
    chooser = step.part("filters").get_by_role("combobox", name="Add a filter")
    go_to(page, chooser, back=True)
    keyboard.press("ArrowDown")
    form = step.part("filters").get_by_role("form")
    expect(form).to_have_accessible_name("Time frame")
    keyboard.press("End")
    expect(form).to_have_accessible_name("Case ids")
    focus_is_seen(page)
    go_to(page, form.get_by_role("textbox"))
    keyboard.type("INV-00000042, INV-00000043")
    keyboard.press("Enter")
    expect(step.count).to_have_text(f"2 of {CASES} cases")
    expect(form).to_have_count(0)
    focus_is_seen(page)

    # All is cleared; the button that did it has nothing more to do, and what stands beside it has the focus.
    clear = step.button("Clear all filters")
    go_to(page, clear, back=True)
    keyboard.press("Enter")
    step.expect_all()
    expect(clear).to_be_disabled()
    focus_is_seen(page)


def test_the_map_is_moved_by_keyboard(step: Explorers) -> None:
    page, keyboard = step.page, step.page.keyboard
    layer = step.map.locator(".wb-map-picture > g")
    go_to(page, step.map.locator(".wb-map-stage"))
    for keys in ("+", "Shift+ArrowLeft", "Shift+ArrowUp", "-"):
        before = layer.get_attribute("transform") or ""
        keyboard.press(keys)
        expect(layer).not_to_have_attribute("transform", before)
    keyboard.press("0")
    keyboard.press("Home")
    expect(step.map.locator(".wb-map-node:focus")).to_have_count(1)
    keyboard.press("/")
    expect(step.map.get_by_role("searchbox")).to_be_focused()
    keyboard.type("dispute")
    expect(step.map.locator(".wb-map-found")).to_have_count(2)
