"""Arrow columns made from whole arrays at once: text by code, exact money, dates, identifiers.

Everything here is vectorised: a Python object per row would cost more than the whole simulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbench.generate.dice import Ints, Mask

__all__ = [
    "DATE",
    "FLAG",
    "MOMENT",
    "MONEY",
    "NUMBER",
    "SHARE",
    "Column",
    "Label",
    "Number",
    "Serial",
    "serials",
    "to_arrow",
]

_DECIMAL = pa.decimal128(18, 2)


@dataclass(frozen=True, slots=True)
class Number:
    """A column of numbers as they are, of an Arrow type; `scale` divides (ten thousandths into a share)."""

    type: pa.DataType
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Label:
    """A column of text given by code."""

    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Serial:
    """A column of identifiers given by number: a prefix and eight digits or more."""

    prefix: str


Column = Number | Label | Serial

MONEY = Number(_DECIMAL)
"""Whole cents in, decimal(18, 2) out."""
DATE = Number(pa.date32())
MOMENT = Number(pa.timestamp("us"))
"""Whole seconds in, a timestamp without a zone out."""
FLAG = Number(pa.bool_())
NUMBER = Number(pa.int32())
SHARE = Number(pa.float64(), scale=10_000)
"""Whole ten thousandths in, a share from 0 to 1 out."""


def serials(prefix: str, numbers: Ints) -> pa.Array:
    """Identifiers as text: `serials("INV-", [7])` is `["INV-00000007"]`."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=8, padding="0")
    return pc.binary_join_element_wise(prefix, digits, "")


def to_arrow(column: Column, values: Ints, missing: Mask | None = None) -> pa.Array:
    """Values in the form of their column; rows where `missing` have none."""
    if isinstance(column, Label):
        codes = pa.array(values.astype(np.int32), mask=missing)
        return pa.DictionaryArray.from_arrays(codes, pa.array(column.names, type=pa.string()))
    if isinstance(column, Serial):
        return _text_of_the_present(column.prefix, values, missing)
    if column.type == _DECIMAL:
        return _decimals(values, missing)
    if column.type == MOMENT.type:
        return pa.array(values * 1_000_000, type=pa.int64(), mask=missing).cast(MOMENT.type)
    if column.type == DATE.type:
        return pa.array(values.astype(np.int32), mask=missing).cast(DATE.type)
    scaled = values / column.scale if column.scale != 1 else values
    return pa.array(scaled, mask=missing).cast(column.type)


def _text_of_the_present(prefix: str, numbers: Ints, missing: Mask | None) -> pa.Array:
    if missing is None:
        return serials(prefix, numbers)
    # Few rows have one: the text is made for these only, and the others point nowhere.
    present = ~missing
    position = np.cumsum(present, dtype=np.int64) - 1
    return serials(prefix, numbers[present]).take(pa.array(position, mask=missing))


def _decimals(cents: Ints, missing: Mask | None) -> pa.Array:
    # A decimal128 is a 128-bit integer: the low half is the 64-bit one, the high half repeats its sign.
    words = np.empty((len(cents), 2), dtype=np.int64)
    words[:, 0] = cents
    words[:, 1] = cents >> 63
    present = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(_DECIMAL, len(cents), [present, pa.py_buffer(words)])
