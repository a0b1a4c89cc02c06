"""Hostile text made harmless, one function for each place where log data meets a reader.

Activity, customer, file and column names come from somebody else's system. Whatever they hold is shown as
text.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["spreadsheet_cell", "terminal_text"]

# Control characters (C0 but tab, DEL, C1) and those that turn the direction of what follows.
_UNSEEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def terminal_text(text: str) -> str:
    r"""A text for a terminal: what would move its cursor, colour it or ring its bell is written out instead.

    >>> terminal_text("paid\x1b[31m")
    'paid\\x1b[31m'
    """
    return _UNSEEN.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), text)


def spreadsheet_cell(value: Any) -> Any:
    """A value for a cell of CSV or a workbook: a text that a spreadsheet would compute is marked as text.

    Numbers pass as they are, negative ones too.

    >>> spreadsheet_cell("=1+1"), spreadsheet_cell(-1)
    ("'=1+1", -1)
    """
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
