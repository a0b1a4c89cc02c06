"""What is not events: dated exchange rates, and tables beside the log such as credit requests and leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from workbench.connect.fields import Field, Readings, stripped
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import Finding, WorkbenchError
from workbench.log.raw import SourceAccounting
from workbench.messages import Message
from workbench.places import in_source
from workbench.project import RatesSource, TableSource
from workbench.sql import column_list, ident, literal
from workbench.template import Template
from workbench.template.tables import SideTable

__all__ = ["Rates", "joins_to_log", "read_rates", "read_table", "table_name"]

Rates = tuple[tuple[date, str, Decimal], ...]
_RATE = "DECIMAL(38, 12)"


def read_rates(
    stage: Stage, spec: RatesSource, table: SourceTable, readings: Readings, zone: str
) -> tuple[Rates, SourceAccounting, list[Finding]]:
    """The rates of a table, sorted; rows without a day, a currency or a positive rate are dropped."""
    day_column = table.column(spec.date, key=f"{spec.name}.date")
    rate_column = table.column(spec.rate, key=f"{spec.name}.rate")
    number = readings.numbers.get(rate_column.name)
    rate = number.number(rate_column.sql, _RATE) if number else f"CAST(NULL AS {_RATE})"
    currency = f"upper({stripped(table.column(spec.from_, key=f'{spec.name}.from'))})"
    day = readings.day(day_column, zone)
    typed = stage.keep(
        "rates",
        f"SELECT {day} AS day, {currency} AS currency, {rate} AS rate FROM {table.relation}",
        large=False,
    )
    reason = (
        "CASE WHEN day IS NULL THEN 'missing_date' WHEN currency IS NULL THEN 'missing_currency' "
        "WHEN rate IS NULL OR rate <= 0 THEN 'missing_rate' END"
    )
    counts = {
        name: int(count) for name, count in stage.rows(f"SELECT {reason}, count(*) FROM {typed} GROUP BY 1")
    }
    kept = counts.pop(None, 0)
    rows = stage.rows(
        f"SELECT DISTINCT day, currency, rate FROM {typed} WHERE {reason} IS NULL ORDER BY 2, 1, 3"
    )
    accounting = SourceAccounting(spec.name, spec.kind, kept + sum(counts.values()), kept, counts)
    rates = tuple((day, str(code), Decimal(value)) for day, code, value in rows)
    return rates, accounting, _two_rates(rates, table)


def _two_rates(rates: Rates, table: SourceTable) -> list[Finding]:
    days = Counter((day, currency) for day, currency, _ in rates)
    twice = sorted(key for key, count in days.items() if count > 1)
    if not twice:
        return []
    day, currency = twice[0]
    message = Message("{currency} has two rates on {day}", currency=currency, day=day)
    if twice[1:]:
        message = Message(
            "{currency} has two rates on {day}, and {count} more",
            currency=currency,
            day=day,
            count=len(twice) - 1,
        )
    return [
        Finding(
            rule="contradictory_rates",
            severity="block",
            message=message,
            remedy=Message("Leave one rate per day and currency"),
            count=len(twice),
            where=table.where,
        )
    ]


def table_name(spec: TableSource) -> str:
    """Under which name a table stands in the log: the template knows requests and leads by their kind."""
    return spec.name if spec.kind == "table" else spec.kind


def joins_to_log(name: str, kind: str, table: SideTable | None, template: Template) -> bool:
    """Whether a column of a table has values of the log: its cases, partners, ids, and what the table is kept by."""
    if kind not in ("id", "cat"):
        return False
    known = template.attributes.get(name)
    if table is not None and known is not None and known.table == table.id and name not in table.key:
        return False
    named = {template.case.id, template.case.partner}
    named |= {*table.key, *table.joins} if table is not None else set()
    return kind == "id" or name in named


def _as_in_the_log(value: str, spec: TableSource | None) -> str:
    """A value by the log's spelling, where one has been accepted for it."""
    if spec is None or not spec.same:
        return value
    cases = " ".join(f"WHEN {literal(own)} THEN {literal(main)}" for main, own in spec.same.items())
    return f"CASE {value} {cases} ELSE {value} END"


def read_table(
    stage: Stage,
    spec: TableSource,
    table: SourceTable,
    fields: Sequence[Field],
    readings: Readings,
    template: Template,
    zone: str,
) -> tuple[str, SourceAccounting]:
    """A side table with its columns typed, and its accounting. Rows without the key are dropped."""
    known = template.tables.get(table_name(spec))
    if not fields:
        raise WorkbenchError(
            Message("The source maps no column"),
            where=in_source(spec.name),
            remedy=Message("Add the columns it is to give under [sources.attributes]"),
        )
    names = {item.name for item in fields}
    shared = [item for item in fields if joins_to_log(item.name, item.type, known, template)]
    values = [
        f"{_as_in_the_log(readings.value(item, zone), spec if item in shared else None)} AS {ident(item.name)}"
        for item in fields
    ]
    typed = f"SELECT {column_list(values)} FROM {table.relation}"
    keys = [name for name in known.key if name in names] if known else []
    where = f" WHERE {' AND '.join(f'{ident(key)} IS NOT NULL' for key in keys)}" if keys else ""
    kept_table = stage.keep("side", f"SELECT * FROM ({typed}){where}", large=table.large)
    rows = int(stage.row(f"SELECT count(*) FROM {table.relation}")[0])
    kept = int(stage.row(f"SELECT count(*) FROM {kept_table}")[0])
    dropped = {"missing_key": rows - kept} if rows > kept else {}
    return kept_table, SourceAccounting(spec.name, spec.kind, rows, kept, dropped)
