"""What every test may use: the real files beside the project, and the rules of skipping."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from workbench.garbage import collect_seldom

# A property opens a whole log for each example: how long that takes says nothing about whether it holds.
settings.register_profile("workbench", deadline=None, print_blob=True)
settings.load_profile("workbench")

# Where the environment forbids compiled modules, each of the hundreds of processes that the tests start would compile
# all of ours anew: as much work as everything else that its start takes.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

ROOT = Path(__file__).resolve().parents[1]
REAL_DATA = ROOT.parent / "shared" / "data"
# Where one of these is set to 1, a skipped test with that marker is a failed one.
REQUIRED = {
    "browser": "WORKBENCH_REQUIRE_BROWSER",
    "bundle": "WORKBENCH_REQUIRE_BUNDLE",
    "libreoffice": "WORKBENCH_REQUIRE_LIBREOFFICE",
    "postgres": "WORKBENCH_REQUIRE_POSTGRES",
    "realdata": "WORKBENCH_REQUIRE_REALDATA",
    "spark": "WORKBENCH_REQUIRE_SPARK",
}

# The files that take longest, begun first: at the end no worker waits for another's.
LONGEST = (
    "oracle/test_properties.py",
    "pages/test_views.py",
    "log/test_kill.py",
    "browser/test_pages.py",
    "log/test_spark.py",
    "pages/test_names.py",
    "discover/test_hidden.py",
    "log/test_ranges.py",
    "oracle/test_credit.py",
    "browser/test_keyboard.py",
    "measure/test_own.py",
    "run/test_serve.py",
    "run/test_realdata.py",
    "browser/test_hostile_names.py",
    "run/test_notebooks.py",
    "browser/test_explorers.py",
    "browser/test_lab.py",
    "faults/test_run.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, all others as they were shuffled."""
    rank = {ROOT / "tests" / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path, len(LONGEST)))


def pytest_collection_finish() -> None:
    """As the processes of the workbench itself: hundreds of logs are asked, and what was loaded stays."""
    collect_seldom()


def _why_no_spark() -> str | None:
    if shutil.which("java") is None:
        return "Spark needs Java"
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed (make spark-environment)"
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("spark") and (reason := _why_no_spark()):
        pytest.skip(reason)
    if item.get_closest_marker("realdata") and not REAL_DATA.is_dir():
        pytest.skip(f"the real files are not at {REAL_DATA}")
    if item.get_closest_marker("libreoffice") and shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    if item.get_closest_marker("browser") and shutil.which("chromium") is None:
        pytest.skip("Chromium is not installed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where what a marker stands for is required, a test that skips for want of it fails."""
    report = yield
    for marker, variable in REQUIRED.items():
        required = os.environ.get(variable) == "1" and item.get_closest_marker(marker) is not None
        if required and report.skipped and not hasattr(report, "wasxfail"):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: skipped, although {variable}=1 ({report.longrepr})"
    return report


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root: the folder with pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of real files. A test that uses it carries the marker `realdata`."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"the real files are not at {REAL_DATA}")
    return REAL_DATA
