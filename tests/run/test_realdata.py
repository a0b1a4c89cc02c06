"""The six notebooks on other people's real files, by the examples' own project.toml."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from lxml import html

from workbench.run import run_project


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("example", "data", "step", "shown"),
    [
        # (example, folder of its files, a step, figures of ../shared/data/README.md that its tables show)
        ("receivables", "ibm_receivables", 2, ["2466", "1589", "877"]),
        ("road-fines", "road_fines", 2, ["10000", "6557", "4633", "4417", "3428"]),
        ("maven-crm", "maven_crm", 2, ["4238", "2473"]),
    ],
)
def test_the_six_notebooks_run_on_real_files(
    example: str,
    data: str,
    step: int,
    shown: list[str],
    tmp_path: Path,
    root: Path,
    realdata: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATA", str(realdata / data))
    project = tmp_path / example
    shutil.copytree(root / "examples" / example, project)
    run = run_project(project)
    assert (run.status, run.message) == ("done", "")
    assert [step.status for step in run.steps] == ["done"] * 6
    (notebook,) = run.folder.glob(f"{step}_*.ipynb")
    cells = nbformat.read(notebook, as_version=4).cells
    said = " ".join(
        str(text)
        for cell in cells
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
        for text in html.fromstring(output.data["text/html"]).itertext()
    )
    assert [figure for figure in shown if figure not in re.findall(r"\d+", said.replace(",", ""))] == []
    report = (run.folder / "report.html").read_text(encoding="utf-8")
    assert [figure for figure in shown if figure not in re.findall(r"\d+", report.replace(",", ""))] == []
    assert json.loads((run.folder / "kpis.json").read_text(encoding="utf-8"))
