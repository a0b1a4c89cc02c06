"""Which project a page is about when nobody names one."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.pages.reader import project_folder


@pytest.mark.parametrize(
    ("project", "notebook", "found"),
    [
        ("receivables", "receivables", "."),
        ("receivables", "receivables/notebooks", ".."),
        ("receivables", "clone/notebooks", "../demo"),
        ("clone", "clone/notebooks/mine", "../demo"),
    ],
)
def test_the_one_around_the_notebook_else_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: str, notebook: str, found: str
) -> None:
    for folder in (project, notebook):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    (tmp_path / project / "project.toml").touch()
    monkeypatch.chdir(tmp_path / notebook)
    monkeypatch.delenv("WORKBENCH_PROJECT", raising=False)
    assert project_folder("") == Path(found)
    monkeypatch.setenv("WORKBENCH_PROJECT", "served")
    assert project_folder("") == Path("served")
    assert project_folder("named") == Path("named")
