"""What a source says about how its file is to be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workbench.project import Source

__all__ = ["Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read; what is not said is found out.

    `skip` rows stand above the header, which takes `header_rows` rows of the sheet `sheet`; lines of `totals` at the end
    are no rows. Of several files the later ones' rows stand in the place of those with the same `replaces`.
    """

    encoding: str | None = None
    delimiter: str | None = None
    skip: int = 0
    sheet: str | None = None
    header_rows: int = 1
    totals: Literal["drop", "keep"] = "drop"
    replaces: tuple[str, ...] = ()

    @classmethod
    def of(cls, source: Source) -> Options:
        """What a source of a project says."""
        return cls(
            encoding=source.encoding,
            delimiter=source.delimiter,
            skip=source.skip,
            sheet=source.sheet,
            header_rows=source.header_rows,
            totals=source.totals,
            replaces=source.replaces,
        )
