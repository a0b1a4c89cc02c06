"""Errors and findings that a user can act on: what happened, where, and what to do next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Finding", "Severity", "WorkbenchError", "did_you_mean", "unknown_name"]

Severity = Literal["block", "warn", "note"]


class WorkbenchError(Exception):
    """Something a user can mend. The text is one line: what happened, where, and the remedy.

    >>> print(WorkbenchError("The file has no header", where="sales.csv, row 1", remedy="Add one"))
    The file has no header (sales.csv, row 1). Add one.
    """

    def __init__(self, message: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.message = message
        self.where = where
        self.remedy = remedy
        text = message.rstrip(".")
        if where:
            text += f" ({where})"
        text += "."
        if remedy:
            text += f" {remedy}" if remedy.endswith(("?", ".")) else f" {remedy}."
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the data check has to say about a source or a log.

    `count` is the number of rows or cases concerned, `share` their part of all (0–1), `where` the file and
    column, `data` further facts that a program may read (row accounting, both readings of a date, ...).
    """

    rule: str
    severity: Severity
    message: str
    remedy: str = ""
    count: int = 0
    share: float | None = None
    where: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The finding as it stands in `workbench check --format json`."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "count": self.count,
            "share": None if self.share is None else round(self.share, 6),
            "message": self.message,
            "remedy": self.remedy,
            "where": self.where,
            **dict(self.data),
        }


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question naming the nearest known names, or an empty string when none is near."""
    options = sorted(set(known))
    folded = {option.casefold(): option for option in options}
    near = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    if not near:
        return ""
    return "Did you mean " + " or ".join(repr(folded[key]) for key in near) + "?"


def unknown_name(kind: str, name: str, known: Iterable[str], *, where: str | None = None) -> WorkbenchError:
    """The error for a name that nothing carries, with the nearest names or, failing these, all of them."""
    options = sorted(set(known))
    hint = did_you_mean(name, options)
    if not hint:
        shown = ", ".join(options[:12]) + (", …" if len(options) > 12 else "")
        hint = f"Known: {shown}" if options else f"There is no {kind} here at all"
    return WorkbenchError(f"Unknown {kind} {name!r}", where=where, remedy=hint)
