"""The formats of a proposed mapping: proven over whole columns and written down, or asked for."""

from __future__ import annotations

from dataclasses import replace

from workbench.connect.draft import Draft
from workbench.connect.fields import Field, Readings, read_columns
from workbench.connect.numbers import NUMBER_FORMATS
from workbench.connect.readability import date_text
from workbench.connect.stage import Stage
from workbench.connect.tables import SourceColumn
from workbench.template import Template

__all__ = ["prove_formats"]


def prove_formats(
    stage: Stage, draft: Draft, template: Template
) -> tuple[dict[str, str | list[str]], Readings]:
    """The formats to write down, and all readings. What cannot be decided becomes a question.

    A column of one's own that cannot be decided is kept as text: it must not block what the process needs.
    """
    fields, times = _read(draft, template)
    wanted = {item.column for item in fields if item.type not in ("id", "str", "cat", "bool")} | set(times)
    table = draft.table.kept(stage, tuple(sorted(wanted, key=lambda column: column.sql)))
    readings = read_columns(
        stage,
        table,
        fields,
        times=times,
        formats={name: (written,) for name, written in draft.formats.items()},
        source=draft.name,
    )
    return _times(draft, readings) | _numbers(draft, readings) | draft.formats, readings


def _read(draft: Draft, template: Template) -> tuple[list[Field], list[SourceColumn]]:
    """The columns that the proposal reads as typed attributes, and those that it reads as times."""
    fields, times = [], []
    for one in draft.choices:
        if one.column not in draft.columns or not (one.applied or one.what == "role"):
            continue
        column = draft.columns[one.column].column
        if one.what in ("attribute", "kept"):
            known = template.attributes.get(one.name)
            kind = one.type or (known.type if known else "cat")
            fields.append(Field(one.name, kind, "case", column))  # type: ignore[arg-type]
        elif one.what == "event" or one.name in ("time", "date"):
            times.append(column)
        elif one.name == "rate":
            fields.append(Field(one.name, "num", "case", column))
    return fields, times


def _times(draft: Draft, readings: Readings) -> dict[str, str | list[str]]:
    formats: dict[str, str | list[str]] = {}
    for name, proof in readings.time_proofs.items():
        if proof.verdict in ("proven", "sibling") and proof.reading is not None:
            day = proof.reading.kind == "iso" and proof.reading.date_only
            formats[name] = "%Y-%m-%d" if day else proof.reading.written
        elif proof.verdict in ("ambiguous", "mixed"):
            value, _, *found = proof.example
            shown = " or ".join(
                f'"{reading.written}" ({value!r} is {date_text(one)})'
                for reading, one in zip(proof.readings.values(), found, strict=True)
            )
            _ask(draft, name, f"the dates of {name!r} have two readings; declare one in formats: {shown}")
    return formats


def _numbers(draft: Draft, readings: Readings) -> dict[str, str | list[str]]:
    formats: dict[str, str | list[str]] = {}
    for name, proof in readings.number_proofs.items():
        if proof.reading is not None and (proof.reading.mark == "," or proof.verdict == "sibling"):
            formats[name] = proof.reading.written
        elif proof.verdict in ("ambiguous", "mixed"):
            choices = " or ".join(f'"{text}"' for text in NUMBER_FORMATS)
            value = proof.example[0]
            _ask(
                draft, name, f"the numbers of {name!r} have two readings ({value!r}); declare one: {choices}"
            )
    return formats


def _ask(draft: Draft, column: str, question: str) -> None:
    draft.gaps.append(question)
    draft.choices = [
        replace(one, type="cat") if one.what == "kept" and one.column == column else one
        for one in draft.choices
    ]
