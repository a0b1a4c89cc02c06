"""What deriving asks of a whole log beforehand, and the tables that it keeps."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd

from workbench.log.engine import DuckDBEngine
from workbench.log.overview import Overview, overview


def test_a_log_seen_as_a_whole() -> None:
    """Two activities, of which one carries an amount; the days of all columns of dates, cases included."""
    engine = DuckDBEngine()
    events = ibis.memtable(
        pd.DataFrame({"activity": [0, 0, 3], "amount": [None, 5.0, None], "note": [None, None, None]}),
        schema={"activity": "int32", "amount": "float64", "note": "string"},
    ).mutate(day=ibis.date("2026-01-05"))
    cases = ibis.memtable({"case_currency": ["USD", "EUR", "USD"]}).mutate(due=ibis.date("2026-03-31"))
    seen = overview(events, cases, ["amount", "note", "of cases only"], engine)
    assert seen == Overview(
        events=3,
        filled={0: frozenset({"amount"}), 3: frozenset()},
        currencies=("EUR", "USD"),
        days=(date(2026, 1, 5),) * 4 + (date(2026, 3, 31),) * 4,
    )
    assert list(seen.activities) == [0, 3]


def test_a_kept_table_has_the_types_that_its_expression_says() -> None:
    """Also where the engine would have others: a date and an interval give it a timestamp."""
    engine = DuckDBEngine()
    rows = engine.keep(ibis.memtable({"key": [1, 2]}), "rows")
    expr = rows.mutate(
        day=(ibis.date("2026-01-01") + ibis.interval(days=1)).cast("date"),
        turn=ibis.row_number().over(ibis.window(order_by=rows["key"])),
        time=ibis.null("timestamp(6)"),
        **{'a "quoted" name': ibis.literal(1, type="int32")},
    )
    kept = engine.keep(expr, "kept")
    assert kept.schema() == expr.schema() == engine.backend.table(kept.op().name).schema()
    assert engine.frame(kept)["turn"].tolist() == [0, 1]
