"""The six notebooks on a small demo project: by our command, and by plain papermill."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat

import workbench as wb
from workbench.generate import generate_project
from workbench.run import all_steps, run_project


def test_the_six_notebooks_run_and_show_a_view_for_every_call(tmp_path: Path) -> None:
    demo = tmp_path / "demo"
    generate_project(demo, cases=120, seed=3)
    run = run_project(demo)
    assert (run.status, run.message) == ("done", "")
    for step in all_steps():
        cells = nbformat.read(run.folder / step.notebook.name, as_version=4).cells
        calls = [cell for cell in cells if cell.cell_type == "code" and cell.source.startswith("page.")]
        assert calls
        for cell in calls:
            shown = cell.outputs[-1]
            assert "workbench" in shown.metadata, f"{step.name}: {cell.source} shows no view"
            assert shown.metadata.workbench.view == "controls" or "text/html" in shown.data, cell.source
        printed = [out for cell in cells for out in cell.get("outputs", []) if out.output_type == "stream"]
        assert printed == [], "a notebook prints nothing: no banner, no warning"
    manifest = json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["report"]["left_out"] == []
    figures = json.loads((run.folder / "kpis.json").read_text(encoding="utf-8"))
    assert figures == wb.open(demo).kpi_records()


def test_plain_papermill_runs_a_notebook_too(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    generate_project(folder, cases=60, seed=4)
    notebook = next(step.notebook for step in all_steps() if step.number == 3)
    output = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(notebook), str(output), "-p", "project", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outputs = nbformat.read(output, as_version=4).cells[-1].outputs
    assert "text/html" in outputs[-1].data
