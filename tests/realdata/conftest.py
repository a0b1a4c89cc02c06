"""The example projects on the files they were made for, each prepared once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import workbench as wb

# The folder of the real files that each example asks the user to name.
FOLDERS = {
    "receivables": "ibm_receivables",
    "road-fines": "road_fines",
    "road-fines-credit": "road_fines",
    "maven-crm": "maven_crm",
}


@pytest.fixture(scope="session")
def example(realdata: Path, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], wb.Log]:
    """Open an example by its name, with DATA set as its first line asks."""
    opened: dict[str, wb.Log] = {}

    def open_example(name: str) -> wb.Log:
        if name not in opened:
            folder = tmp_path_factory.mktemp(name)
            shutil.copy(root / "examples" / name / "project.toml", folder)
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("DATA", str(realdata / FOLDERS[name]))
                opened[name] = wb.open(folder)
        return opened[name]

    return open_example
