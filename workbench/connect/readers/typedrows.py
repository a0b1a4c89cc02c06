"""Rows of Python values, as databases give them, kept in Parquet; each column gets the type that fits all."""

from __future__ import annotations

import hashlib
import json
import math
import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from workbench.connect.readers.textrows import TextRows
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.errors import Finding, WorkbenchError
from workbench.messages import Message, quoted

__all__ = ["TypedRows"]

_INT64 = 2**63
_FINEST = 10
_WIDEST = 10**27


class TypedRows:
    """A table that grows by whole rows of values. `digest` is the same for the same rows in whatever order."""

    def __init__(self, stage: Stage, names: Sequence[str], *, where: str, path: Path) -> None:
        doubled = next((name for number, name in enumerate(names) if name in names[:number]), None)
        if doubled is not None:
            raise WorkbenchError(
                Message("Two columns are called {name}", name=repr(doubled)),
                where=where,
                remedy=Message("Rename one of them"),
            )
        self._stage, self._names, self._where = stage, list(names), where
        self._rows = TextRows(stage, "rows", where=path)
        self._kinds: list[set[str]] = [set() for _ in names]
        self._sum = 0

    @property
    def count(self) -> int:
        return self._rows.count

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Further rows."""
        for row in rows:
            hashed = hashlib.sha256()
            for place, value in enumerate(row):
                kind, text = _written(value)
                if kind:
                    self._kinds[place].add(kind)
                if text is not None:
                    self._rows.put(place, text)
                    hashed.update(f"{place}:{len(text)}:{text};".encode("utf-8", "surrogatepass"))
            self._sum = (self._sum + int.from_bytes(hashed.digest(), "big")) % 2**256
            self._rows.end()
            if self._rows.full:
                self._rows.flush()

    @property
    def digest(self) -> str:
        """What tells whether the rows are those of another time: names and rows, whatever their order."""
        return hashlib.sha256(json.dumps([self._names, self._rows.count, self._sum]).encode()).hexdigest()

    def table(
        self, *, in_order: bool, findings: tuple[Finding, ...] = (), **settings: str | int
    ) -> SourceTable:
        """The rows as a table. Without an order of their own they are put into one: the same rows, the same log."""
        if not self.count:
            raise WorkbenchError(
                Message("The database gives no row"),
                where=self._where,
                remedy=Message("Look at the table, or at the condition of the query"),
            )
        self._rows.flush()
        relation = self._rows.relation
        places = [self._rows.columns.get(place) for place in range(len(self._names))]
        if not in_order:
            order = ", ".join(f"c{place}" for place in places if place is not None)
            query = (
                f"SELECT * REPLACE (row_number() OVER (ORDER BY {order or 'row'}) - 1 AS row) FROM {relation}"
            )
            relation = self._stage.keep("rows", query, large=self._rows.large)
        columns, select = [], []
        for number, (name, place) in enumerate(zip(self._names, places, strict=True)):
            kind = _type(self._kinds[number])
            value = "NULL" if place is None else f"c{place}"
            columns.append(SourceColumn(name, f"x{number}", kind))
            select.append(f"CAST({value} AS {kind}) AS x{number}")
        return SourceTable(
            where=self._where,
            relation=f"(SELECT row, {', '.join(select)} FROM {relation})",
            columns=tuple(columns),
            large=self._rows.large,
            first_row=1,
            findings=(*findings, *self._left_out()),
            quick=True,
            settings=settings,
        )

    def _left_out(self) -> tuple[Finding, ...]:
        binary = [name for name, kinds in zip(self._names, self._kinds, strict=True) if "binary" in kinds]
        if not binary:
            return ()
        return (
            Finding(
                rule="binary_column",
                severity="note",
                message=Message(
                    "{columns} hold bytes, which no log can use; they are left out", columns=quoted(binary)
                ),
                remedy=Message("Cast them to text in the query if they are text"),
                count=len(binary),
                where=self._where,
            ),
        )


def _written(value: Any) -> tuple[str, str | None]:
    """A value's kind, and its text; none for what holds nothing that a log can use."""
    if value is None:
        return "", None
    if isinstance(value, bytes | bytearray | memoryview):
        return "binary", None
    if isinstance(value, bool):
        return "bool", "true" if value else "false"
    if isinstance(value, int):
        return ("int" if -_INT64 <= value < _INT64 else "text"), str(value)
    if isinstance(value, float):
        return ("float", repr(value)) if math.isfinite(value) else ("float", None)
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, datetime):
        return ("moment" if value.tzinfo is None else "instant"), value.isoformat(" ")
    if isinstance(value, date):
        return "day", value.isoformat()
    if isinstance(value, str | time | uuid.UUID):
        return "text", str(value)
    return "text", json.dumps(value, ensure_ascii=False, default=str) if isinstance(
        value, list | dict
    ) else str(value)


def _decimal(value: Decimal) -> tuple[str, str | None]:
    if not value.is_finite():
        return "float", None
    exponent = value.as_tuple().exponent
    fine = isinstance(exponent, int) and -exponent <= _FINEST and abs(value) < _WIDEST
    return ("decimal" if fine else "float"), format(value, "f")


def _type(kinds: set[str]) -> str:
    """The type of a column that has values of these kinds."""
    kinds = kinds - {"binary"}
    for known, kind in (
        ({"bool"}, "BOOLEAN"), ({"int"}, "BIGINT"), ({"int", "decimal"}, f"DECIMAL(38, {_FINEST})"),
        ({"int", "decimal", "float"}, "DOUBLE"), ({"day"}, "DATE"), ({"day", "moment"}, "TIMESTAMP"),
        ({"instant"}, "TIMESTAMP WITH TIME ZONE"),
    ):  # fmt: skip
        if kinds and kinds <= known:
            return kind
    return "VARCHAR"
