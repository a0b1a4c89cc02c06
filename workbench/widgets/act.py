"""What a reader did in a browser, as it comes to Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Act"]


@dataclass(frozen=True)
class Act:
    """What a reader did: the name of what is asked, what the element carried along, what was typed or chosen.

    All of it comes from a browser, so whoever takes an act looks its content up before using it.
    """

    name: str
    given: Any = None
    value: Any = None

    @classmethod
    def of(cls, content: Any) -> Act | None:
        """The act that a browser's message tells of; None for one that is no act, from whoever."""
        if isinstance(content, dict) and isinstance(content.get("do"), str):
            return cls(content["do"], content.get("with"), content.get("value"))
        return None
