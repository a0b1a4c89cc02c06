"""What a source says about how its file is to be read."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.project import Source

__all__ = ["Options"]


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read; what is not said is found out.

    `skip` rows stand above the header.
    """

    encoding: str | None = None
    delimiter: str | None = None
    skip: int = 0

    @classmethod
    def of(cls, source: Source) -> Options:
        """What a source of a project says."""
        return cls(source.encoding, source.delimiter, source.skip)
