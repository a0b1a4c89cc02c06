"""Whether a column has one of some values, each taken as the column would hold it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from workbench.errors import WorkbenchError
from workbench.messages import Message

__all__ = ["is_one_of"]


def is_one_of(column: ir.Value, wanted: Sequence[Any], name: str) -> ir.BooleanValue:
    """Whether a row has one of the values; None is that of a row without any, and no row is unknown.

    Raises WorkbenchError for a value that the column can never have: 1 among texts.
    """
    given = [_value(value, column.type(), name) for value in wanted if value is not None]
    found: ir.BooleanValue = column.isin(given).fill_null(False)
    return found if len(given) == len(wanted) else found | column.isnull()


def _value(value: Any, kind: dt.DataType, name: str) -> ir.Scalar:
    if kind.is_date() and isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise _no_such_value(value, kind, name) from None
    try:
        found = ibis.literal(value, type=kind)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise _no_such_value(value, kind, name) from error
    # A text would be made of a number, a whole number of 1.5, a yes of any text.
    if (kind.is_string() and not isinstance(value, str)) or (
        (kind.is_integer() or kind.is_boolean()) and found.op().value != value
    ):
        raise _no_such_value(value, kind, name)
    return found


def _no_such_value(value: Any, kind: dt.DataType, name: str) -> WorkbenchError:
    if kind.is_string():
        remedy = Message("Give a text")
    elif kind.is_boolean():
        remedy = Message("Give true or false")
    elif kind.is_date():
        remedy = Message("Give a date, as in 2026-01-31")
    else:
        remedy = Message("Give a number")
    return WorkbenchError(
        Message("{name} has no value like {value}", name=name, value=repr(value)),
        where="filter",
        remedy=remedy,
    )
