"""An analyst's way: JupyterLab, a notebook, the project named in its first cell, Run All Cells."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.exploring import Explorers
from tests.lab import run_all_cells, running_lab
from tests.shown import SHOWN, calls
from workbench.generate import generate_project

pytestmark = pytest.mark.browser
CASES = 60
# What JupyterLab would read as a formula.
NAME = "Receivables of $9 to $12 and \\(x^2\\)"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("analyst") / "project"
    generate_project(folder, process="credit-collections", cases=CASES, seed=2)
    file = folder / "project.toml"
    text = file.read_text(encoding="utf-8")
    changed = text.replace('name = "Receivables (generated)"', f"name = {json.dumps(NAME)}")
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def notebooks(project: Path, root: Path) -> Path:
    """The notebooks as an analyst has them: copied, with the project's folder written into the first cell."""
    folder = project.parent / "notebooks"
    shutil.copytree(root / "notebooks", folder)
    for path in folder.glob("*.ipynb"):
        content = nbformat.read(path, as_version=4)
        cell = content.cells[0]
        assert cell.source.startswith('project: str = ""')
        cell.source = cell.source.replace('""', json.dumps(str(project)), 1)
        nbformat.write(content, path)
    return folder


@pytest.fixture(scope="module")
def lab(notebooks: Path) -> Iterator[str]:
    with running_lab(notebooks, notebooks.parent / "jupyter") as address:
        yield address


@pytest.fixture
def run_all(watched: BrowserContext, lab: str) -> Callable[[str], Page]:
    """Opens a notebook and chooses Run, Run All Cells; the page when the last cell is done."""

    def run(name: str) -> Page:
        page = watched.new_page()
        page.goto(lab.format(name))
        run_all_cells(page)
        return page

    return run


def assert_shows_every_call(page: Page, notebook: Path) -> None:
    """Every cell that calls the page shows something; none shows an error, a warning or a formula."""
    wanted = calls(notebook)
    assert wanted > 4
    expect(page.locator(f".jp-Cell {SHOWN}")).to_have_count(wanted)
    expect(
        page.locator(".jp-Cell [data-mime-type*='stderr'], .jp-Cell [data-mime-type*='error']")
    ).to_have_count(0)
    expect(page.locator(".wb-opening .wb-lead")).to_contain_text(NAME)
    expect(page.locator("mjx-container")).to_have_count(0)


def test_a_tile_opens_the_notebook_of_its_step(watched: BrowserContext, lab: str) -> None:
    page = watched.new_page()
    page.goto(lab.replace("/tree/{}", ""))
    tiles = page.locator(".jp-Launcher-section", has_text="Process mining").locator(".jp-LauncherCard")
    expect(tiles).to_have_count(7)
    tiles.filter(has_text="Discover").click()
    expect(page.locator(".jp-NotebookPanel .jp-CodeCell").first).to_be_visible()
    expect(page.locator(".lm-TabBar-tab.lm-mod-current", has_text="2_discover.ipynb").first).to_be_visible()
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()


def test_discover(run_all: Callable[[str], Page], notebooks: Path, project: Path) -> None:
    page = run_all("2_discover.ipynb")
    assert_shows_every_call(page, notebooks / "2_discover.ipynb")
    picture = page.locator(".wb-map .wb-map-picture")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) > 300
    expect(picture.locator("text", has_text="Invoice Generated")).to_be_visible()
    expect(page.locator(".wb-volume .wb-picture.wb-wide").first).to_be_visible()
    a_click_in_the_map_is_seen_in_all_parts(Explorers(page))
    filters_are_kept_in_the_project(Explorers(page), project / "project.toml")
    a_map_stands_alone_in_a_cell(page)


def picked(step: Explorers, key: str = "due_date_passed") -> int:
    """Keep the cases with an activity by clicks on the map; how many these are, by what its box tells."""
    cases = re.search(r"Cases: (\d+)", step.box(key).get_attribute("aria-description") or "")
    assert cases
    assert int(cases[1]) < CASES
    step.box(key).click()
    step.detail.get_by_role("button", name="Only cases with it", exact=True).click()
    return int(cases[1])


