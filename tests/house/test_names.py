"""Process knowledge is data: no activity and no KPI of any template is named inside workbench/."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Names:
    """What the templates name: ids that no prose would contain, and single words that prose may."""

    unmistakable: frozenset[str]
    words: frozenset[str]


def names_of(templates: Path) -> Names:
    found: set[str] = set()
    for path in sorted(templates.glob("*/**/*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        found |= set(content.get("kpis", {}))
        for activity, entry in content.get("activities", {}).items():
            found.add(activity)
            found |= {text for text in entry.get("name", {}).values() if isinstance(text, str)}
    unmistakable = {name for name in found if not name.isalpha() or not name.isascii()}
    return Names(frozenset(unmistakable), frozenset(name.casefold() for name in found - unmistakable))


def words_used(text: str) -> Iterator[tuple[int, str]]:
    """(line, word) of all that can choose data: strings that are no docstring, attributes, keywords.

    A variable is free to have an English word for its name.
    """
    tree = ast.parse(text)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value
        elif isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.value.lineno, node.arg


def breaches(text: str, names: Names) -> list[str]:
    found = []
    pattern = "|".join(re.escape(name) for name in sorted(names.unmistakable, key=len, reverse=True))
    if pattern:
        for number, line in enumerate(text.splitlines(), start=1):
            found += [f"{number}: {hit}" for hit in re.findall(rf"(?<!\w)(?:{pattern})(?!\w)", line)]
    found += [f"{line}: {word}" for line, word in words_used(text) if word.casefold() in names.words]
    return found


def test_no_activity_and_no_kpi_of_a_template_is_named_in_the_program(root: Path) -> None:
    names = names_of(root / "templates")
    assert names.unmistakable, "no template was found: the test would prove nothing"
    found = []
    for path in sorted((root / "workbench").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found += [f"{path.relative_to(root)}:{hit}" for hit in breaches(text, names)]
        # KPI ids of templates to come are of this form as well.
        found += [f"{path.relative_to(root)}: {hit}" for hit in re.findall(r"\b(?:CC|LC)\d\d\b", text)]
    assert not found


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ('"""The deal was won."""\n', 0),
        ("# a deal that was won\n", 0),
        ('if outcome == "won":\n    pass\n', 1),
        ('if outcome == "Won":\n    pass\n', 1),
        ("won = 1\n", 0),
        ("table.won\n", 1),
        ("table.filter(won=True)\n", 1),
        ('x = "invoice_sent"\n', 1),
        ('"""See invoice_sent."""\n', 1),
        ("# as in Invoice Sent\n", 1),
        ('x = "invoice_sent_on"\n', 0),
        ('x = f"CC15"\n', 1),
    ],
)
def test_the_search_finds_names_and_lets_prose_be(text: str, hits: int) -> None:
    names = Names(frozenset({"invoice_sent", "Invoice Sent", "CC15"}), frozenset({"won"}))
    assert len(breaches(text, names)) == hits
