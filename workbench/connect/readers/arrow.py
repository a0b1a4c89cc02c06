"""Arrow and Feather files, whose columns keep their types; read where they lie, without a copy in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import ipc

from workbench.connect.readers.options import Options
from workbench.connect.stage import LARGE, Stage
from workbench.connect.tables import SourceTable, typed_table
from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.sql import ident

__all__ = ["open_arrow"]

_STREAM = b"\xff\xff\xff\xff"


def open_arrow(stage: Stage, path: Path, options: Options) -> SourceTable:
    """An Arrow file, a stream of record batches or a Feather file as a table. WorkbenchError where it is damaged."""
    try:
        table = _table(path)
        table.validate()
    except (pa.ArrowException, OSError) as error:
        raise WorkbenchError(
            Message(
                "The file cannot be read as Arrow: {fault}",
                fault=str(error).splitlines()[0].rstrip(".")[:200],
            ),
            where=str(path),
            remedy=Message("Write it again; it may be cut off"),
        ) from error
    names = table.column_names
    plain = table.rename_columns([f"f{number}" for number in range(len(names))])
    registered = stage.register("arrow", plain)
    described = stage.rows(f"DESCRIBE SELECT * FROM {registered}")
    chosen = ", ".join(f"f{number} AS {ident(name)}" for number, name in enumerate(names))
    return typed_table(
        where=path.name,
        described=[(name, *rest) for name, (_, *rest) in zip(names, described, strict=True)],
        origin=f"(SELECT {chosen} FROM {registered})",
        large=path.stat().st_size > LARGE,
    )


def _table(path: Path) -> Any:
    with open(path, "rb") as file:
        magic = file.read(6)
    source = pa.memory_map(str(path))
    if magic.startswith(_STREAM):
        return ipc.open_stream(source).read_all()
    return ipc.open_file(source).read_all()
