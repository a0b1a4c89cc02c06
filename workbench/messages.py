"""Sentences that remember how they were made, so that they can be said again in another language.

Computing, reading and refusing all end in a sentence that somebody reads. It is made here, in English, from a
literal pattern and values; `workbench.i18n` says it in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

__all__ = ["LANGUAGES", "Message", "Translated", "either", "quoted"]

LANGUAGES = ("en", "fr", "es", "zh")


class Message(str):
    """A sentence that a reader may see. It is its English text, and can be said in any other language.

    The pattern is a literal, so that the catalogues find it; values may be numbers, dates, names from the data,
    template texts, other messages, or a list of such. `{name!r}` puts a name in quotation marks. Numbers that
    count are given as numbers, those that merely name (a row, a code) as text. A pattern without values may
    hold braces as they are. In a pandas frame a message keeps its memory only in a column of dtype `object`.

    >>> message = Message("the log has no {what}", what="due date")
    >>> message, message.pattern
    ('the log has no due date', 'the log has no {what}')
    """

    __slots__ = ("pattern", "values")
    pattern: str
    values: Mapping[str, Any]

    def __new__(cls, pattern: str, /, **values: Any) -> Message:
        shown = {name: _english(value) for name, value in values.items()}
        self = super().__new__(cls, pattern.format_map(shown) if values else pattern)
        self.pattern = pattern
        self.values = values
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (_message, (self.pattern, dict(self.values)))

    def as_data(self) -> dict[str, Any]:
        """The message as JSON can hold it; `Message.from_data` makes it again."""
        return {
            "pattern": self.pattern,
            "values": {name: _as_data(value) for name, value in self.values.items()},
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Message:
        """The message that `as_data` described."""
        return cls(data["pattern"], **{name: _from_data(value) for name, value in data["values"].items()})


@dataclass(frozen=True)
class Translated:
    """A text that brings its own words for every language, as a template's names do."""

    texts: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """The text in one of the four languages."""
        return self.texts[language]


def quoted(names: Iterable[object]) -> list[Message]:
    """Names as the values of a message, each in the quotation marks of the language that it is said in.

    >>> Message("known are {names}", names=quoted(["a", "b"]))
    "known are 'a', 'b'"
    """
    return [Message("{name!r}", name=str(name)) for name in names]


def either(choices: Iterable[object]) -> Any:
    """Several values of which one is meant, as one value of a message.

    >>> Message("is it {what}?", what=either(["day 1", "day 2"]))
    'is it day 1 or day 2?'
    """
    first, *others = choices
    for other in others:
        first = Message("{first} or {second}", first=first, second=other)
    return first


def _message(pattern: str, values: dict[str, Any]) -> Message:
    return Message(pattern, **values)


def _english(value: Any) -> str:
    if hasattr(value, "in_language"):
        return str(value.in_language("en"))
    if isinstance(value, list | tuple):
        return ", ".join(map(_english, value))
    return str(value)


def _as_data(value: Any) -> Any:
    if isinstance(value, Message):
        return value.as_data()
    if isinstance(value, list | tuple):
        return [_as_data(item) for item in value]
    if hasattr(value, "in_language"):
        return {"texts": {language: value.in_language(language) for language in LANGUAGES}}
    for name, kind in _KINDS.items():
        if isinstance(value, kind):
            return {name: str(value)}
    return value if value is None or isinstance(value, int | float | str) else str(value)


def _from_data(value: Any) -> Any:
    if isinstance(value, list):
        return [_from_data(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "texts" in value:
        return Translated(value["texts"])
    for name, kind in _KINDS.items():
        if name in value:
            return Decimal(value[name]) if kind is Decimal else kind.fromisoformat(value[name])
    return Message.from_data(value)


# What JSON has no word for, by the key under which it is kept; a moment is a day as well, and comes first.
_KINDS: dict[str, Any] = {"moment": datetime, "day": date, "decimal": Decimal}
