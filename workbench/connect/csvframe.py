"""What stands around the table in a text file: a line that names the delimiter, titles above, remarks below."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from workbench.connect.headers import find_header
from workbench.connect.stage import Stage

__all__ = ["Around", "around", "line_cells", "named_delimiter", "without_end"]

_SEP = re.compile(r'"?sep=(.)"?\s*')
_HEAD = 100
_TAIL = 2**16
_MOST_BELOW = 5
_LONGEST = 2**16


@dataclass(frozen=True, slots=True)
class Around:
    """`above` lines stand above the header, the first of them `title`; `below` stand under the table, from `end` on.

    `end` is a place in the bytes of the file.
    """

    delimiter: str
    above: int
    title: str
    below: tuple[str, ...]
    end: int


def named_delimiter(text: Path) -> str | None:
    """The delimiter that the file's first line names for spreadsheets, as `sep=;` does."""
    with open(text, encoding="utf-8-sig") as file:
        found = _SEP.fullmatch(file.readline(10))
    return found[1] if found else None


def line_cells(text: Path, delimiter: str | None, number: int) -> list[str]:
    """The cells of a line, counted from 0; its delimiter is the most frequent where it is not known."""
    with open(text, encoding="utf-8-sig", newline=None) as file:
        line = next(islice(file, number, None), "").rstrip("\n")
    return _cells(line, delimiter or max(",;\t|", key=line.count))


def around(text: Path, *, delimiter: str | None, skip: int, fixed: bool) -> Around | None:
    """What stands around the table of a UTF-8 file; None where no line is a header, or nothing stands around it.

    `skip` lines are known to stand above; where that is `fixed`, the header is the next.
    """
    with open(text, encoding="utf-8-sig", newline=None) as file:
        lines = [file.readline(_LONGEST).rstrip("\n") for _ in range(_HEAD)]
    while lines and not lines[-1]:
        lines.pop()
    best: tuple[int, str, int] | None = None
    for mark in delimiter or ",;\t|":
        rows = [_cells(line, mark) for line in lines[skip:]]
        found = find_header(rows)
        if found is not None and not (fixed and found):
            width = len(rows[found])
            if best is None or width > best[0]:
                best = (width, mark, found)
    if best is None:
        return None
    width, mark, found = best
    below, end = _below(text, mark, width)
    title = next(
        (line.strip(f'{mark}" ') for line in lines[skip : skip + found] if line.strip(f'{mark}" ')), ""
    )
    return Around(mark, skip + found, title, below, end) if found or below else None


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _below(text: Path, delimiter: str, width: int) -> tuple[tuple[str, ...], int]:
    """The few lines at the end that have fewer cells than the header, and where they begin."""
    size = text.stat().st_size
    with open(text, "rb") as file:
        file.seek(max(0, size - _TAIL))
        tail = file.read()
    found: list[str] = []
    end = size
    for line in reversed(tail.splitlines(keepends=True)[1:]):
        told = line.decode("utf-8", "replace").strip()
        if told and (len(_cells(told, delimiter)) >= width or '"' in told):
            return tuple(reversed(found)), end
        if told:
            found.append(told)
        if len(found) > _MOST_BELOW:
            break
        end -= len(line)
    return (), size


def without_end(stage: Stage, text: Path, end: int) -> Path:
    """A copy of a file up to a place in it."""
    target = stage.file("table", ".csv")
    with open(text, "rb") as source, open(target, "wb") as sink:
        left = end
        while left and (chunk := source.read(min(left, 2**20))):
            left -= len(chunk)
            sink.write(chunk)
    return target
