"""Parquet files, whose columns keep their types."""

from __future__ import annotations

from pathlib import Path

import duckdb

from workbench.connect.readers.options import Options
from workbench.connect.stage import LARGE, Stage
from workbench.connect.tables import SourceTable, typed_table
from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.sql import literal

__all__ = ["open_parquet"]


def open_parquet(stage: Stage, path: Path, options: Options) -> SourceTable:
    """A Parquet file as a table. WorkbenchError where it is damaged."""
    file = literal(str(stage.readable(path)))
    try:
        described = stage.rows(f"DESCRIBE SELECT * FROM read_parquet({file})")
    except duckdb.Error as error:
        raise WorkbenchError(
            Message(
                "The file cannot be read as Parquet: {fault}", fault=str(error).splitlines()[0].rstrip(".")
            ),
            where=str(path),
            remedy=Message("Write it again; it may be cut off"),
        ) from error
    numbered = all(str(name).lower() != "file_row_number" for name, *_ in described)
    return typed_table(
        where=path.name,
        described=described,
        origin=f"read_parquet({file}{', file_row_number = true' if numbered else ''})",
        large=path.stat().st_size > LARGE // 4,
        row="file_row_number" if numbered else "row_number() OVER () - 1",
    )
