"""A list as a system prints it, saved unconverted: columns between bars, rules of dashes, its header on every page.

SAP saves so what is not exported as a spreadsheet, and databases print so. It is read where it is unmistakable: every
line of the table begins and ends with a bar and has the cells of the header. Lines of totals begin with an asterisk.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path
from unicodedata import east_asian_width

from workbench.connect.headers import is_data, is_day
from workbench.connect.repeated import repeated_note
from workbench.connect.stage import Stage
from workbench.connect.tables import Place
from workbench.connect.totals import REASON as TOTAL
from workbench.connect.totals import end_note
from workbench.errors import Finding, WorkbenchError
from workbench.messages import Message
from workbench.places import at_row

__all__ = ["BarList", "bar_list"]

_RULE = re.compile(r"[|+]?[-=+|_:─┼├┤]{5,}[|+]?")
_TOTAL = re.compile(r"\*+(?:\s|$)")
_HEAD = 200
_FEWEST = 3
_MOST_PLACES = 10_000


@dataclass(slots=True)
class BarList:
    """The rows of a printed list as a CSV file of commas, `text`; where they stood, and what stood between them."""

    text: Path
    first_row: int
    findings: list[Finding] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Header:
    """The names between the bars, the line that they stand in (from 1), and where the bars stand in it: by letters,
    and where wide letters count double."""

    line: int
    names: tuple[str, ...]
    bars: tuple[int, ...]
    wide: tuple[int, ...]

    def cells(self, line: str) -> list[str] | None:
        """A line's cells: between the bars where the header has them, since a text may hold one; None where it has no
        bar in those places. Letters of double width may take two of them."""
        for places, header in ((_singly, self.bars), (_doubly, self.wide)):
            place = {at: number for number, at in enumerate(places(line))}
            bars = [place.get(bar, -1) for bar in header]
            if bars[-1] == len(line) - 1 and all(bar >= 0 and line[bar] == "|" for bar in bars):
                return [line[left + 1 : right].strip() for left, right in pairwise(bars)]
        return None


def _singly(line: str) -> list[int]:
    return list(range(len(line)))


def _doubly(line: str) -> list[int]:
    """Where each letter of a line stands where those of Chinese take two places."""
    widths = [2 if east_asian_width(letter) in "WF" else 1 for letter in line]
    return list(accumulate(widths, initial=0))[:-1]


def bar_list(stage: Stage, text: Path, path: Path) -> BarList | None:
    """The table of a printed list in a UTF-8 file; None where the file is none.

    Raises WorkbenchError where a row of it takes several lines, or has other cells than the header.
    """
    header = _header(text)
    if header is None:
        return None
    found = BarList(stage.file("table", ".csv"), header.line + 1)
    totals: list[tuple[int, str]] = []
    headers: list[int] = []
    outside: list[tuple[int, str]] = []
    rows = 0
    with open(found.text, "w", encoding="utf-8", newline="") as sink:
        writer = csv.writer(sink)
        writer.writerow(header.names)
        for number, line in _lines(text):
            if number <= header.line or not line or _RULE.fullmatch(line):
                continue
            if not _is_barred(line):
                outside.append((number, line))
                continue
            cells = header.cells(line)
            if _is_total(line):
                totals.append((number, line))
            elif cells is None or (number == header.line + 1 and not any(map(_is_value, cells))):
                raise _odd(path, number, len(header.names), line)
            elif tuple(cells) == header.names:
                headers.append(number)
            elif any(cells):
                _place(found, rows, number, path.name)
                writer.writerow(cells)
                rows += 1
    _tell(found, path.name, header, totals, headers, outside)
    return found


def _lines(text: Path) -> Iterator[tuple[int, str]]:
    with open(text, encoding="utf-8-sig", newline=None) as file:
        for number, line in enumerate(file, start=1):
            yield number, line.replace("\f", "").strip()


def _is_barred(line: str) -> bool:
    return len(line) > 2 and line[0] == line[-1] == "|"


def _is_value(cell: str) -> bool:
    return is_data(cell) or is_day(cell)


def _is_total(line: str) -> bool:
    return _TOTAL.match(line[1:].lstrip()) is not None


def _header(text: Path) -> _Header | None:
    """The first line between bars that a rule stands above or below, where what follows are such lines, too."""
    lines = [line for number, line in _lines(text) if number <= _HEAD] if _may_be(text) else []
    barred = [place for place, line in enumerate(lines) if _is_barred(line) and not _RULE.fullmatch(line)]
    if len(barred) < _FEWEST:
        return None
    place = barred[0]
    near = [lines[other] for other in (place - 1, place + 1) if 0 <= other < len(lines)]
    below = [line for line in lines[place:] if line and not _RULE.fullmatch(line)]
    if not any(_RULE.fullmatch(line) for line in near) or 2 * len(barred) < len(below):
        return None
    line = lines[place]
    names = tuple(cell.strip() for cell in line[1:-1].split("|"))
    given = [name for name in names if name]
    if len(given) < 2 or any(is_day(name) for name in given) or 2 * sum(map(is_data, given)) > len(given):
        return None
    bars, wide = (
        [at for at, letter in zip(places(line), line, strict=True) if letter == "|"]
        for places in (_singly, _doubly)
    )
    return _Header(place + 1, names, tuple(bars), tuple(wide))


def _may_be(text: Path) -> bool:
    """Whether the file begins with a rule or a bar within its first lines: most files are told by that at once."""
    with open(text, encoding="utf-8-sig", newline=None) as file:
        head = file.read(2**16).split("\n")[:_HEAD]
    return any(_RULE.fullmatch(line.strip()) for line in head) and any(
        _is_barred(line.strip()) for line in head
    )


def _place(found: BarList, row: int, number: int, where: str) -> None:
    if not row:
        found.first_row = number
    last = found.places[-1] if found.places else Place(0, where, found.first_row)
    if number != row - last.row + last.first_row and len(found.places) < _MOST_PLACES:
        found.places.append(Place(row, where, number))


def _tell(
    found: BarList,
    where: str,
    header: _Header,
    totals: Sequence[tuple[int, str]],
    headers: Sequence[int],
    outside: Sequence[tuple[int, str]],
) -> None:
    found.findings.append(
        Finding(
            rule="printed_list",
            severity="note",
            message=Message(
                "The file is a printed list: its columns stand between bars, their names in row {row}",
                row=str(header.line),
            ),
            remedy=Message("Export it as a spreadsheet where the system can: a printed list cuts long texts"),
            where=where,
        )
    )
    if totals:
        found.dropped[TOTAL] = len(totals)
        line, text = totals[0]
        found.findings.append(end_note(where, len(totals), str(line), _plain(text)))
    if headers:
        note, dropped = repeated_note(where, len(headers), str(headers[0]))
        found.findings.append(note)
        found.dropped |= dropped
    if outside:
        line, text = outside[0]
        found.findings.append(
            Finding(
                rule="title_rows",
                severity="note",
                message=Message(
                    "{count} lines between the rows stand outside the bars and are left out; the first is row {row}: "
                    "{text!r}",
                    count=len(outside),
                    row=str(line),
                    text=_plain(text),
                ),
                remedy=Message("If they say of whom the rows below are, add that column to the list"),
                count=len(outside),
                where=where,
            )
        )


def _plain(line: str) -> str:
    return " ".join(line.replace("|", " ").split())[:80]


def _odd(path: Path, number: int, names: int, line: str) -> WorkbenchError:
    return WorkbenchError(
        Message(
            "The file is a printed list, and row {row} has other cells than the {names} of its header: {text!r}",
            row=str(number),
            names=names,
            text=_plain(line),
        ),
        where=at_row(path, number),
        remedy=Message("Export it as a spreadsheet instead (in SAP: List, Export, Spreadsheet)"),
    )
