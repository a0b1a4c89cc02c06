"""The notebooks are thin and stripped: a parameters cell, one call a cell, nothing that a run left."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

NAMES = ["1_connect", "2_discover", "3_measure", "4_diagnose", "5_improve", "6_monitor", "overview"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=NAMES)
def notebook(request: pytest.FixtureRequest) -> NotebookNode:
    content = nbformat.read(ROOT / "notebooks" / f"{request.param}.ipynb", as_version=4)
    nbformat.validate(content)
    return content


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_six_and_the_overview() -> None:
    assert sorted(path.stem for path in (ROOT / "notebooks").iterdir()) == NAMES


def test_stripped(notebook: NotebookNode) -> None:
    assert all(not cell.outputs and cell.execution_count is None for cell in code_cells(notebook))
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}


def test_the_first_code_cell_holds_the_parameters_typed_and_explained(notebook: NotebookNode) -> None:
    first, *others = code_cells(notebook)
    assert first.metadata.tags == ["parameters"]
    assert not any("tags" in cell.metadata for cell in others)
    names = []
    for line in first.source.splitlines():
        (statement,) = ast.parse(line).body
        assert isinstance(statement, ast.AnnAssign), f"no type: {line}"
        assert isinstance(statement.value, ast.Constant), f"no plain value: {line}"
        assert isinstance(statement.target, ast.Name)
        assert "  # " in line, f"no explanation: {line}"
        names.append(statement.target.id)
    assert names[:3] == ["project", "as_of", "language"]


def test_one_call_a_cell(notebook: NotebookNode) -> None:
    """No loop, no pandas, no HTML, no word of any language: each cell after the opening is one call of the page."""
    _, opening, *others = code_cells(notebook)
    imported, opened = ast.parse(opening.source).body
    assert ast.unparse(imported) == "import workbench as wb"
    assert isinstance(opened, ast.Assign)
    assert ast.unparse(opened.targets[0]) == "page"
    assert isinstance(opened.value, ast.Call)
    assert ast.unparse(opened.value.func) == "wb.page"
    (step,) = opened.value.args
    assert isinstance(step, ast.Constant)
    assert {ast.unparse(keyword) for keyword in opened.value.keywords} == {
        "project=project",
        "as_of=as_of",
        "language=language",
    }
    assert others
    for cell in others:
        (statement,) = ast.parse(cell.source).body
        assert isinstance(statement, ast.Expr), cell.source
        assert isinstance(statement.value, ast.Call), cell.source
        function = statement.value.func
        assert isinstance(function, ast.Attribute), cell.source
        assert isinstance(function.value, ast.Name), cell.source
        assert function.value.id == "page", cell.source
        assert not statement.value.args, cell.source
        # A call may be told what the run's parameters say, each by its own name.
        given = {str(keyword.arg): ast.unparse(keyword.value) for keyword in statement.value.keywords}
        assert all(name == value for name, value in given.items()), cell.source


def test_no_prose(notebook: NotebookNode) -> None:
    """What a reader reads comes from the page, in the reader's language: a cell of prose would stay English."""
    assert [cell.cell_type for cell in notebook.cells] == ["code"] * len(notebook.cells)


def test_every_call_is_a_view_of_its_page_and_every_view_is_called(notebook: NotebookNode) -> None:
    from workbench.pages import PAGES, Page

    opening, *calls = code_cells(notebook)[1:]
    step = ast.literal_eval(opening.source.partition("wb.page(")[2].partition(",")[0])
    called = [cell.source.removeprefix("page.").partition("(")[0] for cell in calls]
    assert called[:2] == ["navigation", "opening"]
    declared = [name for name in vars(PAGES[step]) if not name.startswith("_") and name not in vars(Page)]
    views = [name for name in declared if callable(getattr(PAGES[step], name))]
    assert sorted(called[2:]) == sorted(views)
