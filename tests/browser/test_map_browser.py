"""The map of a served page as a reader uses it: clicked, dragged, typed into, played and taken away as files."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.exploring import CASES, SETTLED, Explorers

pytestmark = pytest.mark.browser
SVG = "{http://www.w3.org/2000/svg}"
LAYER = ".wb-map-picture > g"
REMINDER = "overdue_reminder_sent"
# How many points of the canvas over the map are coloured.
DOTS = """canvas => {
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i]) found += 1;
    return found;
}"""
# All figures of the map.
SAID = """[...document.querySelectorAll(".wb-panel.wb-map :is(.wb-map-figure, .wb-map-label)")]
  .map(figure => figure.textContent).join("|")"""


def middle(part: Locator) -> tuple[float, float]:
    box = part.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def slide(step: Explorers, name: str, share: float) -> None:
    """Drag a slider's knob to a share of its width, as a hand does."""
    slider = step.map.get_by_role("slider", name=name)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    knob = 16
    at = float(slider.input_value()) / 100
    y = box["y"] + box["height"] / 2

    def x(share: float) -> float:
        return box["x"] + knob / 2 + (box["width"] - knob) * share

    mouse = step.page.mouse
    mouse.move(x(at), y)
    mouse.down()
    mouse.move(x(share), y)
    mouse.up()


def shown_share(step: Explorers) -> tuple[int, int]:
    """How many activities and paths the map says that it shows."""
    found = re.match(
        r"(\d+) of \d+ activities, (\d+) of \d+ paths", step.map.locator(".wb-map-caption").inner_text()
    )
    assert found
    return int(found[1]), int(found[2])


# ---------------------------------------------------------------------- boxes and lines
def test_a_box_tells_more_and_filters_everything(step: Explorers) -> None:
    variants = step.looked_at("variants").locator("h2").inner_text()
    card = step.looked_at("headline").locator(".wb-card-facts").first
    before = re.compile(re.escape(card.locator("li").first.inner_text()))
    step.box(REMINDER).click()
    expect(step.detail.locator("h3")).to_have_text("Overdue Reminder Sent")
    expect(step.box(REMINDER)).to_have_class(re.compile("wb-map-chosen"))
    step.detail.get_by_role("button", name="Only cases with it", exact=True).click()
    left = step.expect_fewer("Overdue Reminder Sent")
    assert 0 < left < CASES
    step.expect_listed(left)
    expect(step.looked_at("variants").locator("h2")).not_to_have_text(variants)
    step.looked_at("headline")
    expect(card).not_to_contain_text(before)
    expect(step.map.locator(".wb-map-head")).not_to_contain_text("26 activities")
    # Twice the other way: by the button, and by the keys that everybody knows.
    step.button("Undo").click()
    step.expect_all()
    # What nobody looks at is drawn anew when somebody does.
    step.looked_at("headline")
    expect(card).to_contain_text(before)
    step.button("Redo").click()
    assert step.expect_fewer() == left
    step.page.keyboard.press("Control+z")
    step.expect_all()
    step.page.keyboard.press("Control+Shift+z")
    expect(step.count).to_have_text(f"{left} of {CASES} cases")
    step.page.keyboard.press("Control+z")
    step.expect_all()
    step.page.keyboard.press("Control+y")
    expect(step.count).to_have_text(f"{left} of {CASES} cases")


def test_a_line_tells_more_and_filters_and_escape_lets_go(step: Explorers) -> None:
    step.click_line("due_date_passed", "dunning_started")
    expect(step.detail.locator("h3")).to_have_text("Payment Due Date Passed → Dunning Procedure Started")
    step.detail.get_by_role("button", name="Only cases without it").click()
    step.expect_fewer("Dunning Procedure Started")
    step.box("invoice_sent").click()
    expect(step.detail).to_be_visible()
    step.page.keyboard.press("Escape")
    expect(step.detail).to_be_hidden()
    step.box("invoice_sent").click()
    step.detail.get_by_role("button", name="Close").click()
    expect(step.detail).to_be_hidden()


def test_a_case_that_passes_a_box_is_looked_at(step: Explorers) -> None:
    step.box(REMINDER).click()
    case = step.detail.locator(".wb-examples button").first
    name = case.inner_text()
    case.click()
    step.looked_at("cases")
    expect(step.part("cases").locator(".wb-picked h3")).to_have_text(f"Case {name}")


