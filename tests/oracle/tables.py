"""The hand-worked tables as text that a person can check line by line, and their reading.

A figure is a head line, its arithmetic below it, and what else the figure must say:

    CC15 = 2/10 (n 10, pending 2)
        in time: I01, I14
        . median = 45.5             a statistic beside the value
        - 1-30 = 1100               a part of a figure of several parts

A currency stands after the id where the figure is a matter of money; n and pending stand where the definition
has them (rows decided and undecided of a share, rows measured of a duration). A value is a sum of fractions,
or `none`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

__all__ = ["Line", "read_figures", "read_verdicts"]

HEAD = re.compile(r"(?P<id>\S+)(?: (?P<currency>[A-Z]{3}))? = (?P<value>[^(]+?)(?: \((?P<counts>[^)]*)\))?")
EXTRA = re.compile(r"(?P<mark>[.-]) (?P<name>.+?) = (?P<value>\S+)")


@dataclass(frozen=True)
class Line:
    """One figure by hand."""

    id: str
    currency: str | None
    value: Fraction | None
    n: int | None = None
    pending: int | None = None
    arithmetic: str = ""
    parts: Mapping[str, Fraction] = field(default_factory=dict)
    stats: Mapping[str, Fraction] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.id} {self.currency}" if self.currency else self.id


def _value(text: str) -> Fraction | None:
    return None if text == "none" else sum((Fraction(part.strip()) for part in text.split("+")), Fraction(0))


def _head(text: str) -> Line:
    found = HEAD.fullmatch(text)
    assert found, f"not a head line of a figure: {text!r}"
    counts = {name: int(count) for name, count in re.findall(r"(n|pending) (\d+)", found["counts"] or "")}
    return Line(
        found["id"], found["currency"], _value(found["value"]), counts.get("n"), counts.get("pending")
    )


def _with(line: Line, text: str) -> Line:
    found = EXTRA.fullmatch(text)
    if not found:
        return replace(line, arithmetic=f"{line.arithmetic} {text}".strip())
    value = Fraction(found["value"])
    if found["mark"] == ".":
        return replace(line, stats={**line.stats, found["name"]: value})
    return replace(line, parts={**line.parts, found["name"]: value})


def read_figures(text: str) -> list[Line]:
    """Every figure of a table, in its order."""
    lines: list[Line] = []
    for raw in filter(str.strip, text.splitlines()):
        if raw.startswith(" "):
            lines[-1] = _with(lines[-1], raw.strip())
        else:
            lines.append(_head(raw.strip()))
    return lines


def read_verdicts(text: str) -> dict[str, dict[str, str]]:
    """Rule → case → the verdicts of its rows in alphabetical order. A line `rule | case verdict verdict, …`.

    A line that begins with a space says why, for a human.
    """
    table: dict[str, dict[str, str]] = {}
    for raw in filter(str.strip, text.splitlines()):
        if not raw.startswith(" "):
            rule, rows = raw.split("|")
            for cell in filter(str.strip, rows.split(",")):
                case, verdicts = cell.strip().split(" ", 1)
                table.setdefault(rule.strip(), {})[case] = verdicts
    return table
