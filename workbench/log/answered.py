"""Frames that are worked out once for a log and what it is filtered by, and taken again from its answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import pandas as pd

from workbench.log.prepared import PreparedLog

__all__ = ["answered"]

_Options = ParamSpec("_Options")
_Asked = Callable[Concatenate[PreparedLog, _Options], pd.DataFrame]


def answered(work_out: _Asked[_Options]) -> _Asked[_Options]:
    """A function of a log and plain options whose frame is kept beside the log's store (`workbench.log.answers`).

    For frames of numbers, texts, booleans and lists of these: what comes back is the very same.
    """

    @wraps(work_out)
    def ask(log: PreparedLog, /, *given: _Options.args, **options: _Options.kwargs) -> pd.DataFrame:
        if log.answers is None:
            return work_out(log, *given, **options)
        try:
            question = json.dumps([work_out.__module__, work_out.__name__, given, options], sort_keys=True)
        except TypeError:  # options that are not plain: nobody could ask the same again
            return work_out(log, *given, **options)
        known = log.answers.get(question)
        if known is not None:
            return _frame(known)
        found = work_out(log, *given, **options)
        log.answers.put({question: _data(found)})
        return found

    return ask


def _data(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame as JSON has it. Numbers keep every digit."""
    return [
        {"name": name, "dtype": str(column.dtype), "values": column.tolist()}
        for name, column in frame.items()
    ]


def _frame(data: list[dict[str, Any]]) -> pd.DataFrame:
    columns = {found["name"]: pd.Series(found["values"], dtype=found["dtype"]) for found in data}
    return pd.DataFrame(columns)
