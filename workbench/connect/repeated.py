"""The header of a table met again among its rows, once a page or once for each part that was glued on: no row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import Finding
from workbench.messages import Message
from workbench.sql import literal

__all__ = ["REASON", "repeated_note", "without_repeated_headers"]

REASON = "repeated_header"
"""Why such lines are dropped, in the account of rows."""


def without_repeated_headers(
    stage: Stage, table: SourceTable, headers: Sequence[Sequence[str]]
) -> SourceTable:
    """The table without rows that are one of the `headers`: the texts of its columns, in their order."""
    alike = [
        " AND ".join(
            f"coalesce(trim({column.sql}), '') = {literal(text.strip())}"
            for column, text in zip(table.columns, header, strict=True)
        )
        for header in headers
        if len([text for text in header if text.strip()]) > 1
    ]
    if not alike:
        return table
    test = f"(({') OR ('.join(alike)}))"
    count, first = stage.row(f"SELECT count(*), min(row) FROM {table.relation} WHERE {test}")
    if not count:
        return table
    note, dropped = repeated_note(table.where, int(count), table.named(int(first)))
    return replace(
        table,
        relation=f"(SELECT * FROM {table.relation} WHERE NOT {test})",
        lines=None,
        findings=(*table.findings, note),
        dropped={**table.dropped, **dropped},
    )


def repeated_note(where: str, count: int, row: str) -> tuple[Finding, dict[str, int]]:
    """What is said of repeated headers, and their count by the reason of being dropped."""
    note = Finding(
        rule=REASON,
        severity="note",
        message=Message(
            "{count} lines repeat the header and are left out, the first being row {row}",
            count=count,
            row=row,
        ),
        count=count,
        where=where,
    )
    return note, {REASON: count}
