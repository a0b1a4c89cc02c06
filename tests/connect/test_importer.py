"""Every file of the XES importer folder gives a log, a finding or a clear error, as the documentation says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connect.importer import outcome, page
from workbench.connect import new_project
from workbench.errors import WorkbenchError

pytestmark = pytest.mark.realdata


def test_the_page_says_what_becomes_of_each_file(realdata: Path, root: Path) -> None:
    told = page(realdata / "small" / "xes_importer_tests")
    assert told == (root / "docs" / "xes-importer-files.md").read_text(encoding="utf-8")


def test_every_wrong_value_and_place_names_its_line(realdata: Path) -> None:
    folder = realdata / "small" / "xes_importer_tests"
    for name in (
        "booleanIncorrectValue", "dateIncorrectValue", "idIncorrectValue", "intIncorrectValue", "realIncorrectValue",
        "stringNoAttributes", "classifierNoAttributes", "extensionNoAttributes", "globalIncorrectScope",
        "attributeEventSwapped", "elementIncorrect", "eventCorrectAttributes", "traceOutOfPlace",
    ):  # fmt: skip
        assert ", line " in outcome(folder / f"{name}.xes"), name


def test_no_file_makes_a_project_without_a_word(realdata: Path, tmp_path: Path) -> None:
    for path in sorted((realdata / "small" / "xes_importer_tests").glob("*.xes")):
        with pytest.raises(WorkbenchError) as raised:
            new_project(tmp_path / path.stem, process="any-process", sources=[path])
        assert "\n" not in str(raised.value)
        assert not (tmp_path / path.stem).exists()
