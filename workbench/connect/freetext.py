"""Free text is left out unless the project keeps it: nothing is computed of it, and it tells of people."""

from __future__ import annotations

from workbench.connect.fields import Field, stripped
from workbench.connect.reading import Reading
from workbench.errors import Finding
from workbench.messages import Message
from workbench.places import in_column
from workbench.project import Source

__all__ = ["drop_free_text"]

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
        prose = {item.name: length for item in found if (length := _length(run, source, item))}
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


def _length(run: Reading, source: Source, item: Field) -> int:
    """The mean length of a field's texts where they are long and rarely repeat, else 0."""
    if not item.column.is_text:
        return 0
    text = stripped(item.column)
    sample = f"SELECT {text} AS v FROM {run.tables[source.name].relation} WHERE row < {_SAMPLE}"
    present, distinct, length = run.stage.row(
        f"SELECT count(v), count(DISTINCT v), coalesce(avg(length(v)), 0) FROM ({sample})"
    )
    return round(length) if length > _LONG and distinct > present // 2 else 0


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
