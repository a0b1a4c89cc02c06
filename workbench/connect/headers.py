"""Which row names the columns, where an export has its title above it.

A header has a name for every column that the rows below it use, all of them different, and below it stand data:
numbers and dates where the header has words. What stands above is a title or a few remarks, with fewer cells.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from workbench.errors import Finding
from workbench.messages import Message

__all__ = ["find_header", "is_data", "is_day", "title_note"]

_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_DATA = re.compile(r"[-+]?[\d.,]*\d%?")
_LOWEST = 30
_BODY = 20


def is_day(text: str) -> bool:
    """Whether a text begins as a date does."""
    return _DAY.match(text) is not None


def is_data(text: str) -> bool:
    """Whether a text is a plain number, as a cell of data may be and a name of a column is not."""
    return _DATA.fullmatch(text) is not None


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """The row that names the columns, from 0; None where no row does.

    `rows` are the first of a file, enough to see what stands below a header. The first row is taken for one with a
    single name missing (the numbers of its rows), any other with none.
    """
    filled = [_filled(row) for row in rows]
    for number, row in enumerate(rows[:_LOWEST]):
        if len(filled[number]) < 2 or not _names_all(row, filled[number]):
            continue
        body = [
            (one, cells) for one, cells in zip(rows[number + 1 :], filled[number + 1 :], strict=True) if cells
        ]
        body = body[:_BODY]
        used = {cell for _, cells in body for cell in cells}
        nameless = used - filled[number]
        if not body or len(nameless) > (number == 0):
            continue
        above = [cells for cells in filled[:number] if cells]
        if number and not (_are_titles(above, filled[number]) and _is_below(row, [one for one, _ in body])):
            continue
        return number
    return None


def _filled(row: Sequence[str]) -> set[int]:
    return {number for number, cell in enumerate(row) if cell.strip()}


def _names_all(row: Sequence[str], filled: Collection[int]) -> bool:
    names = [row[number].strip() for number in filled]
    if any(is_day(name) for name in names) or 2 * sum(map(is_data, names)) > len(names):
        return False
    return len(set(names)) == len(names)


def _are_titles(above: Sequence[Collection[int]], header: Collection[int]) -> bool:
    """Titles, or remarks of a word and its value: fewer cells than the header has."""
    most = max(2, len(header) // 2)
    return all(len(cells) <= most and len(cells) < len(header) for cells in above)


def _is_below(header: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether a column holds data below its name: what is words all the way down may be headed by any row."""
    return any(
        number < len(row) and (is_data(row[number].strip()) or is_day(row[number].strip()))
        for number in range(len(header))
        for row in body
    )


def title_note(where: str, count: int, shown: str) -> Finding:
    """That rows above the header were left out, with the first text in them."""
    line = f"skip = {count}"
    return Finding(
        rule="title_rows",
        severity="note",
        message=Message(
            "The header stands in row {row}; above it is {text!r}", row=str(count + 1), text=shown[:60]
        ),
        remedy=Message("If the header is another row, say how many stand above it: {line}", line=line),
        count=count,
        where=where,
        data={"skip": count},
    )
