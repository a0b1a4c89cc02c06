"""How large a log is, as the pages say it."""

from __future__ import annotations

from workbench.discover import LogSize, knows_ends
from workbench.pages.base import Page

__all__ = ["size_numbers"]


def size_numbers(page: Page, size: LogSize) -> list[tuple[str, str]]:
    """Cases, open ones where the process knows an end, and recorded events, each with its name."""
    waiting = [(page.say("Open cases"), page.speech.number(size.open))] if knows_ends(page.prepared) else []
    return [
        (page.say("Cases"), page.speech.number(size.cases)),
        *waiting,
        (page.say("Events"), page.speech.number(size.events)),
    ]
