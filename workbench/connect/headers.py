"""Which row names the columns, where an export has its title above it.

A header has a name for every column that the rows below it use, all of them different, and below it stand data:
numbers and dates where the header has words. What stands above is a title or a few remarks, with fewer cells.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from workbench.errors import Finding
from workbench.messages import Message

__all__ = ["Header", "distinct", "find_header", "headed", "header_of", "is_data", "is_day", "title_note"]

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


Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Header:
    """The names of a sheet's columns, the `rows` that they stand in, and how many rows are `above`, with a `title`."""

    above: int
    names: tuple[str, ...]
    rows: int = 1
    title: str = ""


def header_of(
    rows: Sequence[Sequence[str]], merged: Sequence[Range], *, skip: int = 0, rows_of_it: int = 1
) -> Header | None:
    """The header of a sheet, found or (`skip` rows above, or of several rows) as it was said; None where there is none.

    A cell that is merged across columns heads the names below it: "Payment" above "Day" and "Amount" makes them
    "Payment Day" and "Payment Amount". Names that are complete and differ without it are the header by themselves, and
    what heads them is a title.
    """
    if rows_of_it > 1 or skip:
        return _said(rows, merged, skip, rows_of_it)
    place = find_header(rows)
    lowest = min(_LOWEST if place is None else place, len(rows) - 2)
    for number in range(lowest + 1):
        if any(top == bottom == number and left < right for (top, left), (bottom, right) in merged):
            names = joined(rows[number], rows[number + 1], merged, number)
            if find_header(rows[number + 1 :]) == 0 and _is_complete(rows[number + 1], names):
                lower = tuple(map(str.strip, rows[number + 1]))
                return Header(number + 1, lower, 1, _title(rows[: number + 1]))
            found = [*rows[:number], names, *rows[number + 2 :]]
            if _are_grouped(rows[number], names) and find_header(found) == number:
                return Header(number, tuple(names), 2, _title(rows[:number]))
    return (
        None if place is None else Header(place, tuple(map(str.strip, rows[place])), 1, _title(rows[:place]))
    )


def _is_complete(lower: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the lower row of a header names every column, each of them otherwise."""
    own = [name.strip() for name in lower]
    given = [name for name in own if name]
    return len(given) == len([name for name in names if name]) and len(set(given)) == len(given)


def _said(
    rows: Sequence[Sequence[str]], merged: Sequence[Range], skip: int, rows_of_it: int
) -> Header | None:
    if skip + rows_of_it > len(rows):
        return None
    names = [name.strip() for name in rows[skip]]
    if rows_of_it > 1:
        names = joined(rows[skip], rows[skip + 1], merged or _guessed(rows[skip], skip), skip)
    return Header(skip, tuple(names), rows_of_it, _title(rows[:skip])) if any(names) else None


def _guessed(row: Sequence[str], number: int) -> list[Range]:
    """Where nothing says what is merged, a name heads the empty cells to its right."""
    starts = [place for place, name in enumerate(row) if name.strip()]
    ends = [*(start - 1 for start in starts[1:]), len(row) - 1]
    return [((number, start), (number, end)) for start, end in zip(starts, ends, strict=True)]


def headed(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """The names of two rows of a header where nothing says which cells are merged.

    >>> headed(["Invoice", "Payment", ""], ["", "Day", "Amount"])
    ['Invoice', 'Payment Day', 'Payment Amount']
    """
    upper = [*upper, *[""] * (len(lower) - len(upper))][: len(lower)]
    return joined(upper, lower, _guessed(upper, 0), 0)


def joined(upper: Sequence[str], lower: Sequence[str], merged: Sequence[Range], number: int) -> list[str]:
    """The names of two rows of a header as one, the upper row's filled to the right as its cells are merged."""
    above = [name.strip() for name in upper]
    for (top, left), (bottom, right) in merged:
        if top == number and bottom <= number + 1 and 0 <= left < len(above):
            for place in range(left, min(right + 1, len(above))):
                above[place] = above[left]
    below = [name.strip() for name in lower]
    return [" ".join(dict.fromkeys(filter(None, pair))) for pair in zip(above, below, strict=True)]


def _are_grouped(upper: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the upper row has several heads: one alone is a title."""
    heads = {name.strip() for name in upper if name.strip()}
    return len(heads) > 1 and not any(all(name.startswith(head) for name in names if name) for head in heads)


def _title(above: Sequence[Sequence[str]]) -> str:
    return next((cell.strip() for row in above for cell in row if cell.strip()), "")


def distinct(names: Sequence[str]) -> list[str]:
    """Names of columns, with a number behind those that came before; "(no name)" where there is none."""
    given: dict[str, int] = {}
    found: list[str] = []
    for name in names:
        name = candidate = name or "(no name)"
        while candidate in given:
            given[name] += 1
            candidate = f"{name} ({given[name]})"
        given[candidate] = 1
        found.append(candidate)
    return found
