"""Tables that are made when somebody looks at them: of a choice of cases most are never looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import ibis.expr.types as ir

__all__ = ["LookedAt"]


class LookedAt(Mapping[str, ir.Table]):
    """The tables of a mapping as `make` makes them of their names and of what they were; each is made once."""

    def __init__(self, tables: Mapping[str, ir.Table], make: Callable[[str, ir.Table], ir.Table]) -> None:
        self._tables = tables
        self._make = make
        self._made: dict[str, ir.Table] = {}

    def __getitem__(self, name: str) -> ir.Table:
        if name not in self._made:
            self._made[name] = self._make(name, self._tables[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __contains__(self, name: object) -> bool:
        return name in self._tables
