"""Currencies that stand in the amounts themselves, as in $1,200.00: several in a column are never added as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from workbench.connect.fields import Field, Readings
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import Finding
from workbench.messages import Message
from workbench.places import in_column

__all__ = ["several_currencies"]

_SHOWN = 5
_UNIT = r"([A-Z]{3}|[A-Z]{0,3}\p{Sc})"
_CODES: Mapping[str, str] = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "US$": "USD",
    "C$": "CAD",
    "CA$": "CAD",
    "A$": "AUD",
}
"""Signs of one currency only; $ and ¥ are those of several."""


def several_currencies(
    stage: Stage, table: SourceTable, fields: Sequence[Field], readings: Readings
) -> list[Finding]:
    """For each column of money whose amounts name more than one currency; no other column says which each has."""
    return [
        finding
        for item in fields
        if item.type == "money" and item.column.is_text and _may_have_units(item.column.name, readings)
        for finding in _of(stage, table, item)
    ]


def _may_have_units(name: str, readings: Readings) -> bool:
    proof = readings.number_proofs.get(name)
    return name in readings.numbers and (proof is None or proof.signed)


def _of(stage: Stage, table: SourceTable, item: Field) -> list[Finding]:
    value = item.column.sql
    unit = f"regexp_extract({value}, '{_UNIT}')"
    rows = stage.rows(
        f"SELECT u, count(*), min(row) FROM (SELECT {unit} AS u, row FROM {table.relation} "
        f"WHERE regexp_matches({value}, '[0-9]')) WHERE u <> '' GROUP BY u ORDER BY 2 DESC, 1"
    )
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for text, count, row in rows:
        code = _CODES.get(text, text)
        counts[code] += int(count)
        first[code] = min(int(row), first.get(code, int(row)))
    if "$" in counts and "USD" in counts and len(counts) == 2:
        return []
    if len(counts) < 2:
        return []
    shown = counts.most_common(_SHOWN)
    others = sum(counts.values()) - shown[0][1]
    named = [
        Message("{name} ({count}, first in row {row})", name=code, count=count, row=table.named(first[code]))
        for code, count in shown
    ]
    return [
        Finding(
            rule="mixed_currencies",
            severity="block",
            message=Message(
                "The amounts of {column!r} name several currencies: {codes}; without a column that says which, they "
                "would be added as one",
                column=item.column.name,
                codes=named,
            ),
            remedy=Message(
                "Give the currency a column of its own in the source and map it, or leave one currency in the amounts"
            ),
            count=others,
            share=others / sum(counts.values()),
            where=in_column(table.where, item.column.name),
            rows=tuple({"value": code, "row": table.at(first[code])[1]} for code, _ in shown),
            data={"currencies": dict(counts)},
        )
    ]
