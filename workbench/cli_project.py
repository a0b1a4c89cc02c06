"""The commands that make and run projects: templates, new, demo, run."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from workbench.cli_options import AsOf, Folder, Form
from workbench.cli_output import complain, ending_well, say, show_records, show_text, watching
from workbench.errors import WorkbenchError

__all__ = ["demo", "new", "run", "template", "templates"]

# What monitoring reads: an error in a notebook, a dead kernel and a time-out are told apart.
_EXIT = {"error": 1, "kernel-died": 4, "timed-out": 5}
Role = Annotated[
    str | None, typer.Option(metavar="COL", help="The column with this role.", show_default=False)
]
Process = Annotated[str, typer.Option(metavar="ID", help="The process; `workbench templates` lists them.")]


def templates(form: Form = "table") -> None:
    """The processes that the workbench knows."""
    import workbench as wb

    show_records([asdict(entry) for entry in wb.templates()], form, limit=0)


def template(
    process: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="The process; `workbench templates` lists them.", show_default=False
        ),
    ],
    xlsx: Annotated[
        Path, typer.Option(metavar="FILE", help="The Excel workbook to write.", show_default=False)
    ],
    language: Annotated[str, typer.Option(metavar="LANGUAGE", help="en, fr, es or zh.")] = "en",
) -> None:
    """Write the data template of a process: an Excel workbook to fill in.

    Each column is explained. Filled in, it loads without a mapping: `workbench new DIR --source FILE`.
    """
    import workbench as wb

    path = wb.data_template(process, xlsx, language=language)
    say(f"{path} is there to be filled in. Then: workbench new DIR --source {path}")


def new(
    folder: Folder,
    process: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="The process; `workbench templates` lists them. A filled data template says its own.",
            show_default=False,
        ),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="A file, or the address of a database with #table; may be repeated.",
            show_default=False,
        ),
    ] = None,
    case: Role = None,
    activity: Role = None,
    time: Role = None,
    assignment: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="NAME=COLUMN",
            help="What a column means: a role, an attribute, or the activity that a date column records; "
            "may be repeated.",
            show_default=False,
        ),
    ] = None,
    currency: Annotated[
        str, typer.Option(metavar="CODE", help="Of amounts without a currency column; XXX is unspecified.")
    ] = "XXX",
    time_zone: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="Of times without an offset: Europe/Paris.", show_default=False),
    ] = None,
) -> None:
    """Make a project folder with a proposed mapping.

    What each column of the sources means is proposed from the template. What cannot be proposed stands in
    DIR/project.toml as a marked line.
    """
    mapping = dict(_assigned(text) for text in assignment or ())

    import workbench as wb

    report = wb.new(
        folder,
        process=process,
        sources=source or (),
        case=case,
        activity=activity,
        time=time,
        mapping=mapping,
        currency=currency,
        time_zone=time_zone,
    )
    show_text(str(report))


def _assigned(text: str) -> tuple[str, str]:
    name, equals, column = text.partition("=")
    if not (name and equals and column):
        raise typer.BadParameter(f"{text!r} is no mapping. Write it as NAME=COLUMN", param_hint="--map")
    return name, column


def demo(
    folder: Folder,
    process: Process = "credit-collections",
    cases: Annotated[int, typer.Option(min=1, metavar="N", help="How many cases.")] = 2000,
    seed: Annotated[int, typer.Option(metavar="N", help="The same seed gives the same data.")] = 1,
) -> None:
    """Make a project with generated data, to try things on."""
    from workbench.generate import generate_project

    with watching() as progress:
        made = generate_project(folder, process=process, cases=cases, seed=seed, progress=progress)
    say(f"{made.cases} cases and {made.events} events are in {folder}. Go on with: workbench run {folder}")


def run(
    folder: Folder,
    steps: Annotated[str, typer.Option(metavar="STEPS", help="As in 3, 1-4 or 1,3-5.")] = "1-6",
    as_of: AsOf = None,
    language: Annotated[
        str,
        typer.Option(
            metavar="LANGUAGE", help="en, fr, es or zh; else the project's own.", show_default=False
        ),
    ] = "",
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", metavar="NAME=VALUE", help="A parameter of the notebooks; may be repeated."),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(min=0.1, metavar="SECONDS", help="What one call may take.", show_default=False),
    ] = None,
) -> None:
    """Execute the notebooks on a project.

    Publishes what they give as DIR/runs/<time>-<id>/, with a report, and prints that folder. Exit codes: 1 a
    notebook stopped with an error, 4 its kernel died, 5 a call took too long.
    """
    from workbench.run import all_steps, choose_steps, parse_assignment, run_project

    chosen = choose_steps(steps, all_steps())
    given = dict(parse_assignment(text) for text in parameter or ())
    with ending_well(), watching() as progress:
        done = run_project(
            folder,
            steps=chosen,
            as_of=as_of,
            language=language,
            parameters=given,
            timeout=timeout,
            progress=progress,
        )
    typer.echo(done.folder)
    for warning in done.warnings:
        complain(warning)
    if done.status != "done":
        error = WorkbenchError(done.message, remedy=f"See {done.folder}")
        complain(str(error))
        raise typer.Exit(_EXIT[done.status])
