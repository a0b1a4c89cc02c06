"""What is wrong with a value in a file that a user writes, said so that it can be said in any language.

pydantic finds the faults of project.toml and of templates. Its own sentences are English only; those that a
user can meet are messages here, with the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError, did_you_mean
from workbench.messages import Message
from workbench.places import at_key

if TYPE_CHECKING:
    from pydantic import ValidationError

__all__ = ["fault_of", "first_fault"]

Location = tuple[int | str, ...]

_PLAIN = {
    "bool_parsing": Message("Input should be a valid boolean, unable to interpret input"),
    "bool_type": Message("Input should be a valid boolean"),
    "date_from_datetime_inexact": Message(
        "Datetimes provided to dates should have zero time - e.g. be exact dates"
    ),
    "date_type": Message("Input should be a valid date"),
    "dict_type": Message("Input should be a valid dictionary"),
    "float_parsing": Message("Input should be a valid number, unable to parse string as a number"),
    "float_type": Message("Input should be a valid number"),
    "int_from_float": Message("Input should be a valid integer, got a number with a fractional part"),
    "int_parsing": Message("Input should be a valid integer, unable to parse string as an integer"),
    "int_type": Message("Input should be a valid integer"),
    "missing": Message("Field required"),
    "string_type": Message("Input should be a valid string"),
    "tuple_type": Message("Input should be a valid tuple"),
}


def fault_of(error: Mapping[str, Any]) -> str:
    """One entry of a ValidationError's `errors()` as a message.

    A validator's own message is taken from the error's context, or from the ValueError that it raised.

    >>> fault_of({"type": "string_type", "msg": "Input should be a valid string"})
    'Input should be a valid string'
    """
    kind, context = error["type"], error.get("ctx", {})
    own = context.get("message")
    if isinstance(own, Message):
        return own
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "value_error":
        said = context["error"].args[0]
        return Message("Value error, {fault}", fault=said)
    if kind == "greater_than_equal":
        return Message("Input should be greater than or equal to {least}", least=context["ge"])
    if kind == "less_than_equal":
        return Message("Input should be less than or equal to {most}", most=context["le"])
    if kind == "string_too_short" and context["min_length"] == 1:
        return Message("String should have at least 1 character")
    if kind == "string_too_long" and context["max_length"] == 1:
        return Message("String should have at most 1 character")
    if kind == "too_short" and context["min_length"] == 1:
        return Message(
            "Tuple should have at least 1 item after validation, not {count}", count=context["actual_length"]
        )
    if kind == "too_short":
        return Message(
            "Tuple should have at least {least} items after validation, not {count}",
            least=context["min_length"],
            count=context["actual_length"],
        )
    if kind == "date_from_datetime_parsing":
        return Message("Input should be a valid date or datetime, {fault}", fault=context["error"])
    return str(error["msg"])


def first_fault(
    error: ValidationError, *, where: str, keys: Callable[[Location], set[str]], kinds: Collection[str]
) -> WorkbenchError:
    """The first fault of project.toml in one line: the key as the user wrote it, what is wrong, a remedy.

    `keys` tells the keys that may stand at a place, `kinds` are the kinds of sources.
    """
    first = error.errors(include_url=False)[0]
    context = first.get("ctx", {})
    kind, place = first["type"], _place(first["loc"], kinds)
    message, remedy = fault_of(first), context.get("hint")
    if kind == "extra_forbidden":
        key, known = str(first["loc"][-1]), keys(first["loc"])
        message = Message("Unknown key {name!r}", name=key)
        remedy = did_you_mean(key, known) or Message("Known here: {names}", names=sorted(known))
    elif kind == "missing":
        message = Message("The key {name!r} is missing", name=str(first["loc"][-1]))
        remedy = Message("Add it")
    elif kind in ("union_tag_invalid", "union_tag_not_found"):
        given = context.get("tag")
        message = Message("The key {name!r} is missing", name="kind")
        if given is not None:
            message = Message("Unknown kind {name}", name=repr(given))
        remedy = did_you_mean(str(given), kinds) or Message("Use one of: {names}", names=list(kinds))
    elif kind == "literal_error":
        expected = re.findall(r"'([^']*)'", str(context.get("expected"))) or [str(context.get("expected"))]
        message = Message("{value} is not possible here", value=repr(first["input"]))
        remedy = did_you_mean(str(first["input"]), expected)
        remedy = remedy or Message("Use one of: {names}", names=expected)
    elif remedy is None:
        message = Message("{fault} (it is {value})", fault=message, value=repr(first["input"]))
    return WorkbenchError(message, where=at_key(where, place) if place else where, remedy=remedy)


def _place(loc: Location, kinds: Collection[str]) -> str:
    """A key's path as a user reads it: `sources[2].attributes.region`; sources are counted from 1."""
    text = ""
    previous: int | str = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif not (isinstance(previous, int) and part in kinds) and part != "[key]":
            text += f".{part}" if text else part
        previous = part
    return text
