"""What a data template says of itself in a sheet that nobody sees, and where its headers stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["HEADER_ROW", "IDENTITY", "IDENTITY_HEADER", "identity_rows"]

IDENTITY = "_workbench"
IDENTITY_HEADER = ("what", "name", "value")
HEADER_ROW = 4
"""The row of the headers as a spreadsheet counts; above it stand title, tier and explanation."""
_FORMAT = "1"


def identity_rows(process: str, language: str, sheets: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """The rows of the hidden sheet: the process, the language, and each table with the title of its sheet."""
    yield IDENTITY_HEADER
    yield ("format", "data template", _FORMAT)
    yield ("process", process, "")
    yield ("language", language, "")
    for table, title in sheets.items():
        yield ("sheet", table, title)
