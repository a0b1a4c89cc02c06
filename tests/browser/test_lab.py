"""An analyst's way: JupyterLab, a notebook, the project named in its first cell, Run All Cells."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.serving import asked, free_port
from workbench.generate import generate_project

pytestmark = pytest.mark.browser
TOKEN = "a-token-for-the-lab"
# What JupyterLab would read as a formula.
NAME = "Receivables of $9 to $12 and \\(x^2\\)"
# Else it asks, and looks around the network for a newer one of itself.
SETTINGS = {"fetchNews": "false", "checkForUpdates": False}
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(prompt => prompt.textContent)"
ALL_RUN = f"{PROMPTS}.every(text => /^\\[\\d+\\]:$/.test(text))"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("analyst") / "project"
    generate_project(folder, process="credit-collections", cases=60, seed=2)
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
    """JupyterLab on these notebooks, with nothing of a user's own; its address."""
    home, port = notebooks.parent / "jupyter", free_port()
    settings = home / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(SETTINGS), encoding="utf-8")
    folders = {
        "JUPYTER_CONFIG_DIR": home, "JUPYTER_DATA_DIR": home / "data", "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings", "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "IPYTHONDIR": home / "ipython",
    }  # fmt: skip
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={notebooks}", "--LabApp.extension_manager=readonly",
    ]  # fmt: skip
    environment = {**os.environ, **{name: str(path) for name, path in folders.items()}}
    with (home / "log").open("w") as log:
        process = subprocess.Popen(
            command, env={**environment, "JUPYTER_TOKEN": TOKEN}, stdout=log, stderr=log
        )
        try:
            asked(f"http://127.0.0.1:{port}/api", seconds=120)
            yield f"http://127.0.0.1:{port}/lab/tree/{{}}?token={TOKEN}&reset"
        finally:
            process.terminate()
            process.wait(timeout=60)


@pytest.fixture
def run_all(watched: BrowserContext, lab: str) -> Callable[[str], Page]:
    """Opens a notebook and chooses Run, Run All Cells; the page when the last cell is done."""

    def run(name: str) -> Page:
        page = watched.new_page()
        page.goto(lab.format(name))
        expect(page.locator(".jp-NotebookPanel .jp-CodeCell").first).to_be_visible()
        # Run before there is a kernel, cells only lose their output.
        expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
        page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
        page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
        page.wait_for_function(ALL_RUN)
        return page

    return run


def assert_shows_every_call(page: Page, notebook: Path) -> None:
    """Every cell that calls the page shows something; none shows an error, a warning or a formula."""
    cells = nbformat.read(notebook, as_version=4).cells
    calls = sum(cell.source.startswith("page.") for cell in cells)
    assert calls > 4
    expect(page.locator(".jp-Cell .wb-view, .jp-Cell .wb-focus")).to_have_count(calls)
    expect(
        page.locator(".jp-Cell [data-mime-type*='stderr'], .jp-Cell [data-mime-type*='error']")
    ).to_have_count(0)
    expect(page.locator(".wb-opening .wb-lead")).to_contain_text(NAME)
    expect(page.locator("mjx-container")).to_have_count(0)


def test_discover(run_all: Callable[[str], Page], notebooks: Path) -> None:
    page = run_all("2_discover.ipynb")
    assert_shows_every_call(page, notebooks / "2_discover.ipynb")
    picture = page.locator(".wb-map svg[role=img]")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) > 300
    expect(picture.locator("text", has_text="Invoice Generated")).to_be_visible()
    expect(page.locator(".wb-volume .wb-picture.wb-wide")).to_be_visible()


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
