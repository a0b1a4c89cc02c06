"""Hostile text made harmless, one function for each place where log data meets a reader.

Activity, customer, file and column names come from somebody else's system. Whatever they hold is shown as
text.
"""

from __future__ import annotations

import json
import re
from typing import Any

from markupsafe import Markup, escape

__all__ = ["html_text", "spreadsheet_cell", "terminal_text", "toml_text", "xml_text"]

# Control characters (C0 but tab, DEL, C1) and those that turn the direction of what follows.
_UNSEEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# Halves of a character, and what is none: neither XML nor UTF-8 can hold them.
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
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


def xml_text(text: str) -> str:
    r"""A text that XML can hold and that cannot turn the direction of what follows; markup is not yet escaped.

    >>> xml_text("paid\x00")
    'paid\\x00'
    """
    shown = terminal_text(text.replace("\n", " ").replace("\t", " "))
    return _NO_CHARACTER.sub(lambda match: f"\\u{ord(match.group()):04x}", shown)


def html_text(value: Any) -> Markup:
    """A value as text of an HTML page or of an SVG: shown as it is, never read as markup.

    What was made by escaping already (`Markup`) passes.

    >>> html_text("<script>alert(1)</script>")
    Markup('&lt;script&gt;alert(1)&lt;/script&gt;')
    """
    return value if isinstance(value, Markup) else escape(xml_text(str(value)))


def toml_text(value: Any) -> str:
    """A text, or a list of texts, as project.toml writes it.

    >>> toml_text('Due "on"')
    '"Due \\\\"on\\\\""'
    """
    return json.dumps(value, ensure_ascii=False)
