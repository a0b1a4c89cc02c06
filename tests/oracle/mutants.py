"""Programs and formulas with one thing changed: what a test of the evaluator must notice.

What is changed: comparisons, arithmetic, and/or, negations, numbers, minima for maxima and their like in the
evaluator's Python; numbers, single words of lists, single keys in the templates' KPIs and rules.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomlkit

__all__ = ["ROOT", "Mutant", "changed_template", "changed_tree", "mutants"]

ROOT = Path(__file__).resolve().parents[2]
EVALUATOR = ["workbench/measure", "workbench/rules"]
FORMULAS = ["kpis*.toml", "rules.toml"]

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
METHODS = {
    "min": "max",
    "max": "min",
    "sum": "max",
    "mean": "min",
    "lag": "lead",
    "lead": "lag",
    "isnull": "notnull",
    "notnull": "isnull",
    "any": "all",
    "all": "any",
    "desc": "asc",
    "cumsum": "cummax",
}


@dataclass(frozen=True)
class Mutant:
    """One change: the file, the line and what became of it.

    `function` is the first line of the outermost function around it: a test that never enters that function
    cannot notice. 0 = the change is run when the module is imported. `lines` are those of the statement or condition
    that is changed: a test that runs none of them cannot notice either.
    """

    path: str
    line: int
    what: str
    function: int = 0
    lines: tuple[int, int] = (0, 0)
    # Which change of which node of the file it is, or what became of which entry of a template.
    place: tuple[int, int] = (0, 0)
    section: str = ""
    name: str = ""
    entry: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """What tells it from every other mutant of the same text."""
        return f"{self.path}:{self.line} {self.place[0]}.{self.place[1]} {self.what}"


# ------------------------------------------------------------------------------------------ Python


def _changes(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """Every way to change this one node: what it says, and the attribute changes that do it."""
    if isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            if (other := COMPARISONS.get(type(op))) is not None:
                ops = [*node.ops[:i], other(), *node.ops[i + 1 :]]
                yield f"{type(op).__name__} → {other.__name__}", {"ops": ops}
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        swapped = ARITHMETIC[type(node.op)]
        yield f"{type(node.op).__name__} → {swapped.__name__}", {"op": swapped()}
    elif isinstance(node, ast.BoolOp):
        flipped = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{type(node.op).__name__} → {type(flipped).__name__}", {"op": flipped}
    elif isinstance(node, ast.Attribute) and node.attr in METHODS:
        yield f".{node.attr} → .{METHODS[node.attr]}", {"attr": METHODS[node.attr]}
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "condition negated", {"test": ast.UnaryOp(ast.Not(), node.test)}
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} → {not node.value}", {"value": not node.value}
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield f"{node.value} → {node.value + 1}", {"value": node.value + 1}


def _skipped(tree: ast.Module) -> set[int]:
    """Nodes in which a change means nothing: annotations, decorators and their arguments."""
    found: set[int] = set()
    for node in ast.walk(tree):
        outside: list[ast.AST | None] = []
        if isinstance(node, ast.AnnAssign | ast.arg):
            outside.append(node.annotation)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            outside += node.decorator_list
        if isinstance(node, ast.FunctionDef):
            outside.append(node.returns)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            outside.append(node)
        for part in filter(None, outside):
            found |= {id(inner) for inner in ast.walk(part)}
    return found


def _functions(tree: ast.Module) -> dict[int, int]:
    """Every node inside a function or method, by id, with the first line of the outermost one's code."""
    found: dict[int, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and id(node) not in found:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            for statement in node.body:
                found |= {id(inner): first for inner in ast.walk(statement)}
    return found


def _statements(tree: ast.Module) -> dict[int, tuple[int, int]]:
    """Every node, by id, with the lines of the innermost statement around it; of a compound one those of its head."""
    found: dict[int, tuple[int, int]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        bodies = [getattr(node, name, []) for name in ("body", "orelse", "finalbody", "handlers")]
        inside = {id(inner) for body in bodies for inner in body if isinstance(body, list)}
        heads = [child for child in ast.iter_child_nodes(node) if id(child) not in inside]
        last = max([node.lineno, *(getattr(head, "end_lineno", 0) or 0 for head in heads)])
        whole = {id(node): (node.lineno, last)}
        whole |= {id(inner): (node.lineno, last) for head in heads for inner in ast.walk(head)}
        found |= whole
    return found


def python_mutants(path: Path) -> Iterator[Mutant]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped, functions, statements = _skipped(tree), _functions(tree), _statements(tree)
    relative = path.relative_to(ROOT).as_posix()
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in skipped:
            continue
        for choice, (what, _) in enumerate(_changes(node)):
            line = getattr(node, "lineno", 0)
            lines = statements.get(id(node), (line, line))
            yield Mutant(relative, line, what, functions.get(id(node), 0), lines, (number, choice))


def changed_tree(mutant: Mutant) -> ast.Module:
    """The program with the one change, its lines numbered as they stand in the file."""
    tree = ast.parse((ROOT / mutant.path).read_text(encoding="utf-8"))
    number, choice = mutant.place
    node = list(ast.walk(tree))[number]
    _, changed = list(_changes(node))[choice]
    for name, value in changed.items():
        if isinstance(value, ast.UnaryOp):
            ast.copy_location(value, value.operand)
        setattr(node, name, value)
    return ast.fix_missing_locations(tree)


# ------------------------------------------------------------------------------------------ templates

WORDS_ONLY = {"name", "note", "target", "headline", "why", "description", "unit", "good", "serves", "group"}


def _toml_changes(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    """A value in which one number, flag, word of a list or key is another or gone."""
    if isinstance(value, bool):
        yield f"{where}: {value} → {not value}", not value
    elif isinstance(value, int | float):
        yield f"{where}: {value} → {value + 1}", value + 1
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield f"{where}: without {item}", [*value[:i], *value[i + 1 :]]
            for what, other in _toml_changes(item, where):
                yield what, [*value[:i], other, *value[i + 1 :]]
    elif isinstance(value, dict):
        for key, item in value.items():
            yield f"{where}: without {key}", {k: v for k, v in value.items() if k != key}
            for what, other in _toml_changes(item, f"{where}.{key}"):
                yield what, {**value, key: other}


def toml_mutants(path: Path, ids: Sequence[str]) -> Iterator[Mutant]:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    relative = path.relative_to(ROOT).as_posix()
    for section in ("kpis", "rules"):
        for name, entry in document.get(section, {}).items():
            if ids and section == "kpis" and name not in ids:
                continue
            for key, value in entry.items():
                if key in WORDS_ONLY:
                    continue
                variants = [(f"{name}: without {key}", None), *_toml_changes(value, f"{name}.{key}")]
                for number, (what, other) in enumerate(variants):
                    changed = {k: v for k, v in entry.items() if k != key}
                    if other is not None:
                        changed[key] = other
                    place = (number, 0)
                    yield Mutant(relative, 0, what, place=place, section=section, name=name, entry=changed)


def changed_template(mutant: Mutant) -> str:
    """The text of the template's file with the one change."""
    document = tomllib.loads((ROOT / mutant.path).read_text(encoding="utf-8"))
    section = {**document[mutant.section], mutant.name: mutant.entry}
    return tomlkit.dumps({**document, mutant.section: section})


def mutants(only: Sequence[str], ids: Sequence[str]) -> list[Mutant]:
    """Every mutant of the evaluator and of the formulas, in a fixed order."""
    places = only or [*EVALUATOR, *(f"templates/{t}" for t in ("credit-collections", "lead-to-cash"))]
    found: list[Mutant] = []
    for place in places:
        path = ROOT / place
        files = [path] if path.is_file() else sorted(path.rglob("*.py"))
        if not files:
            files = sorted(file for name in FORMULAS for file in path.glob(name))
        for file in files:
            made = python_mutants(file) if file.suffix == ".py" else toml_mutants(file, ids)
            found += made
    return found