def a_click_in_the_map_is_seen_in_all_parts(step: Explorers) -> None:
    step.map.get_by_role("button", name="Whole map").click()
    left = picked(step)
    expect(step.count).to_have_text(f"{left} of {CASES} cases")
    step.expect_listed(left)
    row = step.looked_at("frequency").locator("tbody tr", has_text="Payment Due Date Passed").first
    expect(row.locator(".wb-bar-value")).to_have_text("100.0%")


def filters_are_kept_in_the_project(step: Explorers, file: Path) -> None:
    """What a reader of a served page cannot: the choice is the analyst's own."""
    form = step.part("filters").get_by_role("form", name="Save these filters as")
    form.get_by_role("textbox").fill("Reminded")
    form.get_by_role("button", name="Save", exact=True).click()
    saved = step.part("filters").get_by_role("combobox", name="Saved filters")
    expect(saved).to_have_value("Reminded")
    kept = tomllib.loads(file.read_text(encoding="utf-8"))["filters"]["Reminded"]
    assert kept == [{"kind": "activity", "any": ["due_date_passed"]}]
    step.button("Clear all filters").click()
    expect(step.count).to_have_text(f"{CASES} of {CASES} cases")
    saved.select_option("Reminded")
    expect(step.count).not_to_have_text(f"{CASES} of {CASES} cases")
    step.button("Delete this saved filter").click()
    expect(saved).to_have_count(0)
    assert not tomllib.loads(file.read_text(encoding="utf-8")).get("filters")


def a_map_stands_alone_in_a_cell(page: Page) -> None:
    cell = page.locator(".jp-CodeCell").last
    cell.locator(".cm-content").fill("seen = wb.explore(page.log, 'map'); seen")
    page.keyboard.press("Control+Enter")
    alone = cell.locator(".wb-panel.wb-map")
    expect(alone.locator(".wb-map-node").first).to_be_visible()
    own = Explorers(page, within=cell)
    own.map.get_by_role("button", name="Whole map").click()
    left = picked(own)
    expect(own.map).to_have_attribute("aria-busy", "false")
    cell.locator(".cm-content").fill("print('left', seen.log.size().cases)")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".jp-OutputArea-output", has_text=f"left {left}")).to_be_visible()


def test_connect_with_its_widgets(run_all: Callable[[str], Page], notebooks: Path, project: Path) -> None:
    page = run_all("1_connect.ipynb")
    assert_shows_every_call(page, notebooks / "1_connect.ipynb")
    boxes = page.locator(".wb-focus input[type=checkbox]")
    expect(boxes.first).to_be_visible()
    boxes.first.check()
    # Python answers a tick by writing project.toml: a cell that is run after it finds it there.
    page.locator(".jp-CodeCell .cm-content").last.fill("print('after', 'the tick')")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".jp-OutputArea-output", has_text="after the tick")).to_be_visible()
    focus = tomllib.loads((project / "project.toml").read_text(encoding="utf-8"))["focus"]
    assert len(focus["challenges"]) == 1


def test_a_mapping_is_changed_and_taken_back(
    run_all: Callable[[str], Page], notebooks: Path, project: Path
) -> None:
    file = project / "project.toml"
    before = file.read_text(encoding="utf-8")
    page = run_all("1_connect.ipynb")
    editor = page.locator(".wb-editor")
    editor.get_by_role("button", name="Edit the mapping").click()
    expect(editor.locator(".wb-cell", has_text="invoice_number").first).to_be_visible()
    expect(editor.locator(".wb-cell", has_text="Case (100%").first).to_be_visible()
    # The fourth column of the first file is who did it.
    chooser = editor.locator(".widget-dropdown select").nth(3)
    expect(chooser).to_have_value("Resource")
    chooser.select_option("–")
    editor.get_by_role("button", name="Save").click()
    expect(editor.locator(".wb-notice")).to_contain_text("Saved to project.toml: 1 changes")
    assert "resource" not in tomllib.loads(file.read_text(encoding="utf-8"))["sources"][0]
    editor.get_by_role("button", name="Undo").click()
    expect(editor.locator(".wb-notice")).to_contain_text("taken back")
    assert file.read_text(encoding="utf-8") == before
