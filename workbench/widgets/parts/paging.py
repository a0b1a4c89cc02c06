"""A long list a page at a time: where the page begins that is shown, and the way to the ones before and after it."""

from __future__ import annotations

from markupsafe import Markup

from workbench.draw.acting import button, toolbar
from workbench.draw.words import words
from workbench.widgets.parts.base import Part

__all__ = ["AT_A_TIME", "page_start", "paging"]

AT_A_TIME = 15
"""Rows of a page."""

_FURTHEST = 10_000_000


def page_start(part: Part, rows: int | None = None) -> int:
    """The place of the first row that is shown, by the option `first` of a part.

    Of a list of so many `rows` the last page stands for one beyond it: a filter may have made the list shorter.
    """
    first = int(part.number("first", 0, least=0, most=_FURTHEST))
    if rows is None or first < rows:
        return first
    return max(0, rows - 1) // AT_A_TIME * AT_A_TIME


def paging(part: Part, first: int, rows: int, *, label: str) -> Markup:
    """Which rows of how many are shown, and the way to the others; nothing where all of them are.

    `label` is what the list is called.
    """
    if rows <= AT_A_TIME:
        return Markup("")
    after = first + AT_A_TIME
    shown = part.say("{first} to {last} of {n}", first=first + 1, last=min(rows, after), n=rows)
    return toolbar(
        button(part.say("Earlier"), "options", {"first": max(0, first - AT_A_TIME)}, disabled=first == 0),
        button(part.say("Further"), "options", {"first": after}, disabled=after >= rows),
        Markup('<span class="wb-more">{}</span>').format(words(shown)),
        label=label,
    )
