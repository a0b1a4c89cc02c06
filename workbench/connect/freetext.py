"""Free text is left out unless the project keeps it: nothing is computed of it, and it tells of people."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.connect.fields import stripped
from workbench.connect.reading import Reading
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn, SourceTable
from workbench.errors import Finding
from workbench.messages import Message
from workbench.places import in_column
from workbench.project import Source

__all__ = ["drop_free_text", "prose_lengths"]

_SAMPLE = 20_000
_LONG = 60


def drop_free_text(run: Reading) -> None:
    """Take attributes that hold long texts which rarely repeat out of a reading, and say so."""
    kept = {name.casefold() for name in run.project.privacy.columns}
    sources = []
    for source in run.project.sources:
        found = [
            item
            for item in run.fields[source.name]
            if item.type in ("str", "cat") and not {item.name.casefold(), item.column.name.casefold()} & kept
        ]
        lengths = prose_lengths(run.stage, run.tables[source.name], [item.column for item in found])
        prose = {item.name: lengths[item.column.name] for item in found if item.column.name in lengths}
        if prose:
            own = {item.name: item for item in found}
            run.fields[source.name] = tuple(
                item for item in run.fields[source.name] if item.name not in prose
            )
            left = {name: spec for name, spec in source.attributes.items() if name not in prose}
            source = source.model_copy(update={"attributes": left})
            for name, length in prose.items():
                column = own[name].column.name
                run.privacy.setdefault(source.name, {})[column] = "drop"
                run.findings.append(_told(source, name, column, length))
        sources.append(source)
    run.project = run.project.model_copy(update={"sources": tuple(sources)})


def prose_lengths(stage: Stage, table: SourceTable, columns: Sequence[SourceColumn]) -> dict[str, int]:
    """The columns whose texts are long and rarely repeat, with the mean length of these."""
    asked = list(dict.fromkeys(column for column in columns if column.is_text))
    if not asked:
        return {}
    texts = ", ".join(f"{stripped(column)} AS v{number}" for number, column in enumerate(asked))
    counts = ", ".join(
        f"count(v{n}), count(DISTINCT v{n}), coalesce(avg(length(v{n})), 0)" for n in range(len(asked))
    )
    row = stage.row(f"SELECT {counts} FROM (SELECT {texts} FROM {table.relation} WHERE row < {_SAMPLE})")
    found = {}
    for column, present, distinct, length in zip(asked, row[::3], row[1::3], row[2::3], strict=True):
        if length > _LONG and distinct > present // 2:
            found[column.name] = round(length)
    return found


def _told(source: Source, name: str, column: str, length: int) -> Finding:
    return Finding(
        rule="free_text_dropped",
        severity="note",
        message=Message(
            "{name!r} is free text ({length} letters at the mean) and is left out: nothing is computed of it, and it "
            "may tell of people",
            name=name,
            length=length,
        ),
        remedy=Message("To keep it, write under [privacy.columns]: {line}", line=f'"{column}" = "keep"'),
        where=in_column(source.name, column),
        data={"attribute": name},
    )
