"""What a reader has chosen on a page: which cases, what of the map, and the way back."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from workbench.discover.conditions import Condition, condition_of
from workbench.errors import WorkbenchError
from workbench.measured import as_date
from workbench.messages import Message

__all__ = ["Past", "State"]

# An address is some 2,000 characters at most; what was made to burst is not unpacked.
_LONGEST_HASH = 20_000
_LARGEST = 200_000
_ANEW = Message("Open the page anew without what stands behind the #")


@dataclass(frozen=True)
class State:
    """One choice: the conditions that cases meet, the activities that are hidden, two populations to compare.

    `since` is the day that parts before from after where these are compared; None: the middle of the log. `options`
    are what a part of the page was told besides (an order, an overlay, a page of a list), by part: they narrow nothing.
    """

    conditions: tuple[Condition, ...] = ()
    hidden: tuple[str, ...] = ()
    compared: str | None = None
    since: date | None = None
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def adding(self, condition: Condition) -> State:
        """One condition more; one that stands there already is not doubled."""
        if condition in self.conditions:
            return self
        return replace(self, conditions=(*self.conditions, condition))

    def without(self, place: int) -> State:
        """All conditions but one."""
        kept = tuple(found for at, found in enumerate(self.conditions) if at != place)
        return replace(self, conditions=kept)

    def telling(self, part: str, **options: Any) -> State:
        """The same choice with other options of one part; None takes an option away."""
        own = {**self.options.get(part, {}), **options}
        own = {name: value for name, value in own.items() if value is not None}
        others = {name: value for name, value in self.options.items() if name != part}
        return replace(self, options={**others, **({part: own} if own else {})})

    @property
    def cases(self) -> tuple[Any, ...]:
        """What decides which cases are looked at, and how: two states alike in this differ in options alone."""
        return self.conditions, self.hidden, self.compared, self.since

    def record(self) -> dict[str, Any]:
        """The choice as JSON."""
        whole = {
            "conditions": [condition.record() for condition in self.conditions],
            "hidden": list(self.hidden),
            "compared": self.compared,
            "since": self.since and self.since.isoformat(),
            "options": {name: dict(own) for name, own in self.options.items()},
        }
        return {name: value for name, value in whole.items() if value}

    @classmethod
    def of(cls, record: Any) -> State:
        """The choice that a record holds. Raises WorkbenchError for one that holds none."""
        if not isinstance(record, Mapping):
            raise WorkbenchError(Message("There is no choice in it"), where="view", remedy=_ANEW)
        options = record.get("options")
        hidden = record.get("hidden")
        compared, since = record.get("compared"), record.get("since")
        return cls(
            conditions=tuple(condition_of(found) for found in record.get("conditions") or ()),
            hidden=tuple(map(str, hidden)) if isinstance(hidden, list) else (),
            compared=compared if isinstance(compared, str) else None,
            since=as_date(since, where="view") if isinstance(since, str) else None,
            options={str(name): dict(own) for name, own in options.items() if isinstance(own, Mapping)}
            if isinstance(options, Mapping)
            else {},
        )

    def hash(self) -> str:
        """The choice in few characters, for the end of an address; empty when nothing was chosen."""
        record = self.record()
        if not record:
            return ""
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")

    @classmethod
    def of_hash(cls, text: str) -> State:
        """The choice that the end of an address holds. Raises WorkbenchError where it was not made by `hash`."""
        if not text:
            return cls()
        try:
            if len(text) > _LONGEST_HASH:
                raise ValueError("too long")
            packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            opened = zlib.decompressobj()
            plain = opened.decompress(packed, _LARGEST)
            if opened.unconsumed_tail:
                raise ValueError("too large")
            record = json.loads(plain)
        except (ValueError, binascii.Error, zlib.error, RecursionError) as error:
            raise WorkbenchError(
                Message("The end of the address holds no choice"), where="#", remedy=_ANEW
            ) from error
        return cls.of(record)


class Past:
    """The choices that were, and those that were taken back."""

    _DEEPEST = 200

    def __init__(self, first: State) -> None:
        self._behind: list[State] = []
        self._ahead: list[State] = []
        self.now = first

    def go(self, state: State) -> None:
        """A new choice; what was taken back before it is gone. Options alone are no step of their own."""
        if state.cases != self.now.cases:
            self._behind = [*self._behind, self.now][-self._DEEPEST :]
            self._ahead = []
        self.now = state

    @property
    def can_undo(self) -> bool:
        return bool(self._behind)

    @property
    def can_redo(self) -> bool:
        return bool(self._ahead)

    def undo(self) -> State:
        """One choice back, as far as there is any."""
        if self._behind:
            self._ahead.append(self.now)
            self.now = self._behind.pop()
        return self.now

    def redo(self) -> State:
        """One choice forth again."""
        if self._ahead:
            self._behind.append(self.now)
            self.now = self._ahead.pop()
        return self.now
