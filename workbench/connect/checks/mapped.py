"""What the project says of a source's values and the source does not have: labels and conditions never met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.connect.fields import stripped
from workbench.connect.mainsource import TypedSource
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceTable
from workbench.errors import Finding, did_you_mean
from workbench.messages import Message, quoted
from workbench.places import in_column
from workbench.project import CasesSource

__all__ = ["unknown_labels", "unmet_conditions"]

_SHOWN = 5


def unknown_labels(
    source: TypedSource, mapped: Mapping[str, object], labels: Sequence[str]
) -> Finding | None:
    """Labels that the project maps and the source does not have: a typing mistake would map nothing."""
    missing = [raw for raw in mapped if raw.strip() not in set(labels)]
    if not missing:
        return None
    hint = did_you_mean(missing[0], labels)
    return Finding(
        rule="unseen_label",
        severity="warn",
        message=Message(
            "{count} mapped activities do not occur: {labels}",
            count=len(missing),
            labels=quoted(missing[:_SHOWN]),
        ),
        remedy=hint or Message("Write them as they stand in the source, or take them away"),
        count=len(missing),
        where=source.name,
    )


def unmet_conditions(stage: Stage, source: CasesSource, table: SourceTable) -> list[Finding]:
    """Conditions of wide events whose value the column never has."""
    conditions = [
        (activity, name, value)
        for activity, columns in source.events.items()
        for item in columns
        for name, values in item.when.items()
        for value in values
    ]
    seen: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for _, name, _ in conditions):
        values = f"SELECT DISTINCT {stripped(table.column(name))} AS v FROM {table.relation}"
        rows = stage.rows(f"SELECT v FROM ({values}) WHERE v IS NOT NULL ORDER BY v LIMIT 1000")
        seen[name] = [str(value) for (value,) in rows]
    return [
        Finding(
            rule="unmet_condition",
            severity="warn",
            message=Message(
                "{activity!r} waits for {column} = {value!r}, which never occurs",
                activity=activity,
                column=name,
                value=value,
            ),
            remedy=did_you_mean(value, seen[name])
            or Message("It holds: {values}", values=seen[name][:_SHOWN]),
            where=in_column(source.name, name),
        )
        for activity, name, value in conditions
        if value not in seen[name]
    ]
