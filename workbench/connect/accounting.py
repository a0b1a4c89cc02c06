"""What became of every row: rows in = rows kept + rows dropped by reason, said source by source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workbench.errors import Finding
from workbench.log.raw import SourceAccounting
from workbench.messages import Message

__all__ = ["accounting_notes", "reason_name", "with_dropped"]

_NAMES = {
    "duplicate": Message("duplicate"),
    "missing_activity": Message("missing activity"),
    "missing_case": Message("missing case"),
    "missing_currency": Message("missing currency"),
    "missing_date": Message("missing date"),
    "missing_key": Message("missing key"),
    "missing_rate": Message("missing rate"),
    "missing_time": Message("missing time"),
    "came_again": Message("came again unchanged"),
    "no_or_repeated_key": Message("no or repeated key"),
    "repeated_header": Message("repeated header"),
    "replaced": Message("replaced by a later delivery"),
    "subtotal": Message("line of subtotals"),
    "trailing_total": Message("line of totals"),
    "not_complete": Message("not complete"),
    "paired_start": Message("start of an event that is told when it is complete"),
    "undecided_time": Message("undecided time"),
    "unparseable_time": Message("unparseable time"),
}


# What the project asked for is no fault of the data.
_AS_ASKED = ("not_complete", "paired_start")

# What was left out when the source was opened is told where it is known why.
_TOLD = ("came_again", "repeated_header", "replaced", "subtotal", "trailing_total")


def with_dropped(accounting: SourceAccounting, dropped: Mapping[str, int]) -> SourceAccounting:
    """The account of a source some rows of which had been left out before it came to be counted."""
    if not dropped:
        return accounting
    return replace(
        accounting,
        rows_in=accounting.rows_in + sum(dropped.values()),
        dropped={**accounting.dropped, **dropped},
    )


def reason_name(reason: str) -> str:
    """The reason for which rows were dropped, as a reader is told it.

    >>> reason_name("missing_case")
    'missing case'
    """
    return _NAMES.get(reason, reason.replace("_", " "))


def accounting_notes(accounting: Sequence[SourceAccounting]) -> list[Finding]:
    """Row accounting, source by source: rows in = rows kept + rows dropped by reason. Dropped rows warn."""
    notes = [
        Finding(
            rule="row_accounting",
            severity="note",
            message=_tally(source),
            count=source.rows_in,
            share=source.rows_kept / source.rows_in if source.rows_in else None,
            where=source.source,
            data={
                "source": source.source,
                "kind": source.kind,
                "rows_in": source.rows_in,
                "rows_kept": source.rows_kept,
                "dropped": dict(source.dropped),
                "events": source.events,
                **({"privacy": dict(source.privacy)} if source.privacy else {}),
            },
        )
        for source in accounting
    ]
    return notes + [
        _dropped(source, reason, count)
        for source in accounting
        for reason, count in source.dropped.items()
        if reason not in _TOLD
    ]


def _tally(source: SourceAccounting) -> Message:
    """The rows of a source in one sentence; side tables and lookups give no events."""
    name, rows, kept, events = source.source, source.rows_in, source.rows_kept, source.events
    dropped = sum(source.dropped.values())
    reasons = [
        Message("{count} {reason}", count=count, reason=reason_name(reason))
        for reason, count in source.dropped.items()
    ]
    gives_events = source.kind in ("events", "cases")
    if gives_events and dropped:
        return Message(
            "{source}: {rows} rows in, {kept} kept, which gave {events} events, {dropped} dropped ({reasons})",
            source=name,
            rows=rows,
            kept=kept,
            events=events,
            dropped=dropped,
            reasons=reasons,
        )
    if gives_events:
        return Message(
            "{source}: {rows} rows in, {kept} kept, which gave {events} events",
            source=name,
            rows=rows,
            kept=kept,
            events=events,
        )
    if dropped:
        return Message(
            "{source}: {rows} rows in, {kept} kept, {dropped} dropped ({reasons})",
            source=name,
            rows=rows,
            kept=kept,
            dropped=dropped,
            reasons=reasons,
        )
    return Message("{source}: {rows} rows in, {kept} kept", source=name, rows=rows, kept=kept)


def _dropped(source: SourceAccounting, reason: str, count: int) -> Finding:
    message, remedy = _sentence(reason, count, source.rows_in)
    return Finding(
        rule=f"dropped_{reason}" if reason == "duplicate" else reason,
        severity="note" if reason in _AS_ASKED else "warn",
        message=message,
        remedy=remedy,
        count=count,
        share=count / source.rows_in,
        where=source.source,
    )


def _sentence(reason: str, count: int, rows: int) -> tuple[Message, Message]:
    """How many rows are left out and why, and what to do about it."""
    if reason == "missing_case":
        return (
            Message("{count} of {rows} rows have no case id and are left out", count=count, rows=rows),
            Message("Fill the case id in the source, or map another column as `case`"),
        )
    if reason == "missing_activity":
        return (
            Message("{count} of {rows} rows have no activity and are left out", count=count, rows=rows),
            Message("Fill the activity in the source"),
        )
    if reason == "missing_time":
        return (
            Message("{count} of {rows} rows have no time and are left out", count=count, rows=rows),
            Message("Fill the time in the source; an event without a time has no place in a case"),
        )
    if reason == "unparseable_time":
        return (
            Message(
                "{count} of {rows} rows have a time that cannot be read and are left out",
                count=count,
                rows=rows,
            ),
            Message("See the finding on the column's values"),
        )
    if reason == "undecided_time":
        return (
            Message(
                "{count} of {rows} rows wait for the format of their time and are left out",
                count=count,
                rows=rows,
            ),
            Message("Declare the format as the blocking finding says"),
        )
    if reason == "paired_start":
        return (
            Message(
                "{count} of {rows} rows are starts: each is told by its completion", count=count, rows=rows
            ),
            Message('Set steps = "keep" to count starts as events'),
        )
    if reason == "not_complete":
        return (
            Message("{count} of {rows} rows are no completion and are left out", count=count, rows=rows),
            Message('Set steps = "keep" to count them as events'),
        )
    if reason == "duplicate":
        return (
            Message(
                "{count} of {rows} rows repeat another event in every field and are left out",
                count=count,
                rows=rows,
            ),
            Message('Set duplicates = "keep" to keep them'),
        )
    return (
        Message(
            "{count} of {rows} rows were dropped and are left out: {reason}",
            count=count,
            rows=rows,
            reason=reason_name(reason),
        ),
        Message("Fill it in the source"),
    )
