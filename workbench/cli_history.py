"""The command that shows how figures went from run to run: history."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.cli_options import Folder, Form
from workbench.cli_output import show_records
from workbench.errors import unknown_name

__all__ = ["history"]


def history(
    folder: Folder,
    id_: Annotated[
        list[str] | None,
        typer.Option("--id", metavar="ID", help="Only this KPI; may be repeated.", show_default=False),
    ] = None,
    form: Form = "table",
) -> None:
    """The KPIs of every run, the oldest run first.

    A figure that could not be computed has no value and says why.
    """
    from workbench.monitor.history import History
    from workbench.project import load_project
    from workbench.template import load_template

    project = load_project(folder)
    known = {*load_template(project.process).kpis, *project.kpis}
    with History.open(folder) as kept:
        # A KPI of the project's code is known by its runs.
        unknown = [name for name in id_ or () if name not in known]
        recorded = {row["id"] for row in kept.figure_rows(unknown)} if unknown else set()
        for name in unknown:
            if name not in recorded:
                raise unknown_name("KPI", name, known | recorded, where="--id")
        rows = kept.figure_rows(id_)
    records = [
        {
            **row,
            "started": f"{row['started'].isoformat()}Z",
            "as_of": None if row["as_of"] is None else row["as_of"].isoformat(),
        }
        for row in rows
    ]
    show_records(records, form, limit=0)
