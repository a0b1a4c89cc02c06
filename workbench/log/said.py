"""Statements that are put into words once and asked again of other cases: half of a small question is its wording."""

from __future__ import annotations

from dataclasses import dataclass, replace

import ibis.expr.types as ir
from ibis.expr.schema import Schema

from workbench.log.bits import Chosen
from workbench.sql import literal

__all__ = ["Said"]


@dataclass(frozen=True)
class Said:
    """An expression in the words of its engine, and what its rows are like.

    `looks_at` are names of chosen cases that it is narrowed by. `rests_on` holds the tables that it asks.
    """

    select: str
    schema: Schema
    looks_at: frozenset[str]
    rests_on: ir.Table

    def of(self, chosen: Chosen) -> Said | None:
        """The same of other cases; None where it is narrowed by anything else besides."""
        if len(self.looks_at) != 1:
            return None
        (name,) = self.looks_at
        select = self.select.replace(literal(name), literal(chosen.name))
        return replace(self, select=select, looks_at=frozenset({chosen.name}))
