"""JupyterLab for tests: the real one in a process of its own, with nothing of a user's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.serving import asked, free_port

TOKEN = "a-token-for-the-lab"
# Else it asks, and looks around the network for a newer one of itself.
SETTINGS = {"fetchNews": "false", "checkForUpdates": False}
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(prompt => prompt.textContent)"
NONE_RUN = f"!{PROMPTS}.some(text => /\\d/.test(text))"
ALL_RUN = f"{PROMPTS}.every(text => /^\\[\\d+\\]:$/.test(text))"


@contextmanager
def running_lab(root: Path, home: Path) -> Iterator[str]:
    """JupyterLab on a folder until the block ends; the address of a notebook or folder, to be filled in."""
    port = free_port()
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
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={root}", "--LabApp.extension_manager=readonly",
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


def run_all_cells(page: Page) -> None:
    """Run, Run All Cells in the notebook that is open; it is over when the last cell is done."""
    expect(page.locator(".jp-NotebookPanel .jp-CodeCell").first).to_be_visible()
    # Run before there is a kernel, cells only lose their output.
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    # A notebook that was saved by itself after it had run shows all cells as done before they are run again.
    choose(page, "Edit", "editmenu:clear-all")
    page.wait_for_function(NONE_RUN)
    choose(page, "Run", "runmenu:run-all")
    page.wait_for_function(ALL_RUN)


def choose(page: Page, menu: str, command: str) -> None:
    """Choose from the menu bar."""
    page.locator(".lm-MenuBar-itemLabel").get_by_text(menu, exact=True).click()
    page.locator(f'.lm-Menu-item[data-command="{command}"]').click()
