"""Sheets of one shape in a workbook, one a year or a branch: one is read, or all as one, and it is said which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from workbench.connect.readers.folder import put_together
from workbench.connect.readers.options import Options
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import Finding
from workbench.messages import Message, quoted

__all__ = ["EVERY", "alike_sheets", "all_sheets"]

EVERY = "*"
"""What a source calls all sheets of one shape; no sheet can be called so."""


def all_sheets(
    stage: Stage, path: Path, names: Sequence[str], tables: Sequence[SourceTable], options: Options
) -> SourceTable:
    """The tables of several sheets as one, in the order of the workbook."""
    named = [_named(table, f"{path.name}, {name}") for name, table in zip(names, tables, strict=True)]
    whole = put_together(stage, path, named, options)
    note = Finding(
        rule="sheets",
        severity="note",
        message=Message(
            "Sheets with the same columns put together: {count}, {names}",
            count=len(names),
            names=quoted(names),
        ),
        count=len(names),
        where=path.name,
        data={"sheets": list(names)},
    )
    others = tuple(one for one in whole.findings if one.rule != "files")
    return replace(whole, settings={**whole.settings, "sheet": EVERY}, findings=(note, *others))


def _named(table: SourceTable, where: str) -> SourceTable:
    """A sheet's table whose rows are told with the sheet that they stand in."""
    return replace(table, where=where, places=tuple(replace(place, where=where) for place in table.places))


def alike_sheets(where: str, name: str, others: Sequence[str]) -> Finding:
    """A question: one sheet was read, and others have the same columns."""
    return Finding(
        rule="alike_sheets",
        severity="block",
        message=Message(
            "Only the sheet {name!r} is read, and the same columns stand in {others}",
            name=name,
            others=quoted(others),
        ),
        remedy=Message(
            "Say in the source which is meant: {every} reads them all as one table, {one} this sheet alone",
            every=f'sheet = "{EVERY}"',
            one=f'sheet = "{name}"',
        ),
        count=len(others),
        where=where,
        data={"sheet": name, "others": list(others)},
    )
