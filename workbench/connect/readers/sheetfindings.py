"""What is to be said of a sheet: errors, formulas without a value, digits that are lost, zeros that are only shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.connect.readers.sheetxml import SheetFacts
from workbench.errors import Finding
from workbench.messages import Message
from workbench.places import in_column

__all__ = ["sheet_findings"]

_FIRST = 5


def sheet_findings(
    where: str, sheet: str, facts: SheetFacts, padded: Mapping[str, int], lossy: Mapping[str, Sequence[int]]
) -> list[Finding]:
    """The findings on a sheet. `padded` counts numbers with zeros by column, `lossy` has the rows of long ones."""
    findings = [_errors(where, sheet, facts)] if facts.errors else []
    findings += [_uncomputed(where, sheet, facts)] if facts.uncomputed else []
    findings += [_lost(where, name, rows) for name, rows in lossy.items()]
    findings += [_padded(where, name, count) for name, count in padded.items()]
    return findings


def _errors(where: str, sheet: str, facts: SheetFacts) -> Finding:
    count = sum(facts.errors.values())
    return Finding(
        rule="error_cells",
        severity="warn",
        message=Message(
            "Cells of the sheet {name!r} that hold an error and count as empty: {count}, first {cells}",
            name=sheet,
            count=count,
            cells=facts.first_errors,
        ),
        remedy=Message("Mend the formulas in the workbook"),
        count=count,
        where=where,
        data={"errors": dict(facts.errors), "first": list(facts.first_errors)},
    )


def _uncomputed(where: str, sheet: str, facts: SheetFacts) -> Finding:
    first = [f"{sheet}!{place}" for place in facts.first_uncomputed]
    return Finding(
        rule="uncomputed_formulas",
        severity="warn",
        message=Message(
            "Formulas whose value is not in the file, so that their cells count as empty: {count}, first {cells}",
            count=facts.uncomputed,
            cells=first,
        ),
        remedy=Message("Open the file in the spreadsheet program and save it: this computes the formulas"),
        count=facts.uncomputed,
        where=where,
        data={"first": first},
    )


def _lost(where: str, name: str, rows: Sequence[int]) -> Finding:
    return Finding(
        rule="lost_digits",
        severity="warn",
        message=Message(
            "Numbers of {name!r} with more digits than the 15 that a spreadsheet keeps: {count}, first in rows {rows}",
            name=name,
            count=len(rows),
            rows=[str(row) for row in rows[:_FIRST]],
        ),
        remedy=Message("Format the column as text before the numbers come in, or export CSV"),
        count=len(rows),
        where=in_column(where, name),
        data={"rows": list(rows[:_FIRST])},
    )


def _padded(where: str, name: str, count: int) -> Finding:
    return Finding(
        rule="leading_zeros",
        severity="note",
        message=Message(
            "Numbers of {name!r} are shown with leading zeros, and are read as they are shown: {count}",
            name=name,
            count=count,
        ),
        count=count,
        where=in_column(where, name),
    )
