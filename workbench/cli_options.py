"""Arguments and options that several commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from workbench.cli_output import Format

__all__ = ["AsOf", "Filters", "Folder", "Form", "Limit"]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date. Write it as 2026-06-30.") from None


Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The project's folder.", show_default=False)]
AsOf = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        parser=_day,
        metavar="DATE",
        help="Answer as the log was known at the end of this day (2026-06-30).",
        show_default=False,
    ),
]
Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        metavar="NAME|JSON",
        help="Only cases that meet this: a filter of the project or its process by name, or conditions as JSON "
        "(docs/filters.md); may be given again, all must hold.",
        show_default=False,
    ),
]
Form = Annotated[Format, typer.Option("--format", help="How to print the answer on stdout.")]
Limit = Annotated[
    int | None,
    typer.Option(min=0, metavar="N", help="Rows of a table; 0 shows all.", show_default=False),
]
