"""What a browser would send and a reader would see, without either."""

from __future__ import annotations

import re
from typing import Any

from workbench.widgets.explorer import Explorer

__all__ = ["REMINDED", "did", "looked_at", "shown_cases"]

REMINDED = {"kind": "activity", "any": ["overdue_reminder_sent"]}


def did(explorer: Explorer, part: str, name: str, given: Any = None, value: Any = None) -> None:
    """What the browser sends when somebody acts in a part."""
    explorer.panel(part)._told({"do": name, "with": given, "value": value})


def looked_at(explorer: Explorer, *parts: str) -> None:
    """Somebody has these parts before their eyes."""
    for part in parts:
        explorer.panel(part).visible = True
    explorer.settle()


def shown_cases(explorer: Explorer) -> int:
    found = re.search(r"<strong>([\d,]+) of", explorer.panel("filters").html)
    assert found
    return int(found[1].replace(",", ""))
