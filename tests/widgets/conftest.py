"""A small log and what explores it, as a page makes it, without any browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import workbench as wb
from workbench.api import Log
from workbench.generate import generate_project
from workbench.i18n import Speech
from workbench.pages.discover import DiscoverPage
from workbench.widgets.explorer import Explorer


@pytest.fixture(scope="session")
def explored_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explored") / "demo"
    generate_project(folder, process="credit-collections", cases=120, seed=7)
    wb.open(folder)
    return folder


@pytest.fixture(scope="session")
def log(explored_project: Path) -> Log:
    return wb.open(explored_project)


@pytest.fixture
def explorer(log: Log) -> Callable[..., Explorer]:
    """Makes an explorer of the log with the parts of step 2; alive, unless said otherwise."""

    def make(language: str = "en", *, live: bool = True, served: bool = False) -> Explorer:
        return Explorer(log, Speech(language), parts=DiscoverPage.parts, live=live, served=served)

    return make