def test_an_activity_is_hidden_and_shown_again(step: Explorers) -> None:
    step.box("invoice_generated").click()
    step.detail.get_by_role("button", name="Hide on the map").click()
    expect(step.box("invoice_generated")).to_have_count(0)
    expect(step.chips).to_have_text([re.compile("hidden: Invoice Generated")])
    expect(step.count).to_have_text(f"{CASES} of {CASES} cases")
    step.button("Take away: hidden: Invoice Generated").click()
    expect(step.box("invoice_generated")).to_be_visible()


def test_what_lies_under_the_mouse_is_told(step: Explorers) -> None:
    tip = step.map.get_by_role("tooltip")
    step.box("invoice_sent").hover()
    expect(tip).to_contain_text("Invoice Sent To Customer")
    expect(tip).to_contain_text("120")
    step.map.locator("h2").hover()
    expect(tip).to_be_hidden()


# ---------------------------------------------------------------------- how much is shown, and of what
def test_sliders_leave_what_stays_where_it_stood(step: Explorers) -> None:
    activities, paths = shown_share(step)
    before = step.places()
    slide(step, "Activities", 0.3)
    expect(step.map.locator(".wb-map-caption")).to_have_text(re.compile(r"^[5-9] of 26 activities"))
    few, _ = shown_share(step)
    assert few < activities
    expect(step.map.locator(".wb-map-step")).to_have_count(few)
    expect(step.map).to_have_attribute("aria-busy", "false")
    kept = step.places()
    assert set(kept) < set(before)
    # In the same order from top to bottom: none has passed another.
    order = sorted(kept, key=lambda key: kept[key][1])
    assert order == sorted(kept, key=lambda key: before[key][1])
    slide(step, "Paths", 1.0)
    expect(step.map.get_by_role("slider", name="Paths")).to_have_value("100")
    expect(step.map.locator(".wb-map-caption")).not_to_contain_text(f", {paths} of")
    expect(step.map).to_have_attribute("aria-busy", "false")
    slide(step, "Activities", 1.0)
    expect(step.map.locator(".wb-map-caption")).to_contain_text("26 of 26 activities, 66 of 66 paths")
    everything = step.places()
    order = sorted(before, key=lambda key: before[key][1])
    assert order == sorted(before, key=lambda key: everything[key][1])


def test_every_overlay_says_something_else(step: Explorers) -> None:
    chooser = step.map.get_by_role("combobox", name="Show", exact=True)
    names = chooser.locator("option").all_inner_texts()
    assert len(names) > 3
    seen: list[str] = []
    for name in names:
        chooser.select_option(label=name)
        # Until the map says what no overlay before it said.
        step.page.wait_for_function(f"seen => !seen.includes({SAID})", arg=seen)
        expect(chooser.locator("option:checked")).to_have_text(name)
        seen.append(step.page.evaluate(SAID))


def test_two_populations_are_held_side_by_side(step: Explorers) -> None:
    chooser = step.map.get_by_label("Compare")
    chooser.select_option("halves")
    expect(step.map.locator(".wb-map-caption")).to_contain_text("Blue: more of")
    expect(step.box("invoice_sent")).to_have_class(re.compile(r"wb-tone-(one|other|same)"))
    expect(step.box("invoice_sent").locator(".wb-map-figure")).to_contain_text("·")
    variants = step.looked_at("variants")
    variants.scroll_into_view_if_needed()
    expect(variants.locator("th", has_text="Share: ")).to_have_count(2)
    chooser.scroll_into_view_if_needed()
    chooser.select_option("")
    expect(step.map.locator(".wb-map-caption")).not_to_contain_text("Blue")
    variants.scroll_into_view_if_needed()
    expect(variants.locator("th", has_text="Share: ")).to_have_count(0)


