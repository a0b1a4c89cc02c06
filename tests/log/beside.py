"""Prepared logs with tables beside them, written as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import ibis
import pandas as pd

from tests.log.rawlog import raw_log
from tests.log.small import CREDIT
from workbench.log.derive import derive
from workbench.log.prepared import PreparedLog
from workbench.log.recorded import record
from workbench.log.settings import Settings
from workbench.rules import judge
from workbench.template import load_template

_SQL = {"money": "decimal(24, 6)", "num": "float64", "pct": "float64", "bool": "boolean", "date": "date"}


def with_tables(
    events: str,
    cases: str,
    tables: dict[str, str],
    *,
    as_of: str,
    process: str = CREDIT,
    zone: str = "UTC",
    currency: str = "EUR",
    **settings: Any,
) -> PreparedLog:
    """A prepared log and its tables: a header `name | name:type | ...` and a row a line; times are UTC.

    A column is of the type that the process says unless it says its own.
    """
    template = load_template(process)
    raw, engine = raw_log(template, events, cases, zone=zone)
    side = {}
    for name, text in tables.items():
        header, *lines = [
            [part.strip() for part in line.split("|")] for line in text.strip().splitlines() if line.strip()
        ]
        kinds = {}
        for column in header:
            called, _, kind = column.partition(":")
            kinds[called] = kind or template.attributes[called].type
        frame = pd.DataFrame(lines, columns=list(kinds)).replace("", None).astype(object)
        texts = {one: [None if pd.isna(value) else value for value in frame[one]] for one in kinds}
        text_table = ibis.memtable(texts, schema=dict.fromkeys(kinds, "string"))
        typed = {
            one: text_table[one].cast("timestamp(6)" if kind == "ts" else _SQL.get(kind, "string"))
            for one, kind in kinds.items()
        }
        side[name] = engine.keep(text_table.select(**typed), "side")
    # Logs of a few cases are read group by group.
    settings.setdefault("least", 1)
    chosen = Settings(zone=zone, currency=currency, as_of=date.fromisoformat(as_of), **settings)
    recorded = record(replace(raw, side=side), template, chosen, engine)
    return derive(recorded, template, engine, judge=judge)


def rows_of(log: PreparedLog, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of a table beside the log, in the order of its rows; nothing is None, days are text."""
    frame = log.frame(log.tables[table].order_by("row_key").select(*columns)).astype(object)
    return [
        tuple(None if pd.isna(value) else str(value)[:10] if "day" in name else value
              for name, value in zip(columns, row, strict=True))
        for row in frame.itertuples(index=False)
    ]  # fmt: skip
