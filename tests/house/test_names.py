"""Process knowledge is data: no activity and no KPI of any template is named inside workbench/."""

from __future__ import annotations

import ast
import io
import re
import tokenize
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


def tokens(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, kind, text) of every name and every string that is not a docstring."""
    docstrings = {
        (node.body[0].value.lineno, node.body[0].value.col_offset)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME:
            yield token.start[0], "name", token.string
        elif token.type == tokenize.STRING and token.start not in docstrings:
            yield token.start[0], "string", token.string.strip("rbfuRBFU").strip("\"'")


def breaches(text: str, names: Names) -> list[str]:
    found = []
    pattern = "|".join(re.escape(name) for name in sorted(names.unmistakable, key=len, reverse=True))
    if pattern:
        for number, line in enumerate(text.splitlines(), start=1):
            found += [f"{number}: {hit}" for hit in re.findall(rf"(?<!\w)(?:{pattern})(?!\w)", line)]
    found += [f"{line}: {token}" for line, _, token in tokens(text) if token.casefold() in names.words]
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
        ("won = 1\n", 1),
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
