"""The other parts of step 2 on a served page: each acted upon, and what comes of it seen in the others."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.exploring import CASES, Explorers, opened
from tests.serving import Server

pytestmark = pytest.mark.browser

KINDS = {
    "time": "Time frame",
    "attribute": "Attribute",
    "range": "Number, amount or date",
    "activity": "Activities",
    "follows": "What follows what",
    "ends": "First and last activity",
    "performance": "Duration or number of events",
    "rule": "Policy rule",
    "status": "Open or ended",
    "ready": "Ready-made filter",
    "case": "Case ids",
}


def form_of(step: Explorers, kind: str) -> Locator:
    """The form by which a filter of a kind is added, opened."""
    step.part("filters").get_by_label("Add a filter").select_option(kind)
    form = step.part("filters").get_by_role("form", name=KINDS[kind], exact=True)
    expect(form).to_be_visible()
    return form


def send(form: Locator) -> None:
    form.get_by_role("button", name="Add this filter").click()
    expect(form).to_have_count(0)


# ---------------------------------------------------------------------- filters
def test_every_kind_of_filter_has_a_form(step: Explorers) -> None:
    offered = step.part("filters").get_by_label("Add a filter").locator("option").all_inner_texts()
    assert offered[1:] == list(KINDS.values())
    for kind in KINDS:
        form = form_of(step, kind)
        expect(form.locator("input, select").first).to_be_visible()
        expect(form.get_by_role("button", name="Add this filter")).to_be_enabled()


def test_a_filter_is_typed_and_taken_away(step: Explorers) -> None:
    form = form_of(step, "performance")
    form.get_by_role("spinbutton", name="From").press_sequentially("60")
    send(form)
    slow = step.expect_fewer("60")
    step.expect_listed(slow)
    form = form_of(step, "time")
    form.get_by_label("From", exact=True).fill("2025-06-01")
    send(form)
    expect(step.chips).to_have_count(2)
    both = step.cases()
    assert both < slow
    step.chips.first.get_by_role("button").click()
    expect(step.chips).to_have_count(1)
    expect(step.count).not_to_have_text(f"{both} of {CASES} cases")
    step.button("Clear all filters").click()
    step.expect_all()


def test_values_are_ticked_and_left_out(step: Explorers) -> None:
    form = form_of(step, "attribute")
    form.get_by_label("Attribute").select_option("customer_segment")
    box = form.get_by_role("checkbox", name=re.compile("Enterprise"))
    box.check()
    form.get_by_label("What becomes of them").select_option("exclude")
    send(form)
    left = step.expect_fewer("Enterprise")
    step.expect_listed(left)
    expect(step.part("cases").locator("td", has_text="Enterprise")).to_have_count(0)


def test_any_value_is_searched_for_and_what_is_ticked_stays(step: Explorers) -> None:
    form = form_of(step, "attribute")
    form.get_by_label("Attribute").select_option("payment_id")
    field = form.get_by_role("searchbox", name="Search values")
    boxes = form.get_by_role("checkbox")
    expect(form.locator(".wb-more")).to_contain_text("further values are not shown")
    listed = boxes.evaluate_all("boxes => boxes.map(box => box.value)")
    picked = []
    for number in (149, 152):
        field.fill("")
        field.press_sequentially(str(number))
        box = form.get_by_role("checkbox", name=re.compile(f"P-0+{number}"))
        expect(box).to_be_visible()
        expect(field).to_be_focused()
        box.check()
        picked.append(box.get_attribute("value"))
        expect(form.get_by_role("checkbox", checked=True)).to_have_count(len(picked))
    assert not set(picked) & set(listed)
    # The key that ends a search adds no filter yet.
    field.press("Enter")
    field.fill("")
    expect(boxes).to_have_count(len(set(listed) | set(picked)))
    expect(form.get_by_role("checkbox", checked=True)).to_have_count(2)
    expect(step.chips).to_have_count(0)
    send(form)
    expect(step.chips).to_have_count(1)
    assert 1 <= step.expect_fewer("P-00000149") <= 2
    # Another form begins anew.
    form = form_of(step, "attribute")
    expect(form.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_what_cannot_be_a_filter_is_said_and_what_was_typed_stays(step: Explorers) -> None:
    form = form_of(step, "performance")
    form.get_by_role("spinbutton", name="From").fill("9")
    form.get_by_role("spinbutton", name="Up to").fill("3")
    form.get_by_role("button", name="Add this filter").click()
    expect(step.part("filters").locator(".wb-notice")).not_to_be_empty()
    expect(form.get_by_role("spinbutton", name="From")).to_have_value("9")
    step.expect_all()


# ---------------------------------------------------------------------- variants and cases
def test_a_variant_is_kept_and_another_left_out(step: Explorers) -> None:
    variants = step.looked_at("variants")
    row = variants.locator("tbody tr").first
    cases = int(row.locator("td.wb-k-number").nth(1).inner_text())
    row.get_by_role("button", name="Leave out").click()
    expect(step.count).to_have_text(f"{CASES - cases} of {CASES} cases")
    step.page.keyboard.press("Control+z")
    step.expect_all()
    step.looked_at("variants")
    row.get_by_role("button", name="Keep only these").click()
    expect(step.count).to_have_text(f"{cases} of {CASES} cases")
    expect(variants.locator("tbody tr")).to_have_count(1)
    step.expect_listed(cases)
    step.map.scroll_into_view_if_needed()
    expect(step.box("dispute_registered")).to_have_count(0)


def test_variants_stand_in_the_order_that_is_chosen(step: Explorers) -> None:
    variants = step.looked_at("variants")
    first = variants.locator("tbody tr").first.locator("td.wb-k-path")
    before = first.inner_text()
    variants.get_by_label("Order by").select_option("steps")
    expect(first).not_to_have_text(before)
    assert len(first.inner_text()) > len(before)


def test_variants_are_leafed_through_and_found_by_number(step: Explorers) -> None:
    variants = step.looked_at("variants")
    rows, shown = variants.locator("tbody tr"), variants.locator(".wb-tools .wb-more")
    expect(shown).to_contain_text(re.compile(r"^1 to 15 of \d+$"))
    total = int(shown.inner_text().split()[-1])
    variants.get_by_role("button", name="Further").click()
    expect(rows.first.locator("td").first).to_have_text("16")
    expect(shown).to_have_text(f"16 to {min(total, 30)} of {total}")
    variants.get_by_label("Order by").select_option("steps")
    expect(shown).to_have_text(f"1 to 15 of {total}")
    field = variants.get_by_role("searchbox", name="Search by variant number")
    field.press_sequentially(str(total))
    expect(rows).to_have_count(1)
    expect(rows.first.locator("td").first).to_have_text(str(total))
    expect(field).to_be_focused()
    rows.first.get_by_role("button", name="Keep only these").click()
    step.expect_fewer()


def test_a_case_is_searched_for_and_looked_at(step: Explorers) -> None:
    cases = step.looked_at("cases")
    field = cases.get_by_role("searchbox", name="Search by case id")
    field.press_sequentially("0042")
    expect(cases.locator("h2")).to_have_text("1 case")
    expect(field).to_be_focused()
    expect(field).to_have_value("0042")
    cases.locator("tbody button").first.click()
    picked = cases.locator(".wb-picked")
    expect(picked.locator("h3")).to_have_text("Case INV-00000042")
    expect(picked.locator(".wb-timeline li, .wb-history li, ol li").first).to_be_visible()
    expect(picked).to_contain_text("Invoice Generated")
    picked.get_by_role("button", name="Only this case").click()
    expect(step.count).to_have_text(f"1 of {CASES} cases")
    # What stands above it is shorter now.
    step.looked_at("cases")
    picked.get_by_role("button", name="Close").click()
    expect(picked).to_have_count(0)


def test_a_row_that_has_the_focus_shows_its_case_after_an_undo(step: Explorers) -> None:
    form = form_of(step, "time")
    form.get_by_label("From", exact=True).fill("2025-06-01")
    send(form)
    step.expect_fewer()
    cases = step.looked_at("cases")
    rows = cases.locator("tbody tr")
    rows.nth(3).locator("button").click()
    expect(cases.locator(".wb-picked")).to_be_visible()
    step.page.keyboard.press("Control+z")
    expect(cases.locator(".wb-picked")).to_have_count(0)
    step.page.keyboard.press("Control+z")
    step.expect_all()
    step.looked_at("cases")
    asked = rows.locator("button").evaluate_all(
        "all => all.map(one => [one.textContent.trim(), JSON.parse(one.dataset.wbWith).picked])"
    )
    assert [shown for shown, _ in asked] == [picked for _, picked in asked]


def test_cases_are_turned_round_and_leafed_through(step: Explorers) -> None:
    cases = step.looked_at("cases")
    first = cases.locator("tbody tr").first.locator("button")
    longest = first.inner_text()
    cases.get_by_label("Order by").select_option("case_id")
    expect(first).to_have_text("INV-00000001")
    turn = cases.locator(".wb-tools button", has_text="scending")
    expect(turn).to_have_text("ascending")
    turn.click()
    expect(first).to_have_text(re.compile(f"INV-0+{CASES}$"))
    expect(turn).to_have_text("descending")
    expect(turn).to_be_focused()
    cases.get_by_role("button", name="Further").click()
    expect(cases.locator(".wb-more").last).to_have_text(f"16 to 30 of {CASES}")
    cases.get_by_role("button", name="Earlier").click()
    expect(cases.get_by_role("button", name="Earlier")).to_be_disabled()
    cases.get_by_label("Order by").select_option("duration")
    expect(first).to_have_text(longest)


# ---------------------------------------------------------------------- pictures over the choice
def test_the_dotted_chart_is_ordered_and_moved_to_one_start(step: Explorers) -> None:
    dotted = step.looked_at("dotted")
    picture = dotted.locator("svg.wb-picture").first
    for label, value in (("Order by", "duration"), ("Show", "start")):
        before = picture.inner_html()
        dotted.get_by_label(label).select_option(value)
        expect(dotted).to_have_attribute("aria-busy", "false")
        assert picture.inner_html() != before
    expect(dotted.get_by_label("Show")).to_have_value("start")


def test_the_spectrum_shows_the_step_that_is_chosen(step: Explorers) -> None:
    spectrum = step.looked_at("spectrum")
    title = spectrum.locator(".wb-chart-title").first
    before = title.inner_text()
    spectrum.get_by_label("Step").select_option(label="Payment Received → Payment Applied / Posted")
    expect(title).not_to_have_text(before)
    expect(title).to_contain_text("Payment Received → Payment Applied / Posted")


def test_a_square_of_the_rework_filters(step: Explorers) -> None:
    cell = step.looked_at("rework").locator("td button").first
    again = int(cell.inner_text())
    cell.click()
    expect(step.chips).to_have_count(1)
    # Those with the step at all, of which those in the square are some.
    assert again <= step.expect_fewer() < CASES
    for name in ("handovers", "volume", "outcomes", "examples", "frequency"):
        step.looked_at(name)


# ---------------------------------------------------------------------- the address
def test_the_address_brings_the_choice_back_in_another_language(step: Explorers, served: Server) -> None:
    step.box("dispute_registered").click()
    step.detail.get_by_role("button", name="Only cases with it", exact=True).click()
    left = step.expect_fewer("Dispute Registered")
    step.page.wait_for_function("location.hash.length > 20")
    filtered = step.page.evaluate("location.hash")
    step.map.get_by_role("combobox", name="Show", exact=True).select_option("mean")
    step.page.wait_for_function("filtered => location.hash !== filtered", arg=filtered)
    expect(step.map).to_have_attribute("aria-busy", "false")
    expect(step.count).to_have_text(f"{left} of {CASES} cases")
    other = opened(step.page.context, served, language="fr", end=step.page.evaluate("location.hash.slice(1)"))
    expect(other.count).to_contain_text(re.compile(rf"^{left}\D+{CASES}\D*$"))
    expect(other.chips).to_have_count(1)
    expect(other.map.locator("select").first).to_have_value("mean")
    # Back in the address is back in the choice.
    other.page.evaluate("window.location.hash = ''")
    expect(other.chips).to_have_count(0)
    other.page.close()
