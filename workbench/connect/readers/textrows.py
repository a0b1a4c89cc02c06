"""Rows of text that are found one cell at a time, written to Parquet in batches."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.connect.stage import LARGE, Stage
from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.sql import literal

__all__ = ["TextRows"]

_BATCH = 50_000
_MOST_COLUMNS = 1000


class TextRows:
    """A table that grows row by row, with whatever columns its cells name; all of it is text.

    `columns` gives the place of each key: column c0, c1, … of the `relation`, which also has `row`, from 0.
    """

    def __init__(self, stage: Stage, name: str, *, where: Path) -> None:
        self._stage, self._name, self._where = stage, name, where
        self.columns: dict[Any, int] = {}
        self.count = 0
        self._cells: list[tuple[list[int], list[str]]] = []
        self._spans: list[list[tuple[int, int, str]]] = []
        self._first = 0
        self._parts: list[Path] = []

    def put(self, key: Hashable, value: str) -> None:
        """A cell of the row that is being written."""
        place = self.columns.get(key)
        if place is None:
            place = self._add(key)
        rows, values = self._cells[place]
        rows.append(self.count)
        values.append(value)

    def has(self, key: Hashable) -> bool:
        """Whether the row that is being written has a cell in that column."""
        place = self.columns.get(key)
        return place is not None and self._cells[place][0][-1:] == [self.count]

    def span(self, key: Hashable, value: str, first: int) -> None:
        """The same value in all rows from `first` on."""
        place = self.columns.get(key)
        if place is None:
            place = self._add(key)
        self._spans[place].append((first, self.count, value))

    def end(self) -> None:
        """The row is complete."""
        self.count += 1

    @property
    def full(self) -> bool:
        """Whether a batch is complete; the caller knows where it may be cut."""
        return self.count - self._first >= _BATCH

    @property
    def pending(self) -> int:
        """The first row that is not written yet."""
        return self._first

    def _add(self, key: Hashable) -> int:
        place = len(self.columns)
        if place >= _MOST_COLUMNS:
            raise WorkbenchError(
                Message("The log has more than {most} different attributes", most=_MOST_COLUMNS),
                where=str(self._where),
                remedy=Message("Export it again with the attributes that matter"),
            )
        self.columns[key] = place
        self._cells.append(([], []))
        self._spans.append([])
        return place

    def flush(self) -> None:
        """Write what has come since the last batch."""
        size, first = self.count - self._first, self._first
        if not size:
            return
        arrays: dict[str, Any] = {"row": pa.array(range(first, self.count), pa.int64())}
        for place, ((rows, values), spans) in enumerate(zip(self._cells, self._spans, strict=True)):
            if not rows and not spans:
                continue
            column: list[str | None] = [None] * size
            for start, stop, value in spans:
                column[start - first : stop - first] = [value] * (stop - start)
            for row, value in zip(rows, values, strict=True):
                column[row - first] = value
            arrays[f"c{place}"] = pa.array(column, pa.string())
            rows.clear()
            values.clear()
            spans.clear()
        path = self._stage.file(self._name, ".parquet")
        pq.write_table(pa.table(arrays), path)
        self._parts.append(path)
        self._first = self.count

    @property
    def relation(self) -> str:
        """All rows, as the engine reads them. There must be one."""
        files = ", ".join(literal(str(path)) for path in self._parts)
        return f"read_parquet([{files}], union_by_name = true)"

    @property
    def large(self) -> bool:
        """Whether the table is too large to be kept in memory."""
        return sum(path.stat().st_size for path in self._parts) > LARGE // 4
