"""Words and data as they come to stand in a page: said in the reader's language, or shown as they are."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from workbench.errors import WorkbenchError
from workbench.escape import html_text
from workbench.messages import Message

if TYPE_CHECKING:
    from workbench.i18n import Speech

__all__ = ["MISSING", "as_day", "as_moment", "attribute", "data_text", "is_missing", "said", "words"]

MISSING = "–"


def said(text: Any, speech: Speech) -> str:
    """A message or a template's text in the reader's language; any other value is data and stays as it is.

    Data is never looked up in a catalogue: a customer called *yes* keeps that name in French.
    """
    if isinstance(text, Message) or hasattr(text, "in_language"):
        return speech.say(text)
    return str(text)


def is_missing(value: Any) -> bool:
    """No value: None, NaN, NaT or pandas' NA."""
    if value is None:
        return True
    if isinstance(value, str | list | tuple | dict):
        return False
    if isinstance(value, float):
        return value != value
    # NaT and NA answer neither true nor false to a comparison; a list-like value is never missing.
    kind = type(value).__name__
    return kind in ("NaTType", "NAType") or (kind.startswith("float") and bool(value != value))


def words(text: Any) -> Markup:
    """A sentence of ours, escaped. Markup that was made by escaping passes."""
    return text if isinstance(text, Markup) else html_text(printable(str(text)))


def data_text(value: Any, speech: Speech) -> Markup:
    """A value from the log, escaped, in an element of its own, so that its direction cannot turn its surroundings."""
    if is_missing(value):
        return Markup(MISSING)
    return Markup('<bdi dir="auto">{}</bdi>').format(html_text(printable(said(value, speech))))


def attribute(value: Any) -> str:
    """A text for an attribute between double quotes, to be put in by `Markup.format`."""
    return str(html_text(printable(str(value))).unescape())


def printable(text: str) -> str:
    """Half characters, which no page can hold, and those that are no characters, written out."""
    if text.isascii():
        return text
    return "".join(
        f"\\u{ord(c):04x}" if 0xD800 <= ord(c) <= 0xDFFF or ord(c) & 0xFFFE == 0xFFFE else c for c in text
    )


def as_day(value: Any) -> date | None:
    """The calendar day of a date, a datetime or a pandas timestamp; None where there is none."""
    if is_missing(value):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise _no_date(value)


def as_moment(value: Any) -> datetime | None:
    """The moment of a datetime or a pandas timestamp; None where there is none."""
    if is_missing(value):
        return None
    if isinstance(value, datetime):
        return value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
    raise _no_date(value)


def _no_date(value: Any) -> WorkbenchError:
    return WorkbenchError(
        Message("{value} is no date", value=repr(value)),
        where=Message("a column to be shown as a date"),
        remedy=Message("Convert it with pandas.to_datetime"),
    )
