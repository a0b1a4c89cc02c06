"""Columns that come to rows from tables beside the log, and a table's rows as a sheet has them."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis.expr.operations import JoinChain

from workbench.log.beside import ROW, begins_of, by_activity, local_day
from workbench.log.prepared import PreparedLog
from workbench.template.base import mentioned

__all__ = ["beside_rows", "closed", "with_given"]


def closed(table: ir.Table) -> ir.Table:
    """A joined table under a projection of its own.

    ibis melts joins in a row into one and forgets the tables between; closed, expressions made before the next
    join still find their columns.
    """
    closed = table.select(*table.columns)
    # What a join answers with takes the first projection into itself.
    return closed.select(*closed.columns) if isinstance(closed.op(), JoinChain) else closed


def beside_rows(log: PreparedLog, name: str, table: ir.Table) -> ir.Table:
    """The rows of a table beside the log, with the columns that every sheet has: its key stands for the case.

    They begin with the moment from which on they are known, and nothing ends them.
    """
    declared = log.template.tables[name]
    key: ir.Value = table[ROW].cast("string")
    if declared.key and declared.key[0] in table.columns:
        key = table[declared.key[0]].cast("string")
    begins = begins_of(name, table, log.template)
    start: ir.Value = ibis.null("timestamp(6)")
    start_day: ir.Value = ibis.null("date")
    if begins is not None:
        timed = table[begins].type().is_timestamp()
        start, start_day = (table[begins], table[local_day(begins)]) if timed else (start, table[begins])
    return table.mutate(
        case_key=ibis.null("int64"),
        case_id=key,
        start=start,
        start_day=start_day,
        end=start,
        end_day=start_day,
        status=ibis.literal("open"),
        ended=ibis.null("timestamp(6)"),
        ended_day=ibis.null("date"),
        ended_kind=ibis.null("string"),
    )


def _given_by_activity(log: PreparedLog, entry: object) -> dict[str, str]:
    """Attributes that an entry mentions and that a table gives to each event of an activity, each with the table."""
    names = mentioned(entry)
    return {
        name: table
        for table, declared in log.template.tables.items()
        if table in log.tables and by_activity(log.template, table)
        for name in declared.gives
        if name in names and name in log.tables[table].columns
    }


def with_given(log: PreparedLog, events: ir.Table, entry: object) -> ir.Table:
    """Events with what a table says of their activity; what an event says itself goes before."""
    role = log.template.case.activity
    for name, table in _given_by_activity(log, entry).items():
        codes = ibis.memtable(
            {"given_name": list(log.meta.activities), "given_code": list(range(len(log.meta.activities)))},
            schema={"given_name": "string", "given_code": "int32"},
        )
        rows = log.tables[table]
        # Said twice, the first row holds.
        firsts = rows.group_by(given_name=rows[role]).aggregate(given=rows[name].argmin(rows[ROW]))
        given = codes.join(firsts, "given_name").select("given_code", "given")
        joined = events.left_join(given, events["activity"] == given["given_code"])
        value = (
            joined["given"] if name not in events.columns else ibis.coalesce(joined[name], joined["given"])
        )
        events = closed(joined.mutate(**{name: value}).drop("given_code", "given"))
    return events
