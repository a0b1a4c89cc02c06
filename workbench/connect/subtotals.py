"""Lines of subtotals within a table: "Subtotal Acme;;1,234.00" below each customer's rows is no row.

Such a line is known by its word, by lacking what rows have, and by its amount: the sum of the rows since the last
subtotal, or since one before where subtotals nest. One that does not add up stays a row, and is told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from workbench.connect.numbers import NumberReading
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.connect.totals import has_total_word
from workbench.errors import Finding
from workbench.messages import Message
from workbench.sql import literal

__all__ = ["REASON", "without_subtotals"]

REASON = "subtotal"
"""Why such lines are dropped, in the account of rows."""

_ANY_WORD = "(?i)total|totaux|sum|somme|gesamt|合计|总计|小计|总和|共计|合計|總計|小計"
_AT_END = re.compile(
    r"(?:.*\W)?(?:sub[\s-]?)?(?:totals?|totaux|totales)\W*|.*(?:合计|小计|合計|小計)\W*", re.IGNORECASE
)
_SAMPLE = 1000
_LOOKED_AT = 100_000
_MOST = 50_000
_NESTED = 50
_ALWAYS = 0.9
_NEAR = 0.006
_FIRST = 5
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that may be a subtotal: its filled cells by place, its numbers, and what each column adds up to above.

    `groups` are the places of numbers that the row above has as well: they may say of which group the subtotal is.
    """

    row: int
    cells: Mapping[int, str]
    numbers: Mapping[int, float] = field(default_factory=dict)
    above: Mapping[int, float] = field(default_factory=dict)
    groups: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class _Bound:
    """Where a sum may begin: how many rows stand above, and what each column adds up to until there."""

    rows: int
    sums: Mapping[int, float]


def without_subtotals(stage: Stage, table: SourceTable, rows: int) -> SourceTable:
    """The table without its lines of subtotals, which `dropped` then counts; `rows` is how many it has."""
    texts = [f"CAST({column.sql} AS VARCHAR)" for column in table.columns]
    worded = f"regexp_matches(concat_ws(' ', {', '.join(texts)}), {literal(_ANY_WORD)})"
    first = f"(SELECT * FROM {table.relation} LIMIT {_LOOKED_AT})"
    if not stage.row(f"SELECT count(*) FROM {first} WHERE {worded}")[0]:
        return table
    always = _always(stage, table, texts)
    if not always:
        return table
    lacks = " OR ".join(f"coalesce(trim({texts[place]}), '') = ''" for place in always)
    found = stage.rows(
        f"SELECT row, {', '.join(texts)} FROM {table.relation} WHERE ({lacks}) AND {worded} "
        f"ORDER BY row LIMIT {_MOST + 1}"
    )
    lines = [_Line(int(row), _filled(cells)) for row, *cells in found]
    lines = [line for line in lines if any(map(_has_word, line.cells.values()))]
    if not lines or len(lines) > _MOST:
        return table
    told, odd = max((_added(stage, table, lines, mark) for mark in (".", ",")), key=lambda one: len(one[0]))
    end = _end(lines, rows)
    inner = any(line.row < end for line in told)
    odd = [line for line in odd if line.row < end]
    findings = [*table.findings]
    if odd:
        findings.append(_differs(table, odd))
    if not inner:
        return replace(table, findings=tuple(findings))
    # At the end, what adds up all rows is the table's total and is told as that.
    left = told[:-1] if told[-1].row >= end and _is_grand(told) else told
    gone = ", ".join(str(line.row) for line in left)
    findings.append(_left_out(table, left))
    return replace(
        table,
        relation=f"(SELECT * FROM {table.relation} WHERE row NOT IN ({gone}))",
        lines=None,
        findings=tuple(findings),
        dropped={**table.dropped, REASON: table.dropped.get(REASON, 0) + len(left)},
    )


def _has_word(cell: str) -> bool:
    return len(cell) <= _LONGEST and (has_total_word(cell) or _AT_END.fullmatch(cell) is not None)


def _filled(cells: Sequence[str | None]) -> dict[int, str]:
    return {place: cell for place, cell in enumerate(cells) if cell and cell.strip()}


def _always(stage: Stage, table: SourceTable, texts: Sequence[str]) -> list[int]:
    """The columns that nearly every row fills, among those rows that have no word of a total."""
    sample = stage.rows(f"SELECT {', '.join(texts)} FROM {table.relation} WHERE row < {_SAMPLE}")
    found = [cells for cells in map(_filled, sample) if cells and not any(map(_has_word, cells.values()))]
    return [place for place in range(len(texts)) if sum(place in one for one in found) > _ALWAYS * len(found)]


