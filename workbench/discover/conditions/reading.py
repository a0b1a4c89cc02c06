"""What may stand at the keys of a condition's record: each value read, or refused with what would be right."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import pandas as pd
from pandas.api.types import is_list_like

from workbench.errors import WorkbenchError, did_you_mean
from workbench.messages import Message

__all__ = [
    "Bound",
    "RefusedError",
    "Value",
    "bound",
    "chosen",
    "day",
    "key",
    "names",
    "seconds",
    "some",
    "text",
    "values",
    "ways",
    "yes_no",
]

Value: TypeAlias = str | int | float | bool | date | None
"""A value of an attribute; None is that of a case that has none."""

Bound: TypeAlias = int | float | date
"""Where a range begins or ends."""

Reader = Callable[[Any], Any]


class RefusedError(Exception):
    """A value that may not stand at its key; whoever knows the key and the place makes an error of it."""

    def __init__(self, message: Message, remedy: Message) -> None:
        self.message, self.remedy = message, remedy
        super().__init__(message)


def key(reader: Reader, name: str | None = None, *, default: Any = MISSING) -> Any:
    """A field of a condition: how its value is read, and its key in the record where that is no name in Python."""
    return field(default=default, metadata={"reader": reader, "key": name})


def _is_nothing(value: Any) -> bool:
    return value is None or (not is_list_like(value) and bool(pd.isna(value)))


def _plain(value: Any) -> Any:
    """A value as Python has it: numpy's and pandas' scalars are none of its own."""
    return value.item() if hasattr(value, "item") else value


def text(value: Any) -> str:
    """A name."""
    if not isinstance(value, str) or not value:
        raise RefusedError(Message("{value} is no name", value=repr(value)), Message("Write a text"))
    return value


def yes_no(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise RefusedError(
            Message("{value} is neither true nor false", value=repr(value)), Message("Write true or false")
        )
    return value


def _listed(value: Any) -> list[Any]:
    if isinstance(value, Mapping) or not is_list_like(value):
        return [value]
    return list(value)


def names(value: Any) -> tuple[str, ...]:
    """One name or several, none of them twice."""
    return tuple(dict.fromkeys(text(one) for one in _listed(value)))


def some(value: Any) -> tuple[str, ...]:
    """At least one name."""
    found = names(value)
    if not found:
        raise RefusedError(Message("It names nothing"), Message("Name at least one"))
    return found


def values(value: Any) -> tuple[Value, ...]:
    """One value of an attribute or several, none of them twice; nothing stands for a missing one and comes last."""
    found: dict[tuple[type, Any], Value] = {}
    for one in map(_plain, _listed(value)):
        if _is_nothing(one):
            one = None
        elif isinstance(one, Decimal):
            one = float(one)
        elif isinstance(one, datetime):
            one = one.date() if one.time() == datetime.min.time() else one
        elif not isinstance(one, str | int | float | bool | date):
            raise RefusedError(
                Message("{value} is no value of an attribute", value=repr(one)),
                Message("Write texts, numbers, true or false, or null for cases that have none"),
            )
        found[type(one), one] = one
    missing = found.pop((type(None), None), ...)
    return (*found.values(), *(() if missing is ... else (None,)))


def day(value: Any) -> date | None:
    """A day, or nothing."""
    if value is None:
        return None
    if isinstance(value, datetime):
        value = value.date() if value.time() == datetime.min.time() else value.isoformat()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise RefusedError(
            Message("{value!r} is no date", value=value),
            Message("Write it as YYYY-MM-DD, for example 2026-06-30"),
        ) from None


def bound(value: Any) -> Bound | None:
    """A number or a day, or nothing."""
    value = _plain(value)
    if isinstance(value, str | date):
        return day(value)
    if isinstance(value, Decimal):
        value = float(value)
    if value is None or (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    ):
        return value
    raise RefusedError(
        Message("{value} is neither a number nor a date", value=repr(value)),
        Message("Write a number, or a date as in 2026-06-30"),
    )


def seconds(value: Any) -> int | float | None:
    """A number from nought on, or nothing."""
    found = bound(value)
    if isinstance(found, date) or (found is not None and found < 0):
        raise RefusedError(
            Message("{value} is no number from nought on", value=repr(value)),
            Message("Give a number"),
        )
    return found


def ways(value: Any) -> tuple[tuple[str, ...], ...]:
    """At least one way through the process, each a list of activities."""
    given = _listed(value)
    if not given or not all(is_list_like(way) and len(way) for way in given):
        raise RefusedError(
            Message("{value} is no list of ways", value=repr(value)),
            Message('Write each way as a list of its activities: [["a", "b"], ["a", "c"]]'),
        )
    return tuple(dict.fromkeys(tuple(text(step) for step in way) for way in given))


def chosen(*known: str) -> Reader:
    """One of some words."""

    def one_of(value: Any) -> str:
        if value not in known:
            hint = did_you_mean(str(value), known)
            raise RefusedError(
                Message("{value} is not possible here", value=repr(value)),
                hint if isinstance(hint, Message) else Message("Use one of: {names}", names=list(known)),
            )
        return str(value)

    return one_of


def refusal(refused: RefusedError, where: str) -> WorkbenchError:
    """The error for a value that was refused, once its place is known."""
    return WorkbenchError(refused.message, where=where, remedy=refused.remedy)
