"""Names and values of a source inside SQL: quoted here and nowhere else.

Header names and cell values are other people's text. Columns of a source are therefore renamed to `c0`, `c1`
and so on when they are read; only canonical names (checked words) and literals made here reach a statement.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["column_list", "ident", "literal", "text_list", "value_list"]


def ident(name: str) -> str:
    """A name as a quoted SQL identifier.

    >>> ident('na"me')
    '"na""me"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text as an SQL string literal.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + value.replace("'", "''") + "'"


def text_list(values: Iterable[str]) -> str:
    """Texts as a parenthesised list, for IN.

    >>> text_list(["a", "b"])
    "('a', 'b')"
    """
    return "(" + ", ".join(literal(value) for value in values) + ")"


def value_list(values: Iterable[str]) -> str:
    """Texts as a value of the type list, for `list_contains`.

    >>> value_list(["a", "b"])
    "['a', 'b']"
    """
    return "[" + ", ".join(literal(value) for value in values) + "]"


def column_list(columns: Iterable[str]) -> str:
    """Expressions joined for a SELECT, one a line, so that a failing statement can be read.

    >>> column_list(["a", "b"])
    'a,\\n  b'
    """
    return ",\n  ".join(columns)
