"""What a log's file has that its format does not allow: counted by kind, told by the first line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workbench.errors import Finding, Severity
from workbench.messages import Message
from workbench.places import at_line

__all__ = ["Faults"]

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class _Kind:
    severity: Severity
    said: Callable[[int, str, str], Message]
    remedy: Message


_MEND = Message("See the line, and export the log again if it is not meant so")
_KINDS: Mapping[str, _Kind] = {
    "event_outside": _Kind(
        "warn",
        lambda n, _, __: Message(
            "{count} events stand outside a trace, thus of no case, and are left out", count=n
        ),
        _MEND,
    ),
    "value": _Kind(
        "warn",
        lambda n, text, kind: Message(
            "{count} values are not of their declared type, the first being {text!r} as {kind}; they are left empty",
            count=n,
            text=text,
            kind=kind,
        ),
        _MEND,
    ),
    "attribute": _Kind(
        "warn",
        lambda n, text, _: Message(
            "{count} attributes have no key or no value and are left out, the first being {text!r}",
            count=n,
            text=text,
        ),
        _MEND,
    ),
    "out_of_place": _Kind(
        "warn",
        lambda n, text, _: Message(
            "{count} elements stand where the format has none and are left out, the first being {text!r}",
            count=n,
            text=text,
        ),
        _MEND,
    ),
    "repeated": _Kind(
        "warn",
        lambda n, text, _: Message(
            "{count} attributes stand twice in an event or trace, the first being {text!r}; the earlier value counts",
            count=n,
            text=text,
        ),
        _MEND,
    ),
    "too_deep": _Kind(
        "warn",
        lambda n, text, _: Message(
            "{count} attributes are nested too deep and left out, the first below {text!r}",
            count=n,
            text=text,
        ),
        _MEND,
    ),
    "header": _Kind(
        "warn",
        lambda n, text, _: Message(
            "{count} declarations of the log are not as the format wants them, the first being {text!r}",
            count=n,
            text=text,
        ),
        Message("The log was read; what it declares there was not used"),
    ),
    "empty_trace": _Kind(
        "warn",
        lambda n, _, __: Message("{count} traces have no event: their cases are not in the log", count=n),
        Message("If they should count as cases, export an event for each"),
    ),
    "changed": _Kind(
        "note",
        lambda n, text, _: Message(
            "{count} times an object's attribute changes, such as {text!r}; its last value counts for the whole case",
            count=n,
            text=text,
        ),
        Message("Map such attributes with care: at the time of an event the value may have been another"),
    ),
    "id": _Kind(
        "note",
        lambda n, text, _: Message(
            "{count} values are declared as ids and are no UUID, the first being {text!r}; they are kept as text",
            count=n,
            text=text,
        ),
        _MEND,
    ),
    "stray": _Kind(
        "note",
        lambda n, text, _: Message(
            "{count} events or traces have XML attributes of their own, such as {text!r}, which are not read",
            count=n,
            text=text,
        ),
        _MEND,
    ),
    "nested": _Kind(
        "note",
        lambda n, text, _: Message(
            "{count} attributes hold others; these are columns of their own, such as those below {text!r}",
            count=n,
            text=text,
        ),
        Message("Map the columns named outer/inner that matter"),
    ),
}


class Faults:
    """The faults of one file."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._found: dict[str, tuple[int, int, str, str]] = {}

    def add(self, kind: str, line: int | None, text: str = "", detail: str = "") -> None:
        """One more of a kind; the first gives the line and the words."""
        count, *first = self._found.get(kind, (0, line or 0, text[:_SHOWN], detail))
        self._found[kind] = (count + 1, *first)  # type: ignore[assignment]

    def findings(self) -> tuple[Finding, ...]:
        """A finding for each kind that was met, the gravest first."""
        return tuple(self._finding(kind) for kind in _KINDS if kind in self._found)

    def worst(self) -> Finding | None:
        """The gravest of them."""
        return next(iter(self.findings()), None)

    def _finding(self, kind: str) -> Finding:
        count, line, text, detail = self._found[kind]
        known = _KINDS[kind]
        return Finding(
            rule=f"log_{kind}",
            severity=known.severity,
            message=known.said(count, text, detail),
            remedy=known.remedy,
            count=count,
            where=at_line(self._where, line) if line else self._where,
            data={"line": line},
        )