def test_a_reader_names_the_day_that_parts_before_from_after(step: Explorers) -> None:
    chooser = step.map.get_by_label("Compare")
    day = step.map.get_by_label("Day of the change")
    caption = step.map.locator(".wb-map-caption")
    expect(day).to_be_hidden()
    chooser.select_option("halves")
    expect(chooser.locator("option:checked")).to_have_text("Before against after a day")
    expect(day).to_be_visible()
    middle = day.input_value()
    # From the list to the day by the keyboard, and typed there as a hand types it; a day out of the log asks nothing.
    chooser.focus()
    step.page.keyboard.press("Tab")
    expect(day).to_be_focused()
    step.page.keyboard.type("03011999")
    expect(step.map.get_by_text("Choose a day between")).to_be_visible()
    expect(day).to_have_attribute("aria-invalid", "true")
    step.page.keyboard.press("ArrowLeft")
    step.page.keyboard.press("ArrowLeft")
    step.page.keyboard.type("03012025")
    expect(caption).to_contain_text("more of started until Feb 28, 2025")
    expect(caption).to_contain_text("more of started from Mar 1, 2025 on")
    expect(step.map.get_by_text("Choose a day between")).to_be_hidden()
    expect(day).to_be_focused()
    sides = [int(found) for found in re.findall(r"\((\d+) cases\)", caption.inner_text())]
    assert len(sides) == 2
    assert sum(sides) == CASES
    expect(step.looked_at("variants").get_by_text("Compared: started until Feb 28, 2025")).to_have_count(1)
    # The address brings the day back, in another tab and by undo.
    end = step.page.evaluate("location.hash")
    step.button("Undo").click()
    expect(day).to_have_value(middle)
    step.button("Redo").click()
    expect(day).to_have_value("2025-03-01")
    step.reset()
    expect(day).to_be_hidden()
    step.page.evaluate("end => { location.hash = end; }", end)
    expect(day).to_have_value("2025-03-01")
    expect(caption).to_contain_text("more of started from Mar 1, 2025 on")
    # What is left unfinished makes room for the day that parts now.
    day.fill("")
    expect(caption).not_to_contain_text("Mar 1, 2025")
    step.map.get_by_role("searchbox", name="Find an activity").focus()
    expect(day).to_have_value(middle)


def test_the_ideal_path_and_broken_rules_are_marked(step: Explorers) -> None:
    for name, sign in (("Ideal path", "wb-map-ideal"), ("Broken rules", "wb-map-breach")):
        button, marked = step.map.get_by_role("button", name=name), step.map.locator(f".wb-map-step.{sign}")
        expect(button).to_have_attribute("aria-pressed", "false")
        expect(marked).to_have_count(0)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(marked).not_to_have_count(0)
        button.click()
        expect(marked).to_have_count(0)


def test_both_marks_of_a_box_are_seen_and_explained(step: Explorers) -> None:
    legend = step.map.locator(".wb-map-legend li")
    expect(legend).to_have_count(0)
    step.map.get_by_role("button", name="Ideal path").click()
    expect(legend.first).to_have_text("On the ideal path")
    border = "box => getComputedStyle(box.querySelector('.wb-map-box')).stroke"
    ideal = step.box("invoice_generated").evaluate(border)
    step.map.get_by_role("button", name="Broken rules").click()
    expect(legend.nth(1)).to_have_text("How often a rule is broken here")
    both = step.map.locator(".wb-map-step.wb-map-ideal.wb-map-breach").first
    expect(both.locator(".wb-map-badge-text")).to_have_text(re.compile(r"^[\d,]+$"))
    assert both.evaluate(border) == ideal
    derived = step.map.locator(".wb-map-step.wb-map-derived.wb-map-breach .wb-map-box").first
    assert derived.evaluate("box => getComputedStyle(box).strokeDasharray") == "5px, 3px"
    for name in ("Ideal path", "Broken rules"):
        step.map.get_by_role("button", name=name).click()
    expect(legend).to_have_count(0)


def test_an_activity_that_the_slider_hides_is_found_and_shown(step: Explorers) -> None:
    tools = step.map.locator(".wb-tools").first
    slide(step, "Activities", 0.2)
    expect(step.box("credit_memo_issued")).to_have_count(0)
    field = step.map.get_by_role("searchbox", name="Find an activity")
    field.press_sequentially("credit memo")
    expect(tools).to_contain_text("Hidden by the slider of activities: Credit Memo Issued. Enter shows it.")
    expect(tools.locator("label", has_text="Find an activity")).to_have_text("Find an activity 1")
    field.press("Enter")
    expect(step.box("credit_memo_issued")).to_have_class(re.compile("wb-map-found"))
    expect(step.box("credit_memo_issued")).to_be_in_viewport()
    expect(tools).not_to_contain_text("Hidden by the slider")
    expect(field).to_be_focused()
    field.fill("")
    expect(step.map.locator(".wb-map-faint")).to_have_count(0)


def test_an_activity_is_found_by_what_is_typed(step: Explorers) -> None:
    field = step.map.get_by_role("searchbox", name="Find an activity")
    field.press_sequentially("reminder")
    found = step.map.locator(".wb-map-node.wb-map-found")
    expect(found).to_have_count(2)
    expect(step.map.locator(".wb-map-node.wb-map-faint")).not_to_have_count(0)
    expect(found.first).to_be_in_viewport()
    field.fill("nothing is called so")
    expect(found).to_have_count(0)
    field.fill("")
    expect(step.map.locator(".wb-map-faint")).to_have_count(0)


