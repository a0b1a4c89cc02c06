"""Data frames, whose columns keep their types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable, typed_table
from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.sql import ident

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["open_frame"]


def open_frame(stage: Stage, frame: pd.DataFrame, *, name: str = "data frame") -> SourceTable:
    """A pandas frame as a table; its columns keep their types, columns of mixed objects become text."""
    import pandas as pd

    if frame.columns.has_duplicates:
        doubled = frame.columns[frame.columns.duplicated()][0]
        raise WorkbenchError(
            Message("Two columns are called {name}", name=repr(doubled)),
            where=name,
            remedy=Message("Rename one of them"),
        )
    safe = frame.copy(deep=False)
    for column in safe.columns:
        kind = pd.api.types.infer_dtype(safe[column], skipna=True)
        if safe[column].dtype == object and (kind.startswith("mixed") or kind == "unknown-array"):
            safe[column] = safe[column].map(str, na_action="ignore")
    names = [str(column) for column in safe.columns]
    safe.columns = pd.Index([f"f{number}" for number in range(len(names))])
    registered = stage.register("frame", safe)
    described = stage.rows(f"DESCRIBE SELECT * FROM {registered}")
    origin = (
        f"(SELECT {', '.join(f'f{i} AS {ident(label)}' for i, label in enumerate(names))} FROM {registered})"
    )
    renamed = [(label, *rest[1:]) for label, rest in zip(names, described, strict=True)]
    return typed_table(
        where=name, described=renamed, origin=origin, large=len(frame) > 2_000_000, first_row=0
    )
