"""Every module of the house is small and says what it offers."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400


def trees() -> dict[str, ast.Module]:
    paths = sorted((ROOT / "workbench").rglob("*.py"))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def exported(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(ast.unparse(name) == "__all__" for name in node.targets):
            return list(ast.literal_eval(node.value))
    return None


def test_no_module_is_longer_than_a_reader_likes() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "workbench").rglob("*.py")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_every_module_has_a_docstring() -> None:
    assert [name for name, tree in trees().items() if not ast.get_docstring(tree)] == []


def test_every_module_lists_what_it_offers() -> None:
    silent = [
        name
        for name, tree in trees().items()
        if exported(tree) is None and Path(name).name not in ("__init__.py", "__main__.py")
    ]
    assert silent == []


def test_every_list_names_what_is_there() -> None:
    for name, tree in trees().items():
        public = exported(tree)
        if public is None:
            continue
        assert len(set(public)) == len(public), name
        bound = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                bound.add(node.name)
            elif isinstance(node, ast.Assign):
                bound |= {
                    part.id
                    for target in node.targets
                    for part in ast.walk(target)
                    if isinstance(part, ast.Name)
                }
            elif isinstance(node, ast.AnnAssign):
                bound.add(ast.unparse(node.target))
        assert set(public) <= bound, name
