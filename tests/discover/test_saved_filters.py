"""Filters that a project keeps: written whole or not at all, found again by name, told where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

import workbench as wb
from workbench.discover.conditions import (
    Attribute,
    Status,
    delete_filter,
    rename_filter,
    save_filter,
)
from workbench.errors import WorkbenchError
from workbench.generate import generate_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    generate_project(tmp_path / "p", process="lead-to-cash", cases=30, seed=4)
    return tmp_path / "p"


def test_kept_called_otherwise_and_taken_away(folder: Path) -> None:
    path = folder / "project.toml"
    path.write_text("# mine\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    before = path.read_text(encoding="utf-8")
    large = Attribute(name="region", values=["Nord", None])
    assert save_filter(folder, "Groß & offen", [large, {"kind": "status", "is": ["open"]}]) == {
        "Groß & offen": (large, Status(is_=("open",)))
    }
    save_filter(folder, "Open", [Status(is_=("open",))])
    assert path.read_text(encoding="utf-8").startswith(before.rstrip())
    assert list(rename_filter(folder, "Groß & offen", "Large")) == ["Large", "Open"]
    log = wb.open(folder)
    assert log.where("Open").cases()["case_id"].tolist() == (
        log.where({"kind": "status", "is": ["open"]}).cases()["case_id"].tolist()
    )
    assert log.conditions("Large", "won")[0] == large
    delete_filter(folder, "Open")
    assert delete_filter(folder, "Large") == {}
    assert path.read_text(encoding="utf-8").strip() == before.strip()


def test_what_cannot_be_kept_changes_nothing(folder: Path) -> None:
    save_filter(folder, "Open", [Status(is_=("open",))])
    before = (folder / "project.toml").read_bytes()
    for change, said in [
        (lambda: save_filter(folder, "Open", [Status(is_=("ended",))]), "already"),
        (lambda: save_filter(folder, " ", [Status(is_=("ended",))]), "no name"),
        (lambda: save_filter(folder, "None", []), "no condition"),
        (lambda: save_filter(folder, "Bad", [{"kind": "stat"}]), "filters.Bad"),
        (lambda: delete_filter(folder, "Opn"), "Did you mean 'Open'"),
        (lambda: rename_filter(folder, "Opn", "x"), "Did you mean 'Open'"),
    ]:
        with pytest.raises(WorkbenchError, match=said):
            change()
    assert (folder / "project.toml").read_bytes() == before
    replaced = save_filter(folder, "Open", [Status(is_=("ended",))], replace=True)
    assert replaced == {"Open": (Status(is_=("ended",)),)}


def test_a_wrong_one_is_told_by_its_place(folder: Path) -> None:
    with (folder / "project.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[filters.x]]\nkind = "status"\nis = ["opn"]\n')
    with pytest.raises(WorkbenchError, match=r"project.toml, \[\[filters.x\]\]\[1\], status.is"):
        wb.open(folder)
