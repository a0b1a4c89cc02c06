"""A project that needs no data, and notebooks that end in every way a notebook can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from workbench.run import Step

PARAMETERS = 'project: str = "demo"  # folder\nas_of: str = ""  # day\nlimit: int = 3  # rows'
Notebook = Callable[..., Step]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "project.toml").write_text(
        'format = 1\nprocess = "any-process"\nname = "P"\n', encoding="utf-8"
    )
    return folder


@pytest.fixture
def notebook(tmp_path: Path) -> Notebook:
    """Makes the notebook of a step from the text of its code cells."""

    def make(number: int, *cells: str, parameters: str = PARAMETERS) -> Step:
        path = tmp_path / f"{number}_step.ipynb"
        content = new_notebook(
            cells=[
                new_code_cell(parameters, metadata={"tags": ["parameters"]}),
                *(new_code_cell(cell) for cell in cells),
            ],
            metadata={
                # A kernel of this name exists nowhere: the run must bring its own.
                "kernelspec": {"name": "no-such-kernel", "display_name": "none", "language": "python"}
            },
        )
        nbformat.write(content, path)
        return Step(number, path)

    return make
