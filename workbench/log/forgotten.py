"""Tables that an engine keeps for as long as anything refers to them."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterator

import ibis.expr.types as ir

__all__ = ["Forgotten"]


class Forgotten:
    """Names of kept tables to which nothing refers any more, until their engine finds time to drop them.

    That may be noticed anywhere, amid another question too: nothing is asked of a backend then.
    """

    def __init__(self) -> None:
        self._names: deque[str] = deque()

    def watch(self, table: ir.Table) -> ir.Table:
        """The table, whose name is given out once no expression holds it any more."""
        self.watch_named(table, table.op().name)
        return table

    def watch_named(self, expr: ir.Expr, name: str) -> None:
        """Give out a name once no expression holds the operation of this one any more."""
        weakref.finalize(expr.op(), self._names.append, name).atexit = False

    def names(self) -> Iterator[str]:
        """What was forgotten since the last time."""
        while self._names:
            yield self._names.popleft()
