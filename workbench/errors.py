"""Errors and findings that a user can act on: what happened, where, and what to do next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workbench.messages import Message, either, quoted

__all__ = ["Finding", "Severity", "WorkbenchError", "did_you_mean", "unknown_name"]

Severity = Literal["block", "warn", "note"]
_SHOWN = 12


class WorkbenchError(Exception):
    """Something a user can mend. The text is one line: what happened, where, and the remedy.

    Message, place and remedy are `Message`s, so that a reader gets them in his own language
    (`workbench.i18n.Speech.error`); what only a terminal shows may be plain text.

    >>> print(WorkbenchError("The file has no header", where="sales.csv, row 1", remedy="Add one"))
    The file has no header (sales.csv, row 1). Add one.
    """

    def __init__(self, message: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.message = message
        self.where = where
        self.remedy = remedy
        self.sentence = _sentence(message, where or "", remedy or "")
        super().__init__(str(self.sentence))

    def __reduce__(self) -> tuple[Any, ...]:
        return (_again, (self.message, self.where, self.remedy))


def _again(message: str, where: str | None, remedy: str | None) -> WorkbenchError:
    return WorkbenchError(message, where=where, remedy=remedy)


def _sentence(what: str, where: str, remedy: str) -> Message:
    """The whole line. A remedy may end with its own mark: a question asks."""
    if what.endswith("."):
        what = what.rstrip(".")
    closed = remedy.endswith(("?", "."))
    if where and remedy:
        if closed:
            return Message("{what} ({where}). {remedy}", what=what, where=where, remedy=remedy)
        return Message("{what} ({where}). {remedy}.", what=what, where=where, remedy=remedy)
    if remedy:
        if closed:
            return Message("{what}. {remedy}", what=what, remedy=remedy)
        return Message("{what}. {remedy}.", what=what, remedy=remedy)
    if where:
        return Message("{what} ({where}).", what=what, where=where)
    return Message("{what}.", what=what)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the data check has to say about a source or a log.

    `count` is the number of rows or cases concerned, `share` their part of all (0–1), `where` the file and
    column. `rows` are the first of them, at most five, each with what is known of `case`, `row` and `file` (as a
    spreadsheet counts) and `value`. `data` are further facts that a program may read (row accounting, both
    readings of a date, ...).
    Message, remedy and place are `Message`s: `workbench.i18n.Speech.finding` says them in any language.
    """

    rule: str
    severity: Severity
    message: str
    remedy: str = ""
    count: int = 0
    share: float | None = None
    where: str | None = None
    rows: tuple[Mapping[str, Any], ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The finding as it stands in `workbench check --format json`: always in English."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "count": self.count,
            "share": None if self.share is None else round(self.share, 6),
            "message": self.message,
            "remedy": self.remedy,
            "where": self.where,
            "rows": [dict(row) for row in self.rows],
            **dict(self.data),
        }


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question naming the nearest known names, or an empty string when none is near."""
    options = sorted(set(known))
    folded = {option.casefold(): option for option in options}
    near = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    if not near:
        return ""
    return Message("Did you mean {names}?", names=either(quoted(folded[key] for key in near)))


def unknown_name(kind: str, name: str, known: Iterable[str], *, where: str | None = None) -> WorkbenchError:
    """The error for a name that nothing carries, with the nearest names or, failing these, all of them.

    `kind` is a literal noun ("column"): the catalogues find it here.
    """
    options = sorted(set(known))
    what = kind if isinstance(kind, Message) else Message(kind)
    remedy = did_you_mean(name, options)
    if not remedy and not options:
        remedy = Message("There is no {kind} here at all", kind=what)
    elif not remedy and len(options) > _SHOWN:
        remedy = Message("Known: {names}, …", names=options[:_SHOWN])
    elif not remedy:
        remedy = Message("Known: {names}", names=options)
    return WorkbenchError(
        Message("Unknown {kind} {name!r}", kind=what, name=name), where=where, remedy=remedy
    )