# ---------------------------------------------------------------------- the camera
SCALE = re.compile(r"scale\(([\d.]+)")


def scale_of(step: Explorers) -> float:
    found = SCALE.search(step.map.locator(LAYER).get_attribute("transform") or "")
    assert found
    return float(found[1])


def test_what_is_picked_stays_in_view_and_as_large_as_it_was(step: Explorers) -> None:
    stage = step.map.locator(".wb-map-stage")
    whole = scale_of(step)
    places = step.places()
    rightmost = max(places, key=lambda key: places[key][0])
    lowest = max(places, key=lambda key: places[key][1])
    for key in (rightmost, lowest):
        step.box(key).click()
        expect(step.detail).to_be_visible()
        expect(step.map).to_have_attribute("aria-busy", "false")
        room, box = stage.bounding_box(), step.box(key).bounding_box()
        assert room is not None
        assert box is not None
        assert room["x"] <= box["x"] + box["width"] / 2 <= room["x"] + room["width"]
        assert room["y"] <= box["y"] + box["height"] / 2 <= room["y"] + room["height"]
        assert scale_of(step) == pytest.approx(whole)
    step.page.keyboard.press("Escape")
    expect(step.detail).to_be_hidden()
    assert scale_of(step) == pytest.approx(whole)


def test_what_is_left_of_a_map_is_fitted_when_what_was_picked_is_gone(step: Explorers) -> None:
    """Who looked at a box far down and leaves its cases out sees all of what is left, not where the box was."""
    stage = step.map.locator(".wb-map-stage")
    places = step.places()
    lowest = max(places, key=lambda key: places[key][1])
    step.box(lowest).click()
    step.detail.get_by_role("button", name="Only cases without it", exact=True).click()
    step.expect_fewer()
    expect(step.detail).to_be_hidden()
    expect(step.map).to_have_attribute("aria-busy", "false")
    assert lowest not in step.places()
    room = stage.bounding_box()
    first = step.map.locator(".wb-map-start").first.bounding_box()
    assert room is not None
    assert first is not None
    assert room["y"] <= first["y"] <= room["y"] + room["height"] / 2


def test_the_map_is_made_larger_moved_and_fitted(step: Explorers) -> None:
    layer, stage = step.map.locator(LAYER), step.map.locator(".wb-map-stage")
    page, mouse = step.page, step.page.mouse

    whole = layer.get_attribute("transform") or ""
    first = scale_of(step)
    step.map.get_by_role("button", name="Larger").click()
    expect(layer).not_to_have_attribute("transform", whole)
    assert scale_of(step) > first
    step.map.get_by_role("button", name="Smaller").click()
    assert scale_of(step) == pytest.approx(first)
    # The wheel alone scrolls the page; with Ctrl it makes the map larger where the mouse is.
    stage.scroll_into_view_if_needed()
    mouse.move(*middle(stage))
    page.keyboard.down("Control")
    mouse.wheel(0, -200)
    # A wheel is turned when the browser has time for it.
    page.wait_for_function(
        """([layer, least]) => {
            const at = document.querySelector(layer).getAttribute("transform");
            return Number(/scale\\(([\\d.]+)/.exec(at)[1]) > least;
        }""",
        arg=[LAYER, 1.1 * first],
    )
    page.keyboard.up("Control")
    # Dragged by a place where nothing stands, the map goes along.
    box = stage.bounding_box()
    assert box is not None
    before = step.box("invoice_sent").bounding_box()
    mouse.move(box["x"] + 12, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] + 72, box["y"] + box["height"] / 2 - 40, steps=4)
    mouse.up()
    after = step.box("invoice_sent").bounding_box()
    assert before is not None
    assert after is not None
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((60, -40), abs=2)
    step.map.get_by_role("button", name="Whole map").click()
    expect(layer).to_have_attribute("transform", whole)


def test_the_map_fills_the_screen_and_comes_back(step: Explorers) -> None:
    button = step.map.get_by_role("button", name="Full screen")
    button.click()
    step.page.wait_for_function("document.fullscreenElement?.matches('.wb-map')")
    button.click()
    step.page.wait_for_function("document.fullscreenElement === null")


