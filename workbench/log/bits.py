"""Chosen cases and events as bits that DuckDB looks up in place, kept as a variable of a connection."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from workbench.sql import ident

__all__ = ["NUMBER", "Chosen", "bit", "numbered", "set_variable", "variable"]

NUMBER = "number__"


@ibis.udf.scalar.builtin(name="get_bit")  # type: ignore[untyped-decorator]
def bit(bits: dt.unknown, place: dt.int32) -> dt.int32:
    """One bit of a bit string, 0 or 1."""


@ibis.udf.scalar.builtin(name="getvariable")  # type: ignore[untyped-decorator]
def variable(called: str) -> dt.unknown:
    """What a connection keeps under a name: to a query a constant."""


@dataclass(frozen=True)
class Chosen:
    """Narrows any table with a `case_key` to chosen cases, whose `bits` are kept under a name; `last` is never set."""

    name: str
    last: int
    bits: ir.Value

    def __call__(self, table: ir.Table) -> ir.Table:
        # A key above those of all cases looks at the last bit.
        place = ibis.least(table["case_key"], self.last).cast("int32")
        return table.filter(bit(self.bits, place) == 1)


def set_variable(name: str) -> str:
    """The statement that keeps the bits of a table for a connection."""
    return f"SET VARIABLE {ident(name)} = (SELECT bits FROM {ident(name)})"


def numbered(events: ir.Table) -> ir.Table:
    """All events in their stored order with their number in it: DuckDB counts them as it reads them."""
    return events.mutate(**{NUMBER: ibis.row_number()})
