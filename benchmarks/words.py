"""Numbers as the report writes them, and tables of Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

from benchmarks.figures import Spread

__all__ = [
    "count",
    "gigabytes",
    "long_time",
    "megabytes",
    "memory_of",
    "ranged",
    "seconds",
    "table",
    "times",
    "wrapped",
]

_WIDTH = 118


def count(value: float) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,.0f}"


def seconds(value: float) -> str:
    """Three digits where they are below a thousand: 0.0364 s, 2.41 s, 1,234 s."""
    return f"{_digits(value)} s"


def long_time(value: float) -> str:
    """Seconds, minutes or hours, whichever reads well."""
    for unit, size in (("hours", 3600), ("minutes", 60)):
        if value >= 2 * size:
            return f"{value / size:.3g} {unit}"
    return f"{value:.3g} s"


def times(value: float) -> str:
    return f"{_digits(value)}×"


def megabytes(value: float) -> str:
    return f"{value / 10**6:,.0f} MB"


def gigabytes(value: float) -> str:
    return f"{_digits(value / 10**9)} GB"


def memory_of(value: float) -> str:
    """A machine's memory, as it is sold."""
    return f"{value / 2**30:.0f} GB"


def _digits(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:#.3g}".rstrip(".")


def ranged(value: Spread, form: Callable[[float], str]) -> str:
    """The middle, and in brackets the least and the most with the unit left to the middle."""
    least, most = (form(end).rstrip("×sGMB ").strip() for end in (value.least, value.most))
    return f"{form(value.middle)} ({least}–{most})"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown; what would end a cell is written so that it does not."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def wrapped(page: str) -> str:
    """A page of Markdown with its paragraphs and lists laid out in lines; tables, headings and pictures stay."""
    return "\n\n".join(_laid_out(block) for block in page.split("\n\n"))


def _laid_out(block: str) -> str:
    block = block.strip("\n")
    if block.startswith(("|", "#", "!")):
        return block
    entries = block.split("\n- ") if block.startswith("- ") else [" ".join(block.split("\n"))]
    return "\n- ".join(
        textwrap.fill(
            entry,
            _WIDTH,
            subsequent_indent="  " if len(entries) > 1 or entry.startswith("- ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for entry in entries
    )