# ---------------------------------------------------------------------- cases that travel
def test_cases_travel_stop_and_go_where_they_are_dragged(step: Explorers) -> None:
    player, canvas = step.map.locator(".wb-map-player"), step.map.locator(".wb-map-dots")
    moment, scrub = player.locator(".wb-map-moment"), player.get_by_label("Moment")
    expect(player).to_be_hidden()
    step.map.get_by_role("button", name="Play", exact=True).click()
    expect(player).to_be_visible()
    player.scroll_into_view_if_needed()
    expect(player).to_contain_text(re.compile(r"All \d+ cases travel"))
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    first = moment.inner_text()
    expect(moment).not_to_have_text(first)
    player.get_by_role("button", name="Pause").click()
    still = moment.inner_text()
    # Dragged by mouse to the middle of all that happened: many are on their way.
    box = scrub.bounding_box()
    assert box is not None
    x, y = middle(scrub)
    at = box["x"] + 8 + (box["width"] - 16) * float(scrub.input_value()) / 1000
    step.page.mouse.move(at, y)
    step.page.mouse.down()
    step.page.mouse.move(x, y, steps=5)
    step.page.mouse.up()
    expect(moment).not_to_have_text(still)
    assert 400 < float(scrub.input_value()) < 600
    expect(player).to_contain_text(re.compile(r"On the way now: [1-9]"))
    assert canvas.evaluate(DOTS) > 100
    middle_of_all = moment.inner_text()
    player.get_by_label("Speed").select_option("8")
    player.get_by_role("button", name="Play").click()
    expect(moment).not_to_have_text(middle_of_all)
    legend = player.locator(".wb-legend").inner_text()
    colour = player.get_by_label("Colour by")
    colour.select_option(index=1)
    expect(player.locator(".wb-legend")).not_to_have_text(legend)
    player.get_by_role("button", name="Close").click()
    expect(player).to_be_hidden()
    assert canvas.evaluate(DOTS) == 0


# ---------------------------------------------------------------------- files
def test_the_picture_is_taken_away_as_svg(step: Explorers, tmp_path: Path) -> None:
    with step.page.expect_download() as waiting:
        step.map.get_by_role("button", name="SVG").click()
    assert waiting.value.suggested_filename == "process map.svg"
    waiting.value.save_as(tmp_path / "map.svg")
    root = ET.parse(tmp_path / "map.svg").getroot()
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f"{SVG}title") == step.map.locator("h2").inner_text()
    words = " ".join(root.itertext())
    for name in ("Credit Assessed", "Payment Received"):
        assert name in words
    assert "var(" not in (tmp_path / "map.svg").read_text(encoding="utf-8")


def test_the_picture_is_taken_away_as_png(step: Explorers, tmp_path: Path) -> None:
    with step.page.expect_download() as waiting:
        step.map.get_by_role("button", name="PNG").click()
    assert waiting.value.suggested_filename == "process map.png"
    waiting.value.save_as(tmp_path / "map.png")
    content = (tmp_path / "map.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", content[16:24])
    assert min(width, height) > 800
    assert len(content) > 50_000


def test_the_map_stands_below_as_a_table(step: Explorers) -> None:
    table = step.map.locator(".wb-map-table")
    table.locator("summary").click()
    activities, paths = table.locator("table").first, table.locator("table").last
    expect(activities.locator("tbody tr")).to_have_count(26)
    expect(paths.locator("tbody tr")).to_have_count(66)
    expect(activities).to_contain_text("Cases that begin with it")


def test_a_filter_moves_boxes_and_not_the_page(step: Explorers) -> None:
    """What has the focus stays where it is, unless it is a box: the map gives it another place among the others."""
    step.looked_at("headline")
    stage = step.map.locator(".wb-map-stage")
    click = "part => part.dispatchEvent(new MouseEvent('click', { bubbles: true }))"
    moved = 0
    for name in step.places():
        step.box(name).evaluate(click)
        expect(step.box(name)).to_have_class(re.compile("wb-map-chosen"))
        before, places = middle(stage)[1], step.places()
        step.detail.get_by_role("button", name="Only cases with it", exact=True).evaluate(click)
        expect(step.chips).to_have_count(1)
        step.page.wait_for_function(SETTLED)
        assert abs(middle(stage)[1] - before) < 60, name
        moved += step.places() != places
        step.page.get_by_role("button", name="Undo", exact=True).first.evaluate(click)
        step.expect_all()
        step.looked_at("headline")
    assert moved
