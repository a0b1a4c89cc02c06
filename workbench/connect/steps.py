"""Starts and completions of one activity as one event, where the project wants it."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.connect.fields import Field
from workbench.connect.tables import SourceColumn
from workbench.errors import WorkbenchError
from workbench.messages import Message
from workbench.places import in_source
from workbench.project import EventsSource
from workbench.sql import text_list

__all__ = ["STARTED", "paired_steps"]

STARTED = "started_at"
"""The attribute of an event that says when its work began, where its source tells starts and completions."""

_STARTS = (
    "start",
    "started",
    "begin",
    "begun",
    "in progress",
    "début",
    "commencé",
    "inicio",
    "iniciado",
    "开始",
)
_COMPLETIONS = (
    "complete", "completed", "end", "ended", "finish", "finished", "done", "terminé", "fin", "completado",
    "finalizado", "完成", "结束",
)  # fmt: skip


def paired_steps(
    query: str, spec: EventsSource, fields: Sequence[Field], time: SourceColumn
) -> tuple[str, tuple[Field, ...]]:
    """The typed rows of a long source with its starts and completions as the project wants them (`steps`).

    "pair": the n-th completion of an activity in a case takes the n-th start, where that is no later; the event is the
    completion, the start its attribute `started_at`. What began and is not complete stays an event of its own.
    "complete": only completions and rows without a transition count.
    """
    if spec.steps == "keep":
        return query, ()
    if spec.lifecycle is None:
        raise WorkbenchError(
            Message(
                'steps = "{steps}" needs the column that tells a start from a completion', steps=spec.steps
            ),
            where=in_source(spec.name),
            remedy=Message("Name it as `lifecycle`"),
        )
    step = "lower(_lifecycle)"
    complete = f"{step} IN {text_list(_COMPLETIONS)}"
    if spec.steps == "complete":
        reason = f"CASE WHEN _reason IS NULL AND NOT ({complete}) THEN 'not_complete' ELSE _reason END"
        return f"SELECT * REPLACE ({reason} AS _reason) FROM ({query})", ()
    if any(item.name == STARTED for item in fields):
        raise WorkbenchError(
            Message(
                "The attribute {name} is taken, and pairing starts with completions fills it", name=STARTED
            ),
            where=in_source(spec.name),
            remedy=Message("Rename that attribute"),
        )
    kind = (
        f"CASE WHEN _reason IS NOT NULL THEN NULL WHEN {step} IN {text_list(_STARTS)} THEN 's' "
        f"WHEN {complete} THEN 'c' END"
    )
    order = "ORDER BY _time, _order"
    counted = (
        f"SELECT *, row_number() OVER (PARTITION BY case_id, _activity, _step {order}) AS _nth "
        f"FROM (SELECT *, {kind} AS _step FROM ({query}))"
    )
    pair = "OVER (PARTITION BY case_id, _activity, _nth, _step IS NULL)"
    met = (
        f"SELECT *, min(CASE WHEN _step = 's' THEN _time END) {pair} AS _begun, "
        f"min(CASE WHEN _step = 'c' THEN _time END) {pair} AS _done FROM ({counted})"
    )
    paired = "_step IS NOT NULL AND _begun <= _done"
    return (
        "SELECT * EXCLUDE (_step, _nth, _begun, _done) "
        f"REPLACE (CASE WHEN {paired} AND _step = 's' THEN 'paired_start' ELSE _reason END AS _reason), "
        f"CASE WHEN {paired} AND _step = 'c' THEN _begun END AS {STARTED} FROM ({met})"
    ), (Field(STARTED, "ts", "event", time),)