def _added(
    stage: Stage, table: SourceTable, lines: Sequence[_Line], mark: str
) -> tuple[list[_Line], list[_Line]]:
    """The lines whose numbers are sums of the rows above, with a decimal mark; and those whose are none."""
    places = sorted({n for line in lines for n, cell in line.cells.items() if re.search(r"\d", cell)})
    if not places:
        return [], []
    numbers = [_number(table.columns[place], mark) for place in places]
    columns = ", ".join(f"{number} AS v{n}" for n, number in enumerate(numbers))
    above = ", ".join(
        f"coalesce(sum(v{n}) OVER (ORDER BY row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)"
        for n in range(len(places))
    )
    same = ", ".join(f"v{n} IS NOT DISTINCT FROM lag(v{n}) OVER (ORDER BY row)" for n in range(len(places)))
    values = ", ".join(f"v{n}" for n in range(len(places)))
    wanted = ", ".join(str(line.row) for line in lines)
    answers = stage.rows(
        f"SELECT row, [{values}], [{above}], [{same}] FROM (SELECT row, {columns} FROM {table.relation}) "
        f"QUALIFY row IN ({wanted}) ORDER BY row"
    )
    read = [
        replace(
            line,
            numbers={
                place: float(value) for place, value in zip(places, own, strict=True) if value is not None
            },
            above=dict(zip(places, map(float, sums), strict=True)),
            groups={place for place, group in zip(places, groups, strict=True) if group},
        )
        for line, (_, own, sums, groups) in zip(lines, answers, strict=True)
    ]
    return _sorted_out(read, places)


def _sorted_out(lines: Sequence[_Line], places: Sequence[int]) -> tuple[list[_Line], list[_Line]]:
    """Which lines are sums of rows since a line before; the lines found so far are no rows."""
    told: list[_Line] = []
    odd: list[_Line] = []
    gone = dict.fromkeys(places, 0.0)
    begin = _Bound(0, dict(gone))
    bounds: list[_Bound] = []
    for line in lines:
        here = _Bound(line.row - len(told), {place: line.above[place] - gone[place] for place in places})
        if any(_is_sum(line, since, here) for since in (*reversed(bounds[-_NESTED:]), begin)):
            told.append(line)
            bounds.append(here)
            for place, value in line.numbers.items():
                gone[place] += value
        elif line.numbers and any(map(has_total_word, line.cells.values())):
            odd.append(line)
    return told, odd


def _is_sum(line: _Line, since: _Bound, here: _Bound) -> bool:
    """Whether the numbers of a line are sums of the rows between two places; one may be how many they are."""
    rows = here.rows - since.rows
    sums = {
        place
        for place, value in line.numbers.items()
        if abs(here.sums[place] - since.sums[place] - value) < _NEAR
    }
    others = [
        value for place, value in line.numbers.items() if place not in sums and place not in line.groups
    ]
    return rows > 0 and bool(sums) and all(value == rows for value in others)


def _number(column: SourceColumn, mark: str) -> str:
    reading = NumberReading(mark) if column.is_text else NumberReading(None)  # type: ignore[arg-type]
    return reading.number(column.sql, "DOUBLE")


def _end(lines: Sequence[_Line], rows: int) -> int:
    """The row from which on nothing but lines of totals stands."""
    found, end = {line.row for line in lines}, rows
    while end - 1 in found:
        end -= 1
    return end


def _is_grand(told: Sequence[_Line]) -> bool:
    """Whether the last line adds up all rows above it."""
    *others, last = told
    gone = {place: sum(one.numbers.get(place, 0.0) for one in others) for place in last.numbers}
    return any(abs(last.above[place] - gone[place] - value) < _NEAR for place, value in last.numbers.items())


def _left_out(table: SourceTable, lines: Sequence[_Line]) -> Finding:
    return Finding(
        rule=REASON,
        severity="note",
        message=Message(
            "{count} lines of subtotals are no rows and are left out, the first being row {row}: {text!r}",
            count=len(lines),
            row=table.named(lines[0].row),
            text=_text(lines[0]),
        ),
        remedy=Message('If they are rows, set totals = "keep" in the source'),
        count=len(lines),
        where=table.where,
        rows=tuple({"row": table.at(line.row)[1]} for line in lines[:_FIRST]),
    )


def _differs(table: SourceTable, lines: Sequence[_Line]) -> Finding:
    return Finding(
        rule="subtotal_differs",
        severity="warn",
        message=Message(
            "{count} lines look like subtotals, but the rows above do not add up to them, and they count as rows; the "
            "first is row {row}: {text!r}",
            count=len(lines),
            row=table.named(lines[0].row),
            text=_text(lines[0]),
        ),
        remedy=Message(
            "See whether rows are missing from the export; where such a line is no row, delete it"
        ),
        count=len(lines),
        where=table.where,
        rows=tuple({"row": table.at(line.row)[1]} for line in lines[:_FIRST]),
    )


def _text(line: _Line) -> str:
    return ", ".join(line.cells.values())[:80]
