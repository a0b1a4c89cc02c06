"""`import workbench` and `workbench --help` come at once: nothing heavy is loaded before a name needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = [
    "altair", "babel", "duckdb", "holidays", "ibis", "IPython", "ipywidgets", "lxml", "matplotlib",
    "nbclient", "nbformat", "numpy", "pandas", "papermill", "pm4py", "pyarrow", "pydantic", "pyspark",
    "scipy", "voila",
]  # fmt: skip


def loaded_after(statement: str, root: Path) -> list[str]:
    program = f"import sys\n{statement}\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    "statement", ["import workbench", "import workbench.cli", "from workbench import files"]
)
def test_nothing_heavy_is_loaded(statement: str, root: Path) -> None:
    assert loaded_after(statement, root) == []


def test_a_page_waits_for_nothing_that_few_pages_need(root: Path) -> None:
    """A reader's kernel imports the pages before it shows one; either of these takes a tenth of that and more."""
    few = ("scipy.stats", "sqlalchemy")
    program = f"import sys, workbench.pages\nprint(*(name for name in {few!r} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_the_probe_sees_what_is_loaded(root: Path) -> None:
    assert "numpy" in loaded_after("import pandas", root)


def test_the_public_names_are_there_and_listed(root: Path) -> None:
    import workbench as wb

    assert sorted(wb.__all__) == wb.__all__
    for name in wb.__all__:
        assert getattr(wb, name) is not None
    assert set(wb.__all__) <= set(dir(wb))


def test_an_unknown_name_is_an_attribute_error() -> None:
    import workbench as wb

    with pytest.raises(AttributeError, match=r"workbench.*opn"):
        _ = wb.opn
