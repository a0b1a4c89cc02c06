"""Lines of totals at the end of an export: no rows, though they stand where rows do.

Taken for a row, a line "Total;;;1,234.00" is a case of that name, or doubles every sum. It is known by its word, or
by holding nothing but the sums of its columns; that it is left out is said, and whether the rows add up to it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.connect.numbers import NumberReading
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.errors import Finding
from workbench.messages import Message

__all__ = ["REASON", "end_note", "has_total_word", "without_totals"]

REASON = "trailing_total"
"""Why such lines are dropped, in the account of rows."""

_WORD = re.compile(
    r"\W*(?:(?:grand|sub|sous|zwischen|gran|overall|report|sum|montant|importe|monto)[\s-]*)?"
    r"(?:totals?|totaux|totales|subtotals?|sum|somme|suma|summe|gesamt(?:summe)?|合计|总计|小计|总和|共计|合計|總計|小計)(?![^\W\d_])",
    re.IGNORECASE,
)
_LAST = 5
_SAMPLE = 1000
_ALWAYS = 0.9


def has_total_word(text: str) -> bool:
    """Whether a cell says that its line is a total.

    >>> has_total_word("Grand total:"), has_total_word("合计"), has_total_word("Totalizer Ltd")
    (True, True, False)
    """
    return _WORD.match(text) is not None


@dataclass(frozen=True, slots=True)
class _Line:
    """One of the last rows: its filled cells by place, and what its numbers are: "sum", "count" or "" for neither."""

    row: int
    cells: Mapping[int, str]
    sums: Mapping[int, str]

    def is_total(self, usual: float, always: Collection[int]) -> bool:
        """Whether it is no row: a total's word in a line that lacks what rows have; or nothing but sums."""
        plain = [place for place, cell in self.cells.items() if not has_total_word(cell)]
        worded, empty = len(plain) < len(self.cells), 2 * len(self.cells) <= usual
        sums = bool(plain) and all(self.sums.get(place) == "sum" for place in plain)
        lacks = any(place not in self.cells for place in always)
        numbers = all(place in self.sums for place in plain)
        return (worded and lacks and (empty or numbers)) or (sums and (worded or empty))


def without_totals(stage: Stage, table: SourceTable, rows: int) -> SourceTable:
    """The table without the lines of totals at its end, which `dropped` then counts; `rows` is how many it has."""
    names = ", ".join(f"CAST({column.sql} AS VARCHAR)" for column in table.columns)
    last = stage.rows(
        f"SELECT row, {names} FROM {table.relation} WHERE row >= {rows - _LAST} ORDER BY row DESC"
    )
    found = [
        (int(row), {n: cell for n, cell in enumerate(cells) if cell and cell.strip()}) for row, *cells in last
    ]
    shares = _filled(stage, table, rows)
    usual, always = sum(shares), [place for place, share in enumerate(shares) if share > _ALWAYS]
    if len(found) < 2 or not any(2 * len(cells) <= usual or _words(cells) for _, cells in found):
        return table
    lines: list[_Line] = []
    for row, cells in found:
        line = _Line(row, cells, _sums(stage, table, row, cells) if _may_be(cells, usual) else {})
        if cells and not line.is_total(usual, always):
            break
        lines.append(line)
    # Empty lines are no rows of totals; those below one are.
    while lines and not lines[-1].cells:
        lines.pop()
    if not lines or lines[-1].row < 1:
        return table
    kept = lines[-1].row
    return replace(
        table,
        relation=f"(SELECT * FROM {table.relation} WHERE row < {kept})",
        lines=None,
        findings=(*table.findings, *_said(table, lines, kept)),
        dropped={**table.dropped, REASON: table.dropped.get(REASON, 0) + len(lines)},
    )


def _words(cells: Mapping[int, str]) -> bool:
    return any(has_total_word(cell) for cell in cells.values())


def _may_be(cells: Mapping[int, str], usual: float) -> bool:
    return bool(cells) and (2 * len(cells) <= usual or _words(cells))


def _filled(stage: Stage, table: SourceTable, rows: int) -> list[float]:
    """For each column the share of cells that are filled at the beginning of the table."""
    shares = ", ".join(
        f"coalesce(avg(CAST(coalesce(trim(CAST({column.sql} AS VARCHAR)), '') <> '' AS INTEGER)), 0)"
        for column in table.columns
    )
    first = min(_SAMPLE, max(2, rows - _LAST))
    return [float(share) for share in stage.row(f"SELECT {shares} FROM {table.relation} WHERE row < {first}")]


def _sums(stage: Stage, table: SourceTable, row: int, cells: Mapping[int, str]) -> dict[int, str]:
    """For each cell that is a number, whether it is what the column adds up to above it, or how many rows those are."""
    asked: list[tuple[int, str]] = []
    for place, cell in cells.items():
        if any(letter.isdigit() for letter in cell):
            asked += [(place, _is_sum(table.columns[place], mark, row)) for mark in (".", ",")]
    if not asked:
        return {}
    answers = stage.row(
        f"SELECT {', '.join(sql for _, sql in asked)} FROM {table.relation} WHERE row <= {row}"
    )
    found: dict[int, str] = {}
    for (place, _), answer in zip(asked, answers, strict=True):
        if answer is not None:
            found[place] = found.get(place) or str(answer)
    return found


def _is_sum(column: SourceColumn, mark: str, row: int) -> str:
    """NULL where the cell or nothing above it is a number. A single number above is no sum."""
    reading = NumberReading(mark) if column.is_text else NumberReading(None)  # type: ignore[arg-type]
    number = reading.number(column.sql, "DOUBLE")
    above, own = f"FILTER (row < {row})", f"max({number}) FILTER (row = {row})"
    near = f"abs(sum({number}) {above} - {own}) < 0.006"
    counts = f"{own} IN (count({number}) {above}, {row})"
    return (
        f"CASE WHEN count({number}) {above} < 2 OR {own} = 0 OR {own} IS NULL THEN NULL "
        f"WHEN {near} THEN 'sum' WHEN {counts} THEN 'count' ELSE '' END"
    )


def end_note(where: str, count: int, row: str, text: str) -> Finding:
    """That lines below the table were left out, with the first of them."""
    return Finding(
        rule=REASON,
        severity="note",
        message=Message(
            "From row {row} on stand totals or remarks and no rows: {text!r}",
            row=row,
            text=text[:80],
        ),
        remedy=Message('If they are rows, set totals = "keep" in the source'),
        count=count,
        where=where,
    )


def _said(table: SourceTable, lines: Sequence[_Line], kept: int) -> list[Finding]:
    first = lines[-1]
    text = ", ".join(first.cells.values())
    findings = [end_note(table.where, len(lines), table.named(kept), text)]
    # Lines below add up the first one too.
    if first.sums and not any(first.sums.values()):
        place = next(iter(first.sums))
        findings.append(
            Finding(
                rule="total_differs",
                severity="warn",
                message=Message(
                    "The line of totals says {value!r} for {name!r}, to which the rows do not add up",
                    value=first.cells[place],
                    name=table.columns[place].name,
                ),
                remedy=Message("See whether rows are missing from the export"),
                count=1,
                where=table.where,
                data={"row": table.at(first.row)[1]},
            )
        )
    return findings
