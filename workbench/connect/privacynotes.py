"""What is told of privacy: what was done to which column, and what opening a source found, without its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.errors import Finding
from workbench.messages import Message
from workbench.project import Treatment
from workbench.sql import literal

__all__ = ["what_was_done", "without_quotes"]


def what_was_done(source: str, own: Mapping[str, Treatment]) -> Finding:
    done = [
        Message("{column!r}: {treatment}", column=column, treatment=_DONE[treatment.how])
        if not treatment.size
        else Message(
            "{column!r}: {treatment} ({size})",
            column=column,
            treatment=_DONE[treatment.how],
            size=f"{treatment.size:g}",
        )
        for column, treatment in own.items()
    ]
    coarse = any(treatment.how == "range" for treatment in own.values())
    return Finding(
        rule="privacy",
        severity="note",
        message=Message(
            "{source}: the original values of {count} columns are not kept: {done}",
            source=source,
            count=len(own),
            done=done,
        ),
        remedy=Message(
            "Sums and means of ranges are too low: each value counts as the lower end of its range"
        )
        if coarse
        else Message("To change it, see [privacy.columns] in project.toml"),
        where=source,
        data={"columns": {column: treatment.written for column, treatment in own.items()}},
    )


_DONE = {
    "drop": Message("dropped"),
    "pseudonymise": Message("pseudonymised"),
    "month": Message("told by month"),
    "quarter": Message("told by quarter"),
    "year": Message("told by year"),
    "range": Message("told by range"),
    "letters": Message("first letters only"),
}


def without_quotes(stage: Stage, table: SourceTable, columns: Sequence[SourceColumn]) -> tuple[Finding, ...]:
    """What opening found, without the findings' words where these quote a value that is not to be kept."""
    said = []
    for finding in table.findings:
        whole = literal(str(finding.as_dict()))
        parts = [
            literal(text) for text in _texts([finding.message, finding.data, finding.rows]) if len(text) > 2
        ]
        test = " OR ".join(
            [f"(length(v) > 2 AND contains({whole}, v))", *(f"contains(v, {part})" for part in parts)]
        )
        quoted = any(
            stage.row(
                f"SELECT count(*) FROM (SELECT DISTINCT CAST({column.sql} AS VARCHAR) AS v FROM {table.relation}) "
                f"WHERE {test}"
            )[0]
            for column in columns
        )
        if quoted:
            finding = Finding(
                rule=finding.rule,
                severity=finding.severity,
                message=Message(
                    "Opening the source found {rule!r}; its words quote what is not to be kept",
                    rule=finding.rule,
                ),
                count=finding.count,
                share=finding.share,
                where=table.where,
            )
        said.append(finding)
    return tuple(said)


def _texts(value: object) -> Iterator[str]:
    """The texts that a message, and what goes with it, was made from."""
    if isinstance(value, Message):
        yield from _texts(dict(value.values))
    elif isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
