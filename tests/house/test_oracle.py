"""The oracle cannot agree with the product by construction: what restates the definitions knows nothing of it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORACLE = ROOT / "tests" / "oracle"
# The restatements, the hand-made logs with their tables, and what these are read and drawn with.
PLAIN = sorted(
    path
    for pattern in ("plain_*.py", "*_log.py", "*_table.py", "tables.py", "notation.py", "drawn_*.py")
    for path in ORACLE.glob(pattern)
)
STANDARD = {
    "__future__",
    "bisect",
    "collections",
    "dataclasses",
    "datetime",
    "fractions",
    "functools",
    "itertools",
    "random",
    "re",
    "zoneinfo",
}


def imported(path: Path) -> set[str]:
    """The full names of all modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name}: an import that does not say from where"
            module = node.module or ""
            package = module in ("tests", "tests.oracle")
            names |= {f"{module}.{alias.name}" for alias in node.names} if package else {module}
    return names


def test_the_oracle_is_found() -> None:
    names = {path.name for path in PLAIN}
    assert {"plain_credit.py", "plain_deals.py", "credit_log.py", "credit_table.py", "deal_log.py"} <= names


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.stem)
def test_a_plain_restatement_imports_nothing_of_the_product(path: Path) -> None:
    """The standard library and one another: nothing of `workbench`, nothing that could bring it in."""
    own = {f"tests.oracle.{other.stem}" for other in PLAIN}
    foreign = {
        name for name in imported(path) if name not in own and name.split(".", maxsplit=1)[0] not in STANDARD
    }
    assert foreign == set()
